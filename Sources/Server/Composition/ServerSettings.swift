public import Logging
public import Wire

/// What an operator decides about a server.
public struct ServerSettings: Sendable {
    /// The folder of everything that the server keeps.
    public var data = "./assay-data"
    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port = 8080
    /// `postgres://…`; `nil` keeps the rows in the data folder.
    public var database: String?
    /// The key file; `nil` keeps it in the data folder.
    public var secretFile: String?
    /// A new server gets a demo project.
    public var hasDemo = true
    public var rateLimit = RateLimit.generous
    public var allowsPrivateTargets = false
    /// Scheme and authority under which people reach the server.
    public var baseURL: String?
    public var trustedProxies: [AddressRange] = []
    /// Seconds between the signal to stop and the end of listening, in which a balancer takes notice.
    public var drainDelay = 0
    /// Seconds that running requests may take after that; `nil` is what the server thinks fit.
    public var drainLimit: Int?
    public var logLevel = Logger.Level.info
    public var logFormat = LogLines.Format.text

    public init() {}
}
