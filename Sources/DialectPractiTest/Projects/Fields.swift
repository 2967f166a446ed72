import Catalog
import Engine
import HTTPTypes
import Model
import Wire

/// Fields of a project, those that people define and those of the system (PractiTest API, Fields).
enum Fields {
    static let entities: [String] = ["Issue", "TestSet", "Test", "Requirement", "Instance", "Run", "Milestone"]

    private struct SystemField {
        let name: String
        let key: String
        let format: String
        let entity: String

        init(_ name: String, _ key: String, _ format: String, _ entity: String) {
            self.name = name
            self.key = key
            self.format = format
            self.entity = entity
        }
    }

    /// Ids of system fields begin above every id of a row.
    private static let systemBase: Int64 = 2_147_480_001

    private static let system: [SystemField] = [
        SystemField("Status", "issue_status", "list", "Issue"),
        SystemField("Priority", "issue_priority", "list", "Issue"),
        SystemField("Type", "issue_type", "list", "Issue"),
        SystemField("Version", "issue_version", "text", "Issue"),
        SystemField("Status", "test_status", "list", "Test"),
        SystemField("Priority", "test_priority", "list", "Test"),
        SystemField("Version", "test_version", "text", "Test"),
        SystemField("Test Type", "test_type", "list", "Test"),
        SystemField("Status", "set_status", "list", "TestSet"),
        SystemField("Priority", "set_priority", "list", "TestSet"),
        SystemField("Version", "set_version", "text", "TestSet"),
        SystemField("Priority", "instance_priority", "list", "Instance"),
        SystemField("Version", "instance_version", "text", "Instance"),
        SystemField("Priority", "requirement_priority", "list", "Requirement"),
        SystemField("Version", "requirement_version", "text", "Requirement"),
        SystemField("Status", "milestone_status", "list", "Milestone"),
        SystemField("Type", "milestone_type", "list", "Milestone"),
    ]

    private static func values(_ field: CustomField) -> JSON {
        if field.format == "linkedlist" { return field.linked.map { .object($0) } ?? .null }
        return field.isList ? .array(field.values.map { .string($0) }) : .null
    }

    private static func write(_ field: CustomField, _ project: Int64, to writer: inout JSONWriter) {
        writer.beginResource(field.id, "custom-fields")
        writer.member("name", field.name)
        writer.member("field-format", field.format)
        writer.member("project-id", number: project)
        writer.key("possible-values")
        writer.value(values(field))
        writer.member("parent-list-id", number: field.parentId)
        writer.member("possible-values-parent-cf-id", number: field.valuesId)
        writer.member("created-at", time: .int(field.createdAt))
        writer.member("updated-at", time: .int(field.updatedAt))
        writer.member("entities", texts: field.entities)
        writer.endObject()
        writer.endObject()
    }

    // MARK: Reading

    /// All fields as they are described to clients: no resources, snake_case, ids as numbers.
    static func describe(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let book = try work.customFields(project: try request.project(work))
            var all: [JSON] = []
            for (index, field) in system.enumerated() {
                let values: JSON = field.key == "test_type" ? .array(Tests.types.map { .string($0) }) : .null
                all.append(
                    description(
                        systemBase + Int64(index), "SystemField", field.name, field.format, values, field.key,
                        [field.entity]))
            }
            for field in book.fields {
                all.append(
                    description(
                        field.id, "CustomField", field.name, field.format, values(field), "___f_\(field.id)",
                        field.entities))
            }
            let page = Page(request.parameters)
            var writer = JSONWriter(capacity: 8192)
            for field in all.dropFirst(page.offset).prefix(page.size) { writer.value(field) }
            return .list(writer.bytes, PageFrame(request: request, page: page, total: all.count))
        }
    }

    private static func description(
        _ id: Int64, _ type: String, _ name: String, _ format: String, _ values: JSON, _ key: String,
        _ entities: [String]
    ) -> JSON {
        [
            "id": .integer(id), "type": .string(type), "name": .string(name), "field_format": .string(format),
            "possible_values": values, "uniq_name": .string(key),
            "entities": .array(entities.map { .string($0) }),
        ]
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let fields = try work.customFields(project: project).fields.sorted { $0.id > $1.id }
            let page = Page(request.parameters)
            var writer = JSONWriter(capacity: 4096)
            for field in fields.dropFirst(page.offset).prefix(page.size) { write(field, project, to: &writer) }
            return .list(writer.bytes, PageFrame(request: request, page: page, total: fields.count))
        }
    }

    private static func field(
        _ request: Request, _ work: Reading, _ project: Int64
    ) throws(DomainError) -> CustomField {
        let id = try request.id("id", "Custom field")
        guard let field = try work.customFields(project: project).field(id) else {
            throw Refusal.missing("Custom field", id)
        }
        return field
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            return reply(try field(request, work, project), project)
        }
    }

    private static func reply(_ field: CustomField, _ project: Int64) -> Reply {
        var writer = JSONWriter(capacity: 512)
        write(field, project, to: &writer)
        return .resource(writer.bytes)
    }

    // MARK: Writing

    private static func read(_ element: inout Entry, format: String) -> CustomFieldDraft {
        var draft = CustomFieldDraft()
        let given = element.member("possible-values") ?? .null
        if format == "linkedlist" {
            if let object = given.object {
                draft.linked = linked(object, &element)
            } else if !given.isNull {
                element.fail("possible-values", "an object of parent values is needed")
            }
        } else if let array = given.array {
            let texts = array.compactMap { Names.text($0) }
            if texts.count < array.count || texts.contains(where: { $0.isEmpty || $0.unicodeScalars.count > 500 }) {
                element.fail("possible-values", "texts of 1 to 500 characters are needed")
            }
            draft.values = texts
        } else if !given.isNull {
            element.fail("possible-values", "an array is needed")
        }
        for (name, isParent) in [("parent-list-id", true), ("possible-values-parent-cf-id", false)] {
            let id = element.id(name)
            guard id.isGiven else { continue }
            if isParent { draft.parent = .set(.int(id.value)) } else { draft.valuesFrom = .set(.int(id.value)) }
        }
        if case .value(let words) = element.words("entities") {
            for word in words where !entities.contains(word) { element.fail("entities", "there is no entity \(word)") }
            draft.entities = words
        }
        return draft
    }

    private static func linked(_ object: JSONObject, _ element: inout Entry) -> JSONObject {
        var result = JSONObject()
        for member in object.members {
            guard let array = member.value.array else {
                element.fail("possible-values/\(member.name)", "an array is needed")
                continue
            }
            var values: [JSON] = []
            for text in array.compactMap({ Names.text($0) }) where !values.contains(.string(text)) {
                values.append(.string(text))
            }
            result[member.name] = .array(values)
        }
        return result
    }

    /// The engine's words for references in those of this API.
    private static func worded<T>(_ body: () throws(DomainError) -> T) throws(DomainError) -> T {
        do throws(DomainError) {
            return try body()
        } catch {
            guard let issue = error.issues.first else { throw error }
            let names = [
                "parentFieldId": "attributes/parent-list-id",
                "valuesFieldId": "attributes/possible-values-parent-cf-id", "id": "id",
            ]
            guard let place = names[issue.field] else { throw error }
            let name = place.split(separator: "/").last ?? ""
            throw .invalid("/data/\(place)", "\(name) is invalid: \(issue.message)")
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            try work.requireSettings(of: project)
            var element = try request.element()
            let name = element.name(["name"], isNew: true).value
            let format = element.text("field-format").value ?? ""
            if format.isEmpty {
                element.miss("field-format")
            } else if !Choices.customFieldFormat.contains(format) {
                element.fail(
                    "field-format", "must be one of \(Choices.customFieldFormat.joined(separator: ", "))")
            }
            var draft = read(&element, format: format)
            draft.name = name
            draft.format = format
            if let id = element.beside.member("id"), request.data != nil, !id.isNull {
                if let id = Names.id(id), id < systemBase {
                    draft.id = call.caller.isAdministrator ? id : nil
                } else {
                    element.failBeside("id", "a positive number is needed")
                }
            }
            try element.finish()
            let id = try worded { () throws(DomainError) in try work.createCustomField(project: project, draft) }
            guard let made = try work.customFields(project: project).field(id) else { throw .fault("no field") }
            return reply(made, project)
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let field = try field(request, work, project)
            var element = try request.element()
            let name = element.name(["name"], isNew: false).value
            var draft = read(&element, format: field.format)
            draft.name = name
            try element.finish()
            try worded { () throws(DomainError) in
                try work.updateCustomField(field, project: project, draft)
            }
            guard let changed = try work.customFields(project: project).field(field.id) else {
                throw .fault("no field")
            }
            return reply(changed, project)
        }
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let field = try field(request, work, project)
            try work.deleteCustomField(field, project: project)
            return reply(field, project)
        }
    }

    /// The fields that a migration from TestRail fills; calling it again changes nothing.
    private static let testRail: [(name: String, format: String)] = [
        ("TestRailCaseID", "number"), ("TestRailRunID", "number"), ("TestRailTestID", "number"),
        ("TestRailResultID", "number"), ("TestRailSection", "text"), ("TestRailConfiguration", "text"),
    ]

    static func prepareTestRailImport(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            try work.requireSettings(of: project)
            let carriers = ["Test", "TestSet", "Instance", "Run"]
            for wanted in testRail {
                let book = try work.customFields(project: project)
                if let field = book.fields.first(where: { $0.name == wanted.name && $0.format == wanted.format }) {
                    let missing = carriers.filter { !field.entities.contains($0) }
                    guard !missing.isEmpty else { continue }
                    var draft = CustomFieldDraft()
                    draft.entities = field.entities + missing
                    try work.updateCustomField(field, project: project, draft)
                    continue
                }
                var draft = CustomFieldDraft()
                draft.name = wanted.name
                draft.format = wanted.format
                draft.entities = carriers
                _ = try work.createCustomField(project: project, draft)
            }
            let book = try work.customFields(project: project)
            var writer = JSONWriter(capacity: 2048)
            for wanted in testRail {
                let field = book.fields.first { $0.name == wanted.name && $0.format == wanted.format }
                if let field { write(field, project, to: &writer) }
            }
            let page = Page(number: 1, size: Page.largest)
            return .list(writer.bytes, PageFrame(request: request, page: page, total: testRail.count))
        }
    }
}
