public import Model
import Statements

extension Writing {
    /// Makes a milestone; the type is the default one unless given.
    public func createMilestone(project: Int64, _ fields: [String: Value]) throws(DomainError) -> Int64 {
        var draft = Draft(fields)
        draft["projectId"] = .int(project)
        if draft["milestoneTypesId"]?.isNull != false {
            draft["milestoneTypesId"] = .int(try defaultMilestoneType(project))
        }
        return try insert("Milestone", [draft])[0]
    }

    /// The default type among those of the project, else among all.
    private func defaultMilestoneType(_ project: Int64) throws(DomainError) -> Int64 {
        let found = try value(
            """
            SELECT t.id FROM milestone_type AS t LEFT JOIN milestone_type_assignment AS a
            ON a.milestone_type_id = t.id AND a.project_id = \(Value.int(project)) WHERE NOT t.is_deleted
            ORDER BY CASE WHEN a.id IS NULL THEN 1 ELSE 0 END, CASE WHEN t.is_default THEN 0 ELSE 1 END, t.id LIMIT 1
            """)
        guard let id = found?.integer else { throw .invalid("typeId", "there is no milestone type") }
        return id
    }

    /// Throws `.conflict` that names the runs and sessions of a milestone which are still open.
    public func requireNothingOpen(milestone: Int64) throws(DomainError) {
        let open =
            Filter.equals("milestoneId", .int(milestone)) && .equals("isCompleted", false)
            && .equals("isDeleted", false)
        var issues: [Issue] = []
        for (entity, field) in [("TestRun", "testRuns"), ("Session", "sessions")] {
            let query = Query(entity, where: open, fields: ["id", "name"], order: [.by("id")], page: .init(limit: 50))
            for row in try find(query) { issues.append(Issue(field: field, message: "\(row.text("name")) is open")) }
        }
        guard !issues.isEmpty else { return }
        throw DomainError(
            .conflict, "runs or sessions of the milestone are open; force completes it all the same", issues: issues)
    }
}
