/// Comma-separated values (RFC 4180) line by line, for tables that are too long to be kept.
public enum CSVWriter {
    /// One line; cells that a spreadsheet would take for a formula get a leading apostrophe.
    public static func line(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { line += "," }
            let cell = ReportTable.harmless(cell)
            let needsQuotes = cell.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
            line += needsQuotes ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }
        return line + "\r\n"
    }

    /// A cell without the apostrophe that `line` puts in front.
    public static func original(_ cell: String) -> String {
        let scalars = cell.unicodeScalars
        guard scalars.first == "'", let second = scalars.dropFirst().first, "=+-@\t\r".unicodeScalars.contains(second)
        else { return cell }
        return String(cell.dropFirst())
    }
}
