import Engine
import Model
import Wire

/// What the query of a call asks for.
struct ListRequest {
    static let pageSize = 15
    static let pageLimit = 1000

    var filter: Filter = .all
    var order: [Query.Order]?
    var sorting: [(name: String, isDescending: Bool)] = []
    /// Filters as they were written, for histories.
    var conditions: [(name: String, values: [String], isList: Bool)] = []
    var page: Int64 = 1
    /// `nil` is all rows in one page.
    var size: Int? = ListRequest.pageSize
    var wantsHistory = false
    var hasPage = false
    var relations: [Relations.Node] = []

    init() {}

    init(_ call: Call, _ resource: Resource, _ lens: Lens) throws(DomainError) {
        var issues: [Issue] = []
        wantsHistory = ListRequest.wantsHistory(call)
        for (name, text) in call.query.items {
            switch name {
            case "revision_log": continue
            case "page":
                page = max(1, Int64(text) ?? 1)
                hasPage = true
            case "per_page":
                hasPage = true
                if text == "-1" {
                    size = nil
                } else if let number = Int(text), number > 0 {
                    size = min(number, ListRequest.pageLimit)
                } else {
                    issues.append(Issue(field: name, message: "per_page must be -1 or a number from 1"))
                }
            case "_with": relations += Relations.parse(text)
            case "_sort": sort(text, resource, &issues)
            default: condition(name, text, resource, lens, &issues)
            }
        }
        if !issues.isEmpty { throw .invalid(issues) }
    }

    static func wantsHistory(_ call: Call) -> Bool {
        guard let text = call.query["revision_log"] else { return false }
        return text == "true" || text == "1"
    }

    private mutating func sort(_ text: String, _ resource: Resource, _ issues: inout [Issue]) {
        var keys: [Query.Order] = []
        for part in text.split(separator: ",") {
            let isDescending = part.hasPrefix("-")
            let name = String(isDescending ? part.dropFirst() : part)
            guard let column = resource.column(name), let key = column.order else {
                issues.append(Issue(field: "_sort", message: "there is no field \(name.prefix(100)) to sort by"))
                continue
            }
            sorting.append((name, isDescending))
            keys.append(Query.Order(key, isDescending ? .descending : .ascending))
        }
        if !keys.isEmpty { order = keys + [.by("id")] }
    }

    private mutating func condition(
        _ name: String, _ text: String, _ resource: Resource, _ lens: Lens, _ issues: inout [Issue]
    ) {
        guard let first = name.first, first != "_", !first.isUppercase else { return }
        let isList = name.hasSuffix("-in")
        let word = isList ? String(name.dropLast(3)) : name
        let texts = isList ? text.split(separator: ",").map { String($0) } : [text]
        if wantsHistory, word == "operation" {
            conditions.append((word, texts, isList))
            return
        }
        guard let column = resource.column(word), let match = column.match else {
            issues.append(Issue(field: name, message: "there is no column \(word.prefix(100)) to filter by"))
            return
        }
        var wanted: [Wanted] = []
        for text in texts {
            if text == "null" {
                wanted.append(.null)
            } else if column.shape == .reference, case .uid(let uid) = RowKey(text) {
                wanted.append(.uid(uid))
            } else if let value = column.shape.value(text) {
                wanted.append(.value(value))
            } else {
                issues.append(Issue(field: name, message: "\(name) must be \(column.shape.words)"))
            }
        }
        conditions.append((word, texts, isList))
        filter = filter && (wanted.isEmpty ? .none : match(wanted, lens))
    }

    /// The rows before the page; a page beyond every list starts at its end.
    var offset: Int {
        let (product, overflow) = (page - 1).multipliedReportingOverflow(by: Int64(size ?? 0))
        return overflow || product > 1 << 40 ? 1 << 40 : Int(product)
    }
}

/// The envelope of a list.
enum Envelope {
    static func reply(_ call: Call, _ request: ListRequest, rows: [JSON], total: Int) -> Reply {
        let path = call.origin + call.path
        let size = request.size ?? rows.count
        let last = request.size.map { max(1, (total + $0 - 1) / $0) } ?? 1
        let page = request.size == nil ? 1 : request.page
        let prefix = query(call)
        func url(_ page: Int64) -> JSON { .string("\(path)?\(prefix)page=\(page)") }
        let isEmpty = rows.isEmpty
        let from = request.size == nil ? 1 : request.offset + 1
        let next: JSON = page < last ? url(page + 1) : .null
        let previous: JSON = page > 1 ? url(min(page - 1, Int64(last))) : .null
        return .json(
            .members([
                ("current_page", .integer(page)), ("data", .array(rows)), ("first_page_url", url(1)),
                ("from", isEmpty ? .null : .integer(Int64(from))), ("last_page", .integer(Int64(last))),
                ("last_page_url", url(Int64(last))), ("next_page_url", next), ("path", .string(path)),
                ("per_page", .integer(Int64(size))), ("prev_page_url", previous),
                ("to", isEmpty ? .null : .integer(Int64(from + rows.count - 1))), ("total", .integer(Int64(total))),
            ]))
    }

    /// The caller's query in the caller's order, without the page.
    private static func query(_ call: Call) -> String {
        var text = ""
        for (name, value) in call.query.items where name != "page" {
            text += "\(PercentEncoding.encoded(name))=\(PercentEncoding.encoded(value))&"
        }
        return text
    }
}
