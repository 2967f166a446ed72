import Model

/// The `config` of a CSV import (wire specification, section 9.6).
struct SheetConfig {
    var isResults = false
    var object: JSON
    var delimiter: Unicode.Scalar = ","
    var hasHeader = true
    /// Positions of our fields in the rows.
    private(set) var positions: [String: Int] = [:]
    var suiteDelimiter = "/"
    var labelDelimiter = ","
    var stepSeparator = "\n"
    var isMultiRow = false

    static let fields: Set<String> = [
        "name", "suite", "precondition", "description", "step", "expected_result", "priority", "type", "labels",
        "estimate", "is_automated", "status", "result", "elapsed", "defects", "assigned_to",
    ]

    /// Reads the text. Throws `.invalid` for `config`.
    init(_ text: String) throws(DomainError) {
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONReader.parse(text)
        } catch {
            throw .invalid("config", "The config is not JSON: \(error.reason)")
        }
        guard json.object != nil else { throw .invalid("config", "The config must be an object.") }
        object = json
        switch json["type"]?.string ?? "tests" {
        case "tests": isResults = false
        case "results": isResults = true
        default: throw .invalid("config", "The type must be tests or results.")
        }
        if let text = json["delimiter"]?.string {
            guard text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else {
                throw .invalid("config", "The delimiter must be one character.")
            }
            delimiter = scalar
        }
        hasHeader = json["header"]?.bool ?? true
        suiteDelimiter = json["suite_delimiter"]?.string ?? "/"
        labelDelimiter = json["label_delimiter"]?.string ?? ","
        stepSeparator = json["step_separator"]?.string ?? "\n"
        isMultiRow = json["multi_row"]?.bool ?? false
        guard let columns = json["columns"]?.object, columns["name"] != nil else {
            throw .invalid("config", "The columns must name the column of name.")
        }
        for name in columns.names where !SheetConfig.fields.contains(name) && !name.hasPrefix("virtual.") {
            throw .invalid("config", "There is no field \(name.prefix(100)).")
        }
    }

    /// Finds the mapped columns. Throws `.invalid` for `config` when the file lacks one.
    mutating func find(header: [String]) throws(DomainError) {
        for member in object["columns"]?.object?.members ?? [] {
            let position: Int?
            if hasHeader {
                let wanted = (member.value.string ?? "").lowercased()
                position = header.firstIndex { ReportText.trimmed($0).lowercased() == wanted }
            } else {
                position = Shape.integer(member.value).flatMap { $0 >= 1 && $0 <= header.count ? Int($0) - 1 : nil }
            }
            guard let position else {
                throw .invalid("config", "The file has no column for \(member.name.prefix(100)).")
            }
            positions[member.name] = position
        }
    }

    /// A cell; `nil` where the field is not mapped or the row ends before it.
    func cell(_ field: String, _ row: [String]) -> String? {
        guard let position = positions[field], position < row.count else { return nil }
        return row[position]
    }

    /// The custom fields that are mapped.
    var virtuals: [String] { positions.keys.filter { $0.hasPrefix("virtual.") }.sorted() }

    func steps(_ row: [String]) -> [(action: String, expected: String?)] {
        guard let text = cell("step", row), !ReportText.trimmed(text).isEmpty else { return [] }
        let actions = split(text)
        let expected = split(cell("expected_result", row) ?? "")
        return actions.enumerated().map { ($1, $0 < expected.count ? expected[$0] : nil) }
    }

    private func split(_ text: String) -> [String] {
        guard !stepSeparator.isEmpty, !isMultiRow else { return [ReportText.trimmed(text)] }
        let plain = stepSeparator == "\n" ? text.replacing("\r\n", with: "\n") : text
        return plain.split(separator: stepSeparator).map { ReportText.trimmed(String($0)) }
    }

    func folders(_ row: [String]) -> [String] {
        let text = cell("suite", row) ?? ""
        guard !suiteDelimiter.isEmpty else { return text.isEmpty ? [] : [text] }
        return text.split(separator: suiteDelimiter).map { ReportText.trimmed(String($0)) }.filter { !$0.isEmpty }
    }

    func list(_ field: String, _ row: [String]) -> [String] {
        let text = cell(field, row) ?? ""
        guard !labelDelimiter.isEmpty else { return text.isEmpty ? [] : [text] }
        return text.split(separator: labelDelimiter).map { ReportText.trimmed(String($0)) }.filter { !$0.isEmpty }
    }
}
