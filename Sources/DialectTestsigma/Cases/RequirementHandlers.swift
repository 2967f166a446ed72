import Engine
import HTTPTypes
import Model
import Wire

/// `…/test_cases/{c}/requirements` (extension): what a case covers.
enum RequirementHandlers {
    private static func json(_ row: Row) -> JSON {
        [
            "id": .string(row.uid), "external_key": .of(row["externalKey"]), "title": .of(row["name"]),
            "url": .of(row["externalUrl"]),
        ]
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try CaseHandlers.found(call, in: work)
            let covered = Filter.related("coverage", .some, .equals("repositoryCaseId", .int(row.id)))
            let page = try listing.page(
                Query("Requirement", where: covered && .equals("isDeleted", false)), in: work)
            return page.reply("requirements", page.rows.map { json($0) })
        }
    }

    /// A requirement of the project by id or key; a new one when the body names none that is there.
    static func add(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let id = input.word("requirement_id").value ?? input.word("id").value
        let key = input.text("external_key").value
        let title = input.text("title").value
        let url = input.text("url").value
        if id == nil, key == nil, title == nil { input.fail("external_key", "is required") }
        try input.finish()
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            let owner = try CaseHandlers.found(call, in: work)
            let project = owner["projectId"].integer ?? 0
            let own = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
            var found: Row?
            if let id {
                guard let known = RowKey(id) else { throw .invalid("requirement_id", "requirement_id must be an id") }
                found = try work.named(
                    "Requirement", known, by: "requirement_id", fields: work.allFields("Requirement"))
                guard found?["projectId"].integer == project else {
                    throw .invalid("requirement_id", "requirement_id names nothing of the project")
                }
            } else if let key {
                found = try work.first(Query("Requirement", where: own && .equals("externalKey", .text(key))))
            }
            if found == nil {
                let draft = Draft([
                    "name": .text(title ?? key), "externalKey": .text(key), "externalUrl": .text(url),
                    "projectId": .int(project),
                ])
                found = try work.row("Requirement", .id(try work.insert("Requirement", [draft])[0]))
            }
            guard let row = found else { throw .fault("no requirement") }
            let pair =
                Filter.equals("requirementId", .int(row.id)) && .equals("repositoryCaseId", .int(owner.id))
            if try work.count("RequirementCoverage", where: pair) == 0 {
                let draft = Draft(["requirementId": .int(row.id), "repositoryCaseId": .int(owner.id)])
                try work.insert("RequirementCoverage", [draft])
            }
            return row
        }
        return Envelope.one("requirement", json(row))
    }

    /// Takes one requirement off the case, or all of them.
    static func remove(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let word = call.query["requirement_id"] ?? call.query["id"]
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let owner = try CaseHandlers.found(call, in: work)
            var filter = Filter.equals("repositoryCaseId", .int(owner.id))
            if let word {
                guard let key = RowKey(word) else { throw .invalid("requirement_id", "requirement_id must be an id") }
                filter =
                    filter
                    && .equals("requirementId", .int(try work.named("Requirement", key, by: "requirement_id").id))
            }
            let rows = try work.find(Query("RequirementCoverage", where: filter, fields: ["id"]))
            // Taking a link away is changing the case.
            try work.requireUpdatable("RepositoryCase", [owner.id])
            try work.delete("RequirementCoverage", ids: rows.map(\.id))
        }
        return Envelope.done
    }
}

extension Reading {
    func allFields(_ entity: String) -> [String] { schema[entity].fields.map(\.name) }
}
