import Formats
import Foundation
import Testing

/// Tables in and out: CSV, workbooks, pages and PDF.
struct TableTests {
    private static let table = ReportTable(
        title: "Night & <day>", facts: [("passed", "2")], columns: ["id", "title"],
        rows: [["1", "=SUM(A1)"], ["2", "a, \"b\"\nc"], ["3", "<b>&amp;"], ["4", "Grüße – ✓"]])

    private func rows(_ text: String) throws -> [[String]] { try CSVReader.rows(Array(text.utf8)) }

    @Test func `a table comes back from its own CSV, formulas made harmless`() throws {
        let read = try CSVReader.rows(TableTests.table.csv)
        #expect(read.first == ["id", "title"])
        #expect(read[1] == ["1", "'=SUM(A1)"])
        #expect(Array(read.dropFirst(2)) == Array(TableTests.table.rows.dropFirst()))
    }

    @Test func `a table comes back from its own workbook`() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("assay-table-\(getpid()).xlsx")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(TableTests.table.workbook).write(to: file)
        let read = try WorkbookReader.rows(file.path)
        #expect(read == [TableTests.table.columns] + TableTests.table.rows)
        try Data(Array("PK\u{3}\u{4} nothing".utf8)).write(to: file)
        #expect(throws: CSVError.self) { try WorkbookReader.rows(file.path) }
    }

    @Test func `a page escapes everything`() {
        let page = String(decoding: TableTests.table.html, as: UTF8.self)
        #expect(page.contains("<h1>Night &amp; &lt;day&gt;</h1>"))
        #expect(page.contains("<td>&lt;b&gt;&amp;amp;</td>"))
        #expect(!page.contains("<b>"))
    }

    @Test func `a PDF has a table of its objects that is right`() throws {
        let bytes = TableTests.table.pdf
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        #expect(text.hasPrefix("%PDF-1.4"))
        #expect(text.hasSuffix("%%EOF\n"))
        let start = try #require(text.range(of: "startxref\n"))
        let offset = try #require(Int(text[start.upperBound...].prefix { $0.isNumber }))
        #expect(bytes[offset...].starts(with: Array("xref\n0 ".utf8)))
        let entry = try #require(
            text[text.index(text.startIndex, offsetBy: offset)...].split(separator: "\n").dropFirst(3).first)
        let first = try #require(Int(entry.prefix(10)))
        #expect(bytes[first...].starts(with: Array("1 0 obj".utf8)))
    }

    @Test(arguments: [
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]), ("a;b\n1;\"x;y\"\n", [["a", "b"], ["1", "x;y"]]),
        ("\u{FEFF}a\n\n\"q\"\"q\"", [["a"], ["q\"q"]]), ("a,b\n,\n", [["a", "b"], ["", ""]]),
    ])
    func `cells are read as they are written`(_ text: String, _ wanted: [[String]]) throws {
        #expect(try rows(text) == wanted)
    }

    @Test(arguments: ["\"open", "\"a\"b,c", "a\0b"])
    func `what is no table is refused`(_ text: String) {
        #expect(throws: CSVError.self) { try rows(text) }
    }
}
