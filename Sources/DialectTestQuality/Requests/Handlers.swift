import Engine
import HTTPTypes
import Model
import Wire

/// What every resource answers, wherever it stands in a path.
struct Handlers: Sendable {
    let place: Place

    private var resource: Resource { place.resource }

    // MARK: - Reading

    func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await complete(call, engine)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let reader = try RowReader(work, call.origin)
            let (filter, parent, level) = try place.above(call, reader)
            let request = try ListRequest(call, resource, reader.lens)
            if request.wantsHistory {
                return try History(reader, resource).reply(request, where: filter, id: nil)
            }
            let whole = filter && request.filter
            var page = Query.Page.all
            if let size = request.size { page = Query.Page(limit: size, offset: request.offset) }
            var rows = try reader.rows(
                resource, where: whole, order: request.order, page: page, with: request.relations)
            let isWhole = request.size == nil || (request.page == 1 && rows.count < request.size ?? 0)
            let total = isWhole ? rows.count : try reader.count(resource, where: whole)
            if let level, let parent { try addPivots(&rows, level, parent, reader) }
            return Envelope.reply(call, request, rows: rows.map { .object($0.members) }, total: total)
        }
    }

    func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await complete(call, engine)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let reader = try RowReader(work, call.origin)
            let (filter, parent, level) = try place.above(call, reader)
            if ListRequest.wantsHistory(call) {
                let request = try ListRequest(call, resource, reader.lens)
                guard case .id(let id) = RowKey(call.parameter("id")) else { throw .notFound(resource.name) }
                return try History(reader, resource).reply(request, where: filter, id: id)
            }
            let id = try Place.id(call.parameter("id"), resource, filter, reader)
            let relations = call.query.all("_with").flatMap { Relations.parse($0) }
            var rows = try reader.rows(resource, ids: [id], with: relations)
            if let level, let parent { try addPivots(&rows, level, parent, reader) }
            guard let row = rows.first else { throw .notFound(resource.name) }
            return .json(.object(row.members))
        }
    }

    private func addPivots(
        _ rows: inout [Shown], _ level: Place.Level, _ parent: Int64, _ reader: RowReader
    ) throws(DomainError) {
        let pivots: [Int64: JSON]
        if case .through = level.link.kind {
            pivots = try reader.pivots(level.link, parent)
        } else if level.parent.name == "suite", resource.name == "test", let pivot = reader.book["suite_test"] {
            var found: [Int64: JSON] = [:]
            for row in try reader.rows(pivot, ids: rows.map(\.id)) { found[row.id] = .object(row.members) }
            pivots = found
        } else {
            return
        }
        for index in rows.indices { rows[index].members["pivot"] = pivots[rows[index].id] }
    }

    private func complete(_ call: Call, _ engine: Engine) async throws(DomainError) {
        let wanted = Completing.needs(call, place.resources, .shared)
        try await Completing.run(wanted, project: place.project(call), engine)
    }

    // MARK: - Writing

    func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (objects, isList) = try await BodyReader.read(call)
        try await complete(call, engine)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let reader = try RowReader(work, call.origin)
            let (_, parent, level) = try place.above(call, reader)
            var project: JSON?
            if let level, let parent, resource.column("project_id")?.isRequired == true {
                project = try reader.rows(level.parent, ids: [parent]).first?["project_id"]
            }
            let filled = objects.map { fill($0, level, parent, project) }
            do throws(DomainError) {
                let entries = try BodyReader.entries(filled, isList: isList, resource, reader.lens)
                let made = try Writes.create(resource, entries, work, reader.lens)
                try join(made, level, parent, work, reader)
                let rows = try reader.rows(resource, ids: made.map(\.id))
                guard rows.count == made.count else { throw DomainError.fault("a new row cannot be read") }
                var answers: [JSON] = []
                for (row, made) in zip(rows, made) {
                    var members = row.members
                    for (name, value) in made.extras { members[name] = value }
                    answers.append(.object(members))
                }
                return .json(isList ? .array(answers) : answers[0], status: .created)
            } catch {
                throw Refusal.renamed(Writes.indexed(error, isList), resource)
            }
        }
    }

    /// The parent's id stands in the body when the path names it.
    private func fill(
        _ object: JSONObject, _ level: Place.Level?, _ parent: Int64?, _ project: JSON?
    ) -> JSONObject {
        guard let level, let parent else { return object }
        var object = object
        switch level.link.kind {
        case .many(let column): object[column] = .integer(parent)
        case .related:
            object["related_type"] = .string(level.parent.name)
            object["related_id"] = .integer(parent)
        case .through(_, let here, _): object[here] = .integer(parent)
        case .one, .few: break
        }
        if let project, object["project_id"] == nil { object["project_id"] = project }
        return object
    }

    /// Joins new rows to the row above where a third one stands between them.
    private func join(
        _ made: [Resource.Made], _ level: Place.Level?, _ parent: Int64?, _ work: Writing, _ reader: RowReader
    ) throws(DomainError) {
        guard let level, let parent, case .through(let pivot, let here, let there) = level.link.kind,
            resource.column(here)?.store == nil, let middle = reader.book[pivot]
        else { return }
        let objects = made.map { made in
            JSONObject([
                JSONObject.Member(name: here, value: .integer(parent)),
                JSONObject.Member(name: there, value: .integer(made.id)),
            ])
        }
        let entries = try BodyReader.entries(objects, isList: true, middle, reader.lens)
        _ = try Writes.create(middle, entries, work, reader.lens)
    }

    func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (objects, isList) = try await BodyReader.read(call)
        guard !isList, let object = objects.first else { throw .malformed("The body must be a JSON object.") }
        try await complete(call, engine)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let reader = try RowReader(work, call.origin)
            let (filter, _, _) = try place.above(call, reader)
            let id = try Place.id(call.parameter("id"), resource, filter, reader)
            guard let shown = try reader.rows(resource, ids: [id]).first else { throw .notFound(resource.name) }
            do throws(DomainError) {
                let entry = try BodyReader.change(object, resource, reader.lens, shown)
                let old = try work.row(resource.entity, .id(id))
                if let update = resource.update {
                    try update(old, entry, work, reader.lens)
                } else {
                    try Writes.change(resource, old, entry, work)
                }
            } catch {
                throw Refusal.renamed(error, resource)
            }
            guard let row = try reader.rows(resource, ids: [id]).first else { throw .notFound(resource.name) }
            return .json(.object(row.members))
        }
    }

    func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await complete(call, engine)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let reader = try RowReader(work, call.origin)
            let (filter, parent, level) = try place.above(call, reader)
            let id = try Place.id(call.parameter("id"), resource, filter, reader)
            if let level, let parent, case .through(let pivot, _, _) = level.link.kind, let middle = reader.book[pivot],
                let row = try reader.pivots(level.link, parent)[id]?["id"]?.integer
            {
                try Writes.delete(middle, row, work, reader.lens)
            } else {
                try Writes.delete(resource, id, work, reader.lens)
            }
            return Handlers.done
        }
    }

    static let done = Reply.json(["message": "The row was deleted."])
}

/// Writes of resources, those with rules of their own and those without.
enum Writes {
    static func create(
        _ resource: Resource, _ entries: [Entry], _ work: Writing, _ lens: Lens
    ) throws(DomainError) -> [Resource.Made] {
        if let create = resource.create { return try create(entries, work, lens) }
        return try insert(resource, entries, work)
    }

    static func insert(
        _ resource: Resource, _ entries: [Entry], _ work: Writing
    ) throws(DomainError) -> [Resource.Made] {
        let ids = try work.insert(resource.entity, entries.map { Draft($0.merged(nil)) })
        for (id, entry) in zip(ids, entries) { try Virtual.store(entry, resource.entity, id, work) }
        return ids.map { Resource.Made(id: $0) }
    }

    static func change(
        _ resource: Resource, _ old: Row, _ entry: Entry, _ work: Writing
    ) throws(DomainError) {
        try work.update(resource.entity, [Change(old.id, set: entry.merged(old))])
        try Virtual.store(entry, resource.entity, old.id, work)
    }

    static func delete(_ resource: Resource, _ id: Int64, _ work: Writing, _ lens: Lens) throws(DomainError) {
        if let delete = resource.delete { return try delete(id, work, lens) }
        try work.delete(resource.entity, ids: [id])
    }

    /// The only element of a list has its index too.
    static func indexed(_ error: DomainError, _ isList: Bool) -> DomainError {
        guard isList else { return error }
        var error = error
        error.issues = error.issues.map { issue in
            let isNumbered = issue.field.hasPrefix("[") || issue.field.first?.isNumber == true
            return isNumbered ? issue : Issue(field: "[0].\(issue.field)", message: issue.message)
        }
        return error
    }
}
