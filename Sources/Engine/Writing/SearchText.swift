import Model
import Statements
import Store

/// What the search index knows of a row; written in the transaction that changes the row.
enum SearchText {
    private struct Entry {
        var project: Int64?
        var title: String
        var body: String
        var tags: String = ""
    }

    private static let entities: Set<String> = [
        "RepositoryCase", "SharedStepGroup", "TestRun", "Session", "Project", "Issue", "Milestone",
    ]

    static func covers(_ entity: String) -> Bool { entities.contains(entity) }

    /// Makes the entries of these rows anew; rows that are deleted lose theirs.
    static func refresh(_ entity: String, _ ids: [Int64], isNew: Bool, in work: Writing) throws(DomainError) {
        guard let ordinal = work.schema.ordinal(entity) else { return }
        let base = SearchEntry.base(ordinal: ordinal)
        for chunk in work.chunked(ids) {
            if !isNew {
                let keys = SQLText.list(chunk.map { Value.int(base + $0) })
                _ = try work.run { () throws(StoreError) in
                    try work.session.execute("DELETE FROM search_entry WHERE rowid IN (\(keys))")
                }
            }
            let entries = try entries(entity, chunk, in: work)
            var rows: [[Value]] = []
            for id in chunk {
                guard let entry = entries[id] else { continue }
                rows.append([
                    .int(base + id), .text(entity), .int(entry.project), .text(entry.title),
                    .text(String(entry.body.prefix(100_000))), .text(entry.tags),
                ])
            }
            try insert(rows, in: work)
        }
    }

    /// Entries that a bulk path made itself: row id, project, title.
    static func add(_ entity: String, _ rows: [(id: Int64, project: Int64, title: String)], in work: Writing)
        throws(DomainError)
    {
        guard let ordinal = work.schema.ordinal(entity) else { return }
        let base = SearchEntry.base(ordinal: ordinal)
        try insert(
            rows.map { [.int(base + $0.id), .text(entity), .int($0.project), .text($0.title), "", ""] }, in: work)
    }

    private static func insert(_ rows: [[Value]], in work: Writing) throws(DomainError) {
        let insert = Insert(
            table: "search_entry", columns: ["rowid", "entity", "project_id", "title", "body", "tags"],
            kinds: [.integer, .text, .integer, .text, .text, .text], rows: rows)
        _ = try work.run { () throws(StoreError) in try work.session.insert(insert) }
    }

    private static func entries(_ entity: String, _ ids: [Int64], in work: Writing) throws(DomainError) -> [Int64:
        Entry]
    {
        let list = SQLText.list(ids.map { Value.int($0) })
        switch entity {
        case "RepositoryCase": return try cases(list, in: work)
        case "SharedStepGroup":
            var entries = try plain(
                "SELECT id, project_id, name, NULL FROM shared_step_group WHERE id IN (\(list)) AND NOT is_deleted",
                in: work)
            let items = try work.rows(
                """
                SELECT shared_step_group_id, step, expected_result FROM shared_step_item
                WHERE shared_step_group_id IN (\(list)) ORDER BY shared_step_group_id, "order"
                """)
            for row in items {
                entries[row[0].integer ?? 0]?.body += RichText.plain(row[1]) + "\n" + RichText.plain(row[2]) + "\n"
            }
            return entries
        case "TestRun":
            var entries = try plain(
                "SELECT id, project_id, name, note FROM test_run WHERE id IN (\(list)) AND NOT is_deleted", in: work)
            try tags("test_run_tag", "test_run_id", list, &entries, in: work)
            return entries
        case "Session":
            var entries = try plain(
                "SELECT id, project_id, name, mission FROM session WHERE id IN (\(list)) AND NOT is_deleted", in: work)
            try tags("session_tag", "session_id", list, &entries, in: work)
            return entries
        case "Project":
            return try plain(
                "SELECT id, id, name, note FROM project WHERE id IN (\(list)) AND NOT is_deleted", in: work)
        case "Milestone":
            return try plain(
                "SELECT id, project_id, name, note FROM milestone WHERE id IN (\(list)) AND NOT is_deleted", in: work)
        case "Issue":
            var entries = try plain(
                "SELECT id, project_id, title, description FROM issue WHERE id IN (\(list)) AND NOT is_deleted",
                in: work)
            let keys = try work.rows("SELECT id, name, external_key FROM issue WHERE id IN (\(list))")
            for row in keys { entries[row[0].integer ?? 0]?.body += "\n\(row[1].string ?? "") \(row[2].string ?? "")" }
            return entries
        default: return [:]
        }
    }

    private static func plain(_ statement: SQLText, in work: Writing) throws(DomainError) -> [Int64: Entry] {
        var entries: [Int64: Entry] = [:]
        for row in try work.rows(statement) {
            entries[row[0].integer ?? 0] = Entry(
                project: row[1].integer, title: row[2].string ?? "", body: RichText.plain(row[3]))
        }
        return entries
    }

    private static func tags(
        _ table: String, _ column: String, _ list: SQLText, _ entries: inout [Int64: Entry], in work: Writing
    ) throws(DomainError) {
        let rows = try work.rows(
            """
            SELECT pair.\(name: column), tag.name FROM \(name: table) AS pair JOIN tag ON tag.id = pair.tag_id
            WHERE pair.\(name: column) IN (\(list)) AND NOT tag.is_deleted
            """)
        for row in rows {
            entries[row[0].integer ?? 0]?.tags += " \(row[1].string ?? "")"
        }
    }

    private static func cases(_ list: SQLText, in work: Writing) throws(DomainError) -> [Int64: Entry] {
        var entries: [Int64: Entry] = [:]
        let cases = try work.rows(
            "SELECT id, project_id, name, class_name FROM repository_case WHERE id IN (\(list)) AND NOT is_deleted")
        for row in cases {
            entries[row[0].integer ?? 0] = Entry(
                project: row[1].integer, title: row[2].string ?? "", body: row[3].string ?? "")
        }
        let steps = try work.rows(
            """
            SELECT test_case_id, step, expected_result FROM step
            WHERE test_case_id IN (\(list)) AND NOT is_deleted ORDER BY test_case_id, "order"
            """)
        for row in steps {
            entries[row[0].integer ?? 0]?.body += "\n" + RichText.plain(row[1]) + "\n" + RichText.plain(row[2])
        }
        let values = try work.rows("SELECT test_case_id, value FROM case_field_value WHERE test_case_id IN (\(list))")
        for row in values { entries[row[0].integer ?? 0]?.body += "\n" + RichText.plain(row[1]) }
        try tags("repository_case_tag", "repository_case_id", list, &entries, in: work)
        return entries
    }
}
