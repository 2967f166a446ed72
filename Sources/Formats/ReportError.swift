/// Why a report cannot be read, and where.
public struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// For the person who uploaded the report.
    public var message: String
    /// From 1; `nil` when the document as a whole is wrong.
    public var line: Int?
    /// From 1, in characters.
    public var column: Int?

    /// An error, with its place when it has one.
    public init(_ message: String, line: Int? = nil, column: Int? = nil) {
        self.message = message
        self.line = line
        self.column = column
    }

    /// `line 12, column 7: …`
    public var description: String {
        guard let line else { return message }
        guard let column else { return "line \(line): \(message)" }
        return "line \(line), column \(column): \(message)"
    }
}
