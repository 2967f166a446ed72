import DialectTestPlanIt
import DialectTestQuality
import Engine
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

/// What the official command line client sends, call by call, with a report of 230 tests.
struct UploaderFlowTests {
    @Test(arguments: Backend.all)
    func `the command line client uploads 230 results`(_ backend: Backend) async throws {
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), TestQualityDialect()]) { world in
            let token = try await signIn(world)
            let project = try await find("project", "name=Shop", token, world)
            let plan = try await find("plan", "project_id=\(project)&is_root=true", token, world)
            let first = try await upload(plan: plan, token, world)
            #expect(first["total"]?.integer == 230)
            #expect(first["passed"]?.integer == 207)
            #expect(first["failed"]?.integer == 23)
            #expect(first["blocked"]?.integer == 0)
            #expect(first["time"]?.string == "23.000")
            #expect(first["tests_created"]?.integer == 230)
            #expect(first["suites_created"]?.integer == 10)
            let run = first["run_id"]?.integer ?? 0
            let results = try await get("/api/run_result", "run_id=\(run)&per_page=-1", token, world)
            #expect(results["total"]?.integer == 230)
            #expect(results["data"]?.array?.count == 230)
            #expect(results["per_page"]?.integer == 230)
            let page = try await get("/api/test", "project_id=\(project)", token, world)
            #expect(page["last_page"]?.integer == 16)
            // The same upload once more makes a run, but no test.
            let second = try await upload(plan: plan, token, world)
            #expect(second["tests_created"]?.integer == 0)
            #expect(second["run_id"]?.integer != run)
            let includes = try await get(
                "/api/plan_suite_test_include", "plan_id=\(plan)&per_page=-1&_with=suite,test", token, world)
            #expect(includes["total"]?.integer == 230)
            #expect(includes["data"]?[0]?["test"]?["name"]?.string != nil)
            let open = try await get("/api/run", "plan_id=\(plan)&is_current=true", token, world)
            #expect(open["total"]?.integer == 1)
        }
    }

    private func signIn(_ world: TestWorld) async throws -> String {
        let body: JSON = [
            "grant_type": "password", "client_id": "2", "client_secret": "x", "username": "manager@example.com",
            "password": .string(TestWorld.password),
        ]
        let answer = try await send(
            .post, "/api/oauth/access_token", Array(body.text.utf8), "application/json", nil, world)
        return try #require(answer["access_token"]?.string)
    }

    private func find(_ entity: String, _ query: String, _ token: String, _ world: TestWorld) async throws -> Int64 {
        let answer = try await get("/api/\(entity)", "per_page=-1&\(query)", token, world)
        return try #require(answer["data"]?[0]?["id"]?.integer)
    }

    private func get(_ path: String, _ query: String, _ token: String, _ world: TestWorld) async throws -> JSON {
        try await send(.get, path, [], "application/json", token, world, query: query)
    }

    /// The client streams in chunks and names no length; parts carry one of their own.
    private func upload(plan: Int64, _ token: String, _ world: TestWorld) async throws -> JSON {
        var report = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"all\">\n"
        for suite in 0..<10 {
            report += "<testsuite name=\"suite \(suite)\" tests=\"23\">\n"
            for test in 0..<23 {
                report += "<testcase name=\"case \(test)\" classname=\"suite\(suite).Case\" time=\"0.1\">"
                if (suite * 23 + test).isMultiple(of: 10) { report += "<failure message=\"no\">trace</failure>" }
                report += "</testcase>\n"
            }
            report += "</testsuite>\n"
        }
        report += "</testsuites>\n"
        let boundary = "----------------------------735323031399963166993862"
        var form = "--\(boundary)\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"results.xml\"\r\n"
        form += "Content-Type: text/xml\r\nContent-Length: \(report.utf8.count)\r\n\r\n\(report)\r\n"
        form += "--\(boundary)\r\nContent-Disposition: form-data; name=\"filepaths[]\"\r\n\r\n/build/results.xml\r\n"
        form += "--\(boundary)\r\nContent-Disposition: form-data; name=\"plan_id\"\r\n\r\n\(plan)\r\n"
        form += "--\(boundary)--\r\n"
        return try await send(
            .post, "/api/import_xml", Array(form.utf8), "multipart/form-data; boundary=\(boundary)", token, world)
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ type: String, _ token: String?,
        _ world: TestWorld, query: String = ""
    ) async throws -> JSON {
        var headers: HTTPFields = [.contentType: type, .accept: "application/json"]
        if let token { headers[.authorization] = "Bearer \(token)" }
        let source = Chunks(body)
        let stream = Body(length: nil) { () async throws(DomainError) -> [UInt8]? in await source.next() }
        let reply = await world.gate.answer(
            Call(
                method: method, path: path, query: QueryItems(parsing: query), headers: headers, body: stream,
                remoteAddress: "192.0.2.7", origin: "http://assay.test"))
        guard case .bytes(let bytes) = reply.content else { throw Unexpected(text: "no bytes") }
        let text = String(decoding: bytes, as: UTF8.self)
        guard reply.status.code < 300 else { throw Unexpected(text: "\(reply.status.code) \(text)") }
        return try JSONReader.parse(text)
    }

    private struct Unexpected: Error {
        let text: String
    }

    /// A body in chunks of odd sizes.
    private actor Chunks {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        func next() -> [UInt8]? {
            guard !rest.isEmpty else { return nil }
            let piece = rest.prefix(1789)
            rest = rest.dropFirst(piece.count)
            return Array(piece)
        }
    }
}
