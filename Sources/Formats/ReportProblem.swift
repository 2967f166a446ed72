/// Why a test did not pass.
public struct ReportProblem: Sendable, Hashable {
    /// A failed check, or something that went wrong around it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case failure
        case error
    }

    /// Failure or error.
    public var kind: Kind
    /// `nil` when the tool gives none; see `headline`.
    public var message: String?
    /// The class of the exception or a word of the tool.
    public var type: String?
    /// Mostly the stack trace.
    public var text: String?

    /// A problem; only its kind is certain.
    public init(kind: Kind, message: String? = nil, type: String? = nil, text: String? = nil) {
        self.kind = kind
        self.message = message
        self.type = type
        self.text = text
    }

    /// The message, or the first line of the text that says something.
    public var headline: String? {
        if let message { return message }
        guard let text else { return nil }
        let line = text.split(whereSeparator: \.isNewline).first { $0.contains { !$0.isWhitespace } }
        return line.map { String($0.drop(while: \.isWhitespace)) }
    }
}
