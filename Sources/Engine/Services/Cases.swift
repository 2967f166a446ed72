public import Model
import Statements
import Store

/// What a person or a script says about a test case; `nil` leaves a part as it is.
public struct CaseInput: Sendable {
    public struct Step: Sendable {
        /// A step of the case that keeps its identity.
        public var key: RowKey?
        public var action: JSON
        public var expected: JSON
        /// The shared steps that stand here instead.
        public var sharedGroup: Int64?

        public init(key: RowKey? = nil, action: JSON, expected: JSON = .null, sharedGroup: Int64? = nil) {
            self.key = key
            self.action = action
            self.expected = expected
            self.sharedGroup = sharedGroup
        }
    }

    /// Plain columns of the case by field name.
    public var fields: [String: Value] = [:]
    public var steps: [Step]?
    public var tags: [String]?
    /// Values of case fields by system name or display name.
    public var values: [(field: String, value: JSON)] = []

    public init() {}
}

extension Writing {
    /// Makes cases of one project; folder, template and state have defaults.
    public func createCases(project: Int64, _ inputs: [CaseInput]) throws(DomainError) -> [Int64] {
        guard !inputs.isEmpty else { return [] }
        let root = try rootFolder(project: project)
        let book = try caseFields()
        let template = try defaultTemplate(project)
        let state = try defaultState("CASES", project)
        var drafts: [Draft] = []
        for input in inputs {
            var draft = Draft(input.fields)
            draft["projectId"] = .int(project)
            if draft["folderId"]?.isNull != false { draft["folderId"] = .int(root.folder) }
            if draft["repositoryId"] == nil { draft["repositoryId"] = .int(root.repository) }
            if draft["templateId"]?.isNull != false { draft["templateId"] = .int(template) }
            if draft["stateId"]?.isNull != false { draft["stateId"] = .int(state) }
            drafts.append(draft)
        }
        let ids = try insert("RepositoryCase", drafts)
        try fill(ids, inputs, book)
        return ids
    }

    /// Steps, tags and values of new cases, each kind with one insert for all.
    private func fill(_ ids: [Int64], _ inputs: [CaseInput], _ book: CaseFieldBook) throws(DomainError) {
        var steps: [Draft] = []
        var values: [Draft] = []
        var tags: [String: Int64] = [:]
        var pairs: [[Value]] = []
        for (id, input) in zip(ids, inputs) {
            let own = input.steps ?? []
            guard own.count <= 1000 else { throw .invalid("steps", "a case has at most 1000 steps") }
            for (index, step) in own.enumerated() {
                var draft = Draft(columns(step, index))
                draft["testCaseId"] = .int(id)
                steps.append(draft)
            }
            guard input.values.count <= 200 else { throw .invalid("customFields", "at most 200 custom fields") }
            for (name, value) in input.values {
                let field = try book.field(name)
                let stored = try book.stored(value, field)
                if stored.isNull { continue }
                values.append(Draft(["testCaseId": .int(id), "fieldId": .int(field.id), "value": stored]))
            }
            let names = input.tags ?? []
            guard names.count <= 100 else { throw .invalid("tags", "at most 100 tags") }
            for name in names {
                if tags[name] == nil { tags[name] = try self.tags(named: [name]).first }
                if let tag = tags[name] { pairs.append([.int(id), .int(tag)]) }
            }
        }
        try insert("Step", steps)
        try insert("CaseFieldValue", values)
        let insert = Insert(
            table: "repository_case_tag", columns: ["repository_case_id", "tag_id"], kinds: [.integer, .integer],
            rows: pairs, onConflict: .skip)
        _ = try run { () throws(StoreError) in try session.insert(insert) }
    }

    private func columns(_ step: CaseInput.Step, _ index: Int) -> [String: Value] {
        [
            "order": .int(index), "step": RichText.stored(step.action),
            "expectedResult": RichText.stored(step.expected), "sharedStepGroupId": .int(step.sharedGroup),
        ]
    }

    public func updateCase(_ id: Int64, _ input: CaseInput) throws(DomainError) {
        let row = try row("RepositoryCase", .id(id), deleted: .shown)
        if let steps = input.steps { try setSteps(id, steps) }
        if let tags = input.tags { try setTags("RepositoryCase", id, tags) }
        try setValues(id, input.values, try caseFields())
        let changed = input.fields.filter { !Cases.isSame(row[$0.key], $0.value) }
        // What says nothing new makes no version.
        if changed.isEmpty, !effects.changesCase(id) {
            try requireUpdatable("RepositoryCase", [id])
        } else {
            try update("RepositoryCase", [Change(id, set: changed)])
        }
    }

    /// Replaces the steps; a step that names a known one keeps its row and so its results.
    private func setSteps(_ id: Int64, _ steps: [CaseInput.Step]) throws(DomainError) {
        guard steps.count <= 1000 else { throw .invalid("steps", "a case has at most 1000 steps") }
        let known = try find(Query("Step", where: .equals("testCaseId", .int(id)) && .equals("isDeleted", false)))
        var kept: Set<Int64> = []
        var drafts: [Draft] = []
        var changes: [Change] = []
        for (index, step) in steps.enumerated() {
            let values = columns(step, index)
            let row = known.first { row in
                switch step.key {
                case .id(let key): row.id == key
                case .uid(let key): row.uid == key
                case nil: false
                }
            }
            if let row, kept.insert(row.id).inserted {
                let isSame = values.allSatisfy { row[$0.key] == $0.value }
                if !isSame { changes.append(Change(row.id, set: values)) }
            } else {
                var draft = Draft(values)
                draft["testCaseId"] = .int(id)
                drafts.append(draft)
            }
        }
        try delete("Step", ids: known.map(\.id).filter { !kept.contains($0) })
        try update("Step", changes)
        try insert("Step", drafts)
    }

    /// Makes the row carry exactly these tags; unknown ones are made, deleted ones come back.
    public func setTags(_ entity: String, _ id: Int64, _ names: [String]) throws(DomainError) {
        guard names.count <= 100 else { throw .invalid("tags", "at most 100 tags") }
        let wanted = try tags(named: names)
        let tree = try tree(
            Query(
                entity, where: .equals("id", .int(id)), fields: ["id"],
                include: [Query.Include("tags", .rows(Query("Tag", fields: ["id"])))]))
        let present = Set(tree.related("tags", of: 0).map(\.id))
        try unlink(entity, id, "tags", present.subtracting(wanted).sorted())
        try link(entity, id, "tags", wanted.filter { !present.contains($0) })
    }

    /// The ids of tags by name, without regard to case; missing ones are made.
    public func tags(named names: [String]) throws(DomainError) -> [Int64] {
        var result: [Int64] = []
        for raw in names {
            let name = String(raw.drop { $0.isWhitespace })
            guard !name.isEmpty, name.count <= 255 else { throw .invalid("tags", "a tag has 1 to 255 characters") }
            let folded = session.flavor.folded(.binding(.text(name)))
            let known = try rows(
                "SELECT id, is_deleted FROM tag WHERE \(session.flavor.folded("name")) = \(folded) ORDER BY is_deleted, id LIMIT 1"
            ).first
            if let id = known?[0].integer {
                if known?[1].boolean == true { try apply(schema["Tag"], [Change(id, set: ["isDeleted": false])]) }
                if !result.contains(id) { result.append(id) }
            } else {
                // Whoever may write the thing may name a tag on it (TestPlanIt: "created on demand").
                let ids = try store(schema["Tag"], [Draft(["name": .text(name)])])
                result += ids
            }
        }
        return result
    }

    /// Sets case fields by system name or display name; null clears one.
    public func setValues(
        _ id: Int64, _ values: [(field: String, value: JSON)], _ book: CaseFieldBook
    ) throws(DomainError) {
        guard !values.isEmpty else { return }
        guard values.count <= 200 else { throw .invalid("customFields", "at most 200 custom fields") }
        var known: [Int64: Row] = [:]
        for row in try find(Query("CaseFieldValue", where: .equals("testCaseId", .int(id)))) {
            known[row["fieldId"].integer ?? 0] = row
        }
        var drafts: [Draft] = []
        var changes: [Change] = []
        var gone: [Int64] = []
        for (name, value) in values {
            let field = try book.field(name)
            let stored = try book.stored(value, field)
            if let row = known[field.id] {
                if stored.isNull {
                    gone.append(row.id)
                } else if row["value"] != stored {
                    changes.append(Change(row.id, set: ["value": stored]))
                }
            } else if !stored.isNull {
                drafts.append(Draft(["testCaseId": .int(id), "fieldId": .int(field.id), "value": stored]))
            }
        }
        try delete("CaseFieldValue", ids: gone)
        try update("CaseFieldValue", changes)
        try insert("CaseFieldValue", drafts)
    }

    func defaultTemplate(_ project: Int64) throws(DomainError) -> Int64 {
        let found = try value(
            """
            SELECT t.id FROM template AS t LEFT JOIN template_project_assignment AS a
            ON a.template_id = t.id AND a.project_id = \(Value.int(project))
            WHERE t.is_enabled AND NOT t.is_deleted
            ORDER BY CASE WHEN a.id IS NULL THEN 1 ELSE 0 END, CASE WHEN t.is_default THEN 0 ELSE 1 END, t.id LIMIT 1
            """)
        guard let id = found?.integer else { throw .invalid("templateId", "there is no template") }
        return id
    }

    /// The default state of a scope: assigned to the project first, then the one marked as default.
    public func defaultState(_ scope: String, _ project: Int64) throws(DomainError) -> Int64 {
        let found = try value(
            """
            SELECT w.id FROM workflow AS w LEFT JOIN project_workflow_assignment AS a
            ON a.workflow_id = w.id AND a.project_id = \(Value.int(project))
            WHERE w.scope = \(Value.text(scope)) AND w.is_enabled AND NOT w.is_deleted
            ORDER BY CASE WHEN a.id IS NULL THEN 1 ELSE 0 END, CASE WHEN w.is_default THEN 0 ELSE 1 END, w."order", w.id
            LIMIT 1
            """)
        guard let id = found?.integer else { throw .invalid("state", "there is no state for \(scope)") }
        return id
    }
}

/// Comparing what is stored with what is given.
enum Cases {
    /// SQLite has no booleans of its own.
    static func isSame(_ stored: Value, _ given: Value) -> Bool {
        if case .bool(let flag) = given { return stored.boolean == flag }
        return stored == given
    }
}

/// The case fields of the instance and how their values are kept.
public struct CaseFieldBook: Sendable {
    public struct Field: Sendable {
        public let id: Int64
        public let uid: String
        public let systemName: String
        public let displayName: String
        public let type: String
        public let options: [Option]
    }

    public struct Option: Sendable {
        public let id: Int64
        public let uid: String
        public let name: String
        public let isDefault: Bool
    }

    public let fields: [Field]

    init(_ work: Reading) throws(DomainError) {
        var options: [Int64: [Option]] = [:]
        let optionRows = try work.rows(
            """
            SELECT a.case_field_id, o.id, o.uid, o.name, o.is_default FROM case_field_assignment AS a
            JOIN field_option AS o ON o.id = a.field_option_id WHERE NOT o.is_deleted ORDER BY o."order", o.id
            """)
        for row in optionRows {
            options[row[0].integer ?? 0, default: []].append(
                Option(
                    id: row[1].integer ?? 0, uid: row[2].string ?? "", name: row[3].string ?? "",
                    isDefault: row[4].boolean == true))
        }
        var fields: [Field] = []
        let rows = try work.rows(
            """
            SELECT f.id, f.uid, f.system_name, f.display_name, t.type FROM case_field AS f
            JOIN case_field_type AS t ON t.id = f.type_id WHERE NOT f.is_deleted ORDER BY f.id
            """)
        for row in rows {
            let id = row[0].integer ?? 0
            fields.append(
                Field(
                    id: id, uid: row[1].string ?? "", systemName: row[2].string ?? "", displayName: row[3].string ?? "",
                    type: row[4].string ?? "", options: options[id] ?? []))
        }
        self.fields = fields
    }

    public func field(id: Int64) -> Field? { fields.first { $0.id == id } }

    /// A field by id, UUID, system name or display name.
    func field(_ name: String) throws(DomainError) -> Field {
        let key = RowKey(name)
        for field in fields {
            if field.systemName == name || field.displayName.lowercased() == name.lowercased() { return field }
            if key == .id(field.id) || key == .uid(field.uid) { return field }
        }
        throw .invalid("customFields", "there is no case field \(name)")
    }

    /// The stored form of an input: option ids for lists, documents for long text, plain JSON for the rest.
    func stored(_ value: JSON, _ field: Field) throws(DomainError) -> Value {
        if value.isNull { return .null }
        switch field.type {
        case "Dropdown": return .text(JSON.integer(try option(value, field)).text)
        case "Multi-Select":
            var ids: [JSON] = []
            for element in value.array ?? [value] { ids.append(.integer(try option(element, field))) }
            return .text(JSON.array(ids).text)
        case "Text Long": return RichText.stored(value)
        case "Checkbox":
            guard let flag = value.bool else {
                throw .invalid(field.systemName, "\(field.systemName) must be a boolean")
            }
            return .text(flag ? "true" : "false")
        case "Integer":
            guard let number = value.integer else {
                throw .invalid(field.systemName, "\(field.systemName) must be an integer")
            }
            return .text(String(number))
        case "Number":
            guard value.double != nil else { throw .invalid(field.systemName, "\(field.systemName) must be a number") }
            return .text(value.text)
        case "Date":
            guard let text = value.string, Timestamp.parse(text) != nil else {
                throw .invalid(field.systemName, "\(field.systemName) must be a date")
            }
            return .text(value.text)
        case "Link":
            guard let text = value.string, Validation.isURL(text) else {
                throw .invalid(field.systemName, "\(field.systemName) must be an http, https or mailto address")
            }
            return .text(value.text)
        default:
            guard value.string != nil else { throw .invalid(field.systemName, "\(field.systemName) must be a text") }
            return .text(value.text)
        }
    }

    private func option(_ value: JSON, _ field: Field) throws(DomainError) -> Int64 {
        for option in field.options {
            if let text = value.string, option.name.lowercased() == text.lowercased() || option.uid == text {
                return option.id
            }
            if value.integer == option.id { return option.id }
        }
        let names = field.options.map(\.name).joined(separator: ", ")
        throw .invalid(field.systemName, "\(field.systemName) must be one of \(names)")
    }
}

extension Reading {
    public func caseFields() throws(DomainError) -> CaseFieldBook {
        try book(engine.books.fields) { () throws(DomainError) in try CaseFieldBook(self) }
    }
}
