import Engine
import Model
import Wire

/// Which cases of a project are meant, from a query or from a body with the same names.
struct CaseFilter {
    let filter: Filter

    init(_ ask: Ask, project: Int64, in work: Reading) throws(DomainError) {
        var filter = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
        if let folder = try ask.integer("folder") {
            let inside = Filter.subtree(field: "folderId", parent: "parentId", root: folder)
            filter = filter && (ask.flag("deep") ? inside : .equals("folderId", .int(folder)))
        }
        if let text = ask.text("search") { filter = filter && CaseFilter.search(text) }
        if !ask.list("priority").isEmpty {
            filter = filter && (try CaseFilter.priority(ask.list("priority"), in: work))
        }
        let tags = ask.list("tag")
        if !tags.isEmpty {
            var named = Filter.none
            for tag in tags { named = named || .text("name", .equals, tag, .insensitive) }
            filter = filter && .related("tags", .some, named && .equals("isDeleted", false))
        }
        if !ask.list("state").isEmpty { filter = filter && .oneOf("stateId", ask.ids("state").map { .int($0) }) }
        let automation = ask.list("automation").map { $0.uppercased() }
        if !automation.isEmpty { filter = filter && .oneOf("automationStatus", automation.map { .text($0) }) }
        if !ask.list("status").isEmpty {
            filter = filter && (try CaseFilter.status(ask.ids("status"), "lastStatusId", in: work))
        }
        if let assignee = ask.text("assignee") { filter = filter && CaseFilter.assignee(assignee, in: work) }
        self.filter = filter
    }

    /// Words of the title; `T1044` and `1044` find the case with that number too.
    static func search(_ text: String) -> Filter {
        var filter = Filter.all
        for word in text.split(separator: " ") {
            var one = Filter.text("name", .contains, String(word), .insensitive)
            let digits = word.first == "T" || word.first == "t" ? word.dropFirst() : word[...]
            if let number = Int64(digits), number > 0 { one = one || .equals("id", .int(number)) }
            filter = filter && one
        }
        return filter
    }

    static func priority(_ words: [String], in work: Reading) throws(DomainError) -> Filter {
        guard let field = try work.caseFields().fields.first(where: { $0.systemName == "priority" }) else {
            return .none
        }
        let wanted = try work.priorities().filter { words.contains($0.word) }
        let own = Filter.equals("fieldId", .int(field.id))
        var filter = Filter.related("caseFieldValues", .some, own && .oneOf("value", wanted.map(\.stored)))
        if wanted.contains(where: \.isDefault) { filter = filter || .related("caseFieldValues", .none, own) }
        return wanted.isEmpty ? .none : filter
    }

    /// No result yet counts as untested.
    static func status(_ ids: [Int64], _ field: String, in work: Reading) throws(DomainError) -> Filter {
        var filter = Filter.oneOf(field, ids.map { .int($0) })
        if let untested = try work.statuses().untested?.id, ids.contains(untested) {
            filter = filter || .equals(field, .null)
        }
        return filter
    }

    static func assignee(_ word: String, in work: Reading) -> Filter {
        switch word {
        case "me": .equals("assignedToId", .int(work.caller.userId ?? 0))
        case "none": .equals("assignedToId", .null)
        default: .referenceUid("assignedToId", [word])
        }
    }
}

/// The priority of cases from their field values.
struct PriorityReader {
    let all: [CasePriority]
    private let words: [String: String]
    private let usual: String?
    let field: Int64

    init(_ work: Reading) throws(DomainError) {
        let priorities = try work.priorities()
        var words: [String: String] = [:]
        for priority in priorities { words[priority.stored.string ?? ""] = priority.word }
        all = priorities
        self.words = words
        usual = priorities.first(where: \.isDefault)?.word
        field = try work.caseFields().fields.first { $0.systemName == "priority" }?.id ?? 0
    }

    /// The part of a query that `word` needs.
    var include: Query.Include {
        Query.Include(
            "caseFieldValues",
            .rows(Query("CaseFieldValue", where: .equals("fieldId", .int(field)), fields: ["id", "value"])))
    }

    func word(_ values: [Row]) -> String? {
        values.first?["value"].string.flatMap { words[$0] } ?? usual
    }
}

/// Windows of the case list.
enum CaseWindow {
    static let routes: [Route] = [Endpoint.get("/projects/{project}/cases", "cases.window", get)]

    private static let fields = [
        "id", "name", "automationStatus", "stateId", "folderId", "estimate", "lastStatusId", "updatedAt",
    ]

    static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        let filter = try CaseFilter(ask, project: project.id, in: work).filter
        let page = try ask.page()
        let priorities = try PriorityReader(work)
        let tags = Query("Tag", where: .equals("isDeleted", false), fields: ["id", "name"], order: [.by("name")])
        let tree = try work.tree(
            Query(
                "RepositoryCase", where: filter, fields: fields,
                include: [priorities.include, Query.Include("tags", .rows(tags))],
                order: try order(ask, priorities), page: page))
        let isWhole = page.offset == 0 && tree.count < (page.limit ?? 0)
        let total = isWhole ? tree.count : try work.count("RepositoryCase", where: filter)
        return try Answer(capacity: 160 * tree.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                try writer.array(.rows, 0..<tree.count) { writer, index throws(DomainError) in
                    let row = tree.row(index)
                    writer.beginArray()
                    writer.value(row.id)
                    writer.value(row["name"])
                    writer.value(priorities.word(tree.related("caseFieldValues", of: index)))
                    writer.value(row["automationStatus"])
                    writer.value(row["stateId"])
                    writer.value(row["folderId"])
                    writer.value(row["estimate"])
                    writer.value(row["lastStatusId"])
                    writer.beginArray()
                    for tag in tree.related("tags", of: index) { writer.value(tag["name"]) }
                    writer.endArray()
                    writer.value(row["updatedAt"])
                    writer.endArray()
                }
            }
        }
    }

    private static func order(_ ask: Ask, _ priorities: PriorityReader) throws(DomainError) -> [Query.Order] {
        let word = ask.text("sort") ?? "order"
        let direction: Query.Order.Direction = word.hasPrefix("-") ? .descending : .ascending
        switch word.drop(while: { $0 == "-" }) {
        case "title": return [.by("name", direction), .by("id")]
        case "updated": return [.by("updatedAt", direction), .by("id")]
        case "priority":
            // The most urgent come first; those without a value of their own come last.
            let urgent: Query.Order.Direction = direction == .ascending ? .descending : .ascending
            return priorities.all.map { priority in
                let own = Filter.equals("fieldId", .int(priorities.field)) && .equals("value", priority.stored)
                return Query.Order(.count("caseFieldValues", where: own), urgent)
            } + [.by("id")]
        case "order":
            return [
                Query.Order(.through(["folder"], "order"), direction), .by("folderId", direction),
                .by("order", direction), .by("id", direction),
            ]
        default: throw .malformed("cases cannot be sorted by \(word)")
        }
    }
}
