public import Model
import Statements

/// One execution of a case in a run, as a tester or a script reports it.
public struct Execution: Sendable {
    public struct StepResult: Sendable {
        public var step: RowKey
        public var status: String
        public var notes: JSON?
        public var seconds: Int64?

        public init(step: RowKey, status: String, notes: JSON? = nil, seconds: Int64? = nil) {
            self.step = step
            self.status = status
            self.notes = notes
            self.seconds = seconds
        }
    }

    public struct Attachment: Sendable {
        public var name: String
        public var url: String
        public var mediaType: String?
        public var size: Int64?

        public init(name: String, url: String, mediaType: String? = nil, size: Int64? = nil) {
            self.name = name
            self.url = url
            self.mediaType = mediaType
            self.size = size
        }
    }

    /// The name, system name or alias of a status.
    public var status: String
    public var notes: JSON?
    public var seconds: Int64?
    public var steps: [StepResult] = []
    public var attachments: [Attachment] = []
    /// Milliseconds UTC; now when left out.
    public var executedAt: Int64?
    public var issues: [RowKey] = []

    public init(status: String) { self.status = status }
}

extension Writing {
    /// The run case that a key names: a run case of the run, or else the case's place in it.
    public func runCase(_ run: Int64, _ key: RowKey) throws(DomainError) -> Row {
        let inRun = Filter.equals("testRunId", .int(run))
        let own: Filter
        let other: Filter
        switch key {
        case .id(let id):
            own = .equals("id", .int(id))
            other = .equals("repositoryCaseId", .int(id))
        case .uid(let uid):
            own = .equals("uid", .text(uid))
            other = .referenceUid("repositoryCaseId", [uid])
        }
        if let row = try first(Query("TestRunCase", where: inRun && own)) { return row }
        if let row = try first(Query("TestRunCase", where: inRun && other)) { return row }
        throw .notFound("TestRunCase")
    }

    /// Records a result with its steps and attachments; returns the id of the result.
    public func execute(run: Int64, runCase: Row, _ execution: Execution) throws(DomainError) -> Int64 {
        let statuses = try statuses()
        guard let status = statuses.named(execution.status) else {
            throw .invalid("status", "unknown status \(execution.status)")
        }
        let draft = Draft([
            "testRunId": .int(run), "testRunCaseId": .int(runCase.id), "statusId": .int(status.id),
            "elapsed": .int(execution.seconds), "executedAt": .int(execution.executedAt ?? time),
            "notes": execution.notes.map { RichText.stored($0) } ?? .null,
        ])
        let result = try insert("TestRunResult", [draft])[0]
        try record(execution.steps, of: result, case: runCase["repositoryCaseId"].integer ?? 0, statuses)
        var attachments: [Draft] = []
        for attachment in execution.attachments {
            attachments.append(
                Draft([
                    "name": .text(attachment.name), "url": .text(attachment.url),
                    "mimeType": .text(attachment.mediaType ?? "application/octet-stream"),
                    "size": .int(attachment.size ?? 0), "testRunResultsId": .int(result),
                ]))
        }
        try insert("Attachment", attachments)
        if !execution.issues.isEmpty {
            let issues = try find("Issue", execution.issues, fields: ["id"])
            guard issues.count == execution.issues.count else { throw .invalid("issueIds", "issueIds names no issue") }
            try link("TestRunResult", result, "issues", issues.map(\.id))
        }
        return result
    }

    private func record(
        _ steps: [Execution.StepResult], of result: Int64, case owner: Int64, _ statuses: StatusBook
    ) throws(DomainError) {
        guard !steps.isEmpty else { return }
        let known = try find(
            Query(
                "Step", where: .equals("testCaseId", .int(owner)) && .equals("isDeleted", false), fields: ["id", "uid"])
        )
        var issues: [Issue] = []
        var drafts: [Draft] = []
        for (index, step) in steps.enumerated() {
            let row = known.first { row in
                switch step.step {
                case .id(let id): row.id == id
                case .uid(let uid): row.uid == uid
                }
            }
            let status = statuses.named(step.status)
            if row == nil {
                issues.append(Issue(field: "stepResults[\(index)].stepId", message: "no step of this case"))
            }
            if status == nil {
                issues.append(Issue(field: "stepResults[\(index)].status", message: "unknown status \(step.status)"))
            }
            guard let row, let status else { continue }
            drafts.append(
                Draft([
                    "testRunResultId": .int(result), "stepId": .int(row.id), "statusId": .int(status.id),
                    "elapsed": .int(step.seconds), "notes": step.notes.map { RichText.stored($0) } ?? .null,
                ]))
        }
        if !issues.isEmpty { throw .invalid(issues) }
        try insert("TestRunStepResult", drafts)
    }
}
