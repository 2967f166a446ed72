import Model
import Statements
import Store

/// The conditions of single fields.
extension QueryCompiler {
    func test(_ field: QueryField, _ test: QueryNode.Test, _ name: QueryNode.Name) throws(DomainError) -> SQLText {
        switch test {
        case .between(let low, let high):
            let first = try self.test(field, .compare(.greaterOrEqual, low), name)
            return "(\(first) AND \(try self.test(field, .compare(.lessOrEqual, high), name)))"
        case .oneOf(let values):
            var parts: [SQLText] = []
            for value in values { parts.append("COALESCE(\(try compare(field, .equal, value, name)), FALSE)") }
            return QueryCompiler.joined(parts, " OR ")
        case .compare(.notEqual, let value):
            return "NOT COALESCE(\(try compare(field, .equal, value, name)), FALSE)"
        case .compare(let comparison, let value): return try compare(field, comparison, value, name)
        case .contains(let text): return try contains(field, text, name)
        case .isEmpty: return isEmpty(field)
        case .within(let period):
            let (from, to) = period < 0 ? (work.now + period, work.now) : (work.now, work.now + period)
            switch field {
            case .time(let time): return "(\(time) >= \(Value.int(from)) AND \(time) <= \(Value.int(to)))"
            case .day(let day):
                let first = JSON.string(Timestamp.day(from)).text
                let last = JSON.string(Timestamp.day(to)).text
                return "(\(day) >= \(Value.text(first)) AND \(day) <= \(Value.text(last)))"
            case .text, .json, .number, .user, .flag, .names, .options:
                throw QueryToken.refusal("\(name.text.prefix(60)) is no date", at: name.place)
            }
        }
    }

    private func sign(_ comparison: QueryNode.Comparison) -> SQLText {
        switch comparison {
        case .equal: "="
        case .notEqual: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }

    private func folded(_ text: String) -> SQLText { work.session.flavor.folded(.binding(.text(text))) }

    private func compare(
        _ field: QueryField, _ comparison: QueryNode.Comparison, _ operand: QueryNode.Operand, _ name: QueryNode.Name
    ) throws(DomainError) -> SQLText {
        let sign = sign(comparison)
        switch field {
        case .text(let expressions):
            let value = folded(operand.text)
            let parts = expressions.map { "\(work.session.flavor.folded($0)) \(sign) \(value)" as SQLText }
            return "(\(parts.joined(separator: " OR ")))"
        case .json(let expression, let isDocument):
            let stored = isDocument ? RichText.document(operand.text).text : JSON.string(operand.text).text
            return "\(work.session.flavor.folded(expression)) \(sign) \(folded(stored))"
        case .number(let expression):
            guard let number = QueryCompiler.number(operand) else {
                // No number equals a word.
                if comparison == .equal { return "FALSE" }
                throw QueryToken.refusal("\(name.text.prefix(60)) is a number", at: name.place)
            }
            return "\(expression) \(sign) \(number)"
        case .time(let expression): return try time(expression, comparison, operand, name)
        case .day(let expression):
            guard let time = instant(operand) else {
                throw QueryToken.refusal("\(name.text.prefix(60)) is a date", at: name.place)
            }
            return "\(expression) \(sign) \(Value.text(JSON.string(Timestamp.day(time)).text))"
        case .user(let expression):
            guard comparison == .equal else {
                throw QueryToken.refusal("\(name.text.prefix(60)) is a person", at: name.place)
            }
            if operand == .currentUser { return "\(expression) = \(Value.int(user ?? 0))" }
            let text = operand.text
            return """
                \(expression) IN (SELECT u.id FROM "user" AS u WHERE u.id = \(Value.int(Int64(text) ?? 0))
                OR \(work.session.flavor.folded("u.email")) = \(folded(text))
                OR \(work.session.flavor.folded("u.name")) = \(folded(text)))
                """
        case .flag(let expression):
            let word = operand.text.lowercased()
            guard comparison == .equal, ["true", "false", "yes", "no", "1", "0"].contains(word) else {
                throw QueryToken.refusal("\(name.text.prefix(60)) is true or false", at: name.place)
            }
            let isTrue = ["true", "yes", "1"].contains(word)
            return isTrue ? expression : "NOT COALESCE(\(expression), FALSE)"
        case .names(let source, let column):
            return
                "EXISTS (SELECT 1 \(source) AND \(work.session.flavor.folded(column)) \(sign) \(folded(operand.text)))"
        case .options(let custom, let expression):
            let wanted = operand.text.lowercased()
            return options(custom, expression) { name in
                switch comparison {
                case .equal: name == wanted
                case .notEqual: name != wanted
                case .less: name < wanted
                case .lessOrEqual: name <= wanted
                case .greater: name > wanted
                case .greaterOrEqual: name >= wanted
                }
            }
        }
    }

    /// True where the value holds an option whose folded name passes.
    private func options(
        _ field: CustomField, _ expression: SQLText, where passes: (String) -> Bool
    ) -> SQLText {
        let ids = field.options.filter { passes($0.name.lowercased()) }.map(\.id)
        if ids.isEmpty { return "FALSE" }
        if field.format == "list" {
            return "\(expression) IN (\(SQLText.list(ids.map { Value.text(String($0)) })))"
        }
        // `[1,23]` is kept without blanks.
        let framed: SQLText = "(',' || replace(replace(\(expression), '[', ''), ']', '') || ',')"
        let parts = ids.map { "\(framed) LIKE \(Value.text("%,\($0),%"))" as SQLText }
        return QueryCompiler.joined(parts, " OR ")
    }

    private func contains(
        _ field: QueryField, _ text: String, _ name: QueryNode.Name
    ) throws(DomainError) -> SQLText {
        func holds(_ expression: SQLText, _ part: String) -> SQLText {
            work.session.flavor.contains(work.session.flavor.folded(expression), folded(part))
        }
        switch field {
        case .text(let expressions): return "(\(expressions.map { holds($0, text) }.joined(separator: " OR ")))"
        case .json(let expression, _): return holds(expression, String(JSON.string(text).text.dropFirst().dropLast()))
        case .number(let expression): return holds("CAST(\(expression) AS TEXT)", text)
        case .day(let expression): return holds(expression, text)
        case .user(let expression):
            return "\(expression) IN (SELECT u.id FROM \"user\" AS u WHERE \(holds("u.name", text)))"
        case .names(let source, let column): return "EXISTS (SELECT 1 \(source) AND \(holds(column, text)))"
        case .options(let custom, let expression):
            let wanted = text.lowercased()
            return options(custom, expression) { wanted.isEmpty || $0.contains(wanted) }
        case .time, .flag: throw QueryToken.refusal("\(name.text.prefix(60)) is no text", at: name.place)
        }
    }

    private func isEmpty(_ field: QueryField) -> SQLText {
        switch field {
        case .text(let expressions):
            let parts = expressions.map { "(\($0) IS NULL OR \($0) = '')" as SQLText }
            return "(\(parts.joined(separator: " AND ")))"
        case .json(let expression, let isDocument):
            let empty = isDocument ? RichText.document("").text : "\"\""
            return "(\(expression) IS NULL OR \(expression) = \(Value.text(empty)))"
        case .number(let expression), .time(let expression), .day(let expression), .user(let expression),
            .flag(let expression):
            return "\(expression) IS NULL"
        case .names(let source, _): return "NOT EXISTS (SELECT 1 \(source))"
        case .options(_, let expression): return "(\(expression) IS NULL OR \(expression) = '[]')"
        }
    }

    /// A number, or a duration as `HH:MM:SS` in seconds.
    private static func number(_ operand: QueryNode.Operand) -> Value? {
        guard case .text(let text) = operand else { return nil }
        if let whole = Int64(text) { return .int(whole) }
        if let number = Double(text), number.isFinite { return .double(number) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2 || parts.count == 3,
            parts.allSatisfy({ $0.map { (0...1_000_000).contains($0) } ?? false })
        else { return nil }
        return .int(parts.reduce(Int64(0)) { $0 * 60 + ($1 ?? 0) })
    }

    private func instant(_ operand: QueryNode.Operand) -> Int64? {
        switch operand {
        case .today: work.now - work.now % Timestamp.millisecondsPerDay
        case .text(let text): Timestamp.parse(text)
        case .currentUser, .flag: nil
        }
    }

    private func time(
        _ expression: SQLText, _ comparison: QueryNode.Comparison, _ operand: QueryNode.Operand,
        _ name: QueryNode.Name
    ) throws(DomainError) -> SQLText {
        guard let time = instant(operand) else {
            throw QueryToken.refusal("\(name.text.prefix(60)) is a date", at: name.place)
        }
        guard comparison == .equal else { return "\(expression) \(sign(comparison)) \(Value.int(time))" }
        // A bare date means that day, a time the second that it is shown as.
        let isDay = operand == .today || operand.text.utf8.count == 10
        let end = time + (isDay ? Timestamp.millisecondsPerDay : 1000)
        return "(\(expression) >= \(Value.int(time)) AND \(expression) < \(Value.int(end)))"
    }
}
