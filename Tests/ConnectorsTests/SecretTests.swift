import Connectors
import Engine
import Foundation
import HTTPTypes
import Model
import TestKit
import Testing

/// Secrets at rest (SAFETY 2.3-10): nothing of them in the database, nothing in an answer.
struct SecretTests {
    private static let canary = "CANARY-7f3a9c51"

    @Test(arguments: Backend.all)
    func `no secret is stored or answered in the clear`(_ backend: Backend) async throws {
        let gateway = Gateway(allowsPrivateTargets: false, sleep: { _ in })
        try await TestWorld.with(backend, outside: .through(gateway)) { world in
            let secret = JSON.string(SecretTests.canary)
            let posts: [(String, JSON)] = [
                (
                    "/api/integrations",
                    [
                        "name": "A", "provider": "JIRA", "authType": "API_KEY",
                        "credentials": ["email": "a@b.c", "apiToken": secret],
                        "settings": ["baseUrl": "https://x.test"],
                    ]
                ),
                (
                    "/api/model/integration/create",
                    [
                        "data": [
                            "name": "B", "provider": "JIRA", "authType": "API_KEY",
                            "credentials": ["email": "a@b.c", "apiToken": secret],
                        ]
                    ]
                ),
                ("/api/webhooks", ["url": "https://x.test/", "events": ["*"], "secret": secret]),
                (
                    "/api/admin/llm/integrations",
                    ["name": "C", "provider": "OPENAI", "apiKey": secret, "model": "gpt-4o"]
                ),
                (
                    "/api/model/llmIntegration/create",
                    ["data": ["name": "D", "provider": "OPENAI", "credentials": ["apiKey": secret]]]
                ),
            ]
            for (path, body) in posts {
                let answer = try await world.send("admin", .post, path, body)
                #expect(answer.status == 201, "\(path): \(answer.text)")
                #expect(!answer.text.contains(SecretTests.canary), "\(path)")
            }
            let reads = [
                "/api/integrations", "/api/webhooks", "/api/admin/llm/integrations", "/api/llm/test",
                "/api/model/integration/findMany?q={}", "/api/model/webhook/findMany?q={}",
                "/api/model/llmIntegration/findMany?q={}", "/api/model/auditLog/findMany?q={}",
            ]
            for path in reads {
                let answer = try await world.send("admin", .get, path)
                #expect(answer.status == 200, "\(path): \(answer.text)")
                #expect(!answer.text.contains(SecretTests.canary), "\(path)")
            }
            let columns = [("Integration", "credentials"), ("LlmIntegration", "credentials"), ("Webhook", "secret")]
            for (entity, column) in columns {
                let stored = try await world.engine.read(as: .system) { work throws(DomainError) in
                    try work.find(Query(entity)).map { $0.text(column) }
                }
                #expect(!stored.isEmpty)
                for text in stored {
                    #expect(text.contains("aes2:"), "\(entity)")
                    #expect(!text.contains(SecretTests.canary))
                }
            }
            if backend == .sqlite {
                for name in ["assay.sqlite", "assay.sqlite-wal"] {
                    guard let bytes = FileManager.default.contents(atPath: "\(world.dataFolder)/\(name)") else {
                        continue
                    }
                    #expect(bytes.range(of: Data(SecretTests.canary.utf8)) == nil, "\(name)")
                }
            }
        }
    }

    @Test(arguments: Backend.all)
    func `credentials that the RPC took work`(_ backend: Backend) async throws {
        let jira = JiraStandIn(.cloud)
        try await StandIn.with({ jira.answer($0) }) { server in
            let gateway = Gateway(allowsPrivateTargets: true, sleep: { _ in })
            try await TestWorld.with(backend, outside: .through(gateway)) { world in
                let made = try await world.send(
                    "admin", .post, "/api/model/integration/create",
                    [
                        "data": [
                            "name": "B", "provider": "JIRA", "authType": "API_KEY",
                            "credentials": [
                                "email": .string(JiraStandIn.email), "apiToken": .string(JiraStandIn.token),
                            ],
                            "settings": ["baseUrl": .string(server.url)],
                        ]
                    ])
                let id = made.json["data"]?["id"]?.integer ?? 0
                let test = try await world.send(
                    "admin", .post, "/api/integrations/test-connection", ["integrationId": .integer(id)])
                #expect(test.status == 200, "\(test.text)")
                let changed = try await world.send(
                    "admin", .put, "/api/model/integration/update",
                    ["where": ["id": .integer(id)], "data": ["credentials": ["email": "a@b.c", "apiToken": "wrong"]]])
                #expect(changed.status == 200, "\(changed.text)")
                let again = try await world.send(
                    "admin", .post, "/api/integrations/test-connection", ["integrationId": .integer(id)])
                #expect(again.status == 400)
            }
        }
    }

    @Test(arguments: [Backend.sqlite])
    func `a secret opens in its own place only`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let place = SecretPlace("integration", "credentials", row: 7)
            let sealed = try world.engine.sealed(Secret(SecretTests.canary), for: place)
            #expect(world.engine.opened(sealed, from: place)?.text == SecretTests.canary)
            let others = [
                SecretPlace("integration", "credentials", row: 8), SecretPlace("integration", "settings", row: 7),
                SecretPlace("webhook", "credentials", row: 7),
            ]
            for other in others { #expect(world.engine.opened(sealed, from: other) == nil) }
            // The same text is never sealed the same way twice.
            #expect(try world.engine.sealed(Secret(SecretTests.canary), for: place) != sealed)
            var broken = Array(sealed)
            broken[broken.count - 2] = broken[broken.count - 2] == "A" ? "B" : "A"
            #expect(world.engine.opened(String(broken), from: place) == nil)
            for text in ["", "aes2:", "aes2:x:y", "aes1:AAAA", "plain"] {
                #expect(world.engine.opened(text, from: place) == nil)
            }
            #expect("\(Secret(SecretTests.canary))" == "•••")
            #expect(String(reflecting: Secret(SecretTests.canary)) == "•••")
        }
    }
}
