import Engine
import Model
import Statements
import Testing

/// Who sees what (TestPlanIt API, Access model).
@Suite struct ReadAccessTests {
    private func sees(_ world: EngineWorld, _ caller: Caller, _ project: Int64) async throws -> Bool {
        try await world.count("Project", .equals("id", .int(project)), as: try await world.again(caller)) == 1
    }

    @Test(arguments: Backend.available)
    func `a stranger sees no row of a project, whatever the entity`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let owner = try await world.user(.administrator)
            let project = try await world.engine.createDemoProject(owner: try #require(owner.userId))
            try await world.write { work throws(DomainError) in
                try work.update("Project", [Change(project, set: ["defaultAccessType": "NO_ACCESS"])])
            }
            let stranger = try await world.user()
            var checked = 0
            for entity in world.engine.schema.entities {
                switch entity.ownership {
                case .project, .projectField, .parent, .administrators, .engine:
                    let seen = try await world.count(entity.name, as: stranger)
                    #expect(seen == 0, "\(entity.name)")
                    if try await world.number("SELECT COUNT(*) FROM \(name: entity.table)") > 0 { checked += 1 }
                case .user(let field):
                    let others = Filter.not(.equals(field, .int(stranger.userId)))
                    #expect(try await world.count(entity.name, others, as: stranger) == 0, "\(entity.name)")
                case .shared: continue
                }
            }
            // The demo has rows of most of what matters.
            #expect(checked > 25)
        }
    }

    @Test(arguments: Backend.available)
    func `nobody sees a deleted project or what is in it`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let member = try await world.user()
            let project = try await world.project(by: owner, access: "GLOBAL_ROLE", members: [member])
            let cases = try await world.cases(["one"], in: project, by: owner)
            #expect(try await sees(world, member, project))
            try await world.write(as: owner) { work throws(DomainError) in try work.delete("Project", ids: [project]) }
            for caller in [owner, member] {
                #expect(try await !sees(world, caller, project))
                #expect(try await world.count("RepositoryCase", .equals("id", .int(cases[0])), as: caller) == 0)
                #expect(try await world.count("Step", .equals("testCaseId", .int(cases[0])), as: caller) == 0)
                let refusal = await refusal { () throws(DomainError) in
                    try await world.cases(["two"], in: project, by: caller)
                }
                #expect(refusal != nil)
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a user without access sees nothing but itself`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let nobody = try await world.user(.none)
            let project = try await world.project(by: owner, access: "GLOBAL_ROLE", members: [nobody])
            try await world.permit(nobody, in: project, "SPECIFIC_ROLE", role: "Project Admin")
            #expect(try await !sees(world, nobody, project))
            #expect(try await world.ids("User", as: nobody) == [try #require(nobody.userId)])
            for entity in ["Status", "Workflow", "Template", "Role", "Tag", "Configuration", "CaseField"] {
                #expect(try await world.count(entity, as: nobody) == 0, "\(entity)")
            }
        }
    }

    @Test(arguments: Backend.available)
    func `anonymous callers read nothing and write nothing`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            _ = try await world.project(by: owner, access: "GLOBAL_ROLE")
            for entity in world.engine.schema.entities {
                #expect(try await world.count(entity.name, as: .anonymous) == 0, "\(entity.name)")
            }
            let refusal = await world.attempt(as: .anonymous) { work throws(DomainError) in
                try work.insert("Tag", [Draft(["name": "anonymous"])])
            }
            #expect(refusal?.code == .forbidden)
        }
    }

    @Test(arguments: Backend.available)
    func `the default access decides for people without a rule of their own`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let outsider = try await world.user()
            let member = try await world.user()
            for (access, outside, inside) in [
                ("NO_ACCESS", false, true), ("GLOBAL_ROLE", true, true), ("DEFAULT", true, true),
                ("SPECIFIC_ROLE", true, true),
            ] {
                let project = try await world.project(by: owner, access: access, role: "Viewer", members: [member])
                #expect(try await sees(world, outsider, project) == outside, "\(access)")
                #expect(try await sees(world, member, project) == inside, "\(access)")
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a permission of one's own goes before the default and before groups`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let person = try await world.user()
            let open = try await world.project(by: owner, access: "GLOBAL_ROLE", members: [person])
            try await world.permit(person, in: open, "NO_ACCESS")
            #expect(try await !sees(world, person, open))
            try await group(world, [person], open, "SPECIFIC_ROLE", role: "Manager")
            #expect(try await !sees(world, person, open))
            let closed = try await world.project(by: owner)
            #expect(try await !sees(world, person, closed))
            try await world.permit(person, in: closed, "GLOBAL_ROLE")
            #expect(try await sees(world, person, closed))
            let plain = try await world.project(by: owner)
            try await world.permit(person, in: plain, "DEFAULT")
            #expect(try await !sees(world, person, plain))
        }
    }

    @discardableResult
    private func group(
        _ world: EngineWorld, _ members: [Caller], _ project: Int64, _ access: String, role: String? = nil
    ) async throws -> Int64 {
        let name = world.name("group")
        return try await world.write { work throws(DomainError) in
            let group = try work.insert("Group", [Draft(["name": .text(name)])])[0]
            for member in members {
                try work.insert("GroupAssignment", [Draft(["userId": .int(member.userId), "groupId": .int(group)])])
            }
            var draft = Draft(["groupId": .int(group), "projectId": .int(project), "accessType": .text(access)])
            if let role { draft["roleId"] = .int(try work.value(of: "Role", named: role)) }
            try work.insert("GroupProjectPermission", [draft])
            return group
        }
    }

    @Test(arguments: Backend.available)
    func `groups give the union of their roles`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let person = try await world.user(.user, role: "Viewer")
            let project = try await world.project(by: owner)
            let runs = try await world.role(["TestRuns:edit"])
            let cases = try await world.role(["TestCaseRepository:edit"])
            try await group(world, [person], project, "SPECIFIC_ROLE", role: runs)
            try await group(world, [person], project, "SPECIFIC_ROLE", role: cases)
            let rights = try await world.read(as: person) { work throws(DomainError) in
                try work.grants().rights(in: project)
            }
            #expect(rights?.allows(.addEdit, in: .testRuns) == true)
            #expect(rights?.allows(.addEdit, in: .testCaseRepository) == true)
            #expect(rights?.allows(.addEdit, in: .milestones) == false)
            #expect(rights?.allows(.delete, in: .testRuns) == false)
        }
    }

    @Test(arguments: Backend.available)
    func `a deleted group gives nothing`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let person = try await world.user()
            let project = try await world.project(by: owner)
            let group = try await group(world, [person], project, "GLOBAL_ROLE")
            #expect(try await sees(world, person, project))
            try await world.write(as: owner) { work throws(DomainError) in try work.delete("Group", ids: [group]) }
            #expect(try await !sees(world, person, project))
        }
    }

    @Test(arguments: Backend.available)
    func `creators and assigned project administrators have every right`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let creator = try await world.user(.projectAdministrator, role: "Viewer")
            let assigned = try await world.user(.projectAdministrator, role: "Viewer")
            let other = try await world.user(.projectAdministrator, role: "Viewer")
            let project = try await world.project(by: creator, members: [assigned])
            let second = try await world.project(by: owner)
            try await world.permit(other, in: second, "SPECIFIC_ROLE", role: "Project Admin")
            for (caller, project, isAll) in [
                (creator, project, true), (assigned, project, true), (other, project, false), (owner, project, true),
                (other, second, true),
            ] {
                let rights = try await world.read(as: caller) { work throws(DomainError) in
                    try work.grants().rights(in: project)
                }
                #expect(
                    rights.map { rights in Area.allCases.allSatisfy { rights.allows(.delete, in: $0) } } ?? false
                        == isAll)
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a permission taken away counts at once`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let owner = try await world.user(.administrator)
            let person = try await world.user()
            let project = try await world.project(by: owner, members: [person])
            #expect(try await sees(world, person, project))
            try await world.write(as: owner) { work throws(DomainError) in
                let ids = try work.find(
                    Query(
                        "ProjectAssignment",
                        where: .equals("projectId", .int(project)) && .equals("userId", .int(person.userId)))
                ).map(\.id)
                try work.delete("ProjectAssignment", ids: ids)
            }
            #expect(try await !sees(world, person, project))
        }
    }

    @Test(arguments: Backend.available)
    func `what a transaction undoes gives nobody rights`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let maker = try await world.user(.projectAdministrator)
            let name = world.name("Undone")
            let made = Box<Int64>(0)
            let refusal = await world.attempt(as: maker) { work throws(DomainError) in
                made.value = try work.createProject(Draft(["name": .text(name)]))
                _ = try work.count("RepositoryCase")
                throw .conflict("undo")
            }
            #expect(refusal?.code == .conflict)
            let id = made.value
            let rights = try await world.read(as: maker) { work throws(DomainError) in try work.grants().rights(in: id)
            }
            #expect(rights == nil)
        }
    }
}
