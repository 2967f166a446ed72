/// A streaming reader of one format: bytes in, events out, in bounded memory.
///
/// Events come as soon as the reader has read enough, at the latest from `finish`; small reports come whole from there.
/// One call answers at most what its bytes hold, so feed in chunks (64 kB is a good size).
public protocol ReportReader: AnyObject {
    /// Reads on. After an error every further call throws the same error.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(ReportError) -> [ReportEvent]

    /// Reads the rest; throws when the document is incomplete.
    func finish() throws(ReportError) -> [ReportEvent]

    /// What the tests read so far add up to.
    var totals: ReportTotals { get }
}

extension ReportReader {
    /// Reads on.
    public func feed(_ bytes: ArraySlice<UInt8>) throws(ReportError) -> [ReportEvent] {
        let outcome = bytes.withUnsafeBytes { buffer -> Result<[ReportEvent], ReportError> in
            do throws(ReportError) {
                return .success(try feed(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Reads on.
    public func feed(_ bytes: [UInt8]) throws(ReportError) -> [ReportEvent] { try feed(bytes[...]) }

    /// Reads a whole report that is in memory anyway.
    public func read(_ bytes: [UInt8]) throws(ReportError) -> [ReportEvent] {
        let events = try feed(bytes)
        return events + (try finish())
    }
}
