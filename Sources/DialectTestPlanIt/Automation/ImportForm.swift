import Engine
import Foundation
import Model
import Wire

/// The multipart form of an import: fields and reports, the reports on disk.
struct ImportForm {
    /// Largest report (bytes).
    static let fileLimit: Int64 = 512 << 20
    private static let fileCount = 2000

    private(set) var fields: [String: [String]] = [:]
    private(set) var files: [SpooledFile] = []
    /// The field that carried the first report: `file` or `files`.
    private(set) var fileField: String?

    init(_ call: Call, _ engine: Engine) async throws(DomainError) {
        let folder = engine.settings.dataFolder + "/tmp"
        try ImportForm.makeFolder(folder)
        var reader = try MultipartReader(call)
        while let part = try await reader.next() {
            if part.fileName != nil {
                guard files.count < ImportForm.fileCount else {
                    throw DomainError(.tooLarge, "more than \(ImportForm.fileCount) files in one request")
                }
                if fileField == nil { fileField = part.name }
                files.append(try await reader.spool(part, to: folder, limit: ImportForm.fileLimit))
            } else {
                fields[part.name, default: []].append(try await reader.text())
            }
        }
    }

    private static func makeFolder(_ path: String) throws(DomainError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .fault("the folder for uploads cannot be made")
        }
    }

    func text(_ name: String) -> String? {
        guard let text = fields[name]?.first, !text.isEmpty else { return nil }
        return text
    }

    func flag(_ name: String) -> Bool { ["true", "1", "yes", "on"].contains(text(name)?.lowercased() ?? "") }

    func key(_ name: String) throws(DomainError) -> RowKey? {
        guard let text = text(name) else { return nil }
        guard let key = RowKey(text) else { throw .invalid(name, "\(name) must be an id") }
        return key
    }

    /// The reports as the engine takes them.
    var reports: [ReportImport.File] {
        files.map {
            ReportImport.File(name: $0.fileName.isEmpty ? "report" : $0.fileName, path: $0.path, digest: $0.sha256)
        }
    }
}
