import Model
import Statements
import Store
import Testing

/// Both databases answer the same order, pages, counts and aggregates to the same query.
@Suite struct PostgresParityPageTests {
    @Test(arguments: Backend.available) func `orders and nulls`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let cases: [([Query.Order], [Int64])] = [
                ([], [1, 2, 3, 4, 5, 6, 7, 8]), ([.by("id", .descending)], [8, 7, 6, 5, 4, 3, 2, 1]),
                ([.by("name")], [1, 3, 4, 5, 2, 7, 8, 6]),
                ([.by("size")], [3, 7, 1, 5, 2, 8, 4, 6]), ([.by("size", .descending)], [6, 4, 2, 8, 1, 5, 3, 7]),
                ([Query.Order(.field("size"), .ascending, nulls: .last)], [1, 5, 2, 8, 4, 6, 3, 7]),
                ([Query.Order(.field("size"), .descending, nulls: .first)], [3, 7, 6, 4, 2, 8, 1, 5]),
                ([.by("flag"), .by("score", .descending)], [7, 3, 2, 5, 6, 8, 1, 4]),
                ([Query.Order(.through(["folder"], "name"))], [6, 3, 4, 5, 7, 8, 1, 2]),
                ([Query.Order(.through(["folder", "parent"], "name"), .descending)], [3, 4, 5, 1, 2, 6, 7, 8]),
                ([Query.Order(.count("labels"), .descending)], [1, 2, 5, 3, 4, 6, 7, 8]),
            ]
            for (order, expected) in cases {
                #expect(try await world.ids(Query("Item", order: order)) == expected, "\(order)")
            }
        }
    }

    @Test(arguments: Backend.available) func `pages, cursors and distinct rows`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let bySize: [Query.Order] = [.by("size")]
            let pages: [([Query.Order], Query.Page, [Int64])] = [
                ([], .init(limit: 3), [1, 2, 3]), ([], .init(limit: 3, offset: 6), [7, 8]),
                ([], .init(offset: 6), [7, 8]),
                ([], .init(limit: 0), []), ([], .init(limit: 2, isReversed: true), [8, 7]),
                (bySize, .init(limit: 3, isReversed: true), [6, 4, 8]),
                (bySize, .init(limit: 3, cursor: 5), [5, 2, 8]), (bySize, .init(limit: 3, cursor: 7), [7, 1, 5]),
                (bySize, .init(limit: 3, isReversed: true, cursor: 5), [5, 1, 7]),
                ([.by("size", .descending)], .init(cursor: 8), [8, 1, 5, 3, 7]),
                ([.by("flag"), .by("name", .descending)], .init(limit: 4, cursor: 2), [2, 5, 6, 8]),
                ([], .init(limit: 2, cursor: 4), [4, 5]), ([], .init(cursor: 99), []),
            ]
            for (order, page, expected) in pages {
                #expect(try await world.ids(Query("Item", order: order, page: page)) == expected, "\(order) \(page)")
            }
            #expect(try await world.ids(Query("Item", order: [.by("id")], distinct: ["state"])) == [1, 3])
            #expect(
                try await world.ids(Query("Item", order: [.by("score", .descending)], distinct: ["state"])) == [6, 7])
            #expect(
                try await world.ids(
                    Query("Item", order: [.by("id")], page: .init(limit: 2, offset: 1), distinct: ["size"]))
                    == [2, 3])
        }
    }

    @Test(arguments: Backend.available) func `fields and references`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let query = Query("Item", where: .oneOf("id", [1, 6]), order: [.by("id")])
            let rows = try await world.rows(
                world.build.select(query, fields: ["name", "flag", "score", "cost", "tags", "folderId"]))
            #expect(
                rows == [
                    ["Login page", 1, .double(1.5), "10.50", #"["red","blue"]"#, 1],
                    ["Äpfel", 1, .double(1e10), nil, #"["a\"b"]"#, nil],
                ])
        }
    }

    @Test(arguments: Backend.available) func `related rows of many parents`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            func related(_ parent: String, _ relation: String, _ query: Query, _ ids: [Int64]) async throws -> [[Value]]
            {
                let entity = world.build.schema[parent]
                let relation = try #require(entity.relation(relation))
                return try await world.rows(
                    world.build.select(query, fields: ["id"], relation: relation, of: entity, parents: ids))
            }
            #expect(try await related("Item", "folder", Query("Folder"), [1, 3, 4]) == [[1, 1], [3, 3], [4, 4]])
            #expect(
                try await related("Folder", "items", Query("Item", order: [.by("name")]), [1, 2, 3])
                    == [[1, 1], [2, 3], [2, 4], [3, 5], [1, 2]])
            let first = Query("Item", order: [.by("name", .descending)], page: .init(limit: 1))
            #expect(
                try await related("Folder", "items", first, [1, 2, 3, 4]).sorted { ids($0) < ids($1) } == [
                    [1, 2], [2, 4], [3, 5], [4, 8],
                ])
            let second = Query("Item", order: [.by("id")], page: .init(limit: 5, offset: 1))
            #expect(
                try await related("Folder", "items", second, [1, 2, 3, 4]).sorted { ids($0) < ids($1) } == [
                    [1, 2], [2, 4], [4, 8],
                ])
            let distinct = Query("Item", order: [.by("id")], distinct: ["state"])
            #expect(
                try await related("Folder", "items", distinct, [1, 4]).sorted { ids($0) < ids($1) } == [
                    [1, 1], [4, 7], [4, 8],
                ])
            #expect(
                try await related("Item", "labels", Query("Label", order: [.by("id", .descending)]), [1, 2, 5])
                    .sorted { ids($0) < ids($1) } == [[1, 1], [1, 2], [2, 1], [5, 2]])
            let one = Query("Label", order: [.by("id", .descending)], page: .init(limit: 1))
            #expect(
                try await related("Item", "labels", one, [1, 2, 5]).sorted { ids($0) < ids($1) } == [
                    [1, 2], [2, 1], [5, 2],
                ])

            func counts(_ parent: String, _ relation: String, _ filter: Filter, _ ids: [Int64]) async throws
                -> [[Value]]
            {
                let entity = world.build.schema[parent]
                let relation = try #require(entity.relation(relation))
                return try await world.rows(
                    world.build.count(relation: relation, of: entity, where: filter, parents: ids)
                ).sorted { self.ids($0) < self.ids($1) }
            }
            #expect(try await counts("Folder", "items", .all, [1, 2, 3, 4]) == [[1, 2], [2, 2], [3, 1], [4, 2]])
            #expect(try await counts("Folder", "items", .equals("state", "open"), [1, 2, 4]) == [[1, 2], [4, 1]])
            #expect(try await counts("Item", "labels", .all, [1, 2, 3, 5]) == [[1, 2], [2, 1], [5, 1]])
            #expect(try await counts("Item", "folder", .all, [1, 3]) == [[1, 1], [3, 1]])
        }
    }

    private func ids(_ row: [Value]) -> Int64 { (row[0].integer ?? 0) * 1000 + (row[1].integer ?? 0) }

    @Test(arguments: Backend.available) func `counts and aggregates`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            #expect(try await world.rows(world.build.count("Item", where: .equals("state", "open"))) == [[5]])
            let all: [Aggregate] = [
                Aggregate(.count), Aggregate(.count, "note"), Aggregate(.sum, "size"), Aggregate(.sum, "score"),
                Aggregate(.average, "size"), Aggregate(.minimum, "size"), Aggregate(.maximum, "name"),
                Aggregate(.minimum, "dueAt"), Aggregate(.sum, "dueAt"),
            ]
            let closed = Query("Item", where: .equals("state", "closed"))
            #expect(
                try await world.rows(world.build.aggregate(closed, all))
                    == [[3, 3, 30, .double(1.5), .double(30), 30, "mango", -5, 2995]])
            let page = Query("Item", order: [.by("id")], page: .init(limit: 2))
            #expect(
                try await world.rows(world.build.aggregate(page, all))
                    == [[2, 1, 30, .double(4), .double(15), 10, "login form", 1000, 3000]])
            #expect(
                try await world.rows(
                    world.build.aggregate(Query("Item", where: .none), [Aggregate(.count), Aggregate(.sum, "size")]))
                    == [[0, nil]])
        }
    }

    @Test(arguments: Backend.available) func `groups`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            func groups(_ grouping: Grouping, _ filter: Filter = .all) async throws -> [[Value]] {
                try await world.rows(world.build.group("Item", where: filter, grouping))
            }
            #expect(
                try await groups(Grouping(by: ["state"], aggregates: [Aggregate(.count), Aggregate(.sum, "size")]))
                    == [["closed", 3, 30], ["open", 5, 100]])
            #expect(
                try await groups(
                    Grouping(
                        by: ["folderId", "state"], aggregates: [Aggregate(.count)],
                        order: [
                            (.aggregate(Aggregate(.count)), .descending), (.field("state"), .ascending),
                            (.field("folderId"), .descending),
                        ], limit: 3))
                    == [[2, "closed", 2], [1, "open", 2], [4, "closed", 1]])
            let sizes = Grouping(
                by: ["size"], aggregates: [Aggregate(.count)],
                having: .and([
                    .compare(Aggregate(.count), .greater, 1), .compare(Aggregate(.average, "score"), .less, .double(5)),
                    .not(.compare(Aggregate(.maximum, "name"), .equal, "Zebra")), .field(.not(.equals("size", 20))),
                ]), order: [(.field("size"), .ascending)])
            #expect(try await groups(sizes) == [[10, 2]])
            let nulls = Grouping(
                by: ["size"], aggregates: [],
                having: .or([
                    .compare(Aggregate(.sum, "size"), .equal, nil),
                    .compare(Aggregate(.sum, "score"), .greaterOrEqual, 4),
                ]),
                order: [(.field("size"), .ascending)])
            #expect(try await groups(nulls) == [[nil], [20], [40]])
            #expect(
                try await groups(
                    Grouping(by: ["flag"], aggregates: [], order: [(.field("flag"), .descending)], limit: 2, offset: 1))
                    == [[0], [nil]])
            #expect(
                try await groups(
                    Grouping(by: ["size"], aggregates: [], order: [(.field("size"), .ascending)], offset: 4)) == [[40]])
        }
    }

    @Test(arguments: Backend.available) func `changes and deletions`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let item = world.build.schema["Item"]
            let changed = try await world.store.write { session in
                var count = try session.execute(
                    world.build.update(
                        item, ids: [1, 2, 99],
                        [
                            ("name", .set("new")), ("note", .set(nil)), ("size", .add(5)), ("score", .multiply(2)),
                            ("flag", .set(true)), ("dueAt", .set(1_700_000_000_000)), ("folderId", .set(nil)),
                            ("isDeleted", .set(true)), ("epoch", .add(1)),
                        ]))
                count += try session.execute(
                    world.build.update(item, ids: [2], [("size", .divide(2)), ("score", .divide(.double(2)))]))
                count += try session.execute(world.build.delete(item, ids: [3, 4]))
                return count
            }
            #expect(changed == 5)
            let names = ["name", "note", "size", "score", "flag", "dueAt", "folderId", "isDeleted", "epoch"]
            let rows = try await world.rows(
                world.build.select(Query("Item", where: .oneOf("id", [1, 2, 3, 4])), fields: names))
            #expect(
                rows == [
                    ["new", nil, 15, .double(3), 1, 1_700_000_000_000, nil, 1, 2],
                    ["new", nil, 12, .double(2.5), 1, 1_700_000_000_000, nil, 1, 2],
                ])
        }
    }

    @Test(arguments: Backend.available) func `unique keys count null as a value, of live rows only`(backend: Backend)
        async throws
    {
        try await ParityWorld.with(backend) { world async throws in
            let item = world.build.schema["Item"]
            func add(_ id: Int64, _ name: String, deleted: Bool, _ conflict: Insert.OnConflict = .fail) async throws
                -> Int
            {
                let columns = ["id", "uid", "epoch", "created_at", "updated_at", "is_deleted", "name", "state"]
                let row: [Value] = [.int(id), .text("u\(id)"), 1, 0, 0, .bool(deleted), .text(name), "open"]
                let kinds = columns.compactMap { column in item.fields.first { $0.column == column }?.kind }
                return try await world.store.write { session in
                    try session.insert(
                        Insert(table: "item", columns: columns, kinds: kinds, rows: [row], onConflict: conflict))
                }
            }
            #expect(try await add(20, "Äpfel", deleted: true) == 1)
            #expect(try await add(21, "Äpfel", deleted: false, .skip) == 0)
            let error = await storeError { _ = try await add(22, "Äpfel", deleted: false) }
            #expect(error?.code == .unique(index: "item_key_folder_id_name"))
            let reference = await storeError {
                _ = try await world.store.write { session in
                    try session.execute(world.build.update(item, ids: [1], [("folderId", .set(77))]))
                }
            }
            #expect(reference?.code == .reference)
        }
    }
}
