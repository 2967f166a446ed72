import Foundation

/// The databases that tests run on.
public enum Backend: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    public var description: String { rawValue }

    /// Every database of this machine: PostgreSQL only with `ASSAY_TEST_POSTGRES`, and its absence is printed.
    public static let all: [Backend] = PostgresServer.url == nil ? [.sqlite] : [.sqlite, .postgres]
}
