import Engine
import Model
import Statements
import Store
import Testing

/// The first start of a server, and of several at once.
@Suite struct StartTests {
    /// The same database with another key file.
    private static func other(_ world: EngineWorld, secret: UInt8) -> Engine {
        Engine(
            schema: world.engine.schema, store: world.store, world: world.engine.world,
            settings: Engine.Settings(dataFolder: world.folder, secret: [UInt8](repeating: secret, count: 32)))
    }

    @Test(arguments: Backend.available)
    func `a database belongs to the key of its first server`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            #expect(try await world.engine.bindKey())
            #expect(try await world.engine.bindKey())
            let stranger = Self.other(world, secret: 8)
            #expect(try await !stranger.bindKey())
            #expect(try await world.engine.bindKey(), "the try changed nothing")
            let kept = try await world.rows("SELECT name, content FROM server_note")
            #expect(kept.count == 1)
            let secret = Hex.text([UInt8](repeating: 7, count: 32))
            #expect(kept[0][1].string?.contains(secret.prefix(8)) == false, "the note tells nothing about the key")
            try await stranger.adoptKey()
            #expect(try await stranger.bindKey())
            #expect(try await !world.engine.bindKey())
        }
    }

    @Test(arguments: Backend.available)
    func `nodes that start at once provision once and name one administrator`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let roles = try await world.count("Role")
            let seen = Box<[String]>([])
            let fresh = Box(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let node = Self.other(world, secret: 7)
                        guard try await node.bindKey() else { throw DomainError.fault("another key") }
                        try await node.provision()
                        guard let first = try await node.createFirstAdministrator() else { return }
                        seen.change { $0.append("\(first.email) \(first.password)") }
                        if first.isNew { fresh.change { $0 += 1 } }
                    }
                }
                try await group.waitForAll()
            }
            #expect(seen.value.count == 4 && Set(seen.value).count == 1, "every node can show the one password")
            #expect(fresh.value == 1)
            #expect(try await world.count("User", .equals("access", "ADMIN")) == 1)
            #expect(try await world.count("Role") == roles)
        }
    }

    @Test(arguments: Backend.available)
    func `an administrator who changed or lost the account is not shown again`(_ backend: Backend) async throws {
        for change: [String: Value] in [["isActive": false], ["mustChangePassword": false], ["isDeleted": true]] {
            try await EngineWorld.with(backend, .own) { world in
                let first = try #require(try await world.engine.createFirstAdministrator())
                _ = try await world.user(.administrator)
                #expect(try await world.engine.createFirstAdministrator()?.password == first.password)
                try await world.write { work throws(DomainError) in
                    try work.update("User", [Change(first.userId, set: change)])
                }
                #expect(try await world.engine.createFirstAdministrator() == nil)
                #expect(try await world.rows("SELECT name FROM server_note").isEmpty, "the sealed text is gone")
            }
            if backend == .postgres { break }
        }
    }
}
