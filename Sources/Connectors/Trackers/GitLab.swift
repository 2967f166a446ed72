import Engine
import Foundation
import Model

/// Issues of projects on gitlab.com and on own servers (REST API v4).
struct GitLab: Tracker {
    static let descriptor = ServiceDescriptor(
        "GITLAB", "GitLab", authTypes: ["PERSONAL_ACCESS_TOKEN", "API_KEY"],
        credentials: [.init("personalAccessToken", required: true, "Token with the scope api.")],
        settings: [
            .init("baseUrl", "Address of GitLab; https://gitlab.com when it is missing."),
            .init("project", "The usual project: its path or its id."),
        ])

    private let client: ServiceClient
    private let usual: String?

    init(_ account: TrackerAccount, _ gateway: Gateway) throws(DomainError) {
        let token = account.credentials.word("personalAccessToken", "apiToken", "token", "apiKey")
        guard let token else {
            throw .invalid("credentials.personalAccessToken", "credentials.personalAccessToken is required")
        }
        var base = try account.settings.address("baseUrl", default: "https://gitlab.com")
        while base.hasSuffix("/") { base.removeLast() }
        if !base.hasSuffix("/api/v4") { base += "/api/v4" }
        client = ServiceClient(
            "GitLab", gateway, base: base, headers: [("PRIVATE-TOKEN", token)], secrets: [Secret(token)])
        usual = account.settings.word("project", "projectId")
    }

    private func path(_ project: String?) throws(DomainError) -> String {
        guard let project = project ?? usual else { throw .invalid("projectKey", "projectKey is required") }
        return "/projects/\(Escape.segment(project))"
    }

    func user() async throws(DomainError) -> TrackerUser {
        let user = GitLab.user(try await client.json(.init("GET", "/user")))
        if usual != nil { _ = try await client.json(.init("GET", try path(nil)), missing: "project") }
        return user
    }

    private static func user(_ json: JSON) -> TrackerUser {
        let id = json["id"]?.word ?? ""
        return TrackerUser(
            id: id, name: json["name"]?.word ?? json["username"]?.word ?? id,
            email: json["email"]?.word ?? json["public_email"]?.word, avatar: json["avatar_url"]?.word)
    }

    func projects() async throws(DomainError) -> [TrackerProject] {
        let json: [JSON]
        if usual != nil {
            json = [try await client.json(.init("GET", try path(nil)), missing: "project")]
        } else {
            let query: [(String, String?)] = [("membership", "true"), ("simple", "true"), ("per_page", "100")]
            json = try await client.json(.init("GET", "/projects", query: query)).array ?? []
        }
        return json.compactMap { project in
            guard let id = project["id"]?.word, let key = project["path_with_namespace"]?.word else { return nil }
            return TrackerProject(id: id, key: key, name: project["name"]?.word ?? key)
        }
    }

    func issueTypes(project: String?) async throws(DomainError) -> [TrackerIssueType] {
        [
            TrackerIssueType(id: "issue", name: "Issue"), TrackerIssueType(id: "incident", name: "Incident"),
            TrackerIssueType(id: "task", name: "Task", isSubtask: true),
        ]
    }

    func fields(project: String?, issueType: String) async throws(DomainError) -> [TrackerField] {
        let query: [(String, String?)] = [("per_page", "100")]
        let labels = try await client.json(.init("GET", "\(try path(project))/labels", query: query)).array ?? []
        let names = labels.compactMap { $0["name"]?.word }.map { TrackerField.Choice(id: $0, name: $0) }
        return [
            TrackerField(key: "title", name: "Title", isRequired: true, type: "string"),
            TrackerField(key: "description", name: "Description", isRequired: false, type: "string"),
            TrackerField(key: "labels", name: "Labels", isRequired: false, type: "array", allowed: names),
            TrackerField(key: "assignee_ids", name: "Assignees", isRequired: false, type: "array"),
            TrackerField(key: "due_date", name: "Due date", isRequired: false, type: "date"),
        ]
    }

    func create(_ issue: NewTrackerIssue) async throws(DomainError) -> TrackerIssue {
        var body = JSONObject()
        for field in ["labels", "assignee_ids", "milestone_id", "due_date", "weight", "confidential"] {
            if let value = issue.fields[field] { body[field] = value }
        }
        body["title"] = .string(issue.title)
        var text = issue.description ?? ""
        if let priority = issue.priority { text += (text.isEmpty ? "" : "\n\n") + "Priority: \(priority)" }
        if !text.isEmpty { body["description"] = .string(text) }
        let type = issue.type?.lowercased() ?? "issue"
        body["issue_type"] = .string(["incident", "task"].contains(type) ? type : "issue")
        let request = ServiceClient.Request("POST", "\(try path(issue.project))/issues", body: .object(body))
        return try self.issue(try await client.json(request, missing: "project"))
    }

    private func issue(_ json: JSON) throws(DomainError) -> TrackerIssue {
        guard let id = json["id"]?.word, let number = json["iid"]?.word else {
            throw DomainError(.upstream, "GitLab answered without an issue")
        }
        let url = json["web_url"]?.word ?? ""
        var issue = TrackerIssue(
            id: id, key: json["references"]?["full"]?.word ?? "#\(number)", title: json["title"]?.word ?? "#\(number)",
            url: url, address: json["_links"]?["self"]?.word ?? url)
        issue.description = json["description"]?.word
        issue.status = json["state"]?.word
        let type = json["issue_type"]?.word ?? "issue"
        issue.type = TrackerIssueType(id: type, name: type.capitalized, isSubtask: type == "task")
        if let assignee = json["assignees"]?[0] ?? json["assignee"], assignee.object != nil {
            issue.assignee = GitLab.user(assignee)
        }
        return issue
    }

    func issue(_ key: String) async throws(DomainError) -> TrackerIssue {
        let parts = key.split(separator: "#", omittingEmptySubsequences: false)
        let number = parts[parts.count - 1]
        guard parts.count <= 2, !number.isEmpty, number.count <= 12, number.allSatisfy({ $0.isASCII && $0.isNumber })
        else { throw DomainError(.notFound, "GitLab has no such issue", entity: "issue") }
        let project = parts.count == 2 && !parts[0].isEmpty ? String(parts[0]) : nil
        return try issue(try await client.json(.init("GET", "\(try path(project))/issues/\(number)"), missing: "issue"))
    }

    func search(
        _ text: String, project: String?, limit: Int
    ) async throws(DomainError) -> TrackerPage<TrackerIssue> {
        var query: [(String, String?)] = [("search", text.isEmpty ? nil : text), ("per_page", String(limit))]
        let request: ServiceClient.Request
        if project != nil || usual != nil {
            request = .init("GET", "\(try path(project))/issues", query: query)
        } else {
            query.append(("scope", "all"))
            request = .init("GET", "/issues", query: query)
        }
        let answer = try await client.answer(request)
        var issues: [TrackerIssue] = []
        for element in (try client.parsed(answer, missing: "project").array ?? []).prefix(limit) {
            issues.append(try issue(element))
        }
        return TrackerPage(issues, total: answer.header("X-Total").flatMap { Int($0) })
    }

    func users(_ text: String, project: String?, limit: Int) async throws(DomainError) -> [TrackerUser] {
        let request: ServiceClient.Request
        if project != nil || usual != nil {
            let query: [(String, String?)] = [("query", text), ("per_page", String(limit))]
            request = .init("GET", "\(try path(project))/members/all", query: query)
        } else {
            request = .init("GET", "/users", query: [("search", text), ("per_page", String(limit))])
        }
        return (try await client.json(request, missing: "project").array ?? []).prefix(limit).map { GitLab.user($0) }
    }

    /// GitLab links issues with issues only.
    func link(_ key: String, to url: String, title: String) async throws(DomainError) {}
}
