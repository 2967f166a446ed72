import DialectTestPlanIt
import DialectTestWorthy
import Engine
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

/// What TestWorthy's integrations send, in their order and with their headers, for a run of 230 tests.
struct FlowTests {
    private static let count = 230

    /// A call as the integrations make it: three headers and a cookie, no `Authorization`.
    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, in world: TestWorld
    ) async throws -> JSON {
        var headers: HTTPFields = [.contentType: "application/json", .cookie: "SESSION=abc"]
        for (name, value) in [
            ("X-TMA-KEY", world.person("tester").token), ("X-USER-EMAIL", "tester@example.com"),
            ("X-PROJECT-KEY", "SHOP"),
        ] {
            headers[try #require(HTTPField.Name(name))] = value
        }
        let bytes = Array((body?.text ?? "").utf8)
        let call = Call(method: method, path: path, headers: headers, body: .bytes(bytes))
        let reply = await world.gate.answer(call)
        #expect(reply.status == .ok)
        guard case .bytes(let answer) = reply.content else { throw FlowError() }
        return try JSONReader.parse(answer)
    }

    private struct FlowError: Error {}

    @Test(arguments: Backend.all)
    func `an integration finds its run by name and its cases by title and reports every test`(
        _ backend: Backend
    ) async throws {
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), TestWorthyDialect()]) { world in
            let tester = try await world.caller("tester")
            let project = world.project.id
            try await world.engine.write(as: tester) { work throws(DomainError) in
                var inputs: [CaseInput] = []
                for number in 1...FlowTests.count {
                    var input = CaseInput()
                    input.fields["name"] = .text("spec \(number)  works <fully>")
                    inputs.append(input)
                }
                let cases = try work.createCases(project: project, inputs)
                _ = try work.createRun(
                    project: project, ["name": "Other"], members: [])
                _ = try work.createRun(
                    project: project, ["name": "Nightly / 7"], members: cases.map { Writing.RunMember(caseId: $0) })
            }
            let runs = try await send(.get, "/api/tests/get_runs/\(world.folder.id)/", in: world)
            let run = try #require(runs["runs"]?.array?.first { $0["name"]?.string == "Nightly / 7" })
            let id = try #require(run["id"]?.integer)
            let tests = try await send(.get, "/api/tests/get_run_cases/\(id)", in: world)["tests"]?.array ?? []
            #expect(tests.count == FlowTests.count)
            var ids: [String: Int64] = [:]
            for test in tests { ids[test["case"]?["title"]?.string ?? ""] = test["case"]?["id"]?.integer }
            for number in 1...FlowTests.count {
                let testCase = try #require(ids["spec \(number)  works <fully>"])
                let result: JSON = [
                    "case_id": .integer(testCase), "status_id": .integer(number % 10 == 0 ? 5 : 1),
                    "Comment": .string("took \(number) ms"), "AssignedToId": nil,
                    "Defects": .string(number == 10 ? "2306,2307" : ""),
                ]
                let answer = try await send(
                    .post, "/api/tests/add_results_for_cases/\(id)", ["Results": [result]], in: world)
                #expect(answer["results"]?[0]?["case_id"]?.integer == testCase)
            }
            let after = try await send(.get, "/api/tests/get_run/\(id)", in: world)
            #expect(after["passed_count"]?.integer == 207)
            #expect(after["failed_count"]?.integer == 23)
            #expect(after["untested_count"]?.integer == 0)
        }
    }

    @Test(arguments: Backend.all)
    func `the results of a run are uploaded in one request and read page by page`(_ backend: Backend) async throws {
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), TestWorthyDialect()]) { world in
            let tester = try await world.caller("tester")
            let project = world.project.id
            let (run, cases) = try await world.engine.write(as: tester) { work throws(DomainError) in
                var inputs: [CaseInput] = []
                for number in 1...FlowTests.count {
                    var input = CaseInput()
                    input.fields["name"] = .text("case \(number)")
                    inputs.append(input)
                }
                let cases = try work.createCases(project: project, inputs)
                let members = cases.map { Writing.RunMember(caseId: $0) }
                return (try work.createRun(project: project, ["name": "R"], members: members), cases)
            }
            let results: [JSON] = cases.map {
                ["runId": .integer(run), "caseId": .integer($0), "status": "passed", "elapsed": 0.25]
            }
            func ask(_ method: HTTPRequest.Method, _ path: String, _ query: String, _ body: JSON?) async throws -> JSON
            {
                let headers: HTTPFields = [
                    .authorization: "Bearer \(world.person("tester").token)", .contentType: "application/json",
                ]
                let call = Call(
                    method: method, path: path, query: QueryItems(parsing: query), headers: headers,
                    body: .bytes(Array((body?.text ?? "").utf8)))
                guard case .bytes(let answer) = await world.gate.answer(call).content else { throw FlowError() }
                return try JSONReader.parse(answer)
            }
            let made = try await ask(.post, "/v1/results", "", .array(results))
            #expect(made["data"]?.array?.count == FlowTests.count)
            var seen: Set<Int64> = []
            for page in 1...3 {
                let list = try await ask(.get, "/v1/projects/\(project)/results", "limit=100&page=\(page)", nil)
                #expect(list["totalPages"]?.integer == 3)
                for row in list["data"]?.array ?? [] { seen.insert(row["caseId"]?.integer ?? 0) }
            }
            #expect(seen == Set(cases))
        }
    }
}
