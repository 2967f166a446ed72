import Engine
import Foundation
import Model
import Wire

/// One page of a list (Testsigma API, Pagination): by cursor or by number.
struct Listing: Sendable {
    static let maximum = 500

    /// What a client may sort by and the column behind it; none of them may be null.
    struct Sorting: Sendable {
        let fields: [String: String]
        /// The order without a wish of the client; `id` is added.
        let usual: [String]

        init(_ fields: [String: String], usual: [String] = []) {
            self.fields = fields
            self.usual = usual
        }

        static let times = ["created_at": "createdAt", "updated_at": "updatedAt"]
    }

    let size: Int
    private let number: Int?
    private let cursor: Cursor?
    private let keys: [String]
    private let direction: Query.Order.Direction

    init(_ call: Call, _ sorting: Sorting = Sorting(Sorting.times)) throws(DomainError) {
        let given = call.query["page_size"] ?? call.query["size"]
        size = min(try Listing.number("page_size", given) ?? 20, Listing.maximum)
        number = try Listing.number("page", call.query["page"])
        var keys = sorting.usual
        if let word = call.query["sort_by"], !word.isEmpty {
            guard let field = sorting.fields[word] ?? (word == "id" ? "id" : nil) else {
                throw .invalid("sort_by", "the list cannot be sorted by \(word)")
            }
            keys = field == "id" ? [] : [field]
        }
        self.keys = keys + ["id"]
        switch call.query["sort_order"]?.lowercased() ?? "asc" {
        case "asc", "": direction = .ascending
        case "desc": direction = .descending
        default: throw .invalid("sort_order", "sort_order must be asc or desc")
        }
        let token = call.query["cursor"] ?? call.query["next"]
        if let token, !token.isEmpty {
            cursor = try Cursor(token, keys: self.keys)
        } else {
            cursor = nil
        }
    }

    private static func number(_ name: String, _ text: String?) throws(DomainError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), number >= 1, number <= 1 << 40 else {
            throw .invalid(name, "\(name) must be a whole number from 1")
        }
        return number
    }

    private var offset: Int {
        let (offset, overflow) = ((number ?? 1) - 1).multipliedReportingOverflow(by: size)
        return overflow ? 1 << 60 : offset
    }

    /// The rows of the page and what `page_info` says.
    struct Page {
        let rows: [Row]
        let info: JSON

        /// The envelope of a list.
        func reply(_ name: String, _ list: [JSON]) -> Reply {
            .json(["message": "", "data": .members([(name, .array(list))]), "page_info": info])
        }
    }

    /// Reads the page; `query` names entity, condition and columns.
    func page(_ query: Query, in work: Reading) throws(DomainError) -> Page {
        let total = try work.count(query.entity, where: query.filter)
        let entity = work.schema[query.entity]
        var query = query
        let isBack = cursor?.isBack ?? false
        let forward = isBack ? direction.reversed : direction
        query.order = keys.map { .by($0, forward) }
        if let cursor {
            query.filter = query.filter && (try cursor.filter(keys, entity, forward))
            query.page = Query.Page(limit: size + 1)
        } else {
            query.page = Query.Page(limit: size + 1, offset: offset)
        }
        var rows = try work.tree(query).rows
        let hasMore = rows.count > size
        if hasMore { rows.removeLast() }
        if isBack { rows.reverse() }
        var next: JSON = .null
        var previous: JSON = .null
        let isInside = cursor != nil || offset > 0
        if let last = rows.last, isBack || hasMore {
            next = .string(Cursor.text(last, keys, entity, direction, isBack: false))
        }
        if let first = rows.first, isBack ? hasMore : isInside {
            previous = .string(Cursor.text(first, keys, entity, direction, isBack: true))
        }
        return Page(rows: rows, info: info(total, next, previous))
    }

    private func info(_ total: Int, _ next: JSON, _ previous: JSON) -> JSON {
        [
            "page_size": .integer(Int64(size)), "total_count": .integer(Int64(total)), "next": next, "prev": previous,
        ]
    }

    /// A page of a list that is in memory; its rows are found by their place.
    func slice(_ list: [JSON]) throws(DomainError) -> (rows: [JSON], info: JSON) {
        var start = min(offset, list.count)
        if let cursor {
            guard let place = cursor.place, place >= 0, place <= list.count else { throw Cursor.refusal }
            start = cursor.isBack ? max(0, place - size) : place
        }
        let end = min(start + size, list.count)
        let next = end < list.count ? JSON.string(Cursor.text(place: end, isBack: false)) : .null
        let previous = start > 0 ? JSON.string(Cursor.text(place: start, isBack: true)) : .null
        return (Array(list[start..<end]), info(list.count, next, previous))
    }
}

extension Query.Order.Direction {
    var reversed: Query.Order.Direction { self == .ascending ? .descending : .ascending }
}

/// Where a page begins: the sort values of the row before it, as JSON in base64url.
struct Cursor: Sendable {
    static let refusal = DomainError.invalid("cursor", "cursor is none of ours")

    private let values: [String]
    /// The page before the row, not behind it.
    let isBack: Bool

    /// For lists in memory: the place.
    var place: Int? { values.count == 1 ? Int(values[0]) : nil }

    init(_ token: String, keys: [String]) throws(DomainError) {
        guard token.utf8.count <= 8000, let bytes = Cursor.decoded(token),
            let text = String(validating: bytes, as: UTF8.self), let list = JSON(stored: .text(text))?.array,
            list.count == keys.count || list.first?["field"]?.string == "place"
        else { throw Cursor.refusal }
        var values: [String] = []
        for (index, element) in list.enumerated() {
            let name = element["field"]?.string ?? ""
            guard let value = element["value"]?.string, name == "place" || name.hasSuffix(Cursor.name(keys[index]))
            else {
                throw Cursor.refusal
            }
            values.append(value)
        }
        self.values = values
        isBack = list.last?["direction"]?.string == "DESC"
    }

    /// `id` is called `tsid` by the vendor.
    private static func name(_ key: String) -> String { key == "id" ? ".tsid" : ".\(Field.snakeCase(key))" }

    static func text(
        _ row: Row, _ keys: [String], _ entity: EntityType, _ direction: Query.Order.Direction, isBack: Bool
    ) -> String {
        let list: [JSON] = keys.map { key in
            [
                "field": .string(entity.table + name(key)), "value": .string(text(row[key])),
                "direction": isBack ? "DESC" : "ASC",
            ]
        }
        return Data(JSON.array(list).text.utf8).base64URL
    }

    static func text(place: Int, isBack: Bool) -> String {
        let list: JSON = [
            ["field": "place", "value": .string(String(place)), "direction": isBack ? "DESC" : "ASC"]
        ]
        return Data(list.text.utf8).base64URL
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .text(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): flag ? "1" : "0"
        case .null, .bytes: ""
        }
    }

    private static func decoded(_ token: String) -> [UInt8]? {
        var text = token.replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        return Data(base64Encoded: text).map { Array($0) }
    }

    /// The rows behind the values, in the order that goes `direction`.
    func filter(
        _ keys: [String], _ entity: EntityType, _ direction: Query.Order.Direction
    ) throws(DomainError) -> Filter {
        guard values.count == keys.count else { throw Cursor.refusal }
        let sign: Filter.Comparison = direction == .ascending ? .greater : .less
        var result = Filter.none
        var equal = Filter.all
        for (key, text) in zip(keys, values) {
            let value: Value
            switch entity.field(key)?.kind {
            case .integer, .bigInteger, .timestamp, .reference:
                guard let number = Int64(text) else { throw Cursor.refusal }
                value = .int(number)
            case .real:
                guard let number = Double(text), number.isFinite else { throw Cursor.refusal }
                value = .double(number)
            case .boolean: value = .bool(text == "1")
            case .text, .choice, .json, .textList, .decimal, nil:
                guard !text.utf8.contains(0) else { throw Cursor.refusal }
                value = .text(text)
            }
            result = result || (equal && .compare(key, sign, value))
            equal = equal && .equals(key, value)
        }
        return result
    }
}

extension Data {
    /// Without padding, safe in addresses.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
