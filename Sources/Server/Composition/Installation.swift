import Catalog
public import Engine
import Logging
public import Model
import Store
import Wire

/// An open data folder with its database and engine: what the server serves and what the command line works on.
public final class Installation: Sendable {
    public let settings: ServerSettings
    public let folder: DataFolder
    public let engine: Engine
    /// The migrations that ran when the database was opened.
    public let migrated: [Int]

    private init(settings: ServerSettings, folder: DataFolder, engine: Engine, migrated: [Int]) {
        self.migrated = migrated
        self.settings = settings
        self.folder = folder
        self.engine = engine
    }

    /// Who opens: only a server may give a shared database a key, because tokens made with another one are worthless.
    public enum Purpose: Sendable { case server, command }

    /// Locks the folder, opens the database, migrates it and puts in what every server starts with.
    public static func open(
        _ settings: ServerSettings, world: World, for purpose: Purpose = .command
    ) async throws -> Installation {
        let folder = try DataFolder.open(settings.data)
        let key = settings.secretFile ?? "\(folder.path)/secret.key"
        if purpose == .command, settings.database != nil { try SecretFile.require(key) }
        let secret = try SecretFile.open(key, world: world)
        try DatabaseChoice.note(settings, folder)
        let store = try await DatabaseChoice.open(settings, folder)
        do {
            let migrated = try await DatabaseChoice.migrate(store)
            let engine = Engine(
                schema: Catalog.schema, store: store, world: world,
                settings: Engine.Settings(
                    dataFolder: folder.path, secret: secret, allowsPrivateTargets: settings.allowsPrivateTargets))
            try await engine.provision()
            return Installation(settings: settings, folder: folder, engine: engine, migrated: migrated)
        } catch {
            try await store.close()
            throw error
        }
    }

    /// Makes the first administrator of an empty server, and the demo project unless it is unwanted.
    public func prepareFirstUse() async throws(DomainError) -> Engine.FirstAdministrator? {
        guard let administrator = try await engine.createFirstAdministrator() else { return nil }
        if settings.hasDemo { _ = try await engine.createDemoProject(owner: administrator.userId) }
        return administrator
    }

    public func close() async throws { try await engine.store.close() }

    /// The clock, the randomness and a log as the settings wish.
    public static func world(_ settings: ServerSettings) -> World {
        let clock = World.live().now
        let log = Logger(label: "assay") { label in
            LogLines(label: label, level: settings.logLevel, format: settings.logFormat, now: clock)
        }
        return World.live(log: log)
    }
}
