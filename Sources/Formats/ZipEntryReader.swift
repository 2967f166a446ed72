import CZlib
import Foundation

/// Reads one entry of a zip archive piece by piece, within limits; names in the archive never become paths.
public enum ZipEntryReader {
    /// Bytes that one entry may unpack to.
    public static let sizeLimit: Int64 = 8 << 30
    /// How many times larger than packed an entry may be.
    private static let ratioLimit: Int64 = 1000
    private static let entryLimit = 10_000
    private static let pieceSize = 256 << 10

    private struct Entry {
        let name: String
        let method: UInt16
        let packed: Int64
        let offset: Int64
    }

    /// Whether a file begins like a zip archive.
    public static func isZip(_ head: some Sequence<UInt8>) -> Bool { Array(head.prefix(4)) == [0x50, 0x4B, 3, 4] }

    /// Hands over the bytes of the first entry whose name ends so. Throws a description of what is wrong.
    public static func read(
        _ path: String, entryEnding suffix: String, _ take: ([UInt8]) throws -> Void
    ) throws {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        guard let entry = try entries(file).first(where: { $0.name.lowercased().hasSuffix(suffix) }) else {
            throw CSVError("the archive holds no \(suffix) file")
        }
        guard entry.method == 0 || entry.method == 8 else { throw CSVError("the archive is packed in an unknown way") }
        try file.seek(toOffset: UInt64(entry.offset))
        let head = try bytes(file, 30)
        guard number(head, 0, 4) == 0x0403_4B50 else { throw CSVError("the archive is damaged") }
        let start = entry.offset + 30 + number(head, 26, 2) + number(head, 28, 2)
        try file.seek(toOffset: UInt64(start))
        if entry.method == 0 { try copy(file, entry.packed, take) } else { try inflate(file, entry.packed, take) }
    }

    private static func bytes(_ file: FileHandle, _ count: Int) throws -> [UInt8] {
        guard let data = try file.read(upToCount: count), data.count == count else {
            throw CSVError("the archive is cut off")
        }
        return Array(data)
    }

    private static func number(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int64 {
        var value: Int64 = 0
        for index in (0..<size).reversed() { value = value << 8 | Int64(bytes[place + index]) }
        return value
    }

    /// The entries of the directory at the end of the archive.
    private static func entries(_ file: FileHandle) throws -> [Entry] {
        let size = Int64(try file.seekToEnd())
        let tail = min(size, 66_000)
        try file.seek(toOffset: UInt64(size - tail))
        let end = try bytes(file, Int(tail))
        var place = end.count - 22
        while place >= 0, number(end, place, 4) != 0x0605_4B50 { place -= 1 }
        guard place >= 0 else { throw CSVError("the archive has no directory") }
        let count = number(end, place + 10, 2)
        let length = number(end, place + 12, 4)
        let offset = number(end, place + 16, 4)
        guard count <= entryLimit, offset + length <= size, length <= 64 << 20 else {
            throw CSVError("the archive's directory is damaged or too large")
        }
        try file.seek(toOffset: UInt64(offset))
        let directory = try bytes(file, Int(length))
        var entries: [Entry] = []
        var here = 0
        while here + 46 <= directory.count, number(directory, here, 4) == 0x0201_4B50 {
            let nameLength = Int(number(directory, here + 28, 2))
            guard here + 46 + nameLength <= directory.count else { break }
            let name = String(decoding: directory[(here + 46)..<(here + 46 + nameLength)], as: UTF8.self)
            entries.append(
                Entry(
                    name: name, method: UInt16(number(directory, here + 10, 2)),
                    packed: number(directory, here + 20, 4),
                    offset: number(directory, here + 42, 4)))
            here += 46 + nameLength + Int(number(directory, here + 30, 2)) + Int(number(directory, here + 32, 2))
        }
        return entries
    }

    private static func copy(_ file: FileHandle, _ size: Int64, _ take: ([UInt8]) throws -> Void) throws {
        var rest = size
        while rest > 0 {
            let piece = try bytes(file, Int(min(rest, Int64(pieceSize))))
            try take(piece)
            rest -= Int64(piece.count)
        }
    }

    private static func inflate(_ file: FileHandle, _ packed: Int64, _ take: ([UInt8]) throws -> Void) throws {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw CSVError("the archive cannot be unpacked")
        }
        defer { inflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: pieceSize)
        var rest = packed
        var total: Int64 = 0
        var isOver = false
        while !isOver, rest > 0 {
            var input = try bytes(file, Int(min(rest, Int64(pieceSize))))
            rest -= Int64(input.count)
            var used = 0
            while !isOver, used < input.count {
                var made = 0
                var result = Z_OK
                input.withUnsafeMutableBufferPointer { source in
                    output.withUnsafeMutableBufferPointer { target in
                        stream.next_in = source.baseAddress.map { $0 + used }
                        stream.avail_in = UInt32(source.count - used)
                        stream.next_out = target.baseAddress
                        stream.avail_out = UInt32(target.count)
                        result = CZlib.inflate(&stream, Z_NO_FLUSH)
                        used = source.count - Int(stream.avail_in)
                        made = target.count - Int(stream.avail_out)
                    }
                }
                guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
                    throw CSVError("the archive is damaged")
                }
                total += Int64(made)
                guard total <= sizeLimit, total <= 1 << 20 || total / max(packed, 1) <= ratioLimit else {
                    throw CSVError("the archive unpacks to too much")
                }
                if made > 0 { try take(Array(output[..<made])) }
                isOver = result == Z_STREAM_END
                if result == Z_BUF_ERROR, made == 0 { break }
            }
        }
        guard isOver else { throw CSVError("the archive is cut off") }
    }
}
