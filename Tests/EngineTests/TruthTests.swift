import Engine
import Model
import Statements
import Testing

/// Truth values are integers on SQLite and a type of their own on PostgreSQL: both take both.
@Suite struct TruthTests {
    @Test(arguments: Backend.available)
    func `integers stand for truth values in filters, new rows and changes`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let (one, zero) = (Value.int(1), Value.int(0))
            let ids = try await world.write { work throws(DomainError) in
                let drafts = [one, zero, Value.bool(true), .bool(false)].enumerated().map { index, flag in
                    Draft(["name": .text("role \(index)"), "isSystem": flag, "isDefault": zero])
                }
                return try work.insert("Role", drafts)
            }
            func found(_ filter: Filter) async throws -> [Int64] {
                try await world.ids("Role", .oneOf("id", ids.map { .int($0) }) && filter)
            }
            for (yes, no) in [(one, zero), (Value.bool(true), Value.bool(false))] {
                #expect(try await found(.equals("isSystem", yes)) == [ids[0], ids[2]])
                #expect(try await found(.equals("isSystem", no)) == [ids[1], ids[3]])
                #expect(try await found(.oneOf("isSystem", [yes])) == [ids[0], ids[2]])
                #expect(try await found(.oneOf("isSystem", [yes, no])) == ids)
                #expect(try await found(.not(.equals("isSystem", yes))) == [ids[1], ids[3]])
                #expect(try await found(.compare("isSystem", .greater, no)) == [ids[0], ids[2]])
            }
            try await world.write { work throws(DomainError) in
                try work.update(
                    "Role", [Change(ids[1], set: ["isDeleted": one]), Change(ids[3], set: ["isDeleted": zero])])
            }
            #expect(try await world.row("Role", ids[1])?.flag("isDeleted") == true)
            #expect(try await world.row("Role", ids[3])?.flag("isDeleted") == false)
        }
    }

    /// Many rows go another way than few.
    @Test(arguments: [Flavor.sqlite, .postgres])
    func `an insert spells the values of its columns`(_ flavor: Flavor) {
        let insert = Insert(
            table: "t", columns: ["id", "flag"], kinds: [.integer, .boolean],
            rows: [[1, 0], [2, 1], [3, true], [4, .null]])
        #expect(insert.rows == [[1, false], [2, true], [3, true], [4, .null]])
    }
}
