import ArgumentParser
import Foundation
import Model
import Server

@main
struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay", abstract: "A self-hosted test management server.",
        discussion: """
            Start a server with `assay serve`; everything it keeps is in one folder. Every option can also be given as an \
            environment variable (--base-url is ASSAY_BASE_URL) or as a key of a JSON file named by --config (baseURL).
            """,
        subcommands: [
            Serve.self, UserCommand.self, TokenCommand.self, Migrate.self, Doctor.self, BackupCommand.self,
            RestoreCommand.self, RoutesCommand.self, OpenAPICommand.self, Submit.self,
            Bench.self, FloorServer.self,
        ])

    /// Errors are one line on standard error and exit code 2; help goes to standard output.
    static func main() async {
        // Nothing that any command writes is for other users of the machine.
        umask(0o077)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            guard exitCode(for: error) != .success else { exit(withError: error) }
            Terminal.error("assay: \(words(error))")
            Foundation.exit(2)
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as StartError: error.description
        case let error as DomainError:
            error.issues.isEmpty ? error.message : error.issues.map(\.message).joined(separator: "; ")
        default: message(for: error)
        }
    }
}
