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
                    #"{"data": {"name": "x", "email": "x@example.com", "password": "correct horse 9", "access": "ADMIN"}}"#,
                    as: nil),
                try await world.put(
                    "projects/update", #"{"where": {"id": \#(world.shop)}, "data": {"name": "x"}}"#, as: nil),
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
                "secret", #""estimate": 100, "tags": {"connect": {"name": "t"}}"#, in: world.vault)
            _ = try await world.makeRun(
                "hidden", #""testCases": {"create": {"repositoryCaseId": \#(secret)}}"#, in: world.vault)
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
                #"{"select": {"repositoryCases": {"select": {"id": true}}, "_count": {"select": {"repositoryCases": true}}}}"#
            )
            #expect(tag == ["repositoryCases": [["id": .integer(open)]], "_count": ["repositoryCases": 1]])
            #expect(try await get("tags/count", #"{"where": {"repositoryCases": {"some": {"name": "secret"}}}}"#) == 0)
            #expect(try await get("tags/count", #"{"where": {"repositoryCases": {"none": {"name": "secret"}}}}"#) == 1)
            #expect(try await get("tags/count", #"{"where": {"repositoryCases": {"every": {"name": "open"}}}}"#) == 1)
            #expect(try await get("user/count", #"{"where": {"createdProjects": {"some": {"name": "Vault"}}}}"#) == 0)
            #expect(
                try await get(
                    "user/findFirst",
                    #"{"where": {"name": "ada"}, "select": {"_count": {"select": {"createdProjects": true}}}}"#) == [
                        "_count": ["createdProjects": 1]
                    ])
            for answer in [
                try await world.put(
                    "repositoryCases/update", #"{"where": {"id": \#(secret)}, "data": {"name": "x"}}"#, as: "uwe"),
                try await world.delete("repositoryCases/delete", #"{"where": {"id": \#(secret)}}"#, as: "uwe"),
                try await world.put(
                    "tags/update",
                    #"{"where": {"name": "t"}, "data": {"repositoryCases": {"connect": {"id": \#(secret)}}}}"#,
                    as: "uwe"),
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
                    "repositoryCases/update", #"{"where": {"id": \#(id)}, "data": {"estimate": 5}}"#, as: "uwe"
                ).status == 200)
            #expect(try await world.post("tags/create", #"{"data": {"name": "mine"}}"#, as: "uwe").status == 201)
            let milestone = try await world.post(
                "milestones/create", #"{"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 1}}"#,
                as: "uwe")
            #expect(milestone.status == 403)
            #expect(milestone.message == "denied by policy: milestones entities failed 'create' check")
            #expect(milestone.error["reason"] == "ACCESS_POLICY_VIOLATION")
            let refused: [(String, String)] = [
                ("projects/create", #"{"data": {"name": "P"}}"#),
                ("workflows/create", #"{"data": {"name": "w", "scope": "RUNS", "iconId": 1, "colorId": 1}}"#),
                ("roles/create", #"{"data": {"name": "r"}}"#), ("groups/create", #"{"data": {"name": "g"}}"#),
                ("user/create", #"{"data": {"name": "x", "email": "x@example.com", "password": "correct horse 9"}}"#),
                (
                    "appConfig/upsert",
                    #"{"where": {"key": "edit_results_duration"}, "create": {"key": "x", "value": 1}, "update": {"value": 99}}"#
                ),
                (
                    "projectAssignment/create",
                    #"{"data": {"userId": "\#(try await world.user("uwe"))", "projectId": \#(world.shop)}}"#
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
                    "projects/update", #"{"where": {"id": \#(world.shop)}, "data": {"isDeleted": true}}"#, as: "uwe"
                ).status == 403)
            #expect(try await world.put("repositoryCases/upsert", "{}", as: "uwe").status == 400)
            let moved = try await world.put(
                "repositoryCases/update", #"{"where": {"id": \#(id)}, "data": {"projectId": \#(world.vault)}}"#,
                as: "uwe")
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
                #"{"data": {"name": "F", "projectId": \#(world.shop), "repositoryId": \#(place.repository), "creatorId": "\#(ute)"}}"#,
                as: "uwe")
            #expect(made.status == 403, "\(made)")
            let own = try await world.makeCase("own", "", as: "uwe")
            let moved = try await world.put(
                "repositoryCases/update",
                #"{"where": {"id": \#(own)}, "data": {"creator": {"connect": {"id": "\#(ute)"}}}}"#, as: "uwe")
            #expect(moved.status == 403, "\(moved)")
            let same = try await world.put(
                "repositoryCases/update",
                #"{"where": {"id": \#(own)}, "data": {"creatorId": "\#(try await world.user("uwe"))", "estimate": 4}}"#,
                as: "uwe")
            #expect(same.status == 200)
        }
    }

    @Test(arguments: Backend.all)
    func `people change their own name and nothing that gives rights`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let uwe = try await world.user("uwe")
            func change(_ data: String, of person: String = "uwe", as caller: String = "uwe") async throws -> Int {
                let id = try await world.user(person)
                return try await world.put("user/update", #"{"where": {"id": "\#(id)"}, "data": \#(data)}"#, as: caller)
                    .status
            }
            #expect(try await change(#"{"name": "Uwe"}"#) == 200)
            for data in [
                #"{"access": "ADMIN"}"#, #"{"roleId": 2}"#, #"{"isApi": false}"#, #"{"isActive": false}"#,
                #"{"isDeleted": true}"#,
                #"{"role": {"connect": {"id": 2}}}"#, #"{"name": "x", "access": "ADMIN"}"#,
                #"{"email": "other@example.com"}"#,
            ] { #expect(try await change(data) == 403, "\(data)") }
            #expect(try await change(#"{"name": "x"}"#, of: "ute") == 403)
            #expect(try await change(#"{"access": "USER"}"#, of: "pam", as: "ada") == 200)
            #expect(try await change(#"{"access": "USER"}"#, of: "ada", as: "ada") == 422)
            let others = try await world.get(
                "user/findMany", #"{"orderBy": {"name": "asc"}, "include": {"role": true}}"#, as: "uwe")
            for row in others.data.array ?? [] {
                let isOwn = row["id"]?.string == uwe
                #expect(
                    (row["roleId"] != nil) == isOwn && (row["role"] != nil) == isOwn && (row["isApi"] != nil) == isOwn,
                    "\(row.text)")
                #expect(row["email"] != nil && row["access"] != nil)
            }
            #expect(try await world.get("user/findMany", #"{"where": {"roleId": 1}}"#, as: "uwe").status == 400)
            #expect(
                try await world.get("user/findMany", #"{"where": {"role": {"name": "admin"}}}"#, as: "uwe").status
                    == 400)
            #expect(try await world.get("user/findMany", as: "nil").names == ["nil"])
            #expect(try await world.get("projects/findMany", as: "nil").data == [])
        }
    }

    @Test(arguments: Backend.all)
    func `what the server keeps for itself stays as it is`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            _ = try await world.post("tags/create", #"{"data": {"name": "x"}}"#)
            let log = try await world.get(
                "auditLog/findFirst", #"{"orderBy": {"timestamp": "desc"}, "where": {"entityType": "Tag"}}"#)
            #expect(log.data["action"] == "CREATE")
            let id = log.data["id"]?.string ?? ""
            #expect(
                try await world.put("auditLog/update", #"{"where": {"id": "\#(id)"}, "data": {"userName": "x"}}"#)
                    .status == 403)
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
    func `tokens, preferences and notifications are the owner's`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let uwe = try await world.engine.caller(email: "uwe@example.com")
            let token = try await world.engine.write(as: uwe) { work throws(DomainError) in
                try work.createToken(user: uwe.userId ?? 0, name: "mine", expiresAt: nil)
            }
            #expect(token.token.hasPrefix("tpi_"))
            let mineOnly = #"{"where": {"name": "mine"}}"#
            #expect(try await world.get("apiToken/findMany", mineOnly, as: "uwe").names == ["mine"])
            #expect(try await world.get("apiToken/findMany", mineOnly, as: "ute").data == [])
            #expect(try await world.get("apiToken/findMany", as: "ute").names == ["test"])
            #expect(try await world.get("apiToken/count", mineOnly).data == 1)
            let id = try await world.get("apiToken/findFirst", mineOnly, as: "uwe").data["id"]?.string ?? ""
            #expect(
                try await world.put(
                    "apiToken/update", #"{"where": {"id": "\#(id)"}, "data": {"isActive": false}}"#, as: "ute"
                ).status == 404)
            #expect(
                try await world.put(
                    "apiToken/update", #"{"where": {"id": "\#(id)"}, "data": {"isActive": false}}"#, as: "uwe"
                ).status == 200)
            #expect(try await world.delete("apiToken/delete", #"{"where": {"id": "\#(id)"}}"#, as: "uwe").status == 200)
            let mine = try await world.post("userPreferences/create", #"{"data": {"theme": "Dark"}}"#, as: "uwe")
            #expect(mine.status == 201 && mine.data["userId"]?.string == uwe.uid, "\(mine)")
            let preferences = try await world.get(
                "user/findUnique", #"{"where": {"id": "\#(uwe.uid)"}, "include": {"userPreferences": true}}"#, as: "uwe"
            )
            #expect(preferences.data["userPreferences"]?["theme"] == "Dark")
            let hidden = try await world.get(
                "user/findUnique", #"{"where": {"id": "\#(uwe.uid)"}, "include": {"userPreferences": true}}"#, as: "ute"
            )
            #expect(hidden.data["userPreferences"] == .null)
            let forged = try await world.post(
                "notification/create",
                #"{"data": {"userId": "\#(uwe.uid)", "title": "t", "message": "m", "type": "SYSTEM_ANNOUNCEMENT"}}"#,
                as: "ute")
            #expect(forged.status == 403)
        }
    }

    @Test(arguments: Backend.all)
    func `comments belong to their authors`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("c")
            let doc = #"{"type": "doc", "content": []}"#
            let made = try await world.post(
                "comment/create",
                #"{"data": {"content": \#(doc), "projectId": \#(world.shop), "repositoryCaseId": \#(id), "mentionedUsers": {"create": {"userId": "\#(try await world.user("ute"))"}}}}"#,
                as: "uwe")
            #expect(made.status == 201, "\(made)")
            let key = made.data["id"]?.string ?? ""
            func change(_ person: String) async throws -> ModelWorld.Answer {
                try await world.put(
                    "comment/update", #"{"where": {"id": "\#(key)"}, "data": {"content": \#(doc)}}"#, as: person)
            }
            #expect(try await change("ute").status == 403)
            #expect(try await change("uwe").data["isEdited"] == true)
            #expect(try await change("ada").status == 200)
            let mentions = #"{"where": {"id": "\#(key)"}, "data": {"mentionedUsers": {"deleteMany": {}}}}"#
            #expect(try await world.put("comment/update", mentions, as: "ute").status == 403)
            #expect(try await world.put("comment/update", mentions, as: "uwe").status == 200)
            #expect(try await world.delete("comment/delete", #"{"where": {"id": "\#(key)"}}"#, as: "ute").status == 403)
            #expect(try await world.delete("comment/delete", #"{"where": {"id": "\#(key)"}}"#, as: "uwe").status == 200)
        }
    }

    @Test(arguments: Backend.all)
    func `references stay inside one project`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let other = try await world.place(world.vault)
            let id = try await world.makeCase("here")
            let there = try await world.makeCase("there", in: world.vault)
            let moved = try await world.put(
                "repositoryCases/update", #"{"where": {"id": \#(id)}, "data": {"folderId": \#(other.folder)}}"#)
            #expect(moved.status == 400 && moved.code == "P2003", "\(moved)")
            let run = try await world.makeRun("r")
            let joined = try await world.post(
                "testRunCases/create", #"{"data": {"testRunId": \#(run), "repositoryCaseId": \#(there)}}"#)
            #expect(joined.status == 400, "\(joined)")
            let issue = try await world.post(
                "issue/create", #"{"data": {"name": "I", "title": "I", "projectId": \#(world.vault)}}"#)
            let linked = try await world.put(
                "repositoryCases/update",
                #"{"where": {"id": \#(id)}, "data": {"issues": {"connect": {"id": \#(issue.id)}}}}"#)
            #expect(linked.status == 400, "\(linked)")
        }
    }

    @Test(arguments: Backend.all)
    func `check says what is possible`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            func may(_ model: String, _ operation: String, _ project: Int64?, as person: String) async throws -> JSON {
                let place = project.map { #", "where": {"projectId": \#($0)}"# } ?? ""
                return try await world.get("\(model)/check", #"{"operation": "\#(operation)"\#(place)}"#, as: person)
                    .data
            }
            #expect(try await may("repositoryCases", "create", world.shop, as: "uwe") == true)
            #expect(try await may("repositoryCases", "create", world.vault, as: "uwe") == false)
            #expect(try await may("repositoryCases", "delete", world.shop, as: "uwe") == false)
            #expect(try await may("milestones", "create", nil, as: "uwe") == false)
            #expect(try await may("projects", "create", nil, as: "pam") == true)
            #expect(try await may("workflows", "update", nil, as: "uwe") == false)
            #expect(try await may("workflows", "read", nil, as: "uwe") == true)
            #expect(try await may("auditLog", "create", nil, as: "ada") == false)
            #expect(try await world.get("projects/check", #"{"operation": "fly"}"#).status == 400)
        }
    }
}
