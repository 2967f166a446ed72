import Engine
import Model
import Wire

/// The cases of runs as the reference shows them.
struct RunMembers {
    /// A case in a run with what is shown of the case itself.
    struct Member {
        let row: Row
        let caseUid: String
        let title: String
    }

    private static let fields = [
        "id", "uid", "testRunId", "repositoryCaseId", "statusId", "startedAt", "lastExecutedAt", "elapsed", "attempts",
    ]

    private var byRun: [Int64: [Member]] = [:]
    private var hiddenByRun: [Int64: Int] = [:]
    private let statuses: StatusBook

    /// The cases of these runs; `share` bounds them for each run.
    init(runs: [Int64], share: Int? = nil, in work: Reading) throws(DomainError) {
        statuses = try work.statuses()
        if let share {
            for run in runs { try load(.equals("testRunId", .int(run)), Query.Page(limit: share), in: work) }
        } else if !runs.isEmpty {
            try load(.oneOf("testRunId", runs.map { .int($0) }), .all, in: work)
        }
    }

    /// A page of the cases of one run.
    init(run: Int64, page: Query.Page, in work: Reading) throws(DomainError) {
        statuses = try work.statuses()
        try load(.equals("testRunId", .int(run)), page, in: work)
    }

    private mutating func load(_ filter: Filter, _ page: Query.Page, in work: Reading) throws(DomainError) {
        let owner = Query("RepositoryCase", where: .equals("isDeleted", false), fields: ["id", "uid", "name"])
        let query = Query(
            "TestRunCase", where: filter, fields: RunMembers.fields,
            include: [Query.Include("repositoryCase", .rows(owner))], order: [.by("order")], page: page)
        let tree = try work.tree(query, uids: ["assignedToId"])
        guard let included = tree.included.first, case .rows(let cases, let positions) = included.content else {
            return
        }
        for index in 0..<tree.count {
            let row = tree.row(index)
            let run = row["testRunId"].integer ?? 0
            guard let position = positions[index].first else {
                // A deleted case is left out.
                hiddenByRun[run, default: 0] += 1
                continue
            }
            let found = cases.row(position)
            byRun[run, default: []].append(Member(row: row, caseUid: found.uid, title: found.text("name")))
        }
    }

    func of(_ run: Int64) -> [Member] { byRun[run] ?? [] }

    /// How many members were left out because their case is deleted.
    func hidden(_ run: Int64) -> Int { hiddenByRun[run] ?? 0 }

    func write(_ member: Member, to writer: inout JSONWriter) {
        let row = member.row
        writer.beginObject()
        writer.key(.id)
        writer.value(row.uid)
        writer.key(.numericId)
        writer.value(row.id)
        writer.key(.repositoryCaseId)
        writer.value(member.caseUid)
        writer.key(.title)
        writer.value(member.title)
        writer.key(.assignedTo)
        writer.value(row["assignedToId#uid"])
        writer.key(.status)
        writer.value(statuses.word(row["statusId"].integer, isStarted: !row["startedAt"].isNull))
        writer.key(.statusName)
        writer.value(statuses.entry(row["statusId"].integer)?.name)
        writer.key(.executedAt)
        writer.time(row["lastExecutedAt"])
        writer.key(.duration)
        writer.value(row["elapsed"])
        writer.key(.attempts)
        writer.value(row["attempts"])
        writer.endObject()
    }
}
