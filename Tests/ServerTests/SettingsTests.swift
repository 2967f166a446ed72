import Foundation
import Logging
import Testing
import Wire

@testable import Server

@Suite struct SettingsTests {
    private static func settings(
        _ options: [String: [String]] = [:], _ environment: [String: String] = [:], file: String? = nil
    ) async throws -> ServerSettings {
        guard let file else {
            return try await SettingsSource(options: options, environment: environment, file: nil).serverSettings()
        }
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/assay.json"
        try Data(file.utf8).write(to: URL(fileURLWithPath: path))
        return try await SettingsSource(options: options, environment: environment, file: path).serverSettings()
    }

    @Test func `an option wins over the environment, which wins over the file`() async throws {
        let file = #"{"host":"h3","port":3,"data":"d3"}"#
        let settings = try await Self.settings(["host": ["h1"]], ["ASSAY_HOST": "h2", "ASSAY_PORT": "2"], file: file)
        #expect(settings.host == "h1")
        #expect(settings.port == 2)
        #expect(settings.data == "d3")
        #expect(try await Self.settings().port == 8080)
    }

    @Test func `every setting can come from each place`() async throws {
        let file = """
            {"database":"postgres://x/y","secretFile":"k","noDemo":true,"rateLimit":"documented",
            "allowPrivateNetworkTargets":true,"baseURL":"https://t.example.com/","trustedProxy":["10.0.0.0/8","::1"],
            "drainDelay":4,"logLevel":"debug","logFormat":"json"}
            """
        let environment = [
            "ASSAY_DATABASE": "postgres://x/y", "ASSAY_SECRET_FILE": "k", "ASSAY_NO_DEMO": "true",
            "ASSAY_RATE_LIMIT": "documented", "ASSAY_ALLOW_PRIVATE_NETWORK_TARGETS": "1",
            "ASSAY_BASE_URL": "https://t.example.com", "ASSAY_TRUSTED_PROXY": "10.0.0.0/8,::1",
            "ASSAY_DRAIN_DELAY": "4",
            "ASSAY_LOG_LEVEL": "debug", "ASSAY_LOG_FORMAT": "json",
        ]
        for settings in [try await Self.settings(file: file), try await Self.settings([:], environment)] {
            #expect(settings.database == "postgres://x/y")
            #expect(settings.secretFile == "k")
            #expect(!settings.hasDemo)
            #expect(settings.rateLimit == .documented)
            #expect(settings.allowsPrivateTargets)
            #expect(settings.baseURL == "https://t.example.com")
            #expect(settings.trustedProxies.count == 2)
            #expect(settings.drainDelay == 4)
            #expect(settings.logLevel == .debug)
            #expect(settings.logFormat == .json)
        }
    }

    @Test(arguments: [
        ("port", "x", "port is x"), ("port", "70000", "port is 70000"), ("rateLimit", "fast", "rateLimit is fast"),
        ("baseURL", "tests.example.com", "baseURL is"), ("baseURL", "https://a/b", "baseURL is"),
        ("trustedProxy", "10.0.0.0/40", "trustedProxy is"), ("logLevel", "loud", "logLevel is loud"),
        ("noDemo", "maybe", "noDemo is maybe"),
    ])
    func `a value that cannot be used is named`(key: String, value: String, message: String) async throws {
        let error = await #expect(throws: StartError.self) { try await Self.settings([key: [value]]) }
        #expect(error?.description.contains(message) == true)
    }

    @Test(arguments: [(#"{"prot":1}"#, "the key prot"), ("[1]", "no JSON object"), ("{\n\"a\"", "line 2")])
    func `a broken file is named`(file: String, message: String) async throws {
        let error = await #expect(throws: StartError.self) { try await Self.settings(file: file) }
        #expect(error?.description.contains(message) == true)
    }

    @Test func `a file that is missing is named`() async throws {
        await #expect(throws: StartError.self) {
            try await SettingsSource(options: [:], environment: ["ASSAY_CONFIG": "/nowhere/a.json"], file: nil)
        }
    }
}
