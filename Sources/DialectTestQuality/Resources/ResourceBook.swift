import Engine
import Model

/// Every resource of the API by name.
struct ResourceBook: Sendable {
    static let shared: ResourceBook = {
        let areas: [[Resource]] = [
            Projects.all, Repository.all, Plans.all, Runs.all, Linked.all, Content.all, ValueLists.all, People.all,
        ]
        return ResourceBook(areas.flatMap { $0 })
    }()

    /// In the order of the table of contents.
    let resources: [Resource]
    private let positions: [String: Int]

    init(_ resources: [Resource]) {
        self.resources = resources
        var positions: [String: Int] = [:]
        for (position, resource) in resources.enumerated() { positions[resource.name] = position }
        self.positions = positions
    }

    subscript(name: String) -> Resource? { positions[name].map { resources[$0] } }

    /// Every place where resources stand: alone, below one row, and below two.
    var places: [Place] {
        var places: [Place] = []
        for resource in resources {
            if !resource.isNestedOnly { places.append(Place(resource)) }
            for link in resource.links where link.isNested {
                guard let child = self[link.target] else { continue }
                let first = Place.Level(parent: resource, link: link, parameter: "\(resource.name)")
                places.append(Place(child, [first]))
                let isDeep =
                    (resource.name == "plan" && child.name == "suite")
                    || (resource.name == "suite" && child.name == "test")
                guard isDeep else { continue }
                for inner in child.links where inner.isNested {
                    guard let below = self[inner.target] else { continue }
                    places.append(
                        Place(below, [first, Place.Level(parent: child, link: inner, parameter: child.name)]))
                }
            }
        }
        return places
    }
}

/// The types that `related_type` names, as the core knows them.
enum RelatedType {
    /// A resource by its word in any casing.
    static func entity(_ word: String) -> String? {
        let name = Relations.snake(word)
        let known = entities[name]
        return known
    }

    static func name(ofEntity entity: String) -> String? { names[entity] }

    private static let entities: [String: String] = [
        "project": "Project", "plan": "TestPlan", "suite": "RepositoryFolder", "test": "RepositoryCase",
        "step": "Step", "run": "TestRun", "run_result": "TestRunCase", "run_result_step": "TestRunCaseStep",
        "milestone": "Milestone", "defect": "Issue", "requirement": "Requirement", "shared_step": "SharedStepItem",
        "exploration": "Session", "exploration_item": "SessionResult",
    ]
    private static let names: [String: String] = {
        var names: [String: String] = [:]
        for (name, entity) in entities { names[entity] = name }
        return names
    }()

    /// Columns of rows that say what they belong to with the word of an entity.
    static func columns(_ access: Column.Access = .once) -> [Column] {
        [
            Column(
                name: "related_type", shape: .text, access: access, isRequired: true, takesNull: false,
                show: { row, _ in .string(name(ofEntity: row.text("relatedType")) ?? row.text("relatedType")) },
                match: { wanted, _ in
                    let entities = wanted.compactMap { item -> Value? in
                        guard case .value(.text(let word)) = item else { return nil }
                        return entity(word).map { .text($0) }
                    }
                    return entities.isEmpty ? .none : .oneOf("relatedType", entities)
                }, order: .field("relatedType"), field: "relatedType",
                store: { value, entry, _ in entry.values["relatedType"] = .text(entity(value.string ?? "")) }),
            .field("related_id", .integer, "relatedId", access, required: true),
        ]
    }

    /// The row that a body names, and its project. Throws `.invalid` for an unknown type or row.
    static func row(_ entry: Entry, _ work: Reading) throws(DomainError) -> (entity: String, id: Int64, project: Int64)
    {
        guard let entity = entity(entry.body["related_type"]?.string ?? "") else {
            throw .invalid("related_type", "The related_type names no entity.")
        }
        guard let id = entry.id("related_id") else { throw .invalid("related_id", "The related_id field is required.") }
        guard let row = try work.find(entity, [.id(id)]).first else {
            throw .invalid("related_id", "The related_id names no \(name(ofEntity: entity) ?? entity).")
        }
        guard let project = try project(of: entity, row, work) else {
            throw .invalid("related_id", "The related_id belongs to no project.")
        }
        return (entity, id, project)
    }

    private static func project(of entity: String, _ row: Row, _ work: Reading) throws(DomainError) -> Int64? {
        func above(_ entity: String, _ field: String) throws(DomainError) -> Row? {
            guard let id = row[field].integer else { return nil }
            return try work.find(entity, [.id(id)], deleted: .shown).first
        }
        switch entity {
        case "Project": return row.id
        case "Step": return try above("RepositoryCase", "testCaseId")?["projectId"].integer
        case "TestRunCase": return try above("TestRun", "testRunId")?["projectId"].integer
        case "TestRunCaseStep":
            guard let member = try above("TestRunCase", "testRunCaseId"), let run = member["testRunId"].integer else {
                return nil
            }
            return try work.row("TestRun", .id(run), deleted: .shown)["projectId"].integer
        case "SharedStepItem": return try above("SharedStepGroup", "sharedStepGroupId")?["projectId"].integer
        case "SessionResult": return try above("Session", "sessionId")?["projectId"].integer
        default: return row["projectId"].integer
        }
    }
}

/// Small things that several resources need.
enum Parts {
    /// The project that a body names, by id or UUID.
    static func project(_ entry: Entry, _ work: Reading) throws(DomainError) -> Int64 {
        switch entry.values["projectId"] {
        case .int(let id):
            guard let row = try work.find("Project", [.id(id)], fields: ["id"]).first else { break }
            return row.id
        case .text(let uid):
            guard let row = try work.find("Project", [.uid(uid)], fields: ["id"]).first else { break }
            return row.id
        default: throw .invalid("project_id", "The project_id field is required.")
        }
        throw .invalid("project_id", "The selected project_id is invalid.")
    }

    /// An id in a body, of a row that must be there.
    static func id(_ json: JSON?, _ entity: String, _ name: String, _ work: Reading) throws(DomainError) -> Int64? {
        guard let json, !json.isNull else { return nil }
        let key: RowKey?
        if let id = Shape.integer(json) { key = id > 0 ? .id(id) : nil } else { key = RowKey(json) }
        guard let key, let row = try work.find(entity, [key], fields: ["id"]).first else {
            throw .invalid(name, "The selected \(name) is invalid.")
        }
        return row.id
    }

    static let projectColumn = Column.field("project_id", .reference, "projectId", .once, required: true)

    /// A value of a list; nothing chosen shows the default.
    static func listed(_ name: String, _ field: String, _ list: String) -> Column {
        Column(
            name: name, shape: .reference, access: .writable, takesNull: true,
            show: { row, lens in (row[field].integer ?? lens.standard(list)).map { .integer($0) } ?? .null },
            match: { wanted, lens in
                var filter = Column.filter(field, .reference, wanted)
                if let standard = lens.standard(list), wanted.contains(.value(.int(standard))) {
                    filter = filter || .equals(field, .null)
                }
                return filter
            }, order: .field(field), field: field, store: { value, entry, _ in entry.values[field] = value })
    }

    /// The status of something; none at all is pending.
    static func status(_ name: String, _ field: String, _ access: Column.Access = .writable) -> Column {
        Column(
            name: name, shape: .reference, access: access, takesNull: false,
            show: { row, lens in .integer(row[field].integer ?? lens.pending) },
            match: { wanted, lens in
                var filter = Column.filter(field, .reference, wanted)
                if wanted.contains(.value(.int(lens.pending))) { filter = filter || .equals(field, .null) }
                return filter
            }, order: .field(field), field: field, store: { value, entry, _ in entry.values[field] = value })
    }

    /// A number that the core counts from another start.
    static func shifted(
        _ name: String, _ field: String, by difference: Int64, _ access: Column.Access
    ) -> Column {
        Column(
            name: name, shape: .integer, access: access, takesNull: false,
            show: { row, _ in row[field].integer.map { .integer($0 + difference) } ?? .null },
            match: { wanted, _ in
                Column.filter(
                    field, .integer,
                    wanted.map { item in
                        guard case .value(.int(let number)) = item else { return item }
                        return .value(.int(number.subtractingReportingOverflow(difference).partialValue))
                    })
            }, order: .field(field), field: field,
            store: { value, entry, _ in
                entry.values[field] = .int(
                    value.integer.map { $0.subtractingReportingOverflow(difference).partialValue })
            })
    }
}
