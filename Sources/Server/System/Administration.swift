public import Engine
import Foundation
public import Model
import Store

/// What `assay user create` asks for.
public struct NewUser: Sendable {
    public var email: String
    public var name: String
    public var password: String
    public var isAdministrator: Bool

    public init(email: String, name: String, password: String, isAdministrator: Bool) {
        self.email = email
        self.name = name
        self.password = password
        self.isAdministrator = isAdministrator
    }

    init(_ object: JSONObject) throws(DomainError) {
        guard let email = object["email"]?.string, let name = object["name"]?.string,
            let password = object["password"]?.string
        else { throw .malformed("email, name and password are needed") }
        self.init(
            email: email, name: name, password: password, isAdministrator: object["isAdministrator"]?.bool ?? false)
    }

    public var json: JSON {
        .members([
            ("email", .string(email)), ("name", .string(name)), ("password", .string(password)),
            ("isAdministrator", .bool(isAdministrator)),
        ])
    }
}

/// What `assay token create` asks for.
public struct NewUserToken: Sendable {
    public var email: String
    public var name: String

    public init(email: String, name: String) {
        self.email = email
        self.name = name
    }

    init(_ object: JSONObject) throws(DomainError) {
        guard let email = object["email"]?.string, let name = object["name"]?.string else {
            throw .malformed("email and name are needed")
        }
        self.init(email: email, name: name)
    }

    public var json: JSON { .members([("email", .string(email)), ("name", .string(name))]) }
}

/// The work of the administrative commands, the same whether the server runs or not.
public struct Administration: Sendable {
    private let engine: Engine

    public init(_ engine: Engine) { self.engine = engine }

    /// Answers `{id,email}`.
    public func createUser(_ user: NewUser) async throws(DomainError) -> JSON {
        let id = try await engine.createUser(
            email: user.email, name: user.name, password: user.password,
            level: user.isAdministrator ? .administrator : .user, as: .system)
        return .members([("id", .integer(id)), ("email", .string(user.email.lowercased()))])
    }

    /// Answers `{id,token}`.
    public func createToken(_ wish: NewUserToken) async throws(DomainError) -> JSON {
        let owner = try await engine.caller(email: wish.email)
        guard let user = owner.userId else { throw .notFound("User") }
        let token = try await engine.write(as: .system) { work throws(DomainError) in
            try work.createToken(user: user, name: wish.name, expiresAt: nil)
        }
        return .members([("id", .integer(token.id)), ("token", .string(token.token))])
    }

    /// Writes a consistent copy of the database next to it; answers `{path}`.
    public func snapshot(in folder: DataFolder) async throws(DomainError) -> JSON {
        let path = "\(folder.temporary)/snapshot-\(engine.world.newUid()).db"
        do {
            try await engine.store.backup(to: path)
        } catch let error as StoreError {
            throw DomainError(.unavailable, error.detail)
        } catch {
            throw .fault("\(error)")
        }
        return .members([("path", .string(path))])
    }

    /// Answers `{facts:[{name,value,warning}]}`.
    public func facts() async throws(DomainError) -> JSON {
        do {
            let facts = try await engine.store.facts()
            let rows = facts.map { fact in
                JSON.members([
                    ("name", .string(fact.name)), ("value", .string(fact.value)),
                    ("warning", fact.warning.map { .string($0) } ?? .null),
                ])
            }
            return .members([("facts", .array(rows))])
        } catch {
            throw DomainError(.unavailable, "the database does not answer")
        }
    }

    /// Walks along the audit log; answers `{entries,chains,anchors,problems:[text]}`.
    public func audit(in folder: DataFolder) async throws(DomainError) -> JSON {
        let (anchors, broken) = AuditAnchors(folder: folder.path).read()
        let report = try await engine.checkAudit(against: anchors)
        var problems = report.problems
        if broken > 0 { problems.append("\(broken) lines of \(AuditAnchors.name) cannot be read") }
        return .members([
            ("entries", .integer(Int64(report.entries))), ("chains", .integer(Int64(report.chains))),
            ("anchors", .integer(Int64(anchors.count))), ("problems", .array(problems.map { .string($0) })),
        ])
    }
}
