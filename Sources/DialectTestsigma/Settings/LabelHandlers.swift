import Engine
import HTTPTypes
import Model
import Wire

/// `/labels`: the tags of the instance.
enum LabelHandlers {
    private static let filters = FieldFilters(["name": .text("name")])

    /// The vendor writes these times in another style than all others.
    static func json(_ row: Row) -> JSON {
        [
            "id": .string(row.uid), "name": .of(row["name"]), "createdAt": .ms(row["createdAt"]),
            "updatedAt": .ms(row["updatedAt"]),
        ]
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let sorting = Listing.Sorting(Listing.Sorting.times.merging(["name": "name"]) { first, _ in first })
        let listing = try Listing(call, sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let filter = Filter.equals("isDeleted", false) && (try filters.filter(call, in: work))
            let page = try listing.page(Query("Tag", where: filter), in: work)
            return page.reply("labels", page.rows.map { json($0) })
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let name = Words.trimmed(input.title("name", isNew: true, limit: 255).value ?? "")
        try input.finish()
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            try requireFree(name, except: nil, in: work)
            // Whoever may make labels may bring back a deleted one of this name.
            try work.requireCreatable("Tag")
            let deleted = Filter.equals("name", .text(name)) && .equals("isDeleted", true)
            if let old = try work.first(Query("Tag", where: deleted)) {
                try work.update("Tag", [Change(old.id, set: ["name": .text(name)])])
                _ = try work.tags(named: [name])
                return try work.row("Tag", .id(old.id))
            }
            return try work.row("Tag", .id(try work.insert("Tag", [Draft(["name": .text(name)])])[0]))
        }
        return Envelope.one("label", json(row))
    }

    private static func requireFree(_ name: String, except: Int64?, in work: Reading) throws(DomainError) {
        let same =
            Filter.text("name", .equals, name, .insensitive) && .equals("isDeleted", false)
            && .not(.equals("id", .int(except ?? 0)))
        guard try work.count("Tag", where: same) == 0 else {
            throw .invalid("name", "a label of this name exists already")
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("l", "Tag")
        var input = Input(try await call.fields())
        let name = input.title("name", isNew: false, limit: 255).value.map { Words.trimmed($0) }
        try input.finish()
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Tag", key)
            if let name {
                try requireFree(name, except: row.id, in: work)
                try work.update("Tag", [Change(row.id, set: ["name": .text(name)])])
            } else {
                try work.requireUpdatable("Tag", [row.id])
            }
            return try work.row("Tag", .id(row.id))
        }
        return Envelope.one("label", json(row))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("l", "Tag")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("Tag", ids: [try work.row("Tag", key).id])
        }
        return Envelope.done
    }
}
