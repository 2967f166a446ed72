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
    public func contains(_ text: SQLText, _ part: SQLText) -> SQLText {
        switch self {
        case .sqlite: "instr(\(text), \(part)) > 0"
        case .postgres: "strpos(\(text), \(part)) > 0"
        }
    }

    /// True where a JSON list of texts holds the text; null where there is no list.
    func list(_ document: SQLText, holds text: SQLText) -> SQLText {
        switch self {
        case .sqlite:
            """
            CASE WHEN \(document) IS NOT NULL
            THEN EXISTS (SELECT 1 FROM json_each(\(document)) AS element WHERE element.value = \(text)) END
            """
        case .postgres:
            "jsonb_exists((\(document))::jsonb, \(text))"
        }
    }

    /// A decimal, which is kept as text, as a number.
    func number(_ decimal: SQLText) -> SQLText {
        switch self {
        case .sqlite: "CAST(\(decimal) AS REAL)"
        case .postgres: "CAST(\(decimal) AS NUMERIC)"
        }
    }

    /// An aggregate over decimals; exact on PostgreSQL.
    func decimal(_ function: Aggregate.Function, _ column: SQLText) -> SQLText {
        let number = number(column)
        let result: SQLText
        switch function {
        case .count: return "COUNT(\(column))"
        case .sum: result = "SUM(\(number))"
        case .average: result = "AVG(\(number))"
        case .minimum: result = "MIN(\(number))"
        case .maximum: result = "MAX(\(number))"
        }
        return self == .postgres ? "CAST(\(result) AS TEXT)" : result
    }

    /// The UTC day, as days since 1970, of a time in milliseconds.
    public func day(_ milliseconds: SQLText) -> SQLText { "(\(milliseconds) / 86400000)" }

    /// The first day, `YYYY-MM-DD` in UTC, of the period in which a time in milliseconds lies.
    public func period(_ period: Period, _ milliseconds: SQLText) -> SQLText {
        switch self {
        case .postgres:
            let unit = Value.text(period.rawValue)
            return """
                to_char(date_trunc(\(unit), to_timestamp((\(milliseconds)) / 1000.0) AT TIME ZONE 'UTC'), 'YYYY-MM-DD')
                """
        case .sqlite:
            let time: SQLText = "(\(milliseconds)) / 1000, 'unixepoch'"
            switch period {
            case .day: return "date(\(time))"
            case .week: return "date(\(time), '-6 days', 'weekday 1')"
            case .month: return "date(\(time), 'start of month')"
            case .year: return "date(\(time), 'start of year')"
            case .quarter:
                return "date(\(time), 'start of month', '-' || ((strftime('%m', \(time)) - 1) % 3) || ' months')"
            }
        }
    }

    /// A period of the calendar.
    public enum Period: String, Sendable, Hashable { case day, week, month, quarter, year }

    /// Locks the rows that a select found until the transaction ends.
    public var rowLock: SQLText {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE"
        }
    }

    /// Locks the rows that a select found and passes over those that another transaction has locked.
    public var claimLock: SQLText {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE SKIP LOCKED"
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
            return (
                "search_entry MATCH \(Value.text(SearchWords.sqlite(words)))",
                "bm25(search_entry, 0.0, 0.0, 8.0, 1.0, 2.0)"
            )
        case .postgres:
            let query = SearchWords.postgres(words)
            return ("document @@ \(query)", "-ts_rank(document, \(query))")
        }
    }

    /// What PostgreSQL's search compares, like SQLite's `unicode61 remove_diacritics 2`: letters and digits without
    /// case and accents, anything else is a gap. Without it `page` does not find `login.page`, nor `12` `TC-12`.
    static func searchable(_ text: SQLText) -> SQLText {
        """
        regexp_replace(regexp_replace(normalize(lower((\(text)) COLLATE "und-x-icu"), NFD),
        '[\\u0300-\\u036F]+', '', 'g'), '[^[:alnum:]]+', ' ', 'g')
        """
    }
}

/// Turns what a person typed into the databases' own query languages.
public enum SearchWords {
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

    static func sqlite(_ text: String) -> String { SearchQuery.parsed(text)?.sqlite ?? "\"\"" }

    /// The words as one `tsquery`; the empty one matches nothing.
    static func postgres(_ text: String) -> SQLText { SearchQuery.parsed(text)?.postgres ?? "''::tsquery" }

    /// The words that a hit of the search shows, for marking them.
    public static func marked(_ text: String) -> [String] { SearchQuery.parsed(text)?.words ?? [] }
}
