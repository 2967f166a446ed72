import DialectPractiTest
import DialectTestPlanIt
import Engine
import Model
import TestKit
import Testing
import Wire

/// The behaviour of the API, told in `Scenarios/*.scenario`, on every database.
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
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), PractiTestDialect()]) { world in
            var runner = ScenarioRunner(scenario, world)
            do {
                try await runner.run()
            } catch let difference as ScenarioDifference {
                Issue.record(
                    "\(scenario.title) on \(backend): \(difference)",
                    sourceLocation: SourceLocation(
                        fileID: "DialectPractiTestTests/Scenarios", filePath: difference.file, line: difference.line,
                        column: 1))
            }
        }
    }
}
