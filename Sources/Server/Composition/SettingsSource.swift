import Configuration
import Foundation
import Logging
import Model
import Wire

/// Where a setting comes from: an option of the command line, the environment, the configuration file, in this order.
public struct SettingsSource: Sendable {
    /// Every key of the configuration file; the option is `--base-url`, the variable `ASSAY_BASE_URL`.
    static let keys: Set<String> = [
        "data", "host", "port", "database", "secretFile", "noDemo", "rateLimit", "allowPrivateNetworkTargets",
        "baseURL",
        "trustedProxy", "drainDelay", "drainLimit", "supervise", "logLevel", "logFormat", "server", "token", "project",
    ]

    private let options: [String: [String]]
    private let environment: ConfigReader
    private let file: ConfigReader?

    /// `options` holds what the command line named, by key. Throws a `StartError` when the file cannot be read.
    public init(options: [String: [String]], environment: [String: String], file: String?) async throws {
        self.options = options
        self.environment = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
            .scoped(to: "assay")
        guard let path = file ?? environment["ASSAY_CONFIG"] else {
            self.file = nil
            return
        }
        try SettingsSource.check(path)
        do {
            let place = ConfigReader(provider: InMemoryProvider(values: ["filePath": ConfigValue(stringLiteral: path)]))
            self.file = ConfigReader(provider: try await FileProvider<JSONSnapshot>(config: place))
        } catch {
            throw StartError("the configuration file \(path) cannot be read: \(error)")
        }
    }

    /// A key that nobody reads is a mistake of the writer.
    private static func check(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StartError("the configuration file \(path) cannot be read")
        }
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONReader.parse(Array(data))
        } catch {
            throw StartError("the configuration file \(path), line \(error.line): \(error.reason)")
        }
        guard let object = json.object else { throw StartError("the configuration file \(path) is no JSON object") }
        for name in object.names where !keys.contains(name) {
            throw StartError("the configuration file \(path) has the key \(name), which is no setting")
        }
    }

    public func text(_ key: String) -> String? {
        if let option = options[key]?.last { return option }
        for reader in [environment, file].compactMap({ $0 }) {
            let name = ConfigKey(key)
            if let text = reader.string(forKey: name) { return text }
            if let number = reader.int(forKey: name) { return "\(number)" }
            if let flag = reader.bool(forKey: name) { return "\(flag)" }
        }
        return nil
    }

    public func flag(_ key: String) throws -> Bool {
        switch text(key)?.lowercased() {
        case nil, "false", "no", "0", "": false
        case "true", "yes", "1": true
        case .some(let word): throw StartError("\(key) is \(word), but must be true or false")
        }
    }

    private func number(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw StartError("\(key) is \(text), but must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func list(_ key: String) -> [String] {
        if let option = options[key] { return option.flatMap { $0.split(separator: ",").map(String.init) } }
        for reader in [environment, file].compactMap({ $0 }) {
            if let list = reader.stringArray(forKey: ConfigKey(key)) { return list }
            if let text = reader.string(forKey: ConfigKey(key)) { return text.split(separator: ",").map(String.init) }
        }
        return []
    }

    /// Everything that a server needs. Throws a `StartError` that names the first setting which cannot be used.
    public func serverSettings() throws -> ServerSettings {
        var settings = ServerSettings()
        settings.data = text("data") ?? settings.data
        settings.host = text("host") ?? settings.host
        settings.port = try number("port", 0...65_535) ?? settings.port
        settings.database = text("database")
        settings.secretFile = text("secretFile")
        settings.hasDemo = try !flag("noDemo")
        settings.allowsPrivateTargets = try flag("allowPrivateNetworkTargets")
        if let word = text("rateLimit") {
            guard let limit = RateLimit(word) else {
                throw StartError("rateLimit is \(word), but must be off, documented or a number such as 600/min")
            }
            settings.rateLimit = limit
        }
        if let url = text("baseURL") {
            guard let base = HostPolicy.normalized(baseURL: url) else {
                throw StartError("baseURL is \(url), but must be like https://tests.example.com")
            }
            settings.baseURL = base
        }
        settings.trustedProxies = try list("trustedProxy").map { word in
            guard let range = AddressRange(word) else {
                throw StartError("trustedProxy is \(word), but must be an address or a network such as 10.0.0.0/8")
            }
            return range
        }
        settings.drainDelay = try number("drainDelay", 0...60) ?? (settings.trustedProxies.isEmpty ? 0 : 2)
        settings.drainLimit = try number("drainLimit", 1...600)
        try readLog(&settings)
        return settings
    }

    private func readLog(_ settings: inout ServerSettings) throws {
        if let word = text("logLevel") {
            guard let level = Logger.Level(rawValue: word) else {
                throw StartError("logLevel is \(word), but must be one of \(SettingsSource.words(Logger.Level.self))")
            }
            settings.logLevel = level
        }
        if let word = text("logFormat") {
            guard let format = LogLines.Format(rawValue: word) else {
                throw StartError(
                    "logFormat is \(word), but must be one of \(SettingsSource.words(LogLines.Format.self))")
            }
            settings.logFormat = format
        }
    }

    private static func words<T: CaseIterable & RawRepresentable>(_ type: T.Type) -> String where T.RawValue == String {
        T.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
