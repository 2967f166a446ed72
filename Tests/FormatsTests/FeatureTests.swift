import Formats
import Foundation
import Testing

/// Gherkin features and the results of their scenarios.
@Suite struct FeatureTests {
    private static let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Fixtures"

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    private static func feature(_ bytes: [UInt8], pieces size: Int = 4096) throws -> GherkinFeature {
        let reader = GherkinReader()
        var start = 0
        while start < bytes.count {
            try reader.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            start += size
        }
        return try reader.finish()
    }

    private static func scenarios(_ bytes: [UInt8], pieces size: Int = 4096) throws -> [CucumberScenario] {
        let reader = CucumberReader()
        var found: [CucumberScenario] = []
        var start = 0
        while start < bytes.count {
            found += try reader.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            start += size
        }
        try reader.finish()
        return found
    }

    @Test(arguments: [1, 7, 4096])
    func `a feature has scenarios, rules, examples and tags`(_ size: Int) throws {
        let feature = try Self.feature(try Self.bytes("gherkin/checkout.feature"), pieces: size)
        #expect(feature.name == "Checkout")
        #expect(feature.description == "People pay for what is in\ntheir cart.")
        #expect(feature.tags == ["shop", "web"])
        #expect(feature.scenarios.count == 2)
        let card = feature.scenarios[0]
        #expect(card.name == "Pay by card")
        #expect(card.tags == ["shop", "web", "smoke"])
        #expect(card.description == "A plain payment.")
        #expect(card.background == ["Given a cart with two items"])
        #expect(card.steps.count == 3)
        #expect(card.steps[0].text == "When I pay with\n\"\"\"\n4111 1111\n  1111 1111\n\"\"\"")
        #expect(card.steps[1].text == "Then I see\n| item | price |\n| book | 10    |")
        let voucher = feature.scenarios[1]
        #expect(voucher.rule == "Vouchers")
        #expect(voucher.background == ["Given a cart with two items", "Given a voucher"])
        #expect(voucher.columns == ["kind", "answer"])
        #expect(voucher.rows == [["fresh", "accepted"], ["old", "refused"]])
    }

    @Test func `a feature may be told in another language`() throws {
        let feature = try Self.feature(try Self.bytes("gherkin/anmeldung.feature"))
        #expect(feature.language == "de")
        #expect(feature.name == "Anmeldung")
        #expect(feature.scenarios[0].steps.count == 4)
        #expect(feature.scenarios[0].steps[3].text == "Und \"a \\| b\" bleibt stehen")
    }

    @Test(arguments: ["", "nothing here\n", "# language: xx\nFeature: a\n", "Scenario: a\n", "Feature: a\u{0}\n"])
    func `what is no feature is refused`(_ text: String) {
        #expect(throws: ReportError.self) { try Self.feature(Array(text.utf8)) }
    }

    @Test func `a feature has limits`() {
        var limits = GherkinReader.Limits()
        limits.bytes = 100
        let reader = GherkinReader(limits: limits)
        #expect(throws: ReportError.self) { try reader.feed([UInt8](repeating: 0x41, count: 101)) }
        let long = GherkinReader()
        #expect(throws: ReportError.self) { try long.feed([UInt8](repeating: 0x41, count: 70_000)) }
    }

    @Test(arguments: [1, 7, 4096])
    func `results fold the background into the scenario behind it`(_ size: Int) throws {
        let scenarios = try Self.scenarios(try Self.bytes("cucumber/checkout.json"), pieces: size)
        #expect(scenarios.map(\.name) == ["Pay \"[{by card}]\"", "Later"])
        let card = scenarios[0]
        #expect(card.feature == "Checkout")
        #expect(card.tags == ["shop", "smoke"])
        #expect(card.steps.map(\.text) == ["Given a cart", "When I pay", "Then it works", "And more"])
        #expect(card.steps.map(\.outcome) == [.passed, .passed, .failed, .skipped])
        #expect(card.outcome == .failed)
        #expect(card.time == 2)
        #expect(card.steps[2].message == "expected 1\n  got 2")
        #expect(scenarios[1].outcome == .skipped)
        #expect(scenarios[1].steps.count == 1)
    }

    @Test(arguments: [
        "", "[", "{}", "[1]", "[{\"name\":\"a\",\"elements\":5}]", "[{\"x\":1}]", "[{\"name\":}]", "null",
    ])
    func `what is no list of features is refused`(_ text: String) {
        #expect(throws: ReportError.self) { try Self.scenarios(Array(text.utf8)) }
    }

    @Test func `damaged documents never trap`() throws {
        for name in ["gherkin/checkout.feature", "cucumber/checkout.json"] {
            let bytes = try Self.bytes(name)
            for cut in stride(from: 0, to: bytes.count, by: 13) {
                var damaged = bytes
                damaged[cut] = UInt8(truncatingIfNeeded: cut &* 31)
                _ = try? Self.feature(damaged)
                _ = try? Self.scenarios(damaged)
                _ = try? Self.feature(Array(bytes[..<cut]))
                _ = try? Self.scenarios(Array(bytes[..<cut]))
            }
        }
    }

    @Test func `marks are taken out of texts`() {
        let marks = ReportMarks(
            "a [[ATTACHMENT|logs/a.txt]] b [[DEFECT|TQ-1]][[PROPERTY|k=v=w]] [[PROPERTY|html:t]] <b> [[/PROPERTY]] c [[x]] [[DEFECT|"
        )
        #expect(marks.attachments == ["logs/a.txt"])
        #expect(marks.defects == ["TQ-1"])
        #expect(
            marks.properties == [
                ReportProperty(name: "k", value: "v=w"), ReportProperty(name: "html:t", value: "<b>"),
            ])
        #expect(marks.rest == "a  b   c [[x]] [[DEFECT|")
        #expect(ReportMarks("plain").rest == "plain")
    }

    @Test func `steps stand in the order of their numbers`() {
        let (steps, rest) = ReportStep.split([
            ReportProperty(name: "step", value: "last"), ReportProperty(name: "step10[failed]", value: "ten"),
            ReportProperty(name: "step2[passed]", value: "two"), ReportProperty(name: "stepper", value: "no"),
            ReportProperty(
                name: "step3",
                value: "<test-step-subfield name=\"Step\"><![CDATA[do <it>]]></test-step-subfield>"
                    + "<test-step-subfield name=\"Expected\">done</test-step-subfield>"
                    + "<test-step-subfield name=\"Time\">1.5</test-step-subfield>"),
        ])
        #expect(steps.map(\.text) == ["two", "do <it>", "ten", "last"])
        #expect(steps[0].outcome == .passed)
        #expect(steps[1].expected == "done")
        #expect(steps[1].time == 1.5)
        #expect(steps[2].outcome == .failed)
        #expect(rest.map(\.name) == ["stepper"])
    }
}
