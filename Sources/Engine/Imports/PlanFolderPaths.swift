import Model
import Statements
import Store

/// Folders below a base by their names, found or made, and attached to a plan.
struct PlanFolderPaths {
    private static let depthLimit = 32

    private let work: Writing
    private let project: Int64
    private let repository: Int64
    private let base: Int64
    private let plan: Int64
    private var known: [[String]: Int64] = [:]
    private var paths: [Int64: String] = [:]
    private var orders: [Int64: Int64] = [:]
    private(set) var made = 0

    init(_ work: Writing, project: Int64, repository: Int64, base: Int64, plan: Int64) {
        self.work = work
        self.project = project
        self.repository = repository
        self.base = base
        self.plan = plan
    }

    /// The names of a folder's chain, joined by points.
    func path(_ folder: Int64) -> String { paths[folder] ?? "" }

    /// The place behind the last case of a folder.
    mutating func nextOrder(_ folder: Int64) throws(DomainError) -> Int64 {
        if orders[folder] == nil { orders[folder] = try work.nextCaseOrder(in: folder) }
        let next = orders[folder] ?? 1
        orders[folder] = next + 1
        return next
    }

    mutating func folder(_ names: [String]) throws(DomainError) -> Int64 {
        if let folder = known[names] { return folder }
        guard names.count <= PlanFolderPaths.depthLimit else {
            throw .invalid("file", "folders are at most \(PlanFolderPaths.depthLimit) levels deep")
        }
        guard let last = names.last else {
            known[names] = base
            paths[base] = ""
            return base
        }
        let parent = try folder(Array(names.dropLast()))
        let folder = try child(of: parent, named: String(last.prefix(500)))
        known[names] = folder
        paths[folder] = names.joined(separator: ".")
        return folder
    }

    private mutating func child(of parent: Int64, named name: String) throws(DomainError) -> Int64 {
        let found = try work.value(
            """
            SELECT id FROM repository_folder WHERE project_id = \(Value.int(project))
            AND parent_id = \(Value.int(parent)) AND name = \(Value.text(name)) AND NOT is_deleted ORDER BY id LIMIT 1
            """)
        let folder: Int64
        if let id = found?.integer {
            folder = id
        } else {
            try work.requireAdding(work.schema["RepositoryFolder"], to: project)
            let order = try work.value(
                "SELECT COALESCE(MAX(\"order\"), 0) + 1 FROM repository_folder WHERE parent_id = \(Value.int(parent))")
            let names = ["name", "order", "projectId", "repositoryId", "parentId", "creatorId"]
            let row: [Value] = [
                .text(name), order ?? 1, .int(project), .int(repository), .int(parent), .int(work.caller.userId),
            ]
            folder = try work.store(work.schema["RepositoryFolder"], names, [row])[0]
            made += 1
        }
        try attach(folder, parent)
        return folder
    }

    private func attach(_ folder: Int64, _ parent: Int64) throws(DomainError) {
        let isThere = try work.value(
            """
            SELECT id FROM test_plan_folder WHERE test_plan_id = \(Value.int(plan)) AND folder_id = \(Value.int(folder))
            """)
        guard isThere == nil else { return }
        let sequence = try work.nextPlace(inPlan: plan, below: parent)
        try work.store(
            work.schema["TestPlanFolder"], ["testPlanId", "folderId", "parentId", "sequence", "takesNewCases"],
            [[.int(plan), .int(folder), .int(parent), .int(sequence), false]], onConflict: .skip)
    }
}

extension Writing {
    /// The plan of an import.
    func plan(for order: PlanImport) throws(DomainError) -> Int64 {
        let id: Int64
        switch order.plan {
        case .root: id = try requireRootPlan(of: order.project)
        case .id(let given):
            let row = try row("TestPlan", .id(given), fields: ["id", "projectId"])
            guard row["projectId"].integer == order.project else { throw .notFound("TestPlan") }
            id = given
        case .named(let name):
            let own = Filter.equals("projectId", .int(order.project)) && .equals("isDeleted", false)
            let named = Filter.text("name", .equals, name, .insensitive)
            guard let known = try first(Query("TestPlan", where: own && named, fields: ["id"], order: [.by("id")]))
            else {
                let draft = Draft([
                    "name": .text(name), "projectId": .int(order.project), "isAutomated": .bool(order.isAutomation),
                ])
                return try insert("TestPlan", [draft])[0]
            }
            id = known.id
        }
        if order.isAutomation, try !row("TestPlan", .id(id), fields: ["id", "isAutomated"]).flag("isAutomated") {
            try update("TestPlan", [Change(id, set: ["isAutomated": true])])
        }
        return id
    }

    /// The milestone of an import.
    func milestone(for order: PlanImport) throws(DomainError) -> Int64? {
        switch order.milestone {
        case nil: return nil
        case .id(let given):
            let row = try row("Milestone", .id(given), fields: ["id", "projectId"])
            guard row["projectId"].integer == order.project else { throw .notFound("Milestone") }
            return given
        case .named(let name):
            let own = Filter.equals("projectId", .int(order.project)) && .equals("isDeleted", false)
            let named = Filter.text("name", .equals, name, .insensitive)
            if let known = try first(Query("Milestone", where: own && named, fields: ["id"], order: [.by("id")])) {
                return known.id
            }
            return try createMilestone(project: order.project, ["name": .text(name)])
        }
    }
}
