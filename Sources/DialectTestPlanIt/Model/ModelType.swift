import Catalog
import Model

/// One model of the RPC: an entity of the catalogue under the words of the wire.
final class ModelType: Sendable {
    /// As in the specification: `RepositoryCases`.
    let name: String
    /// As in paths and messages: `repositoryCases`.
    let accessor: String
    let entity: EntityType
    let scalars: [ModelScalar]
    let relations: [ModelRelation]
    /// Compound unique arguments by their names.
    let keys: [String: ModelKey]
    /// Fields that are unique by themselves.
    let uniqueFields: Set<String>
    private let scalarPositions: [String: Int]
    private let relationPositions: [String: Int]

    init(_ entity: EntityType, in schema: Schema) {
        self.entity = entity
        let name = ModelNames.words[entity.name] ?? entity.name
        self.name = name
        accessor = ModelNames.accessor(name)
        scalars = ModelType.scalars(of: entity, in: schema)
        relations = ModelType.relations(of: entity, in: schema)
        var scalarPositions: [String: Int] = [:]
        for (position, scalar) in scalars.enumerated() { scalarPositions[scalar.name] = position }
        var relationPositions: [String: Int] = [:]
        for (position, relation) in relations.enumerated() { relationPositions[relation.name] = position }
        self.scalarPositions = scalarPositions
        self.relationPositions = relationPositions
        var keys: [String: ModelKey] = [:]
        var unique: Set<String> = ["uuid"]
        if scalarPositions["id"] != nil { unique.insert("id") }
        for key in entity.uniques {
            guard key.fields.count > 1 else {
                unique.formUnion(key.fields)
                continue
            }
            let name = key.fields.joined(separator: "_")
            keys[name] = ModelKey(fields: key.fields, isLive: key.live)
            // A key among live rows has the mark of deletion as its last part.
            if key.live { keys["\(name)_isDeleted"] = ModelKey(fields: key.fields + ["isDeleted"], isLive: false) }
        }
        self.keys = keys
        uniqueFields = unique
    }

    func scalar(_ name: String) -> ModelScalar? { scalarPositions[name].map { scalars[$0] } }
    func relation(_ name: String) -> ModelRelation? { relationPositions[name].map { relations[$0] } }

    /// The to-one relation that a reference field carries.
    func relation(by field: String) -> ModelRelation? {
        relations.first { $0.relation.kind == .toOne(field: field) }
    }

    private static func scalars(of entity: EntityType, in schema: Schema) -> [ModelScalar] {
        var scalars: [ModelScalar] = []
        for field in entity.fields {
            switch field.name {
            case "epoch": continue
            case "id":
                if entity.key == .id { scalars.append(ModelScalar("id", field, .rowId)) }
            case "uid":
                if entity.key == .uid { scalars.append(ModelScalar("id", field, .rowUid)) }
                scalars.append(ModelScalar("uuid", field, .rowUid))
            default:
                guard let kind = kind(of: field, entity, in: schema) else { continue }
                scalars.append(ModelScalar(field.name, field, kind))
            }
        }
        return scalars
    }

    private static func kind(of field: Field, _ entity: EntityType, in schema: Schema) -> ModelScalar.Kind? {
        if let target = field.target.flatMap({ schema.entity($0) }) {
            if target.ownership == .engine { return nil }
            return target.key == .uid ? .uidReference : .idReference
        }
        if entity.name == "Milestone", field.name == "completedAt" { return .dueOrCompleted }
        return .plain
    }

    private static func relations(of entity: EntityType, in schema: Schema) -> [ModelRelation] {
        var relations: [ModelRelation] = []
        for relation in entity.relations {
            guard let target = schema.entity(relation.target), target.ownership != .engine else { continue }
            relations.append(ModelRelation(relation, isList: !schema.leadsToOneRow(relation)))
        }
        return relations
    }
}

/// One scalar of a model.
struct ModelScalar: Sendable {
    enum Kind: Sendable, Hashable {
        case plain
        /// The integer id; a UUID is accepted in its place.
        case rowId
        /// The UUID, under the name `id` or `uuid`.
        case rowUid
        /// Points at a row that is known by its integer id.
        case idReference
        /// Points at a row that is known by its UUID.
        case uidReference
        /// `Milestones.completedAt`: the due date until the milestone is completed.
        case dueOrCompleted
    }

    let name: String
    let field: Field
    let kind: Kind
    let key: JSONKey
    /// The column of a result that holds what is shown.
    let column: String

    init(_ name: String, _ field: Field, _ kind: Kind) {
        self.name = name
        self.field = field
        self.kind = kind
        key = JSONKey(name)
        column = kind == .uidReference ? "\(field.name)#uid" : field.name
    }

    /// Columns that must be read to show it.
    var fields: [String] { kind == .dueOrCompleted ? [field.name, "dueDate", "isCompleted"] : [field.name] }
}

/// One relation of a model.
struct ModelRelation: Sendable {
    let name: String
    let relation: Relation
    /// False for relations to one row, whichever side holds the reference.
    let isList: Bool
    let key: JSONKey

    init(_ relation: Relation, isList: Bool) {
        name = relation.name
        self.relation = relation
        self.isList = isList
        key = JSONKey(relation.name)
    }

    /// The reference field on this side.
    var ownField: String? {
        guard case .toOne(let field) = relation.kind else { return nil }
        return field
    }
}

/// A compound unique argument.
struct ModelKey: Sendable {
    let fields: [String]
    /// Only rows that are not deleted count.
    let isLive: Bool
}

/// Every model by its names.
final class ModelBook: Sendable {
    static let shared = ModelBook(Catalog.schema)

    private let byEntity: [String: ModelType]
    private let byWord: [String: ModelType]

    init(_ schema: Schema) {
        var byEntity: [String: ModelType] = [:]
        var byWord: [String: ModelType] = [:]
        for entity in schema.entities where entity.ownership != .engine {
            let model = ModelType(entity, in: schema)
            byEntity[entity.name] = model
            byWord[model.name] = model
            byWord[model.accessor] = model
        }
        self.byEntity = byEntity
        self.byWord = byWord
    }

    /// The model of a path segment: the accessor or the name, nothing else.
    subscript(word: String) -> ModelType? { byWord[word] }

    func model(of entity: String) -> ModelType? { byEntity[entity] }

    /// The model at the other end of a relation; relations to unknown models are not declared.
    func target(_ relation: ModelRelation) -> ModelType {
        guard let model = byEntity[relation.relation.target] else {
            preconditionFailure("no model \(relation.relation.target)")
        }
        return model
    }

    var models: [ModelType] { byEntity.values.sorted { $0.name < $1.name } }
}
