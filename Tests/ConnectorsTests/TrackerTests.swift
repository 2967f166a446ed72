import Connectors
import Engine
import Foundation
import Model
import Testing

/// Each tracker against a stand-in that speaks its documented protocol.
struct TrackerTests {
    private static let table = TrackerTable(Gateway(allowsPrivateTargets: true, sleep: { _ in }))

    private static func jira(_ server: StandIn, _ credentials: JSONObject, _ settings: JSON = []) throws -> any Tracker
    {
        var all = settings.object ?? JSONObject()
        all["baseUrl"] = .string("\(server.url)/")
        return try table.tracker(
            TrackerAccount(provider: "JIRA", authType: "API_KEY", credentials: credentials, settings: all))
    }

    private static func object(_ pairs: KeyValuePairs<String, String>) -> JSONObject {
        JSONObject(pairs.map { JSONObject.Member(name: $0.key, value: .string($0.value)) })
    }

    private static let basic = object(["email": JiraStandIn.email, "apiToken": JiraStandIn.token])

    @Test(arguments: [JiraStandIn.Kind.cloud, .dataCenter])
    func `Jira is read and written, Cloud and Data Center alike`(_ kind: JiraStandIn.Kind) async throws {
        let vendor = JiraStandIn(kind)
        try await StandIn.with({ vendor.answer($0) }) { server in
            let tracker = try TrackerTests.jira(server, TrackerTests.basic)
            #expect(try await tracker.user().name == "Mia Tester")
            #expect(try await tracker.projects().map(\.key) == ["SHOP", "APP"])
            let types = try await tracker.issueTypes(project: "SHOP")
            #expect(types.map(\.name) == ["Bug", "Sub-task"])
            #expect(types.map(\.isSubtask) == [false, true])
            let fields = try await tracker.fields(project: "SHOP", issueType: "10001")
            #expect(fields.first?.isRequired == true)
            #expect(fields.last?.allowed?.map(\.name) == ["High", "Low"])
            let new = NewTrackerIssue(
                project: "SHOP", type: "Bug", title: "Cart is empty", description: "one\n\ntwo", priority: "High")
            let made = try await tracker.create(new)
            #expect(made.key == "SHOP-123")
            #expect(made.url == "\(server.url)/browse/SHOP-123")
            let found = try await tracker.issue("SHOP-123")
            #expect(found.title == "Cart is empty")
            #expect(found.description == "one\n\ntwo")
            #expect(found.priority == "High")
            #expect(found.status == "Open")
            #expect(found.assignee?.email == JiraStandIn.email)
            #expect(try await tracker.search("cart", project: "SHOP", limit: 10).elements.map(\.key) == ["SHOP-123"])
            #expect(try await tracker.search("shop-123", project: nil, limit: 10).elements.map(\.key) == ["SHOP-123"])
            #expect(try await tracker.search("a \"quote\" \\ )", project: "SHOP", limit: 10).elements.isEmpty)
            #expect(try await tracker.users("mia", project: "SHOP", limit: 10).map(\.name) == ["Mia Tester"])
            #expect(try await tracker.users("mia", project: nil, limit: 10).count == 1)
            try await tracker.link("SHOP-123", to: "https://assay.test/p/SHOP", title: "A case")
            #expect(vendor.links["SHOP-123"]?.first?["object"]?["url"]?.string == "https://assay.test/p/SHOP")
        }
    }

    @Test func `a personal access token of Data Center is sent as a bearer token`() async throws {
        let vendor = JiraStandIn(.dataCenter)
        try await StandIn.with({ vendor.answer($0) }) { server in
            let credentials = TrackerTests.object(["personalAccessToken": JiraStandIn.token])
            let tracker = try TrackerTests.jira(server, credentials, ["apiVersion": "2"])
            #expect(try await tracker.user().id == "mia")
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a tracker that fails is named, and no secret is in the message`() async throws {
        try await StandIn.with({ _ in
            .json(
                500,
                [
                    "errorMessages": [.string("token \(JiraStandIn.token) \u{7} broke")],
                    "message": .string(JiraStandIn.token),
                ])
        }) { server in
            let tracker = try TrackerTests.jira(server, TrackerTests.basic)
            do {
                _ = try await tracker.user()
                Issue.record("no error")
            } catch let error as DomainError {
                #expect(error.code == .upstream)
                #expect(error.message.contains("Jira answered with status 500"))
                #expect(!error.message.contains(JiraStandIn.token))
            }
        }
    }

    @Test(arguments: ["not json", "[1,2", "{\"a\":1,\"a\":2}", "", "\"text\"", "{}"])
    func `rubbish is an error and never a trap`(_ body: String) async throws {
        try await StandIn.with({ _ in .bytes(200, Array(body.utf8)) }) { server in
            let tracker = try TrackerTests.jira(server, TrackerTests.basic)
            for call in 0..<4 {
                do {
                    switch call {
                    case 0: _ = try await tracker.issue("SHOP-1")
                    case 1: _ = try await tracker.projects()
                    case 2: _ = try await tracker.search("x", project: "SHOP", limit: 5)
                    default: _ = try await tracker.create(NewTrackerIssue(project: "SHOP", type: "Bug", title: "x"))
                    }
                } catch let error as DomainError {
                    #expect(error.code == .upstream)
                }
            }
        }
    }

    @Test func `wrong credentials and unknown issues are told apart`() async throws {
        let vendor = JiraStandIn(.cloud)
        try await StandIn.with({ vendor.answer($0) }) { server in
            let wrong = try TrackerTests.jira(server, TrackerTests.object(["email": "a@b.c", "apiToken": "nope"]))
            await #expect(throws: DomainError(.upstream, "Jira refused the credentials (status 401)")) {
                try await wrong.user()
            }
            let right = try TrackerTests.jira(server, TrackerTests.basic)
            do {
                _ = try await right.issue("SHOP-999")
                Issue.record("no error")
            } catch let error as DomainError {
                #expect(error.code == .notFound)
            }
        }
    }

    @Test func `GitHub is read and written`() async throws {
        let vendor = GitHubStandIn()
        try await StandIn.with({ vendor.answer($0) }) { server in
            let account = TrackerAccount(
                provider: "GITHUB", authType: "PERSONAL_ACCESS_TOKEN",
                credentials: TrackerTests.object(["personalAccessToken": GitHubStandIn.token]),
                settings: TrackerTests.object(["owner": "acme", "repository": "shop", "baseUrl": server.url]))
            let tracker = try TrackerTests.table.tracker(account)
            #expect(try await tracker.user().email == "mia@example.com")
            #expect(try await tracker.projects().map(\.key) == ["acme/shop"])
            #expect(try await tracker.issueTypes(project: nil).map(\.name) == ["Issue"])
            #expect(try await tracker.fields(project: nil, issueType: "issue").contains { $0.key == "labels" })
            let made = try await tracker.create(
                NewTrackerIssue(project: nil, type: nil, title: "Broken", description: "text", priority: "High"))
            #expect(made.key == "#1")
            #expect(made.url == "https://github.com/acme/shop/issues/1")
            #expect(try await tracker.issue("acme/shop#1").description == "text\n\nPriority: High")
            #expect(try await tracker.search("Broken", project: nil, limit: 5).total == 1)
            #expect(try await tracker.users("mi", project: nil, limit: 5).map(\.id) == ["mia"])
            await #expect(throws: DomainError.self) { try await tracker.issue("../../user#1") }
        }
    }

    @Test func `GitLab is read and written`() async throws {
        let vendor = GitLabStandIn()
        try await StandIn.with({ vendor.answer($0) }) { server in
            let account = TrackerAccount(
                provider: "GITLAB", authType: "PERSONAL_ACCESS_TOKEN",
                credentials: TrackerTests.object(["personalAccessToken": GitLabStandIn.token]),
                settings: TrackerTests.object(["baseUrl": server.url, "project": "acme/shop"]))
            let tracker = try TrackerTests.table.tracker(account)
            #expect(try await tracker.user().name == "Mia")
            #expect(try await tracker.projects().map(\.key) == ["acme/shop"])
            #expect(try await tracker.issueTypes(project: nil).count == 3)
            #expect(try await tracker.fields(project: nil, issueType: "issue").first?.key == "title")
            let made = try await tracker.create(NewTrackerIssue(project: nil, type: "Incident", title: "Down"))
            #expect(made.key == "acme/shop#1")
            #expect(made.type?.name == "Incident")
            #expect(try await tracker.issue("acme/shop#1").title == "Down")
            #expect(try await tracker.search("Down", project: nil, limit: 5).total == 42)
            #expect(try await tracker.users("mia", project: nil, limit: 5).map(\.id) == ["7"])
        }
    }

    @Test func `Azure DevOps is read and written`() async throws {
        let vendor = AzureStandIn()
        try await StandIn.with({ vendor.answer($0) }) { server in
            var account = TrackerAccount(
                provider: "AZURE_DEVOPS", authType: "PERSONAL_ACCESS_TOKEN",
                credentials: TrackerTests.object(["personalAccessToken": AzureStandIn.token]),
                settings: TrackerTests.object(["organizationUrl": "\(server.url)/acme", "project": "Shop"]))
            let tracker = try TrackerTests.table.tracker(account)
            #expect(try await tracker.user().name == "acme")
            #expect(try await tracker.projects().map(\.key) == ["Shop"])
            #expect(try await tracker.issueTypes(project: "Shop").map(\.name) == ["Bug", "Task"])
            #expect(try await tracker.fields(project: "Shop", issueType: "Bug").last?.allowed?.count == 4)
            let made = try await tracker.create(
                NewTrackerIssue(
                    project: nil, type: "Bug", title: "It's late", description: "a < b\nc", priority: "High"))
            #expect(made.key == "41")
            #expect(made.description == "a &lt; b<br>c")
            #expect(made.priority == "2")
            #expect(try await tracker.search("It's", project: nil, limit: 5).elements.map(\.key) == ["41"])
            #expect(try await tracker.users("mia", project: nil, limit: 5).map(\.email) == ["mia@example.com"])
            try await tracker.link("41", to: "https://assay.test/", title: "A case")
            account.credentials = TrackerTests.object(["personalAccessToken": "wrong"])
            let stranger = try TrackerTests.table.tracker(account)
            await #expect(throws: DomainError(.upstream, "Azure DevOps refused the credentials (status 203)")) {
                try await stranger.user()
            }
        }
    }

    @Test func `a plain URL tracker is never called`() async throws {
        let settings = TrackerTests.object(["baseUrl": "https://bugs.example.com/show/{issueId}"])
        let account = TrackerAccount(
            provider: "SIMPLE_URL", authType: "NONE", credentials: JSONObject(), settings: settings)
        let tracker = try TrackerTests.table.tracker(account)
        #expect(try await tracker.issue("A 1/2").url == "https://bugs.example.com/show/A%201%2F2")
        await #expect(throws: DomainError.self) {
            try await tracker.create(NewTrackerIssue(project: nil, type: nil, title: "x"))
        }
        for bad in ["https://bugs.example.com/", "javascript:{issueId}", "ftp://x/{issueId}"] {
            let wrong = TrackerAccount(
                provider: "SIMPLE_URL", authType: "NONE", credentials: JSONObject(),
                settings: TrackerTests.object(["baseUrl": bad]))
            #expect(throws: DomainError.self, "\(bad)") { try TrackerTests.table.tracker(wrong) }
        }
    }

    @Test func `every tracker has a descriptor and refuses an empty account`() {
        #expect(
            TrackerTests.table.descriptors.map(\.provider) == [
                "JIRA", "GITHUB", "GITLAB", "AZURE_DEVOPS", "SIMPLE_URL",
            ])
        for descriptor in TrackerTests.table.descriptors {
            let account = TrackerAccount(
                provider: descriptor.provider, authType: descriptor.authTypes.first ?? "", credentials: JSONObject(),
                settings: JSONObject())
            #expect(throws: DomainError.self, "\(descriptor.provider)") { try TrackerTests.table.tracker(account) }
            #expect(!"\(account)".contains("canary"))
        }
    }
}
