import Engine
import Model
import Statements
import Synchronization
import Testing

@Suite struct DemoProjectTests {
    @Test(arguments: Backend.available)
    func `the demo project has something for every screen`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let owner = try await world.user(.administrator)
            let project = try await world.engine.createDemoProject(owner: try #require(owner.userId))
            let own = Filter.equals("projectId", .int(project))
            #expect(try await world.row("Project", project)?.text("key") == "SHOP")
            #expect(try await world.count("RepositoryFolder", own && .equals("isDeleted", false)) >= 10)
            #expect((60...100).contains(try await world.count("RepositoryCase", own)))
            #expect(try await world.count("TestRun", own) == 7)
            #expect(try await world.count("TestRun", own && .equals("isCompleted", false)) == 1)
            #expect(try await world.count("JUnitTestResult", .equals("type", "FAILURE")) == 3)
            #expect(try await world.count("Milestone", own) == 3)
            #expect(try await world.count("Comment", own) >= 5)
            #expect(try await world.count("SessionFinding") == 4)
        }
    }

    @Test(arguments: Backend.available)
    func `about a third of the open run is untested and every status occurs`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let owner = try await world.user(.administrator)
            _ = try await world.engine.createDemoProject(owner: try #require(owner.userId))
            let rows = try await world.rows(
                """
                SELECT COALESCE(s.system_name, 'untested'), COUNT(*) FROM test_run_case AS c
                JOIN test_run AS r ON r.id = c.test_run_id LEFT JOIN status AS s ON s.id = c.status_id
                WHERE NOT r.is_completed GROUP BY 1
                """)
            var counts: [String: Int64] = [:]
            for row in rows { counts[row[0].string ?? ""] = row[1].integer }
            let total = counts.values.reduce(0, +)
            let untested = counts["untested"] ?? 0
            #expect(untested * 4 > total && untested * 2 < total)
            for status in ["passed", "failed", "blocked", "retest", "skipped"] {
                #expect(counts[status] ?? 0 > 0, "\(status)")
            }
        }
    }

    @Test(arguments: Backend.available)
    func `results are spread over three weeks and none lies ahead`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let owner = try await world.user(.administrator)
            _ = try await world.engine.createDemoProject(owner: try #require(owner.userId))
            let times = try await world.rows(
                "SELECT executed_at FROM test_run_result UNION ALL SELECT executed_at FROM junit_test_result"
            ).compactMap { $0[0].integer }
            let day = Timestamp.millisecondsPerDay
            #expect(Set(times.map { $0 / day }).count >= 10)
            #expect(times.allSatisfy { $0 <= world.clock.now && $0 > world.clock.now - 22 * day })
            let ahead = try await world.number("SELECT COUNT(*) FROM test_run_result WHERE executed_at <> created_at")
            #expect(ahead == 0)
        }
    }

    @Test(arguments: Backend.available)
    func `the people of the demo cannot sign in`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let owner = try await world.user(.administrator)
            _ = try await world.engine.createDemoProject(owner: try #require(owner.userId))
            #expect(try await world.number("SELECT COUNT(*) FROM \"user\" WHERE password IS NOT NULL") == 0)
            let refusal = await refusal { () throws(DomainError) in
                try await world.engine.signIn(
                    email: "ada.bergstrom@example.com", password: "", address: "::1", agent: nil)
            }
            #expect(refusal?.code == .unauthenticated(.invalidToken))
        }
    }

    @Test(arguments: Backend.available)
    func `two servers with the same clock make the same results`(_ backend: Backend) async throws {
        let all = Mutex<[[[Value]]]>([])
        for _ in 0..<2 {
            try await EngineWorld.with(backend, .own) { world in
                let owner = try await world.user(.administrator)
                _ = try await world.engine.createDemoProject(owner: try #require(owner.userId))
                let rows = try await world.rows(
                    """
                    SELECT run.name, c.name, r.status_id, r.elapsed, r.executed_at FROM test_run_result AS r
                    JOIN test_run_case AS rc ON rc.id = r.test_run_case_id JOIN test_run AS run ON run.id = r.test_run_id
                    JOIN repository_case AS c ON c.id = rc.repository_case_id ORDER BY r.id
                    """)
                all.withLock { $0.append(rows) }
            }
        }
        let kept = all.withLock { $0 }
        #expect(kept.count == 2 && kept.first == kept.last && kept.first?.isEmpty == false)
    }
}
