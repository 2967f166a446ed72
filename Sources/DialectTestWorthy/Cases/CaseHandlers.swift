import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects/{projectId}/cases` and `/v1/cases/{caseId}` (TestWorthy API, Test cases).
enum CaseHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting: Listing.common(status: "lastStatusId"))
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call)
            let filter = try filter(call, project, in: work)
            let query = Query("RepositoryCase", where: filter, order: listing.order(), page: listing.window)
            let page = try CasePage(query, in: work)
            return listing.reply(page.json, total: try work.count("RepositoryCase", where: filter))
        }
    }

    private static func filter(_ call: Call, _ project: Row, in work: Reading) throws(DomainError) -> Filter {
        var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
        if let text = call.query["search"], !text.isEmpty {
            var named = Filter.text("name", .contains, text, .insensitive)
            if let number = HumanKey.number(text, prefix: project.text("key")) {
                named = named || .equals("number", .int(number))
            }
            filter = filter && named
        }
        if let key = try call.queryKey("suiteId") {
            let folder = try work.own("RepositoryFolder", key, by: "suiteId", project: project.id)
            filter = filter && .subtree(field: "folderId", parent: "parentId", root: folder)
        }
        let choices = try CaseChoices(work, product: "TESTWORTHY")
        if let word = call.query["priority"], !word.isEmpty {
            filter = filter && choices.filter(priority: try chosen(word, choices.priorities, "priority"))
        }
        if let word = call.query["type"], !word.isEmpty {
            filter = filter && choices.filter(type: try chosen(word, choices.types, "type"))
        }
        if let word = call.query["status"], !word.isEmpty {
            filter = filter && (try ResultStatus.filter(word, "lastStatusId", in: work))
        }
        if let tag = call.query["tag"], !tag.isEmpty {
            let named = Filter.text("name", .equals, tag, .insensitive) && .equals("isDeleted", false)
            filter = filter && .related("tags", .some, named)
        }
        return filter
    }

    private static func chosen(
        _ word: String, _ choices: [CaseChoice], _ field: String
    ) throws(DomainError) -> CaseChoice {
        guard let choice = CaseChoices.named(word, in: choices) else {
            throw .invalid(field, "\(field) must be one of \(choices.map(\.name).joined(separator: ", "))")
        }
        return choice
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("caseId", "RepositoryCase")
        return .json(
            try await engine.read(as: call.caller) { work throws(DomainError) in
                try CasePage.rendered(key, in: work)
            })
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try CaseBody(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call).id
            return try work.createCases(
                project: project, [try body.input(project: project, present: nil, in: work)])[0]
        }
        let json = try await engine.read(as: call.caller) { work throws(DomainError) in
            try CasePage.rendered(.id(id), in: work)
        }
        return .created(json, at: "/v1/cases/\(id)")
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("caseId", "RepositoryCase")
        let body = try CaseBody(try await call.fields(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryCase", key)
            let input = try body.input(project: row["projectId"].integer ?? 0, present: row, in: work)
            try work.updateCase(row.id, input)
            return row.id
        }
        return .json(
            try await engine.read(as: call.caller) { work throws(DomainError) in
                try CasePage.rendered(.id(id), in: work)
            })
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("caseId", "RepositoryCase")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("RepositoryCase", ids: [try work.row("RepositoryCase", key).id])
        }
        return .noContent
    }
}
