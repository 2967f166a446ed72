extension ReportTable {
    /// A workbook of one sheet (Office Open XML), the texts inside the cells.
    public var workbook: [UInt8] {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
        let types = """
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Default Extension="xml" ContentType="application/xml"/>\
            <Override PartName="/xl/workbook.xml" \
            ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>\
            <Override PartName="/xl/worksheets/sheet1.xml" \
            ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
            """
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let package = "http://schemas.openxmlformats.org/package/2006/relationships"
        let relations = """
            <Relationships xmlns="\(package)"><Relationship Id="rId1" Type="\(office)/officeDocument" \
            Target="xl/workbook.xml"/></Relationships>
            """
        let sheets = """
            <Relationships xmlns="\(package)"><Relationship Id="rId1" Type="\(office)/worksheet" \
            Target="worksheets/sheet1.xml"/></Relationships>
            """
        let book = """
            <workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="\(office)">\
            <sheets><sheet name="Report" sheetId="1" r:id="rId1"/></sheets></workbook>
            """
        var archive = StoredArchive()
        archive.add("[Content_Types].xml", Array((head + types).utf8))
        archive.add("_rels/.rels", Array((head + relations).utf8))
        archive.add("xl/workbook.xml", Array((head + book).utf8))
        archive.add("xl/_rels/workbook.xml.rels", Array((head + sheets).utf8))
        archive.add("xl/worksheets/sheet1.xml", Array((head + sheet).utf8))
        return archive.finished
    }

    private var sheet: String {
        var text = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
        for (index, row) in ([columns] + rows).enumerated() {
            text += "<row r=\"\(index + 1)\">"
            for (place, cell) in row.enumerated() {
                // Excel takes 32767 characters.
                let content = ReportTable.escaped(String(cell.prefix(32_000)))
                let name = "\(ReportTable.letters(place))\(index + 1)"
                text += "<c r=\"\(name)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(content)</t></is></c>"
            }
            text += "</row>"
        }
        return text + "</sheetData></worksheet>"
    }

    /// `A`, `B` … `Z`, `AA`.
    private static func letters(_ place: Int) -> String {
        var rest = place
        var result = ""
        repeat {
            result = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(rest % 26))) + result
            rest = rest / 26 - 1
        } while rest >= 0
        return result
    }
}

/// A zip archive whose files are stored as they are (APPNOTE 6.3.3, without compression).
struct StoredArchive {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    mutating func add(_ name: String, _ content: [UInt8]) {
        let offset = UInt32(truncatingIfNeeded: bytes.count)
        let sum = Checksum.crc32(content)
        let size = UInt32(truncatingIfNeeded: content.count)
        let label = Array(name.utf8)
        // Version, flags (names in UTF-8), method, time and day (1980-01-01), sum, sizes, lengths of name and extra.
        var facts: [UInt8] = []
        for number in [20, 0x0800, 0, 0, 0x21] as [UInt16] { StoredArchive.put(number, &facts) }
        for number in [sum, size, size] { StoredArchive.put(number, &facts) }
        StoredArchive.put(UInt16(label.count), &facts)
        StoredArchive.put(0 as UInt16, &facts)
        bytes += [0x50, 0x4B, 0x03, 0x04] + facts + label + content
        directory += [0x50, 0x4B, 0x01, 0x02, 20, 0] + facts
        // Comment, disk, attributes.
        for number in [0, 0, 0] as [UInt16] { StoredArchive.put(number, &directory) }
        StoredArchive.put(0 as UInt32, &directory)
        StoredArchive.put(offset, &directory)
        directory += label
        count += 1
    }

    var finished: [UInt8] {
        var end: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
        for number in [0, 0, count, count] { StoredArchive.put(number, &end) }
        StoredArchive.put(UInt32(truncatingIfNeeded: directory.count), &end)
        StoredArchive.put(UInt32(truncatingIfNeeded: bytes.count), &end)
        StoredArchive.put(0 as UInt16, &end)
        return bytes + directory + end
    }

    private static func put(_ number: UInt16, _ bytes: inout [UInt8]) {
        bytes += [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
    }

    private static func put(_ number: UInt32, _ bytes: inout [UInt8]) {
        put(UInt16(truncatingIfNeeded: number), &bytes)
        put(UInt16(truncatingIfNeeded: number >> 16), &bytes)
    }
}

/// The checksum of zip archives (ISO 3309).
enum Checksum {
    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        return value
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
        return value ^ 0xFFFF_FFFF
    }
}
