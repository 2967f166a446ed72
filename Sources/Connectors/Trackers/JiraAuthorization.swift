import Engine
import Foundation
import Model

/// OAuth 2.0 (3LO) of Atlassian Cloud; other addresses make it Data Center's or a stand-in's.
struct JiraAuthorization: TrackerAuthorization {
    /// Where the steps take place.
    struct Addresses {
        var authorize = "https://auth.atlassian.com/authorize"
        var token = "https://auth.atlassian.com/oauth/token"
        var resources = "https://api.atlassian.com/oauth/token/accessible-resources"
        var api = "https://api.atlassian.com"

        init(_ settings: JSONObject) {
            guard let given = settings["oauth"]?.object else { return }
            authorize = given.word("authorizeUrl") ?? authorize
            token = given.word("tokenUrl") ?? token
            resources = given.word("resourcesUrl") ?? resources
            api = given.word("apiUrl") ?? api
            while api.hasSuffix("/") { api.removeLast() }
        }
    }

    private static let scope = "read:jira-work write:jira-work read:jira-user offline_access"

    private let gateway: Gateway
    private let addresses: Addresses
    private let clientId: String
    private let clientSecret: Secret
    private let scope: String
    /// The address of the site, which picks one of several.
    private let site: String?

    init(_ account: TrackerAccount, _ gateway: Gateway) throws(DomainError) {
        self.gateway = gateway
        addresses = Addresses(account.settings)
        guard let id = account.credentials.word("clientId"), let secret = account.credentials.word("clientSecret")
        else {
            throw .invalid("credentials.clientId", "credentials.clientId and credentials.clientSecret are required")
        }
        clientId = id
        clientSecret = Secret(secret)
        scope = account.settings["oauth"]?.object?.word("scope") ?? JiraAuthorization.scope
        site = account.settings.word("baseUrl")
    }

    func address(state: String, redirect: String, challenge: String) throws(DomainError) -> String {
        guard TargetURL(addresses.authorize) != nil else {
            throw .invalid(
                "settings.oauth.authorizeUrl", "settings.oauth.authorizeUrl must be an http or https address")
        }
        let items = [
            ("audience", "api.atlassian.com"), ("client_id", clientId), ("scope", scope), ("redirect_uri", redirect),
            ("state", state), ("response_type", "code"), ("prompt", "consent"), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]
        let query = items.map { "\($0.0)=\(Escape.query($0.1))" }.joined(separator: "&")
        return addresses.authorize + (addresses.authorize.contains("?") ? "&" : "?") + query
    }

    func exchange(
        code: String, verifier: String, redirect: String, now: Int64
    ) async throws(DomainError) -> TrackerGrant {
        var grant = try await token(
            [
                "grant_type": "authorization_code", "client_id": .string(clientId),
                "client_secret": .string(clientSecret.text), "code": .string(code), "redirect_uri": .string(redirect),
                "code_verifier": .string(verifier),
            ], now)
        let bearer = [(name: "Authorization", value: "Bearer \(grant.accessToken.text)")]
        let resources = ServiceClient(
            "Jira", gateway, base: addresses.resources, headers: bearer, secrets: [grant.accessToken, clientSecret])
        let sites = try await resources.json(.init("GET", "")).array ?? []
        let own = sites.first {
            $0["url"]?.word.flatMap { TargetURL($0)?.origin } == site.flatMap { TargetURL($0)?.origin }
        }
        guard let chosen = own ?? sites.first, let cloud = chosen["id"]?.word else {
            throw DomainError(.upstream, "Jira gave access to no site")
        }
        grant.cloudId = cloud
        grant.site = chosen["url"]?.word
        return grant
    }

    func refresh(_ token: Secret, now: Int64) async throws(DomainError) -> TrackerGrant {
        var grant = try await self.token(
            [
                "grant_type": "refresh_token", "client_id": .string(clientId),
                "client_secret": .string(clientSecret.text), "refresh_token": .string(token.text),
            ], now)
        // Without a new one the old refresh token goes on.
        if grant.refreshToken == nil { grant.refreshToken = token }
        return grant
    }

    private func token(_ body: JSON, _ now: Int64) async throws(DomainError) -> TrackerGrant {
        let client = ServiceClient("Jira", gateway, base: addresses.token, secrets: [clientSecret])
        let json = try await client.json(.init("POST", "", body: body))
        guard let access = json["access_token"]?.word else {
            throw DomainError(.upstream, "Jira answered without an access token")
        }
        let lifetime = json["expires_in"]?.integer.map { min(max($0, 0), 10 * 365 * 86_400) }
        return TrackerGrant(
            accessToken: Secret(access), refreshToken: json["refresh_token"]?.word.map { Secret($0) },
            expiresAt: lifetime.map { now + $0 * 1000 }, scopes: json["scope"]?.word)
    }
}
