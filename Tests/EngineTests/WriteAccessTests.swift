import Engine
import Model
import Statements
import Testing

/// Who may change what in a project (TestPlanIt API, Access model).
@Suite struct WriteAccessTests {
    /// A project with one row of what the areas guard, and an administrator of the server.
    private struct Stage: Sendable {
        let world: EngineWorld
        let admin: Caller
        let project: Int64
        let caseId: Int64
        let run: Int64
        let runCase: Int64
        let session: Int64
        let milestone: Int64
        let issue: Int64

        init(_ world: EngineWorld) async throws {
            self.world = world
            let admin = try await world.user(.administrator)
            self.admin = admin
            let project = try await world.project(by: admin)
            self.project = project
            let caseId = try await world.cases(["A case"], in: project, by: admin)[0]
            self.caseId = caseId
            let run = try await world.run([caseId], in: project)
            self.run = run
            runCase = try await world.ids("TestRunCase", .equals("testRunId", .int(run)))[0]
            (session, milestone, issue) = try await world.write(as: admin) { work throws(DomainError) in
                let session = try work.insert("Session", [try Stage.session(project, work)])[0]
                let milestone = try work.insert("Milestone", [try Stage.milestone(project, work)])[0]
                let issue = try work.insert("Issue", [Stage.issue(project)])[0]
                return (session, milestone, issue)
            }
        }

        static func session(_ project: Int64, _ work: Writing) throws(DomainError) -> Draft {
            Draft([
                "name": "S", "projectId": .int(project), "templateId": .int(try work.value(of: "Template", named: nil)),
                "stateId": .int(try work.defaultState("SESSIONS", project)),
            ])
        }

        static func milestone(_ project: Int64, _ work: Writing) throws(DomainError) -> Draft {
            Draft([
                "name": "M", "projectId": .int(project),
                "milestoneTypesId": .int(try work.value(of: "MilestoneType", named: nil)),
            ])
        }

        static func issue(_ project: Int64) -> Draft { Draft(["name": "I", "title": "I", "projectId": .int(project)]) }

        /// What a person with one area may make.
        func makes(_ entity: String, as caller: Caller) async throws -> DomainError? {
            let (project, caseId, run, runCase, session) = (project, caseId, run, runCase, session)
            let guest = try await world.user().userId
            return await world.attempt(as: caller) { work throws(DomainError) in
                let passed = try work.statuses().named("passed")?.id
                switch entity {
                case "RepositoryCase":
                    var input = CaseInput()
                    input.fields["name"] = "New"
                    _ = try work.createCases(project: project, [input])
                case "RepositoryFolder":
                    let root = try work.rootFolder(project: project)
                    try work.insert(
                        entity,
                        [Draft(["name": "F", "projectId": .int(project), "repositoryId": .int(root.repository)])])
                case "Step":
                    try work.insert(entity, [Draft(["testCaseId": .int(caseId), "step": "{}"])])
                case "TestRun":
                    _ = try work.createRun(project: project, ["name": "R"], members: [])
                case "TestRunCase":
                    try work.insert(
                        entity, [Draft(["testRunId": .int(run), "repositoryCaseId": .int(caseId), "isRepeat": true])])
                case "TestRunResult":
                    _ = try work.execute(
                        run: run, runCase: try work.runCase(run, .id(runCase)), Execution(status: "passed"))
                case "Session": try work.insert(entity, [try Stage.session(project, work)])
                case "SessionResult":
                    try work.insert(entity, [Draft(["sessionId": .int(session), "statusId": .int(passed)])])
                case "Milestone": try work.insert(entity, [try Stage.milestone(project, work)])
                case "Issue": try work.insert(entity, [Stage.issue(project)])
                case "SharedStepGroup": try work.insert(entity, [Draft(["name": "G", "projectId": .int(project)])])
                case "ProjectAssignment":
                    try work.insert(entity, [Draft(["userId": .int(guest), "projectId": .int(project)])])
                case "Comment":
                    try work.insert(
                        entity,
                        [Draft(["content": "{}", "projectId": .int(project), "repositoryCaseId": .int(caseId)])])
                default: throw .fault("no example of \(entity)")
                }
            }
        }
    }

    private static let areas: [(entity: String, area: String)] = [
        ("RepositoryCase", "TestCaseRepository"), ("RepositoryFolder", "TestCaseRepository"),
        ("Step", "TestCaseRepository"),
        ("TestRun", "TestRuns"), ("TestRunCase", "TestRuns"), ("TestRunResult", "TestRunResults"),
        ("Session", "Sessions"), ("SessionResult", "SessionResults"), ("Milestone", "Milestones"), ("Issue", "Issues"),
        ("SharedStepGroup", "SharedSteps"), ("ProjectAssignment", "Settings"),
    ]

    @Test(arguments: Backend.available)
    func `each thing needs the right of its own area`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let reader = try await world.person(in: stage.project)
            for (entity, area) in WriteAccessTests.areas {
                #expect(try await stage.makes(entity, as: reader)?.code == .forbidden, "\(entity) by a reader")
                let rest = Area.allCases.map(\.rawValue).filter { $0 != area }.map { "\($0):edit,delete,close" }
                let others = try await world.user(.user, role: "Viewer")
                try await world.permit(others, in: stage.project, "SPECIFIC_ROLE", role: try await world.role(rest))
                #expect(try await stage.makes(entity, as: others)?.code == .forbidden, "\(entity) without \(area)")
                let person = try await world.person(in: stage.project, "\(area):edit")
                #expect(try await stage.makes(entity, as: person) == nil, "\(entity) with \(area)")
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a stranger writes nothing, whatever the rights elsewhere`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let stranger = try await world.user(.projectAdministrator, role: "admin")
            _ = try await world.project(by: stranger)
            for (entity, _) in WriteAccessTests.areas {
                #expect(try await stage.makes(entity, as: stranger) != nil, "\(entity)")
            }
            #expect(try await stage.makes("Comment", as: stranger) != nil)
        }
    }

    @Test(arguments: Backend.available)
    func `deleting and closing are rights of their own`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let editor = try await world.person(in: stage.project, "TestRuns:edit", "TestCaseRepository:edit")
            let closer = try await world.person(in: stage.project, "TestRuns:edit,close")
            let deleter = try await world.person(in: stage.project, "TestRuns:edit,delete", "TestCaseRepository:delete")
            let (run, caseId) = (stage.run, stage.caseId)
            func changes(_ caller: Caller, _ values: [String: Value]) async -> DomainError? {
                await world.attempt(as: caller) { work throws(DomainError) in
                    try work.update("TestRun", [Change(run, set: values)])
                }
            }
            func deletes(_ caller: Caller, _ entity: String, _ id: Int64) async -> DomainError? {
                await world.attempt(as: caller) { work throws(DomainError) in try work.delete(entity, ids: [id]) }
            }
            #expect(await changes(editor, ["name": "Edited"]) == nil)
            #expect(await changes(editor, ["isDeleted": true])?.code == .forbidden)
            #expect(await changes(editor, ["isCompleted": true])?.code == .forbidden)
            #expect(await changes(editor, ["name": "Edited", "isCompleted": true])?.code == .forbidden)
            #expect(await deletes(editor, "TestRun", run)?.code == .forbidden)
            #expect(await deletes(editor, "RepositoryCase", caseId)?.code == .forbidden)
            #expect(await changes(closer, ["isCompleted": true]) == nil)
            // What is completed has an area of its own.
            #expect(await changes(editor, ["name": "Late"])?.code == .forbidden)
            #expect(await deletes(deleter, "TestRun", run)?.code == .forbidden)
            let keeper = try await world.person(in: stage.project, "ClosedTestRuns:edit,delete")
            #expect(await changes(keeper, ["name": "Late"]) == nil)
            #expect(await changes(closer, ["isCompleted": false]) == nil)
            #expect(await deletes(deleter, "RepositoryCase", caseId) == nil)
            #expect(await deletes(deleter, "TestRun", run) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `closing a run with other changes needs the right to edit too`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let closer = try await world.person(in: stage.project, "TestRuns:close")
            let run = stage.run
            let both = await world.attempt(as: closer) { work throws(DomainError) in
                try work.update("TestRun", [Change(run, set: ["isCompleted": true, "name": "Renamed"])])
            }
            #expect(both?.code == .forbidden)
            let closing = await world.attempt(as: closer) { work throws(DomainError) in
                try work.update("TestRun", [Change(run, set: ["isCompleted": true])])
            }
            #expect(closing == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `cases of a completed run need the right for closed runs`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let (run, runCase) = (stage.run, stage.runCase)
            let editor = try await world.person(in: stage.project, "TestRuns:edit,delete,close")
            try await world.write { work throws(DomainError) in
                try work.update("TestRun", [Change(run, set: ["isCompleted": true])])
            }
            let change = await world.attempt(as: editor) { work throws(DomainError) in
                try work.update("TestRunCase", [Change(runCase, set: ["order": 9])])
            }
            #expect(change?.code == .forbidden)
            let deletion = await world.attempt(as: editor) { work throws(DomainError) in
                try work.delete("TestRunCase", ids: [runCase])
            }
            #expect(deletion?.code == .forbidden)
        }
    }

    @Test(arguments: Backend.available)
    func `the assignee records results with the right to read, for no other case`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let reader = try await world.person(in: stage.project)
            let mine = try await world.cases(["Mine"], in: stage.project, by: stage.admin)[0]
            let run = try await world.run([mine], in: stage.project, assignee: reader)
            #expect(await world.tries(run, mine, "passed", by: reader) == nil)
            #expect(await world.tries(stage.run, stage.caseId, "passed", by: reader)?.code == .forbidden)
            // Not in the name of somebody else.
            let forged = await world.attempt(as: reader) { work throws(DomainError) in
                let row = try work.runCase(run, .id(mine))
                try work.insert(
                    "TestRunResult",
                    [
                        Draft([
                            "testRunId": .int(run), "testRunCaseId": .int(row.id),
                            "executedById": .int(stage.admin.userId),
                            "statusId": .int(try work.statuses().named("passed")?.id),
                        ])
                    ])
            }
            #expect(forged?.code == .forbidden)
            // Steps and proof belong to the result.
            let proof = await world.attempt(as: reader) { work throws(DomainError) in
                var execution = Execution(status: "failed")
                execution.attachments = [Execution.Attachment(name: "log.txt", url: "https://ci.example.com/log.txt")]
                _ = try work.execute(run: run, runCase: try work.runCase(run, .id(mine)), execution)
            }
            #expect(proof == nil)
            try await world.permit(reader, in: try await world.project(by: stage.admin), "NO_ACCESS")
        }
    }

    @Test(arguments: Backend.available)
    func `comments are written by any reader and changed by their author or a project administrator`(
        _ backend: Backend
    ) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let author = try await world.person(in: stage.project)
            let reader = try await world.person(in: stage.project, "TestCaseRepository:edit,delete", "Settings:edit")
            let manager = try await world.user(.user, role: "Viewer")
            try await world.permit(manager, in: stage.project, "SPECIFIC_ROLE", role: "Project Admin")
            #expect(try await stage.makes("Comment", as: author) == nil)
            let mine = Filter.equals("projectId", .int(stage.project))
            let comment = try await world.ids("Comment", mine, as: author)[0]
            func edit(_ caller: Caller, _ values: [String: Value] = ["content": "{\"type\":\"doc\"}"]) async
                -> DomainError?
            {
                await world.attempt(as: caller) { work throws(DomainError) in
                    try work.update("Comment", [Change(comment, set: values)])
                }
            }
            #expect(await edit(reader)?.code == .forbidden)
            #expect(await edit(author) == nil)
            #expect(try await world.row("Comment", comment)?.flag("isEdited") == true)
            #expect(await edit(author, ["creatorId": .int(reader.userId)])?.code == .forbidden)
            #expect(await edit(manager) == nil)
            let removal = await world.attempt(as: reader) { work throws(DomainError) in
                try work.delete("Comment", ids: [comment])
            }
            #expect(removal?.code == .forbidden)
            #expect(
                await world.attempt(as: author) { work throws(DomainError) in
                    try work.delete("Comment", ids: [comment])
                } == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `global configuration belongs to administrators, tags to those with the area`(_ backend: Backend) async throws
    {
        try await EngineWorld.with(backend) { world in
            let admin = try await world.user(.administrator)
            let person = try await world.user(.projectAdministrator, role: "Manager")
            let viewer = try await world.user(.user, role: "Viewer")
            let drafts: [String: Draft] = [
                "Status": Draft([
                    "name": .text(world.name("st")), "systemName": .text(world.name("st")), "order": 99, "colorId": 1,
                    "isEnabled": false, "isSuccess": false, "isFailure": false, "isCompleted": false,
                ]),
                "Configuration": Draft(["name": .text(world.name("conf"))]),
                "Role": Draft(["name": .text(world.name("role"))]),
                "Group": Draft(["name": .text(world.name("group"))]),
                "MilestoneType": Draft(["name": .text(world.name("type"))]),
                "Template": Draft([
                    "templateName": .text(world.name("template")), "isEnabled": false, "isDefault": false,
                ]),
            ]
            for (entity, draft) in drafts {
                func make(_ caller: Caller) async -> DomainError? {
                    await world.attempt(as: caller) { work throws(DomainError) in try work.insert(entity, [draft]) }
                }
                #expect(await make(person)?.code == .forbidden, "\(entity)")
                #expect(await make(admin) == nil, "\(entity)")
            }
            func tag(_ caller: Caller) async -> DomainError? {
                let name = world.name("tag")
                return await world.attempt(as: caller) { work throws(DomainError) in
                    try work.insert("Tag", [Draft(["name": .text(name)])])
                }
            }
            #expect(await tag(person) == nil)
            #expect(await tag(viewer)?.code == .forbidden)
        }
    }
}

extension Reading {
    /// Any row of the entity, or the one of the name.
    func value(of entity: String, named name: String?) throws(DomainError) -> Int64 {
        if let name { return try value(of: entity, named: name) }
        guard let row = try first(Query(entity, order: [.by("id")])) else { throw .notFound(entity) }
        return row.id
    }
}
