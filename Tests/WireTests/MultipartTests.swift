import Foundation
import HTTPTypes
import Model
import Testing

@testable import Wire

@Suite struct MultipartTests {
    struct Seen: Equatable {
        var name: String
        var fileName: String?
        var mediaType: String?
        var bytes: [UInt8]
    }

    static let boundary = "----XyZ"

    static func call(_ bytes: [UInt8], pieces: Int? = nil, boundary: String = boundary) -> Call {
        let source = Pieces(bytes, pieces ?? max(bytes.count, 1))
        let body = Body(length: nil) { () async throws(DomainError) -> [UInt8]? in await source.next() }
        return Call(
            method: .post, path: "/", headers: [.contentType: "multipart/form-data; boundary=\(boundary)"], body: body)
    }

    actor Pieces {
        private var rest: ArraySlice<UInt8>
        private let size: Int

        init(_ bytes: [UInt8], _ size: Int) {
            rest = bytes[...]
            self.size = size
        }

        func next() -> [UInt8]? {
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
    }

    static func read(_ call: Call, limits: MultipartReader.Limits = .init()) async throws(DomainError) -> [Seen] {
        var reader = try MultipartReader(call, limits: limits)
        var seen: [Seen] = []
        while let part = try await reader.next() {
            var bytes: [UInt8] = []
            while let piece = try await reader.piece() { bytes += piece }
            seen.append(Seen(name: part.name, fileName: part.fileName, mediaType: part.mediaType, bytes: bytes))
        }
        return seen
    }

    static func form(_ parts: [(head: String, content: String)], boundary: String = boundary) -> [UInt8] {
        var text = ""
        for part in parts { text += "--\(boundary)\r\n\(part.head)\r\n\r\n\(part.content)\r\n" }
        return Array((text + "--\(boundary)--\r\n").utf8)
    }

    static func field(_ name: String) -> String { "Content-Disposition: form-data; name=\"\(name)\"" }

    @Test func `fields and files arrive in order`() async throws {
        let bytes = Self.form([
            (Self.field("project"), "Shop"),
            (
                "content-disposition: form-data; filename=\"a b.xml\"; name=\"files\"\r\nContent-Type: Text/XML; charset=utf-8",
                "<a/>"
            ),
            (Self.field("empty"), ""),
        ])
        let seen = try await Self.read(Self.call(bytes))
        #expect(
            seen == [
                Seen(name: "project", bytes: Array("Shop".utf8)),
                Seen(name: "files", fileName: "a b.xml", mediaType: "text/xml", bytes: Array("<a/>".utf8)),
                Seen(name: "empty", bytes: []),
            ])
    }

    @Test func `the result does not depend on how the body is cut`() async throws {
        let tricky = [
            "\r\n--", "--\(Self.boundary)", "\r\n--\(Self.boundary)x", "\r\n--\(Self.boundary) x", "\r", "\r\n",
            "\r\r\n", "-",
            "\r\n--\(Self.boundary)-", "\u{0}", String(repeating: "\r\n--", count: 9), "plain",
        ]
        var generator = SystemRandomNumberGenerator()
        for round in 0..<60 {
            var parts: [(head: String, content: String)] = []
            for index in 0..<Int.random(in: 1...4, using: &generator) {
                let words = (0..<Int.random(in: 0...5, using: &generator)).compactMap { _ in
                    tricky.randomElement(using: &generator)
                }
                let content = words.joined()
                parts.append((Self.field("p\(index)"), Self.hasBoundary(content) ? "plain" : content))
            }
            let bytes = (round % 2 == 0 ? Array("preamble\r\n".utf8) : []) + Self.form(parts) + Array("epilogue".utf8)
            let expected = parts.map {
                Seen(name: String($0.head.split(separator: "\"")[1]), bytes: Array($0.content.utf8))
            }
            for size in [1, 2, 3, 5, 7, 16, 33, bytes.count] {
                do {
                    let seen = try await Self.read(Self.call(bytes, pieces: size))
                    #expect(seen == expected, "pieces of \(size)")
                } catch {
                    Issue.record("\(error) for \(parts.map(\.content)) in pieces of \(size)")
                }
            }
        }
    }

    /// True when a content by itself would end its part.
    private static func hasBoundary(_ content: String) -> Bool {
        let bytes = Array("\r\n\(content)\r\n".utf8)
        let delimiter = Array("\r\n--\(boundary)".utf8)
        for start in bytes.indices where bytes[start...].starts(with: delimiter) {
            let rest = bytes[(start + delimiter.count)...]
            if rest.starts(with: Array("--".utf8)) || rest.drop(while: { $0 == 0x20 }).starts(with: [0x0D, 0x0A]) {
                return true
            }
        }
        return false
    }

    @Test func `blanks after a boundary are allowed`() async throws {
        let text = "--\(Self.boundary) \t\r\n\(Self.field("a"))\r\n\r\n1\r\n--\(Self.boundary)-- \r\n"
        #expect(try await Self.read(Self.call(Array(text.utf8), pieces: 1)) == [Seen(name: "a", bytes: [0x31])])
    }

    @Test(arguments: [
        ("form-data; name=a; filename=b.xml", "a", "b.xml"),
        (#"form-data; name="a"; filename="b\"c.xml""#, "a", "b\"c.xml"),
        (#"form-data; name="a"; filename="b%22c.xml""#, "a", "b\"c.xml"),
        (#"form-data; name="a"; filename="C:\dir\b.xml""#, "a", #"C:\dir\b.xml"#),
        (#"form-data; name="a;b"; filename="ä;=.xml""#, "a;b", "ä;=.xml"),
        (#"form-data; name="a"; filename="x"; filename*=UTF-8''%E2%82%AC.xml"#, "a", "€.xml"),
        ("form-data; name=\"a\"; filename=\"b\u{202E}\u{7}.xml\"", "a", "b.xml"),
        (#"form-data; name="a"; filename="""#, "a", ""),
        (#"FORM-DATA; NAME="a"; FileName="b""#, "a", "b"),
    ])
    func `names are read as clients write them`(header: String, name: String, fileName: String) async throws {
        let seen = try await Self.read(Self.call(Self.form([("Content-Disposition: \(header)", "x")])))
        #expect(seen.first?.name == name)
        #expect(seen.first?.fileName == fileName)
    }

    @Test func `a long file name keeps its end`() {
        let name = FileName.cleaned(String(repeating: "é", count: 300) + ".xml")
        #expect(name.count == 200)
        #expect(name.hasSuffix(".xml"))
    }

    @Test(arguments: [
        ("", "before its last boundary"),
        ("--X\r\n", "before its last boundary"),
        ("--X\r\n\(field("a"))\r\n\r\nabc", "before its last boundary"),
        ("--X\r\n\(field("a"))\r\n\r\nabc\r\n--X\r\n", "before its last boundary"),
        ("--X\r\n\r\nabc\r\n--X--", "no headers"),
        ("--X\r\nContent-Type: text/plain\r\n\r\nabc\r\n--X--", "no form-data name"),
        ("--X\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nabc\r\n--X--", "no form-data name"),
        ("--X\r\nrubbish\r\n\r\nabc\r\n--X--", "no colon"),
        ("--X\r\n\(field("a"))\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--X--", "transfer encoding"),
        (String(repeating: "a", count: 20_000), "does not begin with its boundary"),
    ])
    func `broken framing is named`(text: String, message: String) async throws {
        for size in [1, 1000] {
            await #expect {
                _ = try await Self.read(Self.call(Array(text.utf8), pieces: size, boundary: "X"))
            } throws: { error in
                let error = error as? DomainError
                return error?.code == .malformed && error?.message.contains(message) == true
            }
        }
    }

    @Test func `a preamble without end is given up early`() async throws {
        let source = Endless()
        let body = Body(length: nil) { () async throws(DomainError) -> [UInt8]? in await source.next() }
        let call = Call(
            method: .post, path: "/", headers: [.contentType: "multipart/form-data; boundary=X"], body: body)
        await #expect(throws: DomainError.self) { _ = try await Self.read(call) }
        #expect(await source.given < 40)
    }

    actor Endless {
        private(set) var given = 0
        func next() -> [UInt8]? {
            given += 1
            return [UInt8](repeating: 0x41, count: 1024)
        }
    }

    @Test func `a bomb of headers is too large`() async throws {
        let text = "--X\r\nContent-Disposition: form-data; name=\"" + String(repeating: "a", count: 100_000)
        let error = await #expect(throws: DomainError.self) {
            _ = try await Self.read(Self.call(Array(text.utf8), pieces: 500, boundary: "X"))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func `ten thousand parts are too many`() async throws {
        let parts = (0..<10_000).map { (Self.field("p\($0)"), "x") }
        let error = await #expect(throws: DomainError.self) { _ = try await Self.read(Self.call(Self.form(parts))) }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: [
        ("application/json", DomainError.Code.unsupportedMediaType), ("multipart/form-data", .malformed),
        ("multipart/form-data; boundary=", .malformed),
        ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), .malformed),
    ])
    func `a call without a form is refused`(type: String, code: DomainError.Code) {
        let call = Call(method: .post, path: "/", headers: [.contentType: type])
        #expect { _ = try MultipartReader(call) } throws: { ($0 as? DomainError)?.code == code }
    }

    @Test func `fields have a common limit and must be text`() async throws {
        var reader = try MultipartReader(
            Self.call(Self.form([(Self.field("a"), "12345"), (Self.field("b"), "12345")])), limits: .init(fieldBytes: 8)
        )
        _ = try await reader.next()
        #expect(try await reader.text() == "12345")
        _ = try await reader.next()
        await #expect(throws: DomainError.self) { try await reader.text() }
        let bytes = Array("--X\r\n\(Self.field("a"))\r\n\r\n".utf8) + [0xFF, 0xFE] + Array("\r\n--X--".utf8)
        var broken = try MultipartReader(Self.call(bytes, boundary: "X"))
        _ = try await broken.next()
        await #expect(throws: DomainError.self) { try await broken.text() }
    }

    @Test func `a file is spooled, hashed and removed with its last holder`() async throws {
        let folder = NSTemporaryDirectory() + "multipart-\(ProcessInfo.processInfo.globallyUniqueString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let head = "Content-Disposition: form-data; name=\"files\"; filename=\"a.xml\""
        var reader = try MultipartReader(
            Self.call(Self.form([(head, "abc"), (head, "abcdefgh"), (head, "xyz")]), pieces: 7))
        let first = try #require(await reader.next())
        var file: SpooledFile? = try await reader.spool(first, to: folder, limit: 5)
        #expect(file?.size == 3)
        #expect(file?.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let path = try #require(file?.path)
        #expect(FileManager.default.contents(atPath: path) == Data("abc".utf8))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        file = nil
        #expect(!FileManager.default.fileExists(atPath: path))

        let second = try #require(await reader.next())
        let error = await #expect(throws: DomainError.self) { try await reader.spool(second, to: folder, limit: 5) }
        #expect(error?.code == .tooLarge)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)

        let third = try #require(await reader.next())
        var kept: SpooledFile? = try await reader.spool(third, to: folder, limit: 5)
        try kept?.store(at: "\(folder)/stored")
        kept = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["stored"])
    }
}
