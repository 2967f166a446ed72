import Foundation
import Testing

@testable import Server

/// The commands as scripts use them, on the built executable.
@Suite(.serialized) struct CommandTests {
    @Test func `users, tokens and backups work while the server runs and while it does not`() async throws {
        let folder = try TemporaryFolder()
        let (data, parent) = ("\(folder.path)/data", folder.path)
        let create = ["user", "create", "--data", data, "--name", "Kim", "--password-stdin", "--admin", "--email"]

        let first = try await Executable.run(create + ["kim@example.com"], input: "correct horse battery\n")
        #expect(first.code == 0, "\(first.errors)")
        let stopped = try await Self.token(data, "kim@example.com")

        let server = try await ServedFolder(data)
        let second = try await Executable.run(create + ["ada@example.com"], input: "another long password\n")
        #expect(second.code == 0, "\(second.errors)")
        let running = try await Self.token(data, "ada@example.com")
        for (token, email) in [(stopped, "kim@example.com"), (running, "ada@example.com")] {
            let answer = try await server.get("/api/auth/whoami", token: token)
            #expect(answer.statuses == [200])
            #expect(answer.body.contains(email))
        }
        let again = try await Executable.run(create + ["ada@example.com"], input: "another long password\n")
        #expect(again.code == 2)
        #expect(again.errors.filter(\.isNewline).count == 1)
        #expect(again.output.isEmpty)

        let rival = try await Executable.run(["serve", "--data", data, "--port", "0"])
        #expect(rival.code == 2)
        #expect(rival.errors.contains("in use by another Assay server"))

        let online = try await Executable.run(["backup", "\(parent)/online.tar", "--data", data])
        #expect(online.code == 0, "\(online.errors)")
        let refused = try await Executable.run(["restore", "\(parent)/online.tar", "--data", data, "--force"])
        #expect(refused.code == 2)
        let doctor = try await Executable.run(["doctor", "--data", data])
        #expect(doctor.code == 0)
        #expect(doctor.output.contains("ok    synchronous: FULL"))

        #expect(await server.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: DataFolder.socket(in: data)))
        let restored = try await Executable.run(["restore", "\(parent)/online.tar", "--data", data, "--force"])
        #expect(restored.code == 0, "\(restored.errors)")
        let back = try await ServedFolder(data)
        #expect(try await back.get("/api/auth/whoami", token: running).statuses == [200])
        #expect(await back.stop() == 0)
    }

    private static func token(_ data: String, _ email: String) async throws -> String {
        let made = try await Executable.run(["token", "create", "--data", data, "--user", email, "--name", "ci"])
        #expect(made.code == 0, "\(made.errors)")
        let token = made.output.trimmingCharacters(in: .newlines)
        #expect(token.hasPrefix("tpi_") && token.count == 47, "the token stands alone")
        return token
    }

    @Test func `a server that dies is back within a second`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        // The address must stay the same over restarts.
        let finder = try await ServedFolder(data)
        let port = finder.port
        #expect(finder.greeting.contains("One-time password: "))
        #expect(await finder.stop() == 0)

        let server = try await ServedFolder(data, ["--supervise"], port: port)
        #expect(!server.greeting.contains("password"), "only the first start makes an administrator")
        let child = try #require(Self.child(of: server.child.process))
        kill(child, SIGKILL)
        let start = ContinuousClock.now
        while (try? await server.get("/health/live").statuses) != [200], ContinuousClock.now - start < .seconds(20) {
            await Task.yield()
        }
        let outage = ContinuousClock.now - start
        #expect(outage < .seconds(3), "a debug build on a busy machine; a release build takes a fraction of a second")
        #expect(Self.child(of: server.child.process) != child)
        #expect(await server.stop() == 0)
    }

    /// The process whose parent this is, from /proc.
    private static func child(of process: pid_t) -> pid_t? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for candidate in names.compactMap({ pid_t($0) }) {
            guard let data = FileManager.default.contents(atPath: "/proc/\(candidate)/stat") else { continue }
            // `pid (name) state parent …`; the name may hold anything but is the last thing in parentheses.
            let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            if fields.count > 1, pid_t(fields[1]) == process { return candidate }
        }
        return nil
    }

    @Test func `a supervisor that is killed takes its server along`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        let server = try await ServedFolder(data, ["--supervise"])
        server.child.signal(SIGKILL)
        _ = await server.child.wait()
        let start = ContinuousClock.now
        while try DataFolder.isInUse(data), ContinuousClock.now - start < .seconds(20) { await Task.yield() }
        #expect(try !DataFolder.isInUse(data))
    }

    @Test(arguments: [
        (["serve", "--bogus"], "--bogus"), (["nonsense"], "nonsense"), (["serve", "--port", "x"], "port is x"),
        (["user", "create", "--email", "a@b.c", "--name", "A"], "--password-stdin"),
        (["openapi", "nothing"], "there is no dialect nothing"),
        (["restore", "/nowhere.tar", "--data", "/tmp/assay-none"], "/nowhere.tar"),
        (
            [
                "submit", "/nowhere.xml", "--server", "http://127.0.0.1:1", "--token", "t", "--project", "p", "--run",
                "r",
            ], "/nowhere.xml"
        ),
        (["submit", "/etc/hosts", "--server", "http://127.0.0.1:1", "--project", "p", "--run", "r"], "ASSAY_TOKEN"),
    ])
    func `a mistake is one line on standard error and exit code 2`(arguments: [String], word: String) async throws {
        let outcome = try await Executable.run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("assay: "))
        #expect(outcome.errors.contains(word))
        #expect(outcome.errors.filter(\.isNewline).count == 1)
    }

    @Test(arguments: [
        "serve", "user create", "token create", "migrate", "doctor", "backup", "restore", "routes", "openapi", "submit",
    ])
    func `every command says what it does`(command: String) async throws {
        let outcome = try await Executable.run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(outcome.code == 0)
        #expect(outcome.output.hasPrefix("OVERVIEW: "))
    }
}
