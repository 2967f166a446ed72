import Engine
import Foundation
import Model
import TestKit
import Testing
import Wire

@testable import DialectTestPlanIt

/// `Idempotency-Key` on the uploads of results (SAFETY 2.3-25).
@Suite struct IdempotentUploadTests {
    private static func report(_ name: String) -> [UInt8] {
        Array("<testsuite name=\"\(name)\"><testcase name=\"a\" classname=\"\(name)\"/></testsuite>".utf8)
    }

    private static func upload(
        _ world: TestWorld, _ key: String?, _ report: [UInt8], as person: String = "manager", run: String = "Nightly"
    ) async throws -> SurfaceAnswer {
        try await world.upload(
            "/api/test-results/import", as: person, [("projectId", "\(world.project.id)"), ("name", run)],
            files: [("files", "r.xml", report)], headers: key.map { [("Idempotency-Key", $0)] } ?? [])
    }

    @Test(arguments: Backend.all)
    func `an upload that is sent again makes no second run`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let first = try await Self.upload(world, "build-1", Self.report("s"))
            #expect(first.event?["complete"] == true, "\(first)")
            let census = try await world.census()
            let again = try await Self.upload(world, "build-1", Self.report("s"))
            #expect(again.event == first.event, "\(again)")
            #expect(try await world.census() == census)

            // Another content under the key is a mistake, another key is another upload.
            let other = try await Self.upload(world, "build-1", Self.report("t"))
            #expect(other.status == 400 || other.status == 422, "\(other)")
            #expect(other.refusal?.contains("used for another request") == true)
            let renamed = try await Self.upload(world, "build-1", Self.report("s"), run: "Weekly")
            #expect(renamed.refusal?.contains("used for another request") == true)
            #expect(try await world.census() == census)
            let second = try await Self.upload(world, "build-2", Self.report("s"))
            #expect(second.event?["complete"] == true && second.event != first.event)
            let long = try await Self.upload(world, String(repeating: "k", count: 256), Self.report("s"))
            #expect(long.refusal?.contains("1 to 255") == true)

            // A key is its user's, and a day old at most.
            let admin = try await Self.upload(world, "build-1", Self.report("t"), as: "admin")
            #expect(admin.event?["complete"] == true, "\(admin)")
            world.clock.advance(milliseconds: Engine.idempotencyLifetime + 1)
            let later = try await Self.upload(world, "build-1", Self.report("t"))
            #expect(later.event?["complete"] == true, "\(later)")
        }
    }

    @Test(arguments: Backend.all)
    func `an upload that failed does not use up its key`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let broken = try await Self.upload(world, "build-1", Array("<testsuite>".utf8))
            #expect(broken.refusal?.contains("r.xml") == true, "\(broken)")
            #expect(try await world.census()["IdempotencyKey"] == 0)
            #expect(try await Self.upload(world, "build-1", Self.report("s")).event?["complete"] == true)
        }
    }

    @Test(arguments: Backend.all)
    func `uploads with one key at the same time make one run`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let answers = try await withThrowingTaskGroup(of: SurfaceAnswer.self) { group in
                for _ in 0..<6 { group.addTask { try await Self.upload(world, "build-1", Self.report("s")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let done = answers.filter { $0.event?["complete"] == true }
            #expect(!done.isEmpty)
            #expect(Set(done.map(\.event?.text)).count == 1)
            for answer in answers where answer.event?["complete"] != true {
                #expect(answer.refusal?.contains("still running") == true, "\(answer)")
            }
            let runs = try await world.engine.read(as: .system) { work throws(DomainError) in
                try work.count("TestRun", where: .equals("name", "Nightly"))
            }
            #expect(runs == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `the other ways in know the key too`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let manager = try await world.caller("manager")
            let project = world.project.id
            let run = try await world.engine.write(as: manager) { work throws(DomainError) in
                try work.createRun(project: project, ["name": "One", "testRunType": "JUNIT"], members: [])
            }
            for (path, field, fields) in [
                ("/api/assay/submit", "files", [("project", "Shop"), ("run", "Two")]),
                ("/api/junit/import", "file", [("testRunId", "\(run)")]),
            ] {
                var answers: [SurfaceAnswer] = []
                for report in ["s", "s", "t"] {
                    answers.append(
                        try await world.upload(
                            path, as: "manager", fields, files: [(field, "r.xml", Self.report(report))],
                            headers: [("Idempotency-Key", "key of \(path)")]))
                }
                let bodies = answers.map { $0.event ?? $0.json }
                #expect(bodies[0] == bodies[1] && answers[0].refusal == nil, "\(path): \(answers)")
                #expect(answers[2].refusal?.contains("used for another request") == true, "\(path): \(answers[2])")
            }
        }
    }
}
