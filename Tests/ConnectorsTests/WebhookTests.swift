import Connectors
import Engine
import Foundation
import HTTPTypes
import Model
import Synchronization
import TestKit
import Testing

/// Delivery of events (TestPlanIt API, Webhooks; SAFETY 2.3-7).
struct WebhookTests {
    private struct Place: Sendable {
        let world: TestWorld
        let server: StandIn
        let webhook: String
        /// What the receiver answers.
        let status: Status

        func deliveries() async throws -> [JSON] {
            try await world.send("admin", .get, "/api/webhooks/\(webhook)/deliveries").json["data"]?.array ?? []
        }

        func makeCase(_ title: String) async throws {
            _ = try await world.send(
                "admin", .post, "/api/repository-cases",
                ["projectId": .string(world.project.uid), "title": .string(title)])
        }
    }

    final class Status: Sendable {
        private let value = Mutex(200)
        var code: Int {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }

    private static func with(_ backend: Backend, _ body: (Place) async throws -> Void) async throws {
        let status = Status()
        try await StandIn.with({ _ in .json(status.code, ["ok": true], headers: [("Location", "http://127.0.0.1:1/")]) }
        ) { server in
            let gateway = Gateway(allowsPrivateTargets: true, sleep: { _ in })
            try await TestWorld.with(backend, outside: .through(gateway)) { world in
                let made = try await world.send(
                    "admin", .post, "/api/webhooks",
                    ["url": .string("\(server.url)/hook"), "events": ["*"], "secret": "webhook-canary-secret"])
                let id = made.json["data"]?["id"]?.string ?? ""
                try await body(Place(world: world, server: server, webhook: id, status: status))
            }
        }
    }

    @Test(arguments: Backend.all)
    func `a letter is signed over its time and its bytes`(_ backend: Backend) async throws {
        try await WebhookTests.with(backend) { place in
            try await place.makeCase("Pay")
            try await place.world.performJobs()
            let letter = try #require(place.server.requests.first)
            #expect(place.server.requests.count == 1)
            #expect(letter.method == "POST")
            #expect(letter.header("content-type") == "application/json")
            #expect(letter.header("x-testplanit-event") == "test_case.created")
            #expect(letter.header("user-agent")?.isEmpty == false)
            let delivery = try #require(letter.header("x-testplanit-delivery"))
            #expect(letter.json["deliveryId"]?.string == delivery)
            #expect(letter.json["event"]?.string == "test_case.created")
            #expect(letter.json["data"]?["title"]?.string == "Pay")
            let seconds = TestClock.start / 1000
            let wanted = WebhookDeliveries.signature(
                letter.body, secret: Secret("webhook-canary-secret"), seconds: seconds)
            #expect(letter.header("x-testplanit-signature") == wanted)
            #expect(wanted.hasPrefix("t=\(seconds),v1="))
        }
    }

    @Test func `the signature is HMAC-SHA256 as RFC 4231 has it`() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
        let signature = WebhookDeliveries.signature(Array("{}".utf8), secret: Secret("key"), seconds: 1_700_000_000)
        #expect(signature == "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae")
    }

    @Test(arguments: Backend.all)
    func `a failed delivery is tried after each pause with the same id and body`(_ backend: Backend) async throws {
        try await WebhookTests.with(backend) { place in
            place.status.code = 503
            try await place.makeCase("Pay")
            try await place.world.performJobs()
            #expect(place.server.requests.count == 1)
            // Before the pause is over nothing happens.
            place.world.clock.advance(milliseconds: WebhookDeliveries.pauses[0] - 1)
            try await place.world.performJobs()
            #expect(place.server.requests.count == 1)
            place.world.clock.advance(milliseconds: 1)
            try await place.world.performJobs()
            #expect(place.server.requests.count == 2)
            place.status.code = 204
            place.world.clock.advance(milliseconds: WebhookDeliveries.pauses[1])
            try await place.world.performJobs()
            let letters = place.server.requests
            #expect(letters.count == 3)
            #expect(Set(letters.map { $0.header("x-testplanit-delivery") }).count == 1)
            #expect(Set(letters.map(\.body)).count == 1)
            // The time is that of the attempt.
            #expect(Set(letters.map { $0.header("x-testplanit-signature") }).count == 3)
            let delivery = try await place.deliveries().first
            #expect(delivery?["status"]?.string == "SUCCEEDED")
            #expect(delivery?["attempts"]?.integer == 3)
        }
    }

    @Test(arguments: Backend.all)
    func `after the last pause a delivery has failed, and five of them pause the webhook`(_ backend: Backend)
        async throws
    {
        try await WebhookTests.with(backend) { place in
            place.status.code = 500
            for number in 1...Int(WebhookDeliveries.patience) { try await place.makeCase("Case \(number)") }
            try await place.world.performJobs()
            for pause in WebhookDeliveries.pauses {
                place.world.clock.advance(milliseconds: pause)
                try await place.world.performJobs()
            }
            let deliveries = try await place.deliveries()
            #expect(deliveries.count == 5)
            #expect(deliveries.allSatisfy { $0["status"]?.string == "FAILED" && $0["attempts"]?.integer == 7 })
            let hook = try await place.world.send("admin", .get, "/api/webhooks/\(place.webhook)").json["data"]
            #expect(hook?["active"]?.bool == false)
            #expect(hook?["failureCount"]?.integer == 5)
            #expect(hook?["pausedAt"]?.string != nil)
            // While it is paused nothing is written down for it.
            let before = place.server.requests.count
            try await place.makeCase("Unheard")
            try await place.world.performJobs()
            #expect(place.server.requests.count == before)
            // A replay goes out all the same.
            place.status.code = 200
            let id = deliveries.first?["id"]?.string ?? ""
            let replay = try await place.world.send(
                "admin", .post, "/api/webhooks/\(place.webhook)/deliveries/\(id)/redeliver")
            #expect(replay.status == 200)
            try await place.world.performJobs()
            #expect(place.server.requests.count == before + 1)
            // Switched on again it starts afresh.
            let resumed = try await place.world.send(
                "admin", .put, "/api/webhooks/\(place.webhook)", ["active": true])
            #expect(resumed.json["data"]?["failureCount"]?.integer == 0)
            #expect(resumed.json["data"]?["pausedAt"] == .null)
            try await place.makeCase("Heard")
            try await place.world.performJobs()
            #expect(place.server.requests.count == before + 2)
        }
    }

    @Test(arguments: Backend.all)
    func `a redirect is a failure and is not followed`(_ backend: Backend) async throws {
        try await WebhookTests.with(backend) { place in
            place.status.code = 302
            try await place.makeCase("Pay")
            try await place.world.performJobs()
            let delivery = try await place.deliveries().first
            #expect(delivery?["status"]?.string == "PENDING")
            #expect(delivery?["responseStatus"]?.integer == 302)
        }
    }

    @Test(arguments: Backend.all)
    func `a private address is refused unless the operator allows it`(_ backend: Backend) async throws {
        try await StandIn.with({ _ in .ok([]) }) { server in
            let gateway = Gateway(allowsPrivateTargets: false, sleep: { _ in })
            try await TestWorld.with(backend, outside: .through(gateway)) { world in
                let made = try await world.send(
                    "admin", .post, "/api/webhooks", ["url": .string(server.url), "events": ["*"]])
                let id = made.json["data"]?["id"]?.string ?? ""
                let test = try await world.send("admin", .post, "/api/webhooks/\(id)/test").json
                #expect(test["success"]?.bool == false)
                #expect(test["error"]?.string?.contains("private network") == true)
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test(arguments: Backend.all)
    func `one change is told once to each webhook that wants it`(_ backend: Backend) async throws {
        try await WebhookTests.with(backend) { place in
            let other: JSON = ["url": .string("\(place.server.url)/other"), "events": ["milestone.completed"]]
            _ = try await place.world.send("admin", .post, "/api/webhooks", other)
            try await place.makeCase("Pay")
            try await place.world.performJobs()
            try await place.world.performJobs()
            #expect(place.server.requests.map(\.path) == ["/hook"])
        }
    }
}
