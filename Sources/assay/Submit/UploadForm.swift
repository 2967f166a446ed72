import Foundation
import NIOCore
import Server

/// A multipart form of fields and files that is read while it is sent.
struct UploadForm: Sendable {
    fileprivate enum Segment: Sendable {
        case bytes([UInt8])
        case file(path: String, size: Int64)

        var size: Int64 {
            switch self {
            case .bytes(let bytes): Int64(bytes.count)
            case .file(_, let size): size
            }
        }
    }

    let boundary: String
    let size: Int64
    let fileCount: Int
    private let segments: [Segment]

    /// Throws a `StartError` that names the first file which cannot be read.
    init(fields: [(String, String)], files: [String]) throws {
        var generator = SystemRandomNumberGenerator()
        let boundary = "assay-" + String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
        var segments: [Segment] = []
        for (name, value) in fields {
            let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
            segments.append(.bytes(Array("\(head)\(value)\r\n".utf8)))
        }
        for path in files {
            let head = """
                --\(boundary)\r\nContent-Disposition: form-data; name="files"; filename="\(UploadForm.escaped(path))"\r\n\
                Content-Type: application/octet-stream\r\n\r\n
                """
            segments.append(.bytes(Array(head.utf8)))
            segments.append(.file(path: path, size: try UploadForm.size(path)))
            segments.append(.bytes(Array("\r\n".utf8)))
        }
        segments.append(.bytes(Array("--\(boundary)--\r\n".utf8)))
        self.boundary = boundary
        self.segments = segments
        size = segments.reduce(0) { $0 + $1.size }
        fileCount = files.count
    }

    private static func escaped(_ name: String) -> String {
        var text = ""
        for character in name {
            switch character {
            case "\"": text += "%22"
            case "\r", "\n", "\r\n": text += " "
            default: text.append(character)
            }
        }
        return text
    }

    private static func size(_ path: String) throws -> Int64 {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw StartError("\(path): \(String(cString: strerror(errno)))") }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw StartError("\(path) is no file") }
        guard access(path, R_OK) == 0 else { throw StartError("\(path): \(String(cString: strerror(errno)))") }
        return Int64(facts.st_size)
    }

    /// The form in pieces; `onPiece` hears how many bytes were handed over so far.
    func pieces(_ onPiece: @escaping @Sendable (Int64) -> Void) -> Pieces {
        Pieces(segments: segments, onPiece: onPiece)
    }

    struct Pieces: AsyncSequence, Sendable {
        fileprivate let segments: [Segment]
        fileprivate let onPiece: @Sendable (Int64) -> Void

        func makeAsyncIterator() -> Iterator { Iterator(segments: segments, onPiece: onPiece) }

        struct Iterator: AsyncIteratorProtocol {
            private static let size = 256 << 10
            fileprivate var segments: [Segment]
            fileprivate let onPiece: @Sendable (Int64) -> Void
            private var index = 0
            private var file: FileHandle?
            private var left: Int64 = 0
            private var sent: Int64 = 0

            fileprivate init(segments: [Segment], onPiece: @escaping @Sendable (Int64) -> Void) {
                self.segments = segments
                self.onPiece = onPiece
            }

            mutating func next() async throws -> ByteBuffer? {
                while index < segments.count {
                    let piece: ByteBuffer?
                    switch segments[index] {
                    case .bytes(let bytes):
                        piece = ByteBuffer(bytes: bytes)
                        index += 1
                    case .file(let path, let size): piece = try read(path, size)
                    }
                    guard let piece else { continue }
                    sent += Int64(piece.readableBytes)
                    onPiece(sent)
                    return piece
                }
                return nil
            }

            private mutating func read(_ path: String, _ size: Int64) throws -> ByteBuffer? {
                if file == nil {
                    file = FileHandle(forReadingAtPath: path)
                    left = size
                }
                guard left > 0 else {
                    try file?.close()
                    file = nil
                    index += 1
                    return nil
                }
                guard let data = try file?.read(upToCount: Int(Swift.min(Int64(Iterator.size), left))), !data.isEmpty
                else {
                    throw StartError("\(path) changed while it was sent")
                }
                left -= Int64(data.count)
                return ByteBuffer(bytes: data)
            }
        }
    }
}
