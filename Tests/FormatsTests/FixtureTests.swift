import Formats
import Testing

/// What each tool's report must come out as.
@Suite struct FixtureTests {
    @Test(
        "every tool's report adds up",
        arguments: [
            ("cypress", [4, 2, 1, 0, 1], 3), ("googletest", [7, 3, 2, 0, 2], 2), ("gotestsum", [8, 3, 4, 0, 1], 2),
            ("gradle", [4, 2, 1, 0, 1], 1), ("jest", [2, 1, 1, 0, 0], 1), ("node", [12, 5, 4, 0, 3], 4),
            ("phpunit", [10, 3, 2, 3, 2], 3), ("playwright", [4, 2, 1, 0, 1], 2), ("pytest", [13, 4, 3, 3, 3], 1),
            ("pytest-reruns", [6, 5, 1, 0, 0], 1), ("pytest-xunit1", [12, 4, 3, 2, 3], 1),
            ("robot", [3, 1, 1, 0, 1], 1), ("surefire", [7, 3, 1, 1, 2], 1), ("swift-testing", [6, 2, 3, 0, 1], 1),
            ("swift-xctest", [4, 2, 2, 0, 0], 1), ("unittest", [5, 1, 1, 1, 2], 1),
        ])
    func adds(name: String, counts: [Int], suites: Int) throws {
        let report = try WholeReport(fixture: name)
        #expect(report.error == nil)
        #expect(report.counts == counts)
        #expect(report.suites.count == suites)
    }

    @Test func `every file is in the list of fixtures`() throws {
        #expect(try Fixture.files() == Fixture.junit.map { "\($0).xml" })
    }

    @Test func `pytest: properties, set-up errors, a broken module and captured output`() throws {
        let report = try WholeReport(fixture: "pytest")
        let suite = try #require(report.suites.first)
        #expect(report.declared?.name == "pytest tests")
        #expect(suite.name == "pytest")
        #expect(suite.hostname == "ci")
        #expect(suite.tests == 13)
        #expect(suite.errors == 3)
        #expect(suite.timestamp == 1_795_239_403_424)
        #expect(
            suite.properties == [
                ReportProperty(name: "branch", value: "main"), ReportProperty(name: "build", value: "417"),
            ])
        let card = try #require(report.test("test_C1204_pays_by_card"))
        #expect(card.className == "test_checkout")
        #expect(card.time == 0.001)
        #expect(card.properties.count == 2)
        #expect(card.attachments == [ReportAttachment(path: "screenshots/card.png")])
        #expect(CaseIdentifier.find(in: card) == 1204)
        #expect(card.systemOut?.contains("accepted") == true)
        #expect(card.systemErr?.contains("slow gateway") == true)
        let voucher = try #require(report.test("test_voucher_is_refused"))
        #expect(voucher.problems.first?.message?.contains("\n") == true)
        #expect(voucher.problems.first?.text?.contains("a]]>b") == true)
        #expect(report.test("test_pays_by_phone")?.skipReason == "waits for the new gateway")
        #expect(report.test("test_rounding")?.skipReason == "rounding, see SHOP-77")
        #expect(report.test("test_broken")?.outcome == .errored)
        #expect(report.test("test_broken")?.className == nil)
        #expect(report.test("test_order_is_stored")?.problems.first?.kind == .error)
    }

    @Test func `pytest in the old family names file and line`() throws {
        let test = try #require(try WholeReport(fixture: "pytest-xunit1").test("test_total[one]"))
        #expect(test.file == "test_checkout.py")
        #expect(test.line == 6)
    }

    @Test func `Surefire: reruns, flaky tests and skipped ones`() throws {
        let report = try WholeReport(fixture: "surefire")
        let suite = try #require(report.suites.first)
        #expect(suite.properties.contains(ReportProperty(name: "line.separator", value: "\n")))
        let flaky = try #require(report.test("flakyGateway"))
        #expect(flaky.outcome == .passed)
        #expect(flaky.isFlaky)
        #expect(flaky.reruns.count == 1)
        #expect(flaky.reruns.first?.kind == .flakyFailure)
        #expect(flaky.reruns.first?.message == "gateway busy")
        #expect(flaky.reruns.first?.type == "java.lang.AssertionError")
        #expect(flaky.reruns.first?.stackTrace?.hasPrefix("java.lang.AssertionError: gateway busy\n\tat ") == true)
        #expect(flaky.reruns.first?.systemErr == "try 0\n")
        #expect(report.test("flakyError")?.reruns.map(\.kind) == [.flakyError, .flakyError])
        #expect(report.test("flakyError")?.isFlaky == true)
        let thrower = try #require(report.test("alwaysThrows"))
        #expect(thrower.outcome == .errored)
        #expect(!thrower.isFlaky)
        #expect(thrower.problems.count == 1)
        #expect(thrower.reruns.map(\.kind) == [.rerunError, .rerunError])
        let voucher = try #require(report.test("refusesVoucher"))
        #expect(voucher.outcome == .failed)
        #expect(voucher.reruns.map(\.kind) == [.rerunFailure, .rerunFailure])
        #expect(voucher.attachments == [ReportAttachment(path: "/home/user/shop/target/voucher.png")])
        #expect(voucher.problems.first?.message == "total of <two> & more expected:<238> but was:<239>")
        #expect(report.test("assumes")?.skipReason == "only on Linux")
    }

    @Test func `Gradle: output of the suite and no reason for a skip`() throws {
        let report = try WholeReport(fixture: "gradle")
        #expect(report.declared == nil)
        #expect(report.suites.first?.timestamp == 1_714_557_600_000)
        #expect(report.test("paysByPhone()")?.outcome == .skipped)
        #expect(report.test("paysByPhone()")?.skipReason == nil)
        #expect(
            report.events.last
                == .suiteEnded(
                    systemOut: "card accepted\n", systemErr: "SLF4J: no providers were found\n", properties: []))
    }

    @Test func `node: tests outside of suites, nested suites and colours`() throws {
        let report = try WholeReport(fixture: "node")
        #expect(report.suites.map(\.name) == ["checkout", "abroad", "broken set-up", "parent"])
        #expect(report.suites.map(\.depth) == [0, 1, 0, 0])
        guard case .test(let first) = report.events.first else {
            Issue.record("the first event is no test")
            return
        }
        #expect(first.name == "adds up")
        #expect(report.test("pays by phone")?.skipReason == nil)
        #expect(report.test("skips with a reason")?.skipReason == "no gateway")
        let red = try #require(report.test("sub fails")?.problems.first)
        #expect(red.message == "\u{FFFD}[31mred\u{FFFD}[39m")
        #expect(report.tests.compactMap(CaseIdentifier.find(in:)) == [88])
    }

    @Test func `gotestsum: failures without a type and an error of no test`() throws {
        let report = try WholeReport(fixture: "gotestsum")
        #expect(report.declared?.errors == 1)
        #expect(report.test("TestPanics")?.problems.first?.type == nil)
        #expect(report.test("TestTotal/two_&_<three>")?.outcome == .failed)
        #expect(report.suites.last?.properties.first?.name == "go.version")
    }

    @Test func `PHPUnit: suites in suites, files and problems without a message`() throws {
        let report = try WholeReport(fixture: "phpunit")
        #expect(report.suites.map(\.depth) == [0, 1, 2])
        #expect(report.suites[1].file == "/home/user/shop/tests/CheckoutTest.php")
        #expect(report.suites[1].assertions == 6)
        let card = try #require(report.test("testPaysByCard"))
        #expect(card.className == "Shop.Tests.CheckoutTest")
        #expect(card.assertions == 2)
        #expect(card.line == 5)
        let total = try #require(report.test("testTotal"))
        #expect(total.problems.first?.message == nil)
        #expect(total.problems.first?.headline == "Shop\\Tests\\CheckoutTest::testTotal")
        #expect(total.systemOut == "checking\n")
        #expect(report.test("testGateway")?.outcome == .errored)
    }

    @Test func `Playwright: attachments, properties and one suite per browser`() throws {
        let report = try WholeReport(fixture: "playwright")
        #expect(report.suites.map(\.hostname) == ["chromium", "firefox"])
        #expect(report.suites.first?.timestamp == 1_714_557_600_123)
        let folder = "../test-results/checkout-refuses-voucher-chromium"
        let voucher = try #require(report.test("checkout › refuses voucher"))
        #expect(voucher.attachments.map(\.path) == ["\(folder)/test-failed-1.png", "\(folder)/trace.zip"])
        #expect(voucher.attachments.map(\.name) == ["test-failed-1.png", "trace.zip"])
        #expect(CaseIdentifier.find(in: report.tests[0]) == 1204)
    }

    @Test func `Cypress: attachments with spaces and an empty root suite`() throws {
        let report = try WholeReport(fixture: "cypress")
        #expect(report.suites.first?.file == "cypress/e2e/checkout.cy.js")
        let voucher = try #require(report.test("checkout refuses voucher"))
        #expect(voucher.attachments.first?.name == "checkout -- refuses voucher (failed).png")
        #expect(voucher.attachments.count == 2)
        #expect(voucher.problems.first?.message?.contains("'<span#total>'") == true)
    }

    @Test func `GoogleTest: several failures, words for what did not run`() throws {
        let report = try WholeReport(fixture: "googletest")
        let voucher = try #require(report.test("RefusesVoucher"))
        #expect(voucher.problems.count == 2)
        #expect(voucher.problems.first?.text?.hasSuffix("<XMAS> [31mred[0m") == true)
        #expect(voucher.line == 4)
        let phone = try #require(report.test("DISABLED_PaysByPhone"))
        #expect(phone.outcome == .skipped)
        #expect(phone.statusWord == "notrun")
        #expect(phone.timestamp == nil)
        #expect(report.test("PaysByCard")?.outcome == .passed)
        #expect(report.test("PaysByCard")?.statusWord == "run")
        #expect(report.test("Waits")?.skipReason == "t.cc:6\nno gateway")
    }

    @Test func `Swift: plain words as names, text as the reason of a skip`() throws {
        let report = try WholeReport(fixture: "swift-testing")
        #expect(report.test("phone()")?.skipReason == "no gateway")
        #expect(report.test("`plain words as a name`()")?.outcome == .failed)
        #expect(report.test("refusesVoucher()")?.problems.first?.message?.contains("(total(2) → 238) == 239") == true)
    }

    @Test func `unittest: data sections and lines of tests`() throws {
        let report = try WholeReport(fixture: "unittest")
        #expect(report.test("test_add")?.systemOut == "added\n")
        #expect(report.test("test_add")?.line == 3)
        #expect(report.test("test_add")?.timestamp == 1_795_239_405_000)
        #expect(report.test("test_err")?.problems.first?.type == "KeyError")
    }
}
