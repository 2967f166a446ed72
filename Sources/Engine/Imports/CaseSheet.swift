import Formats
import Foundation
public import Model

/// Cases to be made from a table in the words of a product, one row or more for each.
public struct CaseSheet: Sendable {
    /// What a column says.
    public enum Column: String, Sendable, CaseIterable {
        case title, description, preconditions, steps, expected, folder, state, priority, type, automation, labels
        case owner
    }

    /// A row that made no case.
    public struct Refusal: Sendable, Hashable {
        /// In the file, the header counted: the first case is in row 2.
        public let row: Int
        public let column: Column?
        public let message: String
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public var total = 0
        public var imported = 0
        public var skipped = 0
        public var refusals: [Refusal] = []

        public init() {}
    }

    public let columns: [Int: Column]
    public let rows: [[String]]
    /// Rows without a title continue the case above with a step each; otherwise the cell holds a step in each line.
    public var hasStepRows = false
    /// Keeps the texts of steps as they were written (TCD).
    public var keepsTexts = false
    /// Where cases without a folder go.
    public var folder: Int64?
    /// Whose names the values are (Choices.product).
    public var product: String

    /// Reads a file, CSV or a workbook; the first row has the names of the columns, which `names` knows without case,
    /// blanks and `_`, and `mapping` as they stand. Throws `.invalid` for the field when it is no table or has no column
    /// for titles.
    public init(
        file path: String, field: String, mapping: [String: Column], names: [String: Column], product: String
    ) throws(DomainError) {
        let table = try CaseSheet.table(path, field)
        guard let header = table.first else { throw .invalid(field, "\(field) holds no rows") }
        var columns: [Int: Column] = [:]
        for (index, name) in header.enumerated() {
            let named = names[Words.folded(Words.trimmed(name))]
            let column = mapping.isEmpty ? named : mapping[name] ?? mapping[Words.trimmed(name)]
            guard let column, !columns.values.contains(column) else { continue }
            columns[index] = column
        }
        guard columns.values.contains(.title) else { throw .invalid(field, "\(field) has no column for the title") }
        self.columns = columns
        rows = Array(table.dropFirst())
        self.product = product
    }

    private static func table(_ path: String, _ field: String) throws(DomainError) -> [[String]] {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw .fault("a file is gone") }
        do throws(CSVError) {
            if WorkbookReader.isWorkbook(bytes) { return try WorkbookReader.rows(path) }
            return try CSVReader.rows(Array(bytes))
        } catch {
            throw .invalid(field, "\(field): \(error.description)")
        }
    }

    /// One case with its cells.
    struct Entry {
        var row: Int
        var cells: [Column: String]
        var steps: [(action: String, expected: String)] = []
    }

    var entries: [Entry] {
        var result: [Entry] = []
        for (index, row) in rows.enumerated() {
            var cells: [Column: String] = [:]
            for (place, column) in columns where place < row.count { cells[column] = row[place] }
            let action = cells[.steps] ?? ""
            let expected = cells[.expected] ?? ""
            let isFurther = hasStepRows && Words.trimmed(cells[.title] ?? "").isEmpty && !result.isEmpty
            if isFurther {
                if !action.isEmpty || !expected.isEmpty { result[result.count - 1].steps.append((action, expected)) }
                continue
            }
            var entry = Entry(row: index + 2, cells: cells)
            if !hasStepRows {
                entry.steps = TextSteps.steps(action, expected)
            } else if !action.isEmpty || !expected.isEmpty {
                entry.steps.append((action, expected))
            }
            result.append(entry)
        }
        return result
    }
}

extension Words {
    /// Without blanks at both ends.
    public static func trimmed(_ text: String) -> String {
        var slice = text[...]
        while slice.first?.isWhitespace == true { slice = slice.dropFirst() }
        while slice.last?.isWhitespace == true { slice = slice.dropLast() }
        return String(slice)
    }
}

/// Steps as two texts: line by line, the expected results beside the actions.
public enum TextSteps {
    /// More expected results than actions stand together at the last one.
    public static func steps(_ actions: String, _ expected: String) -> [(action: String, expected: String)] {
        let left = lines(actions)
        let right = lines(expected)
        guard !left.isEmpty else { return right.isEmpty ? [] : [("", right.joined(separator: "\n"))] }
        var result: [(action: String, expected: String)] = []
        for (index, action) in left.enumerated() {
            let isLast = index == left.count - 1
            let rest = index < right.count ? right[index...] : []
            result.append((action, isLast ? rest.joined(separator: "\n") : rest.first ?? ""))
        }
        return result
    }

    static func lines(_ text: String) -> [String] {
        var result = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        while result.last?.isEmpty == true { result.removeLast() }
        return result
    }
}
