import Formats
import Foundation
import Model

/// Reads a report from disk in pieces and hands over its events.
enum ReportFile {
    private static let pieceSize = 256 << 10

    /// Throws `.invalid` with the file's name, line and column when it is no readable report.
    static func read(
        _ file: ReportImport.File, progress: (_ bytes: Int) -> Void,
        _ take: (ReportEvent) throws(DomainError) -> Void
    ) throws(DomainError) {
        guard let handle = FileHandle(forReadingAtPath: file.path) else {
            throw .invalid(file.name, "\(file.name) cannot be read")
        }
        defer { close(handle) }
        let reader = JUnitReader()
        while true {
            let piece = try piece(handle, file)
            progress(piece.count)
            for event in try events(reader, piece, file) { try take(event) }
            if piece.isEmpty { return }
        }
    }

    private static func piece(_ handle: FileHandle, _ file: ReportImport.File) throws(DomainError) -> [UInt8] {
        do {
            return try Array(handle.read(upToCount: pieceSize) ?? Data())
        } catch {
            throw .fault("reading \(file.name) failed")
        }
    }

    /// An empty piece is the end.
    private static func events(
        _ reader: JUnitReader, _ piece: [UInt8], _ file: ReportImport.File
    ) throws(DomainError) -> [ReportEvent] {
        do throws(ReportError) {
            return piece.isEmpty ? try reader.finish() : try reader.feed(piece)
        } catch {
            throw .invalid(file.name, "\(file.name): \(error.description)")
        }
    }

    private static func close(_ handle: FileHandle) {
        do { try handle.close() } catch { return }
    }
}
