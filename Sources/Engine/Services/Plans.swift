public import Model
import Statements
import Store

/// Plans hold folders and cases. Every project has one root plan that holds everything; its tree is the folder tree.
extension Reading {
    /// The root plan of a project; `nil` before it is made.
    public func rootPlan(of project: Int64) throws(DomainError) -> Int64? {
        try value(
            """
            SELECT id FROM test_plan WHERE project_id = \(Value.int(project)) AND is_root AND NOT is_deleted
            ORDER BY id LIMIT 1
            """)?.integer
    }

    /// Whether every project has its root plan; `nil` looks at all projects.
    public func rootPlansAreThere(in project: Int64?) throws(DomainError) -> Bool {
        try rows("\(PlanGaps(project: project).projects) LIMIT 1").isEmpty
    }

    /// Whether every plan holds what it should; other products make folders and cases without regard to plans.
    public func plansAreSettled(in project: Int64?) throws(DomainError) -> Bool {
        let gaps = PlanGaps(project: project)
        for statement in gaps.all where try rows("\(statement) LIMIT 1").first != nil { return false }
        return true
    }
}

/// What may be missing or left over in plans, as statements; `nil` looks at every project.
struct PlanGaps {
    private let inProject: SQLText

    init(project: Int64?) { inProject = project.map { "p.id = \(Value.int($0)) AND " } ?? "" }

    var all: [SQLText] { [projects, leftFolders, leftCases, folders, moved, cases, joining] }

    var projects: SQLText {
        """
        SELECT p.id, p.created_by FROM project AS p WHERE \(inProject)NOT p.is_deleted AND NOT EXISTS (
        SELECT 1 FROM test_plan AS t WHERE t.project_id = p.id AND t.is_root AND NOT t.is_deleted)
        """
    }

    /// Folders of the project that its root plan lacks.
    var folders: SQLText {
        """
        SELECT t.id, f.id, f.parent_id, f."order" FROM repository_folder AS f JOIN project AS p ON p.id = f.project_id
        JOIN test_plan AS t ON t.project_id = p.id AND t.is_root AND NOT t.is_deleted
        WHERE \(inProject)NOT f.is_deleted AND NOT EXISTS (
        SELECT 1 FROM test_plan_folder AS x WHERE x.test_plan_id = t.id AND x.folder_id = f.id)
        """
    }

    /// Folders that hang elsewhere in the root plan than in the folder tree.
    var moved: SQLText {
        """
        SELECT x.id, f.parent_id FROM test_plan_folder AS x JOIN repository_folder AS f ON f.id = x.folder_id
        JOIN test_plan AS t ON t.id = x.test_plan_id JOIN project AS p ON p.id = t.project_id
        WHERE \(inProject)t.is_root AND COALESCE(x.parent_id, 0) <> COALESCE(f.parent_id, 0)
        """
    }

    /// Cases of the project that its root plan lacks.
    var cases: SQLText {
        """
        SELECT t.id, c.id, c.folder_id FROM repository_case AS c JOIN project AS p ON p.id = c.project_id
        JOIN test_plan AS t ON t.project_id = p.id AND t.is_root AND NOT t.is_deleted
        WHERE \(inProject)NOT c.is_deleted AND NOT EXISTS (
        SELECT 1 FROM test_plan_case AS x WHERE x.test_plan_id = t.id AND x.repository_case_id = c.id)
        """
    }

    /// New cases in folders that were attached as a whole.
    var joining: SQLText {
        """
        SELECT x.test_plan_id, c.id, c.folder_id FROM test_plan_folder AS x JOIN test_plan AS t ON t.id = x.test_plan_id
        JOIN project AS p ON p.id = t.project_id JOIN repository_case AS c ON c.folder_id = x.folder_id
        WHERE \(inProject)NOT t.is_root AND NOT t.is_deleted AND x.takes_new_cases AND NOT c.is_deleted AND NOT EXISTS (
        SELECT 1 FROM test_plan_case AS y WHERE y.test_plan_id = x.test_plan_id AND y.repository_case_id = c.id)
        """
    }

    var leftFolders: SQLText {
        """
        SELECT x.id FROM test_plan_folder AS x JOIN repository_folder AS f ON f.id = x.folder_id
        JOIN project AS p ON p.id = f.project_id WHERE \(inProject)f.is_deleted
        """
    }

    var leftCases: SQLText {
        """
        SELECT x.id FROM test_plan_case AS x JOIN repository_case AS c ON c.id = x.repository_case_id
        JOIN project AS p ON p.id = c.project_id WHERE \(inProject)c.is_deleted
        """
    }
}

extension Writing {
    /// Makes what plans lack and removes what is gone; safe to repeat.
    public func settlePlans(in project: Int64?) throws(DomainError) {
        let gaps = PlanGaps(project: project)
        try lock("plans")
        for row in try rows(gaps.projects) {
            guard let owner = row[0].integer else { continue }
            try rootFolder(project: owner)
            try store(
                schema["TestPlan"], ["name", "isRoot", "projectId", "createdById"],
                [["All tests", true, row[0], row[1].isNull ? .int(caller.userId) : row[1]]])
        }
        try remove("TestPlanFolder", try rows(gaps.leftFolders).compactMap { $0[0].integer })
        try remove("TestPlanCase", try rows(gaps.leftCases).compactMap { $0[0].integer })
        try addFolders(try rows("\(gaps.folders) ORDER BY f.\"order\", f.id"))
        for row in try rows(gaps.moved) {
            guard let id = row[0].integer else { continue }
            try apply(schema["TestPlanFolder"], [Change(id, set: ["parentId": row[1]])])
        }
        let cases = try rows("\(gaps.cases) ORDER BY c.id") + rows("\(gaps.joining) ORDER BY c.id")
        try addCases(cases)
    }

    private func remove(_ entity: String, _ ids: [Int64]) throws(DomainError) {
        for chunk in chunked(ids) {
            _ = try run { () throws(StoreError) in try session.execute(build.delete(schema[entity], ids: chunk)) }
        }
    }

    /// Rows of plan, folder, parent.
    private func addFolders(_ found: [[Value]]) throws(DomainError) {
        guard !found.isEmpty else { return }
        var last: [[Value]: Int64] = [:]
        var rows: [[Value]] = []
        for row in found {
            let place = [row[0], row[2]]
            if last[place] == nil { last[place] = try lastSequence(plan: row[0], parent: row[2]) }
            let next = (last[place] ?? 0) + 1
            last[place] = next
            rows.append([row[0], row[1], row[2], .int(next)])
        }
        try store(
            schema["TestPlanFolder"], ["testPlanId", "folderId", "parentId", "sequence"], rows, onConflict: .skip)
    }

    /// The place behind the last folder below another one in a plan.
    public func nextPlace(inPlan plan: Int64, below parent: Int64?) throws(DomainError) -> Int64 {
        try lastSequence(plan: .int(plan), parent: .int(parent)) + 1
    }

    private func lastSequence(plan: Value, parent: Value) throws(DomainError) -> Int64 {
        let below: SQLText = parent.isNull ? "parent_id IS NULL" : "parent_id = \(parent)"
        let last = try value(
            "SELECT COALESCE(MAX(sequence), 0) FROM test_plan_folder WHERE test_plan_id = \(plan) AND \(below)")
        return last?.integer ?? 0
    }

    /// Rows of plan, case, folder.
    private func addCases(_ found: [[Value]]) throws(DomainError) {
        let rows = found.map { [$0[0], $0[1], $0[2], $0[1]] }
        try store(
            schema["TestPlanCase"], ["testPlanId", "repositoryCaseId", "folderId", "order"], rows, onConflict: .skip)
    }

    /// The root plan of a project, made when missing.
    public func requireRootPlan(of project: Int64) throws(DomainError) -> Int64 {
        if let plan = try rootPlan(of: project) { return plan }
        try settlePlans(in: project)
        guard let plan = try rootPlan(of: project) else { throw .notFound("Project") }
        return plan
    }

    /// Puts a folder into a plan, or moves it there; in a root plan this moves the folder itself.
    ///
    /// `parent` is the folder above it in the plan; a position that is taken pushes the later ones down. Returns the
    /// row and the position. `with` are further changes of the folder.
    @discardableResult
    public func place(
        folder: Int64, inPlan plan: Int64, parent: Int64?, sequence: Int64?, with given: [String: Value]? = nil
    ) throws(DomainError) -> (id: Int64, sequence: Int64) {
        let planRow = try row("TestPlan", .id(plan))
        let folderRow = try row("RepositoryFolder", .id(folder))
        guard planRow["projectId"] == folderRow["projectId"] else {
            throw .invalid("planId", "the plan belongs to another project")
        }
        if let parent {
            let above = try row("RepositoryFolder", .id(parent), fields: ["id", "projectId"])
            guard above["projectId"] == planRow["projectId"] else {
                throw .invalid("parentId", "the folder above belongs to another project")
            }
            try refuseCycle(folder, below: parent, inPlan: plan)
        }
        try requireUpdatable("TestPlan", [plan])
        try lock("plan:\(plan)")
        let known = try rows(
            """
            SELECT id, parent_id, sequence FROM test_plan_folder WHERE test_plan_id = \(Value.int(plan))
            AND folder_id = \(Value.int(folder))
            """
        ).first
        let isSamePlace = known.map { $0[1].integer == parent } ?? false
        var position = sequence
        if position == nil, isSamePlace { position = known?[2].integer }
        let place: Int64
        if let position {
            place = position
        } else {
            place = try lastSequence(plan: .int(plan), parent: .int(parent)) + 1
        }
        try makeRoom(at: place, plan, parent, except: folder)
        var values = given ?? [:]
        var isMoved = given != nil
        if planRow.flag("isRoot") {
            if folderRow["order"].integer != place { values["order"] = .int(place) }
            if folderRow["parentId"].integer != parent { values["parentId"] = .int(parent) }
            isMoved = isMoved || !values.isEmpty
        }
        if isMoved { try update("RepositoryFolder", [Change(folder, set: values)]) }
        if let id = known?[0].integer {
            try update("TestPlanFolder", [Change(id, set: ["parentId": .int(parent), "sequence": .int(place)])])
            return (id, place)
        }
        let id = try insert(
            "TestPlanFolder",
            [
                Draft([
                    "testPlanId": .int(plan), "folderId": .int(folder), "parentId": .int(parent),
                    "sequence": .int(place),
                ])
            ])[0]
        return (id, place)
    }

    private func refuseCycle(_ folder: Int64, below parent: Int64, inPlan plan: Int64) throws(DomainError) {
        var next: Int64? = parent
        var levels = 0
        while let above = next, levels < 64 {
            guard above != folder else { throw .invalid("parentId", "a folder cannot be inside itself") }
            levels += 1
            next = try value(
                """
                SELECT parent_id FROM test_plan_folder WHERE test_plan_id = \(Value.int(plan))
                AND folder_id = \(Value.int(above))
                """)?.integer
        }
    }

    private func makeRoom(at place: Int64, _ plan: Int64, _ parent: Int64?, except: Int64) throws(DomainError) {
        let below: SQLText = parent.map { "parent_id = \(Value.int($0))" } ?? "parent_id IS NULL"
        let siblings = try rows(
            """
            SELECT id, sequence FROM test_plan_folder WHERE test_plan_id = \(Value.int(plan)) AND \(below)
            AND folder_id <> \(Value.int(except)) AND sequence >= \(Value.int(place)) ORDER BY sequence, id
            """)
        guard siblings.first?[1].integer == place else { return }
        var next = place
        for row in siblings {
            guard let id = row[0].integer, let sequence = row[1].integer, sequence <= next else { break }
            next = sequence + 1
            try apply(schema["TestPlanFolder"], [Change(id, set: ["sequence": .int(next)])])
        }
    }

    /// Takes a folder out of a plan with its cases; out of a root plan it is deleted.
    public func detach(folder: Int64, fromPlan plan: Int64) throws(DomainError) {
        let planRow = try row("TestPlan", .id(plan), fields: ["id", "isRoot"])
        let found = try first(
            Query("TestPlanFolder", where: .equals("testPlanId", .int(plan)) && .equals("folderId", .int(folder))))
        guard let found else { throw .notFound("RepositoryFolder") }
        if planRow.flag("isRoot") {
            try deleteFolders([folder])
            return
        }
        try delete("TestPlanFolder", ids: [found.id])
        let cases = try find(
            Query(
                "TestPlanCase",
                where: .equals("testPlanId", .int(plan))
                    && .related("repositoryCase", .some, .equals("folderId", .int(folder))), fields: ["id"]))
        try delete("TestPlanCase", ids: cases.map(\.id))
    }

    /// Deletes folders with all they hold; the root folder of a project stays.
    public func deleteFolders(_ ids: [Int64]) throws(DomainError) {
        for row in try find("RepositoryFolder", ids.map { .id($0) }) where row.flag("isRoot") {
            throw .conflict("the root folder cannot be deleted")
        }
        try delete("RepositoryFolder", ids: ids)
    }

    /// Puts cases into a plan and their folders with them; returns the rows in the order of the cases.
    public func add(cases: [Int64], toPlan plan: Int64) throws(DomainError) -> [Int64] {
        let planRow = try row("TestPlan", .id(plan))
        try requireUpdatable("TestPlan", [plan])
        let found = try find("RepositoryCase", cases.map { .id($0) })
        guard found.count == Set(cases).count else { throw .invalid("repositoryCaseId", "names no case") }
        var missing: [Draft] = []
        let known = try members(of: plan)
        for row in found where known[row.id] == nil {
            guard row["projectId"] == planRow["projectId"] else {
                throw .invalid("repositoryCaseId", "the case belongs to another project")
            }
            missing.append(
                Draft([
                    "testPlanId": .int(plan), "repositoryCaseId": .int(row.id), "folderId": row["folderId"],
                    "order": .int(row.id),
                ]))
        }
        try insert("TestPlanCase", missing)
        let attached = Set(
            try rows("SELECT folder_id FROM test_plan_folder WHERE test_plan_id = \(Value.int(plan))").compactMap {
                $0[0].integer
            })
        let folders = Set(missing.compactMap { $0["folderId"]?.integer }).subtracting(attached)
        for folder in folders.sorted() {
            var sequence = try lastSequence(plan: .int(plan), parent: .null)
            sequence += 1
            try insert(
                "TestPlanFolder",
                [
                    Draft([
                        "testPlanId": .int(plan), "folderId": .int(folder), "sequence": .int(sequence),
                        "takesNewCases": false,
                    ])
                ])
        }
        let all = try members(of: plan)
        return cases.compactMap { all[$0] }
    }

    private func members(of plan: Int64) throws(DomainError) -> [Int64: Int64] {
        var result: [Int64: Int64] = [:]
        let found = try rows(
            "SELECT repository_case_id, id FROM test_plan_case WHERE test_plan_id = \(Value.int(plan))")
        for row in found { result[row[0].integer ?? 0] = row[1].integer }
        return result
    }

    /// Takes cases out of their plans; their folders bring no further cases from then on.
    public func removePlanCases(_ ids: [Int64]) throws(DomainError) {
        let found = try find("TestPlanCase", ids.map { .id($0) })
        guard found.count == Set(ids).count else { throw .notFound("TestPlanCase") }
        for row in found {
            let plan = try self.row("TestPlan", .id(row["testPlanId"].integer ?? 0), fields: ["id", "isRoot"])
            if plan.flag("isRoot") { throw .conflict("the root plan holds every case") }
            let folder = try value(
                "SELECT folder_id FROM repository_case WHERE id = \(row["repositoryCaseId"])")
            let places = try find(
                Query(
                    "TestPlanFolder",
                    where: .equals("testPlanId", row["testPlanId"]) && .equals("folderId", folder ?? .null),
                    fields: ["id", "takesNewCases"]))
            try apply(
                schema["TestPlanFolder"],
                places.filter { $0.flag("takesNewCases") }.map { Change($0.id, set: ["takesNewCases": false]) })
        }
        try delete("TestPlanCase", ids: ids)
    }

    /// Deletes plans; their runs stay, their memberships go, a root plan stays.
    public func deletePlans(_ ids: [Int64]) throws(DomainError) {
        for row in try find("TestPlan", ids.map { .id($0) }) where row.flag("isRoot") {
            throw .conflict("the root plan cannot be deleted")
        }
        try delete("TestPlan", ids: ids)
        for id in ids {
            for entity in ["TestPlanFolder", "TestPlanCase"] {
                let found = try find(Query(entity, where: .equals("testPlanId", .int(id)), fields: ["id"]))
                try remove(entity, found.map(\.id))
            }
        }
    }
}

extension Reading {
    /// The oldest account: it stands in for the author of what nobody made.
    public func firstUser() throws(DomainError) -> Int64 {
        try value("SELECT MIN(id) FROM \"user\"")?.integer ?? 0
    }
}
