import Model
import Statements
import Store

extension Writing {
    /// Waits until no other transaction holds the name and keeps it until the end of this one.
    ///
    /// For decisions that read before they write; SQLite has one writer and needs none.
    func lock(_ name: String) throws(DomainError) {
        guard session.flavor == .postgres else { return }
        _ = try rows("SELECT pg_advisory_xact_lock(hashtextextended(\(Value.text(name)), 0))")
    }

    /// Locks rows in the order of their ids until the end of the transaction.
    func lockRows(_ entityName: String, _ ids: some Collection<Int64>) throws(DomainError) {
        guard session.flavor == .postgres else { return }
        for chunk in chunked(Set(ids).sorted()) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            _ = try rows(
                "SELECT id FROM \(name: schema[entityName].table) WHERE id IN (\(list)) ORDER BY id FOR NO KEY UPDATE")
        }
    }

    /// Gives rows of projects that count them the next numbers, where they have none.
    func giveNumbers(_ drafts: inout [Draft], _ entity: EntityType) throws(DomainError) {
        guard entity.field("number") != nil, entity.field("projectId") != nil else { return }
        var places: [Int64: [Int]] = [:]
        for index in drafts.indices where drafts[index]["number"]?.isNull != false {
            if let project = drafts[index]["projectId"]?.integer { places[project, default: []].append(index) }
        }
        for project in places.keys.sorted() {
            let indexes = places[project] ?? []
            var number = try numbers(entity.name, in: project, count: indexes.count)
            for index in indexes {
                drafts[index]["number"] = .int(number)
                number += 1
            }
        }
    }

    /// The first of `count` running numbers for rows of an entity in a project; no number is handed out twice.
    func numbers(_ entityName: String, in project: Int64, count: Int) throws(DomainError) -> Int64 {
        let table = schema[entityName].table
        let own = Value.int(project)
        let kind = Value.text(entityName)
        let amount = Value.int(count)
        let advance: SQLText = """
            UPDATE counter SET next = \(amount) + CASE WHEN next > (
            SELECT COALESCE(MAX(number), 0) FROM \(name: table) WHERE project_id = \(own) AND number IS NOT NULL)
            THEN next ELSE (
            SELECT COALESCE(MAX(number), 0) + 1 FROM \(name: table) WHERE project_id = \(own) AND number IS NOT NULL) END
            WHERE project_id = \(own) AND kind = \(kind) RETURNING next
            """
        if let next = try value(advance)?.integer { return next - Int64(count) }
        // Whoever comes second waits here for the first and then counts on.
        try store(schema["Counter"], ["kind", "next", "projectId"], [[kind, 1, own]], onConflict: .skip)
        guard let next = try value(advance)?.integer else { throw .fault("no number for \(entityName)") }
        return next - Int64(count)
    }
}
