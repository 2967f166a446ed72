import ArgumentParser
import Foundation
import Model
import Server

struct Submit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send test results to a server and print what they say.",
        discussion: """
            Sends JUnit XML files, or what the tools of your tests write, into a run. A run of the same name that is still \
            open goes on; sending a file again changes nothing. Exit code 1 when a test failed, 2 when a file or a setting \
            is wrong; then nothing was recorded.

            Example: assay submit results/*.xml --server https://tests.example.com --project Shop --run "Nightly 41"
            The token is best given as ASSAY_TOKEN.
            """)

    @Argument(help: "Files with results.")
    var files: [String]

    @Option(help: "Address of the server (ASSAY_SERVER).")
    var server: String?

    @Option(help: "API token (ASSAY_TOKEN).")
    var token: String?

    @Option(help: "Name or id of the project (ASSAY_PROJECT).")
    var project: String?

    @Option(help: "Name of the run; it is started when no open run has the name.")
    var run: String

    @Option(help: "Configuration that the tests ran on, by name.")
    var configuration: String?

    @Option(help: "Milestone of a new run, by name.")
    var milestone: String?

    @Option(help: "Format of the files (default: found out).")
    var format: String?

    @Flag(name: .customLong("exit-zero"), help: "Exit with 0 although tests failed.")
    var exitsZero = false

    @Option(help: ArgumentHelp("JSON file with settings.", valueName: "file"))
    var config: String?

    func run() async throws {
        var options: [String: [String]] = [:]
        options["server"] = server.map { [$0] }
        options["token"] = token.map { [$0] }
        options["project"] = project.map { [$0] }
        let source = try await SettingsSource(
            options: options, environment: ProcessInfo.processInfo.environment, file: config)
        let address = try Submit.address(need(source, "server"))
        var fields = [("project", try need(source, "project")), ("run", run)]
        for (name, value) in [("configuration", configuration), ("milestone", milestone), ("format", format)] {
            if let value { fields.append((name, value)) }
        }
        let form = try UploadForm(fields: fields, files: files)
        let report = try await Submission(address: address, token: need(source, "token"), form: form).send()
        for line in report.lines(server: address) { Terminal.line(line) }
        if report.hasFailures, !exitsZero { throw ExitCode(1) }
    }

    private func need(_ source: SettingsSource, _ key: String) throws -> String {
        guard let value = source.text(key), !value.isEmpty else {
            throw StartError("--\(key) is missing; it can also be given as ASSAY_\(key.uppercased())")
        }
        return value
    }

    static func address(_ text: String) throws -> String {
        let address = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URL(string: address), url.scheme == "http" || url.scheme == "https", url.host?.isEmpty == false
        else {
            throw StartError("--server is \(text), but must be like https://tests.example.com")
        }
        return address
    }
}
