import Store

/// What every session is set to, and what the server must be.
struct SessionSettings: Sendable {
    let script: String
    let allowUnsafeServer: Bool
    /// Milliseconds that a statement may take; zero is no limit.
    let statementLimit: Int64

    init(
        schema: String?, statementTimeout: Duration, lockTimeout: Duration, allowUnsafeServer: Bool
    ) throws(StoreError) {
        self.allowUnsafeServer = allowUnsafeServer
        statementLimit = SessionSettings.milliseconds(statementTimeout)
        var lines = [
            "SET TimeZone = 'UTC'",
            "SET standard_conforming_strings = on",
            "SET bytea_output = 'hex'",
            "SET extra_float_digits = 1",
            "SET client_min_messages = 'warning'",
            "SET statement_timeout = \(statementLimit)",
            "SET lock_timeout = \(SessionSettings.milliseconds(lockTimeout))",
            "SET idle_in_transaction_session_timeout = \(statementLimit * 2)",
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
