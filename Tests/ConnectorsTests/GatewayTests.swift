import Connectors
import Foundation
import Model
import Synchronization
import Testing

/// The one way out (SAFETY 2.3-6).
struct GatewayTests {
    /// Collects the waits between tries in place of waiting.
    private final class Waits: Sendable {
        private let list = Mutex<[Duration]>([])
        var all: [Duration] { list.withLock { $0 } }
        func add(_ wait: Duration) { list.withLock { $0.append(wait) } }
    }

    /// Spellings that lead, or might lead, to this machine or its cloud; PORT is the canary's.
    static let tricky = [
        "http://127.0.0.1:PORT/", "http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://localhost.:PORT/",
        "http://127.1:PORT/", "http://127.0.1:PORT/", "http://2130706433:PORT/", "http://0x7f000001:PORT/",
        "http://0x7f.0.0.1:PORT/", "http://0177.0.0.1:PORT/", "http://017700000001:PORT/", "http://0:PORT/",
        "http://0.0.0.0:PORT/", "http://[::1]:PORT/", "http://[::]:PORT/", "http://[::ffff:127.0.0.1]:PORT/",
        "http://[::ffff:7f00:1]:PORT/", "http://[0:0:0:0:0:ffff:7f00:0001]:PORT/", "http://[64:ff9b::7f00:1]:PORT/",
        "http://[2002:7f00:1::]:PORT/", "http://①②⑦.0.0.1:PORT/", "http://127。0。0。1:PORT/",
        "http://%31%32%37.0.0.1:PORT/", "http://user@127.0.0.1:PORT/", "http://127.0.0.1:PORT\\@example.com/",
        "http://[::1%25lo]:PORT/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/",
    ]

    @Test func `no tricky address reaches the machine`() async throws {
        #expect(GatewayTests.tricky.count == 28)
        try await StandIn.with({ _ in .ok(["secret": true]) }) { canary in
            let gateway = Gateway(allowsPrivateTargets: false, ports: [80, 443, canary.port])
            for pattern in GatewayTests.tricky {
                let url = pattern.replacingOccurrences(of: "PORT", with: String(canary.port))
                await #expect(throws: GatewayError.self, "\(url)") {
                    try await gateway.send(GatewayRequest("GET", url))
                }
            }
            #expect(canary.requests.isEmpty)
        }
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "javascript:alert(1)", "//example.com/",
        "http:///path", "http://", "http://exa mple.com/", "http://example.com:0/", "http://example.com:99999/",
        "http://example.com:/", "http://exam\r\nple.com/", "http://..example.com/", "http://[::1", "http://[1.2.3.4]/",
    ])
    func `what is no plain web address is refused unasked`(_ url: String) async throws {
        let gateway = Gateway(allowsPrivateTargets: true, resolver: Resolver { _ in throw CancellationError() })
        do throws(GatewayError) {
            _ = try await gateway.send(GatewayRequest("GET", url))
            Issue.record("\(url) was sent")
        } catch {
            guard case .address = error else {
                Issue.record("\(url): \(error)")
                return
            }
        }
    }

    @Test func `operators may open private networks but not the metadata of a cloud`() async throws {
        try await StandIn.with({ _ in .ok(["ok": true]) }) { server in
            let gateway = Gateway(allowsPrivateTargets: true)
            for host in ["127.0.0.1", "localhost", "127.1"] {
                let answer = try await gateway.send(GatewayRequest("GET", "http://\(host):\(server.port)/"))
                #expect(answer.status == 200)
            }
            #expect(server.requests.count == 3)
            for host in ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "0.0.0.0", "224.0.0.1", "[ff02::1]"] {
                await #expect(throws: GatewayError.privateNetwork, "\(host)") {
                    try await gateway.send(GatewayRequest("GET", "http://\(host)/"))
                }
            }
        }
    }

    @Test func `one private address among several refuses the host`() async throws {
        let mixed = Resolver { _ in ["93.184.216.34", "10.0.0.7"].compactMap { TargetAddress($0) } }
        let gateway = Gateway(allowsPrivateTargets: false, resolver: mixed)
        await #expect(throws: GatewayError.privateNetwork) {
            try await gateway.send(GatewayRequest("GET", "http://example.com/"))
        }
    }

    @Test func `the connection goes to the judged address whatever the name says later`() async throws {
        let asked = Mutex(0)
        try await StandIn.with({ request in .ok(["host": .string(request.header("host") ?? "")]) }) { server in
            let resolver = Resolver { _ in
                asked.withLock { $0 += 1 }
                return [TargetAddress("127.0.0.1")].compactMap { $0 }
            }
            let gateway = Gateway(allowsPrivateTargets: true, resolver: resolver)
            // Nobody else knows this name: only the judged address can have been used.
            let url = "http://tracker.assay.invalid:\(server.port)/x"
            let answer = try await gateway.send(GatewayRequest("GET", url))
            #expect(answer.status == 200)
            #expect(server.requests.first?.header("host") == "tracker.assay.invalid:\(server.port)")
            #expect(asked.withLock { $0 } == 1)
        }
    }

    @Test func `only the usual ports are open outside of private networks`() async throws {
        let open = Resolver { _ in [TargetAddress("93.184.216.34")].compactMap { $0 } }
        let gateway = Gateway(allowsPrivateTargets: false, resolver: open)
        await #expect(throws: GatewayError.port(22)) {
            try await gateway.send(GatewayRequest("GET", "http://example.com:22/"))
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `redirects are answers, not instructions`(_ status: Int) async throws {
        try await StandIn.with({ _ in .ok([]) }) { canary in
            try await StandIn.with({ _ in .json(status, [], headers: [("Location", "\(canary.url)/")]) }) { server in
                let answer = try await Gateway(allowsPrivateTargets: true).send(GatewayRequest("GET", server.url))
                #expect(answer.status == status)
                #expect(canary.requests.isEmpty)
            }
        }
    }

    @Test func `a large answer is cut off`() async throws {
        let large = [UInt8](repeating: UInt8(ascii: "a"), count: 70_000)
        try await StandIn.with({ _ in .bytes(200, large) }) { server in
            var limits = Gateway.Limits()
            limits.answer = 65_536
            let narrow = limits
            await #expect(throws: GatewayError.tooLarge) {
                try await Gateway(allowsPrivateTargets: true).send(GatewayRequest("GET", server.url), limits: narrow)
            }
        }
    }

    @Test func `large header fields are refused`() async throws {
        let fields = (0..<40).map { ("X-Field-\($0)", String(repeating: "b", count: 1000)) }
        try await StandIn.with({ _ in .json(200, [], headers: fields) }) { server in
            await #expect(throws: GatewayError.self) {
                try await Gateway(allowsPrivateTargets: true).send(GatewayRequest("GET", server.url))
            }
        }
    }

    @Test func `a silent server is given up`() async throws {
        try await StandIn.with({ _ in .silence }) { server in
            var limits = Gateway.Limits()
            limits.total = .milliseconds(200)
            let short = limits
            await #expect(throws: GatewayError.timeout) {
                try await Gateway(allowsPrivateTargets: true).send(GatewayRequest("GET", server.url), limits: short)
            }
        }
    }

    @Test func `a server that is not there cannot be reached`() async throws {
        let server = try await StandIn.start { _ in .ok([]) }
        let url = server.url
        await server.stop()
        await #expect(throws: GatewayError.unreachable) {
            try await Gateway(allowsPrivateTargets: true).send(GatewayRequest("GET", url))
        }
    }

    @Test func `429 and 5xx are tried again with growing pauses`() async throws {
        let count = Mutex(0)
        let waits = Waits()
        try await StandIn.with({ _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number < 4 ? .json(number == 1 ? 429 : 503, []) : .ok(["done": true])
        }) { server -> Void in
            let gateway = Gateway(allowsPrivateTargets: true, sleep: { waits.add($0) })
            let answer = try await gateway.send(GatewayRequest("GET", server.url))
            #expect(answer.status == 200)
            #expect(waits.all == [.milliseconds(500), .seconds(1), .seconds(2)])
        }
    }

    @Test func `Retry-After is waited for unless it asks for too much`() async throws {
        let waits = Waits()
        try await StandIn.with({ request in
            .json(429, [], headers: [("Retry-After", request.path == "/long" ? "3600" : "2")])
        }) { server in
            let gateway = Gateway(allowsPrivateTargets: true, sleep: { waits.add($0) })
            let short = try await gateway.send(GatewayRequest("GET", "\(server.url)/short"))
            #expect(short.status == 429)
            #expect(waits.all == [.seconds(2), .seconds(2), .seconds(2)])
            let long = try await gateway.send(GatewayRequest("GET", "\(server.url)/long"))
            #expect(long.status == 429)
            #expect(waits.all.count == 3)
        }
    }

    @Test func `what may have happened already is not repeated`() async throws {
        try await StandIn.with({ _ in .json(500, []) }) { server in
            let gateway = Gateway(allowsPrivateTargets: true, sleep: { _ in })
            let answer = try await gateway.send(GatewayRequest("POST", server.url, body: []))
            #expect(answer.status == 500)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a header value cannot begin another header`() async throws {
        try await StandIn.with({ _ in .ok([]) }) { server in
            let request = GatewayRequest("GET", server.url, headers: [("X-One", "a\r\nX-Two: b")])
            await #expect(throws: GatewayError.self) { try await Gateway(allowsPrivateTargets: true).send(request) }
            #expect(server.requests.isEmpty)
        }
    }
}
