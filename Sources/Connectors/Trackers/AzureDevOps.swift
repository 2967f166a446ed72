import Engine
import Foundation
import Model

/// Work items of Azure DevOps Services and Server (REST API 7.1).
struct AzureDevOps: Tracker {
    static let descriptor = ServiceDescriptor(
        "AZURE_DEVOPS", "Azure DevOps", authTypes: ["PERSONAL_ACCESS_TOKEN", "API_KEY"],
        credentials: [.init("personalAccessToken", required: true, "Token that may read and write work items.")],
        settings: [
            .init("organizationUrl", required: true, "Such as https://dev.azure.com/example."),
            .init("project", "The usual project."),
            .init("apiVersion", "Version of the API; 7.1 when it is missing."),
        ])

    private let client: ServiceClient
    private let usual: String?
    private let version: String

    init(_ account: TrackerAccount, _ gateway: Gateway) throws(DomainError) {
        let token = account.credentials.word("personalAccessToken", "apiToken", "token", "apiKey")
        guard let token else {
            throw .invalid("credentials.personalAccessToken", "credentials.personalAccessToken is required")
        }
        let base = try account.settings.address("organizationUrl", "baseUrl")
        // The name of the user is empty.
        let pair = Data(":\(token)".utf8).base64EncodedString()
        client = ServiceClient(
            "Azure DevOps", gateway, base: base, headers: [("Authorization", "Basic \(pair)")],
            secrets: [Secret(token), Secret(pair)])
        usual = account.settings.word("project")
        version = account.settings.word("apiVersion") ?? "7.1"
    }

    private func call(
        _ method: String, _ path: String, query: [(String, String?)] = [], body: JSON? = nil,
        type: String = "application/json", missing: String? = nil, isRepeatable: Bool? = nil
    ) async throws(DomainError) -> JSON {
        try await client.json(
            .init(
                method, path, query: query + [("api-version", version)], body: body, type: type,
                isRepeatable: isRepeatable), missing: missing)
    }

    private func path(_ project: String?) throws(DomainError) -> String {
        guard let project = project ?? usual else { throw .invalid("projectKey", "projectKey is required") }
        return "/\(Escape.segment(project))"
    }

    func user() async throws(DomainError) -> TrackerUser {
        // A token for work items alone cannot read its owner's profile, but the projects.
        _ = try await call("GET", "/_apis/projects", query: [("$top", "1")])
        let name = TargetURL(client.base)?.path.split(separator: "/").first.map(String.init) ?? "Azure DevOps"
        return TrackerUser(id: name, name: name)
    }

    func projects() async throws(DomainError) -> [TrackerProject] {
        let json = try await call("GET", "/_apis/projects", query: [("$top", "500")])
        return (json["value"]?.array ?? []).compactMap { project in
            guard let id = project["id"]?.word, let name = project["name"]?.word else { return nil }
            return TrackerProject(id: id, key: name, name: name)
        }
    }

    func issueTypes(project: String?) async throws(DomainError) -> [TrackerIssueType] {
        let json = try await call("GET", "\(try path(project))/_apis/wit/workitemtypes", missing: "project")
        return (json["value"]?.array ?? []).compactMap { type in
            guard let name = type["name"]?.word, type["isDisabled"]?.bool != true else { return nil }
            return TrackerIssueType(id: name, name: name, isSubtask: name == "Task")
        }
    }

    func fields(project: String?, issueType: String) async throws(DomainError) -> [TrackerField] {
        let place = "\(try path(project))/_apis/wit/workitemtypes/\(Escape.segment(issueType))/fields"
        let json = try await call("GET", place, query: [("$expand", "allowedValues")], missing: "work item type")
        return (json["value"]?.array ?? []).compactMap { field in
            guard let key = field["referenceName"]?.word else { return nil }
            let values = field["allowedValues"]?.array?.compactMap(\.word) ?? []
            let allowed = values.isEmpty ? nil : values.prefix(500).map { TrackerField.Choice(id: $0, name: $0) }
            return TrackerField(
                key: key, name: field["name"]?.word ?? key, isRequired: field["alwaysRequired"]?.bool ?? false,
                type: field["type"]?.word ?? "string", allowed: allowed)
        }
    }

    func create(_ issue: NewTrackerIssue) async throws(DomainError) -> TrackerIssue {
        var values: [(String, JSON)] = [("System.Title", .string(issue.title))]
        if let text = issue.description { values.append(("System.Description", .string(AzureDevOps.html(text)))) }
        if let priority = issue.priority {
            values.append(("Microsoft.VSTS.Common.Priority", AzureDevOps.priority(priority)))
        }
        for member in issue.fields.members where member.name.contains(".") {
            values.append((member.name, member.value))
        }
        let patch = values.map { name, value -> JSON in
            ["op": "add", "path": .string("/fields/\(name)"), "value": value]
        }
        let type = Escape.segment(issue.type ?? "Bug")
        let json = try await call(
            "POST", "\(try path(issue.project))/_apis/wit/workitems/$\(type)", body: .array(patch),
            type: "application/json-patch+json", missing: "work item type")
        return try self.issue(json)
    }

    /// Priorities are numbers, 1 the highest.
    private static func priority(_ name: String) -> JSON {
        switch name.lowercased() {
        case "critical", "blocker", "highest": 1
        case "high": 2
        case "medium", "normal": 3
        case "low", "lowest": 4
        default: Int64(name).map { .integer($0) } ?? .string(name)
        }
    }

    /// Descriptions are HTML.
    private static func html(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\n", "\r\n": result += "<br>"
            default: result.append(character)
            }
        }
        return result
    }

    private func issue(_ json: JSON) throws(DomainError) -> TrackerIssue {
        guard let id = json["id"]?.word else {
            throw DomainError(.upstream, "Azure DevOps answered without a work item")
        }
        let fields = json["fields"]
        let project = fields?["System.TeamProject"]?.word ?? usual
        let place = project.map { "/\(Escape.segment($0))" } ?? ""
        let url = json["_links"]?["html"]?["href"]?.word ?? "\(client.base)\(place)/_workitems/edit/\(id)"
        var issue = TrackerIssue(
            id: id, key: id, title: fields?["System.Title"]?.word ?? id, url: url, address: json["url"]?.word ?? url)
        issue.description = fields?["System.Description"]?.word
        issue.status = fields?["System.State"]?.word
        issue.priority = fields?["Microsoft.VSTS.Common.Priority"]?.word
        issue.type = fields?["System.WorkItemType"]?.word.map { TrackerIssueType(id: $0, name: $0) }
        if let assignee = fields?["System.AssignedTo"], let name = assignee["displayName"]?.word {
            issue.assignee = TrackerUser(
                id: assignee["id"]?.word ?? name, name: name, email: assignee["uniqueName"]?.word)
        }
        return issue
    }

    func issue(_ key: String) async throws(DomainError) -> TrackerIssue {
        let number = key.drop { $0 == "#" }
        guard (1...12).contains(number.count), number.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw DomainError(.notFound, "Azure DevOps has no such work item", entity: "work item")
        }
        return try issue(try await call("GET", "/_apis/wit/workitems/\(number)", missing: "work item"))
    }

    func search(
        _ text: String, project: String?, limit: Int
    ) async throws(DomainError) -> TrackerPage<TrackerIssue> {
        var conditions: [String] = []
        let place: String
        if project != nil || usual != nil {
            place = try path(project)
            conditions.append("[System.TeamProject] = @project")
        } else {
            place = ""
        }
        if !text.isEmpty {
            let words = text.replacingOccurrences(of: "'", with: "''")
            var condition = "[System.Title] CONTAINS '\(words)'"
            if text.count <= 9, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
                condition += " OR [System.Id] = \(text)"
            }
            conditions.append("(\(condition))")
        }
        let filter = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
        let query = "SELECT [System.Id] FROM WorkItems\(filter) ORDER BY [System.ChangedDate] DESC"
        let found = try await call(
            "POST", "\(place)/_apis/wit/wiql", query: [("$top", "200")], body: ["query": .string(query)],
            missing: "project", isRepeatable: true)
        let ids = (found["workItems"]?.array ?? []).compactMap { $0["id"]?.word }
        guard !ids.isEmpty else { return TrackerPage([]) }
        let shown = ids.prefix(limit).joined(separator: ",")
        let json = try await call("GET", "/_apis/wit/workitems", query: [("ids", shown)])
        var issues: [TrackerIssue] = []
        for element in json["value"]?.array ?? [] { issues.append(try issue(element)) }
        return TrackerPage(issues, total: ids.count)
    }

    func users(_ text: String, project: String?, limit: Int) async throws(DomainError) -> [TrackerUser] {
        guard let project = project ?? usual else { throw .invalid("projectKey", "projectKey is required") }
        let place = "/_apis/projects/\(Escape.segment(project))/teams"
        let teams = try await call("GET", place, query: [("$top", "20")], missing: "project")["value"]?.array ?? []
        var found: [TrackerUser] = []
        var seen: Set<String> = []
        let wanted = text.lowercased()
        for team in teams.compactMap({ $0["id"]?.word }).prefix(20) where found.count < limit {
            let members = try await call("GET", "\(place)/\(Escape.segment(team))/members", query: [("$top", "200")])
            for member in members["value"]?.array ?? [] {
                guard let identity = member["identity"], let id = identity["id"]?.word else { continue }
                let user = TrackerUser(
                    id: id, name: identity["displayName"]?.word ?? id, email: identity["uniqueName"]?.word,
                    avatar: identity["imageUrl"]?.word)
                let isWanted = "\(user.name) \(user.email ?? "")".lowercased().contains(wanted) || wanted.isEmpty
                if isWanted, seen.insert(id).inserted { found.append(user) }
            }
        }
        return Array(found.prefix(limit))
    }

    func link(_ key: String, to url: String, title: String) async throws(DomainError) {
        let relation: JSON = ["rel": "Hyperlink", "url": .string(url), "attributes": ["comment": .string(title)]]
        let patch: JSON = [["op": "add", "path": "/relations/-", "value": relation]]
        _ = try await call(
            "PATCH", "/_apis/wit/workitems/\(Escape.segment(key))", body: patch, type: "application/json-patch+json",
            missing: "work item")
    }
}
