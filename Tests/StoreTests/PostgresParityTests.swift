import Model
import Statements
import Store
import Testing

/// Both databases answer the same rows to the same query.
@Suite struct PostgresParityTests {
    @Test(arguments: Backend.available) func `filters on values`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let cases: [(Filter, [Int64])] = [
                (.all, [1, 2, 3, 4, 5, 6, 7, 8]), (.none, []), (.and([]), [1, 2, 3, 4, 5, 6, 7, 8]), (.or([]), []),
                (.equals("name", "apple"), [5]), (.equals("note", nil), [2]), (.equals("size", 10), [1, 5]),
                (.equals("flag", true), [1, 4, 6, 8]), (.equals("flag", false), [2, 5]),
                (.equals("score", .double(2.5)), [2, 7]), (.equals("score", 0), [5]),
                (.equals("dueAt", 86_400_000), [6]), (.equals("cost", "10.50"), [1, 4]),
                (.equals("isDeleted", false), [1, 2, 3, 4, 5, 6, 7, 8]),
                (.not(.equals("size", 10)), [2, 4, 6, 8]),
                (.not(.and([.equals("flag", true), .equals("state", "open")])), [2, 3, 4, 5, 7]),
                (.compare("size", .less, 20), [1, 5]), (.compare("size", .lessOrEqual, 20), [1, 2, 5, 8]),
                (.compare("size", .greater, .double(19.5)), [2, 4, 6, 8]),
                (.compare("score", .greater, 2), [2, 6, 7, 8]),
                (.compare("score", .greaterOrEqual, .double(2.5)), [2, 6, 7]),
                (.compare("name", .less, "a"), [1, 3, 4]), (.compare("name", .greater, "naïve"), [6, 8]),
                (.compare("dueAt", .greater, .int(3_000_000_000)), []),
                (.oneOf("id", [1, 3, 99]), [1, 3]), (.oneOf("note", ["x", nil]), [2, 7]), (.oneOf("id", []), []),
                (.oneOf("score", [1, .double(2.5), .double(2.25)]), [2, 7, 8]),
                (.oneOf("id", (3...12_000).map { .int($0) }), [3, 4, 5, 6, 7, 8]),
                (
                    .or([.equals("id", 1), .and([.equals("state", "closed"), .not(.equals("note", nil))])]),
                    [1, 3, 4, 7]
                ),
            ]
            for (filter, expected) in cases { #expect(try await world.items(filter) == expected, "\(filter)") }
        }
    }

    @Test(arguments: Backend.available) func `filters on text`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let cases: [(Filter, [Int64])] = [
                (.text("name", .equals, "Logout", .sensitive), [3]), (.text("name", .equals, "logout", .sensitive), []),
                (.text("name", .equals, "lOGOUT", .insensitive), [3]),
                (.text("name", .contains, "og", .sensitive), [1, 2, 3]),
                (.text("name", .contains, "LOG", .insensitive), [1, 2, 3]),
                (.text("name", .startsWith, "Log", .sensitive), [1, 3]),
                (.text("name", .startsWith, "log", .insensitive), [1, 2, 3]),
                (.text("name", .startsWith, "", .sensitive), [1, 2, 3, 4, 5, 6, 7, 8]),
                (.text("name", .endsWith, "e", .sensitive), [1, 5]),
                (.text("name", .endsWith, "PAGE", .insensitive), [1]),
                (.text("name", .endsWith, "a much longer text than any name", .sensitive), []),
                (.text("name", .startsWith, "ä", .insensitive), [6]),
                (.text("note", .contains, "öffne", .insensitive), [1, 6]),
                (.text("note", .contains, "%", .sensitive), [3]), (.text("note", .contains, "_", .sensitive), [3]),
                (.text("note", .contains, "\\", .sensitive), [4]),
                (.text("note", .contains, "'single'", .sensitive), [4]),
                (.text("note", .endsWith, "本語 text", .sensitive), [8]),
                (.text("note", .startsWith, "日本", .sensitive), [8]),
                (.not(.text("note", .contains, "x", .sensitive)), [1, 3, 4, 5, 6]),
            ]
            for (filter, expected) in cases { #expect(try await world.items(filter) == expected, "\(filter)") }
        }
    }

    @Test(arguments: Backend.available) func `filters on documents and lists`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let cases: [(Filter, [Int64])] = [
                (.json("data", path: ["a", "b"], .equals("deep")), [1, 6]),
                (.json("data", path: ["n"], .equals(.integer(5))), [1]),
                (.json("data", path: ["n"], .equals("5")), [4]),
                (.json("data", path: ["t"], .equals(.bool(true))), [1]),
                (.json("data", path: ["t"], .equals(.bool(false))), [2]),
                (.json("data", path: ["a"], .equals(.object(JSONObject([.init(name: "b", value: "deep")])))), [1]),
                (.json("data", path: ["l"], .equals(.array(["x", "y"]))), [1]),
                (.json("data", path: ["l", "1"], .equals(.integer(2))), [2]),
                (.json("data", path: ["n"], .equals(.null)), [3, 5, 6, 7, 8]),
                (.json("data", path: [], .equals(.integer(5))), [7]),
                (.json("data", path: [], .equals(.null)), [3]),
                (.json("data", path: ["a", "b"], .contains("ee")), [1, 6]),
                (.json("data", path: ["a", "b"], .startsWith("oth")), [2]),
                (.json("data", path: ["a", "b"], .endsWith("ep")), [1, 6]),
                (.json("data", path: [], .contains("x")), [1, 4, 5, 8]),
                (.json("data", path: ["l"], .arrayContains("x")), [1]),
                (.json("data", path: ["l"], .arrayContains(.array(["y", "x"]))), [1]),
                (.json("data", path: ["l"], .arrayContains(.integer(2))), [2]),
                (
                    .json(
                        "data", path: ["l"], .arrayContains(.object(JSONObject([.init(name: "k", value: .integer(1))])))
                    ), [2]
                ),
                (.json("data", path: [], .arrayContains("x")), [5]),
                (.json("data", path: [], .arrayContains(.bool(true))), [5]),
                (.json("data", path: [], .arrayContains(.null)), [5]),
                (.not(.json("data", path: ["l"], .arrayContains("x"))), [2, 4]),
                (.not(.json("data", path: ["n"], .equals(.integer(5)))), [2, 4]),
                (.not(.list("tags", .hasAny(["red"]))), [4, 6, 7]),
                (.list("tags", .hasAny(["blue", "green"])), [1, 5]), (.list("tags", .hasAny(["red"])), [1, 2, 5]),
                (.list("tags", .hasEvery(["red", "blue"])), [1, 5]), (.list("tags", .hasAny([])), []),
                (.list("tags", .hasEvery([])), [1, 2, 3, 4, 5, 6, 7, 8]), (.list("tags", .isEmpty(true)), [3, 4, 8]),
                (.list("tags", .isEmpty(false)), [1, 2, 5, 6, 7]), (.list("tags", .equals(["red", "blue"])), [1]),
                (.list("tags", .hasAny(["a\"b"])), [6]),
            ]
            for (filter, expected) in cases { #expect(try await world.items(filter) == expected, "\(filter)") }
        }
    }

    @Test(arguments: Backend.available) func `filters over relations`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let smoke: Filter = .equals("name", "smoke")
            let cases: [(Filter, [Int64])] = [
                (.related("folder", .some, .equals("name", "root")), [1, 2]),
                (.related("folder", .none, .all), [6]),
                (.related("folder", .some, .related("parent", .some, .equals("name", "root"))), [3, 4]),
                (.related("labels", .some, smoke), [1, 2]), (.related("labels", .none, smoke), [3, 4, 5, 6, 7, 8]),
                (.related("labels", .every, smoke), [2, 3, 4, 6, 7, 8]),
                (.related("folder", .some, .related("items", .some, .equals("flag", true))), [1, 2, 3, 4, 7, 8]),
                (.referenceUid("folderId", ["folder-1", "folder-3", "nobody"]), [1, 2, 5]),
                (.subtree(field: "folderId", parent: "parentId", root: 2), [3, 4, 5]),
                (.subtree(field: "folderId", parent: "parentId", root: 1), [1, 2, 3, 4, 5]),
                (.subtree(field: "folderId", parent: "parentId", root: 99), []),
            ]
            for (filter, expected) in cases { #expect(try await world.items(filter) == expected, "\(filter)") }
            let below: Filter = .subtree(field: "id", parent: "parentId", root: 2)
            #expect(try await world.ids(Query("Folder", where: below)) == [2, 3])
            #expect(
                try await world.ids(Query("Folder", where: .related("children", .some, .equals("name", "leaf")))) == [2]
            )
        }
    }

    @Test(arguments: Backend.available) func `the words of a search`(backend: Backend) async throws {
        try await ParityWorld.with(backend) { world async throws in
            let base = SearchEntry.base(ordinal: world.build.schema.ordinal("Item") ?? 0)
            let entries = [
                (1, "Login page", "opens login.page quickly", "smoke"),
                (2, "TC-12 runs v1.2.3", "user@example.com", ""),
                (3, "ÄPFEL und Birnen", "/usr/local/bin it's", "slow"), (4, "number 42abc", "1e5 -17 foo_bar", ""),
            ]
            try await world.store.write { session in
                for (id, title, body, tags) in entries {
                    try session.execute(
                        """
                        INSERT INTO search_entry (rowid, entity, project_id, title, body, tags)
                        VALUES (\(.int(base + Int64(id))), \(.text("Item")), NULL, \(.text(title)), \(.text(body)),
                        \(.text(tags)))
                        """)
                }
            }
            let cases: [(String, [Int64])] = [
                ("login", [1]), ("LOGIN pag", [1]), ("page", [1]), ("quick", [1]), ("smoke", [1]), ("slow birn", [3]),
                ("äpfel", [3]), ("TC-12", [2]), ("12", [2]), ("1.2", [2]), ("example", [2]), ("user@example.com", [2]),
                ("local", [3]), ("it's", [3]), ("42", [4]), ("17", [4]), ("foo_bar", [4]), ("bar", [4]),
                ("apfel", [3]), ("nothing", []), ("login birnen", []), ("'", []), ("", []), ("!!", []),
                ("a:b & | ! ( )", [3]),
            ]
            for (words, expected) in cases {
                #expect(try await world.items(.search(words)) == expected, "\(words)")
            }
            let search = world.build.flavor.search("login")
            let ranked = try await world.rows(
                "SELECT rowid FROM search_entry WHERE \(search.condition) ORDER BY \(search.rank) LIMIT 5")
            #expect(ranked == [[.int(base + 1)]])
        }
    }
}
