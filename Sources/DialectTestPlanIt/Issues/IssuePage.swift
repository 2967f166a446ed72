import Engine
import Model

/// Issues as the reference shows them.
enum IssuePage {
    static let fields = [
        "id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted", "name", "title", "description", "status",
        "priority", "severity", "externalId", "externalKey", "externalUrl", "externalStatus", "issueTypeName",
    ]
    static let uids = ["projectId", "assignedToId", "integrationId", "createdById", "updatedById"]

    /// What the issue is linked to, a bounded number of each kind.
    static let include: [Query.Include] = IssueTarget.allCases.map { target in
        Query.Include(
            target.relation,
            .rows(
                Query(
                    target.entity, where: .equals("isDeleted", false), fields: ["id", "uid"], order: [.by("id")],
                    page: .init(limit: 500))))
    }

    static func write(_ tree: ResultTree, _ index: Int, to writer: inout JSONWriter) {
        let row = tree.row(index)
        let external = row["externalKey"].isNull ? row["externalId"] : row["externalKey"]
        writer.beginObject()
        writer.identity(row)
        writer.member(.projectId, row["projectId#uid"])
        for name in ["name", "title", "description", "status"] { writer.member(JSONKey(name), row[name]) }
        writer.member(.priority, row["priority"].string?.uppercased())
        writer.member("severity", row["severity"].string?.uppercased())
        writer.member(.assignedTo, row["assignedToId#uid"])
        writer.member("externalId", external)
        writer.member("externalKey", external)
        writer.member("externalUrl", row["externalUrl"])
        writer.member("externalStatus", row["externalStatus"])
        writer.member("issueTypeName", row["issueTypeName"])
        writer.member("integrationId", row["integrationId#uid"])
        writer.array("links")
        for target in IssueTarget.allCases {
            for other in tree.related(target.relation, of: index) {
                writer.beginObject()
                writer.member("entityType", target.rawValue)
                writer.member("entityId", other.uid)
                writer.endObject()
            }
        }
        writer.endArray()
        writer.common(row, creator: "createdById")
        writer.endObject()
    }
}
