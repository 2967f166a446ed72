import Foundation
import Model
import Synchronization
import TestKit
import Testing
import Wire

@testable import Server

/// Kills the real program in the middle of acknowledged writes (SAFETY D1, D3 and D6).
@Suite(.serialized) struct CrashTests {
    @Test(arguments: Backend.all)
    func `every acknowledged write outlives a kill`(_ backend: Backend) async throws {
        let scratch = backend == .postgres ? try await ScratchDatabase.make() : nil
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        do {
            try await crash(data, database: scratch?.url)
        } catch {
            try? await scratch?.drop()
            throw error
        }
        try await scratch?.drop()
    }

    private func crash(_ data: String, database: String?) async throws {
        let place = database.map { ["--database", $0] } ?? []
        let options = place + ["--rate-limit", "off"]
        var server = try await ServedFolder(data, options)
        let token = try await Self.token(data, place)
        let made = try await server.post("/api/projects", #"{"name":"Crash"}"#, token: token)
        try #require(made.statuses == [201], "\(made.text)")

        let promises = Promises()
        let start = ContinuousClock.now
        var cycle = 0
        // Twice at least, then as often as fits.
        while cycle < 2 || (cycle < 6 && ContinuousClock.now - start < .seconds(12)) {
            cycle += 1
            try await write(server, token, promises, cycle)
            server = try await ServedFolder(data, options)
            try await promises.check(server, token)
        }
        let (tags, reports) = promises.counts
        #expect(tags >= cycle * 20 && reports >= cycle, "\(tags) tags and \(reports) reports in \(cycle) kills")
        #expect(await server.stop() == 0)
        let doctor = try await Executable.run(["doctor", "--data", data] + place)
        #expect(doctor.code == 0, "\(doctor.output)")
        #expect(doctor.output.contains("chains are as they were written"))
    }

    static func token(_ data: String, _ place: [String]) async throws -> String {
        let user = try await Executable.run(
            [
                "user", "create", "--data", data, "--email", "kim@example.com", "--name", "Kim", "--password-stdin",
                "--admin",
            ] + place, input: "correct horse battery\n")
        try #require(user.code == 0, "\(user.errors)")
        let token = try await Executable.run(
            ["token", "create", "--data", data, "--user", "kim@example.com", "--name", "ci"] + place)
        try #require(token.code == 0, "\(token.errors)")
        return token.output.trimmingCharacters(in: .newlines)
    }

    /// Several clients write until the server is gone; it is killed once each kind of write was acknowledged.
    private func write(_ server: ServedFolder, _ token: String, _ promises: Promises, _ cycle: Int) async throws {
        let before = promises.counts
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<5 {
                group.addTask {
                    var number = 0
                    while true {
                        number += 1
                        let name = "c-\(cycle)-\(client)-\(number)"
                        let isDone =
                            client == 0
                            ? await Self.submit(server, token, name) : await Self.tag(server, token, name)
                        guard let isDone else { return }
                        if isDone { promises.keep(name, isReport: client == 0) }
                    }
                }
            }
            group.addTask {
                let isBusy = try await ServerKit.until {
                    let now = promises.counts
                    return now.tags - before.tags >= 20 && now.reports - before.reports >= 1
                }
                server.child.signal(SIGKILL)
                _ = await server.child.wait()
                #expect(isBusy)
            }
            try await group.waitForAll()
        }
    }

    /// True when the write was acknowledged, `nil` when the server is gone.
    private static func tag(_ server: ServedFolder, _ token: String, _ name: String) async -> Bool? {
        guard
            let answer = try? await server.post(
                "/api/model/tags/create", #"{"data":{"name":"\#(name)"}}"#, token: token)
        else { return nil }
        return answer.statuses == [201] && answer.body.contains("\"\(name)\"") ? true : nil
    }

    static let testsPerReport = 30

    private static func submit(_ server: ServedFolder, _ token: String, _ name: String) async -> Bool? {
        var report = "<testsuite name=\"\(name)\">"
        for number in 0..<testsPerReport {
            report += "<testcase name=\"t\(number)\" classname=\"\(name)\" time=\"1\"/>"
        }
        report += "</testsuite>"
        let mark = "----crash"
        var form = ""
        for (field, value) in [("project", "Crash"), ("run", "Crash")] {
            form += "--\(mark)\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n"
        }
        form += "--\(mark)\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\(name).xml\"\r\n\r\n"
        form += "\(report)\r\n--\(mark)--\r\n"
        let type = "multipart/form-data; boundary=\(mark)"
        guard let answer = try? await server.post("/api/assay/submit", form, token: token, type: type) else {
            return nil
        }
        return answer.body.contains("\"complete\":true") ? true : nil
    }
}

/// What the server has acknowledged.
private final class Promises: Sendable {
    private let names = Mutex<(tags: Set<String>, reports: Set<String>)>(([], []))

    var counts: (tags: Int, reports: Int) { names.withLock { ($0.tags.count, $0.reports.count) } }

    func keep(_ name: String, isReport: Bool) {
        names.withLock { names in
            _ = isReport ? names.reports.insert(name) : names.tags.insert(name)
        }
    }

    /// Finds all of it again, each change with its audit entry and each report as a whole.
    func check(_ server: ServedFolder, _ token: String) async throws {
        let (tags, reports) = names.withLock { ($0.tags, $0.reports) }
        let found = try await Promises.rows(server, token, "tags", #"{"select":{"name":true}}"#)
        let lost = tags.subtracting(found.compactMap { $0["name"]?.string })
        #expect(lost.isEmpty, "\(lost.count) of \(tags.count) acknowledged tags are lost: \(lost.sorted().prefix(5))")
        let entries = try await Promises.number(
            server, token, "auditLog/count", #"{"where":{"entityType":"Tag","action":"CREATE"}}"#)
        #expect(entries == found.count, "a tag and its audit entry are one transaction")

        let query = #"{"select":{"name":true,"_count":{"select":{"results":true}}}}"#
        let suites = try await Promises.rows(server, token, "jUnitTestSuite", query)
        let missing = reports.subtracting(suites.compactMap { $0["name"]?.string })
        #expect(missing.isEmpty, "acknowledged reports are lost: \(missing.sorted().prefix(5))")
        for suite in suites {
            #expect(suite["_count"]?["results"]?.integer == Int64(CrashTests.testsPerReport), "half a report: \(suite)")
        }
    }

    private static func get(_ server: ServedFolder, _ token: String, _ path: String, _ q: String) async throws -> JSON {
        let answer = try await server.get("/api/model/\(path)?q=\(PercentEncoding.encoded(q))", token: token)
        try #require(answer.statuses == [200], "\(path) \(answer.text.prefix(500))")
        return try JSONReader.parse(answer.body)["data"] ?? .null
    }

    private static func number(
        _ server: ServedFolder, _ token: String, _ path: String, _ q: String
    ) async throws -> Int { Int(try await get(server, token, path, q).integer ?? -1) }

    private static func rows(
        _ server: ServedFolder, _ token: String, _ model: String, _ query: String
    ) async throws -> [JSON] {
        var rows: [JSON] = []
        while true {
            let page = #"{"skip":\#(rows.count),"take":500,"orderBy":{"id":"asc"},\#(query.dropFirst())"#
            let found = try await get(server, token, "\(model)/findMany", page).array ?? []
            rows += found
            if found.count < 500 { return rows }
        }
    }
}

/// Uploads that are too large, on the real program.
@Suite(.serialized) struct LargeUploadTests {
    @Test func `two gigabytes are refused at once, in the words of the surface and in little memory`() async throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        let server = try await ServedFolder(data, ["--rate-limit", "off"])
        let token = try await CrashTests.token(data, [])
        let before = try #require(Self.residentBytes(server.child.process))
        for (path, type) in [
            ("/api/assay/submit", "multipart/form-data; boundary=b"), ("/api/projects", "application/json"),
            ("/api/upload-attachment", "multipart/form-data; boundary=b"),
        ] {
            let client = try await RawClient(port: server.port)
            try await client.send(
                """
                POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\
                Content-Type: \(type)\r\nContent-Length: 2147483648\r\n\r\n
                """)
            let start = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xml\"\r\n\r\n"
            try? await client.send(type.hasPrefix("multipart") ? start : "{\"name\":\"")
            // The refusal comes while the client still sends.
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            for _ in 0..<110 {
                do { try await client.send(piece) } catch { break }
            }
            let answer = await client.readToEnd()
            #expect(answer.statuses == [413] || answer.ending == .reset, "\(path): \(answer.text.prefix(300))")
            if answer.statuses == [413] { #expect(answer.text.contains("PAYLOAD_TOO_LARGE"), "\(answer.text)") }
        }
        let after = try #require(Self.residentBytes(server.child.process))
        #expect(after - before < 96 << 20, "\(before >> 20) MB before, \(after >> 20) MB after")
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(data)/tmp")
        #expect(left.isEmpty, "\(left)")
        #expect(await server.stop() == 0)
    }

    private static func residentBytes(_ process: pid_t) -> Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/statm") else { return nil }
        let pages = String(decoding: data, as: UTF8.self).split(separator: " ").dropFirst().first
        return pages.flatMap { Int($0) }.map { $0 * Int(getpagesize()) }
    }
}
