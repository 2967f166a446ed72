/// Media types as clients send them.
public enum MediaType {
    /// `type/subtype` of tokens.
    public static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 100 else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$&-^_.+".contains($0)) }
        }
    }

    public static func safe(_ text: String?) -> String {
        guard let text = text?.lowercased(), isValid(text) else { return "application/octet-stream" }
        return text
    }

    /// Types that a browser would run or render as a document; they are never named to one.
    private static let active: Set<String> = [
        "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/javascript",
        "application/javascript", "application/x-shockwave-flash", "text/xsl", "multipart/related", "message/rfc822",
    ]

    /// How a stored file is named to a browser, and whether it may show it; pictures must be what they claim to be.
    public static func served(_ stored: String, start: [UInt8]) -> (type: String, isInline: Bool) {
        let type = safe(stored)
        switch type {
        case "image/png" where start.starts(with: [0x89, 0x50, 0x4E, 0x47]): return (type, true)
        case "image/jpeg" where start.starts(with: [0xFF, 0xD8, 0xFF]): return (type, true)
        case "image/gif" where start.starts(with: Array("GIF8".utf8)): return (type, true)
        case "image/webp"
        where start.starts(with: Array("RIFF".utf8)) && start.dropFirst(8).starts(with: Array("WEBP".utf8)):
            return (type, true)
        case "application/pdf" where start.starts(with: Array("%PDF-".utf8)): return (type, true)
        case "text/plain": return ("text/plain; charset=utf-8", true)
        case _ where active.contains(type) || type.hasSuffix("+xml") || type.hasPrefix("image/"):
            return ("application/octet-stream", false)
        default: return (type, false)
        }
    }
}
