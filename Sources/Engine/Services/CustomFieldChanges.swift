import Catalog
public import Model
import Statements
import Store

/// A custom field to be made, or what is to change of one; `nil` leaves a part as it is.
public struct CustomFieldDraft: Sendable {
    public var name: String?
    public var format: String?
    /// Replaces the possible values.
    public var values: [String]?
    /// The same for a linked list.
    public var linked: JSONObject?
    public var parent: Assignment?
    public var valuesFrom: Assignment?
    public var entities: [String]?
    /// An id chosen by an administrator.
    public var id: Int64?

    public init() {}
}

extension Writing {
    /// Throws `.forbidden` unless the caller may configure the project.
    public func requireSettings(of project: Int64) throws(DomainError) {
        if caller.isSystem { return }
        if caller.isReadOnly { throw .forbidden("this token may only read") }
        guard let rights = try grants().rights(in: project), rights.allows(.addEdit, in: .settings) else {
            throw .forbidden("only administrators of the project may do this")
        }
    }

    /// Makes a field that only this project has.
    public func createCustomField(project: Int64, _ draft: CustomFieldDraft) throws(DomainError) -> Int64 {
        try requireSettings(of: project)
        guard let name = draft.name, let format = draft.format, let type = CustomFieldFormat.type(of: format) else {
            throw .invalid("format", "format must be one of \(Choices.customFieldFormat.joined(separator: ", "))")
        }
        let typeId = try value("SELECT id FROM case_field_type WHERE type = \(Value.text(type))")
        let entities = draft.entities ?? FieldOwner.allCases.map(\.rawValue)
        var row = Draft([
            "displayName": .text(name), "systemName": .text(try freeSystemName(name)), "format": .text(format),
            "entities": .text(JSON.array(entities.map { .string($0) }).text), "typeId": typeId ?? .null,
            "projectId": .int(project), "isEnabled": true, "isRequired": false, "isRestricted": false,
        ])
        if let linked = draft.linked { row["possibleValues"] = .text(JSON.object(linked).text) }
        for (field, value) in try references(draft, of: nil, project: project) { row[field] = value }
        let entity = schema["CaseField"]
        let id: Int64
        if let wanted = draft.id {
            id = try store(entity, row, id: wanted)
        } else {
            id = try store(entity, [row])[0]
        }
        try effects.inserted(entity, [id], [row], in: self)
        if let values = draft.values { try setOptions(id, values) }
        return id
    }

    /// Stores one row under an id that the caller chose; ids given later never collide with it.
    private func store(_ entity: EntityType, _ draft: Draft, id: Int64) throws(DomainError) -> Int64 {
        guard caller.isAdministrator else { throw .forbidden("only administrators choose ids") }
        let taken = try value("SELECT id FROM \(name: entity.table) WHERE id = \(Value.int(id))")
        guard taken == nil else { throw .invalid("id", "the id \(id) is taken") }
        let made = try store(entity, [draft])[0]
        _ = try run { () throws(StoreError) in
            try session.execute(
                "UPDATE \(name: entity.table) SET id = \(Value.int(id)) WHERE id = \(Value.int(made))")
        }
        _ = try rows(session.flavor.skipIds(entity.table, through: id))
        return id
    }

    private func freeSystemName(_ name: String) throws(DomainError) -> String {
        var slug = ""
        for character in name.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                slug.append(character)
            } else if !slug.isEmpty, slug.last != "_" {
                slug.append("_")
            }
        }
        slug = String(slug.prefix(200))
        if slug.isEmpty { slug = "field" }
        var number = 1
        while true {
            let wanted = number == 1 ? slug : "\(slug)_\(number)"
            let known = try value("SELECT id FROM case_field WHERE system_name = \(Value.text(wanted))")
            if known == nil, !CustomFieldBook.core.contains(wanted) { return wanted }
            number += 1
        }
    }

    private func references(
        _ draft: CustomFieldDraft, of id: Int64?, project: Int64
    ) throws(DomainError) -> [String: Value] {
        var result: [String: Value] = [:]
        let book = try customFields(project: project)
        for (field, assignment) in [("parentFieldId", draft.parent), ("valuesFieldId", draft.valuesFrom)] {
            guard case .set(let value) = assignment else { continue }
            if let wanted = value.integer {
                guard wanted != id, book.field(wanted) != nil else {
                    throw .invalid(field, "there is no other custom field \(wanted)")
                }
            }
            result[field] = value
        }
        return result
    }

    /// Changes a field of the project; fields that all projects share need an administrator.
    public func updateCustomField(
        _ field: CustomField, project: Int64, _ draft: CustomFieldDraft
    ) throws(DomainError) {
        try requireChangeable(field, project)
        let entity = schema["CaseField"]
        try lockRows("CaseField", [field.id])
        var values: [String: Value] = try references(draft, of: field.id, project: project)
        if let name = draft.name { values["displayName"] = .text(name) }
        if let entities = draft.entities {
            values["entities"] = .text(JSON.array(entities.map { .string($0) }).text)
        }
        if let linked = draft.linked { values["possibleValues"] = .text(JSON.object(linked).text) }
        let old = try locked(entity, [field.id])
        let change = Change(field.id, set: values)
        try apply(entity, [change])
        try effects.updated(entity, old, [change], in: self)
        if let wanted = draft.values { try setOptions(field.id, wanted) }
    }

    /// Takes a field away; its values stay stored.
    public func deleteCustomField(_ field: CustomField, project: Int64) throws(DomainError) {
        try requireChangeable(field, project)
        let entity = schema["CaseField"]
        let old = try locked(entity, [field.id])
        try apply(entity, [Change(field.id, set: ["isDeleted": true])])
        try effects.deleted(entity, Array(old.values), in: self)
    }

    private func requireChangeable(_ field: CustomField, _ project: Int64) throws(DomainError) {
        try requireSettings(of: project)
        guard field.projectId == project || caller.isAdministrator || caller.isSystem else {
            throw .forbidden("the field belongs to all projects")
        }
    }

    /// Replaces the options by name: known ones keep their rows, missing ones are made, others end.
    private func setOptions(_ field: Int64, _ names: [String]) throws(DomainError) {
        var wanted: [String] = []
        var seen: Set<String> = []
        for name in names where seen.insert(name).inserted { wanted.append(name) }
        guard wanted.count <= 10_000 else { throw .invalid("values", "at most 10000 possible values") }
        let own = Value.int(field)
        let known = try rows(
            """
            SELECT o.id, o.name, o.is_deleted, o."order" FROM case_field_assignment AS a
            JOIN field_option AS o ON o.id = a.field_option_id WHERE a.case_field_id = \(own)
            ORDER BY o.is_deleted, o.id
            """)
        let entity = schema["FieldOption"]
        var rowOf: [String: [Value]] = [:]
        for row in known where rowOf[row[1].string ?? ""] == nil { rowOf[row[1].string ?? ""] = row }
        var changes: [Change] = []
        var fresh: [Draft] = []
        for (order, name) in wanted.enumerated() {
            if let row = rowOf[name] {
                guard row[2].boolean == true || row[3].integer != Int64(order) else { continue }
                changes.append(Change(row[0].integer ?? 0, set: ["isDeleted": false, "order": .int(order)]))
            } else {
                fresh.append(Draft(["name": .text(name), "order": .int(order), "isEnabled": true]))
            }
        }
        for row in known where row[2].boolean != true && !seen.contains(row[1].string ?? "") {
            changes.append(Change(row[0].integer ?? 0, set: ["isDeleted": true]))
        }
        try apply(entity, changes)
        let made = fresh.isEmpty ? [] : try store(entity, fresh)
        try store(
            schema["CaseFieldAssignment"], ["fieldOptionId", "caseFieldId"], made.map { [.int($0), own] })
        engine.books.invalidate()
    }
}
