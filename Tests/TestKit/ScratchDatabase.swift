/// An empty database on the PostgreSQL server of the tests, for programs that are started by a test.
public struct ScratchDatabase: Sendable {
    private let name: String
    public let url: String

    public static func make() async throws -> ScratchDatabase {
        let name = PostgresServer.newName()
        try await PostgresServer.create(name)
        return ScratchDatabase(name: name, url: try PostgresServer.address(of: name))
    }

    public func drop() async throws { try await PostgresServer.drop(name) }
}
