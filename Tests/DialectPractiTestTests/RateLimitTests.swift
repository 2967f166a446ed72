import DialectPractiTest
import DialectTestPlanIt
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

/// What a client sees that calls too often.
struct RateLimitTests {
    @Test(arguments: Backend.all)
    func `a refusal has the form of this API and says when to come back`(_ backend: Backend) async throws {
        let limits = GateLimits(rate: .perMinute(6))
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), PractiTestDialect()], limits: limits) {
            world in
            let call = Call(
                method: .get, path: "/api/v2/projects.json",
                headers: [.authorization: "Bearer \(world.person("admin").token)"])
            var reply = await world.gate.answer(call)
            #expect(reply.status == .ok)
            let remaining = try #require(HTTPField.Name("X-RateLimit-Remaining"))
            #expect(reply.headers[remaining] == "0")
            reply = await world.gate.answer(call)
            #expect(reply.status == .tooManyRequests)
            #expect(reply.headers[.retryAfter] == "10")
            #expect(reply.headers[remaining] == "0")
            guard case .bytes(let bytes) = reply.content else { throw NoBytes() }
            let body = try JSONReader.parse(bytes)
            #expect(body["errors"]?[0]?["status"] == "429")
            #expect(body["errors"]?[0]?["title"]?.string?.isEmpty == false)
        }
    }

    private struct NoBytes: Error {}
}
