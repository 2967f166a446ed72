import Model
import Wire

/// One thing of a body: its attributes and what stands beside them; collects every problem.
struct Entry: Sendable {
    let attributes: JSONObject
    /// `data` itself: `steps`, `files`, `instances`, `id`.
    let beside: JSONObject
    let pointer: String
    private(set) var issues: [Issue] = []

    init(_ request: Request, _ data: JSON?, pointer: String) {
        self.pointer = pointer
        guard let data else {
            // The flat form of the older documentation.
            attributes = request.body
            beside = request.body
            return
        }
        let object = data.object ?? JSONObject()
        beside = object
        attributes = object.member("attributes")?.object ?? JSONObject()
        if data.object == nil { fail(at: pointer, "data", "is invalid: an object is needed") }
    }

    /// An object inside an element, such as `test-attributes`.
    init(_ object: JSONObject, pointer: String) {
        attributes = object
        beside = object
        self.pointer = pointer
    }

    /// The same with members of the element itself counting as attributes that are not there.
    func besideAttributes(_ names: [String]) -> Entry {
        var object = JSONObject()
        for name in names {
            if let value = attributes.member(name) ?? beside.member(name) { object[name] = value }
        }
        return Entry(object, pointer: pointer)
    }

    // MARK: Problems

    private mutating func fail(at place: String, _ name: String, _ rule: String) {
        issues.append(Issue(field: place, message: "\(name) \(rule)"))
    }

    func place(_ name: String) -> String { "\(pointer)/attributes/\(name)" }

    mutating func fail(_ name: String, _ rule: String) { fail(at: place(name), name, "is invalid: \(rule)") }
    mutating func failBeside(_ path: String, _ rule: String) {
        fail(at: "\(pointer)/\(path)", path, "is invalid: \(rule)")
    }
    mutating func miss(_ name: String) { fail(at: place(name), name, "is missing") }
    mutating func absorb(_ other: Entry) { issues += other.issues }
    mutating func note(_ issue: Issue) { issues.append(issue) }

    func finish() throws(DomainError) {
        if !issues.isEmpty { throw .invalid(issues) }
    }

    /// Throws the problems of all elements together.
    static func finish(_ elements: [Entry]) throws(DomainError) {
        let issues = elements.flatMap(\.issues)
        if !issues.isEmpty { throw .invalid(issues) }
    }

    // MARK: Values

    func member(_ name: String) -> JSON? { attributes.member(name) }

    private mutating func read<T: Sendable>(
        _ name: String, _ expected: String, _ convert: (JSON) -> T?
    ) -> Given<T> {
        guard let value = member(name) else { return .absent }
        if value.isNull { return .null }
        guard let converted = convert(value) else {
            fail(name, "must be \(expected)")
            return .absent
        }
        return .value(converted)
    }

    /// A text; a number counts as its text.
    mutating func text(_ name: String, limit: Int = 1 << 20) -> Given<String> {
        let given = read(name, "a text") { Names.text($0) }
        if let text = given.value, text.utf8.count > limit, text.unicodeScalars.count > limit {
            fail(name, "longer than \(limit) characters")
            return .absent
        }
        return given
    }

    /// A name or title: up to 1000 characters, not blank; null leaves it as it is.
    mutating func name(_ names: [String], isNew: Bool) -> Given<String> {
        let name = names.first { member($0) != nil } ?? names[0]
        let given = text(name, limit: 1000)
        switch given {
        case .value(let text) where text.allSatisfy(\.isWhitespace):
            miss(names[0])
            return .absent
        case .value: return given
        case .absent, .null:
            if isNew, !issues.contains(where: { $0.field == place(name) }) { miss(names[0]) }
            return .absent
        }
    }

    mutating func id(_ name: String) -> Given<Int64> {
        let given = text(name)
        guard let text = given.value else { return given.map { _ in 0 } }
        // An id that is no number names nothing; an empty text counts as null.
        return text.isEmpty ? .null : .value(Names.id(text) ?? 0)
    }

    mutating func time(_ name: String) -> Given<Int64> {
        read(name, "a time in ISO 8601") { value in
            value.string.flatMap { Timestamp.parse($0) }
        }
    }

    /// Seconds, from `HH:MM:SS`, `MM:SS` or a number.
    mutating func duration(_ name: String) -> Given<Double> { read(name, "a duration") { Duration.seconds($0) } }

    mutating func flag(_ name: String) -> Given<Bool> {
        read(name, "true or false") { value in
            if let flag = value.bool { return flag }
            switch Names.text(value)?.lowercased() {
            case "true", "yes", "1": return true
            case "false", "no", "0": return false
            default: return nil
            }
        }
    }

    mutating func object(_ name: String) -> Given<JSONObject> { read(name, "an object") { $0.object } }
    mutating func array(_ name: String) -> Given<[JSON]> { read(name, "an array") { $0.array } }

    /// A list of words; one word stands for a list of one.
    mutating func words(_ name: String) -> Given<[String]> {
        read(name, "a list of texts") { value in
            var words: [String] = []
            for element in value.array ?? [value] {
                guard let word = Names.text(element) else { return nil }
                if !word.allSatisfy(\.isWhitespace) { words.append(word) }
            }
            return words
        }
    }
}

/// Durations as clients write and read them.
enum Duration {
    static func seconds(_ json: JSON) -> Double? {
        if let number = json.double { return number >= 0 && number <= 1e9 ? number : nil }
        guard let text = json.string, !text.isEmpty else { return nil }
        if !text.contains(":") {
            guard let number = Double(text), number.isFinite, number >= 0, number <= 1e9 else { return nil }
            return number
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var total = 0.0
        for part in parts {
            guard part.count <= 6, !part.isEmpty, part.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
                let number = Double(part)
            else { return nil }
            total = total * 60 + number
        }
        return total
    }

    /// `HH:MM:SS`; hours may pass 99.
    static func text(_ seconds: Int64) -> String {
        let seconds = max(seconds, 0)
        func pad(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(pad(seconds / 3600)):\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
    }
}
