import Engine
import Foundation
import Model

/// A tracker of which only the addresses of issues are known; it is never called.
struct SimpleURL: Tracker {
    static let descriptor = ServiceDescriptor(
        "SIMPLE_URL", "Issue link", authTypes: ["NONE"],
        settings: [.init("baseUrl", required: true, "Address of an issue, with {issueId} where its id stands.")])

    private static let placeholder = "{issueId}"

    private let pattern: String

    init(_ account: TrackerAccount) throws(DomainError) {
        guard let pattern = account.settings.word("baseUrl", "url") else {
            throw .invalid("settings.baseUrl", "settings.baseUrl is required")
        }
        let sample = pattern.replacingOccurrences(of: SimpleURL.placeholder, with: "1")
        guard TargetURL(sample) != nil, pattern.contains(SimpleURL.placeholder) else {
            throw .invalid("settings.baseUrl", "settings.baseUrl must be an http or https address with {issueId}")
        }
        self.pattern = pattern
    }

    func user() async throws(DomainError) -> TrackerUser { TrackerUser(id: "", name: SimpleURL.descriptor.name) }
    func projects() async throws(DomainError) -> [TrackerProject] { [] }
    func issueTypes(project: String?) async throws(DomainError) -> [TrackerIssueType] { [] }
    func fields(project: String?, issueType: String) async throws(DomainError) -> [TrackerField] { [] }

    func create(_ issue: NewTrackerIssue) async throws(DomainError) -> TrackerIssue {
        throw .invalid("integrationId", "issues cannot be made in this tracker; link an existing one")
    }

    func issue(_ key: String) async throws(DomainError) -> TrackerIssue {
        let url = pattern.replacingOccurrences(of: SimpleURL.placeholder, with: Escape.segment(key))
        return TrackerIssue(id: key, key: key, title: key, url: url, address: url)
    }

    func search(
        _ text: String, project: String?, limit: Int
    ) async throws(DomainError) -> TrackerPage<TrackerIssue> {
        let isKey = !text.isEmpty && !text.contains(where: \.isWhitespace)
        return TrackerPage(isKey ? [try await issue(text)] : [])
    }

    func users(_ text: String, project: String?, limit: Int) async throws(DomainError) -> [TrackerUser] { [] }
    func link(_ key: String, to url: String, title: String) async throws(DomainError) {}
}
