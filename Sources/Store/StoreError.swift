/// What a database said, in words that both databases share.
public struct StoreError: Error, Sendable {
    public enum Code: Sendable, Hashable {
        /// A unique index refused a row; its name.
        case unique(index: String)
        /// A reference points nowhere, or a referenced row would go.
        case reference
        /// A value is missing or has the wrong type.
        case constraint
        /// The transaction lost against another one; trying again may pass.
        case serialization
        /// The statement took longer than it may.
        case timeout
        /// The database cannot be reached, is full or broken: stop writing.
        case unavailable
        /// A statement that the database does not understand: a fault of ours.
        case statement
    }

    public var code: Code
    /// For the log only.
    public var detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
