import Engine
import Model
import Wire

/// What describes the instance as a whole: the tenant and its custom fields.
enum InstanceHandlers {
    private static func common(_ id: Int64, _ model: String, _ lens: Lens) -> [(String, JSON)] {
        [
            ("id", .integer(id)), ("created_by", .integer(lens.founder)), ("updated_by", .integer(lens.founder)),
            ("epoch", 0), ("client_id", 1), ("key", .integer(id)), ("metadata_model", .string(model)),
        ]
    }

    private static func list(_ rows: [JSON], _ call: Call) throws(DomainError) -> Reply {
        var request = ListRequest()
        for (name, text) in call.query.items {
            if name == "per_page", let size = Int(text) { request.size = size > 0 ? min(size, 1000) : nil }
            if name == "page" { request.page = max(1, Int64(text) ?? 1) }
        }
        let part = request.size.map { Array(rows.dropFirst(request.offset).prefix($0)) } ?? rows
        return Envelope.reply(call, request, rows: part, total: rows.count)
    }

    // MARK: - Tenant

    static func clients(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try list([try await client(call, engine)], call)
    }

    static func client(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard call.parameter("id") == "1" else { throw .notFound("Client") }
        return .json(try await client(call, engine) as JSON)
    }

    private static func client(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let lens = try Lens(work, origin: call.origin)
            let live = Filter.equals("isDeleted", false)
            let runs = try work.count("TestRun", where: live)
            let results = try work.count("TestRunCase")
            let steps = try work.count("TestRunCaseStep")
            let used = try work.aggregate(Query("Attachment", where: live), [Aggregate(.sum, "size")])
            let bytes = used.values.first?.number.flatMap { Int64(exactly: $0) } ?? 0
            return .members(
                common(1, "Client", lens) + [
                    ("name", "Assay"), ("company_name", .null), ("company_url", .null), ("company_email", .null),
                    ("company_phone", .null), ("total_run_rows", .integer(Int64(runs))),
                    ("total_run_result_rows", .integer(Int64(results))),
                    ("total_run_result_step_rows", .integer(Int64(steps))), ("space_limit_per_user", 0),
                    ("space_used", .integer(bytes)), ("space_free", 0), ("has_automatic_signup", false),
                    ("domain_restriction", .null),
                ])
        }
    }

    // MARK: - Custom fields

    private static let tables = ["test", "run", "run_result", "milestone", "defect", "requirement"]
    private static let owners = ["Test", "TestSet", "Instance", "Milestone", "Issue", "Requirement"]

    static func virtuals(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var rows = try await virtualRows(call, engine)
        if let name = call.query["table_name"] { rows = rows.filter { $0["table_name"]?.string == name.lowercased() } }
        return try list(rows, call)
    }

    static func virtual(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let rows = try await virtualRows(call, engine)
        guard let id = Int64(call.parameter("id")), let row = rows.first(where: { $0["id"]?.integer == id }) else {
            throw .notFound("Virtual")
        }
        return .json(row)
    }

    private static func virtualRows(_ call: Call, _ engine: Engine) async throws(DomainError) -> [JSON] {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let lens = try Lens(work, origin: call.origin)
            var fields: [CustomField] = []
            var seen: Set<Int64> = []
            for project in try work.find(Query("Project", where: .equals("isDeleted", false), fields: ["id"])) {
                for field in try work.customFields(project: project.id).fields where seen.insert(field.id).inserted {
                    fields.append(field)
                }
            }
            var rows: [JSON] = []
            for (index, table) in tables.enumerated() {
                let own = fields.filter { $0.entities.contains(owners[index]) }.sorted { $0.id < $1.id }
                let schema: JSON = own.isEmpty ? .null : ["fields": .array(own.map { described($0) })]
                rows.append(
                    .members(
                        common(Int64(index + 1), "Virtual", lens) + [
                            ("table_name", .string(table)), ("virtual_schema", schema),
                        ]))
            }
            return rows
        }
    }

    private static func described(_ field: CustomField) -> JSON {
        [
            "name": .string(field.name), "label": .string(field.name), "type": .string(field.format),
            "required": .bool(field.isRequired), "options": .array(field.values.map { .string($0) }),
        ]
    }
}
