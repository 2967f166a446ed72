public import Model
import Statements

/// A file whose bytes are at their place.
public struct NewFile: Sendable, Hashable {
    public var name: String
    public var mediaType: String
    public var size: Int64
    public var sha256: String

    public init(name: String, mediaType: String, size: Int64, sha256: String) {
        self.name = name
        self.mediaType = mediaType
        self.size = size
        self.sha256 = sha256
    }
}

/// One execution of a case in a run as a script reports it, with steps that bring their own text.
public struct Attempt: Sendable {
    public struct StepOutcome: Sendable {
        public var name: String
        public var description: String?
        public var expected: String?
        public var actual: String?
        public var verdict: Verdict
        public var files: [NewFile] = []

        public init(
            name: String, description: String? = nil, expected: String? = nil, actual: String? = nil,
            verdict: Verdict
        ) {
            self.name = name
            self.description = description
            self.expected = expected
            self.actual = actual
            self.verdict = verdict
        }
    }

    public var instance: Int64
    public var isManual = false
    /// Counts when there are no steps: 0 is passed, anything else failed.
    public var exitCode: Int64?
    /// Milliseconds UTC; now when left out.
    public var executedAt: Int64?
    public var executedBy: Int64?
    public var seconds: Double?
    public var output: String?
    public var version: String?
    public var values: [(field: Int64, value: JSON)] = []
    public var steps: [StepOutcome] = []
    public var files: [NewFile] = []

    public init(instance: Int64) { self.instance = instance }

    /// Steps decide, then the exit code.
    public var verdict: Verdict {
        if !steps.isEmpty { return Verdict.rollUp(steps.map(\.verdict)) }
        guard let exitCode else { return .untested }
        return exitCode == 0 ? .passed : .failed
    }
}

extension Writing {
    /// Records executions, each kind of row with one insert for all; returns the ids of the results.
    public func recordAttempts(_ attempts: [Attempt], book: CustomFieldBook) throws(DomainError) -> [Int64] {
        guard !attempts.isEmpty else { return [] }
        let statuses = try statuses()
        let list = SQLText.list(Set(attempts.map(\.instance)).sorted().map { Value.int($0) })
        var owners: [Int64: [Value]] = [:]
        let found = try rows(
            """
            SELECT rc.id, rc.test_run_id, c.preconditions, c.current_version FROM test_run_case AS rc
            JOIN repository_case AS c ON c.id = rc.repository_case_id WHERE rc.id IN (\(list))
            """)
        for row in found { owners[row[0].integer ?? 0] = row }
        var drafts: [Draft] = []
        for attempt in attempts {
            guard let owner = owners[attempt.instance] else { throw .notFound("TestRunCase") }
            guard let status = statuses.status(for: attempt.verdict) else { throw .fault("no status") }
            var draft = Draft([
                "testRunId": owner[1], "testRunCaseId": .int(attempt.instance), "statusId": .int(status.id),
                "preconditions": owner[2], "testRunCaseVersion": owner[3].isNull ? 1 : owner[3],
                "runType": attempt.isManual ? "ManualRun" : "AutomatedRun", "exitCode": .int(attempt.exitCode),
                "elapsed": .int(attempt.seconds.map { Int64($0.rounded()) }), "seconds": .double(attempt.seconds),
                "output": .text(attempt.output), "versionLabel": .text(attempt.version),
                "executedAt": .int(attempt.executedAt ?? time),
            ])
            if let user = attempt.executedBy { draft["executedById"] = .int(user) }
            drafts.append(draft)
        }
        let ids = try insert("TestRunResult", drafts)
        try recordSteps(attempts, ids, statuses)
        var values: [(id: Int64, values: [(field: Int64, value: JSON)])] = []
        for (id, attempt) in zip(ids, attempts) where !attempt.values.isEmpty { values.append((id, attempt.values)) }
        try setCustomValues(.result, values, book)
        return ids
    }

    private func recordSteps(_ attempts: [Attempt], _ ids: [Int64], _ statuses: StatusBook) throws(DomainError) {
        var drafts: [Draft] = []
        var files: [(owner: Int, file: NewFile)] = []
        for (id, attempt) in zip(ids, attempts) {
            for (index, step) in attempt.steps.enumerated() {
                guard let status = statuses.status(for: step.verdict) else { throw .fault("no status") }
                for file in step.files { files.append((drafts.count, file)) }
                drafts.append(
                    Draft([
                        "testRunResultId": .int(id), "order": .int(index), "name": .text(step.name),
                        "description": .text(step.description), "expectedResult": .text(step.expected),
                        "actualResult": .text(step.actual), "statusId": .int(status.id),
                    ]))
            }
        }
        let steps = try insert("TestRunStepResult", drafts)
        for (id, attempt) in zip(ids, attempts) where !attempt.files.isEmpty {
            try attach(attempt.files, to: "testRunResultsId", id)
        }
        for file in files { try attach([file.file], to: "testRunStepResultId", steps[file.owner]) }
    }

    /// Attaches stored contents to a row; `field` is the attachment's reference to it.
    @discardableResult
    public func attach(_ files: [NewFile], to field: String, _ owner: Int64) throws(DomainError) -> [Int64] {
        var drafts: [Draft] = []
        for file in files {
            let kept = try keepFile(
                name: file.name, mediaType: file.mediaType, size: file.size, sha256: file.sha256, .attachment)
            drafts.append(
                Draft([
                    "name": .text(String(file.name.prefix(255))), "url": .text(AttachmentAddress.path + kept.key),
                    "mimeType": .text(file.mediaType), "size": .int(file.size), field: .int(owner),
                ]))
        }
        return try insert("Attachment", drafts)
    }
}

extension Reading {
    /// The file behind an attachment that the caller may read; `nil` for a link to elsewhere.
    public func attachedFile(_ attachment: Row) throws(DomainError) -> StoredFile? {
        let url = attachment.text("url")
        guard url.hasPrefix(AttachmentAddress.path) else { return nil }
        return try anyFile(String(url.dropFirst(AttachmentAddress.path.count)))
    }
}
