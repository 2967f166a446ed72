public import Model
import Statements

/// What carries values of custom fields.
public enum FieldOwner: String, Sendable, Hashable, CaseIterable {
    case issue = "Issue"
    case run = "TestSet"
    case testCase = "Test"
    case requirement = "Requirement"
    case instance = "Instance"
    case result = "Run"
    case milestone = "Milestone"

    /// Where the values are kept.
    var valueEntity: String { self == .testCase ? "CaseFieldValue" : "CustomFieldValue" }

    /// The reference from a value to its owner.
    public var valueField: String {
        switch self {
        case .issue: "issueId"
        case .run: "testRunId"
        case .testCase: "testCaseId"
        case .requirement: "requirementId"
        case .instance: "testRunCaseId"
        case .result: "testRunResultId"
        case .milestone: "milestoneId"
        }
    }
}

/// A field that people defined; the fields that every case has are none.
public struct CustomField: Sendable, Hashable {
    public struct Option: Sendable, Hashable {
        public let id: Int64
        public let name: String
        /// Removed options keep the values that are stored.
        public let isLive: Bool
    }

    public let id: Int64
    public let name: String
    /// One of `Choices.customFieldFormat`.
    public let format: String
    /// The only project that has the field; `nil` for all.
    public let projectId: Int64?
    public let entities: [String]
    public let parentId: Int64?
    /// The field whose possible values this one shares.
    public let valuesId: Int64?
    public let isRequired: Bool
    public let createdAt: Int64
    public let updatedAt: Int64
    public fileprivate(set) var options: [Option]
    /// Linked lists: parent value to child values.
    public fileprivate(set) var linked: JSONObject?

    public var values: [String] { options.filter(\.isLive).map(\.name) }
    /// Lists of any kind.
    public var isList: Bool { format == "list" || format == "multilist" || format == "linkedlist" }
}

/// The custom fields of one project.
public struct CustomFieldBook: Sendable {
    public let fields: [CustomField]
    private let positions: [Int64: Int]

    /// What the core brings along; never listed as custom fields.
    static let core: Set<String> = ["priority", "description", "steps", "expected"]

    init(_ fields: [CustomField]) {
        var fields = fields
        for index in fields.indices {
            guard let source = fields[index].valuesId.flatMap({ id in fields.first { $0.id == id } }) else { continue }
            // Own options stay readable.
            let own = fields[index].options.map { CustomField.Option(id: $0.id, name: $0.name, isLive: false) }
            fields[index].options = source.options + own
            if fields[index].format == "linkedlist" { fields[index].linked = source.linked ?? fields[index].linked }
        }
        self.fields = fields
        var positions: [Int64: Int] = [:]
        for (position, field) in fields.enumerated() { positions[field.id] = position }
        self.positions = positions
    }

    public func field(_ id: Int64) -> CustomField? { positions[id].map { fields[$0] } }

    /// A field by name without regard to case; the lowest id wins.
    public func named(_ name: String) -> CustomField? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }
    }
}

extension Reading {
    /// The fields of a project with their options, by id.
    public func customFields(project: Int64) throws(DomainError) -> CustomFieldBook {
        var options: [Int64: [CustomField.Option]] = [:]
        let own = Value.int(project)
        let optionRows = try rows(
            """
            SELECT a.case_field_id, o.id, o.name, o.is_deleted FROM case_field_assignment AS a
            JOIN field_option AS o ON o.id = a.field_option_id JOIN case_field AS f ON f.id = a.case_field_id
            WHERE NOT f.is_deleted AND (f.project_id IS NULL OR f.project_id = \(own)) ORDER BY o."order", o.id
            """)
        for row in optionRows {
            options[row[0].integer ?? 0, default: []].append(
                CustomField.Option(
                    id: row[1].integer ?? 0, name: row[2].string ?? "", isLive: row[3].boolean != true))
        }
        var fields: [CustomField] = []
        let found = try rows(
            """
            SELECT f.id, f.display_name, f.system_name, t.type, f.format, f.project_id, f.entities, f.parent_field_id,
            f.values_field_id, f.possible_values, f.is_required, f.created_at, f.updated_at FROM case_field AS f
            JOIN case_field_type AS t ON t.id = f.type_id
            WHERE NOT f.is_deleted AND (f.project_id IS NULL OR f.project_id = \(own)) ORDER BY f.id
            """)
        for row in found {
            let isCore = row[5].isNull && CustomFieldBook.core.contains(row[2].string ?? "")
            guard !isCore, let format = row[4].string ?? CustomFieldFormat.format(ofType: row[3].string ?? "") else {
                continue
            }
            let id = row[0].integer ?? 0
            let entities = JSON.texts(row[6].string)
            fields.append(
                CustomField(
                    id: id, name: row[1].string ?? "", format: format, projectId: row[5].integer,
                    entities: entities.isEmpty ? [FieldOwner.testCase.rawValue] : entities, parentId: row[7].integer,
                    valuesId: row[8].integer, isRequired: row[10].boolean == true, createdAt: row[11].integer ?? 0,
                    updatedAt: row[12].integer ?? 0, options: options[id] ?? [],
                    linked: CustomFieldFormat.object(row[9])))
        }
        return CustomFieldBook(fields)
    }

    /// The values of rows that have any, as they are shown, in the order of the fields' ids.
    public func customValues(
        _ owner: FieldOwner, _ ids: [Int64], project: Int64
    ) throws(DomainError) -> [Int64: [(field: Int64, value: JSON)]] {
        let stored = try storedValues(owner, ids)
        guard !stored.isEmpty else { return [:] }
        let book = try customFields(project: project)
        var result: [Int64: [(field: Int64, value: JSON)]] = [:]
        for value in stored {
            guard let field = book.field(value.field), let shown = CustomFieldFormat.shown(value.value, field) else {
                continue
            }
            result[value.owner, default: []].append((field.id, shown))
        }
        return result
    }

    struct StoredValue {
        let id: Int64
        let owner: Int64
        let field: Int64
        let value: Value
    }

    func storedValues(_ owner: FieldOwner, _ ids: [Int64]) throws(DomainError) -> [StoredValue] {
        guard !ids.isEmpty else { return [] }
        let entity = schema[owner.valueEntity]
        guard let column = entity.field(owner.valueField)?.column else { throw .fault("no values") }
        let list = SQLText.list(ids.map { Value.int($0) })
        let found = try rows(
            """
            SELECT id, \(name: column), field_id, value FROM \(name: entity.table)
            WHERE \(name: column) IN (\(list)) ORDER BY field_id, id
            """)
        return found.map {
            StoredValue(id: $0[0].integer ?? 0, owner: $0[1].integer ?? 0, field: $0[2].integer ?? 0, value: $0[3])
        }
    }
}

extension Writing {
    /// Sets values of rows; a null, an empty text or an empty list clears one, fields that are not named stay.
    public func setCustomValues(
        _ owner: FieldOwner, _ rows: [(id: Int64, values: [(field: Int64, value: JSON)])], _ book: CustomFieldBook
    ) throws(DomainError) {
        let rows = rows.filter { !$0.values.isEmpty }
        guard !rows.isEmpty else { return }
        var known: [[Int64]: StoredValue] = [:]
        for value in try storedValues(owner, rows.map(\.id)) { known[[value.owner, value.field]] = value }
        var drafts: [Draft] = []
        var changes: [Change] = []
        var gone: [Int64] = []
        for row in rows {
            for (id, value) in row.values {
                guard let field = book.field(id) else {
                    throw .invalid("customFields", "there is no custom field \(id)")
                }
                let stored = try CustomFieldFormat.stored(value, field, self)
                if let parent = field.parentId.flatMap({ book.field($0) }) {
                    let given = row.values.last { $0.field == parent.id }?.value
                    let standing = known[[row.id, parent.id]].flatMap { CustomFieldFormat.shown($0.value, parent) }
                    try requireChild(value, field, of: (given ?? standing)?.string)
                }
                let standing = known[[row.id, id]]
                switch (standing, stored.isNull) {
                case (let standing?, true): gone.append(standing.id)
                case (let standing?, false):
                    if standing.value != stored { changes.append(Change(standing.id, set: ["value": stored])) }
                case (nil, true): continue
                case (nil, false):
                    drafts.append(Draft([owner.valueField: .int(row.id), "fieldId": .int(id), "value": stored]))
                }
            }
        }
        try delete(owner.valueEntity, ids: gone)
        try update(owner.valueEntity, changes)
        try insert(owner.valueEntity, drafts)
    }

    /// The value of a linked list belongs to the value of the field above it.
    private func requireChild(
        _ value: JSON, _ field: CustomField, of parent: String?
    ) throws(DomainError) {
        guard field.format == "linkedlist", let parent, let child = value.string, !child.isEmpty,
            let linked = field.linked
        else { return }
        guard CustomFieldFormat.allows(child, linked, parent: parent) else {
            throw .invalid("customFields", "\(field.name): \(child) does not belong to \(parent)")
        }
    }
}
