import Crypto
import Foundation

/// Writes an uncompressed POSIX archive (ustar), file by file, and hashes what it writes.
final class TarWriter {
    private static let block = 512
    private let file: Int32
    private let path: String

    /// The file must not exist.
    init(_ path: String) throws {
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StartError("cannot create \(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(file) }

    /// Adds a file from disk; returns its size and SHA-256.
    func add(file source: String, as name: String, time: Int64) throws -> (size: Int64, sha256: String) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw StartError("cannot read \(source): \(String(cString: strerror(errno)))") }
        defer { close(input) }
        var facts = stat()
        guard fstat(input, &facts) == 0 else { throw StartError("cannot read \(source)") }
        let size = Int64(facts.st_size)
        try put(TarHeader(name: name, size: size, time: time).bytes())
        var hash = SHA256()
        var left = size
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while left > 0 {
            let count = read(input, &buffer, min(buffer.count, Int(left)))
            guard count > 0 else { throw StartError("\(source) became shorter while it was read") }
            hash.update(data: buffer[0..<count])
            try put(buffer[0..<count])
            left -= Int64(count)
        }
        try pad(size)
        return (size, Hexadecimal.text(hash.finalize()))
    }

    func add(bytes: [UInt8], as name: String, time: Int64) throws {
        try put(TarHeader(name: name, size: Int64(bytes.count), time: time).bytes())
        try put(bytes)
        try pad(Int64(bytes.count))
    }

    /// Ends the archive and waits until it is on disk.
    func finish() throws {
        try put([UInt8](repeating: 0, count: TarWriter.block * 2))
        guard fsync(file) == 0 else { throw StartError("cannot write \(path): \(String(cString: strerror(errno)))") }
    }

    private func pad(_ size: Int64) throws {
        let rest = Int(size % Int64(TarWriter.block))
        if rest > 0 { try put([UInt8](repeating: 0, count: TarWriter.block - rest)) }
    }

    private func put(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + offset }, bytes.count - offset) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StartError("cannot write \(path): \(String(cString: strerror(errno)))") }
            offset += count
        }
    }
}

/// One header block of an archive.
struct TarHeader {
    var name: String
    var size: Int64
    /// Seconds since 1970.
    var time: Int64

    private static let sizeField = 124..<136
    private static let sumField = 148..<156

    /// Names longer than 100 bytes are refused; ours are digests.
    func bytes() throws -> [UInt8] {
        guard name.utf8.count <= 100 else { throw StartError("the name \(name) is too long for an archive") }
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put("0000600\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        if size < 1 << 33 {
            put(TarHeader.octal(size, width: 11), at: 124)
        } else {
            // Sizes from 8 GiB on are binary, as every tar of today reads them.
            for index in 0..<8 { block[135 - index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
            block[124] = 0x80
        }
        put(TarHeader.octal(time, width: 11), at: 136)
        block[156] = UInt8(ascii: "0")
        put("ustar\0" + "00", at: 257)
        block.replaceSubrange(TarHeader.sumField, with: [UInt8](repeating: UInt8(ascii: " "), count: 8))
        put(TarHeader.octal(TarHeader.sum(block), width: 6) + "\0 ", at: 148)
        return block
    }

    /// `nil` for the empty block at the end. Throws when the block is no header.
    init?(_ block: [UInt8]) throws {
        if block.allSatisfy({ $0 == 0 }) { return nil }
        var blank = block
        blank.replaceSubrange(TarHeader.sumField, with: [UInt8](repeating: UInt8(ascii: " "), count: 8))
        guard TarHeader.number(block[TarHeader.sumField]) == TarHeader.sum(blank), block[156] == UInt8(ascii: "0")
        else {
            throw StartError("the archive is damaged or was not written by assay backup")
        }
        name = String(decoding: block[0..<100].prefix { $0 != 0 }, as: UTF8.self)
        time = TarHeader.number(block[136..<148]) ?? 0
        guard let size = TarHeader.size(block[TarHeader.sizeField]), size >= 0 else {
            throw StartError("the archive is damaged: a size cannot be read")
        }
        self.size = size
    }

    init(name: String, size: Int64, time: Int64) {
        self.name = name
        self.size = size
        self.time = time
    }

    private static func size(_ field: ArraySlice<UInt8>) -> Int64? {
        guard field.first == 0x80 else { return number(field) }
        return field.suffix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        return Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private static func octal(_ value: Int64, width: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func sum(_ block: [UInt8]) -> Int64 { block.reduce(Int64(0)) { $0 + Int64($1) } }
}

/// Reads an archive that `TarWriter` wrote.
final class TarReader {
    private let file: Int32
    private var left: Int64 = 0
    private var padding: Int64 = 0

    init(_ path: String) throws {
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StartError("cannot read \(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(file) }

    /// The next entry, or `nil` at the end; what was not read of the former one is skipped.
    func next() throws -> TarHeader? {
        while left + padding > 0 { _ = try take(Int(min(left + padding, 1 << 20)), counts: true) }
        guard let header = try TarHeader(take(512, counts: false)) else { return nil }
        left = header.size
        padding = (512 - header.size % 512) % 512
        return header
    }

    /// The next bytes of the entry; empty at its end.
    func piece() throws -> [UInt8] {
        guard left > 0 else { return [] }
        return try take(Int(min(left, 1 << 20)), counts: true)
    }

    private func take(_ count: Int, counts: Bool) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress.map { $0 + filled }, count - filled) }
            guard got > 0 else { throw StartError("the archive is cut short") }
            filled += got
        }
        if counts {
            let ofContent = min(left, Int64(count))
            left -= ofContent
            padding -= Int64(count) - ofContent
        }
        return buffer
    }
}

/// Bytes as text.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }
}
