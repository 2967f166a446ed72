import HTTPTypes
import Model
import Wire

/// The version of a row for `ETag` and `If-Match`.
struct EntityTag: Sendable, Hashable {
    let text: String

    /// `version` counts what changes without the row itself, such as the steps of a case.
    init(_ row: Row, version: String? = nil) {
        let epoch = row["epoch"].integer ?? 0
        if let version { text = "\"\(epoch)-\(row[version].integer ?? 0)\"" } else { text = "\"\(epoch)\"" }
    }

    /// Throws `.stale` when the call insists on another version.
    func check(_ call: Call) throws(DomainError) {
        guard let wanted = call.headers[.ifMatch] else { return }
        for part in wanted.split(separator: ",") {
            var tag = part.drop { $0 == " " }
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            while tag.last == " " { tag = tag.dropLast() }
            if tag == "*" || tag == text { return }
        }
        throw DomainError(.stale, "the row was changed meanwhile; its version is \(text)")
    }
}

/// One rendered entity with its version.
struct Rendered: Sendable {
    let bytes: [UInt8]
    let tag: EntityTag

    func reply(_ status: HTTPResponse.Status = .ok) -> Reply {
        var reply = Reply.json(bytes, status: status)
        reply.headers[.eTag] = tag.text
        return reply
    }
}

extension Reply {
    /// The answer of an action that has nothing else to say.
    static let success = Reply.json(["success": true])
}
