import Formats
import Testing

@Suite struct DetectionTests {
    @Test("every JUnit fixture is recognised", arguments: Fixture.junit)
    func fixtures(name: String) throws {
        let bytes = try Fixture.bytes(name)
        #expect(FormatDetection.detect(bytes).format == .junit)
        #expect(FormatDetection.detect(Array(bytes.prefix(400))).format == .junit)
    }

    @Test(
        "the first bytes show the format",
        arguments: [
            ("<testsuites/>", .junit), ("<?xml version='1.0'?>\n<!-- <assemblies> -->\n<testsuite name='a'>", .junit),
            ("\u{FEFF}\n<testsuite>", .junit), ("<testng-results skipped='0'>", .testng),
            ("<!DOCTYPE x [<!ENTITY a 'b'>]><testng-results>", .testng),
            ("<test-results name='x'>", .nunit), ("<?xml?><test-run id=\"2\" total=\"3\">", .nunit),
            ("<assemblies timestamp='x'>", .xunit), ("<assembly name='x'>", .xunit),
            ("<TestRun id='1' xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\">", .mstest),
            ("[{\"description\":\"\",\"elements\":[{\"name\":\"x\"", .cucumber),
            ("{\"stats\":{\"suites\":1,\"tests\":2},\"tests\":[", .mocha),
            ("{\"stats\":{\"passes\":1},\"results\":[{\"uuid\":\"", .mocha),
            ("{ \"results\" : [], \"stats\" : {}}", .mocha),
        ] as [(String, ReportFormat)])
    func sign(text: String, format: ReportFormat) {
        let found = FormatDetection.detect(Array(text.utf8))
        #expect(found.format == format)
        #expect(found.complaint == nil)
        let units = Array(text.utf16)
        let wide: [UInt8] = [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        if !text.hasPrefix("\u{FEFF}") { #expect(FormatDetection.detect(wide).format == format) }
    }

    @Test func `the name of the file tells a TRX`() {
        #expect(FormatDetection.detect(Array("<TestRun>".utf8), fileName: "Results.TRX").format == .mstest)
        #expect(FormatDetection.detect(Array("<TestRun>".utf8), fileName: "results.xml").format == nil)
    }

    @Test(
        "what is of no format gets a complaint",
        arguments: [
            ("", "the file is empty"), ("  \n", "the file is empty"), ("hello", "neither XML nor JSON"),
            ("<foo><testsuite/></foo>", "root element <foo> is of no known format"),
            ("<!-- never ends", "neither XML nor JSON"),
            ("{\"stats\":{\"tests\":1}}", "JSON of no known format"), ("[]", "JSON of no known format"),
            ("[{\"steps\":{\"elements\":1}}]", "JSON of no known format"),
            ("[\"elements\"]", "JSON of no known format"),
            ("{\"a\":\"stats\",\"b\":\"tests\"}", "JSON of no known format"),
            ("{\"stats\\", "neither XML nor JSON"), ("<", "neither XML nor JSON"), ("</", "neither XML nor JSON"),
            ("PK\u{3}\u{4}", "this is a zip archive, not an XML report: upload the report itself"),
        ])
    func none(text: String, complaint: String) {
        let found = FormatDetection.detect(Array(text.utf8))
        #expect(found.format == nil)
        #expect(found.complaint == complaint)
    }

    @Test func `every format has one row, and one of them is read`() throws {
        #expect(Set(Importer.all.map(\.format)) == Set(ReportFormat.allCases))
        #expect(Importer.all.count == ReportFormat.allCases.count)
        #expect(Importer.all.filter(\.isSupported).map(\.format) == [.junit])
        #expect(try Importer.of(.junit).reader().read(Array("<testsuite/>".utf8)).count == 2)
        let error = #expect(throws: ReportError.self) { try Importer.of(.nunit).reader() }
        #expect(error?.message == "unsupported format: NUnit")
    }
}
