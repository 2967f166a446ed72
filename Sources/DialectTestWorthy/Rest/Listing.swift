import HTTPTypes
import Model
import Wire

/// `page`, `limit` and `sort` of a list (TestWorthy API, Lists).
struct Listing: Sendable {
    static let maximum = 100

    let page: Int
    let limit: Int
    private let order: [Query.Order]?

    /// `fields` are the words that a client may sort by, with the fields they mean.
    init(_ call: Call, sorting fields: [String: String] = Listing.common) throws(DomainError) {
        page = try Listing.number("page", call) ?? 1
        limit = min(try Listing.number("limit", call) ?? 20, Listing.maximum)
        guard let word = call.query["sort"], !word.isEmpty else {
            order = nil
            return
        }
        let isDescending = word.hasPrefix("-")
        guard let field = fields[isDescending ? String(word.dropFirst()) : word] else {
            throw .invalid("sort", "sort names no field of the list")
        }
        let direction: Query.Order.Direction = isDescending ? .descending : .ascending
        order = [.by(field, direction), .by("id", direction)]
    }

    static let common = [
        "id": "id", "name": "name", "title": "name", "createdAt": "createdAt", "updatedAt": "updatedAt",
    ]

    /// The same with a meaning of `status`.
    static func common(status: String) -> [String: String] { common.merging(["status": status]) { first, _ in first } }

    private static func number(_ name: String, _ call: Call) throws(DomainError) -> Int? {
        guard let text = call.query[name] else { return nil }
        guard let number = Int(text), number >= 1, number <= 1 << 40 else {
            throw .invalid(name, "\(name) must be a whole number from 1")
        }
        return number
    }

    /// Ascending ids unless the client asks for something else.
    func order(_ fallback: [Query.Order] = [.by("id")]) -> [Query.Order] { order ?? fallback }

    var window: Query.Page {
        let (offset, overflow) = (page - 1).multipliedReportingOverflow(by: limit)
        return Query.Page(limit: limit, offset: overflow ? 1 << 60 : offset)
    }

    /// The envelope of a page.
    func reply(_ data: [JSON], total: Int) -> Reply {
        let pages = max(1, (total + limit - 1) / limit)
        return .json([
            "data": .array(data), "page": .integer(Int64(page)), "limit": .integer(Int64(limit)),
            "total": .integer(Int64(total)), "totalPages": .integer(Int64(pages)),
        ])
    }
}
