import Engine
import Model
import TestKit
import Testing

@Suite struct ModelOwnerTests {
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
                "user/findMany",
                #"""
                {"orderBy": {"name": "asc"}, "include": {"role": true}}
                """#, as: "uwe")
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
                    "apiToken/update",
                    #"""
                    {"where": {"id": "\#(id)"}, "data": {"isActive": false}}
                    """#, as: "ute"
                ).status == 404)
            #expect(
                try await world.put(
                    "apiToken/update",
                    #"""
                    {"where": {"id": "\#(id)"}, "data": {"isActive": false}}
                    """#, as: "uwe"
                ).status == 200)
            #expect(try await world.delete("apiToken/delete", #"{"where": {"id": "\#(id)"}}"#, as: "uwe").status == 200)
            let mine = try await world.post("userPreferences/create", #"{"data": {"theme": "Dark"}}"#, as: "uwe")
            #expect(mine.status == 201 && mine.data["userId"]?.string == uwe.uid, "\(mine)")
            let preferences = try await world.get(
                "user/findUnique",
                #"""
                {"where": {"id": "\#(uwe.uid)"}, "include": {"userPreferences": true}}
                """#, as: "uwe")
            #expect(preferences.data["userPreferences"]?["theme"] == "Dark")
            let hidden = try await world.get(
                "user/findUnique",
                #"""
                {"where": {"id": "\#(uwe.uid)"}, "include": {"userPreferences": true}}
                """#, as: "ute")
            #expect(hidden.data["userPreferences"] == .null)
            let forged = try await world.post(
                "notification/create",
                #"""
                {"data": {"userId": "\#(uwe.uid)", "title": "t", "message": "m", "type": "SYSTEM_ANNOUNCEMENT"}}
                """#, as: "ute")
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
                #"""
                {"data": {"content": \#(doc), "projectId": \#(world.shop), "repositoryCaseId": \#(id),
                "mentionedUsers": {"create": {"userId": "\#(try await world.user("ute"))"}}}}
                """#,
                as: "uwe")
            #expect(made.status == 201, "\(made)")
            let key = made.data["id"]?.string ?? ""
            func change(_ person: String) async throws -> ModelWorld.Answer {
                try await world.put(
                    "comment/update",
                    #"""
                    {"where": {"id": "\#(key)"}, "data": {"content": \#(doc)}}
                    """#, as: person)
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
    func `restricted fields need their own right`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("c")
            let field = try await world.post(
                "caseFields/create",
                #"{"data": {"displayName": "Risk", "systemName": "risk", "isRestricted": true, "typeId": 9}}"#)
            #expect(field.status == 201, "\(field)")
            func write(_ person: String) async throws -> Int {
                try await world.post(
                    "caseFieldValues/create",
                    #"{"data": {"testCaseId": \#(id), "fieldId": \#(field.id), "value": "high"}}"#, as: person
                ).status
            }
            #expect(try await write("uwe") == 403)
            #expect(try await write("ada") == 201)
            let change = try await world.put("caseFieldValues/updateMany", #"{"data": {"value": "low"}}"#, as: "uwe")
            #expect(change.status == 403)
            let nested = try await world.put(
                "repositoryCases/update",
                #"{"where": {"id": \#(id)}, "data": {"caseFieldValues": {"deleteMany": {}}}}"#, as: "uwe")
            #expect(nested.status == 403)
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
