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
                #"""
                {"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 1},
                "include": {"creator": true}}
                """#)
            #expect(answer.status == 201)
            #expect(answer.data["creator"]?["name"] == "ada")
            #expect(answer.data["isStarted"] == false)
            #expect(answer.data["notifyDaysBefore"] == 0)
            #expect(answer.data["completedAt"] == .null)
            let both = try await world.post(
                "milestones/create",
                #"""
                {"data": {"name": "N", "project": {"connect": {"id": \#(world.shop)}}, "milestoneTypesId": 1,
                "createdBy": "\#(try await world.user("uwe"))"}, "select": {"createdBy": true}}
                """#)
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
                ("tags/create", #"{"data": {"name": ""}}"#),
                ("groups/create", #"{"data": {"name": "g", "url": "not a url"}}"#),
                ("user/create", #"{"data": {"name": "x", "email": "nonsense", "password": "long enough 42"}}"#),
            ] {
                let answer = try await world.post(path, body)
                #expect(answer.status == 422, "\(answer)")
                #expect(
                    answer.error["rejectedByValidation"] == true
                        && answer.error["reason"] == "DATA_VALIDATION_VIOLATION")
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
                    "Unique constraint failed on the fields: (`projectId`,`repositoryId`,`parentId`,`name`,`isDeleted`)"
                ),
                "\(second)")
            #expect(
                try await world.put(
                    "repositoryFolders/update",
                    #"""
                    {"where": {"id": \#(first.id)}, "data": {"isDeleted": true}}
                    """#
                ).status == 200)
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
                    #"""
                    {"where": {"id": \#(run)}, "select": {"tags": {"select": {"name": true},
                    "orderBy": {"name": "asc"}}, "testCases": {"select": {"id": true, "order": true},
                    "orderBy": {"order": "asc"}}, "milestone": {"select": {"name": true}}}}
                    """#
                ).data
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
            #expect(
                try await change(
                    #"""
                    {"milestone": {"upsert": {"create": {"name": "x"}, "update": {"name": "M3"}}}}
                    """#) == 200)
            #expect(try await read()["milestone"] == ["name": "M3"])
            #expect(try await change(#"{"milestone": {"disconnect": true}}"#) == 200)
            #expect(try await read()["milestone"] == .null)
            #expect(try await change(#"{"project": {"disconnect": true}}"#) == 400)
            let first = try await read()["testCases"]?[0]?["id"]?.integer ?? 0
            #expect(
                try await change(
                    #"""
                    {"testCases": {"update": {"where": {"id": \#(first)}, "data": {"order": 9}}}}
                    """#) == 200)
            #expect(try await read()["testCases"]?[1] == ["id": .integer(first), "order": 9])
            #expect(
                try await change(
                    #"""
                    {"testCases": {"updateMany": {"where": {"order": {"gt": 0}}, "data": {"order": {"increment": 1}}}}}
                    """#) == 200)
            #expect(try await read()["testCases"]?[1]?["order"] == 10)
            #expect(
                try await change(
                    #"""
                    {"testCases": {"update": {"where": {"id": 99999}, "data": {"order": 9}}}}
                    """#) == 404)
            #expect(try await change(#"{"testCases": {"disconnect": {"id": \#(first)}}}"#) == 400)
            #expect(
                try await change(
                    #"""
                    {"testCases": {"upsert": {"where": {"id": \#(first)}, "create": {"repositoryCaseId": \#(a)},
                    "update": {"order": 5}}}}
                    """#) == 200)
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
                #"""
                {"data": {"name": "r", "projectId": \#(world.shop), "stateId": \#(state),
                "tags": {"create": [{"name": "new"}, {"name": ""}]}}}
                """#)
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
            #expect(
                try await world.post("tags/createMany", #"{"data": [{"name": "b"}, {"name": "c"}]}"#).code == "P2002")
            let skipped = try await world.post(
                "tags/createMany", #"{"data": [{"name": "b"}, {"name": "c"}, {"name": "c"}], "skipDuplicates": true}"#)
            #expect(skipped.data == ["count": 1])
            let changed = try await world.put(
                "tags/updateMany",
                #"""
                {"where": {"name": {"in": ["a", "b"]}}, "data": {"isDeleted": true}}
                """#)
            #expect(changed.status == 200 && changed.data == ["count": 2])
            #expect(try await world.get("tags/count", #"{"where": {"isDeleted": true}}"#).data == 2)
            #expect(try await world.delete("tags/deleteMany", #"{"where": {"name": "zzz"}}"#).data == ["count": 0])
            #expect(try await world.delete("tags/deleteMany", #"{"where": {"name": "c"}}"#).data == ["count": 1])
            let assigned = try await world.post(
                "projectAssignment/createMany",
                #"""
                {"data": [{"userId": "\#(try await world.user("uwe"))", "projectId": \#(world.vault)}],
                "skipDuplicates": true}
                """#)
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
                #"""
                {"where": {"userId_projectId": {"userId": "\#(try await world.user("ada"))",
                "projectId": \#(world.shop)}}}
                """#)
            #expect(token.status == 200)
            #expect(
                try await world.get("projectAssignment/count", #"{"where": {"projectId": \#(world.shop)}}"#).data == 0)
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
                        try await world.post(
                            "tags/upsert",
                            #"""
                            {"where": {"name": "x"}, "create": {"name": "x"}, "update": {"name": "x"}}
                            """#
                        ).id
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
            let body = #"""
                {"data": {"name": "P", "projectId": \#(world.shop), "repositoryId": \#(place.repository),
                "parentId": null}}
                """#
            let codes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await world.post("repositoryFolders/create", body).status } }
                var codes: [Int] = []
                for try await code in group { codes.append(code) }
                return codes.sorted()
            }
            #expect(codes == [201] + Array(repeating: 400, count: 7))
        }
    }
}
