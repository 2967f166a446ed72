import Formats
import Testing

@Suite struct CaseIdentifierTests {
    @Test(
        "the id of a case is found in the name of a test",
        arguments: [
            ("[123] pays by card", 123), ("pays by card [123]", 123), ("pays [123] by card", 123),
            ("C123 pays by card", 123), ("pays by card C123", 123), ("test_C123_login", 123), ("C123_login", 123),
            ("[C123] login", 123), ("@C123 login", 123), ("TC-123: login", 123), ("[TC-123] login", 123),
            ("test_TC-7_login", 7), ("C007", 7), ("checks C5, C6", 5), ("C5 compiler [123]", 123),
            ("C5 then TC-9", 9), ("(C42)", 42), ("[1][2]", 1), ("C999999999999999999", 999_999_999_999_999_999),
        ] as [(String, Int64)])
    func found(name: String, id: Int64) {
        #expect(CaseIdentifier.find(in: name) == id)
    }

    @Test(
        "what only looks like an id is none",
        arguments: [
            "", "login", "[]", "[abc]", "[12a]", "[ 12 ]", "test_add[1]", "test_add_[1]", "add()[3]x", "values[1]a",
            "ABC123", "C", "C-123", "C123a", "aC123", "éC123", "C123é", "c123", "TC123", "TC-", "TC-0", "C0", "[0]",
            "XTC-123", "HTTPC123", "C1234567890123456789", "[99999999999999999999]", "2C3", "[-5]", "[1.5]",
        ])
    func notFound(name: String) {
        #expect(CaseIdentifier.find(in: name) == nil)
    }

    @Test func `the property test_id wins over the name`() {
        func test(_ value: String) -> ReportTest {
            ReportTest(name: "C1 login", properties: [ReportProperty(name: "test_id", value: value)])
        }
        #expect(CaseIdentifier.find(in: test("77")) == 77)
        #expect(CaseIdentifier.find(in: test(" 77 ")) == 77)
        #expect(CaseIdentifier.find(in: test("C77")) == 77)
        #expect(CaseIdentifier.find(in: test("TC-77")) == 77)
        #expect(CaseIdentifier.find(in: test("[77]")) == 77)
        #expect(CaseIdentifier.find(in: test("unknown")) == 1)
        #expect(CaseIdentifier.find(in: ReportTest(name: "login")) == nil)
    }
}
