import Engine
import Model
import Statements
import Testing

/// Personal access tokens (TestPlanIt API, Authentication).
@Suite struct TokenTests {
    private func token(
        _ world: EngineWorld, _ user: Caller, expiresAt: Int64? = nil, scopes: [String] = []
    ) async throws -> Engine.NewToken {
        try await world.write(as: user) { work throws(DomainError) in
            try work.createToken(user: user.userId ?? 0, name: "ci", expiresAt: expiresAt, scopes: scopes)
        }
    }

    private func reason(_ world: EngineWorld, _ token: String) async -> AuthenticationFailure? {
        let refusal = await refusal { () throws(DomainError) in
            try await world.engine.authenticate(token: token, address: "192.0.2.1")
        }
        guard case .unauthenticated(let reason)? = refusal?.code else { return nil }
        return reason
    }

    @Test(arguments: Backend.available)
    func `a token stands for its user and is kept as a hash`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let user = try await world.user()
            let token = try await token(world, user)
            #expect(token.token.hasPrefix("tpi_") && token.token.count == 47)
            let caller = try await world.engine.authenticate(token: token.token, address: "192.0.2.1")
            #expect(caller.userId == user.userId && caller.tokenId == token.id && caller.address == "192.0.2.1")
            let row = try await world.row("ApiToken", token.id)
            #expect(row?.text("token") != token.token && row?.text("tokenPrefix") == String(token.token.prefix(12)))
            #expect(row?["lastUsedIp"] == "192.0.2.1" && row?["lastUsedAt"].integer == world.clock.now)
        }
    }

    @Test(arguments: Backend.available)
    func `every reason to refuse a token has its word`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            #expect(await reason(world, "") == .noToken)
            #expect(await reason(world, "tpi_ü") == .invalidFormat)
            #expect(await reason(world, "a b") == .invalidFormat)
            #expect(await reason(world, String(repeating: "x", count: 513)) == .invalidFormat)
            #expect(await reason(world, "tpi_" + String(repeating: "x", count: 43)) == .invalidToken)
            let user = try await world.user()
            let short = try await token(world, user, expiresAt: world.clock.now + 60_000)
            #expect(await reason(world, short.token) == nil)
            world.clock.advance(.seconds(60))
            #expect(await reason(world, short.token) == .expiredToken)
            let barred = try await token(world, try await world.user(.user, api: false))
            #expect(await reason(world, barred.token) == .apiAccessDisabled)
        }
    }

    @Test(arguments: Backend.available)
    func `revoking counts at once although callers are kept for seconds`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let user = try await world.user()
            let admin = try await world.user(.administrator)
            let first = try await token(world, user)
            let second = try await token(world, user)
            for one in [first, second] { #expect(await reason(world, one.token) == nil) }
            try await world.write(as: user) { work throws(DomainError) in
                try work.update("ApiToken", [Change(first.id, set: ["isActive": false])])
            }
            #expect(await reason(world, first.token) == .inactiveToken)
            try await world.write(as: user) { work throws(DomainError) in try work.delete("ApiToken", ids: [second.id])
            }
            #expect(await reason(world, second.token) == .invalidToken)
            let third = try await token(world, user)
            #expect(await reason(world, third.token) == nil)
            let id = try #require(user.userId)
            try await world.write(as: admin) { work throws(DomainError) in
                try work.update("User", [Change(id, set: ["isApi": false])])
            }
            #expect(await reason(world, third.token) == .apiAccessDisabled)
            try await world.write(as: admin) { work throws(DomainError) in
                try work.update("User", [Change(id, set: ["isApi": true, "isActive": false])])
            }
            #expect(await reason(world, third.token) == .inactiveUser)
            try await world.write(as: admin) { work throws(DomainError) in
                try work.update("User", [Change(id, set: ["isActive": true])])
            }
            #expect(await reason(world, third.token) == nil)
            try await world.write(as: admin) { work throws(DomainError) in try work.delete("User", ids: [id]) }
            #expect(await reason(world, third.token) == .inactiveUser)
        }
    }

    @Test(arguments: Backend.available)
    func `a role that is taken away counts with the next call`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let admin = try await world.user(.administrator)
            let user = try await world.user(.administrator)
            let token = try await token(world, user)
            let before = try await world.engine.authenticate(token: token.token, address: "")
            #expect(before.isAdministrator)
            try await world.write(as: admin) { work throws(DomainError) in
                try work.update("User", [Change(user.userId ?? 0, set: ["access": "USER"])])
            }
            let after = try await world.engine.authenticate(token: token.token, address: "")
            #expect(!after.isAdministrator)
        }
    }

    @Test(arguments: Backend.available)
    func `a token that may only read writes nothing`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let admin = try await world.user(.administrator)
            let token = try await token(world, admin, scopes: ["read"])
            let caller = try await world.engine.authenticate(token: token.token, address: "")
            #expect(caller.isReadOnly)
            #expect(try await world.count("User", as: caller) > 0)
            let name = world.name("tag")
            for attempt in [
                await world.attempt(as: caller) { work throws(DomainError) in
                    _ = try work.insert("Tag", [Draft(["name": .text(name)])])
                },
                await world.attempt(as: caller) { work throws(DomainError) in
                    _ = try work.createProject(Draft(["name": .text(name)]))
                },
                await world.attempt(as: caller) { work throws(DomainError) in
                    _ = try work.createToken(user: admin.userId ?? 0, name: "more", expiresAt: nil)
                },
                await world.attempt(as: caller) { work throws(DomainError) in
                    _ = try work.update("ApiToken", [Change(token.id, set: ["scopes": "[]", "isReadOnly": false])])
                },
                await world.attempt(as: caller) { work throws(DomainError) in
                    _ = try work.delete("ApiToken", ids: [token.id])
                },
            ] { #expect(attempt?.code == .forbidden) }
        }
    }

    @Test(arguments: Backend.available)
    func `tokens belong to their user`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let user = try await world.user()
            let other = try await world.user()
            let admin = try await world.user(.administrator)
            let token = try await token(world, user)
            #expect(try await world.count("ApiToken", .equals("id", .int(token.id)), as: other) == 0)
            #expect(try await world.count("ApiToken", .equals("id", .int(token.id)), as: user) == 1)
            let theirs = await world.attempt(as: other) { work throws(DomainError) in
                try work.createToken(user: user.userId ?? 0, name: "x", expiresAt: nil)
            }
            #expect(theirs?.code == .forbidden)
            let revoked = await world.attempt(as: other) { work throws(DomainError) in
                try work.delete("ApiToken", ids: [token.id])
            }
            #expect(revoked?.code == .notFound)
            let made = await world.attempt(as: admin) { work throws(DomainError) in
                try work.createToken(user: user.userId ?? 0, name: "x", expiresAt: nil)
            }
            #expect(made == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `nobody chooses a token or its hash`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let admin = try await world.user(.administrator)
            let insert = await world.attempt(as: admin) { work throws(DomainError) in
                try work.insert(
                    "ApiToken",
                    [Draft(["name": "x", "token": "chosen", "tokenPrefix": "chosen", "userId": .int(admin.userId)])])
            }
            #expect(insert != nil)
            let token = try await token(world, admin)
            let change = await world.attempt(as: admin) { work throws(DomainError) in
                try work.update("ApiToken", [Change(token.id, set: ["token": "chosen"])])
            }
            #expect(change?.code == .invalid)
            let past = await world.attempt(as: admin) { work throws(DomainError) in
                try work.createToken(user: admin.userId ?? 0, name: "x", expiresAt: work.time)
            }
            #expect(past?.code == .invalid)
            let scope = await world.attempt(as: admin) { work throws(DomainError) in
                try work.createToken(user: admin.userId ?? 0, name: "x", expiresAt: nil, scopes: ["everything"])
            }
            #expect(scope?.code == .invalid)
        }
    }
}
