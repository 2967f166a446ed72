import Engine
import Model
import Wire

/// What the attributes of several kinds have in common when they are written.
final class Drafting {
    let work: Writing
    let project: Int64
    private var book: CustomFieldBook?
    private var groups: Set<Int64>?
    private var bindsMandatory: Bool?

    init(_ work: Writing, _ project: Int64) {
        self.work = work
        self.project = project
    }

    /// Read once, and only by requests that need them.
    func fields() throws(DomainError) -> CustomFieldBook {
        if let book { return book }
        let read = try work.customFields(project: project)
        book = read
        return read
    }

    private func isGroup(_ id: Int64) throws(DomainError) -> Bool {
        if let groups { return groups.contains(id) }
        let read = Set(try work.groups(of: project).map(\.groupId))
        groups = read
        return read.contains(id)
    }

    /// Mandatory fields bind new things, where the project turned that on.
    func requireMandatory(
        _ owner: FieldOwner, _ values: [(field: Int64, value: JSON)], _ element: inout Entry
    ) throws(DomainError) {
        if bindsMandatory == nil {
            let settings = try work.row("Project", .id(project), fields: ["settings"])["settings"]
            bindsMandatory = StoredJSON.object(settings)["mandatoryFields"]?.bool == true
        }
        guard bindsMandatory == true else { return }
        for field in try fields().fields where field.isRequired && field.entities.contains(owner.rawValue) {
            let given = values.first { $0.field == field.id }?.value ?? .null
            if given.isNull || given == "" || given == [] { element.miss("custom-fields/---f-\(field.id)") }
        }
    }

    /// Stores the values of rows that have any.
    func store(
        _ owner: FieldOwner, _ rows: [(id: Int64, values: [(field: Int64, value: JSON)])]
    ) throws(DomainError) {
        let rows = rows.filter { !$0.values.isEmpty }
        if !rows.isEmpty { try work.setCustomValues(owner, rows, try fields()) }
    }

    /// Another user in whose name something is done; only an administrator's word counts.
    func person(_ name: String, _ element: inout Entry) throws(DomainError) -> Int64? {
        guard let id = element.id(name).value else { return nil }
        guard try !work.find("User", [.id(id)], fields: ["id"]).isEmpty else {
            element.fail(name, "there is no such user")
            return nil
        }
        return work.caller.isAdministrator ? id : nil
    }

    /// `assigned-to-id` with `assigned-to-type`.
    func assignment(_ element: inout Entry, _ values: inout [String: Value]) throws(DomainError) {
        let given = element.id("assigned-to-id")
        switch given {
        case .absent: return
        case .null:
            values["assignedToId"] = .null
            values["assignedGroupId"] = .null
        case .value(let id):
            switch element.text("assigned-to-type").value?.lowercased() ?? "user" {
            case "user":
                guard try !work.find("User", [.id(id)], fields: ["id"]).isEmpty else {
                    return element.fail("assigned-to-id", "there is no such user")
                }
                values["assignedToId"] = .int(id)
                values["assignedGroupId"] = .null
            case "group":
                guard try isGroup(id) else {
                    return element.fail("assigned-to-id", "there is no such group in the project")
                }
                values["assignedToId"] = .null
                values["assignedGroupId"] = .int(id)
            default: element.fail("assigned-to-type", "must be user or group")
            }
        }
    }

    /// A reference to a row of the project.
    func reference(_ name: String, _ kind: Kind, _ element: inout Entry) throws(DomainError) -> Given<Int64> {
        let given = element.id(name)
        guard let id = given.value else { return given }
        guard try !kind.known([id], project, work).isEmpty else {
            element.fail(name, "there is no \(kind.singular.lowercased()) \(id)")
            return .absent
        }
        return given
    }

    /// Values of custom fields from `custom-fields` and from keys among the attributes.
    func customValues(_ element: inout Entry) throws(DomainError) -> [(field: Int64, value: JSON)] {
        var result: [(field: Int64, value: JSON)] = []
        let nested = element.object("custom-fields").value?.members ?? []
        for (members, isNested) in [(nested, true), (element.attributes.members, false)] {
            for member in members {
                guard let id = Drafting.fieldId(member.name, isNested: isNested) else { continue }
                let name = "custom-fields/---f-\(id)"
                let book = try fields()
                guard book.field(id) != nil else {
                    element.fail(name, "the project has no such custom field")
                    continue
                }
                var value = member.value
                if let wrapped = value.object { value = wrapped["value"] ?? .null }
                if let problem = try book.problem(value, of: id, work) {
                    element.fail(name, problem)
                } else {
                    result.append((id, value))
                }
            }
        }
        return result
    }

    /// `---f-7`, `___f_7`, `___f-7`, `f_7`.
    private static func fieldId(_ name: String, isNested: Bool) -> Int64? {
        var rest = Substring(Names.folded(name))
        if rest.hasPrefix("---") { rest = rest.dropFirst(3) }
        guard rest.hasPrefix("f-"), let id = Int64(rest.dropFirst(2)), id > 0 else { return nil }
        return id
    }
}

extension [String: Value] {
    /// Free texts of the core that every planned thing has.
    mutating func setLabels(_ element: inout Entry) {
        set("versionLabel", element.text("version"))
        set("plannedExecution", element.time("planned-execution"))
    }
}
