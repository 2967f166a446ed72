/// The two parts that products show of a name: its first word and the rest.
public struct PersonName: Sendable, Hashable {
    public let first: String
    public let last: String

    public init(_ name: String) {
        let parts = name.split(separator: " ", maxSplits: 1)
        first = parts.first.map(String.init) ?? ""
        last = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
    }
}
