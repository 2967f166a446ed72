import Engine
import Model
import Statements
import Testing

/// Who may change users.
@Suite struct UserRuleTests {
    @Test(arguments: Backend.available)
    func `people change their name and nothing that gives rights`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let user = try await world.user()
            let other = try await world.user()
            let id = try #require(user.userId)
            let stranger = try #require(other.userId)
            func change(_ values: [String: Value], of target: Int64 = 0) async -> DomainError? {
                await world.attempt(as: user) { work throws(DomainError) in
                    try work.update("User", [Change(target == 0 ? id : target, set: values)])
                }
            }
            #expect(await change(["name": "New Name"]) == nil)
            for (field, value): (String, Value) in [
                ("access", "ADMIN"), ("roleId", 2), ("isApi", true), ("isActive", false), ("isDeleted", true),
                ("email", "me@example.org"), ("emailVerified", 1), ("twoFactorEnabled", true), ("externalId", "x"),
                ("createdById", 1), ("authMethod", "SSO"),
            ] {
                #expect(await change([field: value])?.code == .forbidden, "\(field)")
                #expect(await change(["name": "x", field: value])?.code == .forbidden, "\(field)")
            }
            #expect(await change(["name": "x"], of: stranger)?.code == .forbidden)
            let made = await world.attempt(as: user) { work throws(DomainError) in
                try work.insert("User", [Draft(["name": "x", "email": "x@example.org", "access": "ADMIN"])])
            }
            #expect(made?.code == .forbidden)
            let gone = await world.attempt(as: user) { work throws(DomainError) in try work.delete("User", ids: [id]) }
            #expect(gone?.code == .forbidden)
        }
    }

    @Test(arguments: Backend.available)
    func `addresses are unique and kept in lower case`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let address = world.name("Mixed").replacing(" ", with: "") + "@Example.COM"
            func make(_ email: String) async -> DomainError? {
                await world.attempt(as: .system) { work throws(DomainError) in
                    try work.insert("User", [Draft(["name": "x", "email": .text(email)])])
                }
            }
            #expect(await make(address) == nil)
            let again = await make(address.uppercased())
            #expect(again?.code == .duplicate && again?.entity == "User" && again?.fields == ["email"])
            #expect(await make("no address")?.issues.first?.field == "email")
            let kept = try await world.count("User", .equals("email", .text(address.lowercased())))
            #expect(kept == 1)
        }
    }

    @Test(arguments: Backend.available)
    func `the last administrator stays`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let first = try await world.user(.administrator)
            let ids = [try #require(first.userId), try #require(try await world.user(.administrator).userId)]
            func lose(_ changes: [Change]) async -> DomainError? {
                await world.attempt(as: first) { work throws(DomainError) in try work.update("User", changes) }
            }
            #expect(await lose(ids.map { Change($0, set: ["access": "USER"]) })?.code == .conflict)
            let both = await world.attempt(as: first) { work throws(DomainError) in try work.delete("User", ids: ids) }
            #expect(both?.code == .conflict)
            #expect(await lose([Change(ids[1], set: ["isActive": false])]) == nil)
            #expect(await lose([Change(ids[0], set: ["isActive": false])])?.code == .conflict)
            #expect(await lose([Change(ids[0], set: ["isDeleted": true])])?.code == .conflict)
            let last = await world.attempt(as: first) { work throws(DomainError) in
                try work.delete("User", ids: [ids[0]])
            }
            #expect(last?.code == .conflict)
            #expect(await lose([Change(ids[0], set: ["name": "Still here"])]) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `two administrators who remove each other at once leave one`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let pair = [try await world.user(.administrator), try await world.user(.administrator)]
            await withTaskGroup(of: Void.self) { group in
                for (caller, target) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                    group.addTask {
                        _ = await world.attempt(as: caller) { work throws(DomainError) in
                            try work.update("User", [Change(target.userId ?? 0, set: ["access": "USER"])])
                        }
                    }
                }
            }
            let left = try await world.count("User", .equals("access", "ADMIN"))
            #expect(left == 1)
        }
    }

    @Test(arguments: Backend.available)
    func `the first start makes one administrator, once`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let made = try #require(try await world.engine.createFirstAdministrator())
            #expect(made.password.count >= 16)
            #expect(made.isNew)
            let again = try #require(try await world.engine.createFirstAdministrator())
            #expect(!again.isNew && again.password == made.password, "nobody has used it yet")
            let session = try await world.engine.signIn(
                email: made.email, password: made.password, address: "::1", agent: nil)
            #expect(session.caller.isAdministrator)
            #expect(try await world.row("User", made.userId)?.flag("mustChangePassword") == true)
            #expect(try await world.engine.createFirstAdministrator() == nil, "somebody has signed in with it")
        }
    }
}
