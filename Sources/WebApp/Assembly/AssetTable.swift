import Crypto
import Engine
import Foundation
import HTTPTypes
import Model
import Wire

/// Everything that is served below `/assets/<build>/`: read once, joined, hashed.
struct AssetTable: Sendable {
    struct File: Sendable {
        let bytes: [UInt8]
        let type: String
        let tag: String
    }

    /// Names the whole set; it changes with every byte of it.
    let build: String
    private let files: [String: File]
    private let imports: [String: [String]]

    static let shared = AssetTable(sources: AssetTable.embedded())

    init(sources: [String: String]) {
        let bundler = ModuleBundler(sources: sources)
        var files: [String: File] = [:]
        var imports: [String: [String]] = [:]
        for bundle in bundler.bundles() {
            files[bundle.name] = AssetTable.file(bundle.text, "text/javascript; charset=utf-8")
            imports[bundle.name] = bundle.imports
        }
        files["app.css"] = AssetTable.file(bundler.styleSheet(), "text/css; charset=utf-8")
        if let icon = sources["icon.svg"] { files["icon.svg"] = AssetTable.file(icon, "image/svg+xml") }
        let all = files.keys.sorted().map { "\($0) \(files[$0]?.tag ?? "")" }.joined(separator: "\n")
        build = String(Hex.text(SHA256.hash(data: Array(all.utf8))).prefix(16))
        self.files = files
        self.imports = imports
    }

    private static func file(_ text: String, _ type: String) -> File {
        let bytes = Array(text.utf8)
        return File(bytes: bytes, type: type, tag: String(Hex.text(SHA256.hash(data: bytes)).prefix(16)))
    }

    /// The texts of the module's resources by their path.
    private static func embedded() -> [String: String] {
        let root = Bundle.module.bundleURL.appendingPathComponent("Assets").resolvingSymlinksInPath()
        guard let paths = FileManager.default.enumerator(atPath: root.path) else { return [:] }
        var sources: [String: String] = [:]
        for case let path as String in paths {
            guard [".js", ".css", ".svg", ".txt"].contains(where: { path.hasSuffix($0) }),
                let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path)
            else { continue }
            sources[path] = String(decoding: data, as: UTF8.self)
        }
        return sources
    }

    func address(_ name: String) -> String { "/assets/\(build)/\(name)" }

    /// The script files that a screen needs, its imports included.
    func scripts(screen: String) -> [String] {
        var found = ["app.js"]
        var next = ["screen-\(screen).js"]
        while let name = next.popLast() {
            guard files[name] != nil, !found.contains(name) else { continue }
            found.append(name)
            next += imports[name] ?? []
        }
        return found
    }

    func serve(_ call: Call) throws(DomainError) -> Reply {
        guard call.parameter("build") == build, let file = files[call.parameter("file")] else {
            throw DomainError(.notFound, "no such file")
        }
        let tag = "\"\(file.tag)\""
        var headers: HTTPFields = [
            .contentType: file.type, .eTag: tag, .cacheControl: "public, max-age=31536000, immutable",
        ]
        if call.headers[.ifNoneMatch]?.contains(tag) == true {
            headers[.contentType] = nil
            return Reply(.notModified, headers: headers)
        }
        return Reply(.ok, headers: headers, content: .bytes(file.bytes))
    }
}
