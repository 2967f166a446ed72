extension ReportTable {
    /// A document of A4 pages in landscape (PDF 1.4), with the standard font Helvetica.
    ///
    /// The font holds the characters of Windows-1252; others become question marks. Long cells are broken into lines.
    public var pdf: [UInt8] {
        var layout = PageLayout(columns: columns, rows: rows)
        layout.title(title)
        for fact in facts { layout.line("\(fact.name): \(fact.value)") }
        layout.table()
        return PDFFile(pages: layout.finished).bytes
    }
}

/// Puts text on pages; lengths in points.
private struct PageLayout {
    static let width = 842.0
    static let height = 595.0
    private static let margin = 36.0
    private static let size = 8.0
    private static let lead = 11.0

    private let columns: [String]
    private let rows: [[String]]
    private var pages: [[UInt8]] = []
    private var page: [UInt8] = []
    private var top = PageLayout.height - PageLayout.margin

    init(columns: [String], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    var finished: [[UInt8]] { pages + [page] }

    private mutating func put(_ text: String, x: Double, size: Double, font: String) {
        page += Array("BT /\(font) \(size) Tf \(x) \(top) Td (".utf8)
        page += WindowsText.escaped(text)
        page += Array(") Tj ET\n".utf8)
    }

    private mutating func advance(_ distance: Double) {
        top -= distance
        guard top < PageLayout.margin else { return }
        pages.append(page)
        page = []
        top = PageLayout.height - PageLayout.margin
    }

    mutating func title(_ text: String) {
        top -= 10
        put(String(text.prefix(90)), x: PageLayout.margin, size: 16, font: "F2")
        advance(20)
    }

    mutating func line(_ text: String) {
        put(String(text.prefix(150)), x: PageLayout.margin, size: 10, font: "F1")
        advance(13)
    }

    mutating func table() {
        let width = (PageLayout.width - 2 * PageLayout.margin) / Double(max(1, columns.count))
        // Helvetica's letters are half as wide as high on average.
        let letters = max(4, Int(width / (PageLayout.size * 0.55)) - 1)
        advance(8)
        row(columns, width, letters, font: "F2")
        for cells in rows { row(cells, width, letters, font: "F1") }
    }

    private mutating func row(_ cells: [String], _ width: Double, _ letters: Int, font: String) {
        let broken = cells.map { PageLayout.lines($0, letters) }
        for index in 0..<(broken.map(\.count).max() ?? 0) {
            for (column, lines) in broken.enumerated() where index < lines.count {
                put(lines[index], x: PageLayout.margin + Double(column) * width, size: PageLayout.size, font: font)
            }
            advance(PageLayout.lead)
        }
        advance(2)
    }

    /// At most twelve lines of a cell.
    private static func lines(_ text: String, _ letters: Int) -> [String] {
        var result: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var rest = line[...]
            while !rest.isEmpty, result.count < 12 {
                result.append(String(rest.prefix(letters)))
                rest = rest.dropFirst(letters)
            }
            if result.count >= 12 { break }
        }
        return result
    }
}

/// Text in Windows-1252 as a PDF string holds it.
private enum WindowsText {
    /// Characters of Windows-1252 outside Latin-1, from 0x80.
    private static let upper: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D,
        0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]

    static func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let byte = byte(scalar.value)
            if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "\\") {
                bytes.append(UInt8(ascii: "\\"))
            }
            bytes.append(byte)
        }
        return bytes
    }

    private static func byte(_ value: UInt32) -> UInt8 {
        if value == 9 { return 0x20 }
        if (0x20...0x7E).contains(value) || (0xA0...0xFF).contains(value) { return UInt8(value) }
        if let place = upper.firstIndex(of: value), value != 0 { return UInt8(0x80 + place) }
        return UInt8(ascii: "?")
    }
}

/// The objects of a document and the table that says where they are.
private struct PDFFile {
    private(set) var bytes: [UInt8] = Array("%PDF-1.4\n%\u{E2}\u{E3}\n".utf8)
    private var offsets: [Int] = []

    init(pages: [[UInt8]]) {
        let first = 5
        let kids = pages.indices.map { "\(first + $0 * 2) 0 R" }.joined(separator: " ")
        object("<< /Type /Catalog /Pages 2 0 R >>")
        object("<< /Type /Pages /Kids [\(kids)] /Count \(pages.count) >>")
        object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
        for (index, page) in pages.enumerated() {
            let box = "[0 0 \(Int(PageLayout.width)) \(Int(PageLayout.height))]"
            let fonts = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
            let content = first + index * 2 + 1
            object(
                "<< /Type /Page /Parent 2 0 R /MediaBox \(box) /Resources \(fonts) /Contents \(content) 0 R >>")
            begin()
            bytes += Array("<< /Length \(page.count) >>\nstream\n".utf8) + page + Array("endstream\nendobj\n".utf8)
        }
        let start = bytes.count
        var table = "xref\n0 \(offsets.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            let digits = String(offset)
            table += String(repeating: "0", count: max(0, 10 - digits.count)) + digits + " 00000 n \n"
        }
        table += "trailer\n<< /Size \(offsets.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        bytes += Array(table.utf8)
    }

    private mutating func begin() {
        offsets.append(bytes.count)
        bytes += Array("\(offsets.count) 0 obj\n".utf8)
    }

    private mutating func object(_ text: String) {
        begin()
        bytes += Array("\(text)\nendobj\n".utf8)
    }
}
