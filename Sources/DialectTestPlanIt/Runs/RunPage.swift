import Engine
import Model
import Wire

/// A page of test runs with their cases.
struct RunPage {
    static let fields = [
        "id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted", "name", "note", "isCompleted", "isCancelled",
        "completedAt", "testRunType", "number",
    ]
    static let uids = ["projectId", "milestoneId", "configId", "createdById", "updatedById"]

    /// More cases than this are not shown in one answer; the cases of a run have a list of their own.
    static let memberLimit = 20_000

    let tree: ResultTree
    private let members: RunMembers
    private let counts: [Int64: Int]

    /// The query must name `RunPage.fields`.
    init(_ query: Query, in work: Reading) throws(DomainError) {
        tree = try work.tree(query, uids: RunPage.uids)
        let runs = tree.ids
        counts = try RunPage.counts(runs, in: work)
        let isSmall = counts.values.reduce(0, +) <= RunPage.memberLimit
        let share = isSmall || runs.isEmpty ? nil : max(RunPage.memberLimit / runs.count, 1)
        members = try RunMembers(runs: runs, share: share, in: work)
    }

    /// How many cases each run has, deleted ones included.
    private static func counts(_ runs: [Int64], in work: Reading) throws(DomainError) -> [Int64: Int] {
        guard !runs.isEmpty else { return [:] }
        let grouping = Grouping(by: ["testRunId"], aggregates: [Aggregate(.count)])
        let groups = try work.groups("TestRunCase", where: .oneOf("testRunId", runs.map { .int($0) }), grouping)
        var result: [Int64: Int] = [:]
        for row in groups.values { result[row[0].integer ?? 0] = Int(row[1].integer ?? 0) }
        return result
    }

    var count: Int { tree.count }

    /// ACTIVE, COMPLETED or CANCELLED.
    static func status(_ row: Row) -> String {
        guard row.flag("isCompleted") else { return "ACTIVE" }
        return row.flag("isCancelled") ? "CANCELLED" : "COMPLETED"
    }

    /// Writes the run; `results` is written last when the run is shown alone.
    func write(_ index: Int, results: ResultPages? = nil, to writer: inout JSONWriter) throws(DomainError) {
        let row = tree.row(index)
        writer.beginObject()
        writer.key(.id)
        writer.value(row.uid)
        writer.key(.numericId)
        writer.value(row.id)
        writer.key(.projectId)
        writer.value(row["projectId#uid"])
        writer.key(.name)
        writer.value(row["name"])
        writer.key(.description)
        if row["note"].isNull { writer.null() } else { writer.value(RichText.plain(row["note"])) }
        writer.key(.status)
        writer.value(RunPage.status(row))
        writer.key(.milestoneId)
        writer.value(row["milestoneId#uid"])
        writer.key(.configurationId)
        writer.value(row["configId#uid"])
        writer.key(.isCompleted)
        writer.value(row.flag("isCompleted"))
        writer.key(.completedAt)
        writer.time(row["completedAt"])
        writer.key(.testRunType)
        writer.value(row["testRunType"])
        let shown = members.of(row.id)
        writer.key(.testCases)
        writer.beginArray()
        for member in shown { members.write(member, to: &writer) }
        writer.endArray()
        let count = counts[row.id] ?? 0
        writer.key(.testCaseCount)
        writer.value(count - members.hidden(row.id))
        if shown.count + members.hidden(row.id) < count {
            writer.key(.testCasesTruncated)
            writer.value(true)
        }
        if let results { try results.write(run: row, members: members, to: &writer) }
        writer.common(row, creator: "createdById")
        writer.endObject()
    }

    /// One run with its results as `{"data":{…}}`.
    static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let filter: Filter
        switch key {
        case .id(let id): filter = .equals("id", .int(id))
        case .uid(let uid): filter = .equals("uid", .text(uid))
        }
        let query = Query("TestRun", where: filter && .equals("isDeleted", false), fields: fields)
        let page = try RunPage(query, in: work)
        guard let row = page.tree.first else { throw .notFound("TestRun") }
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.key(.data)
        try page.write(0, results: ResultPages(work), to: &writer)
        writer.endObject()
        return Rendered(bytes: writer.bytes, tag: EntityTag(row))
    }
}
