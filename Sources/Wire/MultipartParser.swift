import Foundation
import Model

/// The framing of multipart bodies (RFC 2046 §5.1): bytes in, headers and contents out, wherever the pieces are cut.
struct MultipartParser {
    enum Event {
        /// The header block of the next part, without the empty line.
        case head([UInt8])
        case content([UInt8])
        /// The content of the part is complete.
        case partEnd
        /// The last boundary was read.
        case end
        case needsMore
    }

    private enum State {
        case preamble, head, content, end
    }

    /// What may stand before the first boundary.
    private static let preambleLimit = 16 << 10
    private static let headLimit = 16 << 10
    /// Blanks between a boundary and its line end.
    private static let paddingLimit = 64

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var skipped = 0
    /// A line end stands before the first byte, so that a boundary at the very start is like every other one.
    private var buffer: [UInt8] = [0x0D, 0x0A]
    private var position = 0
    /// No boundary begins before this place.
    private var searched = 0

    init(boundary: String) {
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    mutating func feed(_ piece: [UInt8]) {
        if position > 0 {
            buffer.removeFirst(position)
            searched = max(0, searched - position)
            position = 0
        }
        buffer.append(contentsOf: piece)
    }

    mutating func next() throws(DomainError) -> Event {
        switch state {
        case .preamble: return try preamble()
        case .head: return try head()
        case .content: return content()
        case .end: return .end
        }
    }

    private mutating func preamble() throws(DomainError) -> Event {
        switch boundary() {
        case .none(let safe):
            skipped += safe - position
            position = safe
            guard skipped <= MultipartParser.preambleLimit else {
                throw .malformed("the multipart body does not begin with its boundary")
            }
            return .needsMore
        case .found(_, let after, let isLast):
            position = after
            state = isLast ? .end : .head
            return try next()
        }
    }

    private mutating func head() throws(DomainError) -> Event {
        let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        // An empty header block is a single line end.
        if buffer.count - position >= 2, buffer[position] == 0x0D, buffer[position + 1] == 0x0A {
            throw .malformed("a part of the multipart body has no headers")
        }
        let limit = min(buffer.count, position + MultipartParser.headLimit + end.count)
        guard let found = ByteSearch.first(end, in: buffer, from: position, to: limit) else {
            guard buffer.count - position <= MultipartParser.headLimit else {
                throw DomainError(.tooLarge, "the headers of a part are larger than \(MultipartParser.headLimit) bytes")
            }
            return .needsMore
        }
        let block = Array(buffer[position..<found])
        // The last line end of the block may be the start of a boundary: an empty content.
        position = found + 2
        searched = position
        state = .content
        isAtContentStart = true
        return .head(block)
    }

    /// The line end after the headers is still unread.
    private var isAtContentStart = false

    private mutating func content() -> Event {
        switch boundary() {
        case .none(let safe):
            skipLineEnd(upTo: safe)
            guard safe > position, !isAtContentStart else { return .needsMore }
            defer { position = safe }
            return .content(Array(buffer[position..<safe]))
        case .found(let start, let after, let isLast):
            skipLineEnd(upTo: start)
            if start > position {
                defer { position = start }
                return .content(Array(buffer[position..<start]))
            }
            position = after
            isAtContentStart = false
            state = isLast ? .end : .head
            return .partEnd
        }
    }

    private mutating func skipLineEnd(upTo end: Int) {
        guard isAtContentStart, end >= position + 2 else { return }
        position += 2
        isAtContentStart = false
    }

    private enum Search {
        /// Bytes before this place are certainly no boundary.
        case none(safe: Int)
        case found(start: Int, after: Int, isLast: Bool)
    }

    private mutating func boundary() -> Search {
        var from = max(position, searched)
        while true {
            guard let start = ByteSearch.first(delimiter, in: buffer, from: from, to: buffer.count) else {
                // A boundary may have begun in the last bytes.
                let safe = max(from, buffer.count - delimiter.count + 1)
                searched = safe
                return .none(safe: max(position, safe))
            }
            switch lineEnd(after: start + delimiter.count) {
            case .some(let end):
                searched = start
                return .found(start: start, after: end.after, isLast: end.isLast)
            case .none where isUndecided(start + delimiter.count):
                searched = start
                return .none(safe: max(position, start))
            case .none: from = start + 1
            }
        }
    }

    /// What follows a boundary: `--`, or blanks and a line end.
    private func lineEnd(after start: Int) -> (after: Int, isLast: Bool)? {
        if buffer.count >= start + 2, buffer[start] == UInt8(ascii: "-"), buffer[start + 1] == UInt8(ascii: "-") {
            return (start + 2, true)
        }
        let end = endOfPadding(start)
        guard buffer.count >= end + 2, buffer[end] == 0x0D, buffer[end + 1] == 0x0A else { return nil }
        return (end + 2, false)
    }

    /// True when the bytes that decide are not there yet.
    private func isUndecided(_ start: Int) -> Bool {
        if buffer.count == start { return true }
        if buffer.count == start + 1, buffer[start] == UInt8(ascii: "-") { return true }
        let end = endOfPadding(start)
        guard end - start < MultipartParser.paddingLimit else { return false }
        return end == buffer.count || end == buffer.count - 1 && buffer[end] == 0x0D
    }

    private func endOfPadding(_ start: Int) -> Int {
        var end = start
        while end < buffer.count, end - start < MultipartParser.paddingLimit,
            buffer[end] == UInt8(ascii: " ") || buffer[end] == UInt8(ascii: "\t")
        {
            end += 1
        }
        return end
    }
}

/// Finding bytes in bytes.
enum ByteSearch {
    /// The first place in `from..<to` where the whole pattern stands.
    static func first(_ pattern: [UInt8], in bytes: [UInt8], from: Int, to: Int) -> Int? {
        guard let lead = pattern.first, to - from >= pattern.count else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var place = from
            let last = to - pattern.count
            while place <= last {
                guard let hit = memchr(base + place, Int32(lead), last - place + 1) else { return nil }
                let start = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(hit))
                let isWhole = pattern.withUnsafeBufferPointer { wanted in
                    wanted.baseAddress.map { memcmp(base + start, $0, pattern.count) == 0 } ?? false
                }
                if isWhole { return start }
                place = start + 1
            }
            return nil
        }
    }
}
