/// A table with a title, as documents for people and programs.
public struct ReportTable: Sendable {
    public var title: String
    /// Lines above the table, such as `Passed: 12`.
    public var facts: [(name: String, value: String)]
    public var columns: [String]
    public var rows: [[String]]

    public init(
        title: String, facts: [(name: String, value: String)] = [], columns: [String], rows: [[String]]
    ) {
        self.title = title
        self.facts = facts
        self.columns = columns
        self.rows = rows
    }

    /// Comma-separated values (RFC 4180) in UTF-8 with a header row.
    ///
    /// Cells that a spreadsheet would take for a formula get a leading apostrophe.
    public var csv: [UInt8] {
        var text = ReportTable.line(columns)
        for row in rows { text += ReportTable.line(row.map { ReportTable.harmless($0) }) }
        return Array(text.utf8)
    }

    static func harmless(_ cell: String) -> String {
        guard let first = cell.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return cell }
        return "'" + cell
    }

    private static func line(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { line += "," }
            let needsQuotes = cell.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
            line += needsQuotes ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }
        return line + "\r\n"
    }

    /// One page without anything from elsewhere; everything is escaped.
    public var html: [UInt8] {
        var text = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(ReportTable.escaped(title))</title>
            <style>
            body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; }
            table { border-collapse: collapse; width: 100%; }
            th, td { border-bottom: 1px solid #d0d0d0; padding: .35rem .6rem; text-align: left; vertical-align: top; }
            td { white-space: pre-wrap; }
            </style></head><body>
            <h1>\(ReportTable.escaped(title))</h1>

            """
        if !facts.isEmpty {
            let items = facts.map { "<li>\(ReportTable.escaped($0.name)): \(ReportTable.escaped($0.value))</li>" }
            text += "<ul>\(items.joined())</ul>\n"
        }
        text += "<table><thead><tr>\(columns.map { "<th>\(ReportTable.escaped($0))</th>" }.joined())</tr></thead>\n"
        text += "<tbody>\n"
        for row in rows { text += "<tr>\(row.map { "<td>\(ReportTable.escaped($0))</td>" }.joined())</tr>\n" }
        text += "</tbody></table>\n</body></html>\n"
        return Array(text.utf8)
    }

    /// Text for XML and HTML; characters that XML does not have are left out.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "\n", "\r", "\t": result.append(scalar)
            default:
                if scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF { result.append(scalar) }
            }
        }
        return String(result)
    }
}
