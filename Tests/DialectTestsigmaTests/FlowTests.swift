import DialectTestPlanIt
import DialectTestsigma
import Engine
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

/// What CI recipes and scripts for Testsigma send, for a run of 230 tests.
struct FlowTests {
    private static let count = 230
    private static let boundary = "------------------------d74496d66958873e"

    private struct FlowError: Error {}

    private func send(
        _ method: HTTPRequest.Method, _ path: String, query: String = "", type: String = "application/json",
        _ body: [UInt8] = [], in world: TestWorld
    ) async throws -> JSON {
        let headers: HTTPFields = [
            .authorization: "Bearer \(world.person("tester").token)", .contentType: type,
        ]
        let call = Call(
            method: method, path: "/api/v1/\(path)", query: QueryItems(parsing: query), headers: headers,
            body: .bytes(body))
        let reply = await world.gate.answer(call)
        #expect(reply.status == .ok)
        guard case .bytes(let answer) = reply.content else { throw FlowError() }
        return try JSONReader.parse(answer)
    }

    /// A form of curl: one part.
    private func form(_ name: String, _ file: String?, _ content: String) -> [UInt8] {
        let label = file.map { "; filename=\"\($0)\"\r\nContent-Type: application/xml" } ?? ""
        return Array(
            """
            --\(FlowTests.boundary)\r
            Content-Disposition: form-data; name="\(name)"\(label)\r
            \r
            \(content)\r
            --\(FlowTests.boundary)--\r

            """.utf8)
    }

    private var multipart: String { "multipart/form-data; boundary=\(FlowTests.boundary)" }

    private func prepare(_ world: TestWorld) async throws {
        let folder = world.folder.uid
        for number in 1...FlowTests.count {
            let body: JSON = ["title": .string("spec \(number)"), "folder_id": .string(folder)]
            _ = try await send(.post, "projects/SHOP/test_cases", Array(body.text.utf8), in: world)
        }
        let filter: JSON = ["field": "title", "operator": "STARTS_WITH", "values": ["spec"]]
        let body: JSON = ["title": "Nightly", "selection_type": "STATIC", "static_selection_filters": [filter]]
        let run = try await send(.post, "projects/SHOP/test_runs", Array(body.text.utf8), in: world)
        #expect(run["data"]?["test_run"]?["test_cases_count"]?.integer == 230)
    }

    @Test(arguments: Backend.all)
    func `a pipeline sends its report with curl and polls until it is done`(_ backend: Backend) async throws {
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), TestsigmaDialect()]) { world in
            try await prepare(world)
            var report = "<testsuites><testsuite name=\"all\" tests=\"230\">"
            for number in 1...FlowTests.count {
                let problem = number % 10 == 0 ? "<failure message=\"no\">line \(number)</failure>" : ""
                report += "<testcase classname=\"suite\" name=\"spec \(number)\" time=\"0.1\">\(problem)</testcase>"
            }
            report += "</testsuite></testsuites>"
            let started = try await send(
                .post, "projects/SHOP/junit-import/test-run/SHOP-R-1", type: multipart,
                form("junit_xml", "report.xml", report), in: world)
            let id = try #require(started["data"]?["import"]?["id"]?.string)
            let status = try await send(.get, "projects/SHOP/junit-imports/\(id)/status", in: world)
            #expect(status["data"]?["import"]?["status"]?.string == "completed")
            #expect(status["data"]?["import"]?["details"]?["imported_count"]?.integer == 230)
            #expect(status["data"]?["import"]?["details"]?["failed_count"]?.integer == 0)
            let run = try await send(.get, "projects/SHOP/test_runs/SHOP-R-1", in: world)
            let results = run["data"]?["test_run"]?["results"]?.array ?? []
            #expect(results.filter { $0["status"]?.string == "PASSED" }.count == 207)
            #expect(results.filter { $0["status"]?.string == "FAILED" }.count == 23)
        }
    }

    @Test(arguments: Backend.all)
    func `a script pages through a run and sends all results in one form`(_ backend: Backend) async throws {
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), TestsigmaDialect()]) { world in
            try await prepare(world)
            var ids: [String] = []
            var next: String?
            repeat {
                let query = next.map { "&next=\($0)" } ?? ""
                let page = try await send(
                    .get, "projects/SHOP/test_runs/SHOP-R-1/test_cases", query: "page_size=100\(query)", in: world)
                for row in page["data"]?["test_run_cases"]?.array ?? [] {
                    ids.append(row["test_case"]?["human_id"]?.string ?? "")
                }
                next = page["page_info"]?["next"]?.string
            } while next != nil
            #expect(ids.count == 230)
            #expect(Set(ids).count == 230)
            let entries: [JSON] = ids.map {
                ["test_case_id": .string($0), "test_run_status_id": "Passed", "description": "ok"]
            }
            let body: JSON = ["test_run_cases": .array(entries)]
            let changed = try await send(
                .put, "projects/SHOP/test_runs/SHOP-R-1/test_cases", type: multipart,
                form("data", nil, body.text), in: world)
            #expect(changed["data"]?["test_run_cases"]?.array?.count == 230)
            let run = try await send(.get, "projects/SHOP/test_runs/SHOP-R-1", in: world)
            let summary = run["data"]?["test_run"]?["test_run_status_summary"]?.array ?? []
            #expect(summary.count == 1)
            #expect(summary.first?["count"]?.integer == 230)
        }
    }
}
