/// How one entity leads to another.
public struct Relation: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// This entity's reference field points at one row of the target.
        case toOne(field: String)
        /// Rows of the target whose reference field points here.
        case toMany(field: String)
        /// Rows of the target joined by a table of pairs; `here` and `there` are its columns.
        case manyToMany(table: String, here: String, there: String)
    }

    public let name: String
    public let target: String
    public let kind: Kind

    public init(_ name: String, to target: String, _ kind: Kind) {
        self.name = name
        self.target = target
        self.kind = kind
    }

    public static func toOne(_ name: String, _ target: String, by field: String) -> Relation {
        Relation(name, to: target, .toOne(field: field))
    }

    public static func toMany(_ name: String, _ target: String, by field: String) -> Relation {
        Relation(name, to: target, .toMany(field: field))
    }

    public static func manyToMany(
        _ name: String, _ target: String, table: String, here: String, there: String
    ) -> Relation {
        Relation(name, to: target, .manyToMany(table: table, here: here, there: there))
    }

    public var isToOne: Bool {
        if case .toOne = kind { return true }
        return false
    }
}
