import Engine
import HTTPTypes
import Model
import Wire

/// Projects, suites, cases, statuses and users for integrations.
enum VerbCases {
    /// What tests say about their cases.
    struct Facts {
        private let places: [Int64: FolderPlace]
        private let priorities: [Int64: String]
        private let fallback: String
        private let types: ValueBook

        init(_ tree: ResultTree, in work: Reading) throws(DomainError) {
            var cases: [Row] = []
            for item in tree.included where item.relation.name == "repositoryCase" {
                guard case .rows(let found, _) = item.content else { continue }
                cases = found.rows
            }
            try self.init(cases, in: work)
        }

        init(_ cases: [Row], in work: Reading) throws(DomainError) {
            places = try work.places(ofFolders: cases.compactMap { $0["folderId"].integer })
            types = try work.valueLists()
            let field = try work.caseFields().fields.first { $0.systemName == "priority" }
            fallback = field?.options.first { $0.isDefault }?.name ?? "Medium"
            var priorities: [Int64: String] = [:]
            var start = 0
            while start < cases.count {
                let chunk = cases[start..<min(start + 5000, cases.count)]
                let own = Filter.oneOf("testCaseId", chunk.map { .int($0.id) }) && .equals("fieldId", .int(field?.id))
                let query = Query("CaseFieldValue", where: own, fields: ["id", "testCaseId", "value"])
                for row in try work.find(query) {
                    let option = row["value"].string.flatMap { Int64($0) }
                    priorities[row["testCaseId"].integer ?? 0] = field?.options.first { $0.id == option }?.name
                }
                start += 5000
            }
            self.priorities = priorities
        }

        func members(_ row: Row) -> [(String, JSON)] {
            let place = row["folderId"].integer.flatMap { places[$0] }
            let type = types.entry(row["typeId"].integer)?.name
            return [
                ("id", .integer(row.id)), ("title", .of(row["name"])), ("suite_id", .of(place?.top)),
                ("section_id", place?.isTop == false ? .of(row["folderId"]) : .null),
                ("priority", .string(priorities[row.id] ?? fallback)),
                ("type", .string(type ?? types.list("CASE_TYPE").first { $0.isDefault }?.name ?? "Functional")),
            ]
        }

        func json(_ row: Row) -> JSON { .members(members(row)) }
    }

    static func projects(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            _ = try Verb.project(call, in: work)
            let query = Query(
                "Project", where: .equals("isDeleted", false), fields: ["id", "name", "key"], order: [.by("id")])
            let rows = try work.find(query)
            let roots = try work.rootFolders(ofProjects: rows.map(\.id))
            let list: [JSON] = rows.map { row in
                [
                    "id": .integer(row.id), "name": .of(row["name"]), "key": .of(row["key"]),
                    "suite_id": .of(roots[row.id]),
                ]
            }
            return ["projects": .array(list)]
        }
    }

    static func suites(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try Verb.project(call.parameter("project"), in: work)
            if let named = try Verb.project(call, in: work), named != project { throw .notFound("Project") }
            let own = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
            let rows = try work.find(Query("RepositoryFolder", where: own, order: [.by("id")]))
            let list: [JSON] = rows.map { row in
                [
                    "id": .integer(row.id), "name": .of(row["name"]), "project_id": .integer(project),
                    "parent_id": .of(row["parentId"]),
                ]
            }
            return ["suites": .array(list)]
        }
    }

    static func cases(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let suite = try Verb.row("RepositoryFolder", "suite", call, in: work)
            let inside = Filter.subtree(field: "folderId", parent: "parentId", root: suite.id)
            let query = Query(
                "RepositoryCase", where: inside && .equals("isDeleted", false), order: [.by("order"), .by("id")])
            let rows = try work.find(query)
            let facts = try Facts(rows, in: work)
            let steps = try work.expandedSteps(ofCases: rows.map(\.id))
            let list: [JSON] = rows.map { row in
                let own = steps[row.id] ?? []
                let actions = own.map { RichText.plain($0.action) }.filter { !$0.isEmpty }
                let more: [(String, JSON)] = [
                    ("steps", .array(actions.map { .string($0) })), ("expected", .of(CasePage.expected(own))),
                ]
                return .members(facts.members(row) + more)
            }
            return ["cases": .array(list)]
        }
    }

    static func statuses(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            _ = try Verb.project(call, in: work)
            let book = try work.statuses()
            var list: [JSON] = []
            for (id, systemName) in Verb.statuses {
                guard let entry = book.entries.first(where: { $0.systemName == systemName }) else { continue }
                list.append([
                    "id": .integer(id), "name": .string(systemName), "label": .string(entry.name),
                    "is_untested": .bool(id == 3), "is_final": .bool(entry.isCompleted),
                ])
            }
            return ["statuses": .array(list)]
        }
    }

    static func users(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            _ = try Verb.project(call, in: work)
            let query = Query(
                "User", where: .equals("isDeleted", false), fields: ["id", "name", "email", "isActive"],
                order: [.by("id")])
            let list: [JSON] = try work.find(query).map { row in
                [
                    "id": .integer(row.id), "name": .of(row["name"]), "email": .of(row["email"]),
                    "is_active": .bool(row.flag("isActive")),
                ]
            }
            return ["users": .array(list)]
        }
    }
}
