import Engine
import HTTPTypes
import Model
import TestKit
import Testing

@Suite struct ModelValueTests {
    @Test(arguments: Backend.all)
    func `atomic operations and lists change values in place`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("n", #""estimate": 10"#)
            func estimate(_ operation: String) async throws -> JSON? {
                let answer = try await world.put(
                    "repositoryCases/update",
                    #"""
                    {"where": {"id": \#(id)}, "data": {"estimate": \#(operation)}, "select": {"estimate": true}}
                    """#)
                return answer.status == 200 ? answer.data["estimate"] : .string(answer.message)
            }
            #expect(try await estimate(#"{"increment": 5}"#) == 15)
            #expect(try await estimate(#"{"decrement": 3}"#) == 12)
            #expect(try await estimate(#"{"multiply": 4}"#) == 48)
            #expect(try await estimate(#"{"divide": 5}"#) == 9)
            #expect(try await estimate(#"{"set": null}"#) == .null)
            #expect(
                try await world.put(
                    "repositoryCases/update",
                    #"""
                    {"where": {"id": \#(id)}, "data": {"estimate": {"divide": 0}}}
                    """#
                ).status == 400)
            #expect(
                try await world.put(
                    "repositoryCases/update",
                    #"""
                    {"where": {"id": \#(id)}, "data": {"name": {"increment": 1}}}
                    """#
                ).status == 400)
            let hook = try await world.post(
                "webhook/create",
                #"""
                {"data": {"url": "https://example.com", "events": ["test_case.created"]}}
                """#)
            #expect(hook.status == 201, "\(hook)")
            let key = hook.data["id"]?.string ?? ""
            let pushed = try await world.put(
                "webhook/update",
                #"{"where": {"id": "\#(key)"}, "data": {"events": {"push": ["test_case.updated", "issue.created"]}}}"#)
            #expect(pushed.data["events"] == ["test_case.created", "test_case.updated", "issue.created"])
            for (condition, count) in [
                (#"{"has": "test_case.updated"}"#, 1), (#"{"hasSome": ["x", "test_case.created"]}"#, 1),
                (#"{"hasEvery": ["test_case.created", "x"]}"#, 0), (#"{"isEmpty": true}"#, 0),
                (#"{"equals": ["test_case.created", "test_case.updated", "issue.created"]}"#, 1),
            ] {
                let found = try await world.get("webhook/count", #"{"where": {"events": \#(condition)}}"#)
                #expect(found.data == .integer(Int64(count)), "\(condition)")
            }
            #expect(
                try await world.put("webhook/updateMany", #"{"data": {"events": {"set": ["*"]}}}"#).data
                    == ["count": 1])
            #expect(try await world.get("webhook/findFirst").data["events"] == ["*"])
        }
    }

    @Test(arguments: Backend.all)
    func `values that JSON cannot spell travel with notes`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("a")
            let made = try await world.post(
                "attachments/create",
                """
                {"data": {"name": "f", "url": "https://files.example.com/x", "mimeType": "text/plain", "size": "5000000000", "note": null,
                "testCase": {"connect": {"id": \(id)}}},
                "meta": {"serialization": {"values": {"data.size": ["bigint"], "data.note": ["undefined"]}}}}
                """)
            #expect(made.status == 201, "\(made)")
            #expect(made.data["size"] == "5000000000")
            #expect(made.marks["size"] == ["bigint"])
            let sum = try await world.get("attachments/aggregate", #"{"_sum": {"size": true}}"#)
            #expect(sum.data["_sum"] == ["size": "5000000000"] && sum.marks["_sum.size"] == ["bigint"])
            let within = try await world.get("repositoryCases/findMany", #"{"include": {"attachments": true}}"#)
            #expect(within.marks["0.attachments.0.size"] == ["bigint"])
            let llm = try await world.post(
                "llmProviderConfig/create",
                #"{"data": {"defaultModel": "m", "costPerInputToken": 1.5e-7, "costPerOutputToken": "0.25"}}"#)
            #expect(llm.data["costPerInputToken"] == "0.00000015", "\(llm)")
            #expect(llm.marks["costPerInputToken"] == [["custom", "Decimal"]])
            let gone = try await world.send(
                .get, "attachments/findMany",
                query: [
                    (name: "q", value: #"{"where": {"name": null}}"#),
                    (name: "meta", value: #"{"serialization": {"values": {"where.name": ["undefined"]}}}"#),
                ])
            #expect(gone.data.array?.count == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `documents stay as they were written`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            for (written, stored) in [
                (#"{"type": "doc", "content": []}"#, #"{"type":"doc","content":[]}"#),
                (#""{\"type\":\"doc\"}""#, #""{\"type\":\"doc\"}""#),
                ("null", "null"), (#"["a", 1, true]"#, #"["a",1,true]"#), (#""plain""#, #""plain""#),
            ] {
                let id = try await world.makeRun("r", #""note": \#(written)"#)
                let row = try await world.get("testRuns/findUnique", #"{"where": {"id": \#(id)}}"#)
                #expect(row.data["note"]?.text == stored)
            }
            func count(_ condition: String) async throws -> JSON {
                try await world.get("testRuns/count", #"{"where": {"note": \#(condition)}}"#).data
            }
            #expect(try await count(#"{"path": ["type"], "equals": "doc"}"#) == 1)
            #expect(try await count(#"{"path": "$.type", "string_starts_with": "do"}"#) == 1)
            #expect(try await count(#"{"equals": "plain"}"#) == 1)
            #expect(try await count("null") == 1)
            #expect(try await count(#"{"not": null}"#) == 4)
            #expect(try await count(#"{"array_contains": "a"}"#) == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `the due date of a milestone is its completedAt until it is completed`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let made = try await world.post(
                "milestones/create",
                #"""
                {"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 1,
                "completedAt": "2030-05-01T00:00:00.000Z"}}
                """#)
            #expect(made.data["completedAt"] == "2030-05-01T00:00:00.000Z")
            #expect(made.data["dueDate"] == "2030-05-01T00:00:00.000Z")
            let where_ = #"{"where": {"completedAt": {"gt": "2030-01-01"}}}"#
            #expect(try await world.get("milestones/count", where_).data == 1)
            let done = try await world.put(
                "milestones/update",
                #"""
                {"where": {"id": \#(made.id)}, "data": {"isCompleted": true}}
                """#)
            #expect(done.data["completedAt"]?.string?.hasPrefix("2030") == false)
            #expect(try await world.get("milestones/count", where_).data == 0)
            let sorted = try await world.get("milestones/findMany", #"{"orderBy": {"completedAt": "desc"}}"#)
            #expect(sorted.ids == [made.id])
        }
    }

    @Test(arguments: Backend.all)
    func `passwords are hashed and end sessions, secrets never show`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let made = try await world.post(
                "user/create",
                #"""
                {"data": {"name": "Eve", "email": "Eve@Example.com", "password": "correct horse 9",
                "access": "USER", "roleId": 1}}
                """#)
            #expect(made.status == 201, "\(made)")
            #expect(made.data["password"] == nil && made.data["email"] == "eve@example.com")
            let secrets = try await world.engine.read(as: .system) { work throws(DomainError) in
                try work.find(.init("User", where: .equals("email", "eve@example.com"))).map { $0.text("password") }
            }
            #expect(secrets.first?.hasPrefix("$scrypt$") == true)
            let weak = try await world.post(
                "user/create",
                #"""
                {"data": {"name": "W", "email": "w@example.com", "password": "abc"}}
                """#)
            #expect(weak.status == 422)
            for q in [
                #"{"select": {"password": true}}"#, #"{"where": {"password": {"startsWith": "$"}}}"#,
                #"{"orderBy": {"password": "asc"}}"#,
                #"{"distinct": ["twoFactorSecret"]}"#, #"{"where": {"creator": {"password": "x"}}}"#,
            ] {
                #expect(try await world.get("user/findMany", q).status == 400, "\(q)")
            }
            #expect(try await world.get("apiToken/findMany", #"{"where": {"token": {"contains": "a"}}}"#).status == 400)
            #expect(try await world.get("user/groupBy", #"{"by": ["password"]}"#).status == 400)
            #expect(
                try await world.get(
                    "repositoryCases/findMany",
                    #"""
                    {"where": {"creator": {"password": {"contains": "a"}}}}
                    """#
                ).status == 400)
            #expect(try await world.get("user/aggregate", #"{"_min": {"password": true}}"#).status == 400)
        }
    }
}
