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

/// Why a report cannot be read, and where.
public struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
    public var message: String
    /// From 1; `nil` when the document as a whole is wrong.
    public var line: Int?
    /// From 1, in characters.
    public var column: Int?

    public init(_ message: String, line: Int? = nil, column: Int? = nil) {
        self.message = message
        self.line = line
        self.column = column
    }

    /// `line 12, column 7: …`
    public var description: String {
        guard let line else { return message }
        guard let column else { return "line \(line): \(message)" }
        return "line \(line), column \(column): \(message)"
    }
}

/// What a report may cost; beyond the first group it is refused, beyond the second it is cut.
public struct ReportLimits: Sendable, Hashable {
    /// Attributes of one element.
    public var attributes = 256
    /// Elements inside one another.
    public var depth = 128
    /// Bytes of one tag with its attributes, of one comment or of one instruction.
    public var tagBytes = 65_536
    /// Elements of the document.
    public var elements = 5_000_000
    /// Different names of elements and attributes that the format does not know.
    public var unknownNames = 4096

    /// Bytes of one text; the rest is replaced by `… (cut)`.
    public var textBytes = 1_048_576
    /// Bytes kept of one test, or of all open suites.
    public var keptBytes = 8_388_608
    /// Problems, reruns or properties kept of one test or suite, each.
    public var items = 1000

    public static let `default` = ReportLimits()

    public init() {}
}
