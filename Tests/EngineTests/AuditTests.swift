import Engine
import Model
import Statements
import Store
import Testing

/// The append-only record of changes (SAFETY 2.3-11) and that it is one with them (D3).
@Suite struct AuditTests {
    /// Leaves a few entries in the main chain and in one of a project.
    private static func fill(_ world: EngineWorld) async throws -> Int64 {
        let admin = try await world.user(.administrator)
        let project = try await world.project(by: admin)
        _ = try await world.cases(["one", "two", "three"], in: project, by: admin)
        for _ in 0..<2 {
            let name = world.name("tag")
            try await world.write(as: admin) { work throws(DomainError) in
                try work.insert("Tag", [Draft(["name": .text(name)])])
            }
        }
        return project
    }

    /// Changes rows behind the engine's back, as somebody with the database's password does.
    private static func tamper(_ world: EngineWorld, _ statement: String) async throws {
        let isPostgres = world.store.flavor == .postgres
        try await world.store.write { session in
            for trigger in ["audit_log_keeps_words", "audit_log_keeps_entries"] {
                try session.run(script: "DROP TRIGGER \(trigger)\(isPostgres ? " ON audit_log" : "")")
            }
            try session.run(script: statement)
        }
    }

    @Test(arguments: Backend.available)
    func `every change is in its chain, and anchors hold`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let project = try await Self.fill(world)
            let report = try await world.engine.checkAudit()
            #expect(report.problems.isEmpty, "\(report.problems)")
            let rows = try await world.number("SELECT COUNT(*) FROM audit_log")
            #expect(Int64(report.entries) == rows)
            #expect(report.chains >= 2)
            let own = try await world.number(
                "SELECT COUNT(*) FROM audit_log WHERE chain = \(Value.text("project:\(project)"))")
            #expect(own >= 2, "the project has a chain of its own")

            let anchors = try await world.engine.auditAnchors()
            // Later entries do not disturb them.
            _ = try await Self.fill(world)
            let later = try await world.engine.checkAudit(against: anchors)
            #expect(later.problems.isEmpty, "\(later.problems)")
            var forged = try #require(anchors.first { $0.chain == "main" })
            forged.sequence -= 1
            let unsigned = try await world.engine.checkAudit(against: [forged]).problems
            #expect(unsigned.first?.contains("signature is not from this key file") == true, "\(unsigned)")
            let back = try #require(AuditAnchor(try JSONReader.parse(anchors[0].json.text)))
            #expect(back == anchors[0])
        }
    }

    @Test(arguments: Backend.available)
    func `the database itself refuses to change or remove an entry`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let project = try await Self.fill(world)
            let entry = try await world.number(
                "SELECT id FROM audit_log WHERE chain = \(Value.text("project:\(project)")) AND sequence = 1")
            let before = try await world.rows("SELECT * FROM audit_log WHERE id = \(Value.int(entry))")
            var statements = ["DELETE FROM audit_log WHERE id = \(entry)", "DELETE FROM audit_log"]
            for column in Self.columns + ["chain", "hash", "previous_hash"] {
                statements.append("UPDATE audit_log SET \(column) = 'x' WHERE id = \(entry)")
            }
            statements.append("UPDATE audit_log SET sequence = 0, \"timestamp\" = 0 WHERE id = \(entry)")
            if backend == .postgres { statements.append("TRUNCATE audit_log") }
            for statement in statements {
                let error = await #expect(throws: StoreError.self, "\(statement)") {
                    try await world.store.write { try $0.run(script: statement) }
                }
                #expect(error?.detail.contains("audit entries are kept") == true, "\(String(describing: error))")
            }
            let after = try await world.rows("SELECT * FROM audit_log WHERE id = \(Value.int(entry))")
            #expect(after == before && after.count == 1)
            // A project that goes for good takes its name off its entries and leaves them.
            try await world.store.write { session in
                try session.run(script: "UPDATE audit_log SET project_id = NULL WHERE id = \(entry)")
            }
            let problems = try await world.engine.checkAudit().problems
            #expect(!problems.contains { $0.contains("(row \(entry))") }, "\(problems)")
        }
    }

    /// What a row of the log says, as columns of text.
    private static let columns = [
        "action", "entity_type", "entity_id", "entity_name", "user_id", "user_email", "user_name", "changes",
        "metadata",
        "token_id", "address",
    ]

    @Test(arguments: Backend.available)
    func `what was changed or removed is named`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            _ = try await Self.fill(world)
            let place = "WHERE chain = 'main' AND sequence = 2"
            try await Self.tamper(world, "CREATE TABLE kept AS SELECT * FROM audit_log \(place)")
            for column in Self.columns + ["timestamp"] {
                let forged = column == "timestamp" ? "5" : "'forged'"
                try await world.store.write { session in
                    try session.run(script: "UPDATE audit_log SET \"\(column)\" = \(forged) \(place)")
                }
                let problems = try await world.engine.checkAudit().problems
                #expect(problems.count == 1, "\(column): \(problems)")
                #expect(problems.first?.hasPrefix("chain main, entry 2 (row ") == true, "\(column): \(problems)")
                #expect(problems.first?.hasSuffix("was changed") == true)
                try await world.store.write { session in
                    try session.run(
                        script: "UPDATE audit_log SET \"\(column)\" = (SELECT \"\(column)\" FROM kept) \(place)")
                }
            }
            #expect(try await world.engine.checkAudit().problems == [])
            let last = try await world.number("SELECT sequence FROM audit_chain WHERE name = 'main'")
            try await world.store.write { session in
                try session.run(script: "DELETE FROM audit_log WHERE chain = 'main' AND sequence IN (2, \(last))")
            }
            let problems = try await world.engine.checkAudit().problems
            #expect(
                problems == [
                    "chain main: entries 2 to 2 are missing", "chain main: entries \(last) to \(last) are missing",
                ])
        }
    }

    @Test(arguments: Backend.available)
    func `a change that is undone leaves no entry`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let admin = try await world.user(.administrator)
            let name = world.name("undone")
            let refused = await world.attempt(as: admin) { work throws(DomainError) in
                try work.insert("Tag", [Draft(["name": .text(name)])])
                throw .conflict("undone")
            }
            #expect(refused?.code == .conflict)
            let entries = try await world.number(
                "SELECT COUNT(*) FROM audit_log WHERE entity_name = \(Value.text(name))")
            #expect(entries == 0)
            let tags = try await world.count("Tag", .equals("name", .text(name)))
            #expect(tags == 0)
        }
    }

    @Test(arguments: Backend.available)
    func `changes at the same time make one unbroken chain`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let admin = try await world.user(.administrator)
            let name = world.name("together")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        _ = try await world.write(as: admin) { work throws(DomainError) in
                            try work.insert("Tag", [Draft(["name": .text("\(name) \(number)")])])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let report = try await world.engine.checkAudit()
            #expect(report.problems.isEmpty, "\(report.problems)")
            let entries = try await world.number(
                "SELECT COUNT(*) FROM audit_log WHERE user_id = \(Value.text(admin.uid)) AND entity_type = 'Tag'")
            #expect(entries == 24)
        }
    }
}
