import CLibPQ
import Foundation
import Store

/// Where the server is and how to sign in, as libpq's keywords; it keeps the password out of messages.
struct ServerAddress: Sendable {
    let keywords: [(name: String, value: String)]
    private let password: String

    /// What the URL may override: a dead network shows within a minute, and only a primary will do.
    private static let defaults = [
        ("connect_timeout", "5"), ("fallback_application_name", "assay"), ("keepalives_idle", "30"),
        ("keepalives_interval", "10"), ("keepalives_count", "3"), ("tcp_user_timeout", "60000"),
        ("target_session_attrs", "read-write"),
    ]

    init(url: String) throws(StoreError) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw StoreError(.unavailable, "the database URL must begin with postgres:// or postgresql://")
        }
        try ServerAddress.checkCredentials(url)
        // libpq's own message would repeat parts of the URL, which may be parts of the password.
        guard !url.utf8.contains(0), let options = PQconninfoParse(url, nil) else {
            throw StoreError(.unavailable, "the PostgreSQL URL cannot be read; check its percent-encoding and options")
        }
        defer { PQconninfoFree(options) }
        var keywords: [(name: String, value: String)] = []
        var password = ""
        var position = 0
        while let name = options[position].keyword {
            if let value = options[position].val {
                keywords.append((String(cString: name), String(cString: value)))
                if keywords[keywords.count - 1].name == "password" { password = keywords[keywords.count - 1].value }
            }
            position += 1
        }
        for (name, value) in ServerAddress.defaults where !keywords.contains(where: { $0.name == name }) {
            keywords.append((name, value))
        }
        keywords.removeAll { $0.name == "client_encoding" }
        keywords.append(("client_encoding", "UTF8"))
        self.keywords = keywords
        self.password = password
    }

    /// A bare `@` or `/` in a password makes libpq take a part of it for the host, which then is in its messages.
    private static func checkCredentials(_ url: String) throws(StoreError) {
        let parts = url.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return }
        let credentials = parts[0].drop { $0 != "/" }.dropFirst(2)
        guard parts.count == 2, !credentials.contains(where: { "/?#[] ".contains($0) }) else {
            throw StoreError(
                .unavailable, "the PostgreSQL URL cannot be read: percent-encode @ / ? # [ ] inside its parts")
        }
    }

    /// A message of libpq or of the server without the password.
    func redacted(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
        let line = lines.joined(separator: "; ")
        return password.isEmpty ? line : line.replacingOccurrences(of: password, with: "…")
    }
}
