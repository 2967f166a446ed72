/// Comma-separated values (RFC 4180) in UTF-8; a byte order mark, semicolons and lone line feeds are understood.
public enum CSVReader {
    public static let rowLimit = 100_000
    public static let columnLimit = 200

    /// The rows with their cells. Throws a description of what is wrong.
    public static func rows(_ bytes: [UInt8], separator given: Unicode.Scalar? = nil) throws(CSVError) -> [[String]] {
        let text = try text(bytes)
        var reader = Machine(separator: given ?? separator(text))
        for scalar in text.unicodeScalars { try reader.take(scalar) }
        return try reader.finish()
    }

    /// UTF-8, or UTF-16 with its byte order mark.
    private static func text(_ bytes: [UInt8]) throws(CSVError) -> String {
        var rest = bytes[...]
        if rest.starts(with: [0xFF, 0xFE]) || rest.starts(with: [0xFE, 0xFF]) {
            let isLittle = rest.first == 0xFF
            rest = rest.dropFirst(2)
            guard rest.count.isMultiple(of: 2) else { throw CSVError("the file ends within a character") }
            var units: [UInt16] = []
            units.reserveCapacity(rest.count / 2)
            var index = rest.startIndex
            while index < rest.endIndex {
                let (first, second) = (UInt16(rest[index]), UInt16(rest[index + 1]))
                units.append(isLittle ? second << 8 | first : first << 8 | second)
                index += 2
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw CSVError("the file is no text") }
            return text
        }
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        guard !rest.contains(0), let text = String(validating: rest, as: UTF8.self) else {
            throw CSVError("the file is not UTF-8 text")
        }
        return text
    }

    /// What separates the cells of the first line.
    private static func separator(_ text: String) -> Unicode.Scalar {
        let first = text.unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }
        let commas = first.count { $0 == "," }
        if first.count(where: { $0 == ";" }) > commas { return ";" }
        if first.count(where: { $0 == "|" }) > commas { return "|" }
        return first.count(where: { $0 == "\t" }) > commas ? "\t" : ","
    }

    private struct Machine {
        private enum State { case start, plain, quoted, afterQuote }

        let separator: Unicode.Scalar
        private var state = State.start
        private var cell = String.UnicodeScalarView()
        private var row: [String] = []
        private var rows: [[String]] = []
        private var sawReturn = false

        init(separator: Unicode.Scalar) { self.separator = separator }

        mutating func take(_ scalar: Unicode.Scalar) throws(CSVError) {
            if state == .quoted {
                if scalar == "\"" { state = .afterQuote } else { cell.append(scalar) }
                return
            }
            let followsReturn = sawReturn
            sawReturn = false
            switch scalar {
            case "\"" where state == .start: state = .quoted
            case "\"" where state == .afterQuote:
                cell.append(scalar)
                state = .quoted
            case separator: try endCell()
            case "\n" where followsReturn: break
            case "\n", "\r":
                sawReturn = scalar == "\r"
                try endRow()
            default:
                guard state != .afterQuote else { throw CSVError("line \(rows.count + 1): text after a closing quote") }
                cell.append(scalar)
                state = .plain
            }
        }

        private mutating func endCell() throws(CSVError) {
            row.append(String(cell))
            cell = String.UnicodeScalarView()
            state = .start
            guard row.count <= CSVReader.columnLimit else {
                throw CSVError("line \(rows.count + 1): more than \(CSVReader.columnLimit) columns")
            }
        }

        private mutating func endRow() throws(CSVError) {
            let isEmpty = row.isEmpty && cell.isEmpty && state == .start
            if isEmpty { return }
            try endCell()
            rows.append(row)
            row = []
            guard rows.count <= CSVReader.rowLimit else {
                throw CSVError("more than \(CSVReader.rowLimit) rows")
            }
        }

        mutating func finish() throws(CSVError) -> [[String]] {
            guard state != .quoted else { throw CSVError("the last quote is not closed") }
            try endRow()
            return rows
        }
    }
}

/// A file that is no table.
public struct CSVError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
