import Formats
import Testing

/// Encodings, byte order marks and bytes that XML does not allow.
@Suite struct BytesTests {
    private func named(_ text: String) -> String {
        "<testsuite name=\"\(text)\"><testcase name=\"a\"/></testsuite>"
    }

    private func name(_ bytes: [UInt8]) throws -> String {
        let report = WholeReport(bytes)
        #expect(report.error == nil)
        return try #require(report.suites.first?.name)
    }

    @Test(
        "UTF-16 is read in both orders, with a mark and without",
        arguments: ["größer 日本 🎉", "plain"])
    func utf16(text: String) throws {
        let wide = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n"
        for declaration in ["", wide, "<?xml version='1.0' encoding='utf-8'?>"] {
            let units = Array((declaration + named(text)).utf16)
            let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            #expect(try name([0xFF, 0xFE] + little) == text)
            #expect(try name([0xFE, 0xFF] + big) == text)
            #expect(try name(little) == text)
            #expect(try name(big) == text)
        }
    }

    @Test func `UTF-8 is read with and without a mark, and when it claims to be UTF-16`() throws {
        for declaration in [
            "", "<?xml version=\"1.0\"?>", "<?xml version='1.0' encoding='utf-8' standalone='yes'?>",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?>", "<?xml version=\"1.0\" encoding = \"UTF-8\" ?>",
        ] {
            let text = Array((declaration + named("größer 日本 🎉")).utf8)
            #expect(try name(text) == "größer 日本 🎉")
            #expect(try name([0xEF, 0xBB, 0xBF] + text) == "größer 日本 🎉")
        }
    }

    @Test(
        "one-byte encodings are read",
        arguments: [
            ("ISO-8859-1", [0xE4, 0xF6, 0xFC, 0xDF], "äöüß"), ("latin1", [0xE9], "é"),
            ("windows-1252", [0x80, 0x93, 0x94, 0x85], "€“”…"), ("iso-8859-1", [0x96], "–"),
            ("Windows-1252", [0x81], "\u{81}"), ("ISO-8859-15", [0xA4, 0xBD], "€œ"),
        ] as [(String, [UInt8], String)])
    func oneByte(encoding: String, bytes: [UInt8], text: String) throws {
        let head = Array("<?xml version=\"1.0\" encoding=\"\(encoding)\"?>\n<testsuite name=\"".utf8)
        #expect(try name(head + bytes + Array("\"/>".utf8)) == text)
    }

    @Test func `another encoding is accepted while it is plain ASCII`() throws {
        let head = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>\n"
        #expect(try name(Array((head + named("plain")).utf8)) == "plain")
        let foreign = Array("\(head)<testsuite>\n<testcase name=\"".utf8) + [0x93, 0xFA]
        let error = try #require(WholeReport(foreign).error)
        #expect(error.message == "the encoding \"Shift_JIS\" is not supported: save the report as UTF-8")
        #expect(error.line == 3)
        let wide: [UInt8] = [0xFF, 0xFE, 0, 0, 0x3C, 0, 0, 0]
        #expect(WholeReport(wide).error?.message.contains("UTF-32") == true)
    }

    @Test(
        "what XML forbids becomes the replacement character",
        arguments: [
            ([0x1B, 0x5B, 0x33, 0x31, 0x6D], "\u{FFFD}[31m"), ([0x00], "\u{FFFD}"), ([0x0C, 0x08], "\u{FFFD}\u{FFFD}"),
            ([0x7F], "\u{7F}"), ([0xC3], "\u{FFFD}"), ([0xE2, 0x82], "\u{FFFD}"), ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xEF, 0xBF, 0xBE], "\u{FFFD}"), ([0xEF, 0xBF, 0xBF], "\u{FFFD}"), ([0xFF], "\u{FFFD}"),
            ([0xF0, 0x9F, 0x8E, 0x89], "🎉"), ([0xC2, 0x85], "\u{85}"), ([0xE4], "\u{FFFD}"),
        ] as [([UInt8], String)])
    func forbidden(bytes: [UInt8], text: String) throws {
        let document =
            Array("<testsuite><testcase name=\"a".utf8) + bytes + Array("z\"><system-out>a".utf8) + bytes
            + Array("z</system-out><system-err><![CDATA[a".utf8) + bytes
            + Array("z]]></system-err></testcase></testsuite>".utf8)
        for pieces in [1, 3, 65_536] {
            let report = WholeReport(document, pieces: pieces)
            #expect(report.error == nil)
            #expect(report.tests.first?.name == "a\(text)z")
            #expect(report.tests.first?.systemOut == "a\(text)z")
            #expect(report.tests.first?.systemErr == "a\(text)z")
        }
    }

    @Test(
        "references to what XML forbids are replaced, others are not",
        arguments: [
            ("&#27;[0m", "\u{FFFD}[0m"), ("&#x1B;", "\u{FFFD}"), ("&#x1b;", "\u{FFFD}"), ("&#0;", "\u{FFFD}"),
            ("&#xD800;", "\u{FFFD}"), ("&#xFFFE;", "\u{FFFD}"), ("&#x110000;", "\u{FFFD}"),
            ("&#99999999999;", "\u{FFFD}"), ("&#10;", "\n"), ("&#65;", "A"), ("&#x1F389;", "🎉"), ("&#0000065;", "A"),
            ("&amp;#27;", "&#27;"), ("&lt;&gt;&quot;&apos;", "<>\"'"),
        ])
    func references(text: String, result: String) {
        let report = WholeReport(
            "<testsuite><testcase name=\"\(text)\"><system-out>\(text)</system-out></testcase></testsuite>")
        #expect(report.error == nil)
        #expect(report.tests.first?.name == result)
        if result != "\n" { #expect(report.tests.first?.systemOut == result) }
    }

    @Test func `references in a data section are plain text`() {
        for lead in 0..<40 {
            let filler = String(repeating: "]", count: lead)
            let output = "&#27;<![CDATA[\(filler)&#27;&#x]]>&#27;"
            let text = "<testsuite><testcase><system-out>\(output)</system-out></testcase></testsuite>"
            for pieces in [1, 7, 65_536] {
                let report = WholeReport(Array(text.utf8), pieces: pieces)
                #expect(report.tests.first?.systemOut == "\u{FFFD}\(filler)&#27;&#x\u{FFFD}")
            }
        }
    }

    @Test func `blank lines in front of the declaration are skipped and counted`() {
        let report = WholeReport("\n\r\n  <?xml version=\"1.0\"?>\n<testsuite>\n<testcase></testsuite>")
        #expect(report.error?.description == "line 5, column 13: not well-formed XML: mismatched tag")
    }

    @Test func `specials at every distance from the borders of a block are repaired`() {
        for lead in 32_700..<32_790 {
            let text = String(repeating: "x", count: lead)
            let bytes =
                Array("<testsuite><testcase><system-out>\(text)".utf8) + [0x1B, 0xE2, 0x82]
                + Array("é&#27;<![CDATA[&#27;🎉]]>&#x1B;</system-out></testcase></testsuite>".utf8)
            let report = WholeReport(bytes)
            let end = report.tests.first?.systemOut?.dropFirst(lead)
            #expect(end == "\u{FFFD}\u{FFFD}é\u{FFFD}&#27;🎉\u{FFFD}")
        }
    }
}
