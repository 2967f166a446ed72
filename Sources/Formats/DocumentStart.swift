/// Says in plain words what a file is when its first bytes show that it is no XML document.
enum DocumentStart {
    private static let signatures: [(bytes: [UInt8], name: String)] = [
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive"), ([0x50, 0x4B, 0x05, 0x06], "an empty zip archive"),
        ([0x1F, 0x8B], "a gzip file"), ([0x42, 0x5A, 0x68], "a bzip2 file"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file"), ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive"), ([0x25, 0x50, 0x44, 0x46], "a PDF document"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"), ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
    ]

    /// A complaint about bytes that are no text at all.
    static func complaint(_ head: UnsafeBufferPointer<UInt8>) -> String? {
        guard !head.isEmpty else { return nil }
        for signature in signatures where head.starts(with: signature.bytes) {
            return "this is \(signature.name), not an XML report: upload the report itself"
        }
        return nil
    }

    /// A complaint about text, UTF-8 from its first character that is not white space, that is no XML.
    static func complaintAboutText(_ text: UnsafeBufferPointer<UInt8>, expecting expectation: String) -> String? {
        switch text.first {
        case nil: return nil
        case UInt8(ascii: "<"):
            let start = String(decoding: text.prefix(16), as: UTF8.self).lowercased()
            let isPage = start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
            return isPage ? "this is an HTML page, not a \(expectation) report" : nil
        case UInt8(ascii: "{"), UInt8(ascii: "["): return "this is JSON, not a \(expectation) report"
        default:
            let start = String(decoding: text.prefix(20), as: UTF8.self)
            return "this is not XML: it starts with \"\(visible(start))\""
        }
    }

    private static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.value >= 32 && scalar.value != 0x7F && !(0x80...0x9F).contains(scalar.value)
            result.unicodeScalars.append(isPlain ? scalar : "\u{FFFD}")
        }
        return result
    }
}
