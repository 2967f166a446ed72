import Engine
import Model

/// The column `virtual`: values of custom fields by name.
enum Virtual {
    static let column = Column(name: "virtual", shape: .object, access: .readOnly)
    /// Where the core keeps no custom fields for the entity.
    static let none = Column.constant("virtual", .object, .null)

    private static func owner(_ entity: String) -> FieldOwner? {
        switch entity {
        case "RepositoryCase": .testCase
        case "TestRun": .run
        case "TestRunCase": .instance
        case "Milestone": .milestone
        case "Issue": .issue
        case "Requirement": .requirement
        default: nil
        }
    }

    /// Objects by row; `nil` in them where the project has no custom fields.
    static func figures(
        _ entity: String, _ rows: [Row], _ work: Reading, project: (Row) -> Int64?
    ) throws(DomainError) -> [Int64: JSON] {
        guard let owner = owner(entity) else { return [:] }
        var byProject: [Int64: [Int64]] = [:]
        for row in rows { if let project = project(row) { byProject[project, default: []].append(row.id) } }
        var result: [Int64: JSON] = [:]
        for (project, ids) in byProject {
            let book = try work.customFields(project: project)
            if book.fields.isEmpty { continue }
            let values = try work.customValues(owner, ids, project: project)
            for id in ids {
                var object = JSONObject()
                for (field, value) in values[id] ?? [] {
                    if let name = book.field(field)?.name { object[name] = value }
                }
                result[id] = .object(object)
            }
        }
        return result
    }

    /// Sets the values that a body names.
    static func store(_ entry: Entry, _ entity: String, _ id: Int64, _ work: Writing) throws(DomainError) {
        guard let virtual = entry.virtual, !virtual.isEmpty, let owner = owner(entity) else { return }
        let project: Int64?
        if entity == "TestRunCase" {
            let run = try work.row("TestRunCase", .id(id), fields: ["id", "testRunId"])["testRunId"].integer ?? 0
            project = try work.row("TestRun", .id(run), fields: ["id", "projectId"])["projectId"].integer
        } else {
            project = try work.row(entity, .id(id), fields: ["id", "projectId"])["projectId"].integer
        }
        let book = try work.customFields(project: project ?? 0)
        var values: [(field: Int64, value: JSON)] = []
        for member in virtual.members {
            guard let field = book.named(member.name) else {
                throw .invalid("virtual", "There is no custom field \(member.name.prefix(100)).")
            }
            values.append((field.id, member.value))
        }
        do throws(DomainError) {
            try work.setCustomValues(owner, [(id, values)], book)
        } catch {
            guard case .invalid = error.code else { throw error }
            throw .invalid("virtual", error.message)
        }
    }
}
