import Engine
import Model

/// Sessions as the reference shows them.
struct SessionPage {
    static let fields = [
        "id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted", "name", "mission", "estimate", "elapsed",
        "isCompleted", "completedAt",
    ]
    static let uids = [
        "projectId", "templateId", "assignedToId", "milestoneId", "configId", "createdById", "updatedById",
    ]
    private static let resultUids = ["sessionId", "createdById"]

    /// More results than this are not shown with their session.
    private static let resultLimit = 2000

    private let statuses: StatusBook

    init(_ work: Reading) throws(DomainError) { statuses = try work.statuses() }

    /// Writes the session; `results` when it is shown alone.
    func write(_ row: Row, results: ResultTree? = nil, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity(row)
        writer.member(.projectId, row["projectId#uid"])
        writer.member(.name, row["name"])
        writer.member(.description, plain: row["mission"])
        writer.member(.templateId, row["templateId#uid"])
        writer.member(.assignedTo, row["assignedToId#uid"])
        writer.member(.milestoneId, row["milestoneId#uid"])
        writer.member(.configurationId, row["configId#uid"])
        writer.member(.estimate, row["estimate"])
        writer.member("elapsed", row["elapsed"])
        writer.member(.status, row.flag("isCompleted") ? "COMPLETED" : "ACTIVE")
        writer.member(.isCompleted, flag: row.flag("isCompleted"))
        writer.member(.completedAt, time: row["completedAt"])
        if let results {
            writer.array(.results)
            for index in 0..<results.count { write(results, index, to: &writer) }
            writer.endArray()
        }
        writer.common(row, creator: "createdById")
        writer.endObject()
    }

    /// The results that pass the filter, oldest first.
    static func results(_ filter: Filter, in work: Reading) throws(DomainError) -> ResultTree {
        let findings = Query(
            "SessionFinding", where: .equals("isDeleted", false),
            fields: ["id", "uid", "type", "title", "description", "severity"], order: [.by("id")])
        var inner = findings
        inner.uids = ["issueId"]
        let query = Query(
            "SessionResult", where: filter && .equals("isDeleted", false),
            fields: ["id", "uid", "elapsed", "resultData", "statusId", "createdAt"],
            include: [Query.Include("findings", .rows(inner))], order: [.by("createdAt"), .by("id")],
            page: .init(limit: resultLimit))
        return try work.tree(query, uids: resultUids)
    }

    func write(_ results: ResultTree, _ index: Int, to writer: inout JSONWriter) {
        let row = results.row(index)
        writer.beginObject()
        writer.identity(row)
        writer.member("sessionId", row["sessionId#uid"])
        writer.member(.notes, plain: row["resultData"])
        writer.member(.duration, row["elapsed"])
        writer.member(.status, statuses.word(row["statusId"].integer, isStarted: true))
        writer.member(.statusName, statuses.entry(row["statusId"].integer)?.name)
        writer.array("findings")
        for finding in results.related("findings", of: index) {
            writer.beginObject()
            writer.identity(finding)
            for name in ["type", "title", "description", "severity"] { writer.member(JSONKey(name), finding[name]) }
            writer.member("issueId", finding["issueId#uid"])
            writer.endObject()
        }
        writer.endArray()
        writer.member(.createdAt, time: row["createdAt"])
        writer.member(.createdBy, row["createdById#uid"])
        writer.endObject()
    }
}
