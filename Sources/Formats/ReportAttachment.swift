/// A file that a test left behind, as the report names it.
public struct ReportAttachment: Sendable, Hashable {
    /// As written: relative, absolute or a URL. Never open it on the server without a check.
    public var path: String

    /// An attachment at a path.
    public init(path: String) { self.path = path }

    /// The last component of the path, whichever slash it uses.
    public var name: String {
        let bytes = path.utf8
        guard let slash = bytes.lastIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) else {
            return path
        }
        return String(path[bytes.index(after: slash)...])
    }

    /// Every `[[ATTACHMENT|path]]` of a text (the Jenkins and GitLab convention), each path once.
    public static func find(in text: String) -> [ReportAttachment] {
        var finder = AttachmentFinder()
        var copy = text
        copy.withUTF8 { _ = finder.search($0) }
        return finder.attachments
    }
}

/// Collects `[[ATTACHMENT|path]]` marks.
struct AttachmentFinder {
    static let pathLimit = 4096
    static let limit = 1000

    private(set) var attachments: [ReportAttachment] = []
    private var seen: Set<String> = []

    mutating func add(_ path: String) {
        guard !path.isEmpty, attachments.count < AttachmentFinder.limit, seen.insert(path).inserted else { return }
        attachments.append(ReportAttachment(path: path))
    }

    /// Adds the marks of a piece of text and answers the offset behind the last one.
    @discardableResult
    mutating func search(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        let mark: StaticString = "[[ATTACHMENT|"
        let length = mark.utf8CodeUnitCount
        var position = 0
        var end = 0
        while true {
            position = XMLText.first(UInt8(ascii: "["), in: text, from: position)
            guard position + length < text.count else { return end }
            guard starts(text, position, mark) else {
                position += 1
                continue
            }
            let start = position + length
            position = start
            while position + 1 < text.count, position - start <= AttachmentFinder.pathLimit, text[position] != 10,
                !isPair(text, position, UInt8(ascii: "]")), !isPair(text, position, UInt8(ascii: "["))
            {
                position += 1
            }
            guard isPair(text, position, UInt8(ascii: "]")) else { continue }
            add(XMLText.trimmed(UnsafeBufferPointer(rebasing: text[start..<position])) ?? "")
            position += 2
            end = position
        }
    }

    private func isPair(_ text: UnsafeBufferPointer<UInt8>, _ position: Int, _ byte: UInt8) -> Bool {
        position + 1 < text.count && text[position] == byte && text[position + 1] == byte
    }

    private func starts(_ text: UnsafeBufferPointer<UInt8>, _ position: Int, _ mark: StaticString) -> Bool {
        for offset in 0..<mark.utf8CodeUnitCount where text[position + offset] != mark.utf8Start[offset] {
            return false
        }
        return true
    }
}
