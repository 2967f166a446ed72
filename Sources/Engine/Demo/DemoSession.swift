extension Demo {
    static let sessionName = "Explore pickup points"
    static let sessionMission =
        "Find out whether a customer in a hurry gets from the basket to a pickup shop without help. Time box: 60 minutes."

    /// What was noted in the session: status, minutes and note.
    static let sessionResults: [(status: String, minutes: Int, note: String)] = [
        ("passed", 12, "The list is quick and sorted by distance. Opening hours are easy to find."),
        ("failed", 18, "After zooming out, choosing a shop throws the map back to the middle of Berlin."),
        ("passed", 15, "Works with the keyboard: the list is a list, the map can be skipped."),
        ("retest", 10, "With a slow connection the list is there before the map and jumps when the map arrives."),
    ]

    /// What was found: position of the result, kind, title, text, severity, position of the issue.
    static let findings: [(result: Int, type: String, title: String, text: String, severity: String?, issue: Int?)] = [
        (
            1, "BUG", "Map jumps back to Berlin", "Zoom out, choose a shop in Hamburg: the map shows Berlin again.",
            "LOW", 5
        ),
        (0, "IDEA", "Show the next closing time", "“Open until 20:00” says more than the whole week.", nil, nil),
        (
            3, "RISK", "List moves under the finger", "On phones one may choose the wrong shop while the map loads.",
            "MEDIUM", nil
        ),
        (
            2, "QUESTION", "What if no shop is near?", "The list is empty within 20 km of Helgoland. Should it say so?",
            nil, nil
        ),
    ]

    /// Remarks: the person, days before today, the thing it is about and its text.
    static let comments: [(person: Int, days: Int, about: CommentTarget, text: String)] = [
        (
            0, 3, .run("Regression 2.4 · Chrome, Linux"),
            "Build 118 is on the test system. Passkeys need the new certificate."
        ),
        (1, 1, .run("Regression 2.4 · Chrome, Linux"), "Payment is done but for the declined card, see the issue."),
        (2, 12, .run("Smoke 2.3 release candidate"), "Good to go from my side."),
        (3, 2, .testCase("Declined card shows the bank's reason"), "The text comes in English only. Fine for 2.4?"),
        (0, 1, .testCase("Declined card shows the bank's reason"), "Yes, translations are planned for 2.5."),
        (1, 16, .testCase("Print styles of the invoice"), "Firefox needs half a line less. It is the footer."),
        (0, 4, .milestone(1), "Feature freeze is reached; only fixes from here on."),
    ]

    enum CommentTarget: Sendable {
        case run(String)
        case testCase(String)
        case milestone(Int)
    }
}
