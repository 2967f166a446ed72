import ArgumentParser
import Foundation
import Logging
import Server

/// The options of every command that works on a data folder.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of everything that the server keeps (default: ./assay-data).", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp("PostgreSQL database instead of the file in the data folder.", valueName: "postgres://…"))
    var database: String?

    @Option(
        name: .customLong("secret-file"),
        help: ArgumentHelp("Key file (default: secret.key in the data folder).", valueName: "file"))
    var secretFile: String?

    @Option(
        help: ArgumentHelp(
            "JSON file with settings; the keys are the options' names, such as baseURL.", valueName: "file"))
    var config: String?

    var named: [String: [String]] {
        var options: [String: [String]] = [:]
        options["data"] = data.map { [$0] }
        options["database"] = database.map { [$0] }
        options["secretFile"] = secretFile.map { [$0] }
        return options
    }

    func source(adding options: [String: [String]] = [:]) async throws -> SettingsSource {
        try await SettingsSource(
            options: named.merging(options) { $1 }, environment: ProcessInfo.processInfo.environment, file: config)
    }

    /// The settings of a command that is not the server: its log shows only what matters.
    func settings() async throws -> ServerSettings {
        let source = try await source()
        var settings = try source.serverSettings()
        if source.text("logLevel") == nil { settings.logLevel = .error }
        return settings
    }
}
