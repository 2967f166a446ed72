public import Model
import Statements

extension Writing {
    /// The ids of a project's issues by what people call them: the key of the tracker, else the name.
    ///
    /// Missing ones are made, because whoever may record a result may name the defect that it shows.
    public func issues(named names: [String], project: Int64) throws(DomainError) -> [String: Int64] {
        let wanted = Set(names)
        guard !wanted.isEmpty else { return [:] }
        guard wanted.allSatisfy({ (1...255).contains($0.count) }) else {
            throw .invalid("defects", "the name of a defect has 1 to 255 characters")
        }
        try lock("issue names \(project)")
        var result: [String: Int64] = [:]
        let list = SQLText.list(wanted.sorted().map { Value.text($0) })
        let known = try rows(
            """
            SELECT id, external_key, name FROM issue WHERE project_id = \(Value.int(project)) AND NOT is_deleted
            AND (external_key IN (\(list)) OR name IN (\(list))) ORDER BY id DESC
            """)
        // A key counts more than a name, an old issue more than a new one.
        for row in known { if let name = row[2].string, wanted.contains(name) { result[name] = row[0].integer } }
        for row in known { if let key = row[1].string, wanted.contains(key) { result[key] = row[0].integer } }
        let missing = wanted.filter { result[$0] == nil }.sorted()
        guard !missing.isEmpty else { return result }
        let entity = schema["Issue"]
        var drafts = missing.map { name in
            Draft([
                "name": .text(name), "title": .text(name), "externalKey": .text(name), "status": "Open",
                "projectId": .int(project),
            ])
        }
        try giveNumbers(&drafts, entity)
        for (name, id) in zip(missing, try store(entity, drafts)) {
            result[name] = id
            effects.record("CREATE", entity, id: id, project: project, name: name)
            effects.refreshSearch("Issue", [id])
        }
        return result
    }
}
