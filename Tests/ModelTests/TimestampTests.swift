import Model
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "ISO 8601 is read and written",
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("2024-02-29T12:34:56.789Z", 1_709_210_096_789),
            ("1969-12-31T23:59:59.999Z", -1), ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func roundTrip(text: String, milliseconds: Int64) {
        #expect(Timestamp.parse(text) == milliseconds)
        #expect(Timestamp.text(milliseconds) == text)
    }

    @Test(
        "other spellings mean the same",
        arguments: [
            ("2024-01-01", "2024-01-01T00:00:00.000Z"), ("2024-01-01T10:00", "2024-01-01T10:00:00.000Z"),
            ("2024-01-01 10:00:00", "2024-01-01T10:00:00.000Z"),
            ("2024-01-01T10:00:00+02:00", "2024-01-01T08:00:00.000Z"),
            ("2024-01-01T10:00:00-0530", "2024-01-01T15:30:00.000Z"),
            ("2024-01-01T10:00:00.123456Z", "2024-01-01T10:00:00.123Z"),
            ("2024-01-01T10:00:00.5Z", "2024-01-01T10:00:00.500Z"),
        ])
    func spelling(text: String, normal: String) {
        #expect(Timestamp.parse(text).map(Timestamp.text) == normal)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2024", "2024-13-01", "2023-02-29", "2024-01-32", "2024-01-01T25:00", "2024-01-01T10:60",
            "2024-01-01T10:00:00X", "2024-01-01T10:00:00+25:00", "2024-01-01T10:00:00.Z", "24-01-01", "２０２４-01-01",
        ])
    func refused(text: String) {
        #expect(Timestamp.parse(text) == nil)
    }
}

@Suite("Names")
struct NameTests {
    @Test(
        "columns are the snake case of fields",
        arguments: [
            ("id", "id"), ("milestoneTypesId", "milestone_types_id"), ("testRunId", "test_run_id"),
            ("force2FANonSSO", "force2fa_non_sso"), ("JUnitTestSuite", "junit_test_suite"),
            ("OAuthGrant", "oauth_grant"), ("caseAId", "case_a_id"), ("URL", "url"),
        ])
    func snakeCase(name: String, column: String) {
        #expect(Field.snakeCase(name) == column)
    }

    @Test("filters fold what is always or never true")
    func folding() {
        let id = Filter.equals("id", 1)
        #expect((Filter.all && id) == id)
        #expect((Filter.none && id) == Filter.none)
        #expect((Filter.none || id) == id)
        #expect((id || .all) == .all)
        #expect((id && id && id) == .and([id, id, id]))
    }
}
