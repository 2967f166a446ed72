import Engine
import Foundation
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

@testable import DialectTestPlanIt

/// Reports that are hostile or broken: named in the surface's own form, and nothing is left of them (issue: bad input).
@Suite struct BadReportTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        /// What the refusal must say.
        let words: [String]

        var testDescription: String { name }

        init(_ name: String, _ text: String, _ words: String...) {
            self.init(name, Array(text.utf8), words)
        }

        init(_ name: String, _ bytes: [UInt8], _ words: [String]) {
            self.name = name
            self.bytes = bytes
            self.words = words
        }
    }

    private static let good = #"<testsuite name="good"><testcase name="a" classname="b"/></testsuite>"#

    static let corpus: [Bad] = {
        var bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY a \"lol\">\n"
        for (name, other) in zip("bcdefghij", "abcdefghi") {
            bomb += "<!ENTITY \(name) \"\(String(repeating: "&\(other);", count: 10))\">\n"
        }
        bomb += "]>\n<testsuite name=\"&j;\"><testcase name=\"&j;\"/></testsuite>"
        let outside = "<!DOCTYPE s [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><testsuite name=\"&x;\"/>"
        var attributes = "<testsuite name=\"s\"><testcase name=\"t\""
        for number in 0..<400 { attributes += " a\(number)=\"1\"" }
        var deep = ""
        for _ in 0..<300 { deep += "<testsuite name=\"d\">" }
        let many = "<testsuite name=\"s\">\n<testcase name=\"one\"/>\n<testcase name=\"two\">\n<failure message=\"x\">"
        let zip: [UInt8] = [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0] + Array(repeating: 0x41, count: 400)
        return [
            Bad("an entity bomb", bomb, "line 2"), Bad("an entity of a file", outside, "line 1"),
            Bad("a zip archive", zip, ["zip"]),
            Bad("a gzip stream", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0] + Array(repeating: 7, count: 100), ["gzip"]),
            Bad("a truncated report", many, "line 4"), Bad("an empty file", "", "empty"),
            Bad("a page of HTML", "<html><body>Sign in</body></html>", "html"),
            Bad("JSON", #"{"tests": []}"#), Bad("noise", (0..<999).map { UInt8(truncatingIfNeeded: $0 &* 37) }, []),
            Bad("many attributes", attributes + "/></testsuite>", "256", "line 1"),
            Bad("deep nesting", deep, "128", "line 1"),
            Bad("crossed tags", "<testsuite name=\"a\">\n<testcase name=\"b\"></testsuite>", "line 2"),
            Bad("two roots", "\(good)\n\(good)", "line 2"),
        ]
    }()

    /// The three ways in, each with its own form.
    private static func send(
        _ way: String, _ world: TestWorld, _ run: Int64, _ files: [(field: String, name: String, bytes: [UInt8])]
    ) async throws -> SurfaceAnswer {
        switch way {
        case "submit":
            return try await world.upload(
                "/api/assay/submit", as: "manager", [("project", "Shop"), ("run", "Nightly")], files: files)
        case "import":
            return try await world.upload(
                "/api/test-results/import", as: "manager", [("projectId", "\(world.project.id)"), ("name", "Nightly")],
                files: files)
        default:
            return try await world.upload(
                "/api/junit/import", as: "manager", [("testRunId", "\(run)"), ("createTestCases", "true")],
                files: files.map { ("file", $0.name, $0.bytes) })
        }
    }

    @Test(arguments: Backend.all, ["submit", "import", "junit"])
    func `a broken report is refused by name and leaves nothing behind`(_ backend: Backend, _ way: String) async throws
    {
        try await TestWorld.with(backend) { world in
            let manager = try await world.caller("manager")
            let project = world.project.id
            let run = try await world.engine.write(as: manager) { work throws(DomainError) in
                try work.createRun(project: project, ["name": "Bad", "testRunType": "JUNIT"], members: [])
            }
            let (census, files) = (try await world.census(), world.files())
            for bad in Self.corpus {
                let uploads = [
                    (field: "files", name: "good.xml", bytes: Array(Self.good.utf8)),
                    (field: "files", name: "bad report.xml", bytes: bad.bytes),
                ]
                let answer = try await Self.send(way, world, run, way == "junit" ? [uploads[1]] : uploads)
                let words = try #require(answer.refusal, "\(bad.name): \(answer)")
                #expect(words.contains("bad report.xml"), "\(bad.name): \(words)")
                for word in bad.words { #expect(words.lowercased().contains(word), "\(bad.name): \(words)") }
                if way == "junit" { #expect(answer.status == 422, "\(bad.name): \(answer)") }
                #expect(!answer.text.contains("root:x"), "a file of the server is in the answer")
                #expect(try await world.census() == census, "\(bad.name) left rows")
                #expect(world.files() == files, "\(bad.name) left files")
            }
            // The same way in is open for a sound one.
            let sound = try await Self.send(way, world, run, [("files", "good.xml", Array(Self.good.utf8))])
            #expect(sound.refusal == nil, "\(sound)")
            #expect(try await world.census()["JUnitTestResult"] == (census["JUnitTestResult"] ?? 0) + 1)
        }
    }

    @Test(arguments: Backend.all)
    func `a wrong project, run or form is told from a wrong file`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let census = try await world.census()
            let file = [(field: "files", name: "good.xml", bytes: Array(Self.good.utf8))]
            let refused: [(String, String, [(String, String)], Int)] = [
                ("/api/assay/submit", "manager", [("project", "Nowhere"), ("run", "r")], 404),
                ("/api/assay/submit", "stranger", [("project", "Shop"), ("run", "r")], 404),
                ("/api/assay/submit", "manager", [("run", "r")], 400),
                ("/api/assay/submit", "manager", [("project", "Shop")], 400),
                ("/api/junit/import", "manager", [("testRunId", "999999")], 422),
            ]
            for (path, person, fields, status) in refused {
                let files = path.hasSuffix("junit/import") ? file.map { ("file", $0.name, $0.bytes) } : file
                let answer = try await world.upload(path, as: person, fields, files: files)
                #expect(answer.status == status || answer.status == 404, "\(path) \(fields): \(answer)")
                #expect(answer.refusal != nil, "\(path) \(fields): \(answer)")
            }
            for (type, body) in [
                ("multipart/form-data", "x"), ("multipart/form-data; boundary=b", "--b\r\nno header"),
                ("application/json", "{}"), ("multipart/form-data; boundary=b", ""),
            ] {
                let answer = try await world.send(
                    .post, "/api/assay/submit", as: "manager", type: type, body: .bytes(Array(body.utf8)))
                #expect(answer.status == 400 || answer.status == 415, "\(type) \(body): \(answer)")
                #expect(answer.refusal != nil)
            }
            let reader = try await world.upload(
                "/api/assay/submit", as: "reader", [("project", "Shop"), ("run", "r")], files: file)
            #expect(reader.refusal != nil, "\(reader)")
            #expect(try await world.census() == census)
            #expect(world.files().isEmpty)
        }
    }
}
