import Model
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    private static let values: [(String, JSON)] = [
        ("null", .null), ("true", true), (" false ", false), ("0", 0), ("-12", -12), ("1.5", 1.5),
        ("1e3", .number(1000)), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(9.223372036854775808e18)), ("\u{FEFF}1", 1),
        (#""""#, ""), (#""a\"b\\c\/d\n\t""#, "a\"b\\c/d\n\t"), (#""\u00e9\ud83d\ude00""#, "é😀"),
        ("[]", .array([])), ("[1,[2]]", .array([1, .array([2])])), ("{}", .object(JSONObject())),
        (#"{"b":1,"a":[true]}"#, .members([("b", 1), ("a", .array([true]))])),
    ]

    @Test("values are read as they are written", arguments: values)
    func value(text: String, expected: JSON) throws {
        #expect(try JSONReader.parse(text) == expected)
    }

    @Test(
        "what is not JSON is refused with its place",
        arguments: [
            ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("{\"a\":1,}", 1, 8), ("{\"a\" 1}", 1, 6), ("01", 1, 3),
            ("1.", 1, 3), ("1e", 1, 3), ("1e400", 1, 6), ("+1", 1, 1), ("nul", 1, 1), ("\"a", 1, 3),
            ("\"\u{1}\"", 1, 2),
            (#""\u12""#, 1, 4), (#""\x""#, 1, 4), (#""\ud800""#, 1, 8), ("1 2", 1, 3), ("[1\n,\n x]", 3, 2),
        ])
    func refused(text: String, line: Int, column: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.parse(text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test("duplicate members, U+0000 and bad UTF-8 are refused")
    func disputed() {
        #expect(throws: JSONSyntaxError.self) { try JSONReader.parse(#"{"a":1,"a":2}"#) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader.parse(#"{"a":1,"\u0061":2}"#) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader.parse(#""\u0000""#) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader.parse([0x22, 0xFF, 0x22]) }
    }

    @Test("depth is bounded")
    func depth() throws {
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONReader.parse(fits)
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.parse(deep) }
        #expect(error?.reason.contains("64") == true)
    }

    @Test("writing and reading again gives the same value")
    func roundTrip() throws {
        let value: JSON = [
            "text": "quote \" back \\ line \n tab \t bell \u{7} é 😀 </script>",
            "numbers": [0, -1, .integer(.min), 0.1, 1e300],
            "nested": ["empty": [], "none": nil, "flag": false],
        ]
        #expect(try JSONReader.parse(value.text) == value)
    }
}

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("commas, keys and escapes are right")
    func shape() {
        var writer = JSONWriter()
        let key: JSONKey = "a\"b"
        writer.beginObject()
        writer.key(key)
        writer.value(1)
        writer.key("list")
        writer.beginArray()
        writer.value("x")
        writer.null()
        writer.value(2.0)
        writer.value(2.5)
        writer.beginObject()
        writer.endObject()
        writer.raw("[9]")
        writer.endArray()
        writer.key("at")
        writer.timestamp(1_704_067_200_001)
        writer.endObject()
        #expect(writer.text == #"{"a\"b":1,"list":["x",null,2,2.5,{},[9]],"at":"2024-01-01T00:00:00.001Z"}"#)
    }
}
