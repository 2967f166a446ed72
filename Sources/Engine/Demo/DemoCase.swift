/// A test case of the demo project.
struct DemoCase: Sendable {
    enum Priority: String, Sendable {
        case critical = "Critical"
        case high = "High"
        case medium = "Medium"
        case low = "Low"
    }

    let title: String
    let priority: Priority
    let minutes: Int
    let tags: [String]
    let about: String
    let preconditions: String?
    let steps: [(action: String, expected: String)]

    init(
        _ title: String, _ priority: Priority, _ minutes: Int, _ tags: [String], _ about: String,
        given preconditions: String? = nil, _ steps: [(String, String)]
    ) {
        self.title = title
        self.priority = priority
        self.minutes = minutes
        self.tags = tags
        self.about = about
        self.preconditions = preconditions
        self.steps = steps.map { (action: $0.0, expected: $0.1) }
    }
}

/// A folder of the demo project with its cases.
struct DemoFolder: Sendable {
    let name: String
    /// The name of the folder around it.
    let parent: String?
    let cases: [DemoCase]

    init(_ name: String, in parent: String? = nil, _ cases: [DemoCase]) {
        self.name = name
        self.parent = parent
        self.cases = cases
    }
}

/// The contents of the demo project.
enum Demo {
    static let folders: [DemoFolder] = [
        DemoFolder("Sign-in", signIn),
        DemoFolder("Checkout", checkout),
        DemoFolder("Payment", in: "Checkout", payment),
        DemoFolder("Basket", in: "Checkout", basket),
        DemoFolder("Delivery", in: "Checkout", delivery),
        DemoFolder("Search", search),
        DemoFolder("Account", account),
        DemoFolder("Mails", mails),
        DemoFolder("Admin", admin),
    ]

    /// People who cannot sign in: they have no password.
    static let people: [(name: String, email: String, role: String)] = [
        ("Ada Bergström", "ada.bergstrom@example.com", "Manager"),
        ("Bo Lindgren", "bo.lindgren@example.com", "Tester"),
        ("Chiara Rossi", "chiara.rossi@example.com", "Tester"),
        ("Dev Patel", "dev.patel@example.com", "Contributor"),
    ]

    static let configurations: [(name: String, variants: [(category: String, name: String)])] = [
        ("Chrome, Linux", [("Browser", "Chrome"), ("System", "Linux")]),
        ("Firefox, Windows", [("Browser", "Firefox"), ("System", "Windows")]),
        ("Safari, macOS", [("Browser", "Safari"), ("System", "macOS")]),
        ("Chrome, Android", [("Browser", "Chrome"), ("System", "Android")]),
    ]
}

/// Numbers that look random and are the same every time (SplitMix64).
struct DemoDice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number from 0 up to the limit, the limit left out.
    mutating func roll(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        word ^= word >> 31
        return limit > 0 ? Int(word % UInt64(limit)) : 0
    }
}
