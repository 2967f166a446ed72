import Engine
import Model
import Wire

/// Results as they were sent: one or many, all or nothing.
struct ResultBodies: Sendable {
    struct Entry: Sendable {
        let run: RowKey
        let testCase: RowKey
        let status: String
        let comments: String?
        let elapsed: Double?
        let defects: [String]
        let assignee: RowKey?
        let executedAt: Int64?
        let steps: [(order: Int64, status: String, comments: String?)]
    }

    static let maximum = 10_000

    let entries: [Entry]
    /// False for a single object.
    let isMany: Bool

    init(_ json: JSON) throws(DomainError) {
        var objects: [JSON] = []
        var isMany = true
        switch json {
        case .array(let elements): objects = elements
        case .object(let object):
            if let list = object["results"], object["runId"] == nil {
                guard let elements = list.array else { throw .invalid("results", "results must be an array") }
                objects = elements
            } else {
                objects = [json]
                isMany = false
            }
        case .null, .bool, .integer, .number, .string:
            throw .malformed("the body is JSON, but not an object or an array")
        }
        guard objects.count <= ResultBodies.maximum else {
            throw .invalid("results", "at most \(ResultBodies.maximum) results in one request")
        }
        var entries: [Entry] = []
        var issues: [Issue] = []
        for (index, element) in objects.enumerated() {
            let prefix = isMany ? "results[\(index)]." : ""
            guard let object = element.object else {
                issues.append(Issue(field: "results[\(index)]", message: "results[\(index)] must be an object"))
                continue
            }
            var input = Input(object, prefix: prefix)
            if let entry = ResultBodies.entry(&input) { entries.append(entry) }
            issues += input.issues
            if issues.count > 100 { break }
        }
        if !issues.isEmpty { throw .invalid(issues) }
        self.entries = entries
        self.isMany = isMany
    }

    func field(_ index: Int, _ name: String) -> String { isMany ? "results[\(index)].\(name)" : name }

    private static func entry(_ input: inout Input) -> Entry? {
        let run = input.required("runId", input.key("runId"))
        let testCase = input.required("caseId", input.key("caseId"))
        let status = input.required("status", input.text("status"))
        let comments = input.text("comments").value
        let elapsed = self.elapsed(&input)
        let defects = self.defects(&input)
        let assignee = input.key("assignedTo").value
        let executedAt = input.time("executedAt").value
        let steps = input.each("stepResults", limit: 1000) { inner -> (Int64, String, String?)? in
            let notes = inner.text("comments").value
            guard let order = inner.required("order", inner.count("order", minimum: 1)),
                let status = inner.required("status", inner.text("status"))
            else { return nil }
            return (order, status, notes)
        }
        guard let run, let testCase, let status else { return nil }
        return Entry(
            run: run, testCase: testCase, status: status, comments: comments, elapsed: elapsed, defects: defects,
            assignee: assignee, executedAt: executedAt, steps: steps.value ?? [])
    }

    private static func elapsed(_ input: inout Input) -> Double? {
        guard let given = input.object["elapsed"], !given.isNull else { return nil }
        guard let number = given.double, number >= 0, number < 1e9 else {
            input.fail("elapsed", "must be a number of seconds")
            return nil
        }
        return number
    }

    private static func defects(_ input: inout Input) -> [String] {
        guard let given = input.object["defects"], !given.isNull else { return [] }
        if let text = given.string { return Defects.split(text) }
        let names = (given.array ?? []).compactMap(\.string)
        guard let elements = given.array, names.count == elements.count else {
            input.fail("defects", "must be a text or an array of texts")
            return []
        }
        return names.flatMap { Defects.split($0) }
    }
}

/// References to defects.
enum Defects {
    /// `2306, 2307` as two references.
    static func split(_ text: String) -> [String] {
        var names: [String] = []
        for part in text.split(separator: ",") {
            var name = part.drop { $0.isWhitespace }
            while name.last?.isWhitespace == true { name = name.dropLast() }
            if !name.isEmpty, !names.contains(String(name)) { names.append(String(name)) }
        }
        return names
    }
}
