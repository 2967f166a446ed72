import Engine
import HTTPTypes
import Model
import Wire

/// The fields of cases that the instance made up: `/app/api/admin/fields`.
enum AdminFields {
    static let routes: [Route] = [
        Endpoint.get("/admin/fields", "admin.fields", list),
        Endpoint.change(.post, "/admin/fields", "admin.fields.create", create),
        Endpoint.change(.put, "/admin/fields/{id}", "admin.fields.update", update),
        Endpoint.change(.delete, "/admin/fields/{id}", "admin.fields.delete") { order, work throws(DomainError) in
            let row = try own(order.ask, in: work)
            try work.delete("CaseField", ids: [row.id])
            return try show(in: work)
        },
        Endpoint.change(.post, "/admin/fields/{id}/restore", "admin.fields.restore") {
            order, work throws(DomainError) in
            try AdminUsers.requireAdministrator(work)
            try work.update("CaseField", [Change(try order.ask.id(), set: ["isDeleted": false])])
            return try show(in: work)
        },
    ]

    /// Fields that every case shows in a place of its own.
    static let standard: Set<String> = ["priority", "description", "steps", "expected"]
    private static let types = [
        "Text String", "Text Long", "Dropdown", "Multi-Select", "Checkbox", "Date", "Integer", "Number", "Link",
    ]

    static let list: Endpoint.Read = { _, work throws(DomainError) in try show(in: work) }

    private static func show(status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        try AdminUsers.requireAdministrator(work)
        let rows = try work.find(Query("CaseField", where: .equals("isDeleted", false), order: [.by("id")]))
        let book = try work.caseFields()
        return try Answer(capacity: 2048, status: status) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array("types", types) { writer, type throws(DomainError) in writer.value(type) }
                try writer.array("fields", rows) { writer, row throws(DomainError) in
                    guard let field = book.field(id: row.id) else { return }
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, row.id)
                        writer.put(.name, field.systemName)
                        writer.put("label", field.displayName)
                        writer.put(.type, field.type)
                        writer.put("hint", row["hint"])
                        writer.put("isRequired", flag: row["isRequired"])
                        writer.put("isStandard", standard.contains(field.systemName))
                        try writer.array("options", field.options) { writer, option throws(DomainError) in
                            writer.value(option.name)
                        }
                    }
                }
            }
        }
    }

    private static func own(_ ask: Ask, in work: Reading) throws(DomainError) -> Row {
        try AdminUsers.requireAdministrator(work)
        let row = try work.row("CaseField", .id(try ask.id()))
        guard !standard.contains(row.text("systemName")) else { throw .conflict("every case has this field") }
        return row
    }

    private static func values(_ order: Order) throws(DomainError) -> [String: Value] {
        var values: [String: Value] = [:]
        if order.has("label") { values["displayName"] = .text(try order.title("label")) }
        if order.has("hint") { values["hint"] = .text(try order.text("hint")) }
        if let isRequired = try order.flag("isRequired") { values["isRequired"] = .bool(isRequired) }
        return values
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        try AdminUsers.requireAdministrator(work)
        let label = try order.title("label")
        let word = try order.text("type") ?? "Text String"
        guard types.contains(word),
            let type = try work.first(Query("CaseFieldType", where: .equals("type", .text(word))))
        else { throw .invalid("type", "there is no such type") }
        var values = try values(order)
        let name = try freeName(label, in: work)
        values["systemName"] = .text(name)
        values["typeId"] = .int(type.id)
        let id = try work.insert("CaseField", [Draft(values)])[0]
        try addOptions(order, field: id, after: 0, known: [], in: work)
        // A new field stands at the end of every template.
        let templates = try work.find(Query("Template", where: .equals("isDeleted", false), fields: ["id"]))
        try work.insert(
            "TemplateCaseAssignment",
            templates.map { Draft(["caseFieldId": .int(id), "templateId": .int($0.id), "order": 1000]) })
        return try show(status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try own(order.ask, in: work)
        try work.update("CaseField", [Change(row.id, set: try values(order))])
        let known = try work.caseFields().field(id: row.id)?.options ?? []
        try addOptions(order, field: row.id, after: known.count, known: known.map(\.name), in: work)
        return try show(in: work)
    }

    /// Choices are added, never taken away: cases may hold them.
    private static func addOptions(
        _ order: Order, field: Int64, after count: Int, known: [String], in work: Writing
    ) throws(DomainError) {
        let taken = Set(known.map { $0.lowercased() })
        let wanted = (try order.texts("options") ?? []).filter {
            !$0.allSatisfy(\.isWhitespace) && !taken.contains($0.lowercased())
        }
        guard wanted.count <= 500 else { throw .invalid("options", "at most 500 choices") }
        var drafts: [Draft] = []
        for (index, name) in wanted.enumerated() {
            drafts.append(Draft(["name": .text(name), "order": .int(count + index)]))
        }
        let ids = try work.insert("FieldOption", drafts)
        try work.insert(
            "CaseFieldAssignment", ids.map { Draft(["fieldOptionId": .int($0), "caseFieldId": .int(field)]) })
    }

    /// `Browser version` becomes `browser_version`; a number follows when that is taken.
    private static func freeName(_ label: String, in work: Reading) throws(DomainError) -> String {
        var name = ""
        for character in label.lowercased() {
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            if isPlain { name.append(character) } else if name.last != "_", !name.isEmpty { name.append("_") }
        }
        while name.last == "_" { name.removeLast() }
        if name.isEmpty { name = "field" }
        let taken = Set(try work.find(Query("CaseField", fields: ["id", "systemName"])).map { $0.text("systemName") })
        guard taken.contains(name) else { return name }
        return "\(name)_\((2...10_000).first { !taken.contains("\(name)_\($0)") } ?? 0)"
    }

    /// The fields that cases of a project offer beside the standard ones.
    static func offered(in project: Int64, _ work: Reading) throws(DomainError) -> [CaseFieldBook.Field] {
        var templates = try work.find(
            Query(
                "TemplateProjectAssignment", where: .equals("projectId", .int(project)), fields: ["id", "templateId"])
        ).compactMap { $0["templateId"].integer }
        if templates.isEmpty {
            templates = try work.find(Query("Template", where: .equals("isDefault", true), fields: ["id"])).map(\.id)
        }
        let assigned = try work.find(
            Query(
                "TemplateCaseAssignment", where: .oneOf("templateId", templates.map { .int($0) }),
                fields: ["id", "caseFieldId", "order"], order: [.by("order"), .by("caseFieldId")]))
        let book = try work.caseFields()
        var seen: Set<Int64> = []
        return assigned.compactMap { row in
            guard let id = row["caseFieldId"].integer, seen.insert(id).inserted, let field = book.field(id: id),
                !standard.contains(field.systemName), field.type != "Steps"
            else { return nil }
            return field
        }
    }

    static func write(_ fields: [CaseFieldBook.Field], to writer: inout JSONWriter) throws(DomainError) {
        try writer.array("fields", fields) { writer, field throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.name, field.systemName)
                writer.put("label", field.displayName)
                writer.put(.type, field.type)
                try writer.array("options", field.options) { writer, option throws(DomainError) in
                    writer.value(option.name)
                }
            }
        }
    }
}
