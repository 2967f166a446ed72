import Model

/// A query text as a tree; names are not yet looked up.
indirect enum QueryNode: Sendable {
    enum Comparison: String, Sendable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
    enum Unit: Int64, Sendable {
        case hour = 3_600_000
        case day = 86_400_000
        case week = 604_800_000
        /// Thirty days.
        case month = 2_592_000_000
    }

    struct Name: Sendable {
        let text: String
        let place: Int
    }

    enum Operand: Sendable, Hashable {
        case text(String)
        case currentUser
        case today
        case flag(Bool)

        /// As text, where that is what a field holds.
        var text: String {
            switch self {
            case .text(let text): text
            case .currentUser: "CURRENT_USER"
            case .today: "TODAY"
            case .flag(let flag): flag ? "true" : "false"
            }
        }
    }

    enum Test: Sendable {
        case compare(Comparison, Operand)
        case contains(String)
        case oneOf([Operand])
        case isEmpty
        /// Milliseconds from now; negative for the past.
        case within(Int64)
        case between(Operand, Operand)
    }

    case and([QueryNode])
    case or([QueryNode])
    case not(QueryNode)
    case linked(Name, QueryNode?)
    case viewNamed([String], place: Int)
    case view(Int64, place: Int)
    case field(Name, Test)
}

/// Reads the query language (PractiTest's PTQL).
struct QueryParser {
    /// How deep parentheses, negations and conditions on linked rows may nest.
    static let depthLimit = 32

    private let tokens: [QueryToken]
    private var position = 0

    private init(_ tokens: [QueryToken]) { self.tokens = tokens }

    static func parse(_ text: String) throws(DomainError) -> QueryNode {
        var parser = QueryParser(try QueryToken.tokens(text))
        let node = try parser.query(depth: 0)
        guard parser.token.kind == .end else { throw parser.unexpected() }
        return node
    }

    private var token: QueryToken { tokens[min(position, tokens.count - 1)] }
    private var following: QueryToken { tokens[min(position + 1, tokens.count - 1)] }

    private func unexpected() -> DomainError {
        QueryToken.refusal("unexpected \(token.shown)", at: token.place)
    }

    private mutating func take(_ keyword: String) -> Bool {
        guard token.keyword == keyword else { return false }
        position += 1
        return true
    }

    private mutating func takeSymbol(_ text: String) -> Bool {
        guard token.isSymbol(text) else { return false }
        position += 1
        return true
    }

    private mutating func need(_ symbol: String) throws(DomainError) {
        guard takeSymbol(symbol) else { throw unexpected() }
    }

    private mutating func query(depth: Int) throws(DomainError) -> QueryNode {
        guard depth <= QueryParser.depthLimit else {
            throw QueryToken.refusal("nesting deeper than \(QueryParser.depthLimit)", at: token.place)
        }
        var parts = [try conjunction(depth: depth)]
        while take("OR") { parts.append(try conjunction(depth: depth)) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction(depth: Int) throws(DomainError) -> QueryNode {
        var parts = [try unary(depth: depth)]
        while take("AND") { parts.append(try unary(depth: depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func unary(depth: Int) throws(DomainError) -> QueryNode {
        guard depth <= QueryParser.depthLimit else {
            throw QueryToken.refusal("nesting deeper than \(QueryParser.depthLimit)", at: token.place)
        }
        if take("NOT") { return .not(try unary(depth: depth + 1)) }
        if takeSymbol("(") {
            let inner = try query(depth: depth + 1)
            try need(")")
            return inner
        }
        if token.keyword == "LINKED", following.keyword == "TO" { return try linked(depth: depth) }
        if token.keyword == "VIEW" {
            switch following.kind {
            case .quoted, .symbol("#"): return try view()
            case .word, .symbol, .end: break
            }
        }
        return try condition()
    }

    private mutating func linked(depth: Int) throws(DomainError) -> QueryNode {
        position += 2
        let name = try self.name()
        guard take("WHERE") else { return .linked(name, nil) }
        try need("(")
        let inner = try query(depth: depth + 1)
        try need(")")
        return .linked(name, inner)
    }

    private mutating func view() throws(DomainError) -> QueryNode {
        let place = token.place
        position += 1
        if takeSymbol("#") {
            guard case .word(let text) = token.kind, let id = Int64(text), id > 0 else { throw unexpected() }
            position += 1
            return .view(id, place: place)
        }
        var path: [String] = []
        repeat {
            guard case .quoted(let text, _) = token.kind else { throw unexpected() }
            path.append(text)
            position += 1
        } while takeSymbol("/")
        return .viewNamed(path, place: place)
    }

    private mutating func name() throws(DomainError) -> QueryNode.Name {
        let place = token.place
        switch token.kind {
        case .word(let text), .quoted(let text, isSingle: true):
            position += 1
            return QueryNode.Name(text: text, place: place)
        case .quoted, .symbol, .end: throw unexpected()
        }
    }

    private mutating func condition() throws(DomainError) -> QueryNode {
        let field = try name()
        let signs: [(String, QueryNode.Comparison)] = [
            ("=", .equal), ("!=", .notEqual), ("<>", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual),
            ("<", .less), (">", .greater),
        ]
        for (sign, comparison) in signs where takeSymbol(sign) {
            return .field(field, .compare(comparison, try operand()))
        }
        if take("IS") {
            let isNegated = take("NOT")
            guard take("EMPTY") else { throw unexpected() }
            return isNegated ? .not(.field(field, .isEmpty)) : .field(field, .isEmpty)
        }
        if take("BETWEEN") {
            let low = try operand()
            guard take("AND") else { throw unexpected() }
            return .field(field, .between(low, try operand()))
        }
        let isNegated = take("NOT")
        if take("CONTAINS") {
            let test = QueryNode.field(field, .contains(try operand().text))
            return isNegated ? .not(test) : test
        }
        guard take("IN") else { throw unexpected() }
        if !isNegated, token.keyword == "LAST" || token.keyword == "NEXT" {
            return .field(field, .within(try period()))
        }
        try need("(")
        var values = [try operand()]
        while takeSymbol(",") { values.append(try operand()) }
        try need(")")
        let test = QueryNode.field(field, .oneOf(values))
        return isNegated ? .not(test) : test
    }

    private mutating func period() throws(DomainError) -> Int64 {
        let isPast = token.keyword == "LAST"
        position += 1
        guard case .word(let text) = token.kind, let amount = Int64(text), (0...100_000).contains(amount) else {
            throw unexpected()
        }
        position += 1
        let units: [String: QueryNode.Unit] = ["HOUR": .hour, "DAY": .day, "WEEK": .week, "MONTH": .month]
        var word = token.keyword
        if word.hasSuffix("S") { word.removeLast() }
        guard let unit = units[word] else { throw unexpected() }
        position += 1
        return (isPast ? -1 : 1) * amount * unit.rawValue
    }

    private mutating func operand() throws(DomainError) -> QueryNode.Operand {
        defer { position += 1 }
        switch token.kind {
        case .quoted(let text, _): return .text(text)
        case .word(let text):
            switch token.keyword {
            case "CURRENT_USER": return .currentUser
            case "TODAY": return .today
            case "TRUE": return .flag(true)
            case "FALSE": return .flag(false)
            default: return .text(text)
            }
        case .symbol, .end: throw unexpected()
        }
    }
}
