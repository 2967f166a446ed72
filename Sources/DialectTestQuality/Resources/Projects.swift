import Engine
import Model

/// Projects and milestones.
enum Projects {
    static let all = [project, milestone]

    private static let project = Resource(
        "project", "Project", "Project",
        [
            .field("name", .text, "name", .writable, required: true),
            .field("description", .text, "note", .writable),
            .field("access_role_id", .reference, "defaultRoleId", .writable),
            .field("color", .text, "color", .writable), .field("picture", .text, "iconUrl", .writable), Virtual.none,
            .figure("analysis", .object),
        ], author: Author.own("createdBy")
    ).with { resource in
        resource.completions = [.rootPlans]
        resource.links =
            [
                "plan", "suite", "test", "step", "run", "run_result", "run_result_step", "milestone", "defect",
                "requirement", "filter", "data_set", "exploration", "exploration_item", "plan_suite_test_include",
                "shared_step", "shared_precondition",
            ].map { .many($0, by: "project_id") } + Link.related("label_assigned", "comment", "attachment", "watch")
            + [.many("integration", by: "project_id")]
        resource.figures = { rows, work, lens throws(DomainError) in
            let open = try work.openWork(of: lens.caller, projects: rows.map(\.id))
            var figures: [Int64: [String: JSON]] = [:]
            for row in rows {
                figures[row.id] = ["analysis": ["todo": open[row.id].map { .integer($0) } ?? .null]]
            }
            return figures
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                try requireFreeName(entry, nil, work)
                let id = try work.createProject(Draft(entry.merged(nil)))
                _ = try work.requireRootPlan(of: id)
                made.append(Resource.Made(id: id))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            try requireFreeName(entry, old.id, work)
            try work.update("Project", [Change(old.id, set: entry.merged(old))])
        }
    }

    private static func requireFreeName(_ entry: Entry, _ id: Int64?, _ work: Writing) throws(DomainError) {
        guard let name = entry.values["name"]?.string else { return }
        do throws(DomainError) {
            try work.requireFreeName(name, except: id)
        } catch {
            guard case .invalid = error.code else { throw error }
            throw DomainError(.duplicate, error.message, entity: "Project", fields: ["name"])
        }
    }

    private static let milestone = Resource(
        "milestone", "Milestone", "Milestone",
        [
            .field("name", .text, "name", .writable, required: true), Parts.projectColumn,
            .rich("description", "note"), .field("sequence", .integer, "order", .writable, null: false),
            .field("is_complete", .flag, "isCompleted", .writable, null: false),
            .field("start_date", .time, "startDate", .writable), .field("release_date", .time, "dueDate", .writable),
            .constant("deleted_at", .time, .null), .figure("total_test_cases", .integer),
            .field("parent_id", .reference, "parentId", .writable),
            .field("milestone_type_id", .reference, "milestoneTypesId", .writable), Virtual.column,
        ], author: Author.own("createdBy")
    ).ordered(by: "order").with { resource in
        resource.links =
            [
                .one("project"), .many("run", by: "milestone_id"), .many("exploration", by: "milestone_id"),
            ] + Link.related("label_assigned", "comment")
        resource.figures = { rows, work, _ throws(DomainError) in
            let cases = try work.milestoneCases(rows.map(\.id))
            let virtual = try Virtual.figures("Milestone", rows, work) { $0["projectId"].integer }
            var figures: [Int64: [String: JSON]] = [:]
            for row in rows {
                figures[row.id] = [
                    "total_test_cases": .integer(cases[row.id] ?? 0), "virtual": virtual[row.id] ?? .null,
                ]
            }
            return figures
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let project = try Parts.project(entry, work)
                var values = entry.merged(nil)
                if values["milestoneTypesId"]?.isNull != false { values["milestoneTypesId"] = nil }
                if values["order"] == nil {
                    let last = try work.aggregate(
                        Query("Milestone", where: .equals("projectId", .int(project)) && .equals("isDeleted", false)),
                        [Aggregate(.maximum, "order")])
                    values["order"] = .int((last.values.first?.integer ?? 0) + 1)
                }
                let isComplete = values["isCompleted"]?.boolean == true
                let id = try work.createMilestone(project: project, values)
                if isComplete, let row = try work.find("Milestone", [.id(id)]).first, row["completedAt"].isNull {
                    try work.update("Milestone", [Change(id, set: ["completedAt": .int(work.time)])])
                }
                try Virtual.store(entry, "Milestone", id, work)
                made.append(Resource.Made(id: id))
            }
            return made
        }
    }
}
