import Connectors
import Engine
import Foundation
import Model
import TestKit
import Testing

/// Stories that need somebody outside: trackers, language models and receivers of webhooks stand in on loopback.
struct ScenarioTests {
    static let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Scenarios"

    static let scenarios: [Scenario] = {
        do {
            return try Scenario.all(in: folder)
        } catch {
            fatalError("\(error)")
        }
    }()

    @Test(arguments: Backend.all, scenarios)
    func scenario(_ backend: Backend, _ scenario: Scenario) async throws {
        let jira = JiraStandIn(.cloud)
        let dataCenter = JiraStandIn(.dataCenter)
        let gitHub = GitHubStandIn()
        let handlers: [(String, StandIn.Handler)] = [
            ("jira", { jira.answer($0) }), ("dataCenter", { dataCenter.answer($0) }),
            ("github", { gitHub.answer($0) }), ("model", { ModelStandIn.answer($0, content: ScenarioTests.said) }),
            ("receiver", { ScenarioTests.receive($0) }),
        ]
        var servers: [(name: String, server: StandIn)] = []
        for (name, handler) in handlers { servers.append((name, try await StandIn.start(handler))) }
        var variables = [
            "jiraToken": JiraStandIn.token, "jiraSecret": JiraStandIn.clientSecret, "jiraEmail": JiraStandIn.email,
            "githubToken": GitHubStandIn.token, "modelKey": ModelStandIn.key,
        ]
        for (name, server) in servers { variables[name] = server.url }
        let gateway = Gateway(allowsPrivateTargets: true, sleep: { _ in })
        let known = variables
        try await TestWorld.with(backend, outside: .through(gateway)) { world in
            var runner = ScenarioRunner(scenario, world, variables: known)
            do {
                try await runner.run()
            } catch let difference as ScenarioDifference {
                Issue.record("\(scenario.title) on \(backend): \(difference)")
            }
        }
        for (_, server) in servers { await server.stop() }
    }

    /// What the model says: words of the question decide.
    private static func said(_ request: StandInRequest) -> String {
        let text = String(decoding: request.body, as: UTF8.self)
        if text.contains("say rubbish") { return "I would rather talk about the weather." }
        if text.contains("{\\\"caseIds") || text.contains("belong into the run") {
            return "Here you are: {\"caseIds\": [1, 2, 999999], \"reasoning\": \"They are about paying.\"}"
        }
        guard text.contains("experienced software tester") else { return "Improved text here..." }
        return """
            Certainly! ```json
            {"testCases": [
              {"title": "Successful login", "description": "Right name and password", "priority": "HIGH",
               "tags": ["login"], "steps": [{"action": "Open the page", "expected": "The form is shown"}],
               "fieldValues": {"Nobody's field": "x"}},
              {"name": "Wrong password", "priority": "URGENT!!",
               "steps": [{"step": "Type a wrong password", "expectedResult": "A message"}, "Try again"]},
              {"description": "a case without a title"},
              {"title": "Third", "steps": []}
            ]}
            ```
            """
    }

    private static func receive(_ request: StandInRequest) -> StandInAnswer {
        request.path == "/broken" ? .json(500, ["secret": "must not be shown"]) : .ok(["ok": true])
    }
}
