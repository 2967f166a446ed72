import Logging
public import Model
import Statements
public import Store

/// The rules of the product over one database: every dialect, the web application and the command line go through it.
public final class Engine: Sendable {
    public let schema: Schema
    public let store: any Store
    public let world: World
    public let settings: Settings
    /// The services outside that may be asked, never inside a transaction.
    public let outside: Outside
    let build: Build
    let grants = GrantsCache()
    let books = BookCache()
    let callers = CallerCache()
    let uids = UidCache()
    let passwords: PasswordWork

    /// What the operator decides.
    public struct Settings: Sendable {
        /// The folder of attachments and everything else that is no row.
        public var dataFolder: String
        /// Key of the token hashes and signed addresses: 32 bytes.
        public var secret: [UInt8]
        /// Requests to private networks are allowed.
        public var allowsPrivateTargets: Bool

        public init(dataFolder: String, secret: [UInt8], allowsPrivateTargets: Bool = false) {
            self.dataFolder = dataFolder
            self.secret = secret
            self.allowsPrivateTargets = allowsPrivateTargets
        }
    }

    public init(
        schema: Schema, store: any Store, world: World, settings: Settings, outside: Outside = .none
    ) {
        self.outside = outside
        self.schema = schema
        self.store = store
        self.world = world
        self.settings = settings
        build = Build(schema: schema, flavor: store.flavor)
        passwords = PasswordWork()
    }

    /// Runs reads on one consistent state, each limited to what the caller may see.
    public func read<T: Sendable>(
        as caller: Caller, _ body: @escaping @Sendable (Reading) throws(DomainError) -> T
    ) async throws(DomainError) -> T {
        do {
            return try await store.read { [self] session in
                try body(Reading(engine: self, session: session, caller: caller))
            }
        } catch {
            throw convert(error)
        }
    }

    /// Runs reads and writes as one transaction with everything that belongs to a change: checks, audit entry,
    /// version, search entry, outbox event. When it returns the changes are durable.
    public func write<T: Sendable>(
        as caller: Caller, _ body: @escaping @Sendable (Writing) throws(DomainError) -> T
    ) async throws(DomainError) -> T {
        do {
            let (value, touchesGrants, touchesBooks) = try await store.write { [self] session in
                let work = Writing(engine: self, session: session, caller: caller)
                let value = try body(work)
                try work.finish()
                return (value, work.effects.touchesGrants, work.effects.touchesBooks)
            }
            if touchesGrants { grants.invalidate() }
            if touchesBooks { books.invalidate() }
            return value
        } catch {
            throw convert(error)
        }
    }

    /// One conversion for everything that a transaction throws.
    private func convert(_ error: any Error) -> DomainError {
        if let error = error as? DomainError { return error }
        if let error = error as? StoreError { return domainError(error) }
        world.log.error("transaction failed", metadata: ["error": "\(error)"])
        return .fault("internal error")
    }

    func domainError(_ error: StoreError) -> DomainError {
        switch error.code {
        case .unique(let index):
            let (entity, fields) = uniqueKey(index)
            return DomainError(.duplicate, "\(entity ?? "row") exists already", entity: entity, fields: fields)
        case .reference:
            return DomainError(.missingReference, "a referenced row does not exist or is still in use")
        case .constraint:
            world.log.warning("constraint failed", metadata: ["detail": "\(error.detail)"])
            return DomainError(
                .invalid, "a value does not fit", issues: [Issue(field: "", message: "a value does not fit")])
        case .serialization, .timeout:
            world.log.warning("database busy", metadata: ["detail": "\(error.detail)"])
            return DomainError(.unavailable, "the database is busy, try again")
        case .unavailable:
            world.log.error("database unavailable", metadata: ["detail": "\(error.detail)"])
            return DomainError(.unavailable, "the database is not available")
        case .statement:
            world.log.error("statement failed", metadata: ["detail": "\(error.detail)"])
            return .fault("internal error")
        }
    }

    /// The entity and the fields of a unique index, from its name or from `table.column, table.column`.
    private func uniqueKey(_ index: String) -> (entity: String?, fields: [String]) {
        for entity in schema.entities {
            for unique in entity.uniques {
                let columns = unique.fields.compactMap { entity.field($0)?.column }
                let spelled = columns.map { "\(entity.table).\($0)" }.joined(separator: ", ")
                if index == DDL.keyName(entity, unique) || index == spelled { return (entity.name, unique.fields) }
            }
            if index == "\(entity.table).id" || index == "\(entity.table)_pkey" { return (entity.name, ["id"]) }
            if index == "\(entity.table).uid" || index == "\(entity.table)_uid" { return (entity.name, ["uid"]) }
        }
        return (nil, [])
    }
}
