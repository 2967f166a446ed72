public import Model
import Statements
import Store
import Synchronization

extension Engine {
    /// Records reports in one transaction: all of them or nothing.
    ///
    /// A file that is in the run already changes nothing. Throws `.invalid` with the file's name as field and line and
    /// column in the message when a file is no readable report.
    public func importReports(
        _ order: ReportImport, as caller: Caller, progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws(DomainError) -> ImportOutcome {
        let total = try FileSizes.total(order.files.map(\.path))
        return try await write(as: caller) { work throws(DomainError) in
            try work.record(order, total: total, progress: progress)
        }
    }

    /// The same once for its key, in one transaction with the key; later calls get the first answer.
    public func importReports(
        _ order: ReportImport, once request: IdempotentRequest?, as caller: Caller,
        progress: @escaping @Sendable (ImportProgress) -> Void = { _ in },
        answer: @escaping @Sendable (ImportOutcome) throws(DomainError) -> StoredAnswer
    ) async throws(DomainError) -> StoredAnswer {
        let total = try FileSizes.total(order.files.map(\.path))
        return try await once(request, as: caller) { work throws(DomainError) in
            try answer(try work.record(order, total: total, progress: progress))
        }
    }
}

extension Writing {
    func record(
        _ order: ReportImport, total: Int64, progress: (ImportProgress) -> Void
    ) throws(DomainError) -> ImportOutcome {
        let run = try run(for: order)
        try requireAdding(schema["JUnitTestResult"], to: order.project)
        guard !run.flag("isCompleted") || run.text("testRunType") != "REGULAR" else {
            throw .conflict("the test run is completed")
        }
        let recorder = try ReportRecorder(self, order, run: run)
        var done = try digests(of: run.id)
        var state = ImportProgress(bytes: 0, total: total, tests: 0)
        var unchanged = 0
        var jobs: [Int64] = []
        for file in order.files {
            guard done.insert(file.digest).inserted || order.takesFilesAgain else {
                unchanged += 1
                continue
            }
            let before = recorder.outcome.tests
            let ignoredBefore = recorder.outcome.ignored
            try ReportFile.read(file) { bytes in
                state.bytes += Int64(bytes)
                state.tests = recorder.outcome.tests
                progress(state)
            } _: { event throws(DomainError) in
                try recorder.take(event)
            }
            try recorder.endFile()
            let ignored = recorder.outcome.ignored - ignoredBefore
            let tests = recorder.outcome.tests - before
            jobs.append(try note(file, of: run.id, order.project, tests: tests, ignored: ignored))
        }
        var outcome = try recorder.finish()
        outcome.jobs = jobs
        outcome.unchangedFiles = unchanged
        if outcome.tests > 0 {
            effects.refreshSearch("TestRun", [run.id])
            let facts: JSON = ["tests": .integer(Int64(outcome.tests)), "created": .integer(Int64(outcome.created))]
            effects.record(
                "BULK_CREATE", schema["JUnitTestResult"], id: run.id, project: order.project, name: run.text("name"),
                changes: facts)
        }
        return outcome
    }

    private func run(for order: ReportImport) throws(DomainError) -> Row {
        switch order.run {
        case .existing(let id): return try row("TestRun", .id(id))
        case .open(let name):
            let filter =
                Filter.equals("projectId", .int(order.project)) && .equals("name", .text(name))
                && .equals("testRunType", .text(order.type)) && .equals("isCompleted", false)
                && .equals("isDeleted", false)
            if session.flavor == .postgres {
                // Two submissions that start the same run at once become one run.
                let key = "\(order.project):\(name)"
                _ = try rows("SELECT pg_advisory_xact_lock(hashtext(\(Value.text(key))))")
            }
            if let row = try first(Query("TestRun", where: filter, order: [.by("id", .descending)])) { return row }
            return try row("TestRun", .id(try start(order, name: name, isDone: false)))
        case .new(let name):
            return try row("TestRun", .id(try start(order, name: name, isDone: true)))
        }
    }

    private func start(_ order: ReportImport, name: String, isDone: Bool) throws(DomainError) -> Int64 {
        var state = order.state
        if state == nil {
            let kind = isDone ? "DONE" : "IN_PROGRESS"
            state = try Closing.state(scope: "RUNS", kind: kind, project: order.project, self)
        }
        var fields: [String: Value] = [
            "name": .text(name), "testRunType": .text(order.type), "stateId": .int(state),
            "configId": .int(order.configuration), "milestoneId": .int(order.milestone), "startedAt": .int(time),
        ]
        if isDone, order.state == nil {
            fields["isCompleted"] = true
            fields["completedAt"] = .int(time)
        }
        let run = try createRun(project: order.project, fields, members: [])
        if !order.tags.isEmpty { try link("TestRun", run, "tags", order.tags) }
        return run
    }

    private func digests(of run: Int64) throws(DomainError) -> Set<String> {
        let found = try rows(
            "SELECT digest FROM import_job WHERE test_run_id = \(Value.int(run)) AND digest IS NOT NULL")
        return Set(found.compactMap { $0[0].string })
    }

    private func note(
        _ file: ReportImport.File, of run: Int64, _ project: Int64, tests: Int, ignored: Int
    ) throws(DomainError) -> Int64 {
        let names = [
            "kind", "status", "importedCount", "failedCount", "totalCount", "options", "startedAt", "completedAt",
            "projectId",
            "testRunId", "createdById", "digest",
        ]
        let options: JSON = ["file": .string(String(file.name.prefix(500)))]
        let row: [Value] = [
            "RESULTS", "COMPLETED", .int(tests - ignored), .int(ignored), .int(tests), .text(options.text), .int(time),
            .int(now), .int(project),
            .int(run), .int(caller.userId), .text(file.digest),
        ]
        return try store(schema["ImportJob"], names, [row])[0]
    }
}
