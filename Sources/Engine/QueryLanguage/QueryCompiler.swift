import Model
import Statements
import Store

/// Turns a query text into a condition for the database.
struct QueryCompiler {
    let work: Reading
    let project: Int64
    /// Who CURRENT_USER is.
    let user: Int64?
    let book: CustomFieldBook
    let statuses: StatusBook
    let core: [String: Int64]
    /// Views that are being looked up, against circles.
    var open: Set<Int64> = []
    private var aliases = 0

    init(_ work: Reading, project: Int64, user: Int64?) throws(DomainError) {
        self.work = work
        self.project = project
        self.user = user
        book = try work.customFields(project: project)
        statuses = try work.statuses()
        var core: [String: Int64] = [:]
        for field in try work.caseFields().fields where CustomFieldBook.core.contains(field.systemName) {
            core[field.systemName] = field.id
        }
        self.core = core
    }

    private var flavor: Flavor { work.session.flavor }

    mutating func condition(
        _ text: String, on subject: QuerySubject, alias: String = "t"
    ) throws(DomainError) -> SQLText {
        try condition(try QueryParser.parse(text), subject, alias)
    }

    private mutating func condition(
        _ node: QueryNode, _ subject: QuerySubject, _ alias: String
    ) throws(DomainError) -> SQLText {
        switch node {
        case .and(let parts): return try joined(parts, " AND ", subject, alias)
        case .or(let parts): return try joined(parts, " OR ", subject, alias)
        case .not(let part): return "NOT (\(try condition(part, subject, alias)))"
        case .linked(let name, let inner): return try linked(name, inner, subject, alias)
        case .view(let id, let place): return try view(id, place, subject, alias)
        case .viewNamed(let path, let place): return try view(path, place, subject, alias)
        case .field(let name, let test):
            let fields = QueryFields(
                subject: subject, alias: alias, book: book, statuses: statuses, core: core, flavor: flavor)
            guard let field = fields.field(name.text) else {
                throw QueryToken.refusal("unknown field \(name.text.prefix(60))", at: name.place)
            }
            return "COALESCE(\(try self.test(field, test, name)), FALSE)"
        }
    }

    private mutating func joined(
        _ parts: [QueryNode], _ word: SQLText, _ subject: QuerySubject, _ alias: String
    ) throws(DomainError) -> SQLText {
        var texts: [SQLText] = []
        for part in parts { texts.append(try condition(part, subject, alias)) }
        return QueryCompiler.joined(texts, word)
    }

    /// Many conditions as a tree of few levels: databases bound how deep an expression may be.
    static func joined(_ parts: [SQLText], _ word: SQLText) -> SQLText {
        let width = 32
        var parts = parts
        while parts.count > width {
            var groups: [SQLText] = []
            for start in stride(from: 0, to: parts.count, by: width) {
                groups.append("(\(parts[start..<min(start + width, parts.count)].joined(separator: word)))")
            }
            parts = groups
        }
        return "(\(parts.joined(separator: word)))"
    }

    private mutating func linked(
        _ name: QueryNode.Name, _ inner: QueryNode?, _ subject: QuerySubject, _ alias: String
    ) throws(DomainError) -> SQLText {
        guard let other = QuerySubject(name: name.text) else {
            throw QueryToken.refusal("unknown entity \(name.text.prefix(60))", at: name.place)
        }
        guard let pairs = subject.link.pairs(other.link) else {
            throw QueryToken.refusal("\(subject.rawValue) is not linked to \(other.rawValue)", at: name.place)
        }
        aliases += 1
        let there = "q\(aliases)"
        var text: SQLText = """
            \(name: alias).id IN (SELECT link.here FROM (\(pairs)) AS link
            JOIN \(name: work.schema[other.entity].table) AS \(name: there) ON \(name: there).id = link.there
            WHERE NOT \(name: there).is_deleted
            """
        if let inner { text += " AND \(try condition(inner, other, there))" }
        return text + ")"
    }

    // MARK: Views

    /// What a view selects: its own condition and those of the views above it.
    mutating func view(
        _ id: Int64, _ place: Int, _ subject: QuerySubject, _ alias: String
    ) throws(DomainError) -> SQLText {
        guard !open.contains(id) else { throw QueryToken.refusal("views that lead to themselves", at: place) }
        var parts: [SQLText] = []
        var next: Int64? = id
        var seen: Set<Int64> = []
        while let current = next, seen.insert(current).inserted {
            let row = try work.first(
                Query(
                    "SavedView",
                    where: .equals("id", .int(current)) && .equals("projectId", .int(project))
                        && .equals("entity", .text(subject.rawValue))))
            guard let row else { throw QueryToken.refusal("unknown view \(current)", at: place) }
            if let text = row["query"].string, !text.isEmpty {
                open.insert(current)
                parts.append(try condition(text, on: subject, alias: alias))
                open.remove(current)
            }
            next = row["parentId"].integer
        }
        return parts.isEmpty ? "TRUE" : "(\(parts.joined(separator: " AND ")))"
    }

    private mutating func view(
        _ path: [String], _ place: Int, _ subject: QuerySubject, _ alias: String
    ) throws(DomainError) -> SQLText {
        var parent: Value = .null
        for name in path {
            let row = try work.first(
                Query(
                    "SavedView",
                    where: .equals("projectId", .int(project)) && .equals("entity", .text(subject.rawValue))
                        && .equals("name", .text(name)) && .equals("parentId", parent),
                    fields: ["id"], order: [.by("id")]))
            guard let row else { throw QueryToken.refusal("unknown view \"\(name.prefix(60))\"", at: place) }
            parent = .int(row.id)
        }
        return try view(parent.integer ?? 0, place, subject, alias)
    }
}
