import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Server

/// Requests over HTTP with their times.
struct BenchLoad {
    let port: Int
    let token: String?

    /// One request; returns the body.
    func send(_ method: HTTPMethod, _ path: String, _ body: ByteBuffer? = nil, type: String = "application/json")
        async throws -> ByteBuffer
    {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(body)
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(10))
        let answer = try await response.body.collect(upTo: 64 << 20)
        guard response.status.code < 400 else {
            throw StartError(
                "\(method) \(path) answered \(response.status.code): \(String(buffer: answer).prefix(300))")
        }
        return answer
    }

    /// The 95th percentile of requests one after the other.
    func p95(_ path: String, count: Int) async throws -> Duration {
        for _ in 0..<count / 10 { _ = try await send(.GET, path) }
        var times: [Duration] = []
        for _ in 0..<count {
            let begin = ContinuousClock.now
            _ = try await send(.GET, path)
            times.append(ContinuousClock.now - begin)
        }
        return times.sorted()[count * 95 / 100]
    }

    /// Requests a second of some clients at once.
    func throughput(
        clients: Int, seconds: Int,
        _ request: @escaping @Sendable (_ client: Int, _ number: Int) -> (path: String, body: String)
    ) async throws -> Double {
        let begin = ContinuousClock.now
        let end = begin + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0..<clients {
                group.addTask {
                    var number = 0
                    while ContinuousClock.now < end {
                        let (path, body) = request(client, number)
                        _ = try await send(.POST, path, ByteBuffer(string: body))
                        number += 1
                    }
                    return number
                }
            }
            var sum = 0
            for try await number in group { sum += number }
            return sum
        }
        return Double(count) / (ContinuousClock.now - begin).seconds
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    var milliseconds: Double { seconds * 1000 }
}
