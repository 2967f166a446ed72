import Foundation
import Model
import NIOCore
import Testing

@testable import Server

@Suite struct UploadTests {
    @Test(arguments: [
        "Content-Length: 100\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
    ])
    func `a body that ends early is no body`(rest: String) async throws {
        try await ServerKit.run { kit in
            let client = try await kit.connect()
            try await client.send("POST /api/count HTTP/1.1\r\nHost: localhost\r\n\(rest)")
            client.closeSending()
            let answer = await client.readToEnd()
            #expect(answer.statuses == [400])
            #expect(answer.body == #"{"error":"the body ended early"}"#)
        }
    }

    @Test func `two gigabytes are refused before they are sent`() async throws {
        try await ServerKit.run { kit in
            let client = try await kit.connect()
            try await client.send("POST /api/collect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2147483648\r\n\r\n")
            try await client.send([UInt8](repeating: 65, count: 100_000))
            let answer = await client.readToEnd()
            #expect(answer.statuses == [413])
            #expect(answer.header("Connection") == "close")
            #expect(answer.ending != .timeout)
        }
    }

    @Test func `an upload without length is cut at its limit`() async throws {
        try await ServerKit.run { kit in
            let client = try await kit.connect()
            try await client.send("POST /api/collect HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 65, count: 1 << 20) + Array("\r\n".utf8)
            try await client.send(chunk)
            try await client.send(chunk)
            #expect(await client.readToEnd().statuses == [413])
        }
    }

    /// How much memory that takes is measured on the real program, by `LargeUploadTests`.
    @Test func `a large upload arrives whole`() async throws {
        try await ServerKit.run { kit in
            let client = try await kit.connect()
            let pieces = 300
            let piece = [UInt8](repeating: 65, count: 1 << 20)
            try await client.send(
                "POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(pieces << 20)\r\nConnection: close\r\n\r\n"
            )
            for _ in 0..<pieces { try await client.send(piece) }
            #expect(await client.readToEnd().body == "{\"bytes\":\(pieces << 20)}")
        }
    }
}

@Suite(.serialized) struct SlowClientTests {
    static let limits: ConnectionLimits = {
        var limits = ServerKit.patient
        limits.idle = .milliseconds(400)
        limits.bodyWindow = .milliseconds(800)
        limits.bodyBytes = 1000
        limits.stalledAnswer = .milliseconds(500)
        limits.tick = .milliseconds(50)
        limits.linger = .milliseconds(200)
        return limits
    }()

    @Test func `a head that never ends is cut`() async throws {
        try await ServerKit.run(Self.limits) { kit in
            let client = try await kit.connect()
            try await client.send("GET /api/small HTTP/1.1\r\nHost: loc")
            let answer = await client.readToEnd()
            #expect(answer.ending != .timeout)
            #expect(answer.bytes.isEmpty)
        }
    }

    @Test func `a connection without a request is cut`() async throws {
        try await ServerKit.run(Self.limits) { kit in
            let client = try await kit.connect()
            #expect(await client.readToEnd().ending == .closed)
        }
    }

    @Test func `a body that stalls is cut`() async throws {
        try await ServerKit.run(Self.limits) { kit in
            let client = try await kit.connect()
            try await client.send("POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
            #expect(await client.readToEnd().ending != .timeout)
        }
    }

    @Test func `a body that drips is cut`() async throws {
        try await ServerKit.run(Self.limits) { kit in
            let client = try await kit.connect()
            try await client.send("POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
            let start = ContinuousClock.now
            var isCut = false
            while ContinuousClock.now - start < .seconds(120), !isCut {
                do {
                    try await client.send("x")
                    try await ContinuousClock().sleep(for: .milliseconds(50))
                } catch {
                    isCut = true
                }
            }
            #expect(isCut)
        }
    }

    @Test func `an answer that nobody reads is cut`() async throws {
        try await ServerKit.run(Self.limits) { kit in
            let client = try await RawClient(port: kit.port, receiveBuffer: 4096)
            try await client.send("GET /api/large?bytes=20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await ServerKit.until { kit.connections.count == 1 })
            #expect(try await ServerKit.until { kit.connections.count == 0 })
            let answer = await client.readToEnd()
            #expect(answer.ending != .timeout)
            #expect(answer.bytes.count < 20_000_000)
        }
    }

    @Test func `a request that takes its time keeps its connection`() async throws {
        try await ServerKit.run(Self.limits) { kit in
            var client = try await kit.connect()
            // On a busy machine the connection may be idle for too long before its first request comes.
            for attempt in 1...20 {
                do {
                    try await client.send("GET /api/wait HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    let before = ContinuousClock.now
                    while await kit.latch.arrived < 1, ContinuousClock.now - before < .seconds(5) { await Task.yield() }
                } catch {}
                if await kit.latch.arrived > 0 { break }
                try #require(attempt < 20, "no request came through")
                client = try await kit.connect()
            }
            // Longer than a connection may be idle and than an answer may stall.
            try await ContinuousClock().sleep(for: .seconds(1))
            await kit.latch.open()
            #expect(await client.readToEnd().statuses == [200])
        }
    }

    @Test func `there are no more connections than allowed`() async throws {
        var limits = ServerKit.patient
        limits.connections = 64
        try await ServerKit.run(limits) { kit in
            var held: [RawClient] = []
            for _ in 0..<64 {
                let client = try await kit.connect()
                try await client.send("GET /api/small HTTP/1.1\r\n")
                held.append(client)
            }
            #expect(try await ServerKit.until { kit.connections.count == 64 })
            let late = try await kit.connect()
            try await late.send("GET /api/small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            try await ContinuousClock().sleep(for: .milliseconds(300))
            #expect(kit.connections.count == 64, "the system keeps it until there is room")
            held.removeLast(8)
            #expect(await late.readToEnd().statuses == [200])
            held.removeAll()
        }
    }

    @Test func `many idle connections do not keep others out`() async throws {
        try await ServerKit.run { kit in
            var idle: [RawClient] = []
            for _ in 0..<200 {
                let client = try await kit.connect()
                try await client.send("GET /api/small HTTP/1.1\r\n")
                idle.append(client)
            }
            let answer = try await kit.exchange(
                "GET /api/small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(answer.statuses == [200])
            idle.removeAll()
        }
    }
}
