import Model
import Statements
import Store

/// Writes the staged rows into the tables, dataset by dataset, each batch in a transaction of its own together with the
/// record of what it made: an import that begins again goes on where it was.
struct TestmoRun {
    private let job: JobContext
    private let id: Int64

    private static let batch: Int64 = 500

    init(_ job: JobContext, _ id: Int64) {
        self.job = job
        self.id = id
    }

    /// A dataset, what it is called while it runs, and how its rows are written.
    struct Step: Sendable {
        let dataset: String
        let phase: String
        let write: @Sendable ([TestmoRow], TestmoWriter) throws(DomainError) -> Void
    }

    static let steps: [Step] =
        TestmoWriter.lists + TestmoWriter.structure + TestmoWriter.cases + TestmoWriter.runs
        + TestmoWriter.sessions

    func run() async throws(DomainError) -> JSON {
        let engine = job.engine
        try await TestmoJobs.set(id, ["status": "RUNNING"], engine)
        let id = id
        let (counts, creator, configuration) = try await engine.read(as: .system) { work throws(DomainError) in
            let row = try work.row("TestmoImportJob", .id(id))
            let found = try work.rows(
                "SELECT name, row_count FROM testmo_import_dataset WHERE job_id = \(Value.int(id))")
            var counts: [String: Int64] = [:]
            for row in found { counts[row[0].string ?? ""] = row[1].integer }
            return (counts, row["createdById"].integer, JobRunner.json(row["configuration"]))
        }
        let plan = TestmoPlan(job: id, creator: creator, configuration: configuration)
        let total = TestmoRun.steps.reduce(Int64(0)) { $0 + (counts[$1.dataset] ?? 0) }
        var done: Int64 = 0
        var processed = 0
        for step in TestmoRun.steps where counts[step.dataset] ?? 0 > 0 {
            var next: Int64 = 0
            while let last = try await write(step, from: next, plan) {
                done += last - next + 1
                next = last + 1
                if try await TestmoJobs.isCanceled(id, engine) { throw .conflict("Canceled") }
                let percent = Int(min(99, done * 100 / max(total, 1)))
                try await job.progress(percent, step.phase)
                try await TestmoJobs.set(
                    id,
                    [
                        "progress": .int(percent), "currentEntity": .text(step.dataset), "processedCount": .int(done),
                        "statusMessage": .text(step.phase), "processedDatasets": .int(processed),
                    ], engine)
            }
            processed += 1
        }
        return try await finish(plan)
    }

    /// Writes the next rows of a dataset; the index of the last one, or `nil` when there were none.
    private func write(_ step: Step, from start: Int64, _ plan: TestmoPlan) async throws(DomainError) -> Int64? {
        let id = id
        return try await job.engine.write(as: .system) { work throws(DomainError) in
            let staged = try work.rows(
                """
                SELECT row_index, row_data FROM testmo_import_staging WHERE job_id = \(Value.int(id))
                AND dataset_name = \(Value.text(step.dataset)) AND row_index >= \(Value.int(start))
                ORDER BY row_index LIMIT \(Value.int(TestmoRun.batch))
                """)
            guard let last = staged.last?[0].integer else { return nil }
            let rows = staged.map { TestmoRow(JobRunner.json($0[1])) }
            try step.write(rows, TestmoWriter(work, plan))
            return last
        }
    }

    private func finish(_ plan: TestmoPlan) async throws(DomainError) -> JSON {
        let id = id
        return try await job.engine.write(as: .system) { work throws(DomainError) in
            var made: [String: Int64] = [:]
            for row in try work.rows(
                """
                SELECT entity_type, COUNT(*) FROM testmo_import_mapping WHERE job_id = \(Value.int(id))
                GROUP BY entity_type
                """)
            {
                made[row[0].string ?? ""] = row[1].integer
            }
            var result = JSONObject()
            for (name, member) in TestmoRun.results { result[member] = .integer(made[name] ?? 0) }
            let answer = JSON.object(result)
            _ = try work.run { () throws(StoreError) in
                try work.session.execute("DELETE FROM testmo_import_staging WHERE job_id = \(Value.int(id))")
            }
            let values: [String: Value] = [
                "status": "COMPLETED", "phase": "FINALIZING", "progress": 100, "result": .text(answer.text),
                "completedAt": .int(work.time), "currentEntity": .null, "statusMessage": "Completed",
            ]
            try work.apply(work.schema["TestmoImportJob"], [Change(id, set: values)])
            return answer
        }
    }

    static let results = [
        ("projects", "projectsImported"), ("repository_cases", "testCasesImported"), ("runs", "testRunsImported"),
        ("users", "usersImported"), ("milestones", "milestonesImported"), ("repository_folders", "foldersImported"),
        ("run_results", "resultsImported"), ("sessions", "sessionsImported"), ("issues", "issuesImported"),
    ]
}

/// What every batch of an import needs to know.
struct TestmoPlan: Sendable {
    let job: Int64
    let creator: Int64?
    let configuration: JSON

    /// The row that a mapping names for a source id or e-mail address.
    func target(_ list: String, _ source: String) -> Int64? {
        for element in configuration[list]?.array ?? [] where element["source"]?.string == source {
            return element["target"]?.integer
        }
        return nil
    }
}
