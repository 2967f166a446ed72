import Engine
import Model
import Wire

/// Results of imported runs.
enum Automated {
    static let routes: [Route] = [
        Endpoint.get("/runs/{id}/suites", "suites.list", suites),
        Endpoint.get("/runs/{id}/results", "automated.window", results),
        Endpoint.get("/results/automated/{id}", "automated.get", get),
    ]

    /// Texts are cut after this many bytes.
    private static let textLimit = 256 << 10

    static func suiteRows(_ run: Int64, in work: Reading) throws(DomainError) -> [Row] {
        try work.find(
            Query(
                "JUnitTestSuite", where: .equals("testRunId", .int(run)),
                fields: ["id", "parentId", "name", "tests", "failures", "errors", "skipped", "time", "timestamp"],
                order: [.by("id")]))
    }

    static let suites: Endpoint.Read = { ask, work throws(DomainError) in
        let run = try Runs.run(ask, in: work)
        let rows = try suiteRows(run.id, in: work)
        let counts = try work.counts(ofImportedRun: run.id)
        return try Answer(capacity: 96 * rows.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.suites, rows) { writer, row throws(DomainError) in
                    writer.beginArray()
                    for field in [
                        "id", "parentId", "name", "tests", "failures", "errors", "skipped", "time", "timestamp",
                    ] {
                        writer.value(row[field])
                    }
                    writer.endArray()
                }
                writer.put(.total, counts.total)
            }
        }
    }

    static let results: Endpoint.Read = { ask, work throws(DomainError) in
        let run = try Runs.run(ask, in: work)
        var filter = Filter.related("testSuite", .some, .equals("testRunId", .int(run.id)))
        if let suite = try ask.integer("suite") {
            filter = filter && .subtreeOfSuite(suite, try suiteRows(run.id, in: work))
        }
        if !ask.list("status").isEmpty {
            filter = filter && (try CaseFilter.status(ask.ids("status"), "statusId", in: work))
        }
        for word in (ask.text("search") ?? "").split(separator: " ") {
            let text = String(word)
            filter =
                filter
                && .related(
                    "repositoryCase", .some,
                    .text("name", .contains, text, .insensitive) || .text("className", .contains, text, .insensitive))
        }
        let page = try ask.page()
        let tree = try work.tree(
            Query(
                "JUnitTestResult", where: filter,
                fields: ["id", "name", "repositoryCaseId", "statusId", "time", "testSuiteId", "message"],
                include: [
                    Query.Include(
                        "repositoryCase", .rows(Query("RepositoryCase", fields: ["id", "name", "className"])))
                ],
                order: try order(ask), page: page))
        let total = try work.count("JUnitTestResult", where: filter)
        let counts = try work.counts(ofImportedRun: run.id)
        return try Answer(capacity: 192 * tree.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                writer.put(.counts, counts: counts)
                try writer.array(.rows, 0..<tree.count) { writer, index throws(DomainError) in
                    let row = tree.row(index)
                    let owner = tree.related("repositoryCase", of: index).first
                    writer.beginArray()
                    writer.value(row.id)
                    writer.value(row["repositoryCaseId"])
                    writer.value(row["name"].isNull ? owner?["name"] ?? .null : row["name"])
                    writer.value(owner?["className"] ?? .null)
                    writer.value(row["statusId"])
                    writer.value(row["time"])
                    writer.value(row["testSuiteId"])
                    writer.value(
                        row["message"].string.map { String(($0.split(separator: "\n").first ?? "").prefix(200)) })
                    writer.endArray()
                }
            }
        }
    }

    private static func order(_ ask: Ask) throws(DomainError) -> [Query.Order] {
        switch ask.text("sort") ?? "order" {
        case "order": return [.by("id")]
        case "-time": return [.by("time", .descending), .by("id")]
        case "time": return [.by("time"), .by("id")]
        case "name": return [Query.Order(.through(["repositoryCase"], "name")), .by("id")]
        default: throw .malformed("results cannot be sorted like this")
        }
    }

    private static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let row = try work.row("JUnitTestResult", .id(try ask.id()))
        let caseId = row["repositoryCaseId"].integer ?? 0
        let owner = try work.find(
            "RepositoryCase", [.id(caseId)], fields: ["id", "name", "className"], deleted: .shown
        ).first
        let suiteId = row["testSuiteId"].integer ?? 0
        let suite = try work.row("JUnitTestSuite", .id(suiteId))
        let properties = try pairs(.equals("repositoryCaseId", .int(caseId)), in: work)
        let suiteProperties = try pairs(.equals("testSuiteId", .int(suiteId)), in: work)
        let files = try work.find(
            Query("Attachment", where: .equals("junitTestResultId", .int(row.id)) && .equals("isDeleted", false)))
        let steps = try work.find(
            Query(
                "JUnitTestStep", where: .equals("repositoryCaseId", .int(caseId)), order: [.by("id")],
                page: .init(limit: 500)))
        let history = try work.tree(
            Query(
                "JUnitTestResult",
                where: .equals("repositoryCaseId", .int(caseId)) && .not(.equals("id", .int(row.id))),
                fields: ["id", "statusId", "time", "executedAt", "testSuiteId"],
                include: [Query.Include("testSuite", .rows(Query("JUnitTestSuite", fields: ["id", "testRunId"])))],
                order: [.by("executedAt", .descending), .by("id", .descending)], page: .init(limit: 20)))
        let runs = try work.names(
            "TestRun", (0..<history.count).map { history.related("testSuite", of: $0).first?["testRunId"].integer })
        return try Answer(capacity: 4096) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, row.id)
                writer.put(.caseId, caseId)
                writer.put(.name, row["name"].isNull ? owner?["name"] ?? .null : row["name"])
                writer.put(.className, owner?["className"] ?? .null)
                writer.put(.statusId, row["statusId"])
                writer.put(.time, row["time"])
                writer.put(.at, row["executedAt"])
                writer.put(.file, row["file"])
                writer.put(.line, row["line"])
                var cut: [String] = []
                for (key, field) in [
                    (JSONKey.message, "message"), (.content, "content"), (.systemOut, "systemOut"),
                    (.systemErr, "systemErr"),
                ] {
                    writer.put(key, shortened(row[field], field, &cut))
                }
                writer.put(.assertions, row["assertions"])
                try writer.object(.suite) { writer throws(DomainError) in
                    var ignored: [String] = []
                    writer.put(.id, suite.id)
                    writer.put(.name, suite["name"])
                    writer.put(.systemOut, shortened(suite["systemOut"], "", &ignored))
                    writer.put(.systemErr, shortened(suite["systemErr"], "", &ignored))
                }
                write(.properties, properties, to: &writer)
                write(.suiteProperties, suiteProperties, to: &writer)
                try Attachments.write(files, to: &writer)
                try writer.array(.steps, steps) { writer, step throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.name, step["name"])
                        writer.put(.content, step["content"])
                        writer.put(.statusId, step["statusId"])
                    }
                }
                try writer.array(.history, 0..<history.count) { writer, index throws(DomainError) in
                    let other = history.row(index)
                    let run = history.related("testSuite", of: index).first?["testRunId"] ?? .null
                    guard let name = run.integer.flatMap({ runs[$0] }) else { return }
                    try writer.object { writer throws(DomainError) in
                        writer.put(.run, id: run, name: .text(name))
                        writer.put(.statusId, other["statusId"])
                        writer.put(.time, other["time"])
                        writer.put(.at, other["executedAt"])
                    }
                }
                try writer.array(.cut, cut) { writer, name throws(DomainError) in writer.value(name) }
            }
        }
    }

    /// Names and values; a name that comes with every run stands once.
    private static func pairs(_ filter: Filter, in work: Reading) throws(DomainError) -> [(String, Value)] {
        let rows = try work.find(
            Query(
                "JUnitProperty", where: filter, fields: ["id", "name", "value"], order: [.by("id", .descending)],
                page: .init(limit: 500)))
        var seen: Set<String> = []
        return rows.filter { seen.insert($0.text("name")).inserted }.map { ($0.text("name"), $0["value"]) }.reversed()
    }

    private static func write(_ key: JSONKey, _ pairs: [(String, Value)], to writer: inout JSONWriter) {
        writer.key(key)
        writer.beginArray()
        for (name, value) in pairs {
            writer.beginArray()
            writer.value(name)
            writer.value(value)
            writer.endArray()
        }
        writer.endArray()
    }

    static func shortened(_ value: Value, _ name: String, _ cut: inout [String]) -> Value {
        guard let text = value.string, text.utf8.count > textLimit else { return value }
        cut.append(name)
        return .text(String(decoding: text.utf8.prefix(textLimit), as: UTF8.self))
    }
}

extension Filter {
    /// Results of a suite and of those inside it.
    static func subtreeOfSuite(_ suite: Int64, _ suites: [Row]) -> Filter {
        var wanted: Set<Int64> = [suite]
        // Parents have smaller ids than what is inside them.
        for row in suites where row["parentId"].integer.map({ wanted.contains($0) }) == true { wanted.insert(row.id) }
        return .oneOf("testSuiteId", wanted.sorted().map { .int($0) })
    }
}
