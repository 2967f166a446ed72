/// How many calls a client may make.
public enum RateLimit: Sendable, Hashable {
    /// No limit at all, sign-in included; for tests and closed networks.
    case off
    /// 1000 an hour for each user, 100 an hour for each anonymous address, 50 a minute for either.
    case documented
    case perMinute(Int)

    /// What holds when nobody chose.
    public static let generous = RateLimit.perMinute(6000)

    /// Reads `off`, `documented` or `600/min`.
    public init?(_ text: String) {
        switch text {
        case "off": self = .off
        case "documented": self = .documented
        default:
            guard text.hasSuffix("/min"), let count = Int(text.dropLast(4)), (1...1_000_000_000).contains(count) else {
                return nil
            }
            self = .perMinute(count)
        }
    }

    public var text: String {
        switch self {
        case .off: "off"
        case .documented: "documented"
        case .perMinute(let count): "\(count)/min"
        }
    }
}

/// What the gate allows.
public struct GateLimits: Sendable {
    public var rate: RateLimit
    /// Calls that run at the same time; more are refused with 503.
    public var inFlight: Int
    /// Time without progress of the body after which a call is given up.
    public var deadline: Duration
    /// The same for imports and exports.
    public var longDeadline: Duration

    public init(
        rate: RateLimit = .generous, inFlight: Int = 256, deadline: Duration = .seconds(30),
        longDeadline: Duration = .seconds(600)
    ) {
        self.rate = rate
        self.inFlight = inFlight
        self.deadline = deadline
        self.longDeadline = longDeadline
    }
}
