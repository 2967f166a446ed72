import Logging
public import Model
import Statements

/// A connection to a tracker in the caller's name.
public struct TrackerConnection: Sendable {
    /// The row of the integration.
    public let row: Row
    public let account: TrackerAccount
    public let tracker: any Tracker
}

extension Engine {
    /// Before this many milliseconds of its end a grant is renewed.
    private static let renewal: Int64 = 60_000

    /// What an account of the given values would be; nothing is stored.
    public func trackerAccount(
        provider: String, authType: String, credentials: JSONObject, settings: JSONObject
    ) -> TrackerAccount {
        TrackerAccount(provider: provider, authType: authType, credentials: credentials, settings: settings)
    }

    /// Opens a connection for whoever administers the server or can read a project that uses the integration.
    ///
    /// Throws `.unauthenticated` when the caller has to authorize the server at the tracker first.
    public func connect(_ key: RowKey, as caller: Caller) async throws(DomainError) -> TrackerConnection {
        let (row, account, grant) = try await read(as: caller) { work throws(DomainError) in
            let row = try work.row("Integration", key)
            try work.requireUse(of: row)
            let account = try work.trackerAccount(row)
            guard account.authType == "OAUTH2" else { return (row, account, Row?.none) }
            return (row, account, try work.grantRow(of: row.id))
        }
        var whole = account
        if let grant { whole.grant = try await fresh(grant, account) }
        return TrackerConnection(row: row, account: whole, tracker: try outside.trackers.tracker(whole))
    }

    /// The stored grant, renewed when it is about to end.
    private func fresh(_ row: Row, _ account: TrackerAccount) async throws(DomainError) -> TrackerGrant? {
        guard let grant = grant(row) else { return nil }
        guard let end = grant.expiresAt, end - world.now() < Engine.renewal else { return grant }
        guard let token = grant.refreshToken, let authorization = try outside.trackers.authorization(account) else {
            return end > world.now() ? grant : nil
        }
        do throws(DomainError) {
            var renewed = try await authorization.refresh(token, now: world.now())
            renewed.cloudId = grant.cloudId
            renewed.site = grant.site
            renewed.user = grant.user
            let kept = renewed
            try await write(as: .system) { work throws(DomainError) in try work.keep(kept, in: row.id) }
            return renewed
        } catch {
            // Refresh tokens are good for one use: another call may have been faster.
            let now = try await read(as: .system) { work throws(DomainError) in
                try work.find("UserIntegrationAuth", [.id(row.id)]).first
            }
            if let now, let newer = self.grant(now), let end = newer.expiresAt, end - world.now() >= Engine.renewal {
                return newer
            }
            world.log.warning("a grant could not be renewed", metadata: ["grant": "\(row.id)"])
            guard end > world.now() else { throw DomainError(.unauthenticated(.expiredToken), error.message) }
            return grant
        }
    }

    func grant(_ row: Row) -> TrackerGrant? {
        guard row.flag("isActive"),
            let token = opened(row.text("accessToken"), from: GrantPlace.access(row.id))
        else { return nil }
        let user = row["externalUserId"].string.map {
            TrackerUser(id: $0, name: row["externalName"].string ?? $0, email: row["externalEmail"].string)
        }
        return TrackerGrant(
            accessToken: token, refreshToken: opened(row.text("refreshToken"), from: GrantPlace.refresh(row.id)),
            expiresAt: row["tokenExpiresAt"].integer, scopes: row["scopes"].string, cloudId: row["cloudId"].string,
            site: row["apiUrl"].string, user: user)
    }

    /// Notes how a stored integration answered a test.
    public func noteTest(_ integration: Int64, error: String?) async throws(DomainError) {
        try await write(as: .system) { work throws(DomainError) in
            let values: [String: Value] = [
                "status": error == nil ? "ACTIVE" : "ERROR", "lastError": .text(error),
                "lastCheckedAt": .int(work.time),
            ]
            try work.apply(work.schema["Integration"], [Change(integration, set: values)])
        }
    }
}

/// Where the tokens of a grant are kept.
enum GrantPlace {
    static func access(_ row: Int64) -> SecretPlace { SecretPlace("user_integration_auth", "accessToken", row: row) }
    static func refresh(_ row: Int64) -> SecretPlace { SecretPlace("user_integration_auth", "refreshToken", row: row) }
}

extension Reading {
    /// The account of a stored integration, without a grant.
    public func trackerAccount(_ row: Row) throws(DomainError) -> TrackerAccount {
        var credentials = JSONObject()
        if SecretKeeping.integration.has(row) {
            guard let secret = SecretKeeping.integration.secret(row, self),
                let stored = KeptJSON.parsed(secret.text)?.object
            else {
                throw DomainError(
                    .unavailable, "the credentials of the integration cannot be opened with this server's key")
            }
            credentials = stored
        }
        return TrackerAccount(
            provider: row.text("provider"), authType: row.text("authType"), credentials: credentials,
            settings: KeptJSON.object(row["settings"]))
    }

    /// True when credentials are stored for the integration or language model.
    public static func hasCredentials(_ row: Row) -> Bool { SecretKeeping.integration.has(row) }

    /// Members of the projects that use an integration may look things up in it.
    func requireUse(of row: Row) throws(DomainError) {
        if caller.isAdministrator || caller.isSystem { return }
        let uses = try count(
            "ProjectIntegration", where: .equals("integrationId", .int(row.id)) && .equals("isActive", true))
        guard uses > 0 else { throw .forbidden("the integration belongs to none of your projects") }
    }

    /// The first integration of a kind that the caller may use; `.notFound` when there is none.
    public func usableIntegration(_ provider: String) throws(DomainError) -> Row {
        let query = Query(
            "Integration", where: .equals("provider", .text(provider)) && .equals("isDeleted", false),
            fields: ["id", "uid", "status"], order: [.by("id")])
        let found = try find(query).filter { $0.text("status") != "INACTIVE" }
        if caller.isAdministrator, let row = found.first { return row }
        for row in found {
            let uses = Filter.equals("integrationId", .int(row.id)) && .equals("isActive", true)
            if try count("ProjectIntegration", where: uses) > 0 { return row }
        }
        throw .notFound("Integration")
    }

    /// The caller's own grant.
    func grantRow(of integration: Int64) throws(DomainError) -> Row? {
        guard let user = caller.userId else { return nil }
        return try first(
            Query(
                "UserIntegrationAuth",
                where: .equals("integrationId", .int(integration)) && .equals("userId", .int(user))
                    && .equals("isActive", true)))
    }
}

extension Writing {
    /// Puts the tokens of a grant into its row.
    func keep(_ grant: TrackerGrant, in row: Int64) throws(DomainError) {
        var refresh: String?
        if let token = grant.refreshToken { refresh = try engine.sealed(token, for: GrantPlace.refresh(row)) }
        let values: [String: Value] = [
            "accessToken": .text(try engine.sealed(grant.accessToken, for: GrantPlace.access(row))),
            "refreshToken": .text(refresh), "tokenExpiresAt": .int(grant.expiresAt), "scopes": .text(grant.scopes),
            "cloudId": .text(grant.cloudId), "apiUrl": .text(grant.site), "externalUserId": .text(grant.user?.id),
            "externalName": .text(grant.user?.name), "externalEmail": .text(grant.user?.email), "isActive": true,
            "lastUsedAt": .int(time),
        ]
        try apply(schema["UserIntegrationAuth"], [Change(row, set: values)])
    }

    /// Gives a project an integration, or another configuration of one that it has; the project's others rest.
    public func assign(
        integration: Int64, to project: Int64, config: Value
    ) throws(DomainError) -> (id: Int64, isNew: Bool) {
        let known = try first(
            Query(
                "ProjectIntegration",
                where: .equals("projectId", .int(project)) && .equals("integrationId", .int(integration)),
                fields: ["id"]))
        if let known {
            try update("ProjectIntegration", [Change(known.id, set: ["config": config, "isActive": true])])
            return (known.id, false)
        }
        let draft = Draft(["projectId": .int(project), "integrationId": .int(integration), "config": config])
        return (try insert("ProjectIntegration", [draft])[0], true)
    }
}
