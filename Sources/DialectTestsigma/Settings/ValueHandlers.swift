import Engine
import HTTPTypes
import Model
import Wire

/// The value lists of cases and runs (Testsigma API, Settings); they are read only.
enum ValueHandlers {
    /// One list of the choices of cases.
    static func choices(
        _ name: String, _ list: @escaping @Sendable (CaseChoices) -> [CaseChoice]
    ) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let rows = try await engine.read(as: call.caller) { work throws(DomainError) in
                list(try CaseChoices(work, product: "TESTSIGMA")).map { ($0.uid, $0.name, $0.alias) }
            }
            return try reply(name, rows, call)
        }
    }

    static func statuses(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let rows = try await engine.read(as: call.caller) { work throws(DomainError) in
            try RunStatuses(work).list.map { ($0.uid, $0.name, $0.alias) }
        }
        return try reply("statuses", rows, call)
    }

    private static func reply(
        _ name: String, _ rows: [(uid: String, name: String, alias: String)], _ call: Call
    ) throws(DomainError) -> Reply {
        let listing = try Listing(call, Listing.Sorting(["name": "name", "order": "order"]))
        var list: [JSON] = []
        for (index, row) in rows.enumerated() {
            let json: JSON = [
                "id": .string(row.uid), "name": .string(row.name), "order": .integer(Int64(index + 1)),
                "alias": .string(row.alias), "icon_url": .string("/api/v1/icons/\(row.alias).svg"),
            ]
            if try matches(json, call) { list.append(json) }
        }
        let (page, info) = try listing.slice(list)
        return .json(["message": "", "data": .members([(name, .array(page))]), "page_info": info])
    }

    /// The filters of lists, on a row in memory.
    private static func matches(_ json: JSON, _ call: Call) throws(DomainError) -> Bool {
        for (name, value) in call.query.items {
            let field: String
            var operation = FieldFilters.Operation.equal
            if let mark = name.firstRange(of: "__") {
                field = String(name[..<mark.lowerBound])
                guard let known = FieldFilters.Operation(rawValue: String(name[mark.upperBound...])) else {
                    throw .invalid(name, "\(name) has no operator that we know")
                }
                guard json[field] != nil else { throw .invalid(field, "there is no field \(field)") }
                operation = known
            } else {
                field = name
                guard json[field] != nil else { continue }
            }
            let text = json[field]?.string ?? json[field]?.text ?? ""
            guard try matches(text, operation, value, field) else { return false }
        }
        return true
    }

    private static func matches(
        _ text: String, _ operation: FieldFilters.Operation, _ value: String, _ field: String
    ) throws(DomainError) -> Bool {
        let words = value.split(separator: ",").map { Words.trimmed(String($0)) }
        let (folded, wanted) = (text.lowercased(), value.lowercased())
        switch operation {
        case .equal: return text == value
        case .notEqual: return text != value
        case .isIn: return words.contains(text)
        case .isNotIn: return !words.contains(text)
        case .contains: return folded.contains(wanted)
        case .containsNot: return !folded.contains(wanted)
        case .startsWith: return folded.hasPrefix(wanted)
        case .endsWith: return folded.hasSuffix(wanted)
        case .isNull: return value == "false"
        case .greater, .greaterOrEqual, .less, .lessOrEqual:
            guard let left = Double(text), let right = Double(value) else {
                throw .invalid(field, "\(field) cannot be compared with \(value)")
            }
            switch operation {
            case .greater: return left > right
            case .greaterOrEqual: return left >= right
            case .less: return left < right
            default: return left <= right
            }
        }
    }

    /// A dot in a colour that follows from the name.
    static func icon(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("file")
        guard name.hasSuffix(".svg") else { throw DomainError(.notFound, "no such icon", entity: Refusal.noRoute) }
        var hue = 0
        for byte in name.utf8 { hue = (hue * 31 + Int(byte)) % 360 }
        let svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">\
            <circle cx="8" cy="8" r="5" fill="hsl(\(hue) 60% 45%)"/></svg>
            """
        return .text(svg, type: "image/svg+xml")
    }
}

/// The statuses of run cases under this API's names.
struct RunStatuses: Sendable {
    struct Entry: Sendable {
        let uid: String
        let name: String
        let alias: String
        let core: StatusBook.Entry
    }

    let list: [Entry]

    init(_ work: Reading) throws(DomainError) {
        let book = try work.statuses()
        var list: [Entry] = []
        for value in try work.valueLists().list("RUN_STATUS", product: "TESTSIGMA") {
            guard let core = book.entry(value.status) else { continue }
            list.append(Entry(uid: value.uid, name: value.name, alias: value.alias, core: core))
        }
        for core in book.entries where core.isEnabled && !list.contains(where: { $0.core.id == core.id }) {
            list.append(Entry(uid: core.uid, name: core.name, alias: Words.snake(core.systemName), core: core))
        }
        self.list = list
    }

    /// What is not executed has no status in the core.
    func entry(_ status: Int64?) -> Entry? {
        guard let status, let known = list.first(where: { $0.core.id == status }) else {
            return list.first { $0.core.systemName == "untested" }
        }
        return known
    }

    /// A status by UUID or name, without regard to case, blanks, `-` and `_`.
    func named(_ word: String) -> Entry? {
        if let exact = list.first(where: { $0.uid == word.lowercased() || $0.core.uid == word.lowercased() }) {
            return exact
        }
        let folded = Words.folded(word)
        return list.first { Words.folded($0.name) == folded || Words.folded($0.alias) == folded }
    }

    /// Run cases with a status.
    func filter(_ entry: Entry) -> Filter {
        let own = Filter.equals("statusId", .int(entry.core.id))
        return entry.core.systemName == "untested" ? own || .equals("statusId", .null) : own
    }
}
