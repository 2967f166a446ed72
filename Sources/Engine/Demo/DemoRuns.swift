/// A run of the demo project and how its cases went.
struct DemoRun: Sendable {
    /// Which cases are in the run.
    enum Scope: Sendable {
        case everything
        case tag(String)
        case folders([String])
    }

    /// What was recorded for a case that did not simply pass.
    struct Outcome: Sendable {
        let title: String
        let status: String
        let note: String
        /// The position of the step at which it showed; nil leaves the steps without a status.
        let step: Int?
        /// The position of the issue in `Demo.issues`.
        let issue: Int?
        /// A second result after this one: status and note.
        let later: (status: String, note: String)?

        init(
            _ title: String, _ status: String, _ note: String, step: Int? = nil, issue: Int? = nil,
            later: (String, String)? = nil
        ) {
            self.title = title
            self.status = status
            self.note = note
            self.step = step
            self.issue = issue
            self.later = later.map { (status: $0.0, note: $0.1) }
        }
    }

    let name: String
    let note: String
    let configuration: String
    /// The position of the milestone in `Demo.milestones`.
    let milestone: Int
    let scope: Scope
    /// The first and the last day of execution, in days before today.
    let days: ClosedRange<Int>
    let outcomes: [Outcome]
    /// The positions of the executing people in `Demo.people`.
    let people: [Int]
    /// One case in so many is left untested; 0 for none. Only an open run has untested cases.
    let untested: Int
    let isFinished: Bool
}

extension Demo {
    static let runs: [DemoRun] = [
        DemoRun(
            name: "Regression 2.3 · Firefox, Windows",
            note: "Everything once before the release of 2.3.", configuration: "Firefox, Windows", milestone: 0,
            scope: .everything, days: 17...20, outcomes: regression23, people: [1, 2, 3], untested: 0, isFinished: true),
        DemoRun(
            name: "Smoke 2.3 release candidate",
            note: "The short list on the staging system, right before the release.", configuration: "Chrome, Linux",
            milestone: 0, scope: .tag("smoke"), days: 12...12, outcomes: smoke23, people: [2], untested: 0,
            isFinished: true),
        DemoRun(
            name: "Payment hotfix 2.3.1",
            note: "Only what touches money, after the provider changed its interface.",
            configuration: "Safari, macOS", milestone: 1, scope: .folders(["Payment", "Basket"]), days: 5...6,
            outcomes: hotfix, people: [1, 2], untested: 0, isFinished: true),
        DemoRun(
            name: "Regression 2.4 · Chrome, Linux",
            note: "Full regression for 2.4. Please begin with Checkout; Dev looks at the mails.",
            configuration: "Chrome, Linux", milestone: 1, scope: .everything, days: 0...3, outcomes: regression24,
            people: [0, 1, 2, 3], untested: 3, isFinished: false),
    ]

    private static let regression23: [DemoRun.Outcome] = [
        DemoRun.Outcome(
            "Order mail is sent once after a double click", "failed",
            "Two mails with the same number, 300 ms apart. Only one order.", step: 1, issue: 1),
        DemoRun.Outcome(
            "Sorting by price counts the sale price", "failed", "Reduced bags are sorted by their old price.", step: 1,
            issue: 3),
        DemoRun.Outcome(
            "Print styles of the invoice", "failed", "Item 12 slips to a second page, only in Firefox.", step: 1),
        DemoRun.Outcome(
            "Mail to a full mailbox is tried again", "blocked", "The mail sandbox was down the whole afternoon."),
        DemoRun.Outcome("Sign in with a passkey", "skipped", "Comes with 2.4."),
        DemoRun.Outcome("Shared basket link opens for a guest", "skipped", "Comes with 2.4."),
        DemoRun.Outcome("Pickup point map lists shops within 20 km", "skipped", "Comes with 2.4."),
        DemoRun.Outcome(
            "Refund is visible in the order history", "failed",
            "The refund shows only after signing out and in again: cached page.", step: 1,
            later: ("passed", "Fixed in build 2.3.0-rc2.")),
        DemoRun.Outcome(
            "Filters narrow the result and stay in the address", "failed",
            "The colour gets lost in the copied address.",
            step: 1, later: ("passed", "Good in rc2.")),
    ]

    private static let smoke23: [DemoRun.Outcome] = [
        DemoRun.Outcome(
            "PayPal order returns to the confirmation page", "skipped", "Their sandbox is in maintenance until 18:00.")
    ]

    private static let hotfix: [DemoRun.Outcome] = [
        DemoRun.Outcome(
            "3-D Secure step can be cancelled", "failed",
            "After “Cancel” the spinner stays for ever. Reload helps, the basket is kept.", step: 1, issue: 2,
            later: ("passed", "Works with 2.3.1-3.")),
        DemoRun.Outcome(
            "Gift card pays a part of the amount", "failed",
            "The rest to be paid was 40.00 instead of 15.00 after going back one step.", step: 0,
            later: ("retest", "Fix is in 2.3.1-3, but the sandbox has no gift cards left.")),
        DemoRun.Outcome(
            "Item that sells out is marked in the basket", "blocked",
            "The stock of the test article cannot be set: 403."),
    ]

    private static let regression24: [DemoRun.Outcome] = [
        DemoRun.Outcome(
            "Declined card shows the bank's reason", "failed",
            "Only “Payment failed (51)”. The reason is in the answer of the provider, field decline_text.", step: 0,
            issue: 0),
        DemoRun.Outcome(
            "Pickup point map lists shops within 20 km", "blocked",
            "The map needs a key that the test system does not have yet. Asked operations."),
        DemoRun.Outcome(
            "Order mail is sent once after a double click", "retest",
            "Could not see it any more in build 118, but the fix is announced for 120."),
        DemoRun.Outcome("Print styles of the invoice", "skipped", "New layout comes on Thursday."),
        DemoRun.Outcome(
            "Sign in with a passkey", "failed",
            "Cancelling the browser's dialogue leaves the button disabled until a reload.", step: 1, issue: 4),
        DemoRun.Outcome(
            "Sorting by price counts the sale price", "failed", "Still by the old price, build 118.", step: 1, issue: 3),
        DemoRun.Outcome(
            "Account is locked after five wrong passwords", "failed",
            "The mail to the owner names the address of our proxy, 10.0.0.4.", step: 2,
            later: ("passed", "Right address with build 119.")),
        DemoRun.Outcome(
            "Express is not offered after 14:00", "blocked", "The clock of the test system cannot be set at the moment."
        ),
        DemoRun.Outcome(
            "Personal data can be downloaded", "failed", "Consents are missing in the archive.", step: 1),
        DemoRun.Outcome(
            "Search answers while the index is rebuilt", "retest", "Passed once, failed once: needs another look."),
        DemoRun.Outcome(
            "Mail to a full mailbox is tried again", "skipped", "The sandbox cannot refuse mails since its update."),
        DemoRun.Outcome(
            "Islands carry the surcharge", "failed", "Helgoland: 0.00. Norderney and Sylt are right.", step: 0),
    ]

    static let milestones: [(name: String, note: String, start: Int, due: Int, state: MilestoneState)] = [
        ("Release 2.3", "New search and faster pages.", -34, -11, .finished),
        ("Release 2.4", "Pickup points, passkeys, shared baskets.", -10, 6, .running),
        ("Release 2.5", "Subscriptions and a new account area.", 14, 41, .planned),
    ]

    enum MilestoneState: Sendable { case planned, running, finished }

    static let issues: [(title: String, text: String, status: String, priority: String, severity: String, days: Int)] =
        [
            (
                "Declined card shows a code instead of the bank's reason",
                "The provider sends decline_text since May; the shop shows the number alone.", "Open", "high", "HIGH", 2
            ),
            (
                "Order mail is sent twice after a double click",
                "Two events for one order within 300 ms. The queue should know the order number.", "In progress",
                "high",
                "MEDIUM", 19
            ),
            (
                "Checkout hangs after a cancelled 3-D Secure step", "The cancel event of the frame is not handled.",
                "Closed",
                "critical", "CRITICAL", 6
            ),
            (
                "Sorting by price ignores sale prices", "The index holds the list price only.", "Open", "medium", "LOW",
                18
            ),
            (
                "Passkey button stays disabled after a cancelled dialogue", "The rejected promise is not caught.",
                "Open",
                "medium", "MEDIUM", 1
            ),
            (
                "Map at pickup points jumps back to Berlin", "Seen while exploring: zoom out, then choose a shop.",
                "Open",
                "low", "LOW", 2
            ),
        ]
}
