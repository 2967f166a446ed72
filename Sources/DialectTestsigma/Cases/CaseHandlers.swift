import Engine
import HTTPTypes
import Model
import Wire

/// `/projects/{p}/test_cases` (Testsigma API, Test cases).
enum CaseHandlers {
    static let sorting = Listing.Sorting(
        Listing.Sorting.times.merging(["title": "name", "name": "name"]) { first, _ in first })

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let filter =
                Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
                && (try filters(project, in: work).filter(call, in: work)) && (try search(call, project, in: work))
            let page = try listing.page(Query("RepositoryCase", where: filter, fields: page), in: work)
            let cases = try CasePage(page.rows.map(\.id), in: work)
            return page.reply("test_cases", page.rows.compactMap { cases.json($0.id) })
        }
    }

    /// What paging needs; the page reads the rest.
    private static let page = ["id", "uid", "name", "createdAt", "updatedAt"]

    private static func filters(_ project: Row, in work: Reading) throws(DomainError) -> FieldFilters {
        let choices = try CaseChoices(work, product: "TESTSIGMA")
        let description = try work.caseFields().fields.first { $0.systemName == "description" }?.id ?? 0
        return FieldFilters([
            "title": .text("name"), "name": .text("name"), "preconditions": .text("preconditions"),
            "description": .caseField(description), "template_type": .text("templateType"),
            "steps": .text("stepsText"), "expected_results": .text("expectedText"),
            "human_id": .human(prefix: project.text("key"), mark: ""),
            "project_id": .reference("projectId", entity: "Project"),
            "folder_id": .reference("folderId", entity: "RepositoryFolder"),
            "owner_id": .reference("ownerId", entity: "User"), "reviewer_id": .reference("reviewerId", entity: "User"),
            "status_id": .choice(choices.states) { choices.filter(state: $0) },
            "status": .choice(choices.states) { choices.filter(state: $0) },
            "priority_id": .choice(choices.priorities) { choices.filter(priority: $0) },
            "type_id": .choice(choices.types) { choices.filter(type: $0) },
            "automation_type_id": .choice(choices.automations) { choices.filter(automation: $0) },
            "label_ids": .labels,
        ])
    }

    private static func search(_ call: Call, _ project: Row, in work: Reading) throws(DomainError) -> Filter {
        guard let text = call.query["search"], !text.isEmpty else { return .all }
        let description = try work.caseFields().fields.first { $0.systemName == "description" }?.id ?? 0
        let told = Filter.equals("fieldId", .int(description)) && .text("value", .contains, text, .insensitive)
        return Filter.text("name", .contains, text, .insensitive) || .related("caseFieldValues", .some, told)
            || Search.humanId(text, project.text("key"), mark: "")
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try CasePage.one(try found(call, in: work).id, in: work)
        }
    }

    /// The case that the path names.
    static func found(_ call: Call, in work: Reading) throws(DomainError) -> Row {
        try work.row("RepositoryCase", "c", call, of: try work.project(call))
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try CaseBody(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            return try work.createCases(
                project: project.id, [try body.input(project, present: nil, in: work)])[0]
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try CasePage.one(id, in: work) }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try CaseBody(try await call.fields(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let row = try work.row("RepositoryCase", "c", call, of: project)
            try work.updateCase(row.id, try body.input(project, present: row, in: work))
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try CasePage.one(id, in: work) }
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("RepositoryCase", ids: [try found(call, in: work).id])
        }
        return Envelope.done
    }
}

/// `search=`: titles, descriptions and human ids.
enum Search {
    /// Rows whose human id contains the text; a text of the form of a whole one names that row alone.
    static func humanId(_ text: String, _ prefix: String, mark: String) -> Filter {
        if let number = HumanKey.number(text, prefix: prefix, mark: mark) { return .equals("number", .int(number)) }
        // `WEB-` and the like are in every human id of the project.
        let start = mark.isEmpty ? "\(prefix)-" : "\(prefix)-\(mark)-"
        if start.lowercased().contains(text.lowercased()), !text.isEmpty { return .not(.equals("number", .null)) }
        return .none
    }
}
