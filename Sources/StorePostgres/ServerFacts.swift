import CLibPQ
import Model
import Statements
import Store

/// What the server says about itself, with a word where it should be otherwise.
enum ServerFacts {
    static func read(_ session: any Session) throws -> [StoreFact] {
        let row =
            try session.rows(
                """
                SELECT current_setting('server_version'), current_setting('synchronous_commit'), current_setting('fsync'),
                current_setting('full_page_writes'), pg_database_size(current_database()),
                (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
                current_setting('max_connections'), current_setting('data_checksums')
                """
            ).first ?? []
        guard row.count == 8 else { return [] }
        let text = { (position: Int) in row[position].string ?? row[position].integer.map { "\($0)" } ?? "" }
        return [
            StoreFact("database", "PostgreSQL \(text(0))"),
            setting("synchronous_commit", text(1), isSafe: text(1) != "off" && text(1) != "local"),
            setting("fsync", text(2), isSafe: text(2) == "on"),
            setting("full_page_writes", text(3), isSafe: text(3) == "on"),
            StoreFact("data_checksums", text(7)),
            StoreFact("database_size_bytes", text(4)),
            StoreFact("server_connections", "\(text(5)) of \(text(6))"),
        ]
    }

    static func encryption(_ connection: Connection) -> [StoreFact] {
        let isEncrypted = PQsslInUse(connection.handle) == 1
        let host = PQhost(connection.handle).map { String(cString: $0) } ?? ""
        let isLocal = host.isEmpty || host.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains(host)
        let warning =
            isEncrypted || isLocal ? nil : "the connection is not encrypted: add sslmode=verify-full to the URL"
        return [StoreFact("encrypted", isEncrypted ? "yes" : "no", warning: warning)]
    }

    private static func setting(_ name: String, _ value: String, isSafe: Bool) -> StoreFact {
        StoreFact(name, value, warning: isSafe ? nil : "a crash may lose acknowledged writes: set \(name) = on")
    }
}
