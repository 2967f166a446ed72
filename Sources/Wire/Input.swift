public import Engine
public import Model

/// Reads the members of a JSON object and collects every problem; `finish` throws them together.
public struct Input {
    public let object: JSONObject
    private let prefix: String
    public private(set) var issues: [Issue] = []

    /// `prefix` is the path of the object in the body, such as `steps[2].`.
    public init(_ object: JSONObject, prefix: String = "") {
        self.object = object
        self.prefix = prefix
    }

    /// Notes a problem of a member.
    public mutating func fail(_ name: String, _ message: String) {
        issues.append(Issue(field: prefix + name, message: "\(prefix)\(name) \(message)"))
    }

    /// Takes over the problems of an inner object.
    public mutating func absorb(_ inner: Input) { issues += inner.issues }

    /// Throws `.invalid` with every problem found so far.
    public func finish() throws(DomainError) {
        if !issues.isEmpty { throw .invalid(issues) }
    }

    /// The first of these members that is there; later names are synonyms.
    private func member(_ names: [String]) -> (name: String, value: JSON)? {
        for name in names {
            if let value = object[name] { return (name, value) }
        }
        return nil
    }

    private mutating func read<T: Sendable>(
        _ names: [String], _ expected: String, _ convert: (JSON) -> T?
    ) -> Given<T> {
        guard let member = member(names) else { return .absent }
        if member.value.isNull { return .null }
        guard let value = convert(member.value) else {
            fail(member.name, "must be \(expected)")
            return .absent
        }
        return .value(value)
    }

    /// A member that must be there and not null.
    public mutating func required<T: Sendable>(_ name: String, _ given: Given<T>) -> T? {
        if let value = given.value { return value }
        // A value of the wrong type was reported already.
        if !issues.contains(where: { $0.field == prefix + name }) { fail(name, "is required") }
        return nil
    }

    /// A text.
    public mutating func text(_ names: String...) -> Given<String> { read(names, "a text") { $0.string } }

    /// A boolean.
    public mutating func bool(_ names: String...) -> Given<Bool> { read(names, "a boolean") { $0.bool } }

    /// An object.
    public mutating func object(_ name: String) -> Given<JSONObject> { read([name], "an object") { $0.object } }

    /// An array.
    public mutating func array(_ name: String) -> Given<[JSON]> { read([name], "an array") { $0.array } }

    /// A whole number of at least `minimum`; a duration in seconds is one.
    public mutating func count(_ name: String, minimum: Int64 = 0) -> Given<Int64> {
        let limit: Int64 = 1 << 53
        return read([name], "an integer from \(minimum)") { json in
            guard let number = json.integer, number >= minimum, number <= limit else { return nil }
            return number
        }
    }

    /// Plain text, a document, or a document in a text.
    public mutating func richText(_ names: String...) -> Given<JSON> {
        read(names, "a text or a document") { json in
            switch json {
            case .string: json
            case .object(let object): object["type"]?.string == "doc" ? json : nil
            case .null, .bool, .integer, .number, .array: nil
            }
        }
    }

    /// A time in milliseconds from an ISO 8601 date or time.
    public mutating func time(_ name: String) -> Given<Int64> {
        read([name], "an ISO 8601 date or time") { json in json.string.flatMap { Timestamp.parse($0) } }
    }

    /// An integer id, the same as text, or a UUID.
    public mutating func key(_ names: String...) -> Given<RowKey> { read(names, "an id") { RowKey($0) } }

    /// A list of ids or UUIDs.
    public mutating func keys(_ name: String) -> Given<[RowKey]> {
        read([name], "an array of ids") { json in
            guard let elements = json.array else { return nil }
            let keys = elements.compactMap { RowKey($0) }
            return keys.count == elements.count ? keys : nil
        }
    }

    /// A list of texts.
    public mutating func texts(_ name: String) -> Given<[String]> {
        read([name], "an array of texts") { json in
            guard let elements = json.array else { return nil }
            let texts = elements.compactMap(\.string)
            return texts.count == elements.count ? texts : nil
        }
    }

    /// One of a fixed list of words, without regard to case.
    public mutating func word(_ name: String, _ words: [String]) -> Given<String> {
        read([name], "one of \(words.joined(separator: ", "))") { json in
            json.string.flatMap { text in words.first { $0 == text.uppercased() } }
        }
    }

    /// The elements of an array of objects, each read with its own path; the closure's problems are taken over.
    public mutating func each<T: Sendable>(_ name: String, limit: Int, _ read: (inout Input) -> T?) -> Given<[T]> {
        let given = array(name)
        guard case .value(let elements) = given else { return given.map { _ in [] } }
        guard elements.count <= limit else {
            fail(name, "has more than \(limit) elements")
            return .absent
        }
        var result: [T] = []
        for (index, element) in elements.enumerated() {
            guard let object = element.object else {
                fail("\(name)[\(index)]", "must be an object")
                continue
            }
            var inner = Input(object, prefix: "\(prefix)\(name)[\(index)].")
            if let value = read(&inner) { result.append(value) }
            absorb(inner)
        }
        return .value(result)
    }
}
