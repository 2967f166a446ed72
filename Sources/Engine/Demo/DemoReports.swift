import Formats

/// The nightly report of the demo project's automated tests.
extension Demo {
    struct Nightly: Sendable {
        let name: String
        /// Whole days before today.
        let daysAgo: Int
        /// Positions of failing tests.
        let failures: Set<Int>
    }

    static let nightlies: [Nightly] = [
        Nightly(name: "Nightly end-to-end 410", daysAgo: 2, failures: [7, 8]),
        Nightly(name: "Nightly end-to-end 411", daysAgo: 1, failures: []),
        Nightly(name: "Nightly end-to-end 412", daysAgo: 0, failures: [8]),
    ]

    /// Suite, test and milliseconds.
    static let automatedTests: [(suite: String, name: String, milliseconds: Int)] = [
        ("e2e/sign-in.spec.ts", "signs in and out", 2140),
        ("e2e/sign-in.spec.ts", "refuses a wrong password", 1310),
        ("e2e/sign-in.spec.ts", "keeps the address to return to", 1890),
        ("e2e/sign-in.spec.ts", "ends the session after the time-out", 4020),
        ("e2e/basket.spec.ts", "adds an article", 980),
        ("e2e/basket.spec.ts", "changes the quantity", 1240),
        ("e2e/basket.spec.ts", "keeps the basket after a sign-in", 2760),
        ("e2e/payment.spec.ts", "pays with a card", 5210),
        ("e2e/payment.spec.ts", "shows why a card was declined", 10_042),
        ("e2e/payment.spec.ts", "pays with a gift card and a card", 6330),
        ("e2e/payment.spec.ts", "returns from PayPal", 7450),
        ("e2e/search.spec.ts", "suggests from the third letter on", 1120),
        ("e2e/search.spec.ts", "keeps filters in the address", 1530),
        ("e2e/search.spec.ts", "sorts by price", 1410),
        ("e2e/account.spec.ts", "changes the e-mail address", 3860),
        ("e2e/account.spec.ts", "deletes the account", 3320),
        ("e2e/account.spec.ts", "downloads personal data", 8900),
    ]

    static let failedMessage = "expect(locator).toHaveText(expected) failed"

    static let failedText = """
        Error: expect(locator).toHaveText(expected) failed

        Locator:  getByRole('alert')
        Expected: "Your bank declined the card: insufficient funds"
        Received: "Payment failed (51)"
        Timeout:  10000ms

            at shows (e2e/payment.spec.ts:48:42)
            at step (e2e/support/checkout.ts:112:9)
            at payWith (e2e/support/checkout.ts:77:5)
            at e2e/payment.spec.ts:46:3
        """

    static let timeoutText = """
        Error: page.waitForURL: Timeout 30000ms exceeded.

        waiting for navigation until "load"
          navigated to "https://sandbox.bank.example/3ds/challenge"

            at payWith (e2e/support/checkout.ts:83:16)
            at e2e/payment.spec.ts:21:3
        """

    /// The report as its reader would hand it over.
    static func report(_ nightly: Nightly, startedAt: Int64) -> [ReportEvent] {
        var dice = DemoDice(seed: UInt64(nightly.name.utf8.count * 31 + nightly.daysAgo))
        var events: [ReportEvent] = []
        var time = startedAt
        var open: String?
        for (index, test) in automatedTests.enumerated() {
            if open != test.suite {
                if open != nil { events.append(.suiteEnded(systemOut: nil, systemErr: nil, properties: [])) }
                open = test.suite
                let properties = [
                    ReportProperty(name: "browser", value: "chromium 148"),
                    ReportProperty(name: "build", value: "2.4.0-119"),
                ]
                events.append(
                    .suiteBegan(
                        ReportSuite(name: test.suite, file: test.suite, timestamp: time, properties: properties)))
            }
            let isFailed = nightly.failures.contains(index)
            let milliseconds = isFailed ? 10_000 + dice.roll(400) : test.milliseconds * (90 + dice.roll(20)) / 100
            var reported = ReportTest(
                name: test.name, className: test.suite, file: test.suite, line: 12 + index % 5 * 17,
                time: Double(milliseconds) / 1000, timestamp: time, outcome: isFailed ? .failed : .passed)
            if isFailed {
                let isTimeout = index == 7
                reported.problems = [
                    ReportProblem(
                        kind: .failure,
                        message: isTimeout ? "page.waitForURL: Timeout 30000ms exceeded." : failedMessage,
                        type: "FAILURE", text: isTimeout ? timeoutText : failedText)
                ]
                reported.systemOut =
                    "[checkout] POST /api/payments 402\n[checkout] decline_code=51 decline_text=insufficient funds\n"
            }
            events.append(.test(reported))
            time += Int64(milliseconds) + 150
        }
        events.append(.suiteEnded(systemOut: nil, systemErr: nil, properties: []))
        return events
    }
}
