import Foundation
import HTTPTypes
public import Model

extension Reply {
    /// A stored file as a browser may have it: the type that is safe, a range when one is asked for.
    public static func file(
        _ path: String, name: String, mediaType: String, sha256: String, for call: Call
    ) throws(DomainError) -> Reply {
        let (size, start) = try facts(path)
        let (type, isInline) = MediaType.served(mediaType, start: start)
        var headers: HTTPFields = [
            .contentType: type, .acceptRanges: "bytes", .eTag: "\"\(sha256)\"",
            .contentDisposition: disposition(name, isInline: isInline),
        ]
        if let name = HTTPField.Name("Content-Security-Policy") { headers[name] = "default-src 'none'; sandbox" }
        switch ByteRange(call.headers[.range], size: size) {
        case .whole: return Reply(.ok, headers: headers, content: .file(path: path, offset: 0, length: size))
        case .part(let offset, let length):
            headers[.contentRange] = "bytes \(offset)-\(offset + length - 1)/\(size)"
            return Reply(.partialContent, headers: headers, content: .file(path: path, offset: offset, length: length))
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(size)"
            headers[.contentType] = nil
            headers[.contentDisposition] = nil
            return Reply(.rangeNotSatisfiable, headers: headers)
        }
    }

    /// The size of a file and its first bytes.
    private static func facts(_ path: String) throws(DomainError) -> (size: Int64, start: [UInt8]) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .notFound("File") }
        do {
            let start = try handle.read(upToCount: 16) ?? Data()
            let size = try handle.seekToEnd()
            try handle.close()
            return (Int64(size), Array(start))
        } catch {
            throw .fault("a stored file cannot be read")
        }
    }

    /// The name in ASCII and, where it needs more, in UTF-8 (RFC 6266).
    private static func disposition(_ name: String, isInline: Bool) -> String {
        let plain = String(name.map { $0.isASCII && !"\"\\/%".contains($0) && !$0.isNewline ? $0 : "_" })
        let fallback = "\(isInline ? "inline" : "attachment"); filename=\"\(plain)\""
        return plain == name ? fallback : fallback + "; filename*=UTF-8''\(PercentEncoding.encoded(name))"
    }
}

/// What a `Range` header asks for of a file (RFC 9110); several ranges at once count as the whole.
enum ByteRange: Hashable {
    case whole
    case part(offset: Int64, length: Int64)
    case unsatisfiable

    init(_ header: String?, size: Int64) {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else {
            self = .whole
            return
        }
        let bounds = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
            self = .whole
            return
        }
        // A number beyond every file counts as the largest one.
        let first = bounds[0].isEmpty ? nil : Int64(bounds[0]) ?? .max
        let last = bounds[1].isEmpty ? nil : Int64(bounds[1]) ?? .max
        switch (first, last) {
        case (nil, nil): self = .whole
        case (nil, let count?):
            let length = min(count, size)
            self = length > 0 ? .part(offset: size - length, length: length) : .unsatisfiable
        case (let start?, let end):
            if let end, end < start {
                self = .whole
                return
            }
            guard start < size else {
                self = .unsatisfiable
                return
            }
            let stop = min(end ?? size - 1, size - 1)
            self = .part(offset: start, length: stop - start + 1)
        }
    }
}
