import Model
import Statements

/// Writes rows of an export inside one transaction and notes what each became.
final class TestmoWriter {
    let work: Writing
    let plan: TestmoPlan
    private var known: [String: [String: Int64]] = [:]

    init(_ work: Writing, _ plan: TestmoPlan) {
        self.work = work
        self.plan = plan
    }

    /// Reads what became of the rows that these keys name, so that `id` finds them.
    func load(_ entity: String, _ keys: [String?]) throws(DomainError) {
        let wanted = Set(keys.compactMap { $0 }).subtracting(known[entity].map { Array($0.keys) } ?? [])
        let sorted = wanted.sorted()
        var start = 0
        while start < sorted.count {
            let list = SQLText.list(sorted[start..<min(start + 500, sorted.count)].map { Value.text($0) })
            for row in try work.rows(
                """
                SELECT source_id, target_id FROM testmo_import_mapping WHERE job_id = \(Value.int(plan.job))
                AND entity_type = \(Value.text(entity)) AND source_id IN (\(list))
                """)
            {
                known[entity, default: [:]][row[0].string ?? ""] = row[1].string.flatMap { Int64($0) }
            }
            start += 500
        }
    }

    func id(_ entity: String, _ key: String?) -> Int64? { key.flatMap { known[entity]?[$0] } }

    /// The rows that are not written yet.
    func fresh(_ entity: String, _ rows: [TestmoRow]) throws(DomainError) -> [TestmoRow] {
        try load(entity, rows.map(\.id))
        return rows.filter { !$0.id.isEmpty && id(entity, $0.id) == nil }
    }

    func note(_ entity: String, _ pairs: [(source: String, target: Int64)]) throws(DomainError) {
        var rows: [[Value]] = []
        for (source, target) in pairs {
            known[entity, default: [:]][source] = target
            rows.append([.text(entity), .text(source), .text("\(target)"), .int(plan.job)])
        }
        let names = ["entityType", "sourceId", "targetId", "jobId"]
        try work.store(work.schema["TestmoImportMapping"], names, rows, onConflict: .skip)
    }

    /// The user that a row names, else whoever started the import.
    func user(_ key: String?) -> Int64? { id("users", key) ?? plan.creator }

    /// Rows of a global list: mapped, else the one of the same name, else made.
    func list(
        _ dataset: String, _ rows: [TestmoRow], mapping: String, entity: String, name field: String,
        make: (TestmoRow, String) throws(DomainError) -> Int64
    ) throws(DomainError) {
        for row in try fresh(dataset, rows) {
            guard let name = row.text("name", "title") else { continue }
            if let target = plan.target(mapping, row.id) {
                try note(dataset, [(row.id, target)])
                continue
            }
            let type = work.schema[entity]
            let query = Query(
                entity,
                where: .text(field, .equals, name, .insensitive)
                    && (type.isSoftDeleted ? .equals("isDeleted", false) : .all),
                fields: ["id"], order: [.by("id")])
            let target: Int64
            if let found = try work.first(query) { target = found.id } else { target = try make(row, name) }
            try note(dataset, [(row.id, target)])
        }
    }
}

extension TestmoWriter {
    /// People and the global lists.
    static let lists: [TestmoRun.Step] = [
        TestmoRun.Step(dataset: "users", phase: "Importing users") { rows, writer throws(DomainError) in
            try writer.users(rows)
        },
        TestmoRun.Step(dataset: "states", phase: "Importing states") { rows, writer throws(DomainError) in
            try writer.list("states", rows, mapping: "states", entity: "Workflow", name: "name") {
                row, name throws(DomainError) in
                try writer.workflow(row, name)
            }
        },
        TestmoRun.Step(dataset: "statuses", phase: "Importing statuses") { rows, writer throws(DomainError) in
            try writer.list("statuses", rows, mapping: "statuses", entity: "Status", name: "name") {
                row, name throws(DomainError) in
                try writer.status(row, name)
            }
        },
        TestmoRun.Step(dataset: "templates", phase: "Importing templates") { rows, writer throws(DomainError) in
            try writer.list("templates", rows, mapping: "templates", entity: "Template", name: "templateName") {
                _, name throws(DomainError) in
                try writer.work.insert(
                    "Template", [Draft(["templateName": .text(name), "isEnabled": true, "isDefault": false])])[0]
            }
        },
        simple("tags", "tags", "Tag"), simple("configs", "configurations", "Configuration"),
        simple("groups", "groups", "Group"), simple("roles", "roles", "Role"),
        simple("milestone_types", "milestoneTypes", "MilestoneType"),
    ]

    private static func simple(_ dataset: String, _ mapping: String, _ entity: String) -> TestmoRun.Step {
        TestmoRun.Step(dataset: dataset, phase: "Importing \(dataset)") { rows, writer throws(DomainError) in
            try writer.list(dataset, rows, mapping: mapping, entity: entity, name: "name") {
                _, name throws(DomainError) in
                try writer.work.insert(entity, [Draft(["name": .text(name)])])[0]
            }
        }
    }

    /// Mapped users, users with the same address, else people who cannot sign in.
    private func users(_ rows: [TestmoRow]) throws(DomainError) {
        for row in try fresh("users", rows) {
            let email = (row.text("email") ?? "testmo-\(plan.job)-\(row.id)@import.invalid").lowercased()
            if let target = plan.target("users", email) ?? row.text("email").flatMap({ plan.target("users", $0) }) {
                try note("users", [(row.id, target)])
                continue
            }
            if let found = try work.first(Query("User", where: .equals("email", .text(email)), fields: ["id"])) {
                try note("users", [(row.id, found.id)])
                continue
            }
            let role = try work.first(Query("Role", where: .equals("isDefault", true), fields: ["id"]))
            let draft = Draft([
                "name": .text(row.text("name", "full_name") ?? email), "email": .text(email), "isActive": false,
                "access": "USER", "isApi": false, "roleId": .int(role?.id),
            ])
            try note("users", [(row.id, try work.insert("User", [draft])[0])])
        }
    }

    private func workflow(_ row: TestmoRow, _ name: String) throws(DomainError) -> Int64 {
        let sample = try work.first(Query("Workflow", where: .equals("scope", "CASES"), order: [.by("id")]))
        let draft = Draft([
            "name": .text(name), "scope": "CASES",
            "workflowType": row.flag("is_final", "is_completed") ? "DONE" : "IN_PROGRESS",
            "iconId": sample?["iconId"] ?? .null, "colorId": sample?["colorId"] ?? .null,
        ])
        return try work.insert("Workflow", [draft])[0]
    }

    private func status(_ row: TestmoRow, _ name: String) throws(DomainError) -> Int64 {
        let sample = try work.first(Query("Status", where: .equals("isDeleted", false), order: [.by("id")]))
        let plain = name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        let draft = Draft([
            "name": .text(name), "systemName": .text("testmo\(plan.job)_\(plain)\(row.id)"), "isEnabled": true,
            "isSuccess": .bool(row.flag("is_passed", "is_success")),
            "isFailure": .bool(row.flag("is_failed", "is_failure")),
            "isCompleted": .bool(row.flag("is_final", "is_completed")), "colorId": sample?["colorId"] ?? .null,
        ])
        return try work.insert("Status", [draft])[0]
    }

    /// Projects, milestones and folders.
    static let structure: [TestmoRun.Step] = [
        TestmoRun.Step(dataset: "projects", phase: "Importing projects") { rows, writer throws(DomainError) in
            for row in try writer.fresh("projects", rows) {
                let name = try writer.freeProjectName(row.text("name") ?? "Project \(row.id)")
                let values: [String: Value] = [
                    "name": .text(name),
                    "note": row.text("note", "description").map { .text(TestmoRow.plain($0)) } ?? .null,
                    "createdBy": .int(writer.plan.creator),
                    "isCompleted": .bool(row.flag("is_completed")), "completedAt": .int(row.time("completed_at")),
                    "createdAt": .int(row.time("created_at")),
                ]
                let project = try writer.work.createProject(Draft(values.filter { !$0.value.isNull }))
                try writer.note("projects", [(row.id, project)])
            }
        },
        TestmoRun.Step(dataset: "milestones", phase: "Importing milestones") { rows, writer throws(DomainError) in
            try writer.load("projects", rows.map { $0.key("project_id") })
            try writer.load("milestone_types", rows.map { $0.key("type_id") })
            try writer.load("milestones", rows.map { $0.key("parent_id") ?? $0.key("root_id") })
            for row in try writer.fresh("milestones", rows) {
                guard let project = writer.id("projects", row.key("project_id")) else { continue }
                var values: [String: Value] = [
                    "name": .text(row.text("name") ?? "Milestone"), "note": row.rich("note", "description", "docs"),
                    "dueDate": .int(row.time("due_date", "due_at")), "startDate": .int(row.time("start_date")),
                    "isStarted": .bool(row.flag("is_started")), "isCompleted": .bool(row.flag("is_completed")),
                    "completedAt": .int(row.time("completed_at")),
                    "createdBy": .int(writer.user(row.key("created_by"))),
                    "parentId": .int(writer.id("milestones", row.key("parent_id"))),
                    "milestoneTypesId": .int(writer.id("milestone_types", row.key("type_id"))),
                ]
                values = values.filter { !$0.value.isNull }
                try writer.note("milestones", [(row.id, try writer.work.createMilestone(project: project, values))])
            }
        },
        TestmoRun.Step(dataset: "repository_folders", phase: "Importing folders") { rows, writer throws(DomainError) in
            try writer.load("projects", rows.map { $0.key("project_id") })
            try writer.load("repository_folders", rows.map { $0.key("parent_id") })
            for row in try writer.fresh("repository_folders", rows) {
                guard let project = writer.id("projects", row.key("project_id")) else { continue }
                let root = try writer.work.rootFolder(project: project)
                let parent = writer.id("repository_folders", row.key("parent_id"))
                let name = String((row.text("name") ?? "Folder").prefix(255))
                let place = Filter.equals("projectId", .int(project)) && .equals("parentId", .int(parent))
                let same = try writer.work.first(
                    Query(
                        "RepositoryFolder", where: place && .equals("name", .text(name)) && .equals("isDeleted", false),
                        fields: ["id"]))
                if let same {
                    try writer.note("repository_folders", [(row.id, same.id)])
                    continue
                }
                let draft = Draft([
                    "projectId": .int(project), "repositoryId": .int(root.repository), "parentId": .int(parent),
                    "name": .text(name), "order": .int(row.integer("display_order") ?? 0), "docs": row.rich("docs"),
                    "creatorId": .int(writer.plan.creator),
                ])
                try writer.note(
                    "repository_folders", [(row.id, try writer.work.insert("RepositoryFolder", [draft])[0])])
            }
        },
    ]

    private func freeProjectName(_ name: String) throws(DomainError) -> String {
        var candidate = name
        var number = 1
        while try work.count("Project", where: .text("name", .equals, candidate, .insensitive)) > 0 {
            number += 1
            candidate = "\(name) (\(number))"
        }
        return candidate
    }
}
