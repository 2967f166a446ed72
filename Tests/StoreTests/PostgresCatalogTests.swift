import Catalog
import Model
import Statements
import Store
import StorePostgres
import Testing

@testable import StorePostgres

@Suite(.enabled(if: PostgresDatabase.isConfigured, "ASSAY_TEST_POSTGRES is not set"))
struct PostgresCatalogTests {
    @Test func `the whole catalogue becomes tables, once`() async throws {
        try await PostgresDatabase.with(lockTimeout: .seconds(100)) { store async throws in
            let migrator = Migrator(Migrations.all(Catalog.schema))
            #expect(try await migrator.migrate(store) == Array(1...migrator.newest))
            #expect(try await migrator.migrate(store) == [])
            let build = Build(schema: Catalog.schema, flavor: .postgres)
            try await store.read { session in
                for entity in Catalog.schema.entities {
                    let every = Query(entity.name, page: .init(limit: 1))
                    _ = try session.rows(build.select(every, fields: entity.fields.map(\.name)))
                }
            }
            let ids = try await store.write { session in
                var ids: [Int64] = []
                for entity in Catalog.schema.entities { ids += try session.reserveIds(entity.table, count: 1) }
                return ids
            }
            #expect(Set(ids) == [1])
        }
    }

    @Test func `names are not cut by the server`() async throws {
        for statement in DDL(schema: Catalog.schema, flavor: .postgres).statements() {
            for name in statement.split(separator: "\"").enumerated() where name.offset % 2 == 1 {
                #expect(name.element.utf8.count <= 63, "\(name.element)")
            }
        }
    }
}

@Suite struct PostgresServerCheckTests {
    private func refusal(_ version: Int32, _ row: [String], allow: Bool = false) throws -> String? {
        let settings = try SessionSettings(
            schema: nil, statementTimeout: .seconds(1), lockTimeout: .seconds(1), allowUnsafeServer: allow)
        do {
            try settings.check(version: version, row: row)
            return nil
        } catch {
            return error.detail
        }
    }

    @Test func `an unsafe or unfit server is refused with what to do`() throws {
        #expect(try refusal(140_000, ["on", "on", "UTF8", "1"]) == nil)
        #expect(try refusal(130_014, ["on", "on", "UTF8", "1"])?.contains("14 or newer") == true)
        #expect(try refusal(150_000, ["off", "on", "UTF8", "1"])?.contains("set fsync = on") == true)
        #expect(try refusal(150_000, ["on", "off", "UTF8", "1"])?.contains("set full_page_writes = on") == true)
        #expect(try refusal(150_000, ["off", "off", "UTF8", "1"], allow: true) == nil)
        #expect(try refusal(150_000, ["on", "on", "SQL_ASCII", "1"])?.contains("ENCODING 'UTF8'") == true)
        #expect(try refusal(150_000, ["on", "on", "UTF8", "0"], allow: true)?.contains("ICU") == true)
    }
}
