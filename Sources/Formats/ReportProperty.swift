/// A name and a value that the report adds to a suite or a test.
public struct ReportProperty: Sendable, Hashable {
    /// Empty when the report names none.
    public var name: String
    /// Empty when the report gives none.
    public var value: String

    /// A property as the arguments say.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
