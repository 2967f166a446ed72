import ArgumentParser
import Engine
import Foundation
import Logging
import Server

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start the server.",
        discussion: """
            Prints one line with the address once it answers. SIGTERM and SIGINT let running requests finish and stop. \
            The first start makes an administrator and prints the one-time password.
            """)

    @OptionGroup var folder: DataOptions

    @Option(help: "Address to listen on (default: 127.0.0.1; 0.0.0.0 is every address).")
    var host: String?

    @Option(help: "Port to listen on (default: 8080; 0 takes any free one).")
    var port: String?

    @Flag(name: .customLong("no-demo"), help: "Make no demo project on the first start.")
    var noDemo = false

    @Option(
        name: .customLong("rate-limit"),
        help: ArgumentHelp(
            "How many requests a client may make (default: 6000/min).", valueName: "off|documented|N/min"))
    var rateLimit: String?

    @Flag(name: .customLong("allow-private-network-targets"), help: "Let webhooks and trackers be in private networks.")
    var allowPrivateNetworkTargets = false

    @Option(
        name: .customLong("base-url"),
        help: "Address under which people reach the server, such as https://tests.example.com.")
    var baseURL: String?

    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp("Proxy whose X-Forwarded-For counts; may be repeated.", valueName: "address or network"))
    var trustedProxy: [String] = []

    @Option(
        name: .customLong("drain-delay"),
        help: "Seconds to go on listening after SIGTERM (default: 2 behind a proxy, else 0).")
    var drainDelay: String?

    @Option(
        name: .customLong("drain-limit"), help: "Seconds that running requests may take after SIGTERM (default: 18).")
    var drainLimit: String?

    @Flag(help: "Start the server again within a second when it dies.")
    var supervise = false

    @Option(
        name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical (default: info).")
    var logLevel: String?

    @Option(name: .customLong("log-format"), help: "text or json (default: text).")
    var logFormat: String?

    private var named: [String: [String]] {
        var options: [String: [String]] = [:]
        options["host"] = host.map { [$0] }
        options["port"] = port.map { [$0] }
        options["rateLimit"] = rateLimit.map { [$0] }
        options["baseURL"] = baseURL.map { [$0] }
        options["drainDelay"] = drainDelay.map { [$0] }
        options["drainLimit"] = drainLimit.map { [$0] }
        options["logLevel"] = logLevel.map { [$0] }
        options["logFormat"] = logFormat.map { [$0] }
        if !trustedProxy.isEmpty { options["trustedProxy"] = trustedProxy }
        if noDemo { options["noDemo"] = ["true"] }
        if allowPrivateNetworkTargets { options["allowPrivateNetworkTargets"] = ["true"] }
        if supervise { options["supervise"] = ["true"] }
        return options
    }

    func run() async throws {
        let source = try await folder.source(adding: named)
        let settings = try source.serverSettings()
        if try source.flag("supervise"), !Supervisor.isChild {
            throw ExitCode(try Supervisor.run(CommandLine.arguments))
        }
        Supervisor.stopWithParent()
        signal(SIGPIPE, SIG_IGN)
        let world = Installation.world(settings)
        let installation = try await Installation.open(settings, world: world, for: .server)
        let mustRestart: Bool
        do {
            let first = try await installation.prepareFirstUse()
            mustRestart = try await ServerApplication(installation).run { address, _ in
                // Only a server that can be reached shows the password.
                if let first {
                    Terminal.line("Administrator: \(first.email)")
                    Terminal.line("One-time password: \(first.password)")
                }
                Terminal.line("Assay is ready on \(address)")
            }
        } catch {
            try await installation.close()
            throw error
        }
        LastResort.exit(mustRestart ? Supervisor.restartCode : 0, after: 10)
        try await installation.close()
        if mustRestart { throw ExitCode(Supervisor.restartCode) }
    }
}
