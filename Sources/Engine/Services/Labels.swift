public import Model
import Statements
import Store

/// Tags on things as rows with ids: one assignment for each tag on a thing, whoever tagged it.
enum TaggedKind {
    /// Things that have tags of their own, with the tables of the pairs.
    static func all(_ schema: Schema) -> [(entity: EntityType, table: String, here: String)] {
        var result: [(entity: EntityType, table: String, here: String)] = []
        for entity in schema.entities where entity.isProjectOwned && entity.field("projectId") != nil {
            guard case .manyToMany(let table, let here, _) = entity.relation("tags")?.kind else { continue }
            result.append((entity, table, here))
        }
        return result
    }

    static func missing(_ entity: EntityType, _ table: String, _ here: String) -> SQLText {
        """
        SELECT p.tag_id, p.\(name: here), e.project_id FROM \(name: table) AS p
        JOIN \(name: entity.table) AS e ON e.id = p.\(name: here) WHERE e.project_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM label_assignment AS l WHERE l.related_type = \(Value.text(entity.name))
        AND l.related_id = p.\(name: here) AND l.tag_id = p.tag_id)
        """
    }

    static func stale(_ entity: EntityType, _ table: String, _ here: String) -> SQLText {
        """
        SELECT l.id FROM label_assignment AS l WHERE l.related_type = \(Value.text(entity.name)) AND NOT EXISTS (
        SELECT 1 FROM \(name: table) AS p WHERE p.\(name: here) = l.related_id AND p.tag_id = l.tag_id)
        """
    }
}

extension Reading {
    /// Whether there is one assignment for each tag on a thing.
    public func labelsAreSettled() throws(DomainError) -> Bool {
        for kind in TaggedKind.all(schema) {
            if try rows("\(TaggedKind.missing(kind.entity, kind.table, kind.here)) LIMIT 1").first != nil {
                return false
            }
            if try rows("\(TaggedKind.stale(kind.entity, kind.table, kind.here)) LIMIT 1").first != nil { return false }
        }
        return true
    }
}

extension Writing {
    /// Makes and removes assignments so that they say what the tags say.
    public func settleLabels() throws(DomainError) {
        try lock("labels")
        let user = try firstUser()
        for kind in TaggedKind.all(schema) {
            let stale = try rows(TaggedKind.stale(kind.entity, kind.table, kind.here)).compactMap { $0[0].integer }
            for chunk in chunked(stale) {
                _ = try run { () throws(StoreError) in
                    try session.execute(build.delete(schema["LabelAssignment"], ids: chunk))
                }
            }
            let missing = try rows(
                "\(TaggedKind.missing(kind.entity, kind.table, kind.here)) ORDER BY p.\(name: kind.here), p.tag_id")
            try store(
                schema["LabelAssignment"], ["tagId", "relatedId", "projectId", "relatedType", "createdById"],
                missing.map { $0 + [.text(kind.entity.name), .int(user)] }, onConflict: .skip)
        }
    }

    /// Puts a tag on a thing; returns the assignment, which may be there already.
    public func assign(tag: Int64, to entityName: String, _ id: Int64, project: Int64) throws(DomainError) -> Int64 {
        let known = try first(
            Query(
                "LabelAssignment",
                where: .equals("tagId", .int(tag)) && .equals("relatedType", .text(entityName))
                    && .equals("relatedId", .int(id)), fields: ["id"]))
        if schema[entityName].relation("tags") != nil { try link(entityName, id, "tags", [tag]) }
        if let known { return known.id }
        return try insert(
            "LabelAssignment",
            [
                Draft([
                    "tagId": .int(tag), "relatedType": .text(entityName), "relatedId": .int(id),
                    "projectId": .int(project),
                ])
            ])[0]
    }

    /// Takes a tag off a thing by its assignment.
    public func removeLabel(_ id: Int64) throws(DomainError) {
        let row = try row("LabelAssignment", .id(id))
        let entityName = row.text("relatedType")
        if let entity = schema.entity(entityName), entity.relation("tags") != nil, let tag = row["tagId"].integer,
            let other = row["relatedId"].integer, try !find(entityName, [.id(other)]).isEmpty
        {
            try unlink(entityName, other, "tags", [tag])
        }
        try delete("LabelAssignment", ids: [id])
    }
}

/// Defects of cases in runs, found by any of their results.
extension Reading {
    private static let missing: SQLText = """
        SELECT DISTINCT r.test_run_case_id, p.issue_id, i.created_by_id FROM test_run_result_issue AS p
        JOIN test_run_result AS r ON r.id = p.test_run_result_id JOIN issue AS i ON i.id = p.issue_id
        WHERE NOT r.is_deleted AND NOT EXISTS (SELECT 1 FROM test_run_case_issue AS x
        WHERE x.test_run_case_id = r.test_run_case_id AND x.issue_id = p.issue_id)
        """

    /// Whether the defects of all results are defects of their cases in runs.
    public func foundIssuesAreSettled() throws(DomainError) -> Bool {
        try rows("\(Reading.missing) LIMIT 1").isEmpty
    }

    static var missingFoundIssues: SQLText { missing }
}

extension Writing {
    public func settleFoundIssues() throws(DomainError) {
        try lock("found issues")
        try store(
            schema["TestRunCaseIssue"], ["testRunCaseId", "issueId", "createdById"],
            try rows("\(Reading.missingFoundIssues) ORDER BY 1, 2"), onConflict: .skip)
    }

    /// Links a defect with a case in a run and with its latest result; returns the pair, which may be there already.
    public func found(issue: Int64, by member: Int64) throws(DomainError) -> Int64 {
        let pair = Filter.equals("testRunCaseId", .int(member)) && .equals("issueId", .int(issue))
        if let known = try first(Query("TestRunCaseIssue", where: pair, fields: ["id"])) { return known.id }
        let id = try insert(
            "TestRunCaseIssue", [Draft(["testRunCaseId": .int(member), "issueId": .int(issue)])])[0]
        if let latest = try latestResult(of: member) { try link("TestRunResult", latest, "issues", [issue]) }
        return id
    }

    /// Parts a defect from a case in a run and from all its results.
    public func removeFound(_ id: Int64) throws(DomainError) {
        let row = try row("TestRunCaseIssue", .id(id))
        guard let issue = row["issueId"].integer else { return }
        let results = try rows(
            """
            SELECT p.test_run_result_id FROM test_run_result_issue AS p
            JOIN test_run_result AS r ON r.id = p.test_run_result_id
            WHERE r.test_run_case_id = \(row["testRunCaseId"]) AND p.issue_id = \(Value.int(issue)) AND NOT r.is_deleted
            """)
        for result in results {
            if let id = result[0].integer { try unlink("TestRunResult", id, "issues", [issue]) }
        }
        try delete("TestRunCaseIssue", ids: [id])
    }

    private func latestResult(of member: Int64) throws(DomainError) -> Int64? {
        try value(
            """
            SELECT id FROM test_run_result WHERE test_run_case_id = \(Value.int(member)) AND NOT is_deleted
            ORDER BY executed_at DESC, id DESC LIMIT 1
            """)?.integer
    }
}
