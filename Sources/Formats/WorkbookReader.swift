/// Reads the first sheet of a workbook (Office Open XML) as rows of texts, within limits.
public enum WorkbookReader {
    /// Bytes that a sheet or the shared texts may unpack to.
    private static let sizeLimit = 256 << 20

    /// Whether a file begins like a workbook, which is a zip archive.
    public static func isWorkbook(_ head: some Sequence<UInt8>) -> Bool { ZipEntryReader.isZip(head) }

    /// Empty rows are left out. Throws a description of what is wrong.
    public static func rows(_ path: String) throws(CSVError) -> [[String]] {
        let shared = SharedTexts()
        do {
            try read(path, "xl/sharedstrings.xml", shared)
        } catch let error as CSVError {
            // A workbook may keep all texts in its cells.
            guard error.description.contains("holds no") else { throw error }
        } catch {
            throw CSVError("the file is no workbook: \(error)")
        }
        let sheet = SheetCells(shared.texts)
        do {
            try read(path, "xl/worksheets/sheet1.xml", sheet)
        } catch let error as CSVError {
            throw error
        } catch {
            throw CSVError("the file is no workbook: \(error)")
        }
        if sheet.isTooLarge {
            throw CSVError("more than \(CSVReader.rowLimit) rows or \(CSVReader.columnLimit) columns")
        }
        return sheet.rows
    }

    private static func read(_ path: String, _ entry: String, _ visitor: any XMLVisitor) throws {
        let stream = XMLStream(visitor, expecting: "workbook", limits: .default)
        var size = 0
        try ZipEntryReader.read(path, entryEnding: entry) { piece in
            size += piece.count
            guard size <= sizeLimit else { throw CSVError("the workbook is too large") }
            // A closure that throws its own kind of error crashes the compiler here.
            var failure: ReportError?
            piece.withUnsafeBytes { bytes in
                do throws(ReportError) { try stream.feed(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
        }
        try stream.finish()
        withExtendedLifetime(visitor) {}
    }

    fileprivate enum Code {
        static let item = 0
        static let text = 1
        static let row = 2
        static let cell = 3
        static let value = 4
        static let inline = 5
        static let place = 6
    }

    fileprivate static let names = XMLNames([
        ("si", Code.item), ("t", Code.text), ("row", Code.row), ("c", Code.cell), ("v", Code.value),
        ("is", Code.inline), ("r", Code.place),
    ])
}

/// The texts that cells name by number.
private final class SharedTexts: XMLVisitor {
    let names = WorkbookReader.names
    private(set) var texts: [String] = []
    private var open: [Int] = []
    private var current: [UInt8] = []
    var place: String { "the shared texts" }

    private var interest: XMLTextInterest { open.last == WorkbookReader.Code.text ? .wanted : .unwanted }

    func open(_ element: XMLElement) throws(ReportError) -> XMLTextInterest {
        open.append(element.code)
        if element.code == WorkbookReader.Code.item { current = [] }
        return interest
    }

    func close() throws(ReportError) -> XMLTextInterest {
        if open.popLast() == WorkbookReader.Code.item, texts.count < 1_000_000 {
            texts.append(String(decoding: current, as: UTF8.self))
        }
        return interest
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if current.count < 1 << 20 { current.append(contentsOf: bytes) }
    }
}

/// The cells of a sheet.
private final class SheetCells: XMLVisitor {
    let names = WorkbookReader.names
    private(set) var rows: [[String]] = []
    private(set) var isTooLarge = false
    private let shared: [String]
    private var open: [Int] = []
    private var row: [String] = []
    private var column = 0
    private var isShared = false
    private var current: [UInt8] = []
    var place: String { "the sheet" }

    init(_ shared: [String]) { self.shared = shared }

    private var interest: XMLTextInterest {
        open.last == WorkbookReader.Code.value || open.last == WorkbookReader.Code.text ? .wanted : .unwanted
    }

    func open(_ element: XMLElement) throws(ReportError) -> XMLTextInterest {
        open.append(element.code)
        switch element.code {
        case WorkbookReader.Code.row: row = []
        case WorkbookReader.Code.cell: begin(element)
        default: break
        }
        return interest
    }

    /// `<c r="B2" t="s">`: the second cell, its text shared.
    private func begin(_ element: XMLElement) {
        column = row.count
        isShared = false
        current = []
        var index = 0
        while let name = element.attributes[index], let value = element.attributes[index + 1] {
            switch String(cString: name) {
            case "r": column = SheetCells.column(String(cString: value)) ?? column
            case "t": isShared = String(cString: value) == "s"
            default: break
            }
            index += 2
        }
    }

    private static func column(_ place: String) -> Int? {
        var number = 0
        for byte in place.utf8 {
            guard byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z"), number < 100_000 else { break }
            number = number * 26 + Int(byte - UInt8(ascii: "A")) + 1
        }
        return number > 0 ? number - 1 : nil
    }

    func close() throws(ReportError) -> XMLTextInterest {
        switch open.popLast() {
        case WorkbookReader.Code.cell: endCell()
        case WorkbookReader.Code.row: endRow()
        default: break
        }
        return interest
    }

    private func endCell() {
        guard column < CSVReader.columnLimit else {
            isTooLarge = true
            return
        }
        while row.count <= column { row.append("") }
        let text = String(decoding: current, as: UTF8.self)
        if isShared {
            if let number = Int(text), shared.indices.contains(number) { row[column] = shared[number] }
        } else {
            row[column] = text
        }
    }

    private func endRow() {
        guard row.contains(where: { !$0.isEmpty }) else { return }
        guard rows.count < CSVReader.rowLimit else {
            isTooLarge = true
            return
        }
        rows.append(row)
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if current.count < 1 << 20 { current.append(contentsOf: bytes) }
    }
}
