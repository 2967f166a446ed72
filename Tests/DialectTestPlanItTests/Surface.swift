import Catalog
import Engine
import Foundation
import HTTPTypes
import Model
import Synchronization
import TestKit
import Wire

/// What the gate answers, the whole body read.
struct SurfaceAnswer: CustomStringConvertible, Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSON? { try? JSONReader.parse(bytes) }
    /// The last event of an answer that streams.
    var event: JSON? {
        let last = text.components(separatedBy: "\n\n").last { $0.hasPrefix("data: ") }
        return last.flatMap { try? JSONReader.parse(String($0.dropFirst(6))) }
    }
    /// The words of a refusal, in whichever of the three forms, or of the last event.
    var refusal: String? {
        guard let body = json ?? event, let error = body["error"] else { return nil }
        return error.string ?? error["message"]?.string
    }
    var description: String { "\(status) \(text.prefix(600))" }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

extension TestWorld {
    /// Sends a request through the gate; `token` stands for the person's own.
    func send(
        _ method: HTTPRequest.Method, _ target: String, as person: String? = nil, token: String? = nil,
        type: String? = nil, headers more: [(String, String)] = [], body: Body = .empty
    ) async throws -> SurfaceAnswer {
        let parts = target.split(separator: "?", maxSplits: 1)
        var headers = HTTPFields()
        if let token = token ?? person.map({ self.person($0).token }) { headers[.authorization] = "Bearer \(token)" }
        if let type { headers[.contentType] = type }
        for (name, value) in more {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let call = Call(
            method: method, path: String(parts.first ?? "/"),
            query: QueryItems(parsing: parts.count > 1 ? parts[1] : ""), headers: headers, body: body)
        let reply = await gate.answer(call)
        return SurfaceAnswer(
            status: reply.status.code, headers: reply.headers, bytes: try await Collector.bytes(of: reply))
    }

    /// Uploads files with the fields of a form.
    func upload(
        _ target: String, as person: String, _ fields: [(String, String)],
        files: [(field: String, name: String, bytes: [UInt8])], headers: [(String, String)] = []
    ) async throws -> SurfaceAnswer {
        let mark = "----surface"
        var form: [UInt8] = []
        for (name, value) in fields {
            form += Array("--\(mark)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        for file in files {
            let head = "Content-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\""
            form += Array("--\(mark)\r\n\(head)\r\n\r\n".utf8) + file.bytes + Array("\r\n".utf8)
        }
        form += Array("--\(mark)--\r\n".utf8)
        return try await send(
            .post, target, as: person, type: "multipart/form-data; boundary=\(mark)", headers: headers,
            body: .bytes(form))
    }

    /// How many rows every entity has: a refused request must leave it as it was.
    func census() async throws -> [String: Int] {
        try await engine.read(as: .system) { work throws(DomainError) in
            var census: [String: Int] = [:]
            for entity in Catalog.schema.entities { census[entity.name] = try work.count(entity.name) }
            return census
        }
    }

    /// Every file below the data folder but the database's own.
    func files() -> [String] {
        let all = FileManager.default.subpaths(atPath: dataFolder) ?? []
        return all.filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(dataFolder)/\(path)", isDirectory: &isFolder)
            return !isFolder.boolValue && !path.hasPrefix("assay.sqlite")
        }.sorted()
    }
}

/// Takes a streamed answer.
private final class Collector: ReplyStream {
    private let taken = Mutex<[UInt8]>([])

    func write(_ bytes: [UInt8]) async throws { taken.withLock { $0 += bytes } }

    static func bytes(of reply: Reply) async throws -> [UInt8] {
        switch reply.content {
        case .bytes(let bytes): return bytes
        case .stream(let write):
            let collector = Collector()
            try await write(collector)
            return collector.taken.withLock { $0 }
        case .file(let path, let offset, let length):
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return Array(data.dropFirst(Int(offset)).prefix(Int(length)))
        }
    }
}
