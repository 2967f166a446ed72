import Foundation
public import Model
import Statements
import Store

/// What to search for among the things that the search index knows.
public struct SearchRequest: Sendable {
    public enum Order: Sendable, Hashable {
        case score
        /// A time or the title; every searched entity has it.
        case field(Field, Query.Order.Direction)
    }

    /// What hits can be ordered by beside their score.
    public enum Field: String, Sendable, Hashable, CaseIterable { case createdAt, updatedAt, title }

    /// The query; without words everything that passes the conditions is a hit.
    public var words: String
    /// The entities with a condition each, in the order of the kinds' names.
    public var kinds: [(entity: String, filter: Filter)]
    public var order: Order
    public var limit: Int
    public var offset: Int
    /// Deleted rows too; the index does not know them, so that their names alone are searched.
    public var includesDeleted = false

    public init(words: String, kinds: [(entity: String, filter: Filter)], order: Order, limit: Int, offset: Int) {
        self.words = words
        self.kinds = kinds
        self.order = order
        self.limit = limit
        self.offset = offset
    }

    /// Deeper pages than this are refused: every earlier hit has to be found first.
    public static let depth = 10_000
    /// The entities that the index knows.
    public static let entities = [
        "RepositoryCase", "SharedStepGroup", "TestRun", "Session", "Project", "Issue", "Milestone",
    ]

    /// The field with the name that people know the thing by.
    public static func titleField(_ entity: String) -> String { entity == "Issue" ? "title" : "name" }
}

/// One page of hits.
public struct SearchAnswer: Sendable {
    public struct Hit: Sendable {
        public let entity: String
        public let id: Int64
        /// Larger is better; 0 without words.
        public let score: Double
        /// The indexed texts that contain a word of the query, the words marked with `<em>`.
        public let highlights: [(field: String, text: String)]
    }

    public var hits: [Hit] = []
    /// All hits of each entity.
    public var counts: [String: Int] = [:]

    public var total: Int { counts.values.reduce(0, +) }
}

extension Reading {
    /// Finds what the caller may see; the conditions of each kind are ANDed to the words.
    public func search(_ request: SearchRequest) throws(DomainError) -> SearchAnswer {
        guard request.offset + request.limit <= SearchRequest.depth else {
            throw .invalid("offset", "a search shows the first \(SearchRequest.depth) hits; narrow it down")
        }
        let marked = SearchWords.marked(request.words)
        if marked.isEmpty || request.includesDeleted { return try listed(request, marked) }
        return try indexed(request, marked)
    }

    // MARK: With the index

    private func indexed(_ request: SearchRequest, _ marked: [String]) throws(DomainError) -> SearchAnswer {
        let flavor = session.flavor
        let (match, rank) = flavor.search(request.words)
        let condition = "\(match) AND \(try indexCondition(request.kinds))" as SQLText
        var answer = SearchAnswer()
        for row in try rows("SELECT entity, COUNT(*) FROM search_entry WHERE \(condition) GROUP BY entity") {
            answer.counts[row[0].string ?? ""] = Int(row[1].integer ?? 0)
        }
        guard answer.total > request.offset, request.limit > 0 else { return answer }
        let order = try indexOrder(request)
        let found = try rows(
            """
            SELECT rowid, entity, \(rank), title, body, tags FROM search_entry WHERE \(condition)
            ORDER BY \(order), rowid LIMIT \(Value.int(request.limit)) OFFSET \(Value.int(request.offset))
            """)
        for row in found {
            let entity = row[1].string ?? ""
            guard let ordinal = schema.ordinal(entity), let key = row[0].integer else { continue }
            var highlights: [(field: String, text: String)] = []
            for (field, value) in [("title", row[3]), ("content", row[4]), ("tags", row[5])] {
                if let text = Highlight.marked(value.string ?? "", marked) { highlights.append((field, text)) }
            }
            answer.hits.append(
                SearchAnswer.Hit(
                    entity: entity, id: key - SearchEntry.base(ordinal: ordinal), score: -(row[2].number ?? 0),
                    highlights: highlights))
        }
        return answer
    }

    /// The rows of the index that belong to visible rows which pass the conditions.
    private func indexCondition(_ kinds: [(entity: String, filter: Filter)]) throws(DomainError) -> SQLText {
        var parts: [SQLText] = []
        for kind in kinds {
            guard let ordinal = schema.ordinal(kind.entity) else { continue }
            let filter = try visible(kind.entity) && kind.filter
            var part = "entity = \(Value.text(kind.entity))" as SQLText
            // The index holds no deleted rows: without further conditions every entry counts.
            if filter != .all {
                let base = Value.int(SearchEntry.base(ordinal: ordinal))
                part = """
                    (\(part) AND EXISTS (SELECT 1 FROM \(name: schema[kind.entity].table) AS t
                    WHERE t.id = search_entry.rowid - \(base) AND \(try condition(filter, on: kind.entity))))
                    """
            }
            parts.append(part)
        }
        return parts.isEmpty ? "FALSE" : "(\(parts.joined(separator: " OR ")))"
    }

    private func indexOrder(_ request: SearchRequest) throws(DomainError) -> SQLText {
        let (_, rank) = session.flavor.search(request.words)
        guard case .field(let field, let direction) = request.order else { return rank }
        let word: SQLText = direction == .descending ? " DESC" : ""
        guard field != .title else { return "\(session.flavor.folded("title"))\(word)" }
        var cases: SQLText = ""
        for kind in request.kinds {
            guard let ordinal = schema.ordinal(kind.entity) else { continue }
            let entity = schema[kind.entity]
            guard let column = entity.field(field.rawValue)?.column else { continue }
            let base = Value.int(SearchEntry.base(ordinal: ordinal))
            cases += """
                 WHEN \(Value.text(kind.entity)) THEN (SELECT o.\(name: column) FROM \(name: entity.table) AS o
                WHERE o.id = search_entry.rowid - \(base))
                """
        }
        return "CASE entity\(cases) END\(word)"
    }

    // MARK: Without the index

    /// Lists what passes the conditions; words are looked for in the names.
    private func listed(_ request: SearchRequest, _ words: [String]) throws(DomainError) -> SearchAnswer {
        var answer = SearchAnswer()
        var found: [(key: Value, entity: String, id: Int64, title: String)] = []
        var field = SearchRequest.Field.updatedAt
        var direction = Query.Order.Direction.descending
        if case .field(let chosen, let way) = request.order { (field, direction) = (chosen, way) }
        for kind in request.kinds {
            let title = SearchRequest.titleField(kind.entity)
            var filter = kind.filter
            if !request.includesDeleted { filter = filter && .equals("isDeleted", false) }
            for word in words { filter = filter && .text(title, .contains, word, .insensitive) }
            let count = try count(kind.entity, where: filter)
            guard count > 0 else { continue }
            answer.counts[kind.entity] = count
            let key = field == .title ? title : field.rawValue
            let query = Query(
                kind.entity, where: filter, fields: ["id", title, key == title ? "uid" : key],
                order: [.by(key, direction)], page: Query.Page(limit: request.offset + request.limit))
            for row in try find(query) { found.append((row[key], kind.entity, row.id, row.text(title))) }
        }
        let isDescending = direction == .descending
        let sorted = found.sorted { left, right in
            if left.key == right.key { return (left.entity, left.id) < (right.entity, right.id) }
            return isDescending ? Reading.isBefore(right.key, left.key) : Reading.isBefore(left.key, right.key)
        }
        for item in sorted.dropFirst(request.offset).prefix(request.limit) {
            let title = Highlight.marked(item.title, words)
            answer.hits.append(
                SearchAnswer.Hit(
                    entity: item.entity, id: item.id, score: 0, highlights: title.map { [("title", $0)] } ?? []))
        }
        return answer
    }

    private static func isBefore(_ left: Value, _ right: Value) -> Bool {
        if let left = left.integer, let right = right.integer { return left < right }
        return (left.string ?? "").lowercased() < (right.string ?? "").lowercased()
    }
}

/// Marking the words of a query in a text.
enum Highlight {
    private static let length = 160

    /// A piece of the text around the first hit, `<`, `>` and `&` escaped, each word that begins like one of the query
    /// inside `<em>`; `nil` when there is none.
    static func marked(_ text: String, _ words: [String]) -> String? {
        let wanted = words.map { folded($0[...]) }.filter { !$0.isEmpty }
        guard !wanted.isEmpty, !text.isEmpty else { return nil }
        var hits: [Range<String.Index>] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0.isLetter || $0.isNumber }), hits.count < 20 {
            let word = rest[start...].prefix { $0.isLetter || $0.isNumber }
            let plain = folded(word)
            if wanted.contains(where: { plain.hasPrefix($0) }) { hits.append(word.startIndex..<word.endIndex) }
            rest = text[word.endIndex...]
        }
        guard let first = hits.first else { return nil }
        let start = text.index(first.lowerBound, offsetBy: -length / 4, limitedBy: text.startIndex) ?? text.startIndex
        let end = text.index(start, offsetBy: length, limitedBy: text.endIndex) ?? text.endIndex
        var result = start == text.startIndex ? "" : "…"
        var place = start
        for hit in hits where hit.upperBound <= end {
            result += escaped(text[place..<hit.lowerBound]) + "<em>" + escaped(text[hit]) + "</em>"
            place = hit.upperBound
        }
        result += escaped(text[place..<end])
        return end == text.endIndex ? result : result + "…"
    }

    /// Without case and accents, as the index compares.
    private static func folded(_ word: Substring) -> String {
        var result = String.UnicodeScalarView()
        for scalar in String(word).lowercased().decomposedStringWithCanonicalMapping.unicodeScalars
        where scalar.properties.generalCategory != .nonspacingMark {
            result.append(scalar)
        }
        return String(result)
    }

    private static func escaped(_ text: Substring) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
