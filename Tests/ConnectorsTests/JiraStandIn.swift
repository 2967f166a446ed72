import Foundation
import Model
import Synchronization

/// Jira as its documents describe it: Cloud (REST API v3) or Data Center (v2), with OAuth 2.0 (3LO) in front.
final class JiraStandIn: Sendable {
    enum Kind: Sendable { case cloud, dataCenter }

    private struct State {
        var issues: [String: JSON] = [:]
        var links: [String: [JSON]] = [:]
        var accessToken = "access-1"
        var refreshToken = "refresh-1"
        var lifetime: Int64 = 3600
    }

    static let email = "tester@example.com"
    static let token = "jira-canary-token"
    static let clientSecret = "jira-canary-client-secret"
    static let code = "code-123"
    static let cloudId = "11111111-2222-3333-4444-555555555555"

    let kind: Kind
    private let state = Mutex(State())

    init(_ kind: Kind) { self.kind = kind }

    var links: [String: [JSON]] { state.withLock { $0.links } }
    func issue(_ key: String) -> JSON? { state.withLock { $0.issues[key] } }

    /// Grants from now on last this many seconds.
    func setLifetime(_ seconds: Int64) { state.withLock { $0.lifetime = seconds } }

    func answer(_ request: StandInRequest) -> StandInAnswer {
        var segments = request.segments[...]
        switch segments.first {
        case "authorize": return .bytes(200, Array("<html>".utf8))
        case "oauth":
            if segments.dropFirst(2).first == "accessible-resources" { return sites(request) }
            return tokens(request)
        case "ex":
            guard segments.count > 4, Array(segments.prefix(3)) == ["ex", "jira", JiraStandIn.cloudId] else {
                return .missing
            }
            let bearer = "Bearer \(state.withLock { $0.accessToken })"
            guard request.header("authorization") == bearer else { return .json(401, ["message": "Unauthorized"]) }
            segments = segments.dropFirst(3)
        default:
            guard isSignedIn(request) else { return .json(401, ["message": "Client must be authenticated"]) }
        }
        guard Array(segments.prefix(2)) == ["rest", "api"], segments.count > 3 else { return .missing }
        let version = segments[segments.startIndex + 2]
        guard version == (kind == .cloud ? "3" : "2") else { return .bytes(404, Array("<html>".utf8)) }
        return api(request, Array(segments.dropFirst(3)))
    }

    private func isSignedIn(_ request: StandInRequest) -> Bool {
        let pair = Data("\(JiraStandIn.email):\(JiraStandIn.token)".utf8).base64EncodedString()
        let header = request.header("authorization")
        return header == "Basic \(pair)" || kind == .dataCenter && header == "Bearer \(JiraStandIn.token)"
    }

    private func tokens(_ request: StandInRequest) -> StandInAnswer {
        let body = request.json
        guard body["client_id"]?.string == "client-1", body["client_secret"]?.string == JiraStandIn.clientSecret else {
            return .json(401, ["error": "access_denied", "error_description": "Unauthorized"])
        }
        return state.withLock { state in
            switch body["grant_type"]?.string {
            case "authorization_code":
                guard body["code"]?.string == JiraStandIn.code, body["redirect_uri"]?.string != nil,
                    (body["code_verifier"]?.string?.count ?? 0) >= 43
                else {
                    return .json(403, ["error": "invalid_grant", "error_description": "Invalid authorization code"])
                }
            case "refresh_token":
                // Each refresh token counts once.
                guard body["refresh_token"]?.string == state.refreshToken else {
                    return .json(
                        403, ["error": "invalid_grant", "error_description": "Unknown or invalid refresh token."])
                }
                let number = (Int(state.accessToken.dropFirst(7)) ?? 1) + 1
                state.accessToken = "access-\(number)"
                state.refreshToken = "refresh-\(number)"
            default: return .json(400, ["error": "unsupported_grant_type"])
            }
            return .ok([
                "access_token": .string(state.accessToken), "refresh_token": .string(state.refreshToken),
                "expires_in": .integer(state.lifetime), "scope": "read:jira-work", "token_type": "Bearer",
            ])
        }
    }

    private func sites(_ request: StandInRequest) -> StandInAnswer {
        let site: JSON = [
            "id": .string(JiraStandIn.cloudId), "name": "Example", "url": "https://example.atlassian.net",
            "scopes": ["read:jira-work"], "avatarUrl": "https://example.atlassian.net/avatar.png",
        ]
        return .ok([site])
    }

    private func api(_ request: StandInRequest, _ path: [String]) -> StandInAnswer {
        switch (request.method, path.first, path.count) {
        case ("GET", "myself", 1): return .ok(person)
        case ("GET", "project", 1) where kind == .dataCenter: return .ok(.array(projects))
        case ("GET", "project", 2) where kind == .cloud && path[1] == "search":
            return .ok(["values": .array(projects), "isLast": true, "total": 2, "startAt": 0, "maxResults": 100])
        case ("GET", "issue", 4) where path[1] == "createmeta" && path[3] == "issuetypes":
            guard path[2] == "SHOP" else { return .json(404, ["errorMessages": ["No project could be found"]]) }
            return .ok(page("issueTypes", types))
        case ("GET", "issue", 5) where path[1] == "createmeta" && path[4] == "10001":
            return .ok(page("fields", fields))
        case ("POST", "issue", 1): return create(request.json)
        case ("GET", "issue", 2):
            guard let issue = issue(path[1]) else { return noIssue }
            return .ok(issue)
        case ("POST", "issue", 3) where path[2] == "remotelink":
            guard issue(path[1]) != nil else { return noIssue }
            state.withLock { $0.links[path[1], default: []].append(request.json) }
            return .json(201, ["id": 10000])
        case ("GET", "search", 2) where kind == .cloud && path[1] == "jql": return search(request)
        case ("GET", "search", 1) where kind == .dataCenter: return search(request)
        case ("GET", "user", _) where path.last == "search":
            // Cloud knows no user names any more.
            guard request.query[kind == .cloud ? "query" : "username"] != nil else {
                return .json(400, ["errorMessages": ["The query parameter is missing"]])
            }
            return .ok([person])
        default: return .json(404, ["errorMessages": ["No such resource"]])
        }
    }

    private var noIssue: StandInAnswer {
        .json(404, ["errorMessages": ["Issue does not exist or you do not have permission to see it."]])
    }

    private var person: JSON {
        let avatars: JSON = ["48x48": "https://example.atlassian.net/avatar/48.png"]
        if kind == .cloud {
            return [
                "accountId": "5b10a2844c20165700ede21g", "displayName": "Mia Tester",
                "emailAddress": .string(JiraStandIn.email), "avatarUrls": avatars,
            ]
        }
        return [
            "name": "mia", "key": "JIRAUSER10100", "displayName": "Mia Tester",
            "emailAddress": .string(JiraStandIn.email), "avatarUrls": avatars,
        ]
    }

    private let projects: [JSON] = [
        ["id": "10000", "key": "SHOP", "name": "Web Shop"], ["id": "10001", "key": "APP", "name": "App"],
    ]
    private let types: [JSON] = [
        ["id": "10001", "name": "Bug", "subtask": false], ["id": "10003", "name": "Sub-task", "subtask": true],
    ]
    private let fields: [JSON] = [
        ["fieldId": "summary", "key": "summary", "name": "Summary", "required": true, "schema": ["type": "string"]],
        [
            "fieldId": "priority", "key": "priority", "name": "Priority", "required": false,
            "schema": ["type": "priority"],
            "allowedValues": [["id": "1", "name": "High"], ["id": "2", "name": "Low"]],
        ],
    ]

    /// Cloud names the list after what is in it, Data Center calls it `values`.
    private func page(_ name: String, _ elements: [JSON]) -> JSON {
        let list = JSON.array(elements)
        return .members([
            (kind == .cloud ? name : "values", list), ("startAt", 0), ("maxResults", 50),
            ("total", .integer(Int64(elements.count))),
        ])
    }

    private func create(_ body: JSON) -> StandInAnswer {
        let fields = body["fields"]
        guard fields?["project"]?["key"]?.string == "SHOP" else {
            return .json(400, ["errorMessages": [], "errors": ["project": "valid project is required"]])
        }
        let isDocument = fields?["description"]?["type"]?.string == "doc"
        if fields?["description"] != nil, isDocument != (kind == .cloud) {
            return .json(
                400, ["errorMessages": [], "errors": ["description": "Operation value must be of another form"]])
        }
        guard let type = fields?["issuetype"]?["name"]?.string ?? fields?["issuetype"]?["id"]?.string,
            ["Bug", "10001"].contains(type)
        else {
            return .json(400, ["errorMessages": [], "errors": ["issuetype": "The issue type selected is invalid."]])
        }
        return state.withLock { state in
            let number = 123 + state.issues.count
            let key = "SHOP-\(number)"
            let id = String(10_000 + number)
            let version = kind == .cloud ? "3" : "2"
            let address = "https://jira.example.com/rest/api/\(version)/issue/\(id)"
            var kept = fields?.object ?? JSONObject()
            kept["status"] = ["name": "Open", "id": "1"]
            kept["issuetype"] = ["id": "10001", "name": "Bug", "subtask": false]
            kept["assignee"] = person
            state.issues[key] = [
                "id": .string(id), "key": .string(key), "self": .string(address), "fields": .object(kept),
            ]
            return .json(201, ["id": .string(id), "key": .string(key), "self": .string(address)])
        }
    }

    private func search(_ request: StandInRequest) -> StandInAnswer {
        guard let query = request.query["jql"],
            query.contains("project =") || query.contains("text ~")
                || query.contains("updated >=")
        else { return .json(400, ["errorMessages": ["Unbounded JQL queries are not allowed here."]]) }
        let issues = state.withLock { state in
            state.issues.values.filter { issue in
                guard let range = query.firstRange(of: "text ~ \"") else { return true }
                let word = query[range.upperBound...].prefix { $0 != "*" && $0 != "\"" }
                return issue["fields"]?["summary"]?.string?.lowercased().contains(word.lowercased()) == true
            }
        }
        var members: [(String, JSON)] = [
            ("issues", .array(issues.sorted { $0["key"]?.string ?? "" < $1["key"]?.string ?? "" }))
        ]
        // The new search of Cloud tells no total.
        if kind == .dataCenter {
            members.append(("total", .integer(Int64(issues.count))))
        } else {
            members.append(("isLast", true))
        }
        return .ok(.members(members))
    }
}
