import Engine
import Model
import Wire

/// The rows behind the hits of a search, read with one statement for each kind.
struct SearchSources {
    private var rows: [String: [Int64: Row]] = [:]
    private var projects: [Int64: Row] = [:]

    init(_ hits: [SearchAnswer.Hit], in work: Reading) throws(DomainError) {
        var ids: [String: [Value]] = [:]
        for hit in hits { ids[hit.entity, default: []].append(.int(hit.id)) }
        var owners: Set<Int64> = []
        for (entity, values) in ids {
            let known = Set(work.schema[entity].fields.map(\.name))
            let fields = SearchSources.fields.filter { known.contains($0) }
            var found: [Int64: Row] = [:]
            for row in try work.find(Query(entity, where: .oneOf("id", values), fields: fields)) {
                found[row.id] = row
                if let project = row["projectId"].integer { owners.insert(project) }
            }
            rows[entity] = found
        }
        let filter = Filter.oneOf("id", owners.map { .int($0) })
        for row in try work.find(Query("Project", where: filter, fields: ["id", "uid", "name"])) {
            projects[row.id] = row
        }
    }

    /// What is shown of any kind, where it has it.
    private static let fields = [
        "id", "uid", "name", "title", "projectId", "createdAt", "updatedAt", "isDeleted", "isCompleted", "automated",
        "automationStatus", "source", "estimate", "testRunType", "status", "priority", "externalKey",
    ]
    private static let hidden: Set<String> = ["id", "uid", "name", "title", "projectId"]

    func write(_ hit: SearchAnswer.Hit, highlights: Bool, to writer: inout JSONWriter) {
        guard let kind = SearchKind(entity: hit.entity), let row = rows[hit.entity]?[hit.id] else { return }
        writer.beginObject()
        writer.key(.id)
        writer.value(row.uid)
        writer.key(.numericId)
        writer.value(row.id)
        writer.key("entityType")
        writer.value(kind.rawValue)
        writer.key("score")
        writer.value(hit.score)
        writer.key("source")
        writeSource(row, kind, to: &writer)
        writer.key("highlights")
        writer.beginObject()
        if highlights {
            for (field, text) in hit.highlights {
                writer.key(field)
                writer.beginArray()
                writer.value(text)
                writer.endArray()
            }
        }
        writer.endObject()
        writer.endObject()
    }

    private func writeSource(_ row: Row, _ kind: SearchKind, to writer: inout JSONWriter) {
        let title = row[SearchRequest.titleField(kind.entity)]
        let project = kind == .project ? row : row["projectId"].integer.flatMap { projects[$0] }
        writer.beginObject()
        writer.key(.id)
        writer.value(row.uid)
        writer.key(.numericId)
        writer.value(row.id)
        writer.key(.name)
        writer.value(row["name"])
        writer.key(.title)
        writer.value(title)
        writer.key(.projectId)
        writer.value(project?.uid)
        writer.key("projectName")
        writer.value(project?.text("name"))
        for name in row.layout.names where !SearchSources.hidden.contains(name) {
            writer.key(name)
            switch name {
            case "createdAt", "updatedAt": writer.time(row[name])
            case "isDeleted", "isCompleted", "automated": writer.value(row.flag(name))
            default: writer.value(row[name])
            }
        }
        writer.endObject()
    }
}
