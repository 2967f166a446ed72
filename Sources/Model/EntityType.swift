/// The declaration of one kind of thing: fields, relations, keys and who may read and write it.
public final class EntityType: Sendable {
    /// How the outside addresses a row.
    public enum PublicKey: Sendable, Hashable {
        /// The integer `id`.
        case id
        /// The UUID `uid`.
        case uid
        /// Fields that are unique together, for rows that are mere assignments.
        case fields([String])
    }

    /// Where the right to a row comes from.
    public enum Ownership: Sendable, Hashable {
        /// The row is a project.
        case project
        /// The row belongs to the project that its field names.
        case projectField(String)
        /// The row belongs to whatever the first of these to-one relations that is set belongs to.
        case parent([String])
        /// The row is the user's own; the field names the user.
        case user(String)
        /// Read by every signed-in user with access, written by administrators.
        case shared
        /// Read and written by administrators only.
        case administrators
        /// Never reached from outside the engine.
        case engine
    }

    public let name: String
    public let table: String
    public let key: PublicKey
    public let ownership: Ownership
    /// The application area whose rights a writer needs (TestPlanIt's roles); `nil` follows from the ownership.
    public let area: String?
    /// Deleting marks the row instead of removing it.
    public let isSoftDeleted: Bool
    /// Every field, the common ones first.
    public let fields: [Field]
    public let relations: [Relation]
    /// Fields that are unique together; a null counts as a value.
    public let uniques: [Unique]
    public let indexes: [[String]]
    public let help: String

    private let fieldPositions: [String: Int]
    private let relationPositions: [String: Int]

    /// A unique key; `live` restricts it to rows that are not deleted, `unless` spares rows by a value.
    public struct Unique: Sendable, Hashable {
        public let fields: [String]
        public let live: Bool
        public let unless: [Exemption]

        public init(_ fields: [String], live: Bool = false, unless: [Exemption] = []) {
            self.fields = fields
            self.live = live
            self.unless = unless
        }
    }

    /// The rows that a unique key leaves alone: those whose field has the value (null means: is null).
    public struct Exemption: Sendable, Hashable {
        public let field: String
        public let value: Value

        public init(_ field: String, _ value: Value) {
            self.field = field
            self.value = value
        }
    }

    public init(
        _ name: String, key: PublicKey = .id, ownership: Ownership, area: String? = nil, softDeleted: Bool = false,
        fields: [Field], relations: [Relation] = [], uniques: [Unique] = [], indexes: [[String]] = [],
        help: String = ""
    ) {
        self.name = name
        self.table = Field.snakeCase(name)
        self.key = key
        self.ownership = ownership
        self.area = area
        self.isSoftDeleted = softDeleted
        self.fields = EntityType.commonFields(softDeleted: softDeleted) + fields
        self.relations = relations
        self.uniques = uniques
        self.indexes = indexes
        self.help = help
        var fieldPositions: [String: Int] = [:]
        for (position, field) in self.fields.enumerated() { fieldPositions[field.name] = position }
        var relationPositions: [String: Int] = [:]
        for (position, relation) in relations.enumerated() { relationPositions[relation.name] = position }
        precondition(fieldPositions.count == self.fields.count, "duplicate field in \(name)")
        precondition(relationPositions.count == relations.count, "duplicate relation in \(name)")
        self.fieldPositions = fieldPositions
        self.relationPositions = relationPositions
    }

    /// What every row has: `id`, `uid` (UUIDv7), `epoch` (raised by each update) and its times.
    private static func commonFields(softDeleted: Bool) -> [Field] {
        var fields = [
            Field("id", .integer, required: true, help: "Integer id, unique within the entity."),
            Field("uid", .text, required: true, help: "UUID, unique everywhere."),
            Field("epoch", .integer, required: true, default: .value(1), help: "Raised by every update."),
            Field("createdAt", .timestamp, required: true, default: .now, help: "When the row was made."),
            Field("updatedAt", .timestamp, required: true, default: .now, help: "When the row was last changed."),
        ]
        if softDeleted {
            fields.append(
                Field(
                    "isDeleted", .boolean, required: true, default: .value(false),
                    help: "Deleted rows stay until they are purged."))
        }
        return fields
    }

    public func field(_ name: String) -> Field? { fieldPositions[name].map { fields[$0] } }
    public func position(of field: String) -> Int? { fieldPositions[field] }
    public func relation(_ name: String) -> Relation? { relationPositions[name].map { relations[$0] } }

    /// The to-one relation that a reference field carries.
    public func relation(by field: String) -> Relation? {
        relations.first { $0.kind == .toOne(field: field) }
    }
}
