import Catalog
import Connectors
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

    /// What happens when the database belongs to another key file.
    public enum KeyPolicy: Sendable { case refuse, adopt }

    /// Locks the folder, opens the database, migrates it and puts in what every server starts with.
    ///
    /// Throws a `StartError` when the database was made with another key file.
    public static func open(
        _ settings: ServerSettings, world: World, for purpose: Purpose = .command, otherKey: KeyPolicy = .refuse
    ) async throws -> Installation {
        let folder = try DataFolder.open(settings.data)
        let key = settings.secretFile ?? "\(folder.path)/secret.key"
        if purpose == .command, settings.database != nil { try SecretFile.require(key) }
        if otherKey == .refuse, DatabaseChoice.isThere(settings, folder) { try SecretFile.require(key) }
        let secret = try SecretFile.open(key, world: world)
        try DatabaseChoice.note(settings, folder)
        let store = try await DatabaseChoice.open(settings, folder)
        do {
            let migrated = try await DatabaseChoice.migrate(store)
            let engine = Engine(
                schema: Catalog.schema, store: store, world: world,
                settings: Engine.Settings(
                    dataFolder: folder.path, secret: secret, allowsPrivateTargets: settings.allowsPrivateTargets),
                outside: Connectors.outside(allowsPrivateTargets: settings.allowsPrivateTargets, log: world.log))
            if otherKey == .adopt { try await engine.adoptKey() }
            guard try await engine.bindKey() else {
                throw StartError(
                    "the database was made with another key file than \(key): put that one back, or name it with "
                        + "--secret-file; if it is lost, run assay migrate --adopt-key, which ends every API token, "
                        + "browser session and stored credential")
            }
            try await engine.provision()
            return Installation(settings: settings, folder: folder, engine: engine, migrated: migrated)
        } catch {
            try await store.close()
            throw error
        }
    }

    /// Makes the first administrator of an empty server, and the demo project unless it is unwanted; later starts get
    /// the same administrator again until the first sign-in.
    public func prepareFirstUse() async throws(DomainError) -> Engine.FirstAdministrator? {
        guard let administrator = try await engine.createFirstAdministrator() else { return nil }
        if settings.hasDemo, administrator.isNew { _ = try await engine.createDemoProject(owner: administrator.userId) }
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
