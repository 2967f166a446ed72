import ArgumentParser
import Foundation
import Hummingbird
import Model
import NIOCore
import Statements
import Store
import StoreSQLite
import Synchronization

/// The floor of the benchmark: a bare Hummingbird server that answers given bytes and appends durable rows.
struct FloorServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bench-floor", shouldDisplay: false)

    @Option var database: String
    @Option var bytes: String

    func run() async throws {
        let store = try SQLiteStore.open(path: database)
        try await store.write { session in
            try session.run(
                script: "CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
        }
        let path = bytes
        let answers = KeptAnswer()
        let router = Router()
        router.get("bytes") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: answers.answer(path)))
        }
        router.post("append") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            let text = Value.text(String(buffer: body))
            try await store.write { session in _ = try session.execute("INSERT INTO line (text) VALUES (\(text))") }
            return Response(status: .created)
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                print("ready on http://127.0.0.1:\(channel.localAddress?.port ?? 0)/")
                fflush(nil)
            })
        try await application.runService()
    }
}

/// The bytes of a file, read again only when its size has changed.
private final class KeptAnswer: Sendable {
    private let kept = Mutex<(size: Int64, bytes: ByteBuffer)>((-1, ByteBuffer()))

    func answer(_ path: String) -> ByteBuffer {
        var facts = stat()
        let size = stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
        return kept.withLock { kept in
            if kept.size != size {
                kept = (size, ByteBuffer(bytes: FileManager.default.contents(atPath: path) ?? Data()))
            }
            return kept.bytes
        }
    }
}
