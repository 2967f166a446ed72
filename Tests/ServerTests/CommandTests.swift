import Foundation
import Model
import Store
import StoreSQLite
import TestKit
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

        let form =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nkept\r\n--b--\r\n"
        let upload = try await server.post(
            "/api/upload-attachment", form, token: running, type: "multipart/form-data; boundary=b")
        let file = try #require(try JSONReader.parse(upload.body)["success"]?["key"]?.string, "\(upload.text)")
        let online = try await Executable.run(["backup", "\(parent)/online.tar", "--data", data])
        #expect(online.code == 0, "\(online.errors)")
        let refused = try await Executable.run(["restore", "\(parent)/online.tar", "--data", data, "--force"])
        #expect(refused.code == 2)
        let doctor = try await Executable.run(["doctor", "--data", data])
        #expect(doctor.code == 0)
        #expect(doctor.output.contains("ok    synchronous: FULL"))
        #expect(doctor.output.contains("chains are as they were written"))

        #expect(await server.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: DataFolder.socket(in: data)))
        let restored = try await Executable.run(["restore", "\(parent)/online.tar", "--data", data, "--force"])
        #expect(restored.code == 0, "\(restored.errors)")
        let back = try await ServedFolder(data)
        #expect(try await back.get("/api/auth/whoami", token: running).statuses == [200])
        let kept = try await back.get("/api/storage/\(file)", token: running)
        #expect(kept.statuses == [200] && kept.body == "kept", "the backup has the attachments")
        #expect(await back.stop() == 0)
    }

    private static func token(_ data: String, _ email: String) async throws -> String {
        let made = try await Executable.run(["token", "create", "--data", data, "--user", email, "--name", "ci"])
        #expect(made.code == 0, "\(made.errors)")
        let token = made.output.trimmingCharacters(in: .newlines)
        #expect(token.hasPrefix("tpi_") && token.count == 47, "the token stands alone")
        return token
    }

    @Test func `a server that dies is back at once`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        // The address must stay the same over restarts.
        let begin = ContinuousClock.now
        let finder = try await ServedFolder(data)
        let startTime = ContinuousClock.now - begin
        let port = finder.port
        #expect(await finder.stop() == 0)

        let server = try await ServedFolder(data, ["--supervise"], port: port)
        let child = try #require(Self.child(of: server.child.process))
        // A trap must not hold the port while symbols are looked up.
        let environment = FileManager.default.contents(atPath: "/proc/\(child)/environ") ?? Data()
        let variables = environment.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        #expect(variables.contains("SWIFT_BACKTRACE=enable=yes,threads=crashed,symbolicate=off,images=none"))
        kill(child, SIGKILL)
        let start = ContinuousClock.now
        // The old one may answer once more before the signal reaches it.
        while ContinuousClock.now - start < .seconds(120) {
            let successor = Self.child(of: server.child.process)
            let isNew = successor != nil && successor != child
            if isNew, (try? await server.get("/health/live").statuses) == [200] { break }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        let outage = ContinuousClock.now - start
        // A release build on an idle machine takes a fraction of a second.
        #expect(outage < startTime * 3 + .seconds(4), "a start took \(startTime)")
        #expect(Self.child(of: server.child.process) != child)
        #expect(await server.stop() == 0)
    }

    @Test func `the one-time password is shown at each start until somebody signs in with it`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        // The port is taken: the server makes its administrator and dies before anybody can be told.
        let holder = try await ServedFolder("\(folder.path)/other")
        let failed = try await Executable.run([
            "serve", "--data", data, "--port", "\(holder.port)", "--no-demo", "--log-level", "error",
        ])
        #expect(failed.code == 2)
        #expect(failed.errors.contains("is in use"))
        #expect(!failed.output.contains("password"), "nobody can use it yet")
        #expect(await holder.stop() == 0)

        var passwords: [String] = []
        for _ in 0..<2 {
            let server = try await ServedFolder(data)
            passwords.append(try #require(server.password))
            if passwords.count == 2 {
                #expect(passwords[0] == passwords[1])
                #expect(try await server.signIn("admin@example.com", passwords[1]))
            }
            #expect(await server.stop() == 0)
        }
        let last = try await ServedFolder(data)
        #expect(last.password == nil, "somebody has signed in with it")
        #expect(await last.stop() == 0)
        let database = try Data(contentsOf: URL(fileURLWithPath: "\(data)/assay.db"))
        #expect(database.range(of: Data(passwords[0].utf8)) == nil, "it is kept sealed")
    }

    @Test func `a database is not served with another key file`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        let first = try await ServedFolder(data)
        #expect(await first.stop() == 0)
        let key = "\(data)/secret.key"
        try FileManager.default.moveItem(atPath: key, toPath: "\(folder.path)/aside.key")
        for (bytes, word) in [
            ([UInt8](), "there is no key file"), ([UInt8](repeating: 9, count: 32), "another key file"),
        ] {
            if !bytes.isEmpty {
                let made = FileManager.default.createFile(
                    atPath: key, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
                try #require(made)
            }
            for command in [["serve", "--data", data, "--port", "0"], ["migrate", "--data", data]] {
                let refused = try await Executable.run(command)
                #expect(refused.code == 2)
                #expect(refused.errors.contains(word), "\(refused.errors)")
                #expect(refused.output.isEmpty)
                #expect(FileManager.default.fileExists(atPath: key) == !bytes.isEmpty, "no key is made up")
            }
        }
        let other = ["--secret-file", "\(folder.path)/aside.key"]
        let back = try await ServedFolder(data, other)
        #expect(await back.stop() == 0)
        let adopted = try await Executable.run(["migrate", "--data", data, "--adopt-key"])
        #expect(adopted.code == 0, "\(adopted.errors)")
        let fresh = try await ServedFolder(data)
        #expect(await fresh.stop() == 0)
    }

    @Test(.enabled(if: Backend.all.contains(.postgres), "ASSAY_TEST_POSTGRES is not set"))
    func `servers that start at once on an empty PostgreSQL share it`() async throws {
        let scratch = try await ScratchDatabase.make()
        let folder = try TemporaryFolder()
        let parent = folder.path
        let shared = ["--database", scratch.url, "--secret-file", "\(parent)/shared.key"]
        let servers = try await withThrowingTaskGroup(of: ServedFolder.self) { group in
            for number in 0..<3 { group.addTask { try await ServedFolder("\(parent)/\(number)", shared) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let passwords = servers.map(\.password)
        #expect(passwords[0] != nil && Set(passwords).count == 1, "\(passwords)")
        for server in servers {
            #expect(try await server.get("/health/ready").statuses == [200])
            #expect(await server.stop() == 0)
        }
        try await scratch.drop()
    }

    @Test func `doctor names the entry of the audit log that was changed`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        let server = try await ServedFolder(data)
        #expect(await server.stop() == 0)
        #expect(FileManager.default.fileExists(atPath: "\(data)/audit-heads.log"), "the server leaves its anchors")
        let sound = try await Executable.run(["doctor", "--data", data])
        #expect(sound.code == 0, "\(sound.output)")
        let store = try SQLiteStore.open(path: "\(data)/assay.db")
        try await store.write { session in
            try session.run(
                script: "DROP TRIGGER audit_log_keeps_words; UPDATE audit_log SET entity_name = 'x' WHERE sequence = 2")
        }
        try await store.close()
        let tampered = try await Executable.run(["doctor", "--data", data])
        #expect(tampered.code == 1)
        #expect(tampered.output.contains("BAD   audit log: chain main, entry 2 (row "), "\(tampered.output)")
        #expect(tampered.output.contains("was changed"))
    }

    @Test func `a log that was cut and chained anew does not fit its anchors`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        let server = try await ServedFolder(data)
        #expect(await server.stop() == 0)
        let store = try SQLiteStore.open(path: "\(data)/assay.db")
        try await store.write { session in
            // The last entry goes, and the end of the chain with it: the hashes fit again.
            try session.run(
                script: """
                    DROP TRIGGER audit_log_keeps_entries;
                    DELETE FROM audit_log WHERE chain = 'main'
                    AND sequence = (SELECT sequence FROM audit_chain WHERE name = 'main');
                    UPDATE audit_chain SET sequence = sequence - 1, head_hash = (SELECT hash FROM audit_log
                    WHERE chain = 'main' ORDER BY sequence DESC LIMIT 1) WHERE name = 'main'
                    """)
        }
        try await store.close()
        let doctor = try await Executable.run(["doctor", "--data", data])
        #expect(doctor.code == 1)
        #expect(doctor.output.contains("and is gone"), "\(doctor.output)")
    }

    @Test func `SIGTERM ends the server with 0 whatever its clients do`() async throws {
        let folder = try TemporaryFolder()
        let server = try await ServedFolder("\(folder.path)/data", ["--drain-limit", "1"])
        let host = "HTTP/1.1\r\nHost: localhost\r\n"
        let stubborn = [
            "", "GET /api/hea", "GET /api/health \(host)\r\n",
            "POST /api/auth/callback/credentials \(host)Content-Length: 1000\r\n\r\nabc",
            "POST /api/auth/callback/credentials \(host)Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            "PUT /api/storage/x \(host)Content-Length: 100000000\r\n\r\nabc",
        ]
        var clients: [RawClient] = []
        for words in stubborn {
            let client = try await RawClient(port: server.port, receiveBuffer: 4096)
            try await client.send(words)
            clients.append(client)
        }
        let start = ContinuousClock.now
        #expect(await server.stop() == 0)
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(server.child.errorText.isEmpty, "\(server.child.errorText)")
        withExtendedLifetime(clients) {}
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
        while try DataFolder.isInUse(data), ContinuousClock.now - start < .seconds(120) {
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
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
