import CLibPQ
import Foundation
import Store

/// Where the server is and how to sign in, as libpq's keywords; it keeps the password out of messages.
struct ServerAddress: Sendable {
    let keywords: [(name: String, value: String)]
    private let password: String

    /// What the URL may override: a dead network shows within half a minute, and only a primary will do.
    private static let defaults = [
        ("client_encoding", "UTF8"), ("connect_timeout", "5"), ("fallback_application_name", "assay"),
        ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
        ("tcp_user_timeout", "60000"), ("target_session_attrs", "read-write"),
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

/// What every session is set to, and what the server must be.
struct SessionSettings: Sendable {
    let script: String
    let allowUnsafeServer: Bool

    init(
        schema: String?, statementTimeout: Duration, lockTimeout: Duration, allowUnsafeServer: Bool
    ) throws(StoreError) {
        self.allowUnsafeServer = allowUnsafeServer
        var lines = [
            "SET TimeZone = 'UTC'",
            "SET standard_conforming_strings = on",
            "SET bytea_output = 'hex'",
            "SET extra_float_digits = 1",
            "SET client_min_messages = 'warning'",
            "SET statement_timeout = \(SessionSettings.milliseconds(statementTimeout))",
            "SET lock_timeout = \(SessionSettings.milliseconds(lockTimeout))",
            "SET idle_in_transaction_session_timeout = \(SessionSettings.milliseconds(statementTimeout) * 2)",
            // Cursors are read to the end.
            "SET cursor_tuple_fraction = 1",
            // Compiling pays for seconds of work; our statements take milliseconds.
            "SET jit = off",
            """
            SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') IN ('off', 'local')
            """,
        ]
        if let schema {
            guard !schema.isEmpty, !schema.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 < 0x20 }) else {
                throw StoreError(.unavailable, "no name of a schema: it is empty or has quotes or control characters")
            }
            lines.append("SET search_path TO \"\(schema)\"")
        }
        lines.append(
            """
            SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('server_encoding'),
            (SELECT count(*) FROM pg_catalog.pg_collation WHERE collname = 'und-x-icu')
            """)
        script = lines.joined(separator: ";\n")
    }

    /// Throws what is wrong with a server and what to do about it; the row is the answer of the script.
    func check(version: Int32, row: [String]) throws(StoreError) {
        guard version >= 140_000 else {
            throw StoreError(
                .unavailable, "PostgreSQL \(version / 10_000) is too old: Assay needs 14 or newer, upgrade the server")
        }
        guard row.count == 4 else { throw StoreError(.unavailable, "the server did not answer its settings") }
        guard row[2] == "UTF8" else {
            throw StoreError(
                .unavailable,
                "the database's encoding is \(row[2]): make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
            )
        }
        guard row[3] != "0" else {
            throw StoreError(
                .unavailable, "the server lacks the collation und-x-icu: use a PostgreSQL that is built with ICU")
        }
        if allowUnsafeServer { return }
        for (name, value) in [("fsync", row[0]), ("full_page_writes", row[1])] where value != "on" {
            throw StoreError(
                .unavailable,
                """
                the server runs with \(name)=\(value) and may lose or destroy data when it crashes: \
                set \(name) = on in postgresql.conf and reload it
                """)
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let parts = duration.components
        return max(0, min(parts.seconds, 2_000_000) * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }
}
