import Foundation
import Model
import Testing
import Wire

@testable import Server

/// What browsers are told, on the real program (SAFETY 2.3-2, -3, -4 and -13).
@Suite(.serialized) struct PageSecurityTests {
    private static func policy(_ answer: Answer) -> [String: String] {
        var parts: [String: String] = [:]
        for part in (answer.header("Content-Security-Policy") ?? "").split(separator: ";") {
            let words = part.split(separator: " ", maxSplits: 1)
            guard let name = words.first else { continue }
            parts[String(name)] = words.count > 1 ? String(words[1]) : ""
        }
        return parts
    }

    @Test func `every answer carries the whole set of headers`() async throws {
        let folder = try TemporaryFolder()
        let server = try await ServedFolder("\(folder.path)/data", ["--rate-limit", "off"])
        let paths = [
            "/", "/signin", "/password", "/nonsense", "/api/nonsense", "/api/projects", "/api/auth/csrf",
            "/health/live",
            "/metrics", "/api/model/tags/findMany", "/api/storage/x", "/assets/x/y.js", "/projects/1",
        ]
        for path in paths {
            for verb in ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE", "BREW"] {
                let client = try await RawClient(port: server.port)
                try await client.send(
                    "\(verb) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                let answer = await client.readToEnd()
                let place = "\(verb) \(path) \(answer.statuses)"
                #expect(answer.statuses.count == 1 && (answer.statuses.first ?? 500) < 500, "\(place)")
                #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(place)")
                #expect(answer.header("X-Frame-Options") == "DENY", "\(place)")
                #expect(answer.header("Referrer-Policy") == "same-origin", "\(place)")
                #expect(answer.header("Cross-Origin-Opener-Policy") == "same-origin", "\(place)")
                #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin", "\(place)")
                #expect(answer.header("Permissions-Policy") != nil, "\(place)")
                #expect(answer.header("Server") == nil && answer.header("X-Powered-By") == nil, "\(place)")
                let policy = Self.policy(answer)
                #expect(policy["default-src"] == "'none'" && policy["frame-ancestors"] == "'none'", "\(place)")
                let isPage = answer.header("Content-Type")?.hasPrefix("text/html") == true
                if isPage {
                    #expect(policy["base-uri"] == "'none'" && policy["form-action"] == "'self'", "\(place)")
                    #expect(policy["require-trusted-types-for"] == "'script'", "\(place)")
                    #expect(answer.header("Cache-Control") == "no-store", "\(place)")
                }
                let all = answer.header("Content-Security-Policy") ?? ""
                #expect(!all.contains("unsafe") && !all.contains("*") && !all.contains("http"), "\(place)")
            }
        }
        #expect(await server.stop() == 0)
    }

    @Test func `pages run no inline scripts`() async throws {
        let folder = try TemporaryFolder()
        let server = try await ServedFolder("\(folder.path)/data")
        let page = try await server.get("/signin")
        #expect(page.statuses == [200])
        let html = page.body.lowercased()
        for start in html.ranges(of: "<script") {
            let tag = html[start.lowerBound...].prefix { $0 != ">" }
            #expect(tag.contains("src=\"/assets/") || tag.contains("type=\"application/json\""), "\(tag)")
        }
        #expect(!html.contains(" onclick=") && !html.contains(" onload=") && !html.contains("style=\""))
        #expect(await server.stop() == 0)
    }

    @Test func `no file of the folder or the source is served`() async throws {
        let folder = try TemporaryFolder()
        let server = try await ServedFolder("\(folder.path)/data")
        for path in [
            "/assay.db", "/secret.key", "/../secret.key", "/assets/../secret.key", "/assets/%2e%2e/secret.key",
            "/.git/config",
            "/.env", "/assets/../../Package.swift", "/Package.swift", "/assets/x/..%2f..%2fsecret.key",
            "/audit-heads.log",
            "/attachments/", "/tmp/", "/backup.tar", "/server-status", "/debug/pprof",
        ] {
            let answer = try await server.get(path)
            // Pages send whoever is not signed in to the sign-in, whatever the path.
            #expect([303, 307, 302, 404, 400].contains(answer.statuses.first ?? 0), "\(path): \(answer.statuses)")
            #expect(!answer.text.contains("SQLite format") && !answer.text.contains("swift-tools-version"), "\(path)")
            if let place = answer.header("Location") {
                #expect(place.hasPrefix("/signin"), "\(path) leads to \(place)")
            }
        }
        #expect(await server.stop() == 0)
    }

    @Test(arguments: [false, true])
    func `the session cookie is for this server and no script`(isSecure: Bool) async throws {
        let folder = try TemporaryFolder()
        let extra = isSecure ? ["--base-url", "https://localhost"] : []
        let server = try await ServedFolder("\(folder.path)/data", extra)
        let password = try #require(server.password)
        let cookies = try await server.cookies(
            "admin@example.com", password, origin: isSecure ? "https://localhost" : nil)
        let name = SessionCookie.name(isSecure: isSecure)
        let cookie = try #require(cookies.first { $0.hasPrefix("\(name)=") }, "\(cookies)")
        let words = Set(cookie.components(separatedBy: "; ").dropFirst())
        #expect(words.isSuperset(of: ["HttpOnly", "SameSite=Lax", "Path=/"]), "\(cookie)")
        #expect(words.contains("Secure") == isSecure)
        #expect(!cookie.contains("Domain="))
        let value = cookie.dropFirst(name.count + 1).prefix { $0 != ";" }
        #expect(value.utf8.count == 43, "256 bits")
        let database =
            try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/data/assay.db"))
            + Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/data/assay.db-wal"))
        #expect(database.range(of: Data(value.utf8)) == nil, "only its hash is kept")
        #expect(await server.stop() == 0)
    }
}
