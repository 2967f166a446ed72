import Engine
import Foundation
import Model

/// Issues of repositories on GitHub and GitHub Enterprise (REST API, version 2022-11-28).
struct GitHub: Tracker {
    static let descriptor = ServiceDescriptor(
        "GITHUB", "GitHub", authTypes: ["PERSONAL_ACCESS_TOKEN", "API_KEY"],
        credentials: [.init("personalAccessToken", required: true, "Token that may read and write issues.")],
        settings: [
            .init("owner", "Owner of the usual repository."), .init("repository", "The usual repository."),
            .init("baseUrl", "Address of the API; for GitHub Enterprise https://HOST/api/v3."),
        ])

    private static let onlyType = TrackerIssueType(id: "issue", name: "Issue")

    private let client: ServiceClient
    /// `owner/name` of the settings.
    private let usual: String?

    init(_ account: TrackerAccount, _ gateway: Gateway) throws(DomainError) {
        let token = account.credentials.word("personalAccessToken", "apiToken", "token", "apiKey")
        guard let token else {
            throw .invalid("credentials.personalAccessToken", "credentials.personalAccessToken is required")
        }
        let base = try account.settings.address("baseUrl", default: "https://api.github.com")
        client = ServiceClient(
            "GitHub", gateway, base: base,
            headers: [
                ("Authorization", "Bearer \(token)"), ("Accept", "application/vnd.github+json"),
                ("X-GitHub-Api-Version", "2022-11-28"),
            ], secrets: [Secret(token)])
        let repository = account.settings.word("repository", "repo")
        if let repository, repository.contains("/") {
            usual = repository
        } else if let owner = account.settings.word("owner"), let repository {
            usual = "\(owner)/\(repository)"
        } else {
            usual = nil
        }
    }

    /// The path of a repository, from a word like `owner/name` or from the settings.
    private func repository(_ project: String?) throws(DomainError) -> (name: String, path: String) {
        let parts = (project ?? usual ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .invalid("projectKey", "projectKey must be a repository in the form owner/name")
        }
        return (parts.joined(separator: "/"), "/repos/\(Escape.segment(parts[0]))/\(Escape.segment(parts[1]))")
    }

    func user() async throws(DomainError) -> TrackerUser {
        let user = GitHub.user(try await client.json(.init("GET", "/user")))
        // The token must reach the repository too.
        if usual != nil { _ = try await client.json(.init("GET", try repository(nil).path), missing: "repository") }
        return user
    }

    private static func user(_ json: JSON) -> TrackerUser {
        let login = json["login"]?.word ?? ""
        return TrackerUser(
            id: login, name: json["name"]?.word ?? login, email: json["email"]?.word,
            avatar: json["avatar_url"]?.word)
    }

    func projects() async throws(DomainError) -> [TrackerProject] {
        if usual != nil {
            let json = try await client.json(.init("GET", try repository(nil).path), missing: "repository")
            return GitHub.project(json).map { [$0] } ?? []
        }
        let json = try await client.json(
            .init("GET", "/user/repos", query: [("per_page", "100"), ("sort", "updated")]))
        return (json.array ?? []).compactMap { GitHub.project($0) }
    }

    private static func project(_ json: JSON) -> TrackerProject? {
        guard let id = json["id"]?.word, let name = json["full_name"]?.word else { return nil }
        return TrackerProject(id: id, key: name, name: json["name"]?.word ?? name)
    }

    func issueTypes(project: String?) async throws(DomainError) -> [TrackerIssueType] { [GitHub.onlyType] }

    func fields(project: String?, issueType: String) async throws(DomainError) -> [TrackerField] {
        let path = try repository(project).path
        let labels = try await client.json(.init("GET", "\(path)/labels", query: [("per_page", "100")])).array ?? []
        let names = labels.compactMap { $0["name"]?.word }.map { TrackerField.Choice(id: $0, name: $0) }
        return [
            TrackerField(key: "title", name: "Title", isRequired: true, type: "string"),
            TrackerField(key: "body", name: "Description", isRequired: false, type: "string"),
            TrackerField(key: "labels", name: "Labels", isRequired: false, type: "array", allowed: names),
            TrackerField(key: "assignees", name: "Assignees", isRequired: false, type: "array"),
        ]
    }

    func create(_ issue: NewTrackerIssue) async throws(DomainError) -> TrackerIssue {
        let (name, path) = try repository(issue.project)
        var body = JSONObject()
        for field in ["labels", "assignees", "milestone"] {
            if let value = issue.fields[field] { body[field] = value }
        }
        body["title"] = .string(issue.title)
        var text = issue.description ?? issue.fields.word("body") ?? ""
        // There are no priorities, and nothing that was given may get lost.
        if let priority = issue.priority { text += (text.isEmpty ? "" : "\n\n") + "Priority: \(priority)" }
        if !text.isEmpty { body["body"] = .string(text) }
        let json = try await client.json(.init("POST", "\(path)/issues", body: .object(body)), missing: "repository")
        return try self.issue(json, name)
    }

    private func issue(_ json: JSON, _ repository: String?) throws(DomainError) -> TrackerIssue {
        guard let number = json["number"]?.word else {
            throw DomainError(.upstream, "GitHub answered without an issue")
        }
        let url = json["html_url"]?.word ?? ""
        var repository = repository
        // https://api.github.com/repos/OWNER/NAME
        if repository == nil, let address = json["repository_url"]?.word {
            repository = address.split(separator: "/").suffix(2).joined(separator: "/")
        }
        let isUsual = repository == nil || repository?.lowercased() == usual?.lowercased()
        var issue = TrackerIssue(
            id: json["id"]?.word ?? number, key: isUsual ? "#\(number)" : "\(repository ?? "")#\(number)",
            title: json["title"]?.word ?? "#\(number)", url: url, address: json["url"]?.word ?? url)
        issue.description = json["body"]?.word
        issue.status = json["state"]?.word
        issue.type = GitHub.onlyType
        if let assignee = json["assignee"], assignee.object != nil { issue.assignee = GitHub.user(assignee) }
        return issue
    }

    func issue(_ key: String) async throws(DomainError) -> TrackerIssue {
        let parts = key.split(separator: "#", omittingEmptySubsequences: false)
        let number = parts[parts.count - 1]
        guard parts.count <= 2, !number.isEmpty, number.count <= 12, number.allSatisfy({ $0.isASCII && $0.isNumber })
        else { throw DomainError(.notFound, "GitHub has no such issue", entity: "issue") }
        let owner = parts.count == 2 && !parts[0].isEmpty ? String(parts[0]) : nil
        let (name, path) = try repository(owner)
        return try issue(try await client.json(.init("GET", "\(path)/issues/\(number)"), missing: "issue"), name)
    }

    func search(
        _ text: String, project: String?, limit: Int
    ) async throws(DomainError) -> TrackerPage<TrackerIssue> {
        var words = text.split { $0.isWhitespace }.map { "\"\($0.filter { $0 != "\"" && $0 != "\\" })\"" }
        words.append("is:issue")
        if project != nil || usual != nil { words.append("repo:\(try repository(project).name)") }
        let json = try await client.json(
            .init("GET", "/search/issues", query: [("q", words.joined(separator: " ")), ("per_page", String(limit))]))
        var issues: [TrackerIssue] = []
        for element in (json["items"]?.array ?? []).prefix(limit) { issues.append(try issue(element, nil)) }
        return TrackerPage(issues, total: json["total_count"]?.integer.map { Int(clamping: $0) })
    }

    func users(_ text: String, project: String?, limit: Int) async throws(DomainError) -> [TrackerUser] {
        if project != nil || usual != nil {
            let path = try repository(project).path
            let json = try await client.json(.init("GET", "\(path)/assignees", query: [("per_page", "100")]))
            let wanted = text.lowercased()
            let found = (json.array ?? []).map { GitHub.user($0) }
            return Array(found.filter { wanted.isEmpty || $0.id.lowercased().contains(wanted) }.prefix(limit))
        }
        let json = try await client.json(
            .init("GET", "/search/users", query: [("q", text), ("per_page", String(limit))]))
        return (json["items"]?.array ?? []).prefix(limit).map { GitHub.user($0) }
    }

    /// GitHub has no links to other systems; a comment on every link would be noise.
    func link(_ key: String, to url: String, title: String) async throws(DomainError) {}
}
