import Engine
import Model
import Statements
import Testing

/// Rows of one project never lead into another one.
@Suite struct ForeignReferenceTests {
    /// Two projects of one person who may do everything in both, and a third that the person cannot see.
    private struct Stage: Sendable {
        let world: EngineWorld
        let person: Caller
        let here: Int64
        let there: Int64
        let case1: Int64
        let case2: Int64
        let folder2: Int64
        let hiddenCase: Int64

        init(_ world: EngineWorld) async throws {
            self.world = world
            let admin = try await world.user(.administrator)
            let person = try await world.user(.user, role: "Viewer")
            self.person = person
            here = try await world.project(by: admin)
            there = try await world.project(by: admin)
            let hidden = try await world.project(by: admin)
            for project in [here, there] {
                try await world.permit(person, in: project, "SPECIFIC_ROLE", role: "Project Admin")
            }
            case1 = try await world.cases(["Here"], in: here, by: admin)[0]
            case2 = try await world.cases(["There"], in: there, by: admin)[0]
            hiddenCase = try await world.cases(["Hidden"], in: hidden, by: admin)[0]
            folder2 = try await world.row("RepositoryCase", case2)?["folderId"].integer ?? 0
        }

        func update(_ entity: String, _ id: Int64, _ values: [String: Assignment]) async -> DomainError? {
            await world.attempt(as: person) { work throws(DomainError) in try work.update(entity, [Change(id, values)])
            }
        }

        func insert(_ entity: String, _ values: [String: Value]) async -> DomainError? {
            await world.attempt(as: person) { work throws(DomainError) in try work.insert(entity, [Draft(values)]) }
        }
    }

    @Test(arguments: Backend.available)
    func `new rows and changes that point into another project are refused`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let run = try await world.run([stage.case1], in: stage.here)
            let folder = await stage.update("RepositoryCase", stage.case1, ["folderId": .set(.int(stage.folder2))])
            #expect(folder?.code == .missingReference && folder?.fields == ["folderId"])
            let member = await stage.insert(
                "TestRunCase", ["testRunId": .int(run), "repositoryCaseId": .int(stage.case2)])
            #expect(member?.code == .missingReference)
            let comment = await stage.insert(
                "Comment",
                ["content": "{}", "projectId": .int(stage.here), "repositoryCaseId": .int(stage.case2)])
            #expect(comment?.code == .missingReference)
            let step = await stage.insert("Step", ["testCaseId": .int(stage.case1), "step": "{}"])
            #expect(step == nil)
            let steps = try await world.ids("Step", .equals("testCaseId", .int(stage.case1)))
            let moved = await stage.update("Step", steps[0], ["testCaseId": .set(.int(stage.case2))])
            #expect(moved?.code == .missingReference)
        }
    }

    @Test(arguments: Backend.available)
    func `a case does not change its project and leave its folder behind`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            // Numbers of both projects differ, so that no key gets in the way.
            let second = try await world.cases(["Second"], in: stage.here, by: stage.person)[0]
            let alone = await stage.update("RepositoryCase", second, ["projectId": .set(.int(stage.there))])
            #expect(alone?.code == .missingReference)
            #expect(try await world.row("RepositoryCase", second)?["projectId"].integer == stage.here)
        }
    }

    @Test(arguments: Backend.available)
    func `nothing moves into a project where the caller may not write`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let admin = try await world.user(.administrator)
            let readable = try await world.project(by: admin)
            try await world.permit(stage.person, in: readable, "SPECIFIC_ROLE", role: "Viewer")
            let issue = try await world.write(as: stage.person) { work throws(DomainError) in
                try work.insert("Issue", [Draft(["name": "I", "title": "I", "projectId": .int(stage.here)])])[0]
            }
            #expect(await stage.update("Issue", issue, ["projectId": .set(.int(readable))])?.code == .forbidden)
            #expect(await stage.update("Issue", issue, ["projectId": .set(.null)])?.code == .forbidden)
            #expect(await stage.update("Issue", issue, ["projectId": .set(.int(stage.there))]) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `links across projects are refused from either side`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let issue = try await world.write(as: stage.person) { work throws(DomainError) in
                try work.insert("Issue", [Draft(["name": "I", "title": "I", "projectId": .int(stage.there)])])[0]
            }
            let one = await world.attempt(as: stage.person) { work throws(DomainError) in
                try work.link("RepositoryCase", stage.case1, "issues", [issue])
            }
            #expect(one?.code == .missingReference)
            let other = await world.attempt(as: stage.person) { work throws(DomainError) in
                try work.link("Issue", issue, "repositoryCases", [stage.case1])
            }
            #expect(other?.code == .missingReference)
            let hidden = await world.attempt(as: stage.person) { work throws(DomainError) in
                try work.link("Issue", issue, "repositoryCases", [stage.hiddenCase])
            }
            #expect(hidden?.code == .missingReference)
        }
    }

    @Test(arguments: Backend.available)
    func `tagging from the side of the tag needs the right to the case`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let tagger = try await world.user(.user, role: try await world.role(["Tags:edit"]))
            try await world.permit(tagger, in: stage.here, "SPECIFIC_ROLE", role: "Viewer")
            let name = world.name("tag")
            let tag = try await world.write(as: tagger) { work throws(DomainError) in
                try work.insert("Tag", [Draft(["name": .text(name)])])[0]
            }
            let link = await world.attempt(as: tagger) { work throws(DomainError) in
                try work.link("Tag", tag, "repositoryCases", [stage.case1])
            }
            #expect(link?.code == .forbidden)
            let allowed = await world.attempt(as: stage.person) { work throws(DomainError) in
                try work.link("RepositoryCase", stage.case1, "tags", [tag])
            }
            #expect(allowed == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `what cannot be seen reads like what is not there`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let run = try await world.run([], in: stage.here)
            let hidden = await stage.insert(
                "TestRunCase", ["testRunId": .int(run), "repositoryCaseId": .int(stage.hiddenCase)])
            let missing = await stage.insert(
                "TestRunCase", ["testRunId": .int(run), "repositoryCaseId": 999_999_999])
            #expect(hidden != nil && hidden == missing)
            let hiddenChange = await stage.update("RepositoryCase", stage.hiddenCase, ["name": .set("x")])
            let missingChange = await stage.update("RepositoryCase", 999_999_999, ["name": .set("x")])
            #expect(hiddenChange?.code == .notFound && hiddenChange == missingChange)
        }
    }

    @Test(arguments: Backend.available)
    func `references are set, never computed`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            for field in ["folderId", "projectId", "creatorId", "isArchived", "name"] {
                let refusal = await stage.update("RepositoryCase", stage.case1, [field: .add(1)])
                #expect(refusal?.code == .invalid, "\(field)")
            }
            #expect(await stage.update("RepositoryCase", stage.case1, ["estimate": .set(10)]) == nil)
            #expect(await stage.update("RepositoryCase", stage.case1, ["estimate": .add(5)]) == nil)
            #expect(await stage.update("RepositoryCase", stage.case1, ["estimate": .multiply(2)]) == nil)
            #expect(try await world.row("RepositoryCase", stage.case1)?["estimate"] == 30)
            #expect(await stage.update("RepositoryCase", stage.case1, ["estimate": .add("x")])?.code == .invalid)
            #expect(await stage.update("RepositoryCase", stage.case1, ["estimate": .divide(0)])?.code == .invalid)
        }
    }

    @Test(arguments: Backend.available)
    func `references by UUID pass the same rules as those by id`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let stage = try await Stage(world)
            let run = try await world.run([stage.case1], in: stage.here)
            let uid = try #require(try await world.row("TestRun", run)?.uid)
            let caseUid = try #require(try await world.row("RepositoryCase", stage.case2)?.uid)
            let foreign = await stage.insert(
                "TestRunCase", ["testRunId": .text(uid), "repositoryCaseId": .text(caseUid)])
            #expect(foreign?.code == .missingReference)
            try await world.write { work throws(DomainError) in
                try work.update("TestRun", [Change(run, set: ["isCompleted": true])])
            }
            let closed = await stage.insert(
                "TestRunCase", ["testRunId": .text(uid), "repositoryCaseId": .int(stage.case1), "isRepeat": true])
            #expect(closed?.code == .conflict)
            let folder = try #require(try await world.row("RepositoryFolder", stage.folder2)?.uid)
            let cycle = await stage.update("RepositoryFolder", stage.folder2, ["parentId": .set(.text(folder))])
            #expect(cycle?.code == .invalid)
        }
    }
}
