import Engine
import Model
import TestKit
import Testing

@Suite struct ModelAccessTests {
    @Test(arguments: Backend.all)
    func `nobody reads nothing and writes nothing`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            _ = try await world.makeCase("a")
            for model in [
                "projects", "repositoryCases", "user", "status", "registrationSettings", "appConfig", "auditLog",
            ] {
                #expect(try await world.get("\(model)/findMany", as: nil).json == ["data": []], "\(model)")
                #expect(try await world.get("\(model)/findFirst", as: nil).json == ["data": .null])
                #expect(try await world.get("\(model)/count", as: nil).json == ["data": 0])
            }
            #expect(
                try await world.get("projects/findUnique", #"{"where": {"id": \#(world.shop)}}"#, as: nil).data == .null
            )
            #expect(try await world.get("projects/check", #"{"operation": "create"}"#, as: nil).data == false)
            for answer in [
                try await world.post("tags/create", #"{"data": {"name": "x"}}"#, as: nil),
                try await world.post(
                    "user/create",
                    #"""
                    {"data": {"name": "x", "email": "x@example.com", "password": "correct horse 9",
                    "access": "ADMIN"}}
                    """#, as: nil),
                try await world.put(
                    "projects/update",
                    #"""
                    {"where": {"id": \#(world.shop)}, "data": {"name": "x"}}
                    """#, as: nil),
                try await world.delete("projects/deleteMany", "{}", as: nil),
            ] {
                #expect(
                    answer.status == 403 && answer.code == "P2004" && answer.error["rejectedByPolicy"] == true,
                    "\(answer)")
            }
            let bad = try await world.get("projects/findMany", as: "nobody")
            #expect(bad.status == 401 && bad.json == ["error": "Invalid API token", "code": "INVALID_TOKEN"])
        }
    }

    @Test(arguments: Backend.all)
    func `rows of unreadable projects show nowhere`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let open = try await world.makeCase("open", #""tags": {"create": {"name": "t"}}"#)
            let secret = try await world.makeCase(
                "secret",
                #"""
                "estimate": 100, "tags": {"connect": {"name": "t"}}
                """#, in: world.vault)
            _ = try await world.makeRun(
                "hidden",
                #"""
                "testCases": {"create": {"repositoryCaseId": \#(secret)}}
                """#, in: world.vault)
            func get(_ path: String, _ q: String) async throws -> JSON { try await world.get(path, q, as: "uwe").data }
            #expect(try await world.get("projects/findMany", as: "uwe").names == ["Shop"])
            #expect(try await get("repositoryCases/findUnique", #"{"where": {"id": \#(secret)}}"#) == .null)
            #expect(try await get("repositoryCases/count", "{}") == 1)
            #expect(
                try await get("repositoryCases/aggregate", #"{"_sum": {"estimate": true}}"#) == [
                    "_sum": ["estimate": .null]
                ])
            #expect(
                try await get("repositoryCases/groupBy", #"{"by": ["projectId"], "_count": true}"#) == [
                    ["projectId": .integer(world.shop), "_count": 1]
                ])
            #expect(try await get("testRunCases/findMany", "{}") == [])
            let tag = try await get(
                "tags/findFirst",
                #"""
                {"select": {"repositoryCases": {"select": {"id": true}},
                "_count": {"select": {"repositoryCases": true}}}}
                """#)
            #expect(tag == ["repositoryCases": [["id": .integer(open)]], "_count": ["repositoryCases": 1]])
            #expect(try await get("tags/count", #"{"where": {"repositoryCases": {"some": {"name": "secret"}}}}"#) == 0)
            #expect(try await get("tags/count", #"{"where": {"repositoryCases": {"none": {"name": "secret"}}}}"#) == 1)
            #expect(try await get("tags/count", #"{"where": {"repositoryCases": {"every": {"name": "open"}}}}"#) == 1)
            #expect(try await get("user/count", #"{"where": {"createdProjects": {"some": {"name": "Vault"}}}}"#) == 0)
            #expect(
                try await get(
                    "user/findFirst",
                    #"""
                    {"where": {"name": "ada"}, "select": {"_count": {"select": {"createdProjects": true}}}}
                    """#) == ["_count": ["createdProjects": 1]])
            for answer in [
                try await world.put(
                    "repositoryCases/update",
                    #"""
                    {"where": {"id": \#(secret)}, "data": {"name": "x"}}
                    """#, as: "uwe"),
                try await world.delete("repositoryCases/delete", #"{"where": {"id": \#(secret)}}"#, as: "uwe"),
                try await world.put(
                    "tags/update",
                    #"""
                    {"where": {"name": "t"}, "data": {"repositoryCases": {"connect": {"id": \#(secret)}}}}
                    """#, as: "uwe"),
            ] { #expect(answer.status == 404, "\(answer)") }
            #expect(
                try await world.put("repositoryCases/updateMany", #"{"data": {"estimate": 5}}"#, as: "uwe").data == [
                    "count": 1
                ])
        }
    }

    @Test(arguments: Backend.all)
    func `the role decides what may be written`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("own", "", as: "uwe")
            #expect(
                try await world.put(
                    "repositoryCases/update",
                    #"""
                    {"where": {"id": \#(id)}, "data": {"estimate": 5}}
                    """#, as: "uwe"
                ).status == 200)
            #expect(try await world.post("tags/create", #"{"data": {"name": "mine"}}"#, as: "uwe").status == 201)
            let milestone = try await world.post(
                "milestones/create",
                #"""
                {"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 1}}
                """#, as: "uwe")
            #expect(milestone.status == 403)
            #expect(milestone.message == "denied by policy: milestones entities failed 'create' check")
            #expect(milestone.error["reason"] == "ACCESS_POLICY_VIOLATION")
            let refused: [(String, String)] = [
                ("projects/create", #"{"data": {"name": "P"}}"#),
                (
                    "workflows/create",
                    #"""
                    {"data": {"name": "w", "scope": "RUNS", "iconId": 1, "colorId": 1}}
                    """#
                ),
                ("roles/create", #"{"data": {"name": "r"}}"#), ("groups/create", #"{"data": {"name": "g"}}"#),
                ("user/create", #"{"data": {"name": "x", "email": "x@example.com", "password": "correct horse 9"}}"#),
                (
                    "appConfig/upsert",
                    #"""
                    {"where": {"key": "edit_results_duration"}, "create": {"key": "x", "value": 1},
                    "update": {"value": 99}}
                    """#
                ),
                (
                    "projectAssignment/create",
                    #"""
                    {"data": {"userId": "\#(try await world.user("uwe"))", "projectId": \#(world.shop)}}
                    """#
                ),
                ("integration/create", #"{"data": {"name": "i", "provider": "JIRA", "authType": "NONE"}}"#),
            ]
            for (path, body) in refused {
                let answer = try await world.post(path, body, as: "uwe")
                #expect(answer.status == 403, "\(path) \(answer)")
            }
            let deletion = #"{"where": {"id": \#(id)}, "data": {"isDeleted": true}}"#
            #expect(try await world.put("repositoryCases/update", deletion, as: "uwe").status == 403)
            #expect(
                try await world.delete("repositoryCases/delete", #"{"where": {"id": \#(id)}}"#, as: "uwe").status == 403
            )
            #expect(
                try await world.put(
                    "projects/update",
                    #"""
                    {"where": {"id": \#(world.shop)}, "data": {"isDeleted": true}}
                    """#, as: "uwe"
                ).status == 403)
            #expect(try await world.put("repositoryCases/upsert", "{}", as: "uwe").status == 400)
            let moved = try await world.put(
                "repositoryCases/update",
                #"""
                {"where": {"id": \#(id)}, "data": {"projectId": \#(world.vault)}}
                """#, as: "uwe")
            #expect(moved.status == 400 && moved.code == "P2003", "\(moved)")
        }
    }

    @Test(arguments: Backend.all)
    func `naming somebody else as the author needs an administrator`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let ute = try await world.user("ute")
            let place = try await world.place(world.shop)
            let made = try await world.post(
                "repositoryFolders/create",
                #"""
                {"data": {"name": "F", "projectId": \#(world.shop), "repositoryId": \#(place.repository),
                "creatorId": "\#(ute)"}}
                """#, as: "uwe")
            #expect(made.status == 403, "\(made)")
            let own = try await world.makeCase("own", "", as: "uwe")
            let moved = try await world.put(
                "repositoryCases/update",
                #"""
                {"where": {"id": \#(own)}, "data": {"creator": {"connect": {"id": "\#(ute)"}}}}
                """#, as: "uwe")
            #expect(moved.status == 403, "\(moved)")
            let same = try await world.put(
                "repositoryCases/update",
                #"""
                {"where": {"id": \#(own)}, "data": {"creatorId": "\#(try await world.user("uwe"))",
                "estimate": 4}}
                """#, as: "uwe")
            #expect(same.status == 200)
        }
    }

    @Test(arguments: Backend.all)
    func `what the server keeps for itself stays as it is`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            _ = try await world.post("tags/create", #"{"data": {"name": "x"}}"#)
            let log = try await world.get(
                "auditLog/findFirst",
                #"""
                {"orderBy": {"timestamp": "desc"}, "where": {"entityType": "Tag"}}
                """#)
            #expect(log.data["action"] == "CREATE")
            let id = log.data["id"]?.string ?? ""
            #expect(
                try await world.put(
                    "auditLog/update",
                    #"""
                    {"where": {"id": "\#(id)"}, "data": {"userName": "x"}}
                    """#
                ).status == 403)
            #expect(try await world.delete("auditLog/deleteMany", "{}").status == 403)
            #expect(try await world.get("auditLog/count", as: "uwe").data == 0)
            let token = #"{"data": {"name": "t", "tokenPrefix": "tpi_", "userId": "\#(try await world.user("ada"))"}}"#
            #expect([400, 403].contains(try await world.post("apiToken/create", token).status))
            let link = try await world.put(
                "projects/update", #"{"where": {"id": \#(world.shop)}, "data": {"auditLogs": {"deleteMany": {}}}}"#)
            #expect(link.status == 403)
        }
    }

    @Test(arguments: Backend.all)
    func `references stay inside one project`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let other = try await world.place(world.vault)
            let id = try await world.makeCase("here")
            let there = try await world.makeCase("there", in: world.vault)
            let moved = try await world.put(
                "repositoryCases/update",
                #"""
                {"where": {"id": \#(id)}, "data": {"folderId": \#(other.folder)}}
                """#)
            #expect(moved.status == 400 && moved.code == "P2003", "\(moved)")
            let run = try await world.makeRun("r")
            let joined = try await world.post(
                "testRunCases/create",
                #"""
                {"data": {"testRunId": \#(run), "repositoryCaseId": \#(there)}}
                """#)
            #expect(joined.status == 400, "\(joined)")
            let issue = try await world.post(
                "issue/create",
                #"""
                {"data": {"name": "I", "title": "I", "projectId": \#(world.vault)}}
                """#)
            let linked = try await world.put(
                "repositoryCases/update",
                #"""
                {"where": {"id": \#(id)}, "data": {"issues": {"connect": {"id": \#(issue.id)}}}}
                """#)
            #expect(linked.status == 400, "\(linked)")
        }
    }
}
