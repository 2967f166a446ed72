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
