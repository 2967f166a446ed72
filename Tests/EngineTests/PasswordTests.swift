import Dispatch
import Model
import Statements
import Store
import Testing

@testable import Engine

/// How passwords are kept (SAFETY 2.3-1).
@Suite struct PasswordTests {
    private static let password = "blue kettle 42 rides"
    /// The same password, hashed with less work than today's.
    private static let weak =
        "$scrypt$ln=12,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$GF7eiFyFYV1amkxr9baS9/nJyGR/pXe1erG2PvXDazU"

    private static func user(_ world: EngineWorld, _ name: String) async throws -> Int64 {
        try await world.engine.createUser(
            email: "\(name)@example.com", name: name, password: password, level: .user, as: .system)
    }

    private static func stored(_ world: EngineWorld, _ user: Int64) async throws -> String {
        try await world.rows("SELECT password FROM \"user\" WHERE id = \(Value.int(user))")[0][0].string ?? ""
    }

    @Test func `a password is kept as a scrypt hash with a salt of its own`() async throws {
        try await EngineWorld.with(.sqlite, .own) { world in
            let first = try await Self.stored(world, try await Self.user(world, "one"))
            let second = try await Self.stored(world, try await Self.user(world, "two"))
            for hash in [first, second] {
                #expect(hash.hasPrefix("$scrypt$ln=15,r=8,p=3$"), "\(hash)")
                #expect(hash.split(separator: "$").map(\.count) == [6, 13, 22, 43], "16 bytes of salt, 32 of hash")
                #expect(!hash.contains("kettle"))
            }
            #expect(first.split(separator: "$")[2] != second.split(separator: "$")[2])
        }
    }

    @Test(arguments: Backend.available)
    func `a weaker hash is made anew at the next sign-in`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let user = try await Self.user(world, "old")
            _ = try await world.store.write { session in
                try session.execute(
                    "UPDATE \"user\" SET password = \(Value.text(Self.weak)) WHERE id = \(Value.int(user))")
            }
            func signIn(_ password: String) async -> DomainError? {
                await refusal { () async throws(DomainError) in
                    try await world.engine.signIn(
                        email: "old@example.com", password: password, address: "192.0.2.1", agent: nil)
                }
            }
            #expect(await signIn("another password 1") != nil)
            #expect(try await Self.stored(world, user) == Self.weak)
            #expect(await signIn(Self.password) == nil)
            let fresh = try await Self.stored(world, user)
            #expect(fresh.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
            #expect(await signIn(Self.password) == nil)
            #expect(try await Self.stored(world, user) == fresh, "a strong one stays")
        }
    }

    @Test func `more sign-ins than can wait are turned away at once`() async throws {
        let slots = DispatchSemaphore(value: 0)
        let work = PasswordWork(slots: slots)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { _ = try? await work.hash("blue kettle", salt: [UInt8](repeating: 1, count: 16)) }
            }
            while work.count < 16 { await Task.yield() }
            let refused = await refusal { () async throws(DomainError) in try await work.matches("x", nil) }
            #expect(refused?.code == .unavailable)
            #expect(work.count == 16)
            for _ in 0..<16 { slots.signal() }
        }
        #expect(work.count == 0)
    }
}
