import Model
import TestKit
import Testing

@Suite struct ModelReadTests {
    @Test(arguments: Backend.all)
    func `rows carry integer ids, UUIDs and marks for dates`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let answer = try await world.get("projects/findMany", #"{"orderBy": {"name": "asc"}}"#)
            #expect(answer.status == 200)
            #expect(answer.names == ["Shop", "Vault"])
            let first = answer.data[0]
            #expect(first?["id"] == .integer(world.shop))
            #expect(first?["uuid"]?.string?.count == 36)
            #expect(first?["epoch"] == nil)
            #expect(first?["isCompleted"] == false)
            #expect(first?["createdBy"]?.string == (try await world.user("ada")))
            #expect(answer.marks["0.createdAt"] == ["Date"])
            #expect(answer.headers["cache-control"] == "no-store, no-cache, must-revalidate, proxy-revalidate")
        }
    }

    @Test(arguments: Backend.all)
    func `models answer to the accessor and the Pascal form only`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            for name in ["projects", "Projects", "jUnitTestSuite", "JUnitTestSuite", "listValue", "Status", "status"] {
                #expect(try await world.get("\(name)/findMany").status == 200, "\(name)")
            }
            for name in ["project", "PROJECTS", "milestoneType", "storedFile", "job_queue", "counter"] {
                let answer = try await world.get("\(name)/findMany")
                #expect(answer.status == 400, "\(name)")
                #expect(answer.message == "unknown model name: \(name.prefix(1).lowercased() + name.dropFirst())")
            }
        }
    }

    @Test(arguments: Backend.all)
    func `paths, operations, methods and queries are refused in the words of the wire`(_ backend: Backend) async throws
    {
        try await ModelWorld.with(backend) { world async throws in
            #expect(try await world.get("projects").message == "invalid request path")
            #expect(try await world.get("projects/findMany/1").message == "invalid request path")
            for operation in ["findUniqueOrThrow", "findFirstOrThrow", "createManyAndReturn", "$transaction"] {
                let answer = try await world.get("projects/\(operation)")
                #expect(answer.status == 400 && answer.message == "invalid operation: \(operation)")
            }
            #expect(
                try await world.post("projects/findMany", "{}").message
                    == "invalid request method, only GET is supported")
            #expect(try await world.get("projects/create").message == "invalid request method, only POST is supported")
            #expect(
                try await world.post("projects/update", "{}").message
                    == "invalid request method, only PUT AND PATCH are supported")
            #expect(
                try await world.post("projects/delete", "{}").message
                    == "invalid request method, only DELETE is supported")
            #expect(try await world.post("projects/create", nil).message == "missing request body")
            #expect(try await world.get("projects/findMany", "{").message == "invalid \"q\" query parameter")
            #expect(try await world.get("projects/findMany", "[]").message == "invalid \"q\" query parameter")
            #expect(try await world.get("projects/findMany", #"{"wehre": {}}"#).error["prisma"] == true)
        }
    }

    @Test(arguments: Backend.all)
    func `scalar filters select rows`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            for (index, name) in ["alpha", "Beta", "gamma"].enumerated() {
                _ = try await world.makeCase(
                    name,
                    #"""
                    "estimate": \#(index * 10), "className": "\#(index == 2 ? "" : "K\(index)")"
                    """#)
            }
            func names(_ condition: String) async throws -> [String] {
                let answer = try await world.get(
                    "repositoryCases/findMany", #"{"where": \#(condition), "orderBy": {"id": "asc"}}"#)
                #expect(answer.status == 200, "\(answer)")
                return answer.names
            }
            #expect(try await names(#"{"name": "Beta"}"#) == ["Beta"])
            #expect(try await names(#"{"name": {"contains": "A"}}"#) == [])
            #expect(
                try await names(
                    #"""
                    {"name": {"contains": "A", "mode": "insensitive"}}
                    """#) == ["alpha", "Beta", "gamma"])
            #expect(try await names(#"{"name": {"startsWith": "b", "mode": "insensitive"}}"#) == ["Beta"])
            #expect(try await names(#"{"name": {"endsWith": "mma"}}"#) == ["gamma"])
            #expect(try await names(#"{"name": {"in": ["alpha", "gamma"]}}"#) == ["alpha", "gamma"])
            #expect(try await names(#"{"name": {"notIn": ["alpha", "gamma"]}}"#) == ["Beta"])
            #expect(try await names(#"{"name": {"not": {"startsWith": "a"}}}"#) == ["Beta", "gamma"])
            #expect(try await names(#"{"estimate": {"gte": 10, "lt": 20}}"#) == ["Beta"])
            #expect(try await names(#"{"estimate": {"not": 0}}"#) == ["Beta", "gamma"])
            #expect(try await names(#"{"estimate": {"not": null}}"#) == ["alpha", "Beta", "gamma"])
            #expect(try await names(#"{"className": null}"#) == ["gamma"])
            #expect(try await names(#"{"className": {"in": ["", "K1"]}}"#) == ["Beta", "gamma"])
            #expect(try await names(#"{"OR": [{"name": "alpha"}, {"estimate": 20}]}"#) == ["alpha", "gamma"])
            #expect(try await names(#"{"NOT": [{"name": "alpha"}, {"name": "Beta"}]}"#) == ["gamma"])
            #expect(try await names(#"{"AND": [{"estimate": {"gt": 0}}, {"name": "gamma"}]}"#) == ["gamma"])
            #expect(try await names(#"{"OR": []}"#) == [])
            #expect(try await names(#"{"AND": []}"#).count == 3)
            #expect(try await names(#"{"automated": false, "source": {"in": ["MANUAL"]}}"#).count == 3)
            #expect(try await names(#"{"createdAt": {"gt": "2020-01-01"}}"#).count == 3)
            #expect(try await names(#"{"createdAt": {"lt": "2020-01-01T00:00:00.000Z"}}"#).count == 0)
            let ada = try await world.user("ada")
            #expect(try await names(#"{"creatorId": "\#(ada)"}"#).count == 3)
            #expect(try await names(#"{"creatorId": {"not": "\#(ada)"}}"#).count == 0)
            #expect(try await names(#"{"creatorId": {"in": ["\#(ada)", "nobody"]}}"#).count == 3)
            #expect(try await names(#"{"creatorId": "nobody"}"#).count == 0)
            #expect(try await names(#"{"projectId": "\#(world.shop)"}"#).count == 3)
        }
    }

    @Test(arguments: Backend.all)
    func `wrong filters are named`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let wrong = [
                #"{"nonsense": 1}"#, #"{"name": 5}"#, #"{"id": "abc"}"#, #"{"automated": "yes"}"#,
                #"{"source": "MAGIC"}"#,
                #"{"createdAt": "yesterday"}"#, #"{"name": {"like": "a"}}"#, #"{"estimate": {"contains": "1"}}"#,
                #"{"tags": {"any": {}}}"#, #"{"folder": 5}"#, #"{"name": {"mode": "loud", "equals": "a"}}"#, #"[1]"#,
                #""x""#,
                #"{"name": {"in": "a"}}"#,
            ]
            for condition in wrong {
                let answer = try await world.get("repositoryCases/findMany", #"{"where": \#(condition)}"#)
                #expect(answer.status == 400 && answer.error["prisma"] == true, "\(condition) \(answer)")
                #expect(
                    answer.message.contains("repositoryCases") || answer.message.contains("tags"), "\(answer.message)")
            }
        }
    }

    @Test(arguments: Backend.all)
    func `relations filter rows`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let one = try await world.makeCase("one", #""tags": {"create": [{"name": "red"}, {"name": "blue"}]}"#)
            let two = try await world.makeCase("two", #""tags": {"connect": [{"name": "red"}]}"#)
            let three = try await world.makeCase("three")
            func ids(_ condition: String) async throws -> [Int64] {
                let answer = try await world.get(
                    "repositoryCases/findMany",
                    #"""
                    {"where": \#(condition), "orderBy": {"id": "asc"}}
                    """#)
                #expect(answer.status == 200, "\(answer)")
                return answer.ids
            }
            #expect(try await ids(#"{"tags": {"some": {"name": "blue"}}}"#) == [one])
            #expect(try await ids(#"{"tags": {"none": {"name": "blue"}}}"#) == [two, three])
            #expect(try await ids(#"{"tags": {"every": {"name": "red"}}}"#) == [two, three])
            #expect(try await ids(#"{"tags": {"some": {}}}"#) == [one, two])
            #expect(try await ids(#"{"folder": {"name": "Root Folder"}}"#).count == 3)
            #expect(try await ids(#"{"folder": {"is": {"name": {"not": "Root Folder"}}}}"#) == [])
            #expect(try await ids(#"{"folder": {"isNot": {"name": "x"}}}"#).count == 3)
            #expect(try await ids(#"{"folder": {"parent": null, "project": {"name": "Shop"}}}"#).count == 3)
            #expect(try await ids(#"{"assignedTo": null}"#).count == 3)
            #expect(try await ids(#"{"assignedTo": {"isNot": null}}"#) == [])
            #expect(try await ids(#"{"creator": {"email": "ada@example.com"}}"#).count == 3)
        }
    }

    @Test(arguments: Backend.all)
    func `select and include shape the answer`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase(
                "shaped",
                #"""
                "tags": {"create": [{"name": "red"}]}, "steps": {"create": [{"order": 2, "step": {"a": 1}},
                {"order": 1, "step": "plain"}]}
                """#)
            let selected = try await world.get(
                "repositoryCases/findUnique",
                """
                {"where": {"id": \(id)}, "select": {"name": true, "id": false, "creatorId": true,
                "steps": {"orderBy": {"order": "asc"}, "select": {"order": true, "step": true}},
                "creator": {"select": {"name": true}}, "_count": {"select": {"steps": true, "tags": {"where": {"name": "x"}}}}}}
                """)
            let uid = try await world.user("ada")
            let expected: JSON = [
                "name": "shaped", "creatorId": .string(uid),
                "steps": [["order": 1, "step": "plain"], ["order": 2, "step": ["a": 1]]], "creator": ["name": "ada"],
                "_count": ["steps": 2, "tags": 0],
            ]
            #expect(selected.data == expected, "\(selected)")
            #expect(selected.json["meta"] == nil)
            let included = try await world.get(
                "repositoryCases/findFirst",
                #"""
                {"where": {"name": "shaped"}, "include": {"tags": true, "assignedTo": true,
                "project": {"include": {"creator": true}}, "_count": true}}
                """#)
            #expect(included.data["tags"]?[0]?["name"] == "red")
            #expect(included.data["assignedTo"] == .null)
            #expect(included.data["project"]?["creator"]?["id"]?.string == uid)
            #expect(included.data["project"]?["creator"]?["password"] == nil)
            #expect(included.data["_count"]?["steps"] == 2)
            #expect(included.marks["project.creator.createdAt"] == ["Date"])
            #expect(included.marks["tags.0.createdAt"] == ["Date"])
            for wrong in [
                #"""
                {"select": {"id": true}, "include": {"tags": true}}
                """#, #"{"select": {}}"#, #"{"select": {"nothing": true}}"#,
                #"{"include": {"name": true}}"#, #"{"include": {"tags": {"foo": 1}}}"#,
                #"""
                {"include": {"_count": {"select": {"creator": true}}}}
                """#,
            ] {
                #expect(try await world.get("repositoryCases/findMany", wrong).status == 400, "\(wrong)")
            }
        }
    }

    @Test(arguments: Backend.all)
    func `findUnique takes unique arguments only`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("unique", #""source": "API", "className": "K""#)
            let run = try await world.makeRun(
                "r",
                #"""
                "testCases": {"create": [{"repositoryCase": {"connect": {"id": \#(id)}}, "order": 1}]}
                """#)
            let byKey = try await world.get(
                "repositoryCases/findUnique",
                #"""
                {"where": {"projectId_name_className_source": {"projectId": \#(world.shop), "name": "unique",
                "className": "K", "source": "API"}}}
                """#)
            #expect(byKey.id == id)
            let pair = try await world.get(
                "testRunCases/findUnique",
                #"""
                {"where": {"testRunId_repositoryCaseId": {"testRunId": \#(run), "repositoryCaseId": \#(id)}},
                "include": {"testRun": true}}
                """#)
            #expect(pair.data["testRun"]?["name"] == "r")
            #expect(try await world.get("tags/findUnique", #"{"where": {"name": "none"}}"#).json == ["data": .null])
            #expect(try await world.get("repositoryCases/findUnique", #"{"where": {"name": "unique"}}"#).status == 400)
            #expect(try await world.get("repositoryCases/findUnique").status == 400)
            #expect(
                try await world.get("repositoryCases/findUnique", #"{"where": {"id": \#(id), "isDeleted": true}}"#).data
                    == .null)
            let uuid =
                try await world.get("repositoryCases/findUnique", #"{"where": {"id": \#(id)}}"#).data["uuid"]?.string
                ?? ""
            #expect(try await world.get("repositoryCases/findUnique", #"{"where": {"uuid": "\#(uuid)"}}"#).id == id)
            #expect(try await world.get("repositoryCases/findUnique", #"{"where": {"id": "\#(uuid)"}}"#).id == id)
            #expect(try await world.get("repositoryCases/findUnique", #"{"where": {"id": "\#(id)"}}"#).id == id)
            let role = try await world.get(
                "rolePermission/findUnique", #"{"where": {"roleId_area": {"roleId": 1, "area": "Tags"}}}"#)
            #expect(role.data["canAddEdit"] == true)
            #expect(role.data["id"] == nil)
        }
    }
}
