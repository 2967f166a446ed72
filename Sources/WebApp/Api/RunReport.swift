import Engine
import Model
import Wire

/// The report of a run.
enum RunReport {
    static let routes: [Route] = [Endpoint.get("/runs/{id}/report", "runs.report", get)]
    private static let failureLimit = 200

    static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let id = try ask.id()
        let runs = try RunRows(
            Query("TestRun", where: .equals("id", .int(id)) && .equals("isDeleted", false)), in: work)
        guard runs.count == 1 else { throw .notFound("TestRun") }
        let row = runs.row(0)
        let isAutomated = row.text("testRunType") != "REGULAR"
        let project = try work.row("Project", .id(row["projectId"].integer ?? 0), fields: ["id", "key", "name"])
        let recorders = try work.recorders(ofRun: id)
        let people = try work.names("User", recorders.map(\.user))
        let paths = try FolderPaths(project.id, in: work)
        let shares = isAutomated ? [] : try work.folderShares(ofRun: id)
        let suites = isAutomated ? try Automated.suiteRows(id, in: work) : []
        let suiteCounts = isAutomated ? try work.suiteCounts(ofRun: id) : [:]
        let failing = try work.statuses().entries.filter(\.isFailure).map { Value.int($0.id) }
        return try Answer(capacity: 16_384, version: row["epoch"].integer) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.object(.run) { writer throws(DomainError) in runs.write(0, to: &writer) }
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                try writer.array(.people, recorders) { writer, person throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.name, people[person.user])
                        writer.put(.results, person.results)
                        writer.put(.elapsed, person.elapsed)
                    }
                }
                writer.put(.from, row["startedAt"].isNull ? row["createdAt"] : row["startedAt"])
                writer.put(.to, row["completedAt"].isNull ? .int(runs.figures(0).lastAt) : row["completedAt"])
                try writer.array(.folders, shares) { writer, share throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, share.owner)
                        try writer.array(.path, paths.path(share.owner)) { writer, name throws(DomainError) in
                            writer.value(name)
                        }
                        writer.put(.counts, counts: share.counts)
                        writer.put(.elapsed, share.elapsed)
                    }
                }
                try writer.array(.suites, suites) { writer, suite throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, suite.id)
                        writer.put(.name, suite["name"])
                        writer.put(.tests, suite["tests"])
                        writer.put(.counts, counts: suiteCounts[suite.id] ?? StatusCounts())
                        writer.put(.time, suite["time"])
                        writer.put(.at, suite["timestamp"])
                    }
                }
                try writeSlowest(id, isAutomated, to: &writer, in: work)
                if isAutomated {
                    try writeAutomated(id, failing, to: &writer, in: work)
                } else {
                    try writeManual(id, failing, paths, to: &writer, in: work)
                }
            }
        }
    }

    private static func writeSlowest(
        _ run: Int64, _ isAutomated: Bool, to writer: inout JSONWriter, in work: Reading
    ) throws(DomainError) {
        let (entity, filter, field) =
            isAutomated
            ? ("JUnitTestResult", Filter.related("testSuite", .some, .equals("testRunId", .int(run))), "time")
            : ("TestRunCase", Filter.equals("testRunId", .int(run)), "elapsed")
        let tree = try work.tree(
            Query(
                entity, where: filter && .not(.equals(field, .null)), fields: ["id", "repositoryCaseId", field],
                include: [Query.Include("repositoryCase", .rows(Query("RepositoryCase", fields: ["id", "name"])))],
                order: [.by(field, .descending), .by("id")], page: .init(limit: 10)))
        try writer.array(.slowest, 0..<tree.count) { writer, index throws(DomainError) in
            writer.beginArray()
            writer.value(tree.row(index)["repositoryCaseId"])
            writer.value(tree.related("repositoryCase", of: index).first?["name"] ?? .null)
            writer.value(tree.row(index)[field])
            writer.endArray()
        }
    }

    private static func writeManual(
        _ run: Int64, _ failing: [Value], _ paths: FolderPaths, to writer: inout JSONWriter, in work: Reading
    ) throws(DomainError) {
        let filter = Filter.equals("testRunId", .int(run)) && .oneOf("statusId", failing)
        let tests = try work.tree(
            Query(
                "TestRunCase", where: filter, fields: ["id", "repositoryCaseId", "statusId"],
                include: [
                    Query.Include("repositoryCase", .rows(Query("RepositoryCase", fields: ["id", "name", "folderId"])))
                ],
                order: [.by("order"), .by("id")], page: .init(limit: failureLimit)))
        let total = try work.count("TestRunCase", where: filter)
        let results = try ResultRows(
            .equals("testRunId", .int(run)) && .oneOf("testRunCaseId", tests.ids.map { .int($0) }), limit: 2000,
            in: work)
        var latest: [Int64: Int] = [:]
        for (index, result) in results.rows.enumerated() {
            let test = result["testRunCaseId"].integer ?? 0
            if latest[test] == nil { latest[test] = index }
        }
        let stepIds = latest.values.flatMap { results.steps($0).compactMap { $0["stepId"].integer } }
        var steps: [Int64: Row] = [:]
        for row in try work.find(
            "Step", stepIds.map { .id($0) }, fields: ["id", "order", "step", "expectedResult"], deleted: .shown)
        {
            steps[row.id] = row
        }
        try writer.array(.failures, 0..<tests.count) { writer, index throws(DomainError) in
            let test = tests.row(index)
            let owner = tests.related("repositoryCase", of: index).first
            let result = latest[test.id]
            let row = result.map { results.rows[$0] }
            try writer.object { writer throws(DomainError) in
                writer.put(.caseId, test["repositoryCaseId"])
                writer.put(.testId, test.id)
                writer.put(.resultId, row?.id)
                writer.put(.title, owner?["name"] ?? .null)
                writer.put(.where, paths.path(owner?["folderId"].integer ?? 0).joined(separator: " / "))
                writer.put(.statusId, test["statusId"])
                writer.put(.at, row?["executedAt"] ?? .null)
                writer.put(.by, result.flatMap { results.author($0) })
                writer.put(.elapsed, row?["elapsed"] ?? .null)
                writer.put(.comment, rich: row?["notes"] ?? .null)
                try writer.array(.steps, result.map { results.steps($0) } ?? []) { writer, step throws(DomainError) in
                    let own = step["stepId"].integer.flatMap { steps[$0] }
                    try writer.object { writer throws(DomainError) in
                        writer.put(.position, (own?["order"].integer ?? 0) + 1)
                        writer.put(.action, rich: own?["step"] ?? .null)
                        writer.put(.expected, rich: own?["expectedResult"] ?? .null)
                        writer.put(.statusId, step["statusId"])
                        writer.put(.comment, rich: step["notes"])
                    }
                }
                writeNoOutput(to: &writer)
                try Attachments.write(result.map { results.attachments($0) } ?? [], to: &writer)
            }
        }
        writer.put(.failuresTotal, total)
    }

    private static func writeNoOutput(to writer: inout JSONWriter) {
        writer.put(.message, "")
        writer.put(.content, "")
        writer.put(.systemOut, "")
        writer.put(.systemErr, "")
        writer.key(.properties)
        writer.beginArray()
        writer.endArray()
    }

    private static func writeAutomated(
        _ run: Int64, _ failing: [Value], to writer: inout JSONWriter, in work: Reading
    ) throws(DomainError) {
        let filter = Filter.related("testSuite", .some, .equals("testRunId", .int(run))) && .oneOf("statusId", failing)
        let tree = try work.tree(
            Query(
                "JUnitTestResult", where: filter,
                include: [
                    Query.Include(
                        "repositoryCase", .rows(Query("RepositoryCase", fields: ["id", "name", "className"]))),
                    Query.Include("testSuite", .rows(Query("JUnitTestSuite", fields: ["id", "name"]))),
                ],
                order: [.by("id")], page: .init(limit: failureLimit)))
        let total = try work.count("JUnitTestResult", where: filter)
        try writer.array(.failures, 0..<tree.count) { writer, index throws(DomainError) in
            let row = tree.row(index)
            let owner = tree.related("repositoryCase", of: index).first
            var cut: [String] = []
            try writer.object { writer throws(DomainError) in
                writer.put(.caseId, row["repositoryCaseId"])
                writer.put(.testId, Value.null)
                writer.put(.resultId, row.id)
                writer.put(.title, row["name"].isNull ? owner?["name"] ?? .null : row["name"])
                writer.put(.where, tree.related("testSuite", of: index).first?["name"] ?? owner?["className"] ?? .null)
                writer.put(.statusId, row["statusId"])
                writer.put(.at, row["executedAt"])
                writer.put(.by, Value.null)
                writer.put(.elapsed, row["time"])
                writer.put(.comment, "")
                writer.key(.steps)
                writer.beginArray()
                writer.endArray()
                writer.put(.message, row["message"])
                writer.put(.content, Automated.shortened(row["content"], "", &cut))
                writer.put(.systemOut, Automated.shortened(row["systemOut"], "", &cut))
                writer.put(.systemErr, Automated.shortened(row["systemErr"], "", &cut))
                writer.key(.properties)
                writer.beginArray()
                writer.endArray()
                try Attachments.write([], to: &writer)
            }
        }
        writer.put(.failuresTotal, total)
    }
}
