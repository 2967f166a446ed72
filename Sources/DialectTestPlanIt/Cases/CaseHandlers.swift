import Engine
import HTTPTypes
import Model
import Wire

/// `/api/repository-cases` (TestPlanIt API, Test cases).
enum CaseHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: 50)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.projectOfQuery(call)
            let (filter, isOneFolder) = try CaseFilters(call).filter(project: project.id, in: work)
            var order: [Query.Order] = [.by("order")]
            if !isOneFolder { order.insert(Query.Order(.through(["folder"], "order")), at: 0) }
            let query = Query(
                "RepositoryCase", where: filter, fields: CasePage.fields, order: order, page: paging.page)
            let page = try CasePage(query, in: work)
            var total = paging.total(shown: page.count)
            if total == nil { total = try work.count("RepositoryCase", where: filter) }
            var writer = JSONWriter(capacity: 256 + page.count * 1024)
            writer.beginObject()
            writer.key(.data)
            writer.beginArray()
            for index in 0..<page.count { page.write(index, to: &writer) }
            writer.endArray()
            paging.write(total ?? 0, to: &writer)
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryCase")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try CasePage.rendered(key, in: work)
        }.reply()
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try CaseBody(try await call.object(), .create)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let key = body.project else { throw .invalid("projectId", "projectId is required") }
            let project = try work.named("Project", key, by: "projectId").id
            return try work.createCases(project: project, [try body.input(project: project, in: work)])[0]
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try CasePage.rendered(.id(id), in: work)
        }.reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryCase")
        let body = try CaseBody(try await call.object(), .update)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryCase", key)
            try EntityTag(row, version: "currentVersion").check(call)
            try work.updateCase(row.id, try body.input(project: row["projectId"].integer ?? 0, in: work))
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try CasePage.rendered(.id(id), in: work)
        }.reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryCase")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryCase", key)
            try EntityTag(row, version: "currentVersion").check(call)
            try work.delete("RepositoryCase", ids: [row.id])
        }
        return .success
    }
}

/// The conditions that the query of a list of cases names.
struct CaseFilters: Sendable {
    private let call: Call
    private let folder: RowKey?
    private let template: RowKey?
    private let includesDescendants: Bool

    init(_ call: Call) throws(DomainError) {
        self.call = call
        folder = try call.queryKey("folderId")
        template = try call.queryKey("templateId")
        includesDescendants = try call.queryFlag("includeDescendants") ?? false
        if let status = call.query["automationStatus"], !status.isEmpty {
            guard ["MANUAL", "AUTOMATED", "SEMI_AUTOMATED"].contains(status.uppercased()) else {
                throw .invalid("automationStatus", "automationStatus must be one of MANUAL, AUTOMATED, SEMI_AUTOMATED")
            }
        }
    }

    /// The condition, and whether it leaves the cases of a single folder only.
    func filter(project: Int64, in work: Reading) throws(DomainError) -> (filter: Filter, isOneFolder: Bool) {
        var filter = Filter.equals("isDeleted", false)
        if let folder {
            let row = try work.named("RepositoryFolder", folder, by: "folderId", fields: ["id", "projectId"])
            guard row["projectId"].integer == project else {
                throw .invalid("folderId", "folderId belongs to another project")
            }
            if includesDescendants {
                filter = filter && .subtree(field: "folderId", parent: "parentId", root: row.id)
            } else {
                filter = filter && .equals("folderId", .int(row.id))
            }
        } else {
            filter = filter && .equals("projectId", .int(project))
        }
        if let template {
            let row = try work.named("Template", template, by: "templateId")
            filter = filter && .equals("templateId", .int(row.id))
        }
        if let status = call.query["automationStatus"], !status.isEmpty {
            filter = filter && .equals("automationStatus", .text(status.uppercased()))
        }
        if let state = call.query["state"], !state.isEmpty {
            guard let entry = try work.states().named(state, scope: "CASES") else {
                throw .invalid("state", "there is no state \(state) of cases")
            }
            filter = filter && .equals("stateId", .int(entry.id))
        }
        filter = filter && (try tags(in: work))
        if let words = call.query["search"], !words.isEmpty { filter = filter && .search(words) }
        return (filter, folder != nil && !includesDescendants)
    }

    /// Cases that have any of the named tags.
    private func tags(in work: Reading) throws(DomainError) -> Filter {
        guard let list = call.query["tags"], !list.isEmpty else { return .all }
        var names = Filter.none
        for part in list.split(separator: ",").prefix(100) {
            var name = part.drop { $0.isWhitespace }
            while name.last?.isWhitespace == true { name = name.dropLast() }
            if !name.isEmpty { names = names || .text("name", .equals, String(name), .insensitive) }
        }
        let query = Query("Tag", where: names && .equals("isDeleted", false), fields: ["id"])
        let ids = try work.find(query).map { Value.int($0.id) }
        return ids.isEmpty ? .none : .related("tags", .some, .oneOf("id", ids))
    }
}
