import Foundation
import Model
import Testing

@testable import Server

@Suite struct EdgeTests {
    @Test func `a request without Host is refused`() async throws {
        try await ServerKit.run { kit in
            let answer = try await kit.exchange("GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n")
            #expect(answer.statuses == [400])
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            let twice = "Host: localhost\r\nHost: localhost\r\n"
            #expect(
                try await kit.exchange("GET /api/small HTTP/1.1\r\n\(twice)Connection: close\r\n\r\n").statuses == [400]
            )
        }
    }

    @Test func `a server of this machine answers for no foreign name`() async throws {
        try await ServerKit.run { kit in
            for (host, status) in [
                ("localhost", 200), ("LOCALHOST:8080", 200), ("127.0.0.1:1", 200), ("[::1]:80", 200),
                ("evil.test", 421),
                ("localhost.evil.test", 421), ("localhost:80@evil.test", 421), ("a/b", 421),
            ] {
                let answer = try await kit.exchange(
                    "GET /api/small HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
                #expect(answer.statuses == [status], "\(host)")
            }
            let probe = "GET /health/live HTTP/1.1\r\nHost: 10.0.0.7:8080\r\nConnection: close\r\n\r\n"
            #expect(try await kit.exchange(probe).statuses == [200])
        }
    }

    @Test func `with a base address only its host counts, and links use it`() async throws {
        try await ServerKit.run(settings: { $0.baseURL = "https://tests.example.com" }) { kit in
            let good = try await kit.exchange(
                "GET /api/small HTTP/1.1\r\nHost: tests.example.com\r\nConnection: close\r\n\r\n")
            #expect(good.statuses == [200])
            #expect(good.body.contains(#""origin":"https://tests.example.com""#))
            #expect(good.header("Strict-Transport-Security") != nil)
            let bad = try await kit.exchange(
                "GET /api/small HTTP/1.1\r\nHost: other.example.com\r\nConnection: close\r\n\r\n")
            #expect(bad.statuses == [421])
        }
    }

    @Test func `forwarded headers count only from a configured proxy`() async throws {
        let request =
            "GET /api/small HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
        try await ServerKit.run { kit in
            let body = try await kit.exchange(request).body
            #expect(body.contains(#""address":"127.0.0.1","origin":"http://localhost""#))
        }
        try await ServerKit.run(settings: { $0.trustedProxies = [AddressRange("127.0.0.0/8")].compactMap { $0 } }) {
            kit in
            let body = try await kit.exchange(request).body
            #expect(body.contains(#""address":"203.0.113.9","origin":"https://localhost""#))
        }
    }

    @Test func `a connection serves one request after the other`() async throws {
        try await ServerKit.run { kit in
            let one = "GET /api/small HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let last = "HEAD /api/small HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n"
            let answer = try await kit.exchange(one + one + last)
            #expect(answer.statuses == [200, 200, 200])
            #expect(answer.text.hasSuffix("\r\n\r\n"), "HEAD has no body")
            // An idle connection would be cut after ten minutes, the client gives up after two.
            #expect(answer.ending == .closed)
        }
    }

    @Test func `a small body that nobody reads does not end the connection`() async throws {
        try await ServerKit.run { kit in
            let refused = "POST /api/closed HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
            let last = "GET /api/small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let answer = try await kit.exchange(refused + last)
            #expect(answer.statuses == [401, 200])
        }
    }

    @Test func `a large answer is complete although the connection ends`() async throws {
        try await ServerKit.run { kit in
            let answer = try await kit.exchange(
                "GET /api/large?bytes=3000000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(answer.body.utf8.count == 3_000_000)
            #expect(answer.ending == .closed)
        }
    }

    @Test func `text is compressed for those who take it`() async throws {
        try await ServerKit.run { kit in
            let answer = try await kit.exchange(
                "GET /api/large?bytes=100000 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
            )
            #expect(answer.header("Content-Encoding") == "gzip")
            #expect(answer.bytes.count < 2000)
        }
    }

    @Test func `a part of a file is sent`() async throws {
        let path = NSTemporaryDirectory() + "file-\(ProcessInfo.processInfo.globallyUniqueString)"
        try Data((0..<400_000).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        try await ServerKit.run { kit in
            let answer = try await kit.exchange(
                "GET /api/file?path=\(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            let head = try #require(answer.bytes.firstRange(of: Array("\r\n\r\n".utf8)))
            let body = answer.bytes[head.upperBound...]
            #expect(body.count == 300_000)
            #expect(body.first == 2)
            #expect(answer.header("Content-Length") == "300000")
        }
    }

    @Test func `a client that waits for a word before its body gets one`() async throws {
        try await ServerKit.run { kit in
            let client = try await kit.connect()
            try await client.send(
                "POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
            )
            let word = await client.readToEnd(orUntil: "\r\n\r\n")
            #expect(word.text == "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("hello")
            #expect(await client.readToEnd().body == #"{"bytes":5}"#)
        }
    }

    @Test func `whoever is refused is not asked for the body`() async throws {
        try await ServerKit.run { kit in
            let answer = try await kit.exchange(
                "POST /api/closed HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            #expect(answer.statuses == [401])
            #expect(answer.header("Connection") == "close")
        }
    }

    @Test func `an answer may begin while the body still comes`() async throws {
        try await ServerKit.run { kit in
            let client = try await kit.connect()
            try await client.send(
                "POST /api/progress HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            #expect(await client.readToEnd(orUntil: "data: 3").text.contains("data: 3"))
            try await client.send("2\r\nde\r\n0\r\n\r\n")
            let rest = await client.readToEnd()
            #expect(rest.text.contains("data: 5"))
            #expect(rest.ending == .closed)
        }
    }

    @Test(arguments: [
        "POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /api/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "X: a\r\n", count: 150))\r\n",
        "GET /\u{0} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ])
    func `what may be read in two ways is refused`(request: String) async throws {
        try await ServerKit.run { kit in
            let answer = try await kit.exchange(request)
            #expect(answer.statuses == [400])
            #expect(answer.ending != .timeout)
        }
    }

    @Test func `a long address is refused`() async throws {
        try await ServerKit.run { kit in
            let path = String(repeating: "a", count: 9000)
            let answer = try await kit.exchange("GET /\(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(answer.statuses == [414])
        }
    }
}
