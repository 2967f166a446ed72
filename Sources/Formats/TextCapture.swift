/// Collects the texts of open elements, each up to a limit.
struct TextCapture {
    static let cutMark = "… (cut)"

    private struct Start {
        var offset: Int
        var limit: Int
        var isCut = false
    }

    /// A text that came to its end.
    struct Captured {
        var text: String?
        var isCut: Bool
        var bytes: Int
    }

    /// How much of an endless text is searched for attachments at once, and kept for marks across the border.
    private static let overflowBytes = 65_536
    private static let overlapBytes = AttachmentFinder.pathLimit + 16

    private var bytes: [UInt8] = []
    private var starts: [Start] = []
    private var overflow: [UInt8] = []
    private(set) var overflowAttachments = AttachmentFinder()

    var isActive: Bool { !starts.isEmpty }

    /// An element begins whose text is wanted, up to so many bytes.
    mutating func begin(limit: Int) { starts.append(Start(offset: bytes.count, limit: max(limit, 0))) }

    /// Adds to the text of the innermost element.
    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
        guard let last = starts.last else { return }
        if last.isCut { return appendOverflow(piece) }
        let room = last.limit - (bytes.count - last.offset)
        guard piece.count > room else {
            bytes.append(contentsOf: piece)
            return
        }
        var kept = room
        while kept > 0, piece[kept] & 0xC0 == 0x80 { kept -= 1 }
        bytes.append(contentsOf: piece[..<kept])
        starts[starts.count - 1].isCut = true
        beginOverflow(from: last.offset)
        appendOverflow(UnsafeBufferPointer(rebasing: piece[kept...]))
    }

    /// The innermost element ends; text of white space alone is no text.
    mutating func end() -> Captured {
        guard let last = starts.popLast() else { return Captured(text: nil, isCut: false, bytes: 0) }
        let count = bytes.count - last.offset
        var text = bytes[last.offset...].withUnsafeBufferPointer { piece in
            XMLText.isBlank(piece) && !last.isCut ? nil : XMLText.string(piece)
        }
        if last.isCut {
            text = last.limit > 0 ? (text ?? "") + TextCapture.cutMark : nil
            overflow.withUnsafeBufferPointer { _ = overflowAttachments.search($0) }
            overflow.removeAll()
        }
        bytes.removeSubrange(last.offset...)
        return Captured(text: text, isCut: last.isCut, bytes: count)
    }

    /// Forgets the attachments that were found beyond the limits.
    mutating func clearAttachments() { overflowAttachments = AttachmentFinder() }

    // MARK: - Beyond the limit

    private mutating func beginOverflow(from offset: Int) {
        let rest = bytes[offset...].withUnsafeBufferPointer { piece in
            let end = overflowAttachments.search(piece)
            return max(end, piece.count - TextCapture.overlapBytes)
        }
        overflow = Array(bytes[(offset + rest)...])
    }

    private mutating func appendOverflow(_ piece: UnsafeBufferPointer<UInt8>) {
        overflow.append(contentsOf: piece)
        guard overflow.count > TextCapture.overflowBytes else { return }
        let rest = overflow.withUnsafeBufferPointer { piece in
            max(overflowAttachments.search(piece), piece.count - TextCapture.overlapBytes)
        }
        overflow.removeSubrange(..<rest)
    }
}
