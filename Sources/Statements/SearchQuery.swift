import Model

/// What a person typed into a search box, understood: words are ANDed and match as prefixes.
///
/// Also `"phrases"`, `+must`, `-not`, `AND OR NOT ( )`, `field:word`, `pre*`, `wi?d` and `fuzzy~`. What does not fit
/// together is taken literally: all its words must occur.
indirect enum SearchQuery: Sendable, Hashable {
    case word(String, Column?)
    /// The words of a phrase in order.
    case phrase([String], Column?)
    case and([SearchQuery])
    case or([SearchQuery])
    case not(SearchQuery)

    enum Column: String, Sendable, Hashable { case title, body, tags }

    /// More words than this are ignored.
    private static let limit = 50

    /// `nil` when the text has no words.
    static func parsed(_ text: String) -> SearchQuery? {
        var parser = Parser(text)
        if let query = parser.query(), query.isPositive { return query }
        let words = SearchWords.words(text)
        return words.isEmpty ? nil : .and(words.map { .word($0, nil) })
    }

    /// True when the query says what to find and not only what to leave out, all the way down: the databases cannot
    /// find everything but something.
    private var isPositive: Bool {
        switch self {
        case .word, .phrase: true
        case .and(let parts): parts.contains { !$0.isNegation } && parts.allSatisfy { $0.inner.isPositive }
        case .or(let parts): parts.allSatisfy { !$0.isNegation && $0.isPositive }
        case .not: false
        }
    }

    private var isNegation: Bool {
        if case .not = self { return true }
        return false
    }

    private var inner: SearchQuery {
        if case .not(let query) = self { return query }
        return self
    }

    /// As an FTS5 expression.
    var sqlite: String {
        switch self {
        case .word(let word, let column): return "\(SearchQuery.filter(column))\"\(word)\" *"
        case .phrase(let words, let column): return "\(SearchQuery.filter(column))\"\(words.joined(separator: " "))\""
        case .and(let parts):
            let wanted = parts.filter { !$0.isNegation }.map(\.sqlite).joined(separator: " AND ")
            let unwanted = parts.filter(\.isNegation).map(\.inner.sqlite).joined(separator: " OR ")
            return unwanted.isEmpty ? "(\(wanted))" : "((\(wanted)) NOT (\(unwanted)))"
        case .or(let parts): return "(\(parts.map(\.sqlite).joined(separator: " OR ")))"
        case .not(let query): return query.sqlite
        }
    }

    private static func filter(_ column: Column?) -> String { column.map { "{\($0.rawValue)} : " } ?? "" }

    /// As a PostgreSQL `tsquery`.
    var postgres: SQLText {
        switch self {
        case .word(let word, let column):
            let tail: SQLText = "''':*\(SearchQuery.weight(column))'"
            return "to_tsquery('simple', '''' || \(Flavor.searchable(.binding(.text(word)))) || \(tail))"
        case .phrase(let words, let column):
            var parts: [SQLText] = []
            for word in words {
                let tail: SQLText = column == nil ? "''''" : "''':\(SearchQuery.weight(column))'"
                parts.append("to_tsquery('simple', '''' || \(Flavor.searchable(.binding(.text(word)))) || \(tail))")
            }
            return "(\(parts.joined(separator: " <-> ")))"
        case .and(let parts): return "(\(parts.map(\.postgres).joined(separator: " && ")))"
        case .or(let parts): return "(\(parts.map(\.postgres).joined(separator: " || ")))"
        case .not(let query): return "(!! \(query.postgres))"
        }
    }

    private static func weight(_ column: Column?) -> SQLText {
        switch column {
        case .title: "A"
        case .tags: "B"
        case .body: "C"
        case nil: ""
        }
    }

    /// The words that a hit shows, for marking them.
    var words: [String] {
        switch self {
        case .word(let word, _): [word]
        case .phrase(let words, _): words
        case .and(let parts), .or(let parts): parts.flatMap(\.words)
        case .not: []
        }
    }

    /// Reads the query language; every function answers `nil` where the text does not fit.
    private struct Parser {
        private enum Token: Hashable {
            case open, close, and, or, not, plus, minus
            case field(Column)
            case word(String)
            case phrase([String])
        }

        private var tokens: [Token] = []
        private var position = 0
        private var isReadable = true

        init(_ text: String) {
            var rest = text[...]
            var count = 0
            while let character = rest.first, count <= SearchQuery.limit, isReadable {
                count += read(&rest, character)
            }
        }

        /// Takes one token; returns how many words it holds.
        private mutating func read(_ rest: inout Substring, _ character: Character) -> Int {
            switch character {
            case "(": tokens.append(.open)
            case ")": tokens.append(.close)
            case "+", "-":
                // A dash between blanks is no operator.
                if let next = rest.dropFirst().first, !next.isWhitespace {
                    tokens.append(character == "+" ? .plus : .minus)
                }
            case "\"": return readPhrase(&rest)
            case _ where character.isLetter || character.isNumber: return readWord(&rest)
            default: break
            }
            rest.removeFirst()
            return 0
        }

        private mutating func readPhrase(_ rest: inout Substring) -> Int {
            rest.removeFirst()
            guard let end = rest.firstIndex(of: "\"") else {
                isReadable = false
                return 0
            }
            let words = SearchWords.words(String(rest[..<end]))
            rest = rest[rest.index(after: end)...]
            if !words.isEmpty { tokens.append(.phrase(words)) }
            return words.count
        }

        /// A word with what is glued to it: `login.page`, `data-driven`, `wi?d`, `tag:`.
        private mutating func readWord(_ rest: inout Substring) -> Int {
            let piece = rest.prefix { !$0.isWhitespace && !"()\":".contains($0) }
            rest = rest[piece.endIndex...]
            if rest.first == ":", let column = Parser.column(piece) {
                rest.removeFirst()
                tokens.append(.field(column))
                return 0
            }
            switch piece {
            case "AND": tokens.append(.and)
            case "OR": tokens.append(.or)
            case "NOT": tokens.append(.not)
            default: return append(piece)
            }
            return 0
        }

        private mutating func append(_ piece: Substring) -> Int {
            var text = piece
            if text.contains("~") {
                // A word that may be misspelt: its beginning decides.
                text = text.prefix { $0 != "~" }
                if text.count > 4 { text = text.dropLast(2) }
            }
            text = text.prefix { $0 != "*" && $0 != "?" }
            let words = SearchWords.words(String(text))
            for word in words { tokens.append(.word(word)) }
            return words.count
        }

        private static func column(_ name: Substring) -> Column? {
            switch name.lowercased() {
            case "title", "name": .title
            case "tag", "tags": .tags
            case "body", "description", "steps", "step", "expected", "content", "text": .body
            default: nil
            }
        }

        mutating func query() -> SearchQuery? {
            guard isReadable, let query = either(depth: 0), position == tokens.count else { return nil }
            return query
        }

        private func peek() -> Token? { position < tokens.count ? tokens[position] : nil }

        private mutating func take(_ token: Token) -> Bool {
            guard peek() == token else { return false }
            position += 1
            return true
        }

        private mutating func either(depth: Int) -> SearchQuery? {
            guard let first = all(depth: depth) else { return nil }
            var parts = [first]
            while take(.or) {
                guard let next = all(depth: depth) else { return nil }
                parts.append(next)
            }
            return parts.count == 1 ? first : .or(parts)
        }

        private mutating func all(depth: Int) -> SearchQuery? {
            guard let first = part(depth: depth) else { return nil }
            var parts = [first]
            while let token = peek(), token != .or, token != .close {
                if take(.and), peek() == nil { return nil }
                guard let next = part(depth: depth) else { return nil }
                parts.append(next)
            }
            return parts.count == 1 ? first : .and(parts)
        }

        private mutating func part(depth: Int) -> SearchQuery? {
            if take(.not) || take(.minus) {
                guard let query = single(nil, depth: depth) else { return nil }
                return .not(query)
            }
            _ = take(.plus)
            return single(nil, depth: depth)
        }

        private mutating func single(_ column: Column?, depth: Int) -> SearchQuery? {
            guard let token = peek(), depth < 16 else { return nil }
            position += 1
            switch token {
            case .word(let word): return .word(word, column)
            case .phrase(let words): return .phrase(words, column)
            case .field(let column): return single(column, depth: depth + 1)
            case .open:
                guard let query = either(depth: depth + 1), take(.close) else { return nil }
                return query
            case .close, .and, .or, .not, .plus, .minus: return nil
            }
        }
    }
}
