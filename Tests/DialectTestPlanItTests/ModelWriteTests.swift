import Engine
import HTTPTypes
import Model
import TestKit
import Testing

@Suite struct ModelWriteTests {
    @Test(arguments: Backend.all)
    func `create answers the row with defaults and the creator`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let answer = try await world.post(
                "milestones/create",
                #"{"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 1}, "include": {"creator": true}}"#)
            #expect(answer.status == 201)
            #expect(answer.data["creator"]?["name"] == "ada")
            #expect(answer.data["isStarted"] == false)
            #expect(answer.data["notifyDaysBefore"] == 0)
            #expect(answer.data["completedAt"] == .null)
            let both = try await world.post(
                "milestones/create",
                #"{"data": {"name": "N", "project": {"connect": {"id": \#(world.shop)}}, "milestoneTypesId": 1, "createdBy": "\#(try await world.user("uwe"))"}, "select": {"createdBy": true}}"#)
            #expect(both.data == ["createdBy": .string(try await world.user("uwe"))])
        }
    }

    @Test(arguments: Backend.all)
    func `missing, unknown and ill-typed arguments of data are 400, broken rules 422`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let wrong = [
                #"{}"#, #"{"data": 5}"#, #"{"data": {}}"#, #"{"data": {"name": 5}}"#, #"{"data": {"name": null}}"#,
                #"{"data": {"name": "x", "nothing": 1}}"#, #"{"data": {"name": "x", "id": 7}}"#,
                #"{"data": {"name": "x", "isDeleted": "no"}}"#, #"{"data": {"name": "x"}, "where": {"id": 1}}"#,
                #"{"data": {"name": "x", "testRuns": 5}}"#, #"{"data": {"name": "x", "testRuns": {"link": {}}}}"#,
            ]
            for body in wrong {
                let answer = try await world.post("tags/create", body)
                #expect(answer.status == 400 && answer.error["prisma"] == true, "\(body) \(answer)")
            }
            let missing = try await world.post("tags/create", #"{"data": {}}"#)
            #expect(missing.message.contains("`name`") && missing.message.contains("Tags"))
            for (path, body) in [
                ("tags/create", #"{"data": {"name": ""}}"#), ("groups/create", #"{"data": {"name": "g", "url": "not a url"}}"#),
                ("user/create", #"{"data": {"name": "x", "email": "nonsense", "password": "long enough 42"}}"#),
            ] {
                let answer = try await world.post(path, body)
                #expect(answer.status == 422, "\(answer)")
                #expect(answer.error["rejectedByValidation"] == true && answer.error["reason"] == "DATA_VALIDATION_VIOLATION")
                #expect(answer.error["zodErrors"]?["issues"]?[0]?["message"] != nil)
            }
        }
    }

    @Test(arguments: Backend.all)
    func `a taken unique key is named`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            #expect(try await world.post("tags/create", #"{"data": {"name": "red"}}"#).status == 201)
            let tag = try await world.post("tags/create", #"{"data": {"name": "red"}}"#)
            #expect(tag.status == 400 && tag.code == "P2002")
            #expect(tag.message.contains("Unique constraint failed on the fields: (`name`)"))
            let place = try await world.place(world.shop)
            let folder = #"{"data": {"name": "F", "projectId": \#(world.shop), "repositoryId": \#(place.repository)}}"#
            let first = try await world.post("repositoryFolders/create", folder)
            #expect(first.status == 201)
            let second = try await world.post("repositoryFolders/create", folder)
            #expect(
                second.message.contains(
                    "Unique constraint failed on the fields: (`projectId`,`repositoryId`,`parentId`,`name`,`isDeleted`)"),
                "\(second)")
            #expect(try await world.put("repositoryFolders/update", #"{"where": {"id": \#(first.id)}, "data": {"isDeleted": true}}"#).status == 200)
            #expect(try await world.post("repositoryFolders/create", folder).status == 201)
        }
    }

    @Test(arguments: Backend.all)
    func `a missing foreign row is P2003, a missing connected row 404`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let scalar = try await world.post(
                "milestones/create", #"{"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 999}}"#)
            #expect(scalar.status == 400 && scalar.code == "P2003", "\(scalar)")
            let connected = try await world.post(
                "milestones/create",
                #"{"data": {"name": "M", "projectId": \#(world.shop), "milestoneType": {"connect": {"id": 999}}}}"#)
            #expect(connected.status == 404 && ["P2025", "P2018"].contains(connected.code ?? ""), "\(connected)")
            let update = try await world.put("tags/update", #"{"where": {"id": 999}, "data": {"name": "x"}}"#)
            #expect(update.status == 404 && update.code == "P2025")
            #expect(try await world.delete("tags/delete", #"{"where": {"id": 999}}"#).status == 404)
        }
    }

    @Test(arguments: Backend.all)
    func `atomic operations and lists change values in place`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("n", #""estimate": 10"#)
            func estimate(_ operation: String) async throws -> JSON? {
                let answer = try await world.put(
                    "repositoryCases/update", #"{"where": {"id": \#(id)}, "data": {"estimate": \#(operation)}, "select": {"estimate": true}}"#)
                return answer.status == 200 ? answer.data["estimate"] : .string(answer.message)
            }
            #expect(try await estimate(#"{"increment": 5}"#) == 15)
            #expect(try await estimate(#"{"decrement": 3}"#) == 12)
            #expect(try await estimate(#"{"multiply": 4}"#) == 48)
            #expect(try await estimate(#"{"divide": 5}"#) == 9)
            #expect(try await estimate(#"{"set": null}"#) == .null)
            #expect(try await world.put("repositoryCases/update", #"{"where": {"id": \#(id)}, "data": {"estimate": {"divide": 0}}}"#).status == 400)
            #expect(try await world.put("repositoryCases/update", #"{"where": {"id": \#(id)}, "data": {"name": {"increment": 1}}}"#).status == 400)
            let hook = try await world.post("webhook/create", #"{"data": {"url": "https://example.com", "events": ["a"]}}"#)
            #expect(hook.status == 201, "\(hook)")
            let key = hook.data["id"]?.string ?? ""
            let pushed = try await world.put(
                "webhook/update", #"{"where": {"id": "\#(key)"}, "data": {"events": {"push": ["b", "c"]}}}"#)
            #expect(pushed.data["events"] == ["a", "b", "c"])
            for (condition, count) in [
                (#"{"has": "b"}"#, 1), (#"{"hasSome": ["x", "a"]}"#, 1), (#"{"hasEvery": ["a", "x"]}"#, 0),
                (#"{"isEmpty": true}"#, 0), (#"{"equals": ["a", "b", "c"]}"#, 1),
            ] {
                let found = try await world.get("webhook/count", #"{"where": {"events": \#(condition)}}"#)
                #expect(found.data == .integer(Int64(count)), "\(condition)")
            }
            #expect(try await world.put("webhook/updateMany", #"{"data": {"events": {"set": []}}}"#).data == ["count": 1])
            #expect(try await world.get("webhook/findFirst").data["events"] == [])
        }
    }

    @Test(arguments: Backend.all)
    func `nested writes make, join and part rows`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let a = try await world.makeCase("a")
            let b = try await world.makeCase("b")
            let run = try await world.makeRun(
                "r",
                #"""
                "tags": {"create": {"name": "t1"}, "connectOrCreate": {"where": {"name": "t2"}, "create": {"name": "t2"}}},
                "testCases": {"create": [{"repositoryCase": {"connect": {"id": \#(a)}}, "order": 1}], "createMany": {"data": [{"repositoryCaseId": \#(b), "order": 2}]}},
                "milestone": {"create": {"name": "M", "projectId": \#(world.shop), "milestoneType": {"connect": {"name": "Sprint"}}}}
                """#)
            func read() async throws -> JSON {
                try await world.get(
                    "testRuns/findUnique",
                    #"{"where": {"id": \#(run)}, "select": {"tags": {"select": {"name": true}, "orderBy": {"name": "asc"}}, "testCases": {"select": {"id": true, "order": true}, "orderBy": {"order": "asc"}}, "milestone": {"select": {"name": true}}}}"#).data
            }
            func tags() async throws -> [String] {
                (try await read()["tags"]?.array ?? []).compactMap { $0["name"]?.string }
            }
            func change(_ data: String) async throws -> Int {
                try await world.put("testRuns/update", #"{"where": {"id": \#(run)}, "data": \#(data)}"#).status
            }
            #expect(try await tags() == ["t1", "t2"])
            #expect(try await read()["milestone"] == ["name": "M"])
            #expect(try await read()["testCases"]?.array?.count == 2)
            #expect(try await change(#"{"tags": {"disconnect": {"name": "t1"}}}"#) == 200)
            #expect(try await tags() == ["t2"])
            #expect(try await change(#"{"tags": {"set": [{"name": "t1"}], "create": {"name": "t3"}}}"#) == 200)
            #expect(try await tags() == ["t1", "t3"])
            #expect(try await change(#"{"tags": {"set": []}}"#) == 200)
            #expect(try await tags() == [])
            #expect(try await change(#"{"milestone": {"update": {"name": "M2"}}}"#) == 200)
            #expect(try await read()["milestone"] == ["name": "M2"])
            #expect(try await change(#"{"milestone": {"upsert": {"create": {"name": "x"}, "update": {"name": "M3"}}}}"#) == 200)
            #expect(try await read()["milestone"] == ["name": "M3"])
            #expect(try await change(#"{"milestone": {"disconnect": true}}"#) == 200)
            #expect(try await read()["milestone"] == .null)
            #expect(try await change(#"{"project": {"disconnect": true}}"#) == 400)
            let first = try await read()["testCases"]?[0]?["id"]?.integer ?? 0
            #expect(try await change(#"{"testCases": {"update": {"where": {"id": \#(first)}, "data": {"order": 9}}}}"#) == 200)
            #expect(try await read()["testCases"]?[1] == ["id": .integer(first), "order": 9])
            #expect(try await change(#"{"testCases": {"updateMany": {"where": {"order": {"gt": 0}}, "data": {"order": {"increment": 1}}}}}"#) == 200)
            #expect(try await read()["testCases"]?[1]?["order"] == 10)
            #expect(try await change(#"{"testCases": {"update": {"where": {"id": 99999}, "data": {"order": 9}}}}"#) == 404)
            #expect(try await change(#"{"testCases": {"disconnect": {"id": \#(first)}}}"#) == 400)
            #expect(try await change(#"{"testCases": {"upsert": {"where": {"id": \#(first)}, "create": {"repositoryCaseId": \#(a)}, "update": {"order": 5}}}}"#) == 200)
            #expect(try await change(#"{"testCases": {"delete": {"id": \#(first)}}}"#) == 200)
            #expect(try await read()["testCases"]?.array?.count == 1)
            #expect(try await change(#"{"testCases": {"deleteMany": {}}}"#) == 200)
            #expect(try await read()["testCases"] == [])
        }
    }

    @Test(arguments: Backend.all)
    func `a failing part undoes the whole call`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let state = try await world.state("RUNS", world.shop)
            let answer = try await world.post(
                "testRuns/create",
                #"{"data": {"name": "r", "projectId": \#(world.shop), "stateId": \#(state), "tags": {"create": [{"name": "new"}, {"name": ""}]}}}"#)
            #expect(answer.status == 422)
            #expect(try await world.get("testRuns/count").data == 0)
            #expect(try await world.get("tags/count").data == 0)
        }
    }

    @Test(arguments: Backend.all)
    func `createMany, updateMany and deleteMany count`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let made = try await world.post("tags/createMany", #"{"data": [{"name": "a"}, {"name": "b"}]}"#)
            #expect(made.status == 201 && made.json == ["data": ["count": 2]])
            #expect(try await world.post("tags/createMany", #"{"data": [{"name": "b"}, {"name": "c"}]}"#).code == "P2002")
            let skipped = try await world.post(
                "tags/createMany", #"{"data": [{"name": "b"}, {"name": "c"}, {"name": "c"}], "skipDuplicates": true}"#)
            #expect(skipped.data == ["count": 1])
            let changed = try await world.put("tags/updateMany", #"{"where": {"name": {"in": ["a", "b"]}}, "data": {"isDeleted": true}}"#)
            #expect(changed.status == 200 && changed.data == ["count": 2])
            #expect(try await world.get("tags/count", #"{"where": {"isDeleted": true}}"#).data == 2)
            #expect(try await world.delete("tags/deleteMany", #"{"where": {"name": "zzz"}}"#).data == ["count": 0])
            #expect(try await world.delete("tags/deleteMany", #"{"where": {"name": "c"}}"#).data == ["count": 1])
            let assigned = try await world.post(
                "projectAssignment/createMany",
                #"{"data": [{"userId": "\#(try await world.user("uwe"))", "projectId": \#(world.vault)}], "skipDuplicates": true}"#)
            #expect(assigned.data == ["count": 1])
        }
    }

    @Test(arguments: Backend.all)
    func `delete answers the row and takes the body in place of the query`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let tag = try await world.post("tags/create", #"{"data": {"name": "gone"}}"#)
            let answer = try await world.send(
                .delete, "tags/delete", body: #"{"where": {"id": \#(tag.id)}, "select": {"name": true}}"#)
            #expect(answer.status == 200 && answer.data == ["name": "gone"], "\(answer)")
            let rows = try await world.get("tags/findMany", #"{"where": {"isDeleted": false}}"#)
            #expect(rows.names == [])
            let token = try await world.delete(
                "projectAssignment/delete",
                #"{"where": {"userId_projectId": {"userId": "\#(try await world.user("ada"))", "projectId": \#(world.shop)}}}"#)
            #expect(token.status == 200)
            #expect(try await world.get("projectAssignment/count", #"{"where": {"projectId": \#(world.shop)}}"#).data == 0)
        }
    }

    @Test(arguments: Backend.all)
    func `upsert makes once and changes afterwards`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let place = try await world.place(world.shop)
            let body = """
                {"where": {"projectId_name_className_source": {"projectId": \(world.shop), "name": "t", "className": "", "source": "JUNIT"}},
                "create": {"name": "t", "source": "JUNIT", "projectId": \(world.shop), "repositoryId": \(place.repository),
                "folderId": \(place.folder), "templateId": 1, "stateId": \(place.state)}, "update": {}}
                """
            let first = try await world.post("repositoryCases/upsert", body)
            #expect(first.status == 201, "\(first)")
            let second = try await world.post("repositoryCases/upsert", body)
            #expect(second.status == 201 && second.id == first.id)
            #expect(second.data["currentVersion"] == 1)
            let answers = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await world.post("tags/upsert", #"{"where": {"name": "x"}, "create": {"name": "x"}, "update": {"name": "x"}}"#).id
                    }
                }
                var ids: Set<Int64> = []
                for try await id in group { ids.insert(id) }
                return ids
            }
            #expect(answers.count == 1)
            #expect(try await world.get("tags/count").data == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `parallel creates of one folder make one row`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let place = try await world.place(world.shop)
            let body = #"{"data": {"name": "P", "projectId": \#(world.shop), "repositoryId": \#(place.repository), "parentId": null}}"#
            let codes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await world.post("repositoryFolders/create", body).status } }
                var codes: [Int] = []
                for try await code in group { codes.append(code) }
                return codes.sorted()
            }
            #expect(codes == [201] + Array(repeating: 400, count: 7))
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
                (#"{"type": "doc", "content": []}"#, #"{"type":"doc","content":[]}"#), (#""{\"type\":\"doc\"}""#, #""{\"type\":\"doc\"}""#),
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
                #"{"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 1, "completedAt": "2030-05-01T00:00:00.000Z"}}"#)
            #expect(made.data["completedAt"] == "2030-05-01T00:00:00.000Z")
            #expect(made.data["dueDate"] == "2030-05-01T00:00:00.000Z")
            let where_ = #"{"where": {"completedAt": {"gt": "2030-01-01"}}}"#
            #expect(try await world.get("milestones/count", where_).data == 1)
            let done = try await world.put("milestones/update", #"{"where": {"id": \#(made.id)}, "data": {"isCompleted": true}}"#)
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
                #"{"data": {"name": "Eve", "email": "Eve@Example.com", "password": "correct horse 9", "access": "USER", "roleId": 1}}"#)
            #expect(made.status == 201, "\(made)")
            #expect(made.data["password"] == nil && made.data["email"] == "eve@example.com")
            let secrets = try await world.engine.read(as: .system) { work throws(DomainError) in
                try work.find(.init("User", where: .equals("email", "eve@example.com"))).map { $0.text("password") }
            }
            #expect(secrets.first?.hasPrefix("$scrypt$") == true)
            let weak = try await world.post("user/create", #"{"data": {"name": "W", "email": "w@example.com", "password": "abc"}}"#)
            #expect(weak.status == 422)
            for q in [
                #"{"select": {"password": true}}"#, #"{"where": {"password": {"startsWith": "$"}}}"#, #"{"orderBy": {"password": "asc"}}"#,
                #"{"distinct": ["twoFactorSecret"]}"#, #"{"where": {"creator": {"password": "x"}}}"#,
            ] {
                #expect(try await world.get("user/findMany", q).status == 400, "\(q)")
            }
            #expect(try await world.get("apiToken/findMany", #"{"where": {"token": {"contains": "a"}}}"#).status == 400)
            #expect(try await world.get("user/groupBy", #"{"by": ["password"]}"#).status == 400)
            #expect(try await world.get("repositoryCases/findMany", #"{"where": {"creator": {"password": {"contains": "a"}}}}"#).status == 400)
            #expect(try await world.get("user/aggregate", #"{"_min": {"password": true}}"#).status == 400)
        }
    }
}
