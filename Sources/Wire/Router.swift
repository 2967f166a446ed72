public import HTTPTypes

/// Finds the route of a path among all dialects.
public struct Router: Sendable {
    public struct Match: Sendable {
        public let dialect: any Dialect
        public let route: Route
        public let parameters: [String: String]
    }

    public enum Outcome: Sendable {
        case match(Match)
        /// The path exists with other verbs.
        case wrongVerb(any Dialect, allowed: [HTTPRequest.Method])
        /// Nothing here; the dialect whose prefix fits spells the refusal.
        case unknown(any Dialect)
    }

    private final class Node: Sendable {
        let children: [String: Node]
        let placeholder: Node?
        let rest: [HTTPRequest.Method: Entry]
        let entries: [HTTPRequest.Method: Entry]

        init(
            children: [String: Node], placeholder: Node?, rest: [HTTPRequest.Method: Entry],
            entries: [HTTPRequest.Method: Entry]
        ) {
            self.children = children
            self.placeholder = placeholder
            self.rest = rest
            self.entries = entries
        }
    }

    private struct Entry: Sendable {
        let dialect: any Dialect
        let route: Route
        let names: [String]
    }

    /// Collects routes before the tree is frozen.
    private struct Draft {
        var children: [String: Draft] = [:]
        var placeholder: [Draft] = []
        var rest: [HTTPRequest.Method: Entry] = [:]
        var entries: [HTTPRequest.Method: Entry] = [:]

        mutating func add(_ segments: ArraySlice<Substring>, _ entry: Entry) {
            guard let segment = segments.first else {
                precondition(
                    entries.updateValue(entry, forKey: entry.route.verb) == nil, "route \(entry.route.path) twice")
                return
            }
            if segment.hasSuffix("*}") {
                precondition(
                    rest.updateValue(entry, forKey: entry.route.verb) == nil, "route \(entry.route.path) twice")
            } else if segment.hasPrefix("{") {
                if placeholder.isEmpty { placeholder.append(Draft()) }
                placeholder[0].add(segments.dropFirst(), entry)
            } else {
                children[String(segment), default: Draft()].add(segments.dropFirst(), entry)
            }
        }

        func frozen() -> Node {
            Node(
                children: children.mapValues { $0.frozen() }, placeholder: placeholder.first?.frozen(), rest: rest,
                entries: entries)
        }
    }

    private let root: Node
    private let dialects: [any Dialect]
    private let fallback: any Dialect

    /// The first dialect answers for paths that belong to nobody. Two routes with one path and verb are a fault.
    public init(_ dialects: [any Dialect], fallback: any Dialect) {
        var draft = Draft()
        for dialect in dialects {
            for route in dialect.routes {
                let segments = route.path.split(separator: "/")
                var names: [String] = []
                for segment in segments where segment.hasPrefix("{") {
                    names.append(String(segment.dropFirst().dropLast(segment.hasSuffix("*}") ? 2 : 1)))
                }
                draft.add(segments[...], Entry(dialect: dialect, route: route, names: names))
            }
        }
        root = draft.frozen()
        self.dialects = dialects
        self.fallback = fallback
    }

    public func route(_ method: HTTPRequest.Method, _ path: String) -> Outcome {
        let path = owner(path).routed(path)
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        var found: [(entries: [HTTPRequest.Method: Entry], values: [String])] = []
        var values: [Substring] = []
        collect(root, segments[...], &values, &found)
        let verb: HTTPRequest.Method = method == .head ? .get : method
        for candidate in found {
            guard let entry = candidate.entries[verb] else { continue }
            var parameters: [String: String] = [:]
            for (name, value) in zip(entry.names, candidate.values) { parameters[name] = value }
            return .match(Match(dialect: entry.dialect, route: entry.route, parameters: parameters))
        }
        if let first = found.first, let any = first.entries.values.first {
            let verbs = Set(found.flatMap { $0.entries.keys })
            return .wrongVerb(any.dialect, allowed: verbs.sorted { $0.rawValue < $1.rawValue })
        }
        return .unknown(owner(path))
    }

    private func owner(_ path: String) -> any Dialect {
        var best: (length: Int, dialect: any Dialect)?
        for dialect in dialects {
            for prefix in dialect.prefixes where Router.contains(prefix, path) {
                if prefix.count > best?.length ?? -1 { best = (prefix.count, dialect) }
            }
        }
        return best?.dialect ?? fallback
    }

    /// Prefixes end where a segment of the path ends.
    private static func contains(_ prefix: String, _ path: String) -> Bool {
        guard path.hasPrefix(prefix) else { return false }
        return prefix.hasSuffix("/") || path.utf8.count == prefix.utf8.count
            || path.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: "/")
    }

    /// Every node that the path leads to, literal segments before placeholders.
    private func collect(
        _ node: Node, _ segments: ArraySlice<Substring>, _ values: inout [Substring],
        _ found: inout [(entries: [HTTPRequest.Method: Entry], values: [String])]
    ) {
        guard let segment = segments.first else {
            if !node.entries.isEmpty { found.append((node.entries, values.map { PercentEncoding.decoded($0) })) }
            return
        }
        if let child = node.children[String(segment)] { collect(child, segments.dropFirst(), &values, &found) }
        if let child = node.placeholder {
            values.append(segment)
            collect(child, segments.dropFirst(), &values, &found)
            values.removeLast()
        }
        if !node.rest.isEmpty {
            let tail = segments.map { PercentEncoding.decoded($0) }.joined(separator: "/")
            found.append((node.rest, values.map { PercentEncoding.decoded($0) } + [tail]))
        }
    }
}
