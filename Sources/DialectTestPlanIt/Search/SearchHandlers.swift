import Engine
import Model
import Wire

/// `/api/search` (TestPlanIt API, Search).
enum SearchHandlers {
    /// What a search asks for, before names are looked up.
    private struct Ask: Sendable {
        var words = ""
        var kinds: [SearchConditions] = SearchKind.allCases.map { SearchConditions($0) }
        var projects: [RowKey] = []
        var order = SearchRequest.Order.score
        var paging = Paging(limit: 50, offset: 0)
        var includesDeleted = false
        var highlights = true
    }

    static func simple(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var ask = Ask()
        ask.words = call.query["q"] ?? ""
        ask.paging = try Paging(call, default: 50)
        let words = (call.query["type"] ?? "").split(separator: ",").map { String($0) }
        if !words.isEmpty { ask.kinds = try kinds(words, field: "type").map { SearchConditions($0) } }
        if let key = try call.queryKey("project") { ask.projects = [key] }
        return try await answer(ask, call, engine)
    }

    private static func kinds(_ words: [String], field: String) throws(DomainError) -> [SearchKind] {
        var kinds: [SearchKind] = []
        for word in words {
            guard let kind = SearchKind(word: word) else { throw .invalid(field, "\(field) names no kind: \(word)") }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        return kinds
    }

    static func advanced(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let ask = try ask(&input, call, engine.schema)
        return try await answer(ask, call, engine)
    }

    /// `POST /api/repository-cases/search`: the same for cases alone.
    static func cases(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        var ask = try ask(&input, call, engine.schema)
        ask.kinds = ask.kinds.filter { $0.kind == .repositoryCase }
        return try await answer(ask, call, engine)
    }

    private static func ask(_ input: inout Input, _ call: Call, _ schema: Schema) throws(DomainError) -> Ask {
        var ask = Ask()
        ask.words = input.text("query", "q").value ?? ""
        var filters = Input(input.object("filters").value ?? JSONObject(), prefix: "filters.")
        if ask.words.isEmpty { ask.words = filters.text("query").value ?? "" }
        ask.includesDeleted = filters.bool("includeDeleted").value ?? false
        ask.highlights = input.bool("highlight").value ?? true
        let words = texts(filters.object["type"] ?? filters.object["entityTypes"])
        if !words.isEmpty { ask.kinds = try kinds(words, field: "filters.type").map { SearchConditions($0) } }
        if let key = filters.key("projectId").value { ask.projects = [key] }
        let tags = texts(filters.object["tags"])
        var common: (bounds: DateBounds, field: String)?
        if let range = filters.object("dateRange").value {
            var inner = Input(range, prefix: "filters.dateRange.")
            let bounds = DateBounds(&inner)
            let field = inner.text("field").value ?? "createdAt"
            if !["createdAt", "updatedAt", "completedAt"].contains(field) {
                inner.fail("field", "must be one of createdAt, updatedAt, completedAt")
            } else {
                common = (bounds, field)
            }
            filters.absorb(inner)
        }
        for index in ask.kinds.indices {
            if !tags.isEmpty { ask.kinds[index].require(tagNames: tags) }
            if let common { ask.kinds[index].require(common.bounds, field: common.field, in: schema) }
            let name = ask.kinds[index].kind.filterName
            guard let object = filters.object(name).value else { continue }
            var inner = Input(object, prefix: "filters.\(name).")
            ask.kinds[index].read(&inner, in: schema)
            filters.absorb(inner)
        }
        input.absorb(filters)
        readOrder(&input, &ask)
        readPage(&input, &ask)
        try input.finish()
        if ask.includesDeleted, !call.caller.isAdministrator {
            throw .forbidden("only administrators see deleted things")
        }
        return ask
    }

    private static func texts(_ json: JSON?) -> [String] {
        json?.array?.compactMap(\.string) ?? json?.string.map { [$0] } ?? []
    }

    /// `[{_score: {order}}]`, `[{createdAt: {order}}]` or `[{field, order}]`; the first key counts.
    private static func readOrder(_ input: inout Input, _ ask: inout Ask) {
        guard let first = input.object["sort"]?.array?.first ?? input.object["sort"], let object = first.object else {
            return
        }
        var name = object["field"]?.string
        var direction = object["order"]?.string
        if name == nil, let member = object.members.first {
            name = member.name
            direction = member.value["order"]?.string ?? member.value.string
        }
        let isAscending = direction?.lowercased() == "asc"
        switch name {
        case "_score", "score", "relevance": ask.order = .score
        case "createdAt": ask.order = .field(.createdAt, isAscending ? .ascending : .descending)
        case "updatedAt": ask.order = .field(.updatedAt, isAscending ? .ascending : .descending)
        case "title", "name", "title.keyword", "name.keyword":
            ask.order = .field(.title, direction?.lowercased() == "desc" ? .descending : .ascending)
        default: input.fail("sort", "must name _score, createdAt, updatedAt or title")
        }
    }

    private static func readPage(_ input: inout Input, _ ask: inout Ask) {
        var limit = input.count("limit").value.map { Int($0) }
        var offset = input.count("offset").value.map { Int($0) } ?? 0
        if let object = input.object("pagination").value {
            var inner = Input(object, prefix: "pagination.")
            let size = Int(inner.count("size", minimum: 1).value ?? 20)
            limit = size
            offset = Int((inner.count("page", minimum: 1).value ?? 1) - 1) &* min(size, Paging.maximum)
            input.absorb(inner)
        }
        ask.paging = Paging(limit: min(limit ?? 50, Paging.maximum), offset: max(offset, 0))
    }

    private static func answer(_ ask: Ask, _ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let start = ContinuousClock.now
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            var kinds = ask.kinds
            if !ask.projects.isEmpty {
                let rows = try work.find("Project", ask.projects, fields: ["id"])
                guard rows.count == ask.projects.count else {
                    throw .invalid("projectId", "projectId names no Project")
                }
                for index in kinds.indices { kinds[index].require(.project, rows.map { .id($0.id) }) }
            }
            var request = SearchRequest(
                words: ask.words, kinds: kinds.map { ($0.kind.entity, $0.filter) }, order: ask.order,
                limit: ask.paging.limit ?? 50, offset: ask.paging.offset)
            request.includesDeleted = ask.includesDeleted
            let found = try work.search(request)
            let sources = try SearchSources(found.hits, in: work)
            var writer = JSONWriter(capacity: 512 + found.hits.count * 512)
            writer.beginObject()
            writer.key(.total)
            writer.value(found.total)
            writer.key("hits")
            writer.beginArray()
            for hit in found.hits { sources.write(hit, highlights: ask.highlights, to: &writer) }
            writer.endArray()
            writeCounts(found, to: &writer)
            let parts = (ContinuousClock.now - start).components
            writer.key("took")
            writer.value(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
            writer.key(.limit)
            writer.value(ask.paging.limit ?? 50)
            writer.key(.offset)
            writer.value(ask.paging.offset)
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    private static func writeCounts(_ found: SearchAnswer, to writer: inout JSONWriter) {
        let counts: [(SearchKind, Int)] = SearchKind.allCases.compactMap { kind in
            found.counts[kind.entity].map { (kind, $0) }
        }
        writer.key("facets")
        writer.beginObject()
        writer.key("entityType")
        writer.beginArray()
        for (kind, count) in counts {
            writer.beginObject()
            writer.key("key")
            writer.value(kind.rawValue)
            writer.key("count")
            writer.value(count)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.key("entityTypeCounts")
        writer.beginObject()
        for (kind, count) in counts {
            writer.key(kind.rawValue)
            writer.value(count)
        }
        writer.endObject()
    }
}
