import HTTPTypes
import Model
import Testing

@testable import Wire

@Suite struct CrossSiteTests {
    @Test(
        arguments: [
            ("/api/things", [], 200),
            ("/api/things", [("Sec-Fetch-Site", "same-origin")], 200),
            ("/api/things", [("Sec-Fetch-Site", "none")], 200),
            ("/api/things", [("Sec-Fetch-Site", "same-site")], 403),
            ("/api/things", [("Sec-Fetch-Site", "cross-site")], 403),
            ("/api/things", [("Sec-Fetch-Site", "cross-site"), ("Origin", "http://assay.test")], 403),
            ("/api/things", [("Origin", "http://assay.test")], 200),
            ("/api/things", [("Origin", "https://assay.test")], 403),
            ("/api/things", [("Origin", "http://evil.test")], 403),
            ("/api/things", [("Origin", "http://assay.test.evil.test")], 403),
            ("/api/things", [("Origin", "null")], 403),
            ("/page/form", [], 403),
            ("/page/form", [("Sec-Fetch-Site", "same-origin")], 200),
            ("/page/form", [("Origin", "http://assay.test")], 200),
        ] as [(String, [(String, String)], Int)])
    func `a change with a cookie must come from our own pages`(path: String, headers: [(String, String)], status: Int)
        async throws
    {
        let kit = try GateKit()
        #expect(await kit.send(.post, path, cookie: "good", headers: headers).status.code == status)
        #expect(
            await kit.send(.post, path, token: "user", headers: headers).status == .ok, "a token is sent by no browser")
    }

    @Test func `reading with a cookie is free`() async throws {
        let foreign = [("Sec-Fetch-Site", "cross-site")]
        #expect(try await GateKit().send(.get, "/api/things", cookie: "good", headers: foreign).status == .ok)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    func `JSON in a type that forms can send is refused from browsers`(type: String) async throws {
        let kit = try GateKit()
        let body = Body.bytes(Array("{}".utf8))
        let own = ("Sec-Fetch-Site", "same-origin")
        let refused = await kit.send(
            .post, "/api/json", cookie: "good", headers: [own, ("Content-Type", type)], body: body)
        #expect(refused.status == .unsupportedMediaType)
        let program = await kit.send(
            .post, "/api/json", token: "user", headers: [("Content-Type", type)], body: .bytes(Array("{}".utf8)))
        #expect(program.status == .ok)
    }
}
