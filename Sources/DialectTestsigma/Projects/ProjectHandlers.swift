import Engine
import HTTPTypes
import Model
import Wire

/// `/projects` (Testsigma API, Projects).
enum ProjectHandlers {
    private static let filters = FieldFilters([
        "name": .text("name"), "description": .text("note"), "human_id_prefix": .text("key"),
    ])

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(
            call, Listing.Sorting(Listing.Sorting.times.merging(["name": "name"]) { first, _ in first }))
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let filter = Filter.equals("isDeleted", false) && (try filters.filter(call, in: work))
            let page = try listing.page(Query("Project", where: filter), in: work)
            return page.reply("projects", page.rows.map { json($0) })
        }
    }

    static func json(_ row: Row) -> JSON {
        [
            "id": .string(row.uid), "name": .of(row["name"]), "description": .of(row["note"]),
            "human_id_prefix": .of(row["key"]), "created_at": .ms(row["createdAt"]),
            "updated_at": .ms(row["updatedAt"]),
        ]
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            Envelope.one("project", json(try work.project(call)))
        }
    }

    private static func requireFree(_ name: String, except: Int64? = nil, in work: Writing) throws(DomainError) {
        do throws(DomainError) {
            try work.requireFreeName(name, except: except)
        } catch {
            guard error.code == .invalid else { throw error }
            throw .invalid("name", "a project of this name exists already")
        }
    }

    private static func isPrefix(_ text: String) -> Bool {
        guard (2...10).contains(text.count), let first = text.first, first.isLetter else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let name = input.title("name", isNew: true, limit: 255).value ?? ""
        let description = input.text("description").value
        let prefix = input.text("human_id_prefix").value.map { $0.uppercased() }
        if let prefix, !prefix.isEmpty, !isPrefix(prefix) {
            input.fail("human_id_prefix", "must have 2 to 10 letters and digits and begin with a letter")
        }
        try input.finish()
        // Nobody learns of names who may not give one.
        guard call.caller.level >= .projectAdministrator else {
            throw .forbidden("only administrators and project administrators make projects")
        }
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            try requireFree(name, in: work)
            var draft = Draft(["name": .text(name), "note": .text(description)])
            if let prefix, !prefix.isEmpty {
                guard try work.count("Project", where: .equals("key", .text(prefix))) == 0 else {
                    throw .invalid("human_id_prefix", "human_id_prefix is taken")
                }
                draft["key"] = .text(prefix)
            }
            return try work.row("Project", .id(try work.createProject(draft)))
        }
        return Envelope.one("project", json(row))
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let name = input.title("name", isNew: false, limit: 255)
        let description = input.text("description")
        try input.finish()
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.project(call)
            try work.requireUpdatable("Project", [row.id])
            var values: [String: Value] = [:]
            if let name = name.value, name != row.text("name") {
                try requireFree(name, except: row.id, in: work)
                values["name"] = .text(name)
            }
            values.set("note", description)
            try work.update("Project", [Change(row.id, set: values)])
            return try work.row("Project", .id(row.id))
        }
        return Envelope.one("project", json(row))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("Project", ids: [try work.project(call).id])
        }
        return Envelope.done
    }

    /// The configurations of the instance under this API's name.
    static func environments(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call)
        let filters = FieldFilters(["name": .text("name")])
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            _ = try work.project(call)
            let filter = Filter.equals("isDeleted", false) && (try filters.filter(call, in: work))
            let page = try listing.page(Query("Configuration", where: filter), in: work)
            return page.reply("environments", page.rows.map { ["id": .string($0.uid), "name": .of($0["name"])] })
        }
    }
}
