/// What the first bytes of a file say about its format (TestPlanIt API, Automation import).
public struct FormatDetection: Sendable, Hashable {
    /// The bytes that are worth passing; more are not looked at.
    public static let headBytes = 65_536

    /// `nil` when no sign was found.
    public let format: ReportFormat?
    /// What is wrong with a file of no format, in plain words.
    public let complaint: String?

    /// Looks at the beginning of a file, and at its name when there is one.
    public static func detect(_ head: [UInt8], fileName: String? = nil) -> FormatDetection {
        detect(head[...], fileName: fileName)
    }

    /// Looks at the beginning of a file, and at its name when there is one.
    public static func detect(_ head: ArraySlice<UInt8>, fileName: String? = nil) -> FormatDetection {
        guard !head.isEmpty else { return FormatDetection(complaint: "the file is empty") }
        let raw = head.prefix(headBytes)
        if let complaint = raw.withUnsafeBufferPointer({ DocumentStart.complaint($0) }) {
            return FormatDetection(complaint: complaint)
        }
        let text = decoded(raw)
        let start = text.firstIndex { !XMLText.isSpace($0) } ?? text.endIndex
        guard start < text.endIndex else { return FormatDetection(complaint: "the file is empty") }
        let evidence = evidence(in: text[start...], fileName: fileName?.lowercased() ?? "")
        for importer in Importer.all where importer.signs.contains(where: evidence.shows) {
            return FormatDetection(format: importer.format)
        }
        return FormatDetection(complaint: evidence.complaint)
    }

    private init(format: ReportFormat) {
        self.format = format
        complaint = nil
    }

    private init(complaint: String) {
        format = nil
        self.complaint = complaint
    }

    private static func decoded(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        let found = raw.withUnsafeBufferPointer { TextEncoding.detect($0) }
        let body = raw.dropFirst(found.mark)
        switch found.encoding {
        case .utf8, .other: return Array(body)
        case .utf16LittleEndian, .utf16BigEndian, .windows1252, .iso8859_15:
            let capacity = body.count * TextEncoding.growth + 4
            return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                guard let target = buffer.baseAddress else { return }
                count = body.withUnsafeBufferPointer {
                    found.encoding.decode($0, into: target, isFinal: true).written
                }
            }
        }
    }

    private static func evidence(in text: ArraySlice<UInt8>, fileName: String) -> Evidence {
        switch text.first {
        case UInt8(ascii: "<"):
            let tag = XMLHead.rootTag(text)
            return Evidence(fileName: fileName, root: tag?.name, tag: tag?.text ?? "")
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let members = JSONHead.members(text)
            return Evidence(
                fileName: fileName, members: members.top, listMembers: members.inList,
                isList: text.first == UInt8(ascii: "["))
        default: return Evidence(fileName: fileName)
        }
    }

    private struct Evidence {
        var fileName: String
        var root: String?
        var tag = ""
        var members: Set<String> = []
        var listMembers: Set<String> = []
        var isList = false

        func shows(_ sign: Importer.Sign) -> Bool {
            switch sign {
            case .root(let name): root == name
            case .rootWith(let name, let mark): root == name && tag.contains(mark)
            case .members(let names): !isList && members.isSuperset(of: names)
            case .list(let name): isList && listMembers.contains(name)
            case .suffix(let suffix): fileName.hasSuffix(suffix)
            }
        }

        var complaint: String {
            if let root { return "root element <\(root)> is of no known format" }
            if isList || !members.isEmpty { return "JSON of no known format" }
            return "neither XML nor JSON"
        }
    }
}

/// Finds the root element of an XML document without parsing it.
enum XMLHead {
    static func rootTag(_ text: ArraySlice<UInt8>) -> (name: String, text: String)? {
        var rest = text
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[open...]
            if starts(rest, "<!--") {
                guard let end = end(rest.dropFirst(4), "-->") else { return nil }
                rest = end
            } else if starts(rest, "<?") || starts(rest, "<!") {
                guard let end = end(rest, ">") else { return nil }
                rest = end
            } else {
                let tag = rest.dropFirst().prefix { $0 != UInt8(ascii: ">") }
                let name = tag.prefix { !XMLText.isSpace($0) && $0 != UInt8(ascii: "/") }
                guard !name.isEmpty, name.count <= 200 else { return nil }
                return (String(decoding: name, as: UTF8.self), String(decoding: tag, as: UTF8.self))
            }
        }
        return nil
    }

    private static func starts(_ text: ArraySlice<UInt8>, _ mark: String) -> Bool { text.starts(with: mark.utf8) }

    /// What follows the first occurrence of the mark.
    private static func end(_ text: ArraySlice<UInt8>, _ mark: String) -> ArraySlice<UInt8>? {
        var position = text.startIndex
        while position < text.endIndex {
            if starts(text[position...], mark) { return text[(position + mark.utf8.count)...] }
            position += 1
        }
        return nil
    }
}

/// Collects the member names at the top of a JSON document that may be cut off.
enum JSONHead {
    /// `top`: of the document itself; `inList`: of the objects in a top list.
    static func members(_ text: ArraySlice<UInt8>) -> (top: Set<String>, inList: Set<String>) {
        var top: Set<String> = []
        var inList: Set<String> = []
        /// The open brackets, outermost first; deeper than two is only counted.
        var outer: [UInt8] = []
        var depth = 0
        var position = text.startIndex
        while position < text.endIndex {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if outer.count == depth, depth < 2 { outer.append(byte) }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return (top, inList) }
                if outer.count > depth { outer.removeLast() }
            case UInt8(ascii: "\""):
                let start = position
                while position < text.endIndex, text[position] != UInt8(ascii: "\"") {
                    position += text[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard position < text.endIndex else { return (top, inList) }
                let string = text[start..<position]
                position += 1
                guard depth <= 2, outer.last == UInt8(ascii: "{"), string.count <= 64 else { continue }
                let next = text[position...].first { !XMLText.isSpace($0) }
                guard next == UInt8(ascii: ":") else { continue }
                if depth == 1 {
                    top.insert(String(decoding: string, as: UTF8.self))
                } else if outer.first == UInt8(ascii: "[") {
                    inList.insert(String(decoding: string, as: UTF8.self))
                }
            default: break
            }
        }
        return (top, inList)
    }
}
