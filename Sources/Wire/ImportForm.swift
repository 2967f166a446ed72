public import Engine
import Foundation
public import Model

/// The multipart form of an import: fields and reports, the reports on disk.
public struct ImportForm: Sendable {
    /// Largest report (bytes).
    public static let fileLimit: Int64 = 512 << 20
    private static let fileCount = 2000
    /// Largest request (bytes).
    static let requestLimit: Int64 = 1 << 30

    public private(set) var fields: [String: [String]] = [:]
    public private(set) var files: [SpooledFile] = []
    /// The field that carried the first report: `file` or `files`.
    public private(set) var fileField: String?

    /// Reads the whole form.
    public init(_ call: Call, _ engine: Engine) async throws(DomainError) {
        // Refused before it is sent, when the client says how much it will be.
        if let length = call.body.length, length > ImportForm.requestLimit {
            throw Body.tooLarge(Int(ImportForm.requestLimit))
        }
        let folder = engine.settings.dataFolder + "/tmp"
        try ImportForm.makeFolder(folder)
        var reader = try MultipartReader(call)
        while let part = try await reader.next() {
            if part.fileName != nil {
                guard files.count < ImportForm.fileCount else {
                    throw DomainError(.tooLarge, "more than \(ImportForm.fileCount) files in one request")
                }
                if fileField == nil { fileField = part.name }
                let rest = ImportForm.requestLimit - files.reduce(0) { $0 + $1.size }
                files.append(try await reader.spool(part, to: folder, limit: min(ImportForm.fileLimit, rest)))
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

    public func text(_ name: String) -> String? {
        guard let text = fields[name]?.first, !text.isEmpty else { return nil }
        return text
    }

    public func flag(_ name: String) -> Bool { ["true", "1", "yes", "on"].contains(text(name)?.lowercased() ?? "") }

    public func key(_ name: String) throws(DomainError) -> RowKey? {
        guard let text = text(name) else { return nil }
        guard let key = RowKey(text) else { throw .invalid(name, "\(name) must be an id") }
        return key
    }

    /// Everything that decides what the import does, for telling requests apart.
    public var content: String {
        var members: [(String, JSON)] = []
        for name in fields.keys.sorted() { members.append((name, .array((fields[name] ?? []).map { .string($0) }))) }
        let digests: [JSON] = files.map { ["name": .string($0.fileName), "sha256": .string($0.sha256)] }
        return JSON.members([("fields", .members(members)), ("files", .array(digests))]).text
    }

    /// The reports as the engine takes them.
    public var reports: [ReportImport.File] {
        files.map {
            ReportImport.File(name: $0.fileName.isEmpty ? "report" : $0.fileName, path: $0.path, digest: $0.sha256)
        }
    }
}
