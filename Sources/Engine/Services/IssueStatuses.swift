public import Model
import Statements

/// The words that the issues of a project go through.
public struct IssueWorkflow: Sendable, Hashable {
    public let statuses: [String]
    /// Allowed next words by word; `nil` allows every change.
    let transitions: JSONObject?

    public static let usual: [String] = [
        "new", "assigned", "opened", "fixed", "closed", "rejected", "duplicate", "additional info",
    ]
    /// Reaching one of these closes the issue.
    public static let closing: Set<String> = ["closed", "rejected", "duplicate"]

    /// From the settings of a project: `issueStatuses` adds words, `issueTransitions` restricts changes.
    init(_ settings: Value) {
        let object = CustomFieldFormat.object(settings)
        var words = IssueWorkflow.usual
        for word in object?["issueStatuses"]?.array?.compactMap(\.string) ?? [] where !words.contains(word) {
            words.append(word)
        }
        statuses = words
        transitions = object?["issueTransitions"]?.object
    }

    /// The project's spelling of a word.
    public func named(_ word: String) -> String? {
        let wanted = word.lowercased()
        return statuses.first { $0.lowercased() == wanted }
    }

    func allows(_ from: String?, _ to: String) -> Bool {
        guard let transitions, let from, from.lowercased() != to.lowercased(),
            let next = transitions.members.first(where: { $0.name.lowercased() == from.lowercased() })?.value.array
        else { return true }
        return next.contains { $0.string?.lowercased() == to.lowercased() }
    }
}

extension Writing {
    /// Moves an issue to a status; closing ones set time, person and resolution, leaving them clears all three.
    public func setIssueStatus(_ issue: Row, _ word: String, by user: Int64?) throws(DomainError) {
        let settings = try value("SELECT settings FROM project WHERE id = \(issue["projectId"])")
        let workflow = IssueWorkflow(settings ?? .null)
        guard let status = workflow.named(word) else { throw .invalid("status", "there is no status \(word)") }
        let present = issue["status"].string
        guard workflow.allows(present, status) else {
            throw .invalid("status", "an issue cannot go from \(present ?? "") to \(status)")
        }
        var values: [String: Value] = ["status": .text(status)]
        if IssueWorkflow.closing.contains(status) {
            values["closedAt"] = .int(time)
            values["closedById"] = .int(user ?? caller.userId)
            values["resolution"] = status == "closed" ? .null : .text(status)
        } else {
            values["closedAt"] = .null
            values["closedById"] = .null
            values["resolution"] = .null
        }
        try update("Issue", [Change(issue.id, set: values)])
    }
}
