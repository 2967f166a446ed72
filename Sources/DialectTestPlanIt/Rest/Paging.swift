import Model
import Wire

/// `limit` and `offset` of a list.
struct Paging: Sendable {
    /// Larger limits count as this one.
    static let maximum = 1000

    /// `nil` answers every row.
    let limit: Int?
    let offset: Int

    init(_ call: Call, default fallback: Int?) throws(DomainError) {
        limit = try Paging.number("limit", call).map { min($0, Paging.maximum) } ?? fallback
        offset = try Paging.number("offset", call) ?? 0
    }

    init(limit: Int?, offset: Int) {
        self.limit = limit
        self.offset = offset
    }

    private static func number(_ name: String, _ call: Call) throws(DomainError) -> Int? {
        guard let text = call.query[name], !text.isEmpty else { return nil }
        guard let number = Int(text), number >= 0, number <= 1 << 40 else {
            throw .invalid(name, "\(name) must be a whole number from 0")
        }
        return number
    }

    var page: Query.Page { Query.Page(limit: limit, offset: offset) }

    /// The number of all rows when the page alone tells it.
    func total(shown: Int) -> Int? {
        if shown == 0, offset > 0 { return nil }
        guard let limit else { return offset + shown }
        return shown < limit ? offset + shown : nil
    }

    /// `"total":n,"limit":n,"offset":n`.
    func write(_ total: Int, to writer: inout JSONWriter) {
        writer.key(.total)
        writer.value(total)
        writer.key(.limit)
        writer.value(limit ?? total)
        writer.key(.offset)
        writer.value(offset)
    }
}
