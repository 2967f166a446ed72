import HTTPTypes
import Model
import TestKit
import Testing

@Suite struct ModelEffectTests {
    @Test(arguments: Backend.all)
    func `a result moves its run case and a deleted one moves it back`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("c")
            let run = try await world.makeRun(
                "r",
                #"""
                "testCases": {"create": {"repositoryCase": {"connect": {"id": \#(id)}}}}
                """#)
            let runCase = try await world.get("testRunCases/findFirst").id
            func record(_ status: String) async throws -> ModelWorld.Answer {
                try await world.post(
                    "testRunResults/create",
                    """
                    {"data": {"testRun": {"connect": {"id": \(run)}}, "testRunCase": {"connect": {"id": \(runCase)}},
                    "status": {"connect": {"systemName": "\(status)"}}, "elapsed": 7, "notes": {"type": "doc"},
                    "stepResults": {"create": []}}, "include": {"executedBy": {"select": {"name": true}}}}
                    """, as: "uwe")
            }
            let first = try await record("failed")
            #expect(first.status == 201, "\(first)")
            #expect(first.data["executedBy"] == ["name": "uwe"] && first.data["attempt"] == 1)
            let second = try await record("passed")
            #expect(second.data["attempt"] == 2)
            func state() async throws -> JSON {
                try await world.get(
                    "testRunCases/findUnique",
                    #"""
                    {"where": {"id": \#(runCase)}, "select": {"status": {"select": {"systemName": true}},
                    "isCompleted": true, "elapsed": true}}
                    """#
                ).data
            }
            #expect(try await state() == ["elapsed": 7, "isCompleted": true, "status": ["systemName": "passed"]])
            #expect(
                try await world.put(
                    "testRunResults/update",
                    #"""
                    {"where": {"id": \#(second.id)}, "data": {"isDeleted": true}}
                    """#
                ).status == 200)
            #expect(try await state()["status"] == ["systemName": "failed"])
            let done = try await world.send(
                .patch, "testRuns/update",
                body: #"""
                    {"where": {"id": \#(run)}, "data": {"isCompleted": true}, "include": {"state": true}}
                    """#)
            #expect(done.status == 200 && done.data["completedAt"]?.string != nil)
            #expect(done.data["state"]?["workflowType"] == "DONE", "\(done)")
            let late = try await record("passed")
            #expect(late.status == 422 && late.error["rejectedByValidation"] == true, "\(late)")
            let row =
                try await world.get("testRuns/findUnique", #"{"where": {"id": \#(run)}}"#).data["uuid"]?.string ?? ""
            let byUuid = try await world.post(
                "testRunResults/create",
                #"""
                {"data": {"testRunId": "\#(row)", "testRunCaseId": \#(runCase), "statusId": 2}}
                """#)
            #expect(byUuid.status == 422, "\(byUuid)")
        }
    }

    @Test(arguments: Backend.all)
    func `cases keep versions, the client's own merge`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("v1", #""steps": {"create": {"order": 1, "step": "a"}}"#)
            func versions() async throws -> [JSON] {
                try await world.get(
                    "repositoryCaseVersions/findMany",
                    #"""
                    {"where": {"repositoryCaseId": \#(id)}, "orderBy": {"version": "asc"},
                    "select": {"version": true, "name": true, "creatorName": true}}
                    """#
                ).data.array ?? []
            }
            #expect(try await versions() == [["name": "v1", "creatorName": "ada", "version": 1]])
            #expect(
                try await world.put(
                    "repositoryCases/update",
                    #"""
                    {"where": {"id": \#(id)}, "data": {"name": "v2", "currentVersion": 2}}
                    """#
                ).data["currentVersion"] == 2)
            #expect(try await versions().count == 2)
            func own(_ number: Int, _ name: String) async throws -> ModelWorld.Answer {
                try await world.post(
                    "repositoryCaseVersions/create",
                    """
                    {"data": {"repositoryCase": {"connect": {"id": \(id)}}, "project": {"connect": {"id": \(world.shop)}},
                    "staticProjectName": "Shop", "staticProjectId": \(world.shop), "folderName": "F", "folderId": 1,
                    "repositoryId": 1, "templateId": 1, "templateName": "T", "name": "\(name)", "stateId": 1, "stateName": "S",
                    "version": \(number), "steps": [{"step": "x"}],
                    "caseFieldVersionValues": {"create": {"field": "Priority", "value": "High"}}}}
                    """)
            }
            let merged = try await own(2, "v2 mine")
            #expect(merged.status == 201, "\(merged)")
            #expect(try await versions().map { $0["name"] } == ["v1", "v2 mine"])
            #expect(try await own(3, "v3 mine").status == 201)
            let bumped = try await world.put(
                "repositoryCases/update",
                #"""
                {"where": {"id": \#(id)}, "data": {"name": "v3", "currentVersion": {"increment": 1}}}
                """#)
            #expect(bumped.data["currentVersion"] == 3, "\(bumped)")
            #expect(try await versions().map { $0["name"] } == ["v1", "v2 mine", "v3 mine"])
            #expect(
                try await world.put(
                    "steps/updateMany",
                    #"""
                    {"where": {"testCaseId": \#(id)}, "data": {"isDeleted": true}}
                    """#
                ).status == 200)
            #expect(try await versions().count == 4)
        }
    }

    @Test(arguments: Backend.all)
    func `links between cases hold their rules`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let a = try await world.makeCase("a")
            let b = try await world.makeCase("b")
            let c = try await world.makeCase("c")
            let far = try await world.makeCase("far", in: world.vault)
            func link(_ from: Int64, _ to: Int64, _ type: String = "DEPENDS_ON") async throws -> ModelWorld.Answer {
                try await world.post(
                    "RepositoryCaseLink/create",
                    #"""
                    {"data": {"caseA": {"connect": {"id": \#(from)}}, "caseB": {"connect": {"id": \#(to)}},
                    "type": "\#(type)"}}
                    """#)
            }
            let first = try await link(a, b)
            let ada = try await world.user("ada")
            #expect(first.status == 201 && first.data["createdById"]?.string == ada)
            #expect(try await link(b, c).status == 201)
            #expect(try await link(c, a).status == 422)
            #expect(try await link(c, a, "SAME_TEST_DIFFERENT_SOURCE").status == 201)
            #expect(try await link(a, a).status == 422)
            let foreign = try await link(a, far)
            #expect(foreign.status == 422, "\(foreign)")
            let again = try await link(a, b)
            #expect(again.status == 400 && again.code == "P2002")
            #expect(
                try await world.put(
                    "RepositoryCaseLink/update",
                    #"""
                    {"where": {"id": \#(first.id)}, "data": {"isDeleted": true}}
                    """#
                ).status == 200)
            let revived = try await link(a, b)
            #expect(revived.status == 201 && revived.id == first.id && revived.data["isDeleted"] == false)
            let found = try await world.get(
                "RepositoryCaseLink/findMany",
                #"""
                {"where": {"OR": [{"caseAId": \#(a), "isDeleted": false}, {"caseBId": \#(a),
                "isDeleted": false}]}, "include": {"caseA": true, "caseB": true}}
                """#)
            #expect(found.data.array?.count == 2 && found.data[0]?["caseB"]?["name"] == "b")
        }
    }

    @Test(arguments: Backend.all)
    func `the calls of the official client work`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let status = try await world.get(
                "status/findFirst",
                #"""
                {"where": {"isEnabled": true, "isDeleted": false, "systemName": "passed",
                "projects": {"some": {"projectId": \#(world.shop)}},
                "scope": {"some": {"scope": {"name": "Automation"}}}}, "include": {"color": true}}
                """#)
            #expect(status.data["color"]?["value"]?.string?.hasPrefix("#") == true, "\(status)")
            let workflow = try await world.get(
                "workflows/findMany",
                #"""
                {"where": {"isDeleted": false, "isEnabled": true, "scope": "RUNS", "workflowType": "DONE",
                "projects": {"some": {"projectId": \#(world.shop)}}}, "orderBy": {"order": "asc"}}
                """#)
            #expect(workflow.names == ["Done", "Rejected"])
            let run = try await world.makeRun("auto", #""testRunType": "JUNIT""#)
            let suite = try await world.post(
                "jUnitTestSuite/create",
                #"""
                {"data": {"name": "s", "time": 1.5, "tests": 2, "timestamp": "2026-01-01T10:00:00.000Z",
                "testRun": {"connect": {"id": \#(run)}}}}
                """#, as: "uwe")
            #expect(suite.status == 201 && suite.data["time"] == 1.5, "\(suite)")
            let id = try await world.makeCase("t", #""source": "JUNIT", "className": "K", "automated": true"#)
            let result = try await world.post(
                "jUnitTestResult/create",
                #"""
                {"data": {"type": "FAILURE", "time": 0.25, "message": "m",
                "repositoryCase": {"connect": {"id": \#(id)}}, "testSuite": {"connect": {"id": \#(suite.id)}},
                "status": {"connect": {"id": \#(status.id)}}}}
                """#, as: "uwe")
            #expect(result.status == 201, "\(result)")
            let attachment = try await world.post(
                "attachments/create",
                #"""
                {"data": {"url": "https://files.example.com/a.png", "name": "a.png", "mimeType": "image/png",
                "size": 12, "junitTestResult": {"connect": {"id": \#(result.id)}}}}
                """#, as: "uwe")
            #expect(attachment.status == 201 && attachment.data["size"] == "12", "\(attachment)")
            let upsert = #"""
                {"where": {"testRunId_repositoryCaseId": {"testRunId": \#(run), "repositoryCaseId": \#(id)}},
                "create": {"testRun": {"connect": {"id": \#(run)}}, "repositoryCase": {"connect": {"id": \#(id)}},
                "status": {"connect": {"id": \#(status.id)}}, "order": 1}, "update": {}}
                """#
            let one = try await world.post("testRunCases/upsert", upsert, as: "uwe")
            let two = try await world.post("testRunCases/upsert", upsert, as: "uwe")
            #expect(one.status == 201 && one.id == two.id, "\(one) \(two)")
        }
    }

    @Test(arguments: Backend.all)
    func `shared steps, templates and fields are written as the browser does`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let group = try await world.post(
                "sharedStepGroup/create",
                #"""
                {"data": {"name": "G", "projectId": \#(world.shop), "items": {"create": [{"order": 0,
                "step": {"type": "doc"}, "expectedResult": {"type": "doc"}}]}}}
                """#)
            #expect(group.status == 201, "\(group)")
            let id = try await world.makeCase(
                "c",
                #"""
                "steps": {"create": {"order": 0, "step": null, "sharedStepGroup": {"connect": {"id": \#(group.id)}}}}
                """#)
            let steps = try await world.get(
                "steps/findMany",
                #"""
                {"where": {"testCaseId": \#(id)}, "include": {"sharedStepGroup": {"include": {"items": true}}}}
                """#)
            #expect(steps.data[0]?["sharedStepGroup"]?["items"]?[0]?["step"] == ["type": "doc"])
            let field = try await world.post(
                "caseFields/create",
                #"""
                {"data": {"displayName": "Risk", "systemName": "risk", "type": {"connect": {"type": "Dropdown"}},
                "fieldOptions": {"create": [{"fieldOption": {"create": {"name": "Low", "order": 1}}},
                {"fieldOption": {"create": {"name": "High", "order": 2}}}]},
                "templates": {"create": {"template": {"connect": {"id": 1}}, "order": 9}}},
                "include": {"fieldOptions": {"include": {"fieldOption": true},
                "orderBy": {"fieldOption": {"order": "desc"}}}}}
                """#)
            #expect(field.status == 201, "\(field)")
            #expect(
                field.data["fieldOptions"]?.array?.compactMap { $0["fieldOption"]?["name"]?.string } == ["High", "Low"])
            let value = try await world.post(
                "caseFieldValues/create",
                #"""
                {"data": {"testCaseId": \#(id), "fieldId": \#(field.id), "value": 2}}
                """#)
            #expect(value.data["value"] == 2)
            let status = try await world.post(
                "status/create",
                #"""
                {"data": {"name": "S", "systemName": "s1", "colorId": 1, "isEnabled": true, "isSuccess": false,
                "isFailure": false, "isCompleted": true,
                "scope": {"create": [{"scope": {"connect": {"name": "Session"}}}]}}}
                """#)
            #expect(status.status == 201 && status.data["order"]?.integer ?? 0 > 7, "\(status)")
            let permission = try await world.put(
                "roles/update",
                #"""
                {"where": {"id": 1},
                "data": {"rolePermissions": {"upsert": {"where": {"roleId_area": {"roleId": 1,
                "area": "Milestones"}}, "create": {"area": "Milestones", "canAddEdit": true},
                "update": {"canAddEdit": true}}}},
                "include": {"rolePermissions": {"where": {"area": "Milestones"}}}}
                """#)
            #expect(permission.data["rolePermissions"]?[0]?["canAddEdit"] == true, "\(permission)")
            let now = try await world.post(
                "milestones/create",
                #"""
                {"data": {"name": "M", "projectId": \#(world.shop), "milestoneTypesId": 1}}
                """#, as: "uwe")
            #expect(now.status == 201, "\(now)")
        }
    }
}
