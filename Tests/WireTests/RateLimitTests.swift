import HTTPTypes
import Model
import Testing

@testable import Wire

@Suite struct RateLimitTests {
    @Test(arguments: [("off", RateLimit.off), ("documented", .documented), ("600/min", .perMinute(600))])
    func `limits are read as they are written`(text: String, limit: RateLimit) {
        #expect(RateLimit(text) == limit)
        #expect(limit.text == text)
    }

    @Test(arguments: ["", "on", "0/min", "-1/min", "5", "5/h", "x/min"])
    func `other words are no limits`(text: String) { #expect(RateLimit(text) == nil) }

    @Test func `without a limit the headers carry a large constant`() async throws {
        let reply = try await GateKit().send(.get, "/api/open")
        #expect(reply.header("X-RateLimit-Limit") == "1000000")
        #expect(reply.header("X-RateLimit-Remaining") == "1000000")
        #expect(reply.header("X-RateLimit-Reset") == "1700003600")
    }

    @Test func `the documented limits give an address 50 a minute and 100 an hour`() async throws {
        let kit = try GateKit(GateLimits(rate: .documented))
        let first = await kit.send(.get, "/api/open")
        #expect(first.header("X-RateLimit-Limit") == "100")
        #expect(first.header("X-RateLimit-Remaining") == "99")
        #expect(first.header("X-RateLimit-Reset") == "1700003600")
        for _ in 1..<50 { #expect(await kit.send(.get, "/api/open").status == .ok) }
        let burst = await kit.send(.get, "/api/open")
        #expect(burst.status == .tooManyRequests)
        #expect(burst.header("X-RateLimit-Limit") == "50")
        #expect(burst.header("X-RateLimit-Remaining") == "0")
        #expect(burst.header("X-RateLimit-Reset") == "1700000060")
        #expect(burst.header("Retry-After") == "60")
        kit.clock.advance(seconds: 60)
        for _ in 0..<50 { #expect(await kit.send(.get, "/api/open").status == .ok) }
        kit.clock.advance(seconds: 60)
        let hour = await kit.send(.get, "/api/open")
        #expect(hour.status == .tooManyRequests)
        #expect(hour.header("X-RateLimit-Limit") == "100")
        #expect(hour.header("Retry-After") == "3480")
        #expect(await kit.send(.get, "/api/open", address: "192.0.2.2").status == .ok)
        #expect(await kit.send(.get, "/api/things", token: "user").header("X-RateLimit-Limit") == "1000")
        kit.clock.advance(seconds: 3480)
        #expect(await kit.send(.get, "/api/open").status == .ok)
    }

    @Test func `free routes do not count`() async throws {
        let kit = try GateKit(GateLimits(rate: .perMinute(1)))
        for _ in 0..<5 { #expect(await kit.send(.get, "/api/free").status == .ok) }
    }

    @Test func `a bucket holds a sixth of a minute and fills again`() async throws {
        let kit = try GateKit(GateLimits(rate: .perMinute(60)))
        for _ in 0..<10 { #expect(await kit.send(.get, "/api/open").status == .ok) }
        let refused = await kit.send(.get, "/api/open")
        #expect(refused.status == .tooManyRequests)
        #expect(refused.header("Retry-After") == "1")
        kit.clock.advance(seconds: 3)
        for _ in 0..<3 { #expect(await kit.send(.get, "/api/open").status == .ok) }
        #expect(await kit.send(.get, "/api/open").status == .tooManyRequests)
    }

    @Test func `bad credentials count for the address`() async throws {
        let kit = try GateKit(GateLimits(rate: .perMinute(6)))
        #expect(await kit.send(.get, "/api/things", token: "bad").status == .unauthorized)
        #expect(await kit.send(.get, "/api/things", token: "bad").status == .tooManyRequests)
        #expect(await kit.send(.get, "/api/things", token: "user").status == .ok)
    }

    @Test func `an account is tried ten times in a quarter of an hour`() async throws {
        let kit = try GateKit(GateLimits(rate: .generous))
        for index in 0..<10 {
            let reply = await kit.send(.post, "/api/signin", query: "account=kim", address: "192.0.2.\(index)")
            #expect(reply.status == .ok)
        }
        #expect(await kit.send(.post, "/api/signin", query: "account=KIM").status == .tooManyRequests)
        #expect(await kit.send(.post, "/api/signin", query: "account=ada").status == .ok)
        kit.clock.advance(seconds: 900)
        #expect(await kit.send(.post, "/api/signin", query: "account=kim").status == .ok)
    }

    @Test func `an address signs in fifty times in a quarter of an hour`() async throws {
        let kit = try GateKit(GateLimits(rate: .generous))
        for index in 0..<50 { #expect(await kit.send(.post, "/api/signin", query: "account=a\(index)").status == .ok) }
        #expect(await kit.send(.post, "/api/signin", token: "user", query: "account=b").status == .tooManyRequests)
        #expect(await kit.send(.get, "/api/open").status == .ok)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8:1:2::9", "2001:db8:1:2"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("local", "local"),
    ])
    func `an IPv6 network counts as one client`(address: String, block: String) {
        let octets = AddressBlock.of(address)
        let isNetwork = address.contains(":") && !address.contains("ffff")
        #expect(isNetwork ? octets == AddressBlock.of("2001:db8:1:2::") : octets == block)
    }

    @Test func `the memory for callers is bounded`() {
        let clock = TestClock()
        let limiter = RateLimiter(rate: .perMinute(60)) { clock.now }
        for index in 0..<250_000 { _ = limiter.charge(.address("a\(index)", .api)) }
        #expect(limiter.count <= 100_000)
    }
}
