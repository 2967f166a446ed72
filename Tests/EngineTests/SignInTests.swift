import Engine
import Model
import Statements
import Testing

/// Passwords, browser sessions and what ends them.
@Suite struct SignInTests {
    private static let password = "correct horse battery"

    private func person(_ world: EngineWorld, _ level: Caller.Level = .user) async throws -> (id: Int64, email: String)
    {
        let email = world.name("someone").replacing(" ", with: ".") + "@example.com"
        let id = try await world.engine.createUser(
            email: email.uppercased(), name: "Someone", password: SignInTests.password, level: level, as: .system)
        return (id, email)
    }

    private func signIn(
        _ world: EngineWorld, _ email: String, _ password: String = SignInTests.password,
        from address: String = "192.0.2.7"
    ) async throws(DomainError) -> Engine.NewSession {
        try await world.engine.signIn(email: email, password: password, address: address, agent: "test")
    }

    private func isOpen(_ world: EngineWorld, _ session: Engine.NewSession) async throws -> Bool {
        try await world.engine.authenticate(session: session.cookie, address: "192.0.2.7") != nil
    }

    @Test(arguments: Backend.available)
    func `the right password opens a session, in whatever case the address is typed`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let (id, email) = try await person(world)
            let session = try await signIn(world, email.uppercased())
            #expect(session.caller.userId == id && session.cookie.utf8.count == 43)
            let found = try #require(try await world.engine.authenticate(session: session.cookie, address: "192.0.2.7"))
            #expect(found.caller.userId == id)
            let stored = try await world.rows(
                "SELECT token_hash FROM browser_session WHERE user_id = \(Value.int(id))")
            #expect(stored.count == 1 && stored[0][0].string != session.cookie)
            let hash = try await world.rows("SELECT password FROM \"user\" WHERE id = \(Value.int(id))")
            #expect(hash[0][0].string?.hasPrefix("$scrypt$ln=15,r=8,p=3$") == true)
            #expect(try await world.engine.authenticate(session: String(repeating: "A", count: 43), address: "") == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `unknown address, wrong password, inactive and deleted user read alike`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let (inactive, first) = try await person(world)
            let (deleted, second) = try await person(world)
            let (_, third) = try await person(world)
            try await world.write { work throws(DomainError) in
                try work.update("User", [Change(inactive, set: ["isActive": false])])
                try work.delete("User", ids: [deleted])
            }
            var refusals: [DomainError?] = []
            for (email, password) in [
                (first, SignInTests.password), (second, SignInTests.password), (third, "wrong password"),
                ("nobody@example.com", SignInTests.password),
            ] {
                refusals.append(await refusal { () throws(DomainError) in try await signIn(world, email, password) })
            }
            #expect(refusals.allSatisfy { $0?.code == .unauthenticated(.invalidToken) && $0 == refusals[0] })
        }
    }

    @Test(arguments: Backend.available)
    func `ten failures lock an account for a quarter of an hour, its usual address left out`(
        _ backend: Backend
    ) async throws {
        try await EngineWorld.with(backend) { world in
            let (_, email) = try await person(world)
            _ = try await signIn(world, email, from: "198.51.100.1")
            for _ in 0..<10 {
                let refusal = await refusal { () throws(DomainError) in
                    try await signIn(world, email, "wrong password", from: "192.0.2.66")
                }
                #expect(refusal?.code == .unauthenticated(.invalidToken))
            }
            // Not even the right password is judged any more.
            for address in ["192.0.2.66", "203.0.113.9"] {
                let refusal = await refusal { () throws(DomainError) in try await signIn(world, email, from: address) }
                #expect(refusal?.code == .rateLimited(retryAfter: 900), "\(address)")
            }
            _ = try await signIn(world, email, from: "198.51.100.1")
            world.clock.advance(.seconds(901))
            _ = try await signIn(world, email, from: "192.0.2.66")
        }
    }

    @Test(arguments: Backend.available)
    func `guesses at the same time are counted like guesses in a row`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let (_, email) = try await person(world)
            let judged = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<14 {
                    group.addTask {
                        let refusal = await refusal { () throws(DomainError) in
                            try await signIn(world, email, "wrong password")
                        }
                        return refusal?.code == .unauthenticated(.invalidToken)
                    }
                }
                var count = 0
                for await isJudged in group where isJudged { count += 1 }
                return count
            }
            #expect(judged <= 10)
        }
    }

    @Test(arguments: Backend.available)
    func `sessions end by time, rest, sign-out and password change`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let (id, email) = try await person(world)
            let first = try await signIn(world, email)
            let second = try await signIn(world, email)
            let third = try await signIn(world, email)
            let kept = try #require(try await world.engine.authenticate(session: third.cookie, address: ""))
            let out = try #require(try await world.engine.authenticate(session: first.cookie, address: ""))
            try await world.write(as: out.caller) { work throws(DomainError) in try work.signOut(out.session) }
            #expect(try await !isOpen(world, first))
            try await world.engine.changePassword(
                of: kept.caller, from: SignInTests.password, to: "another good phrase", keeping: kept.session.id)
            #expect(try await !isOpen(world, second))
            #expect(try await isOpen(world, third))
            let old = await refusal { () throws(DomainError) in try await signIn(world, email) }
            #expect(old?.code == .unauthenticated(.invalidToken))
            world.clock.advance(.milliseconds(Engine.sessionIdle))
            #expect(try await !isOpen(world, third))
            let fourth = try await signIn(world, email, "another good phrase")
            var days = 0
            while try await isOpen(world, fourth) {
                world.clock.advance(.seconds(86_400 * 3))
                days += 3
                if days > 100 { break }
            }
            #expect(days <= 30)
            _ = id
        }
    }

    @Test(arguments: Backend.available)
    func `a password set by an administrator ends every session`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let (id, email) = try await person(world)
            let session = try await signIn(world, email)
            let hash = try await world.engine.hashed(password: "another good phrase")
            try await world.write { work throws(DomainError) in
                try work.update("User", [Change(id, set: ["password": .text(hash)])])
            }
            #expect(try await !isOpen(world, session))
        }
    }

    @Test(arguments: Backend.available)
    func `sessions end when the user is shut out or loses rights`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let role = try await world.role([])
            let changes: [[String: Value]] = [["isActive": false], ["isDeleted": true], ["access": "NONE"]]
            for values in changes {
                let (id, email) = try await person(world)
                let session = try await signIn(world, email)
                try await world.write { work throws(DomainError) in try work.update("User", [Change(id, set: values)]) }
                #expect(try await !isOpen(world, session), "\(values)")
                // And they do not come back with the rights.
                try await world.write { work throws(DomainError) in
                    try work.update(
                        "User", [Change(id, set: ["isActive": true, "isDeleted": false, "access": "USER"])])
                }
                #expect(try await !isOpen(world, session), "\(values)")
            }
            let (id, email) = try await person(world)
            let session = try await signIn(world, email)
            try await world.write { work throws(DomainError) in
                let role = try work.value(of: "Role", named: role)
                try work.update("User", [Change(id, set: ["roleId": .int(role)])])
            }
            #expect(try await !isOpen(world, session))
            let (gone, address) = try await person(world)
            let last = try await signIn(world, address)
            try await world.write { work throws(DomainError) in
                try work.delete("User", ids: [gone])
                try work.update("User", [Change(gone, set: ["isDeleted": false])])
            }
            #expect(try await !isOpen(world, last))
        }
    }

    @Test func `weak passwords are refused with the reason`() async throws {
        try await EngineWorld.with(.sqlite) { world in
            for password in [
                "short", "password1", "Passwort123", "12345678", "aaaaaaaaaa", String(repeating: "x1", count: 65),
            ] {
                let refusal = await refusal { () throws(DomainError) in
                    try await world.engine.hashed(password: password)
                }
                #expect(refusal?.issues.first?.field == "password", "\(password)")
            }
        }
    }

    @Test(arguments: Backend.available)
    func `one's own password needs the present one`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend) { world in
            let (_, email) = try await person(world)
            let caller = try await world.engine.caller(email: email)
            let refusal = await refusal { () throws(DomainError) in
                try await world.engine.changePassword(
                    of: caller, from: "wrong password", to: "another good phrase", keeping: nil)
            }
            #expect(refusal?.issues.first?.field == "currentPassword")
        }
    }
}
