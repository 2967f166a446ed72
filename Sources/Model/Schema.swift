/// All entity types of the server, looked up by name.
public final class Schema: Sendable {
    public let entities: [EntityType]
    private let positions: [String: Int]

    /// Throws a description of the first inconsistency: a relation or reference to nothing, a key of unknown fields.
    public init(_ entities: [EntityType]) throws(SchemaError) {
        self.entities = entities
        var positions: [String: Int] = [:]
        for (position, entity) in entities.enumerated() {
            guard positions.updateValue(position, forKey: entity.name) == nil else {
                throw SchemaError("\(entity.name) is declared twice")
            }
        }
        self.positions = positions
        for entity in entities { try check(entity) }
    }

    public func entity(_ name: String) -> EntityType? { positions[name].map { entities[$0] } }

    /// The position in the catalogue, stable within one build.
    public func ordinal(_ name: String) -> Int? { positions[name] }

    /// An entity that the code names; unknown is a programmer error.
    public subscript(name: String) -> EntityType {
        guard let entity = entity(name) else { preconditionFailure("no entity \(name)") }
        return entity
    }

    /// The pairs of every many-to-many relation, each table once.
    public var joinTables: [JoinTable] {
        var tables: [JoinTable] = []
        var seen: Set<String> = []
        for entity in entities {
            for relation in entity.relations {
                guard case .manyToMany(let table, let here, let there) = relation.kind, seen.insert(table).inserted
                else { continue }
                tables.append(
                    JoinTable(
                        name: table, first: here, firstEntity: entity.name, second: there,
                        secondEntity: relation.target))
            }
        }
        return tables
    }

    private func check(_ entity: EntityType) throws(SchemaError) {
        for field in entity.fields {
            if let target = field.target, self.entity(target) == nil {
                throw SchemaError("\(entity.name).\(field.name) points at unknown \(target)")
            }
        }
        for relation in entity.relations {
            guard let target = self.entity(relation.target) else {
                throw SchemaError("\(entity.name).\(relation.name) leads to unknown \(relation.target)")
            }
            switch relation.kind {
            case .toOne(let field):
                guard entity.field(field)?.target == target.name else {
                    throw SchemaError("\(entity.name).\(relation.name) needs a reference \(field)")
                }
            case .toMany(let field):
                guard target.field(field)?.target == entity.name else {
                    throw SchemaError("\(entity.name).\(relation.name) needs a reference \(target.name).\(field)")
                }
            case .manyToMany: break
            }
        }
        for unique in entity.uniques {
            for name in unique.fields where entity.field(name) == nil {
                throw SchemaError("\(entity.name) has a key over unknown \(name)")
            }
        }
        for name in entity.indexes.joined() where entity.field(name) == nil {
            throw SchemaError("\(entity.name) has an index over unknown \(name)")
        }
    }
}

/// A table of pairs behind a many-to-many relation.
public struct JoinTable: Sendable, Hashable {
    public let name: String
    public let first: String
    public let firstEntity: String
    public let second: String
    public let secondEntity: String

    public init(name: String, first: String, firstEntity: String, second: String, secondEntity: String) {
        self.name = name
        self.first = first
        self.firstEntity = firstEntity
        self.second = second
        self.secondEntity = secondEntity
    }
}

/// An inconsistency of the catalogue; a programmer error that the tests find.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
