import Foundation

/// Joins the source modules into bundles (docs/web-contract.md, section 8).
struct ModuleBundler {
    /// The texts of the source files by path.
    let sources: [String: String]

    /// The bundle that a source file belongs to.
    static func bundle(of path: String) -> String {
        let parts = path.split(separator: "/")
        guard let folder = parts.first, parts.count > 1 else { return path }
        if folder == "screens" { return "screen-\(parts[1]).js" }
        return ["core", "elements", "shell"].contains(folder) ? "app.js" : "\(folder).js"
    }

    /// Every module; the one that starts everything comes last.
    private var modules: [String] {
        let entry = "shell/main.js"
        let paths = sources.keys.filter { $0.hasSuffix(".js") && $0 != entry }.sorted()
        return sources[entry] == nil ? paths : paths + [entry]
    }

    struct Bundle {
        let name: String
        let text: String
        /// The bundles that it imports.
        let imports: [String]
    }

    func bundles() -> [Bundle] {
        Set(modules.map { ModuleBundler.bundle(of: $0) }).sorted().map { bundle($0) }
    }

    /// The style sheets in the order of `css/order.txt`.
    func styleSheet() -> String {
        let files = (sources["css/order.txt"] ?? "").split(separator: "\n")
        return files.map { ModuleBundler.shortened(sources["css/\($0)"] ?? "") }.joined(separator: "\n")
    }

    private func bundle(_ name: String) -> Bundle {
        var order: [String] = []
        var seen: Set<String> = []
        var foreign: [(file: String, names: Set<String>)] = []
        func walk(_ path: String) {
            guard seen.insert(path).inserted else { return }
            for line in lines(path) {
                guard let found = ImportLine(line) else { continue }
                let target = ModuleBundler.resolved(found.path, from: path)
                let owner = ModuleBundler.bundle(of: target)
                if owner == name {
                    walk(target)
                } else if let position = foreign.firstIndex(where: { $0.file == owner }) {
                    foreign[position].names.formUnion(found.names)
                } else {
                    foreign.append((owner, Set(found.names)))
                }
            }
            order.append(path)
        }
        for path in modules where ModuleBundler.bundle(of: path) == name { walk(path) }

        var parts = foreign.map { file, names in
            names.isEmpty
                ? "import './\(file)';" : "import { \(names.sorted().joined(separator: ", ")) } from './\(file)';"
        }
        var exported: [String] = []
        for path in order {
            var kept: [String] = []
            for line in lines(path) where ImportLine(line) == nil {
                if let name = ModuleBundler.exportedName(line) { exported.append(name) }
                kept.append(ModuleBundler.rewritten(line, from: path))
            }
            parts.append(ModuleBundler.shortened(kept.joined(separator: "\n")))
        }
        parts.append("export { \(exported.sorted().joined(separator: ", ")) };")
        return Bundle(name: name, text: parts.joined(separator: "\n") + "\n", imports: foreign.map(\.file))
    }

    private func lines(_ path: String) -> [Substring] {
        (sources[path] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// `import { a, b } from './path.js';` or `import './path.js';`
    private struct ImportLine {
        let names: [String]
        let path: String

        init?(_ line: Substring) {
            guard line.hasPrefix("import "), line.hasSuffix("';") else { return nil }
            let rest = line.dropLast(2)
            guard let quote = rest.lastIndex(of: "'") else { return nil }
            path = String(rest[rest.index(after: quote)...])
            guard path.hasPrefix(".") else { return nil }
            guard let open = rest.firstIndex(of: "{"), let close = rest.firstIndex(of: "}"), open < close else {
                names = []
                return
            }
            names = rest[rest.index(after: open)..<close].split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }.filter { !$0.isEmpty }
        }
    }

    private static func resolved(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    private static func exportedName(_ line: Substring) -> String? {
        guard line.hasPrefix("export ") else { return nil }
        var rest = line.dropFirst(7)
        if rest.hasPrefix("async ") { rest = rest.dropFirst(6) }
        for word in ["function ", "const ", "let ", "class "] where rest.hasPrefix(word) {
            let name = rest.dropFirst(word.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
            return name.isEmpty ? nil : String(name)
        }
        return nil
    }

    /// Without `export`, dynamic imports of sources turned into imports of bundles.
    private static func rewritten(_ line: Substring, from path: String) -> String {
        var text = line.hasPrefix("export ") ? String(line.dropFirst(7)) : String(line)
        var position = text.startIndex
        while let start = text.range(of: "import('.", range: position..<text.endIndex),
            let end = text.range(of: "')", range: start.upperBound..<text.endIndex)
        {
            let target = "." + text[start.upperBound..<end.lowerBound]
            let new = "import('./\(bundle(of: resolved(target, from: path)))')"
            let offset = text.distance(from: text.startIndex, to: start.lowerBound) + new.count
            text.replaceSubrange(start.lowerBound..<end.upperBound, with: new)
            position = text.index(text.startIndex, offsetBy: offset)
        }
        return text
    }

    /// Without indentation, comments that have a line of their own, and types within a line.
    static func shortened(_ text: String) -> String {
        var lines: [String] = []
        var isInComment = false
        for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let line = raw.trimmingCharacters(in: .whitespaces)
            if isInComment {
                if line.hasSuffix("*/") { isInComment = false }
            } else if line.hasPrefix("/*"), !line.contains("*/") {
                isInComment = true
            } else if !line.isEmpty, !line.hasPrefix("//"), !(line.hasPrefix("/*") && line.hasSuffix("*/")) {
                lines.append(withoutTypes(line))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func withoutTypes(_ line: String) -> String {
        var text = line
        while let start = text.range(of: "/** @type "),
            let end = text.range(of: " */", range: start.upperBound..<text.endIndex)
        {
            let after = text[end.upperBound...].hasPrefix(" ") ? text.index(after: end.upperBound) : end.upperBound
            text.removeSubrange(start.lowerBound..<after)
        }
        return text
    }
}
