import Engine
import Foundation
import Model

/// Jira Cloud (REST API v3) and Jira Data Center (v2), told apart by trying.
struct Jira: Tracker {
    static let descriptor = ServiceDescriptor(
        "JIRA", "Jira", authTypes: ["API_KEY", "OAUTH2", "PERSONAL_ACCESS_TOKEN"],
        credentials: [
            .init("email", "E-mail address of the account; with it the API token is sent as Basic authentication."),
            .init("apiToken", "API token of the account."),
            .init("personalAccessToken", "Data Center: a personal access token, sent as a bearer token."),
            .init("clientId", "OAuth 2.0: id of the app."),
            .init("clientSecret", "OAuth 2.0: secret of the app."),
        ],
        settings: [
            .init("baseUrl", required: true, "Address of Jira, such as https://example.atlassian.net."),
            .init("apiVersion", "2 or 3; found out when it is missing."),
            .init("oauth", "Addresses in place of Atlassian's: authorizeUrl, tokenUrl, resourcesUrl, apiUrl."),
        ])

    let client: ServiceClient
    /// Where people look at issues; without a slash at the end.
    private let site: String
    /// The versions of the API to try, in order.
    private let versions: [String]

    init(_ account: TrackerAccount, _ gateway: Gateway) throws(DomainError) {
        var headers: [(name: String, value: String)] = []
        var secrets: [Secret] = []
        let base: String
        if account.authType == "OAUTH2" {
            guard let grant = account.grant else {
                throw DomainError(.unauthenticated(.noToken), "Jira needs your authorization")
            }
            let addresses = JiraAuthorization.Addresses(account.settings)
            headers.append(("Authorization", "Bearer \(grant.accessToken.text)"))
            secrets.append(grant.accessToken)
            base = "\(addresses.api)/ex/jira/\(Escape.segment(grant.cloudId ?? ""))"
            site = Jira.trimmed(account.settings.word("baseUrl") ?? grant.site ?? base)
        } else {
            base = Jira.trimmed(try account.settings.address("baseUrl", "url"))
            site = base
            let token = account.credentials.word("apiToken", "personalAccessToken", "token", "password")
            guard let token else { throw .invalid("credentials.apiToken", "credentials.apiToken is required") }
            secrets.append(Secret(token))
            if let name = account.credentials.word("email", "username") {
                let pair = Data("\(name):\(token)".utf8).base64EncodedString()
                headers.append(("Authorization", "Basic \(pair)"))
                secrets.append(Secret(pair))
            } else {
                headers.append(("Authorization", "Bearer \(token)"))
            }
        }
        client = ServiceClient("Jira", gateway, base: base, headers: headers, secrets: secrets)
        switch account.settings.word("apiVersion") {
        case "2": versions = ["2"]
        case "3": versions = ["3"]
        default: versions = ["3", "2"]
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// Makes the call with each version until one is known; the last one's 404 counts.
    private func call(
        missing: String? = nil, _ request: (_ version: String) -> ServiceClient.Request
    ) async throws(DomainError) -> (json: JSON, version: String) {
        for version in versions.dropLast() {
            let answer = try await client.answer(versioned(request(version), version))
            if answer.status != 404 { return (try client.parsed(answer, missing: missing), version) }
        }
        let last = versions[versions.count - 1]
        return (try await client.json(versioned(request(last), last), missing: missing), last)
    }

    private func versioned(_ request: ServiceClient.Request, _ version: String) -> ServiceClient.Request {
        var request = request
        request.path = "/rest/api/\(version)/\(request.path)"
        return request
    }

    func user() async throws(DomainError) -> TrackerUser {
        Jira.user(try await call { _ in .init("GET", "myself") }.json)
    }

    static func user(_ json: JSON) -> TrackerUser {
        let id = json["accountId"]?.word ?? json["name"]?.word ?? json["key"]?.word ?? ""
        return TrackerUser(
            id: id, name: json["displayName"]?.word ?? id, email: json["emailAddress"]?.word,
            avatar: json["avatarUrls"]?["48x48"]?.word)
    }

    func projects() async throws(DomainError) -> [TrackerProject] {
        var result: [TrackerProject] = []
        // A thousand projects are enough to choose from.
        for _ in 0..<10 {
            let start = String(result.count)
            let (json, version) = try await call { version in
                version == "2"
                    ? .init("GET", "project")
                    : .init("GET", "project/search", query: [("startAt", start), ("maxResults", "100")])
            }
            let page = json["values"]?.array ?? json.array ?? []
            for project in page {
                guard let id = project["id"]?.word, let key = project["key"]?.word else { continue }
                result.append(TrackerProject(id: id, key: key, name: project["name"]?.word ?? key))
            }
            if version == "2" || page.isEmpty || json["isLast"]?.bool != false { break }
        }
        return result
    }

    func issueTypes(project: String?) async throws(DomainError) -> [TrackerIssueType] {
        guard let project else {
            return Jira.types(try await call { _ in .init("GET", "issuetype") }.json.array ?? [])
        }
        do throws(DomainError) {
            let path = "issue/createmeta/\(Escape.segment(project))/issuetypes"
            let json = try await call(missing: "project") { _ in .init("GET", path, query: [("maxResults", "100")]) }
                .json
            return Jira.types(json["issueTypes"]?.array ?? json["values"]?.array ?? [])
        } catch {
            guard error.code == .notFound else { throw error }
            // Before Jira 8.4 there is one document for everything.
            let json = try await call(missing: "project") { _ in
                .init("GET", "issue/createmeta", query: [("projectKeys", project)])
            }.json
            guard let found = json["projects"]?[0] else { throw error }
            return Jira.types(found["issuetypes"]?.array ?? [])
        }
    }

    private static func types(_ elements: [JSON]) -> [TrackerIssueType] {
        var result: [TrackerIssueType] = []
        for element in elements {
            if let type = type(element) { result.append(type) }
        }
        return result
    }

    private static func type(_ json: JSON?) -> TrackerIssueType? {
        guard let json, let id = json["id"]?.word else { return nil }
        return TrackerIssueType(id: id, name: json["name"]?.word ?? id, isSubtask: json["subtask"]?.bool ?? false)
    }

    func fields(project: String?, issueType: String) async throws(DomainError) -> [TrackerField] {
        guard let project else { throw .invalid("projectKey", "projectKey is required") }
        do throws(DomainError) {
            let path = "issue/createmeta/\(Escape.segment(project))/issuetypes/\(Escape.segment(issueType))"
            let json = try await call(missing: "issue type") { _ in .init("GET", path, query: [("maxResults", "200")]) }
                .json
            let elements = json["fields"]?.array ?? json["values"]?.array ?? []
            return elements.compactMap { Jira.field($0, key: nil) }
        } catch {
            guard error.code == .notFound else { throw error }
            let json = try await call(missing: "issue type") { _ in
                .init(
                    "GET", "issue/createmeta",
                    query: [
                        ("projectKeys", project), ("issuetypeIds", issueType),
                        ("expand", "projects.issuetypes.fields"),
                    ])
            }.json
            guard let fields = json["projects"]?[0]?["issuetypes"]?[0]?["fields"]?.object else { throw error }
            return fields.members.compactMap { Jira.field($0.value, key: $0.name) }
        }
    }

    private static func field(_ json: JSON, key: String?) -> TrackerField? {
        guard let key = key ?? json["fieldId"]?.word ?? json["key"]?.word else { return nil }
        var allowed: [TrackerField.Choice]?
        if let values = json["allowedValues"]?.array {
            allowed = values.prefix(500).compactMap { value in
                guard let id = value["id"]?.word ?? value["key"]?.word ?? value["value"]?.word else { return nil }
                return TrackerField.Choice(id: id, name: value["name"]?.word ?? value["value"]?.word ?? id)
            }
        }
        return TrackerField(
            key: key, name: json["name"]?.word ?? key, isRequired: json["required"]?.bool ?? false,
            type: json["schema"]?["type"]?.word ?? "string", allowed: allowed)
    }

    func create(_ issue: NewTrackerIssue) async throws(DomainError) -> TrackerIssue {
        guard let project = issue.project else { throw .invalid("projectKey", "projectKey is required") }
        let (json, _) = try await call { version in
            .init("POST", "issue", body: ["fields": .object(Jira.content(issue, project, version))])
        }
        guard let key = json["key"]?.word, let id = json["id"]?.word else {
            throw DomainError(.upstream, "Jira answered without the key of the new issue")
        }
        var made = TrackerIssue(
            id: id, key: key, title: issue.title, url: browse(key), address: json["self"]?.word ?? browse(key))
        made.description = issue.description
        made.priority = issue.priority
        return made
    }

    private static func content(_ issue: NewTrackerIssue, _ project: String, _ version: String) -> JSONObject {
        var fields = issue.fields
        let isNumber = project.allSatisfy(\.isNumber)
        fields["project"] = isNumber ? ["id": .string(project)] : ["key": .string(project)]
        let type = issue.type ?? "Bug"
        fields["issuetype"] = type.allSatisfy(\.isNumber) ? ["id": .string(type)] : ["name": .string(type)]
        fields["summary"] = .string(issue.title)
        if let text = issue.description {
            fields["description"] = version == "3" ? JiraDocument.document(text) : .string(text)
        }
        if let priority = issue.priority { fields["priority"] = ["name": .string(priority)] }
        return fields
    }

    private func browse(_ key: String) -> String { "\(site)/browse/\(key)" }

    private static let shown = "summary,description,status,priority,issuetype,assignee"

    func issue(_ key: String) async throws(DomainError) -> TrackerIssue {
        let path = "issue/\(Escape.segment(key))"
        let json = try await call(missing: "issue") { _ in .init("GET", path, query: [("fields", Jira.shown)]) }.json
        guard let issue = issue(json) else { throw DomainError(.upstream, "Jira answered without an issue") }
        return issue
    }

    private func issue(_ json: JSON) -> TrackerIssue? {
        guard let id = json["id"]?.word, let key = json["key"]?.word else { return nil }
        let fields = json["fields"]
        var issue = TrackerIssue(
            id: id, key: key, title: fields?["summary"]?.word ?? key, url: browse(key),
            address: json["self"]?.word ?? browse(key))
        issue.description = fields?["description"].flatMap { JiraDocument.plain($0) }
        issue.status = fields?["status"]?["name"]?.word
        issue.priority = fields?["priority"]?["name"]?.word
        issue.type = Jira.type(fields?["issuetype"])
        if let assignee = fields?["assignee"], assignee.object != nil { issue.assignee = Jira.user(assignee) }
        return issue
    }

    func search(
        _ text: String, project: String?, limit: Int
    ) async throws(DomainError) -> TrackerPage<TrackerIssue> {
        if JiraQuery.isKey(text) {
            // A key that is not there makes the whole query fail, so it is asked for by itself.
            do throws(DomainError) {
                return TrackerPage([try await issue(text.uppercased())])
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        let query: [(String, String?)] = [
            ("jql", JiraQuery.text(text, project: project)), ("maxResults", String(limit)), ("fields", Jira.shown),
        ]
        let json: JSON
        do throws(DomainError) {
            json = try await call(missing: "search") { version in
                .init("GET", version == "2" ? "search" : "search/jql", query: query)
            }.json
        } catch {
            guard error.code == .notFound, versions.contains("3") else { throw error }
            json = try await call { _ in .init("GET", "search", query: query) }.json
        }
        let issues = (json["issues"]?.array ?? []).prefix(limit).compactMap { issue($0) }
        return TrackerPage(issues, total: json["total"]?.integer.map { Int(clamping: $0) })
    }

    func users(_ text: String, project: String?, limit: Int) async throws(DomainError) -> [TrackerUser] {
        let json = try await call(missing: "project") { version in
            // Data Center asks for user names, Cloud does not know them any more.
            let words: (String, String?) = (version == "2" ? "username" : "query", text)
            let limit: (String, String?) = ("maxResults", String(limit))
            guard let project else { return .init("GET", "user/search", query: [words, limit]) }
            return .init("GET", "user/assignable/search", query: [("project", project), words, limit])
        }.json
        return (json.array ?? []).prefix(limit).map { Jira.user($0) }
    }

    func link(_ key: String, to url: String, title: String) async throws(DomainError) {
        let path = "issue/\(Escape.segment(key))/remotelink"
        // The same global id replaces a link that stands already.
        let body: JSON = [
            "globalId": .string("assay:\(url)"), "object": ["url": .string(url), "title": .string(title)],
        ]
        _ = try await call(missing: "issue") { _ in .init("POST", path, body: body, isRepeatable: true) }
    }
}
