public import Model

/// The body of a request: pieces that are read once, in order.
public struct Body: Sendable {
    /// The length that the request announced.
    public let length: Int64?
    private let next: @Sendable () async throws(DomainError) -> [UInt8]?

    public init(length: Int64?, next: @escaping @Sendable () async throws(DomainError) -> [UInt8]?) {
        self.length = length
        self.next = next
    }

    public static let empty = Body(length: 0) { () async throws(DomainError) -> [UInt8]? in nil }

    /// A body that is in memory already.
    public static func bytes(_ bytes: [UInt8]) -> Body {
        let source = Once(bytes)
        return Body(length: Int64(bytes.count)) { () async throws(DomainError) -> [UInt8]? in await source.take() }
    }

    private actor Once {
        private var bytes: [UInt8]?

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func take() -> [UInt8]? {
            defer { bytes = nil }
            return bytes?.isEmpty == true ? nil : bytes
        }
    }

    /// The next piece, or `nil` at the end.
    public func piece() async throws(DomainError) -> [UInt8]? { try await next() }

    /// The whole body; `.tooLarge` beyond the limit.
    public func collect(limit: Int) async throws(DomainError) -> [UInt8] {
        if let length, length > Int64(limit) { throw Body.tooLarge(limit) }
        var bytes: [UInt8] = []
        while let piece = try await piece() {
            guard bytes.count + piece.count <= limit else { throw Body.tooLarge(limit) }
            if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
        }
        return bytes
    }

    public static func tooLarge(_ limit: Int) -> DomainError {
        DomainError(.tooLarge, "the body is larger than \(limit) bytes")
    }
}

extension Call {
    /// The largest body of an ordinary API call (SAFETY 2.3-18).
    public static let bodyLimit = 2 << 20

    /// The body as JSON; `.malformed` with line and column when it is none.
    public func json(limit: Int = Call.bodyLimit) async throws(DomainError) -> JSON {
        try CrossSite.checkMediaType(self)
        let bytes = try await body.collect(limit: limit)
        guard !bytes.isEmpty else { throw .malformed("the body is empty, a JSON value is needed") }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(bytes)
        } catch {
            throw .malformed("the body is not JSON: line \(error.line), column \(error.column): \(error.reason)")
        }
    }

    /// The body as a JSON object.
    public func object(limit: Int = Call.bodyLimit) async throws(DomainError) -> JSONObject {
        guard let object = try await json(limit: limit).object else {
            throw .malformed("the body is JSON, but not an object")
        }
        return object
    }

    /// The body as a form (`application/x-www-form-urlencoded`).
    public func form(limit: Int = 64 << 10) async throws(DomainError) -> QueryItems {
        let form = QueryItems(parsing: String(decoding: try await body.collect(limit: limit), as: UTF8.self))
        guard !form.holdsNul else { throw Call.nulCharacter("form") }
        return form
    }

    /// One database keeps U+0000 in texts and the other refuses it, so that it never gets that far.
    func checkCharacters() throws(DomainError) {
        if query.holdsNul { throw Call.nulCharacter("query") }
        for value in parameters.values where value.utf8.contains(0) { throw Call.nulCharacter("path") }
    }

    static func nulCharacter(_ place: String) -> DomainError {
        .malformed("the \(place) holds the character U+0000")
    }
}

extension QueryItems {
    var holdsNul: Bool { items.contains { $0.name.utf8.contains(0) || $0.value.utf8.contains(0) } }
}
