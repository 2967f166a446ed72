import Engine
import Model

/// Value lists: those of the core, and those that only this API shows.
enum ValueLists {
    static let all = [
        statusType, status, caseType, casePriority, testQuality,
        list("test_quality_type", "TestQualityType", "TEST_QUALITY_TYPE", []),
        list(
            "purpose", "Purpose", "PURPOSE", standard + [.field("weight", .number, "weight", .writable), Virtual.none]),
        list("defect_status", "DefectStatus", "DEFECT_STATUS", [Virtual.none]),
        list("defect_res", "DefectRes", "DEFECT_RESOLUTION", [Virtual.none]), testType,
    ]

    private static let standard: [Column] = [.field("is_default", .flag, "isDefault", .writable, null: false)]

    /// A list of `ListValue`.
    private static func list(_ name: String, _ model: String, _ list: String, _ own: [Column]) -> Resource {
        Resource(
            name, model, "ListValue",
            [
                .field("name", .text, "name", .writable, required: true),
                .field("description", .text, "description", .writable), .field("is_system", .flag, "isSystem"),
            ] + own, author: Author.server
        ).ordered(by: "order").with { resource in
            let isShown = Filter.equals("product", .null) || .equals("product", "TESTQUALITY")
            resource.scope = .equals("list", .text(list)) && isShown && .equals("isEnabled", true)
            resource.create = { entries, work, _ throws(DomainError) in
                var made: [Resource.Made] = []
                for entry in entries {
                    var draft = Draft(entry.merged(nil))
                    try requireFree(draft["name"], list, nil, work)
                    draft["list"] = .text(list)
                    draft["product"] = list == "CASE_TYPE" ? .null : "TESTQUALITY"
                    if draft["order"] == nil { draft["order"] = .int(try next(list, work)) }
                    if list == "STATUS_TYPE" { draft["statusId"] = nil }
                    let id = try work.insert("ListValue", [draft])[0]
                    if draft["isDefault"]?.boolean == true { try settleDefault(id, list, work) }
                    made.append(Resource.Made(id: id))
                }
                return made
            }
            resource.update = { old, entry, work, _ throws(DomainError) in
                try requireOwn(old)
                let values = entry.merged(old)
                try requireFree(values["name"], list, old.id, work)
                try work.update("ListValue", [Change(old.id, set: values)])
                if values["isDefault"]?.boolean == true { try settleDefault(old.id, list, work) }
            }
            resource.delete = { id, work, _ throws(DomainError) in
                try requireOwn(try work.row("ListValue", .id(id)))
                try work.delete("ListValue", ids: [id])
            }
        }
    }

    private static func requireOwn(_ row: Row) throws(DomainError) {
        guard !row.flag("isSystem") else { throw .conflict("System rows cannot be changed or deleted.") }
    }

    private static func next(_ list: String, _ work: Reading) throws(DomainError) -> Int64 {
        let last = try work.aggregate(
            Query("ListValue", where: .equals("list", .text(list))), [Aggregate(.maximum, "order")])
        return (last.values.first?.integer ?? 0) + 1
    }

    private static func requireFree(
        _ name: Value?, _ list: String, _ id: Int64?, _ work: Reading
    ) throws(DomainError) {
        guard let text = name?.string else { return }
        let isShown = Filter.equals("product", .null) || .equals("product", "TESTQUALITY")
        let taken = Filter.equals("list", .text(list)) && isShown && .text("name", .equals, text, .insensitive)
        if let row = try work.first(Query("ListValue", where: taken, fields: ["id"])), row.id != id {
            throw DomainError(.duplicate, "There is a row \(text) already.", entity: "ListValue", fields: ["name"])
        }
    }

    /// One default in each list.
    private static func settleDefault(_ id: Int64, _ list: String, _ work: Writing) throws(DomainError) {
        let isShown = Filter.equals("product", .null) || .equals("product", "TESTQUALITY")
        let others = Filter.equals("list", .text(list)) && isShown && .equals("isDefault", true)
        let found = try work.find(Query("ListValue", where: others, fields: ["id"])).map(\.id).filter { $0 != id }
        try work.update("ListValue", found.map { Change($0, set: ["isDefault": false]) })
    }

    private static let caseType = list("case_type", "CaseType", "CASE_TYPE", standard + [Virtual.none]).with {
        resource in
        resource.links = [.many("test", by: "case_type_id")]
    }

    private static let testType = list("test_type", "TestType", "TEST_TYPE", standard).with { resource in
        resource.links = [.many("test", by: "test_type_id")]
    }

    private static let testQuality = list(
        "test_quality", "TestQuality", "TEST_QUALITY",
        [
            Column(
                name: "test_quality_type_id", shape: .integer, access: .readOnly,
                show: { _, lens in lens.standard("TEST_QUALITY_TYPE").map { .integer($0) } ?? .null },
                match: { wanted, lens in
                    let own = lens.standard("TEST_QUALITY_TYPE") ?? 0
                    return wanted.contains(.value(.int(own))) ? .all : .none
                }), .field("priority", .integer, "order", .writable, null: false),
            .field("weight", .number, "weight", .writable), .constant("weight_type", .text, .null),
        ] + standard + [Virtual.none]
    ).with { resource in
        resource.links = [.many("test", by: "test_quality_id"), .one("test_quality_type")]
    }

    private static let statusType = list(
        "status_type", "StatusType", "STATUS_TYPE", [.field("color", .text, "color", .writable), Virtual.none]
    ).with { resource in
        resource.links = [.many("status", by: "status_type_id")]
    }

    // MARK: - Statuses

    /// The six words of this API for statuses of the core.
    private static let words: [(system: String, name: String)] = [
        ("passed", "Pass"), ("failed", "Fail"), ("blocked", "Block"), ("retest", "Retest"), ("skipped", "Skip"),
        ("untested", "Pending"),
    ]

    private static let statusName = Column(
        name: "name", shape: .text, access: .writable, isRequired: true, takesNull: false,
        show: { row, _ in
            let own = row.text("systemName")
            return .string(words.first { $0.system == own }?.name ?? row.text("name"))
        },
        match: { wanted, _ in
            var filter = Filter.none
            let known = words.map { Value.text($0.system) }
            for item in wanted {
                guard case .value(.text(let text)) = item else { continue }
                if let pair = words.first(where: { $0.name.lowercased() == text.lowercased() }) {
                    filter = filter || .equals("systemName", .text(pair.system))
                }
                filter = filter || (.text("name", .equals, text, .insensitive) && .not(.oneOf("systemName", known)))
            }
            return filter
        }, order: .field("name"), field: "name", store: { value, entry, _ in entry.values["name"] = value })

    /// The type of a status: that of the same name, or what it counts as.
    static func type(_ row: Row, _ lens: Lens) -> Int64? {
        let own = row.text("systemName")
        let word =
            words.first { $0.system == own }?.name
            ?? (row.flag("isFailure") ? "Fail" : row.flag("isSuccess") ? "Pass" : "Pending")
        return lens.values.named(word, list: "STATUS_TYPE", product: "TESTQUALITY")?.id
    }

    private static let status = Resource(
        "status", "Status", "Status",
        [
            statusName, .constant("color", .text, .null), .field("is_system", .flag, "isSystem"),
            .constant("description", .text, .null), Virtual.none,
            Column(
                name: "status_type_id", shape: .integer, access: .writable,
                show: { row, lens in type(row, lens).map { .integer($0) } ?? .null },
                match: { wanted, lens in
                    let ids = lens.statuses.entries.filter { entry in
                        let layout = RowLayout(["systemName", "isFailure", "isSuccess"])
                        let values: [Value] = [.text(entry.systemName), .bool(entry.isFailure), .bool(entry.isSuccess)]
                        guard let id = type(Row(layout: layout, values: values), lens) else { return false }
                        return wanted.contains(.value(.int(id)))
                    }
                    return .oneOf("id", ids.map { .int($0.id) })
                }, field: "isSuccess",
                store: { value, entry, lens in
                    let name = lens.values.entry(value.integer)?.name
                    entry.values["isSuccess"] = .bool(name == "Pass")
                    entry.values["isFailure"] = .bool(name == "Fail")
                    entry.values["isCompleted"] = .bool(name == "Pass" || name == "Fail" || name == "Skip")
                }),
        ], author: Author.server
    ).ordered(by: "order").with { resource in
        resource.scope = .equals("isEnabled", true)
        resource.links = [
            .many("run_result", by: "status_id"), .many("run_result_step", by: "status_id"), .one("status_type"),
        ]
        resource.figures = { rows, work, _ throws(DomainError) in
            [:]
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                var draft = Draft(entry.merged(nil))
                try requireFreeStatus(draft["name"], nil, work)
                draft["systemName"] = .text(Words.snake(draft["name"]?.string ?? ""))
                for field in ["isSuccess", "isFailure", "isCompleted"] where draft[field] == nil {
                    draft[field] = false
                }
                draft["isEnabled"] = true
                let color = try work.first(Query("Color", fields: ["id"], order: [.by("id")]))
                draft["colorId"] = .int(color?.id)
                made.append(Resource.Made(id: try work.insert("Status", [draft])[0]))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            try requireOwn(old)
            try requireFreeStatus(entry.values["name"], old.id, work)
            try work.update("Status", [Change(old.id, set: entry.merged(old))])
        }
        resource.delete = { id, work, _ throws(DomainError) in
            try requireOwn(try work.row("Status", .id(id)))
            try work.delete("Status", ids: [id])
        }
    }

    private static func requireFreeStatus(_ name: Value?, _ id: Int64?, _ work: Reading) throws(DomainError) {
        guard let text = name?.string else { return }
        let system = Words.snake(text)
        let isWord = words.contains { $0.name.lowercased() == text.lowercased() }
        let taken = Filter.text("name", .equals, text, .insensitive) || .equals("systemName", .text(system))
        let found = try work.first(Query("Status", where: taken, fields: ["id"]))
        if isWord || (found != nil && found?.id != id) {
            throw DomainError(.duplicate, "There is a status \(text) already.", entity: "Status", fields: ["name"])
        }
    }

    // MARK: - Priorities

    private static let casePriority = Resource(
        "case_priority", "CasePriority", "FieldOption",
        [
            .field("name", .text, "name", .writable, required: true), .constant("description", .text, .null),
            Column(
                name: "is_system", shape: .flag, access: .readOnly, show: { row, _ in .bool(isSystem(row)) },
                match: { wanted, _ in
                    var filter = Filter.none
                    let known = Filter.oneOf("name", systemNames.map { .text($0) })
                    for item in wanted {
                        if item == .value(true) { filter = filter || known }
                        if item == .value(false) { filter = filter || .not(known) }
                    }
                    return filter
                }), .field("is_default", .flag, "isDefault", .writable, null: false), Virtual.none,
        ], author: Author.server
    ).with { resource in
        // From low to critical, as the vendor lists them.
        resource.order = [.by("order", .descending), .by("id")]
        resource.scope =
            .equals("isEnabled", true)
            && .related("caseFields", .some, .related("caseField", .some, .equals("systemName", "priority")))
        resource.links = [.many("test", by: "case_priority_id")]
        resource.create = { entries, work, lens throws(DomainError) in
            guard let field = lens.priority else { throw .conflict("There is no priority field.") }
            var made: [Resource.Made] = []
            for entry in entries {
                var draft = Draft(entry.merged(nil))
                try requireFreePriority(draft["name"], nil, field, work)
                draft["isEnabled"] = true
                draft["order"] = .int(field.options.count)
                let id = try work.insert("FieldOption", [draft])[0]
                try work.insert(
                    "CaseFieldAssignment", [Draft(["fieldOptionId": .int(id), "caseFieldId": .int(field.id)])])
                if draft["isDefault"]?.boolean == true { try settleDefaultPriority(id, field, work) }
                made.append(Resource.Made(id: id))
            }
            return made
        }
        resource.update = { old, entry, work, lens throws(DomainError) in
            guard !isSystem(old) else { throw .conflict("System rows cannot be changed or deleted.") }
            let values = entry.merged(old)
            if let field = lens.priority {
                try requireFreePriority(values["name"], old.id, field, work)
                if values["isDefault"]?.boolean == true { try settleDefaultPriority(old.id, field, work) }
            }
            try work.update("FieldOption", [Change(old.id, set: values)])
        }
        resource.delete = { id, work, _ throws(DomainError) in
            guard !isSystem(try work.row("FieldOption", .id(id))) else {
                throw .conflict("System rows cannot be changed or deleted.")
            }
            try work.delete("FieldOption", ids: [id])
        }
    }

    private static let systemNames = ["Low", "Medium", "High", "Critical"]

    private static func isSystem(_ row: Row) -> Bool { systemNames.contains(row.text("name")) }

    private static func requireFreePriority(
        _ name: Value?, _ id: Int64?, _ field: CaseFieldBook.Field, _ work: Reading
    ) throws(DomainError) {
        guard let text = name?.string else { return }
        if field.options.contains(where: { $0.name.lowercased() == text.lowercased() && $0.id != id }) {
            throw DomainError(
                .duplicate, "There is a priority \(text) already.", entity: "FieldOption", fields: ["name"])
        }
    }

    private static func settleDefaultPriority(
        _ id: Int64, _ field: CaseFieldBook.Field, _ work: Writing
    ) throws(DomainError) {
        let others = field.options.filter { $0.isDefault && $0.id != id }
        try work.update("FieldOption", others.map { Change($0.id, set: ["isDefault": false]) })
    }
}
