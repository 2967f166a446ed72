import HTTPTypes
import Model
import Testing

@testable import Wire

@Suite struct GateTests {
    @Test func `a path that nobody has answers 404 in the words of the dialect`() async throws {
        let reply = try await GateKit().send(.get, "/api/nothing")
        #expect(reply.status == .notFound)
        #expect(reply.text == #"{"error":"no such path"}"#)
    }

    @Test func `a wrong verb answers 405 and names the right ones`() async throws {
        let kit = try GateKit()
        #expect(await kit.send(.put, "/api/things", token: "user").status == .methodNotAllowed)
        #expect(await kit.send(.put, "/api/things").header("Allow") == "GET, HEAD, POST")
        #expect(await kit.send(.options, "/api/things/4").header("Allow") == "DELETE")
        let odd = try #require(HTTPRequest.Method("BREW"))
        #expect(await kit.send(odd, "/api/open").status == .methodNotAllowed)
    }

    @Test(
        arguments: [
            ("/api/open", nil, 200), ("/api/open", "user", 200), ("/api/open", "bad", 401), ("/api/things", nil, 401),
            ("/api/things", "bad", 401), ("/api/things", "", 401), ("/api/things", "user", 200),
            ("/api/admin", nil, 401),
            ("/api/admin", "user", 403), ("/api/admin", "admin", 200), ("/api/free", "bad", 200),
        ] as [(String, String?, Int)])
    func `credentials are judged before anything else`(path: String, token: String?, status: Int) async throws {
        let reply = try await GateKit().send(.get, path, token: token)
        #expect(reply.status.code == status)
        #expect((reply.header("WWW-Authenticate") != nil) == (status == 401))
    }

    @Test func `another form of authorization is a bad token`() async throws {
        let reply = try await GateKit().send(.get, "/api/open", headers: [("Authorization", "Basic dTpw")])
        #expect(reply.status == .unauthorized)
    }

    @Test func `a valid session wins over a token sent with it`() async throws {
        let kit = try GateKit()
        #expect(
            await kit.send(.get, "/api/things", token: "user", cookie: "good").text.contains(
                #""user":"u4","session":true"#))
        #expect(await kit.send(.get, "/api/things", token: "bad", cookie: "good").status == .ok)
        #expect(
            await kit.send(.get, "/api/things", token: "user", cookie: "old").text.contains(
                #""user":"u1","session":false"#))
        #expect(await kit.send(.get, "/api/things", cookie: "old").status == .unauthorized)
    }

    @Test func `over https only the secure cookie counts`() async throws {
        let kit = try GateKit()
        #expect(
            await kit.send(.get, "/api/things", cookie: "good", origin: "https://assay.test").status == .unauthorized)
        let secure = ("Cookie", "a=1; __Secure-next-auth.session-token=good")
        #expect(await kit.send(.get, "/api/things", headers: [secure], origin: "https://assay.test").status == .ok)
    }

    @Test func `a token for reading changes nothing`() async throws {
        let kit = try GateKit()
        #expect(await kit.send(.get, "/api/things", token: "reader").status == .ok)
        #expect(await kit.send(.post, "/api/things", token: "reader").status == .forbidden)
    }

    @Test func `parameters of the path arrive without escapes`() async throws {
        let reply = try await GateKit().send(.delete, "/api/things/a%2Fb%20c", token: "user")
        #expect(reply.text.contains(#""id":"a/b c""#))
    }

    @Test func `HEAD answers like GET without a body`() async throws {
        let kit = try GateKit()
        let get = await kit.send(.get, "/api/open")
        let head = await kit.send(.head, "/api/open")
        #expect(head.status == .ok)
        #expect(head.text.isEmpty)
        #expect(head.headers[.contentLength] == get.headers[.contentLength])
        guard case .bytes = await kit.send(.head, "/api/stream").content else {
            Issue.record("the body of a HEAD is streamed")
            return
        }
    }

    @Test func `the cause of a fault stays inside`() async throws {
        let reply = try await GateKit().send(.get, "/api/fault")
        #expect(reply.status == .internalServerError)
        #expect(!reply.text.contains("secret"))
    }

    @Test func `every answer carries a request id of its own`() async throws {
        let kit = try GateKit()
        let first = await kit.send(.get, "/api/open").header("X-Request-Id")
        let second = await kit.send(.get, "/api/nothing").header("X-Request-Id")
        #expect(first != nil && second != nil && first != second)
    }

    @Test(arguments: [
        "/api/open", "/api/nothing", "/api/things", "/api/fault", "/api/free", "/api/stream", "/page/own-policy",
    ])
    func `every status carries the security headers`(path: String) async throws {
        let reply = try await GateKit().send(.get, path)
        #expect(reply.header("X-Content-Type-Options") == "nosniff")
        #expect(reply.header("X-Frame-Options") == "DENY")
        #expect(reply.header("Cross-Origin-Opener-Policy") == "same-origin")
        #expect(reply.header("Cross-Origin-Resource-Policy") == "same-origin")
        #expect(reply.header("Referrer-Policy") == "same-origin")
        #expect(reply.header("Permissions-Policy") != nil)
        #expect(reply.header("Cache-Control") == "no-store")
        #expect(reply.header("Strict-Transport-Security") == nil)
        let policy = path.hasPrefix("/page") ? "default-src 'self'" : "default-src 'none'; frame-ancestors 'none'"
        #expect(reply.header("Content-Security-Policy") == policy)
    }

    @Test func `https asks browsers to stay with https`() async throws {
        let reply = try await GateKit().send(.get, "/api/open", origin: "https://assay.test")
        #expect(reply.header("Strict-Transport-Security") == "max-age=31536000; includeSubDomains")
    }

    @Test func `a handler that does not end is given up`() async throws {
        let kit = try GateKit(GateLimits(rate: .off, deadline: .milliseconds(30)))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await kit.gate.deadlines.watch(every: .milliseconds(10)) }
            #expect(await kit.send(.get, "/api/endless").status == .serviceUnavailable)
            group.cancelAll()
        }
    }

    @Test func `every piece of the body moves the deadline`() async throws {
        let deadline = Deadline(.seconds(30))
        let first = deadline.end
        _ = try await deadline.watching(.bytes([1])).piece()
        #expect(deadline.end > first)
    }

    @Test func `beyond the limit of running calls the answer is 503`() async throws {
        let kit = try GateKit(GateLimits(rate: .off, inFlight: 1, deadline: .seconds(20)))
        await withTaskGroup(of: Int.self) { group in
            group.addTask { await kit.send(.get, "/api/endless").status.code }
            while kit.gate.inFlight == 0 { await Task.yield() }
            let refused = await kit.send(.get, "/api/open")
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.header("Retry-After") == "1")
            #expect(await kit.send(.get, "/api/free").status == .ok)
            group.cancelAll()
        }
        #expect(kit.gate.inFlight == 0)
        #expect(await kit.send(.get, "/api/open").status == .ok)
    }

    @Test func `a streamed answer keeps its place until it ends`() async throws {
        let kit = try GateKit()
        var reply: Reply? = await kit.send(.get, "/api/stream")
        #expect(kit.gate.inFlight == 1)
        guard case .stream(let write) = reply?.content else {
            Issue.record("no stream")
            return
        }
        let collector = Collector()
        try await write(collector)
        #expect(await collector.bytes == [65, 66])
        #expect(kit.gate.metrics.text([]).contains(#"route="stream",status="200"} 1"#))
        reply = nil
    }

    @Test func `large text is compressed for those who take it`() async throws {
        let kit = try GateKit(compress: { _ in [1, 2, 3] })
        let zipped = await kit.send(.get, "/api/large", headers: [("Accept-Encoding", "br, gzip;q=0.5")])
        #expect(zipped.header("Content-Encoding") == "gzip")
        #expect(zipped.header("Content-Length") == "3")
        #expect(zipped.header("Vary") == "Accept-Encoding")
        for accepted in ["", "br", "gzip;q=0"] {
            let plain = await kit.send(.get, "/api/large", headers: [("Accept-Encoding", accepted)])
            #expect(plain.header("Content-Encoding") == nil)
            #expect(plain.header("Content-Length") == "5000")
            #expect(plain.header("Vary") == "Accept-Encoding")
        }
        #expect(
            await kit.send(.get, "/api/cookie", headers: [("Accept-Encoding", "gzip")]).header("Content-Encoding")
                == nil)
        #expect(
            await kit.send(.get, "/api/open", headers: [("Accept-Encoding", "gzip")]).header("Content-Encoding") == nil)
    }

    @Test func `metrics count answers by route and status`() async throws {
        let kit = try GateKit()
        _ = await kit.send(.get, "/api/things")
        _ = await kit.send(.get, "/api/things", token: "user")
        let text = kit.gate.metrics.text([Metrics.Gauge("assay_test", "A test.", 4)])
        #expect(text.contains("# TYPE assay_test gauge\nassay_test 4.0\n"))
        #expect(text.contains(#"assay_http_requests_total{dialect="toy",route="things.list",status="200"} 1"#))
        #expect(text.contains(#"assay_http_requests_total{dialect="toy",route="things.list",status="401"} 1"#))
        #expect(text.contains(#"assay_http_request_seconds_count{dialect="toy",route="things.list"} 2"#))
    }
}

actor Collector: ReplyStream {
    private(set) var bytes: [UInt8] = []
    func write(_ bytes: [UInt8]) async throws { self.bytes += bytes }
}
