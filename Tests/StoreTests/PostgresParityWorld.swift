import Foundation
import Model
import Statements
import Store
import StorePostgres
import StoreSQLite
import Testing

/// A database that the parity tests run on.
enum Backend: String, CaseIterable, Sendable {
    case sqlite, postgres

    static var available: [Backend] { PostgresDatabase.isConfigured ? [.sqlite, .postgres] : [.sqlite] }
}

/// A small schema that has every kind of field and relation, with rows.
struct ParityWorld: Sendable {
    let store: any Store
    let build: Build

    static let schema: Schema = {
        let folder = EntityType(
            "Folder", ownership: .shared,
            fields: [Field("name", .text, required: true), Field("parentId", .reference("Folder"))],
            relations: [
                .toOne("parent", "Folder", by: "parentId"), .toMany("children", "Folder", by: "parentId"),
                .toMany("items", "Item", by: "folderId"),
            ])
        let item = EntityType(
            "Item", ownership: .shared, softDeleted: true,
            fields: [
                Field("name", .text, required: true), Field("note", .text), Field("score", .real),
                Field("size", .integer), Field("flag", .boolean), Field("dueAt", .timestamp),
                Field("state", .choice(["open", "closed"]), required: true), Field("cost", .decimal),
                Field("folderId", .reference("Folder")), Field("data", .json), Field("tags", .textList),
            ],
            relations: [
                .toOne("folder", "Folder", by: "folderId"),
                .manyToMany("labels", "Label", table: "item_label", here: "item_id", there: "label_id"),
            ],
            uniques: [EntityType.Unique(["folderId", "name"], live: true)], indexes: [["folderId", "dueAt"]])
        let label = EntityType(
            "Label", ownership: .shared, fields: [Field("name", .text, required: true)],
            relations: [.manyToMany("items", "Item", table: "item_label", here: "label_id", there: "item_id")])
        do { return try Schema([folder, item, label]) } catch { preconditionFailure("\(error)") }
    }()

    /// Runs the body on a new database with the rows below.
    static func with(_ backend: Backend, _ body: @escaping @Sendable (ParityWorld) async throws -> Void) async throws {
        switch backend {
        case .postgres:
            // Migrations of tests that run at once wait for the same lock.
            try await PostgresDatabase.with(lockTimeout: .seconds(100)) { store in
                let world = ParityWorld(store: store, build: Build(schema: schema, flavor: .postgres))
                try await world.fill()
                try await body(world)
            }
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "parity-\(UInt64.random(in: 0 ... .max))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let store = try SQLiteStore.open(path: folder.appending(path: "test.db").path)
            let world = ParityWorld(store: store, build: Build(schema: schema, flavor: .sqlite))
            try await world.fill()
            try await body(world)
            try await store.close()
        }
    }

    /// `folder.1 > 2 > 3`, `folder.4` alone; items 1…8; labels 1…3.
    private func fill() async throws {
        _ = try await Migrator(Migrations.all(build.schema)).migrate(store)
        let folders: [[Value]] = [["root", nil], ["child", 1], ["leaf", 2], ["other", nil]]
        let items: [[Value]] = [
            [
                "Login page", "Öffne die Tür", .double(1.5), 10, true, 1000, "open", "10.50", 1,
                #"{"a":{"b":"deep"},"n":5,"t":true,"l":["x","y"]}"#, #"["red","blue"]"#,
            ],
            [
                "login form", nil, .double(2.5), 20, false, 2000, "open", "9", 1,
                #"{"a":{"b":"other"},"n":6,"t":false,"l":[1,2,{"k":1}]}"#, #"["red"]"#,
            ],
            ["Logout", "100% sure_", nil, nil, nil, nil, "closed", nil, 2, nil, nil],
            [
                "Zebra", "back\\slash \"quoted\" 'single'", .double(-1), 30, true, 3000, "closed", "10.50", 2,
                #"{"l":"x","n":"5","t":null}"#, "[]",
            ],
            [
                "apple", "", .double(0), 10, false, 3000, "open", nil, 3, #"["x",null,true]"#,
                #"["blue","green","red"]"#,
            ],
            [
                "Äpfel", "ÖFFNE", .double(1e10), 40, true, 86_400_000, "open", nil, nil, #"{"a":{"b":"deep","c":[1]}}"#,
                #"["a\"b"]"#,
            ],
            ["mango", "x", .double(2.5), nil, nil, -5, "closed", nil, 4, "5", #"["redish"]"#],
            ["naïve café", "日本語 text", .double(2.25), 20, true, 1000, "open", nil, 4, #""x""#, nil],
        ]
        let labels: [[Value]] = [["smoke"], ["slow"], ["unused"]]
        let pairs: [[Value]] = [[1, 1], [1, 2], [2, 1], [5, 2]]
        try await store.write { session in
            try insert("Folder", folders, session)
            try insert("Item", items.map { [.bool(false)] + $0 }, session)
            try insert("Label", labels, session)
            try session.insert(
                Insert(
                    table: "item_label", columns: ["item_id", "label_id"], kinds: [.integer, .integer], rows: pairs))
        }
    }

    private func insert(_ name: String, _ rows: [[Value]], _ session: any Session) throws {
        let entity = build.schema[name]
        let full = rows.enumerated().map { position, row in
            let id = position + 1
            return [.int(id), .text("\(entity.table)-\(id)"), 1, 0, 0] + row as [Value]
        }
        try session.insert(
            Insert(
                table: entity.table, columns: entity.fields.map(\.column), kinds: entity.fields.map(\.kind), rows: full)
        )
    }

    /// The rows of a statement, with numbers for booleans as SQLite has them.
    func rows(_ statement: SQLText) async throws -> [[Value]] {
        let rows = try await store.read { try $0.rows(statement) }
        return rows.map { row in
            row.map { value in
                if case .bool(let flag) = value { return .int(flag ? 1 : 0) }
                return value
            }
        }
    }

    func ids(_ query: Query) async throws -> [Int64] {
        try await rows(build.select(query, fields: ["id"])).compactMap { $0[0].integer }
    }

    /// The ids of the items that pass the filter.
    func items(_ filter: Filter) async throws -> [Int64] {
        try await ids(Query("Item", where: filter, order: [.by("id")]))
    }
}
