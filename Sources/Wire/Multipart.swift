import Foundation
import HTTPTypes
public import Model

/// Reads a `multipart/form-data` body (RFC 7578) part by part, as it arrives.
///
/// Ask `next()` for a part, then read its content with `piece()`, `text()` or `spool(to:limit:)`; what is not read is
/// skipped.
public struct MultipartReader {
    /// The headers of one part.
    public struct Part: Sendable, Hashable {
        public var name: String
        /// As the client sent it, without control characters; never use it as a path.
        public var fileName: String?
        /// In lower case, without parameters.
        public var mediaType: String?
    }

    /// What a body may hold.
    public struct Limits: Sendable {
        public var parts: Int
        /// Bytes of all fields that are no files.
        public var fieldBytes: Int

        public init(parts: Int = 5000, fieldBytes: Int = 1 << 20) {
            self.parts = parts
            self.fieldBytes = fieldBytes
        }
    }

    private let body: Body
    private let limits: Limits
    private var parser: MultipartParser
    private var isInPart = false
    private var parts = 0
    private var fieldBytes = 0

    /// Throws `.unsupportedMediaType` or `.malformed` when the call carries no multipart form.
    public init(_ call: Call, limits: Limits = Limits()) throws(DomainError) {
        guard call.mediaType == "multipart/form-data" else {
            throw DomainError(.unsupportedMediaType, "send the body as multipart/form-data")
        }
        let parameters = HeaderParameters(call.headers[.contentType] ?? "")
        guard let boundary = parameters["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), boundary.last != " "
        else { throw .malformed("the content type names no valid multipart boundary") }
        body = call.body
        self.limits = limits
        parser = MultipartParser(boundary: boundary)
    }

    /// The next part, or `nil` after the last one.
    public mutating func next() async throws(DomainError) -> Part? {
        while true {
            switch try await event() {
            case .head(let block):
                parts += 1
                guard parts <= limits.parts else {
                    throw DomainError(.tooLarge, "the multipart body has more than \(limits.parts) parts")
                }
                isInPart = true
                return try MultipartReader.part(block)
            case .content, .partEnd: isInPart = false
            case .end: return nil
            case .needsMore: break
            }
        }
    }

    /// The next bytes of the part, or `nil` at its end.
    public mutating func piece() async throws(DomainError) -> [UInt8]? {
        guard isInPart else { return nil }
        switch try await event() {
        case .content(let bytes): return bytes
        case .head, .partEnd, .end, .needsMore:
            isInPart = false
            return nil
        }
    }

    /// The whole part as text. Throws `.tooLarge` when all fields together pass their limit.
    public mutating func text() async throws(DomainError) -> String {
        var bytes: [UInt8] = []
        while let piece = try await piece() {
            fieldBytes += piece.count
            guard fieldBytes <= limits.fieldBytes else {
                throw DomainError(.tooLarge, "the fields of the form are larger than \(limits.fieldBytes) bytes")
            }
            bytes.append(contentsOf: piece)
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .malformed("a field of the form is not UTF-8 text")
        }
        return text
    }

    private mutating func event() async throws(DomainError) -> MultipartParser.Event {
        while true {
            let event = try parser.next()
            guard case .needsMore = event else { return event }
            guard let piece = try await body.piece() else {
                throw .malformed("the multipart body ends before its last boundary")
            }
            parser.feed(piece)
        }
    }

    private static func part(_ block: [UInt8]) throws(DomainError) -> Part {
        guard let text = String(validating: block, as: UTF8.self) else {
            throw .malformed("the headers of a part are not UTF-8 text")
        }
        var disposition: HeaderParameters?
        var mediaType: String?
        for line in text.split(whereSeparator: { $0 == "\r\n" }) {
            guard let colon = line.firstIndex(of: ":") else {
                throw .malformed("a header of a part has no colon")
            }
            let value = line[line.index(after: colon)...].trimmed
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = HeaderParameters(value)
            case "content-type": mediaType = value.split(separator: ";").first?.trimmed.lowercased()
            case "content-transfer-encoding":
                guard ["binary", "8bit", "7bit"].contains(value.lowercased()) else {
                    throw .malformed("the transfer encoding \(value.prefix(40)) is not supported")
                }
            default: break
            }
        }
        guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
            throw .malformed("a part has no form-data name")
        }
        let fileName = disposition.extended("filename") ?? disposition["filename"]
        return Part(name: name, fileName: fileName.map { FileName.cleaned($0) }, mediaType: mediaType)
    }
}

/// A header value with parameters: `form-data; name="a"; filename="b.xml"`.
struct HeaderParameters {
    /// The part before the first semicolon, in lower case.
    let value: String
    private let parameters: [(name: String, value: String)]

    init(_ text: some StringProtocol) {
        var scanner = text.unicodeScalars[...]
        value = String(Self.take(&scanner) { $0 != ";" }).trimmed.lowercased()
        var parameters: [(name: String, value: String)] = []
        while scanner.popFirst() != nil {
            let name = String(Self.take(&scanner) { $0 != "=" && $0 != ";" }).trimmed.lowercased()
            guard scanner.first == "=" else { continue }
            scanner.removeFirst()
            _ = Self.take(&scanner) { $0 == " " || $0 == "\t" }
            let isQuoted = scanner.first == "\""
            let value = isQuoted ? Self.quoted(&scanner) : String(Self.take(&scanner) { $0 != ";" }).trimmed
            parameters.append((name, value))
            if isQuoted { _ = Self.take(&scanner) { $0 != ";" } }
        }
        self.parameters = parameters
    }

    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// A parameter in the form of RFC 8187: `name*=UTF-8''a%20b`.
    func extended(_ name: String) -> String? {
        guard let text = self["\(name)*"], text.prefix(7).lowercased() == "utf-8''" else { return nil }
        return PercentEncoding.decoded(text.dropFirst(7))
    }

    private static func take<S: Collection>(_ rest: inout S, while isPart: (Unicode.Scalar) -> Bool) -> String
    where S.Element == Unicode.Scalar, S.SubSequence == S {
        var text = String.UnicodeScalarView()
        while let scalar = rest.first, isPart(scalar) {
            text.append(scalar)
            rest.removeFirst()
        }
        return String(text)
    }

    /// Browsers escape a quote as `%22`, others with a backslash; a backslash before anything else is a part of the name.
    private static func quoted<S: Collection>(_ rest: inout S) -> String
    where S.Element == Unicode.Scalar, S.SubSequence == S {
        var text = String.UnicodeScalarView()
        rest.removeFirst()
        while let scalar = rest.popFirst(), scalar != "\"" {
            if scalar == "\\", let next = rest.first, next == "\"" || next == "\\" {
                text.append(next)
                rest.removeFirst()
            } else {
                text.append(scalar)
            }
        }
        return String(text).replacingOccurrences(of: "%22", with: "\"")
    }
}

/// Names of files as clients send them.
public enum FileName {
    private static let limit = 200

    /// Without control and direction characters, composed, of at most 200 characters; the end is kept.
    public static func cleaned(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.precomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: continue
            default: scalars.append(scalar)
            }
        }
        return String(String(scalars).suffix(limit))
    }
}
