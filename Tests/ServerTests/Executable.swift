import Foundation
import Model

/// The built `assay`, run as a child of the test.
final class Executable: Sendable {
    let process: pid_t
    private let output: Int32
    private let errors: String

    /// What `ASSAY_BINARY` names, else beside the test bundle, where the package manager puts it.
    static var path: String {
        if let path = ProcessInfo.processInfo.environment["ASSAY_BINARY"], !path.isEmpty { return path }
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return bundle.appendingPathComponent("assay").path
    }

    struct Outcome: Sendable {
        var code: Int32
        var output: String
        var errors: String
    }

    init(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws {
        var ends: [Int32] = [0, 0]
        var source: [Int32] = [0, 0]
        guard pipe(&ends) == 0, pipe(&source) == 0 else { throw POSIXError(.EMFILE) }
        for end in ends + source { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        errors = NSTemporaryDirectory() + "errors-\(ProcessInfo.processInfo.globallyUniqueString)"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, source[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var variables = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("ASSAY_") && $0.key != "SWIFT_BACKTRACE"
        }
        variables.merge(environment) { $1 }
        let words = ([Executable.path] + arguments).map { strdup($0) } + [nil]
        let pairs = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + pairs { free(text) } }
        var process: pid_t = 0
        guard posix_spawn(&process, Executable.path, &actions, nil, words, pairs) == 0 else {
            throw POSIXError(.ENOENT)
        }
        self.process = process
        output = ends[0]
        close(ends[1])
        close(source[0])
        _ = Array(input.utf8).withUnsafeBytes { write(source[1], $0.baseAddress, $0.count) }
        close(source[1])
    }

    deinit {
        kill(process, SIGKILL)
        close(output)
        unlink(errors)
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws
        -> Outcome
    {
        let child = try Executable(arguments, input: input, environment: environment)
        let text = await child.read(until: nil)
        return Outcome(code: await child.wait(), output: text, errors: child.errorText)
    }

    var errorText: String {
        FileManager.default.contents(atPath: errors).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Reads standard output up to a line that holds the text, or to the end.
    func read(until wanted: String?) async -> String {
        let output = output
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                var byte: UInt8 = 0
                while Foundation.read(output, &byte, 1) == 1 {
                    bytes.append(byte)
                    guard byte == UInt8(ascii: "\n"), let wanted else { continue }
                    if String(decoding: bytes, as: UTF8.self).contains(wanted) { break }
                }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    /// The exit code, or 128 and the number of the signal.
    func wait() async -> Int32 {
        let process = process
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }

    func signal(_ number: Int32) { kill(process, number) }
}

/// A server that is started as people start it.
struct ServedFolder: Sendable {
    let child: Executable
    let port: Int
    let greeting: String

    init(_ data: String, _ arguments: [String] = [], port: Int = 0) async throws {
        child = try Executable(
            ["serve", "--data", data, "--port", "\(port)", "--no-demo", "--log-level", "warning"] + arguments)
        greeting = await child.read(until: "ready on")
        let digits = greeting.split(separator: ":").last?.filter(\.isNumber) ?? ""
        guard let number = Int(digits), greeting.contains("Assay is ready on http://127.0.0.1:") else {
            throw StartFailure(words: greeting + child.errorText)
        }
        self.port = number
    }

    struct StartFailure: Error { let words: String }

    func get(_ path: String, token: String? = nil) async throws -> Answer {
        let client = try await RawClient(port: port)
        let bearer = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(bearer)Connection: close\r\n\r\n")
        return await client.readToEnd()
    }

    /// What the greeting says after `One-time password: `.
    var password: String? {
        guard let range = greeting.range(of: "One-time password: ") else { return nil }
        return String(greeting[range.upperBound...].prefix { !$0.isNewline })
    }

    func post(
        _ path: String, _ body: String, token: String, type: String = "application/json"
    ) async throws -> Answer {
        let client = try await RawClient(port: port)
        try await client.send(
            """
            POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\
            Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)
            """)
        return await client.readToEnd()
    }

    func signIn(_ email: String, _ password: String) async throws -> Bool {
        try await cookies(email, password).contains { $0.hasPrefix("next-auth.session-token=") }
    }

    /// Signs in as browsers do; returns the cookies that the server sets.
    func cookies(_ email: String, _ password: String, origin: String? = nil) async throws -> [String] {
        let token = try await get("/api/auth/csrf")
        guard let cookie = token.header("Set-Cookie")?.prefix(while: { $0 != ";" }),
            let value = try JSONReader.parse(token.body)["csrfToken"]?.string
        else { return [] }
        let name = email.replacingOccurrences(of: "@", with: "%40")
        let form = "csrfToken=\(value)&email=\(name)&password=\(password)&callbackUrl=%2F&json=true"
        let client = try await RawClient(port: port)
        try await client.send(
            """
            POST /api/auth/callback/credentials HTTP/1.1\r\nHost: localhost\r\n\
            Origin: \(origin ?? "http://localhost")\r\n\
            Cookie: \(cookie)\r\nContent-Type: application/x-www-form-urlencoded\r\n\
            Content-Length: \(form.utf8.count)\r\nConnection: close\r\n\r\n\(form)
            """)
        let lines = await client.readToEnd().text.components(separatedBy: "\r\n")
        return lines.filter { $0.lowercased().hasPrefix("set-cookie: ") }.map { String($0.dropFirst(12)) }
    }

    func stop() async -> Int32 {
        child.signal(SIGTERM)
        return await child.wait()
    }
}
