public import Model

/// The differences between the databases, all of them.
public enum Flavor: Sendable, Hashable {
    case sqlite
    case postgres

    /// The column type of a field.
    func type(of kind: Field.Kind) -> String {
        switch (self, kind) {
        case (.sqlite, .integer), (.sqlite, .bigInteger), (.sqlite, .boolean), (.sqlite, .timestamp),
            (.sqlite, .reference):
            "INTEGER"
        case (.sqlite, .real): "REAL"
        case (.sqlite, .text), (.sqlite, .json), (.sqlite, .textList), (.sqlite, .decimal), (.sqlite, .choice): "TEXT"
        case (.postgres, .integer), (.postgres, .bigInteger), (.postgres, .timestamp), (.postgres, .reference):
            "BIGINT"
        case (.postgres, .boolean): "BOOLEAN"
        case (.postgres, .real): "DOUBLE PRECISION"
        case (.postgres, .text), (.postgres, .json), (.postgres, .textList), (.postgres, .decimal),
            (.postgres, .choice):
            "TEXT COLLATE \"C\""
        }
    }

    /// Text without its case; SQLite's `fold` is a function that the store registers.
    public func folded(_ text: SQLText) -> SQLText {
        switch self {
        case .sqlite: "fold(\(text))"
        case .postgres: "lower((\(text)) COLLATE \"und-x-icu\")"
        }
    }

    /// True where the first text contains the second, case counting.
    func contains(_ text: SQLText, _ part: SQLText) -> SQLText {
        switch self {
        case .sqlite: "instr(\(text), \(part)) > 0"
        case .postgres: "strpos(\(text), \(part)) > 0"
        }
    }

    /// The text or number at a path of a JSON document kept as text; null where there is none.
    func json(_ document: SQLText, at path: [String]) -> SQLText {
        switch self {
        case .sqlite:
            var pointer = "$"
            for part in path {
                if let index = Int(part) { pointer += "[\(index)]" } else { pointer += ".\"\(part)\"" }
            }
            return "CAST(json_extract(\(document), \(Value.text(pointer))) AS TEXT)"
        case .postgres:
            let parts = path.map { SQLText.binding(.text($0)) }.joined(separator: ", ")
            if path.isEmpty { return "(\(document))::jsonb #>> '{}'" }
            return "jsonb_extract_path_text((\(document))::jsonb, VARIADIC ARRAY[\(parts)]::text[])"
        }
    }

    /// True where a JSON list of texts holds the text.
    func list(_ document: SQLText, holds text: SQLText) -> SQLText {
        switch self {
        case .sqlite:
            "EXISTS (SELECT 1 FROM json_each(\(document)) AS element WHERE element.value = \(text))"
        case .postgres:
            "jsonb_exists((\(document))::jsonb, \(text))"
        }
    }

    /// The UTC day, as days since 1970, of a time in milliseconds.
    public func day(_ milliseconds: SQLText) -> SQLText { "(\(milliseconds) / 86400000)" }

    /// Locks the rows that a select found until the transaction ends.
    public var rowLock: SQLText {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE"
        }
    }

    /// Where nulls go when the query does not say: they are the smallest values.
    func nulls(_ direction: Query.Order.Direction, _ nulls: Query.Order.Nulls?, isNullable: Bool) -> SQLText {
        switch (nulls, self, direction) {
        case (.first, _, _): " NULLS FIRST"
        case (.last, _, _): " NULLS LAST"
        case (nil, .sqlite, _): ""
        case (nil, .postgres, .ascending): isNullable ? " NULLS FIRST" : ""
        case (nil, .postgres, .descending): isNullable ? " NULLS LAST" : ""
        }
    }

    /// The condition that search entries match the words of a query, and their rank (best first, ascending).
    public func search(_ words: String) -> (condition: SQLText, rank: SQLText) {
        switch self {
        case .sqlite:
            (
                "search_entry MATCH \(Value.text(SearchWords.sqlite(words)))",
                "bm25(search_entry, 0.0, 0.0, 8.0, 1.0, 2.0)"
            )
        case .postgres:
            (
                "document @@ to_tsquery('simple', \(Value.text(SearchWords.postgres(words))))",
                "-ts_rank(document, to_tsquery('simple', \(Value.text(SearchWords.postgres(words)))))"
            )
        }
    }
}

/// Turns what a person typed into the databases' own query languages; every word must occur, the last as a prefix.
enum SearchWords {
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return Array(words.prefix(50))
    }

    static func sqlite(_ text: String) -> String {
        let words = words(text)
        if words.isEmpty { return "\"\"" }
        return words.map { "\"\($0)\" *" }.joined(separator: " ")
    }

    static func postgres(_ text: String) -> String {
        words(text).map { "'\($0)':*" }.joined(separator: " & ")
    }
}
