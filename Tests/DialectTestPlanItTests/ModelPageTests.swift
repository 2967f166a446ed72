import Model
import TestKit
import Testing

@Suite struct ModelPageTests {
    @Test(arguments: Backend.all)
    func `take, skip, cursor, order and distinct make pages`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            var ids: [Int64] = []
            for index in 0..<6 { ids.append(try await world.makeCase("c\(index)", #""estimate": \#(index / 2)"#)) }
            func page(_ arguments: String) async throws -> [Int64] {
                let answer = try await world.get(
                    "repositoryCases/findMany", #"{"select": {"id": true}, \#(arguments)}"#)
                #expect(answer.status == 200, "\(answer)")
                return answer.ids
            }
            #expect(try await page(#""take": 2, "orderBy": {"id": "asc"}"#) == Array(ids[0...1]))
            #expect(try await page(#""take": -2, "orderBy": {"id": "asc"}"#) == Array(ids[4...5]))
            #expect(try await page(#""take": 0"#) == [])
            #expect(try await page(#""skip": 4, "orderBy": [{"id": "desc"}]"#) == [ids[1], ids[0]])
            #expect(
                try await page(
                    #"""
                    "cursor": {"id": \#(ids[2])}, "skip": 1, "take": 2, "orderBy": {"id": "asc"}
                    """#) == Array(ids[3...4]))
            #expect(
                try await page(
                    #"""
                    "cursor": {"id": \#(ids[2])}, "skip": 1, "take": -2, "orderBy": {"id": "asc"}
                    """#) == Array(ids[0...1]))
            #expect(
                try await page(
                    #"""
                    "cursor": {"id": \#(ids[3])}, "take": 2, "orderBy": {"folder": {"name": "asc"}}
                    """#) == Array(ids[3...4]))
            #expect(try await page(#""cursor": {"id": 999999}"#) == [])
            #expect(try await page(#""distinct": ["estimate"], "orderBy": {"id": "asc"}"#) == [ids[0], ids[2], ids[4]])
            #expect(
                try await page(
                    #"""
                    "orderBy": [{"estimate": {"sort": "desc", "nulls": "last"}}, {"name": "desc"}], "take": 2
                    """#) == [ids[5], ids[4]])
            #expect(try await page(#""orderBy": {"tags": {"_count": "desc"}}, "take": 1"#).count == 1)
            #expect(try await world.get("repositoryCases/findMany", #"{"take": "3"}"#).status == 400)
            #expect(try await world.get("repositoryCases/findMany", #"{"orderBy": {"name": "up"}}"#).status == 400)
            #expect(
                try await world.get(
                    "repositoryCases/findFirst",
                    #"""
                    {"orderBy": {"id": "desc"}, "select": {"id": true}}
                    """#
                ).id == ids[5])
        }
    }

    @Test(arguments: Backend.all)
    func `nested pages count for each row`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            for name in ["a", "b"] {
                _ = try await world.makeCase(
                    name, #""steps": {"create": [{"order": 1}, {"order": 2}, {"order": 3}]}"#)
            }
            func orders(_ arguments: String) async throws -> [[Int64]] {
                let answer = try await world.get(
                    "repositoryCases/findMany",
                    #"{"orderBy": {"id": "asc"}, "select": {"steps": {"select": {"order": true}, \#(arguments)}}}"#)
                return (answer.data.array ?? []).map { ($0["steps"]?.array ?? []).compactMap { $0["order"]?.integer } }
            }
            #expect(try await orders(#""take": 2, "orderBy": {"order": "desc"}"#) == [[3, 2], [3, 2]])
            #expect(try await orders(#""take": -1, "orderBy": {"order": "asc"}"#) == [[3], [3]])
            #expect(try await orders(#""skip": 1, "take": 1, "orderBy": {"order": "asc"}"#) == [[2], [2]])
            #expect(
                try await orders(
                    #"""
                    "where": {"order": {"gt": 1}}, "orderBy": {"order": "asc"}
                    """#) == [[2, 3], [2, 3]])
            #expect(
                try await orders(
                    #"""
                    "distinct": ["isDeleted"], "orderBy": {"order": "asc"}, "take": 5
                    """#) == [[1], [1]])
        }
    }

    @Test(arguments: Backend.all)
    func `count, aggregate and groupBy compute`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            for (index, name) in ["a", "b", "c", "d"].enumerated() {
                _ = try await world.makeCase(name, #""estimate": \#(index + 1), "automated": \#(index % 2 == 0)"#)
            }
            #expect(try await world.get("repositoryCases/count").data == 4)
            #expect(try await world.get("repositoryCases/count", #"{"where": {"automated": true}}"#).data == 2)
            #expect(try await world.get("repositoryCases/count", #"{"take": 3}"#).data == 3)
            #expect(
                try await world.get("repositoryCases/count", #"{"select": {"_all": true, "className": true}}"#).data
                    == ["_all": 4, "className": 0])
            let total = try await world.get(
                "repositoryCases/aggregate",
                #"""
                {"_count": true, "_sum": {"estimate": true}, "_avg": {"estimate": true},
                "_min": {"createdAt": true, "name": true}, "_max": {"estimate": true}}
                """#)
            #expect(total.data["_count"] == 4)
            #expect(total.data["_sum"] == ["estimate": 10])
            #expect(total.data["_avg"] == ["estimate": 2.5])
            #expect(total.data["_min"]?["name"] == "a")
            #expect(total.marks["_min.createdAt"] == ["Date"])
            #expect(total.data["_max"] == ["estimate": 4])
            let groups = try await world.get(
                "repositoryCases/groupBy",
                #"""
                {"by": ["automated", "creatorId"], "_count": {"_all": true}, "_sum": {"estimate": true},
                "orderBy": {"automated": "desc"}}
                """#)
            let ada = try await world.user("ada")
            #expect(
                groups.data == [
                    ["automated": true, "creatorId": .string(ada), "_count": ["_all": 2], "_sum": ["estimate": 4]],
                    ["automated": false, "creatorId": .string(ada), "_count": ["_all": 2], "_sum": ["estimate": 6]],
                ], "\(groups)")
            let having = try await world.get(
                "repositoryCases/groupBy",
                #"""
                {"by": "automated", "_count": true, "having": {"estimate": {"_sum": {"gt": 4}}},
                "orderBy": {"_count": {"id": "asc"}}}
                """#)
            #expect(having.data == [["automated": false, "_count": 2]], "\(having)")
            #expect(try await world.get("repositoryCases/groupBy", #"{"by": ["nothing"]}"#).status == 400)
            #expect(try await world.get("repositoryCases/aggregate", #"{"_sum": {"name": true}}"#).status == 400)
            #expect(try await world.get("repositoryCases/aggregate", "{}").status == 400)
        }
    }

    @Test(arguments: Backend.all)
    func `requests that ask for too much are refused`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            var include = "true"
            for level in 0..<12 {
                include = #"""
                    {"include": {"\#(level % 2 == 0 ? "children" : "parent")": \#(include)}}
                    """#
            }
            #expect(try await world.get("repositoryFolders/findMany", include).status == 400)
            var condition = #"{"name": "x"}"#
            for _ in 0..<12 { condition = #"{"parent": \#(condition)}"# }
            let deep = try await world.get("repositoryFolders/findMany", #"{"where": \#(condition)}"#)
            #expect(deep.status == 400 && deep.message.contains("8 levels"))
            let many = Array(repeating: #"{"name": "x"}"#, count: 201).joined(separator: ",")
            let wide = try await world.get("tags/findMany", #"{"where": {"OR": [\#(many)]}}"#)
            #expect(wide.status == 400 && wide.message.contains("200 conditions"))
            let long = (0..<20_001).map { "\($0)" }.joined(separator: ",")
            #expect(try await world.get("tags/findMany", #"{"where": {"id": {"in": [\#(long)]}}}"#).status == 400)
            let listed = (1...15_000).map { "\($0)" }.joined(separator: ",")
            #expect(try await world.get("projects/count", #"{"where": {"id": {"in": [\#(listed)]}}}"#).data == 2)
        }
    }
}
