import AsyncHTTPClient
import Foundation
import Model
import NIOCore
import NIOHTTP1
import Server

/// Talks to the server that has the data folder.
struct ServerSocket {
    let path: String

    /// Sends a request and reads its JSON answer. Throws a `StartError` with the server's words when it refuses.
    func send(_ method: HTTPMethod, _ route: String, _ body: JSON? = nil, timeout: TimeAmount = .minutes(10))
        async throws -> JSON
    {
        guard let url = URL(httpURLWithSocketPath: path, uri: route) else { throw StartError("\(path) is no socket") }
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = method
        request.headers.add(name: "Host", value: "localhost")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.text))
        }
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: timeout)
            let bytes = try await response.body.collect(upTo: 4 << 20)
            let json = try JSONReader.parse(Array(bytes.readableBytesView))
            guard response.status.code < 400 else {
                throw StartError(json["error"]?.string ?? "the server answered \(response.status.code)")
            }
            return json
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError("the server that uses this data folder does not answer on \(path): \(error)")
        }
    }
}

/// Does administrative work through the running server, or on the folder itself when no server runs.
enum AdministrativeWork {
    static func perform(
        _ settings: ServerSettings, route: String, body: JSON?,
        directly: (Administration, Installation) async throws(DomainError) -> JSON
    ) async throws -> JSON {
        if try DataFolder.isInUse(settings.data) {
            let socket = ServerSocket(path: DataFolder.socket(in: DataFolder.absolute(settings.data)))
            return try await socket.send(body == nil ? .GET : .POST, route, body)
        }
        let installation = try await Installation.open(settings, world: Installation.world(settings))
        do {
            let answer = try await directly(Administration(installation.engine), installation)
            try await installation.close()
            return answer
        } catch {
            try await installation.close()
            throw error
        }
    }
}
