import Engine
import Foundation
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

@testable import DialectTestPlanIt

/// Bodies, paths and credentials that are no good: each gets a clear word in the surface's own form and leaves nothing.
@Suite struct BadRequestTests {
    /// One surface for each of the three forms of a refusal.
    private static let surfaces = [
        (path: "/api/projects", form: "envelope"), (path: "/api/api-tokens", form: "plain"),
        (path: "/api/model/tags/create", form: "model"),
    ]

    /// The words of a refusal, when it has exactly the members of its form.
    private static func words(_ answer: SurfaceAnswer, _ form: String) -> String? {
        guard let error = answer.json?["error"] else { return nil }
        switch form {
        case "envelope": return error["code"]?.string == nil ? nil : error["message"]?.string
        case "plain": return answer.json?["code"]?.string == nil ? nil : error.string
        default: return error["message"]?.string ?? (answer.json?["code"]?.string == nil ? nil : error.string)
        }
    }

    static let bodies: [(name: String, bytes: [UInt8], word: String)] = {
        let deep = String(repeating: "{\"a\":", count: 70) + "1" + String(repeating: "}", count: 70)
        return [
            ("nothing", [], "body"), ("no JSON", Array("name=x".utf8), "line 1, column"),
            ("cut short", Array("{\"name\":\n \"x".utf8), "line 2"), ("a list", Array("[1]".utf8), "object"),
            ("a name twice", Array(#"{"name":"a","name":"b"}"#.utf8), "line 1, column"),
            ("U+0000", Array(#"{"name":"a\u0000b"}"#.utf8), "line 1, column"), ("too deep", Array(deep.utf8), "64"),
            ("half a character", Array(#"{"name":"\ud800"}"#.utf8), "line 1, column"),
            ("bad UTF-8", Array(#"{"name":""#.utf8) + [0xFF] + Array(#""}"#.utf8), "line 1, column"),
            ("a large number", Array(#"{"name":1e400}"#.utf8), "line 1, column"),
            ("more text", Array(#"{"name":"a"} x"#.utf8), "line 1, column"),
        ]
    }()

    @Test(arguments: Backend.all)
    func `a body that is no good JSON is refused with its place`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let census = try await world.census()
            for (path, form) in Self.surfaces {
                for (name, bytes, word) in Self.bodies {
                    let answer = try await world.send(
                        .post, path, as: "admin", type: "application/json", body: .bytes(bytes))
                    #expect(answer.status == 400, "\(path), \(name): \(answer)")
                    let words = Self.words(answer, form)
                    #expect(words?.contains(word) == true, "\(path), \(name): \(answer)")
                }
                let large = Array("{\"name\":\"\(String(repeating: "x", count: 3 << 20))\"}".utf8)
                let answer = try await world.send(
                    .post, path, as: "admin", type: "application/json", body: .bytes(large))
                #expect(answer.status == 413, "\(path): \(answer)")
                #expect(Self.words(answer, form) != nil, "\(path): \(answer)")
            }
            #expect(try await world.census() == census)
        }
    }

    /// A body that never ends is read up to the limit and not further.
    @Test func `an endless body is given up at the limit`() async throws {
        try await TestWorld.with(.sqlite) { world in
            for (path, limit) in [
                ("/api/projects", 3 << 20), ("/api/upload-avatar", Int(Engine.fileLimit) + (1 << 20)),
            ] {
                let source = Endless()
                let isForm = path.hasSuffix("avatar")
                let type = isForm ? "multipart/form-data; boundary=b" : "application/json"
                let answer = try await world.send(
                    .post, path, as: "admin", type: type, body: source.body(isForm: isForm))
                #expect(answer.status == 413, "\(path): \(answer)")
                let sent = await source.sent
                #expect(sent < limit, "\(path) took \(sent) bytes")
            }
            #expect(world.files().isEmpty, "\(world.files())")
        }
    }

    @Test(arguments: Backend.all)
    func `unknown fields and too many levels are refused by name`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let census = try await world.census()
            var nested = "{\"select\":{\"id\":true}}"
            for _ in 0..<12 { nested = "{\"include\":{\"project\":{\"include\":{\"testRuns\":\(nested)}}}}" }
            let q = PercentEncoding.encoded(nested)
            let deep = try await world.send(.get, "/api/model/testRuns/findMany?q=\(q)", as: "admin")
            #expect(deep.status == 400, "\(deep)")
            #expect(deep.refusal?.contains("nested deeper") == true, "\(deep)")
            for (body, field) in [(#"{"data":{"name":"a","colour":1}}"#, "colour"), (#"{"date":{}}"#, "da")] {
                let answer = try await world.send(
                    .post, "/api/model/tags/create", as: "admin", type: "application/json",
                    body: .bytes(Array(body.utf8)))
                #expect(answer.status == 400 && answer.refusal?.contains(field) == true, "\(body): \(answer)")
            }
            let many = (0..<2000).map { "{\"name\":\"\($0)\"}" }.joined(separator: ",")
            let wide = PercentEncoding.encoded("{\"where\":{\"OR\":[\(many)]}}")
            let answer = try await world.send(.get, "/api/model/tags/findMany?q=\(wide)", as: "admin")
            #expect(answer.status == 400, "\(answer)")
            #expect(try await world.census() == census)
        }
    }

    @Test(arguments: Backend.all)
    func `U+0000 is refused wherever it stands, on both databases alike`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let census = try await world.census()
            for target in [
                "/api/projects/%00", "/api/projects/a%00b", "/api/projects?search=%00", "/api/projects?%00=1",
                "/api/search?q=a%00", "/api/model/tags/findMany?q=%7B%22where%22%3A%7B%22name%22%3A%22%00%22%7D%7D",
                "/api/model/tags/findMany?q=%7B%22where%22%3A%7B%22name%22%3A%22%5Cu0000%22%7D%7D",
            ] {
                let answer = try await world.send(.get, target, as: "admin")
                #expect(answer.status == 400 && answer.refusal != nil, "\(target): \(answer)")
            }
            let form = try await world.send(
                .post, "/api/auth/callback/credentials", type: "application/x-www-form-urlencoded",
                body: .bytes(Array("email=a%00b&password=x&csrfToken=y".utf8)))
            #expect(form.status < 500, "\(form)")
            let field = try await world.upload(
                "/api/assay/submit", as: "manager", [("project", "Sh\u{0}op"), ("run", "r")], files: [])
            #expect(field.status == 400, "\(field)")
            #expect(try await world.census() == census)
        }
    }

    static let paths = [
        "../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//etc/passwd", "/etc/passwd",
        "%2fetc%2fpasswd", "..%5c..%5cassay.sqlite", "..%00/assay.sqlite", "%00", "assay.sqlite", "../assay.sqlite",
        "attachments/../assay.sqlite", "..%252fassay.sqlite", "file:///etc/passwd", "~/.ssh/id_rsa", "con", "*",
        "%c0%ae%c0%ae/assay.sqlite", "..;/assay.sqlite", "\u{202E}", String(repeating: "a", count: 3000),
    ]

    @Test(arguments: Backend.all)
    func `no path leads out of the stored files`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            for path in Self.paths {
                for person in ["admin", "stranger"] {
                    let answer = try await world.send(.get, "/api/storage/\(path)", as: person)
                    #expect(answer.status == (path.contains("%00") ? 400 : 404), "\(path): \(answer)")
                }
                let put = try await world.send(
                    .put, "/api/storage/\(path)?size=1&expires=9999999999999&signature=x", body: .bytes([65]))
                #expect((400...404).contains(put.status), "\(path): \(put)")
            }
            #expect(world.files().isEmpty, "\(world.files())")
        }
    }

    @Test(arguments: Backend.all)
    func `names of uploads are data, never paths`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let names = [
                "../../evil.txt", "..\\evil.txt", "/etc/cron.d/evil", "a\u{202E}txt.exe", "nul\u{1}.txt", ".htaccess",
                String(repeating: "n", count: 500) + ".txt", "%2e%2e%2fevil", "x; filename=y.html", "CON",
            ]
            for name in names {
                let answer = try await world.upload(
                    "/api/upload-attachment", as: "manager", [("prependString", name)],
                    files: [("file", name.replacing("\"", with: ""), Array("<script>alert(1)</script>".utf8))])
                guard answer.status < 300 else {
                    #expect((400...422).contains(answer.status), "\(name): \(answer)")
                    continue
                }
            }
            for path in world.files() {
                let parts = path.split(separator: "/")
                #expect(parts.first == "attachments" || parts.first == "tmp", "\(path) lies elsewhere")
                for part in parts { #expect(!part.contains("evil") && part != "..", "\(path) has the client's name") }
            }
            let root = URL(fileURLWithPath: world.dataFolder).deletingLastPathComponent()
            let around = try FileManager.default.contentsOfDirectory(atPath: root.path)
            #expect(!around.contains { $0.contains("evil") })
        }
    }

    @Test(arguments: Backend.all)
    func `credentials that are no good get 401 and their reason in every form`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let (expired, barred) = try await world.engine.write(as: .system) { [world] work throws(DomainError) in
                let tester = world.person("tester").id
                let short = try work.createToken(user: tester, name: "short", expiresAt: work.time + 1000)
                let off = try work.createToken(user: world.person("reader").id, name: "off", expiresAt: nil)
                try work.update("ApiToken", [Change(off.id, set: ["isActive": false])])
                return (short.token, off.token)
            }
            world.clock.advance(milliseconds: 2000)
            let tokens = [
                "", "x", "tpi_", "tpi_" + String(repeating: "x", count: 43), expired, barred, "null", "Bearer",
                String(repeating: "y", count: 5000), "tpi_\u{FFFD}",
            ]
            for (path, form) in Self.surfaces {
                for token in tokens {
                    let answer = try await world.send(
                        .post, path, token: token, type: "application/json", body: .bytes(Array("{}".utf8)))
                    #expect(answer.status == 401, "\(path) \(token.prefix(50)): \(answer)")
                    #expect(Self.words(answer, form) != nil, "\(path) \(token.prefix(50)): \(answer)")
                    #expect(answer.header("WWW-Authenticate") == "Bearer")
                }
                let basic = try await world.send(.post, path, headers: [("Authorization", "Basic YTpi")])
                #expect(basic.status == 401, "\(path): \(basic)")
            }
        }
    }
}

/// A body without end.
private actor Endless {
    private(set) var sent = 0
    private var isBegun = false

    nonisolated func body(isForm: Bool) -> Body {
        Body(length: nil) { () async throws(DomainError) -> [UInt8]? in await self.next(isForm) }
    }

    private func next(_ isForm: Bool) -> [UInt8] {
        var piece = [UInt8](repeating: UInt8(ascii: " "), count: 64 << 10)
        if isForm, !isBegun {
            let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
            piece = Array(head.utf8) + piece
        }
        isBegun = true
        sent += piece.count
        return piece
    }
}
