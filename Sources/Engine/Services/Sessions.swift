public import Model
import Statements

/// What somebody notes in an exploratory session.
public struct SessionRecord: Sendable {
    public struct Finding: Sendable {
        /// BUG makes an issue; any other word is kept as it is.
        public var type: String
        public var title: String
        public var description: String?
        public var severity: String?

        public init(type: String, title: String, description: String? = nil, severity: String? = nil) {
            self.type = type
            self.title = title
            self.description = description
            self.severity = severity
        }

        var isBug: Bool { type.uppercased() == "BUG" }
    }

    public var notes: JSON?
    public var seconds: Int64?
    /// The name of a status; failed with a bug and passed without one when left out.
    public var status: String?
    public var findings: [Finding]

    public init(notes: JSON? = nil, seconds: Int64? = nil, status: String? = nil, findings: [Finding] = []) {
        self.notes = notes
        self.seconds = seconds
        self.status = status
        self.findings = findings
    }
}

extension Writing {
    /// Begins a session; template and state are the project's defaults unless given.
    public func createSession(project: Int64, _ fields: [String: Value]) throws(DomainError) -> Int64 {
        var draft = Draft(fields)
        draft["projectId"] = .int(project)
        if draft["templateId"]?.isNull != false { draft["templateId"] = .int(try defaultTemplate(project)) }
        if draft["stateId"]?.isNull != false { draft["stateId"] = .int(try defaultState("SESSIONS", project)) }
        return try insert("Session", [draft])[0]
    }

    /// Records a result with its findings; each bug becomes an issue of the project. Returns the id of the result.
    public func record(session: Row, _ record: SessionRecord) throws(DomainError) -> Int64 {
        try lockRows("Session", [session.id])
        if session.flag("isCompleted") { throw .conflict("the session is completed") }
        let statuses = try statuses()
        let word = record.status ?? (record.findings.contains(where: \.isBug) ? "failed" : "passed")
        guard let status = statuses.named(word) else { throw .invalid("status", "unknown status \(word)") }
        let draft = Draft([
            "sessionId": .int(session.id), "statusId": .int(status.id), "elapsed": .int(record.seconds),
            "resultData": record.notes.map { RichText.stored($0) } ?? .null,
        ])
        let result = try insert("SessionResult", [draft])[0]
        let issues = try file(record.findings, project: session["projectId"].integer ?? 0)
        var drafts: [Draft] = []
        for (finding, issue) in zip(record.findings, issues) {
            drafts.append(
                Draft([
                    "type": .text(finding.isBug ? "BUG" : finding.type), "title": .text(finding.title),
                    "description": .text(finding.description), "severity": .text(finding.severity),
                    "sessionResultId": .int(result), "issueId": .int(issue),
                ]))
        }
        try insert("SessionFinding", drafts)
        try link("SessionResult", result, "issues", issues.compactMap { $0 })
        return result
    }

    /// The issue of each bug; whoever records results may file what was found.
    private func file(_ findings: [SessionRecord.Finding], project: Int64) throws(DomainError) -> [Int64?] {
        var drafts: [Draft] = []
        for finding in findings where finding.isBug {
            drafts.append(
                Draft([
                    "projectId": .int(project), "name": .text(finding.title), "title": .text(finding.title),
                    "description": .text(finding.description), "severity": .text(finding.severity), "status": "OPEN",
                ]))
        }
        isFilingFindings = true
        defer { isFilingFindings = false }
        var made = try insert("Issue", drafts).makeIterator()
        return findings.map { $0.isBug ? made.next() : nil }
    }
}

/// Issues: whoever records a session may file the bugs found in it.
struct IssueRules: RowRules {
    func allowsInsert(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> Bool { work.isFilingFindings }
}

/// Results of sessions: their durations add up in the session.
struct SessionResultRules: RowRules {
    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        try sum(Set(drafts.compactMap { $0["sessionId"]?.integer }), work)
    }

    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {
        let counts: Set<String> = ["elapsed", "isDeleted", "sessionId"]
        guard changes.contains(where: { !counts.isDisjoint(with: $0.values.keys) }) else { return }
        let moved = changes.compactMap { $0.values["sessionId"]?.plain?.integer }
        try sum(Set(old.values.compactMap { $0["sessionId"].integer } + moved), work)
    }

    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        try sum(Set(old.values.compactMap { $0["sessionId"].integer }), work)
    }

    private func sum(_ sessions: Set<Int64>, _ work: Writing) throws(DomainError) {
        guard !sessions.isEmpty else { return }
        try work.lockRows("Session", sessions.sorted())
        let list = SQLText.list(sessions.sorted().map { Value.int($0) })
        let sums = try work.rows(
            """
            SELECT s.id, (SELECT SUM(r.elapsed) FROM session_result AS r
            WHERE r.session_id = s.id AND NOT r.is_deleted) FROM session AS s WHERE s.id IN (\(list))
            """)
        var changes: [Change] = []
        for row in sums {
            // PostgreSQL sums integers as decimals.
            let sum = row[1].integer ?? row[1].number.map { Int64($0) } ?? row[1].string.flatMap { Int64($0) }
            changes.append(Change(row[0].integer ?? 0, set: ["elapsed": .int(sum)]))
        }
        try work.derive(work.schema["Session"], changes)
    }
}
