import Engine
import HTTPTypes
import Model
import Wire

/// Saved views, the `filters` that Assay adds to this API.
enum SavedViews {
    static let kind = Kind(
        type: "filters", singular: "Filter", entity: "SavedView", inProject: { .equals("projectId", .int($0)) },
        write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        for row in rows {
            writer.beginResource(row.id, "filters")
            writer.member("project-id", number: rendering.project)
            writer.member("name", row.text("name"))
            writer.member("entity", row.text("entity"))
            writer.member("parent-id", number: row["parentId"].integer)
            writer.member("ptql", row["query"].string)
            writer.member("auto-field", row["autoField"].string)
            writer.member("sub-auto-field", row["subAutoField"].string)
            writer.times(row)
            writer.endObject()
            writer.endObject()
        }
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        var filter = request.named("name")
        if let entity = request.parameters["entity"] { filter = filter && .equals("entity", .text(entity)) }
        return Choice(filter: filter, selection: nil)
    }

    private static let subjects: [String: QuerySubject] = [
        "test": .test, "requirement": .requirement, "issue": .issue, "testset": .set,
    ]

    private static func values(
        _ element: inout Entry, _ row: Row?, _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [String: Value] {
        var values: [String: Value] = [:]
        if let name = element.name(["name"], isNew: row == nil).value { values["name"] = .text(name) }
        var entity = row?.text("entity")
        if let given = element.text("entity").value { entity = given.lowercased() }
        if entity == nil { element.miss("entity") }
        guard let subject = entity.flatMap({ subjects[$0] }) else {
            if entity != nil { element.fail("entity", "must be one of test, requirement, issue, testset") }
            return values
        }
        values["entity"] = .text(subject.rawValue)
        let parent = element.id("parent-id")
        if let id = parent.value {
            let above = try work.first(
                Query("SavedView", where: .equals("id", .int(id)) && .equals("projectId", .int(project))))
            if above == nil || above?.text("entity") != subject.rawValue {
                element.fail("parent-id", "there is no such view of this entity")
            } else if let row, try isBelow(id, row.id, work) {
                element.fail("parent-id", "a view cannot be below itself")
            }
        }
        values.set("parentId", parent)
        let query = element.text("ptql", limit: 8192)
        if let text = query.value, !text.isEmpty {
            do throws(DomainError) {
                _ = try work.selection(text, on: subject, project: project, user: nil)
            } catch {
                element.note(
                    Issue(field: element.place("ptql"), message: Request.worded(error, "").issues.first?.message ?? ""))
            }
        }
        values.set("query", query)
        for (name, field) in [("auto-field", "autoField"), ("sub-auto-field", "subAutoField")] {
            let given = element.text(name, limit: 1000)
            if let text = given.value, !text.isEmpty {
                do throws(DomainError) {
                    try work.requireQueryField(text, on: subject, project: project)
                } catch {
                    element.fail(name, "there is no field \(text.prefix(60))")
                }
            }
            values.set(field, given)
        }
        return values
    }

    private static func isBelow(_ id: Int64, _ top: Int64, _ work: Reading) throws(DomainError) -> Bool {
        var next: Int64? = id
        var seen: Set<Int64> = []
        while let current = next, seen.insert(current).inserted {
            if current == top { return true }
            next = try work.first(
                Query("SavedView", where: .equals("id", .int(current)), fields: ["parentId"]))?["parentId"].integer
        }
        return false
    }

    static func create(
        _ request: Request, _ elements: [Entry], _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [Int64] {
        try work.requireSettings(of: project)
        var elements = elements
        var drafts: [Draft] = []
        for index in elements.indices {
            var draft = Draft(try values(&elements[index], nil, work, project))
            draft["projectId"] = .int(project)
            draft["isShared"] = true
            drafts.append(draft)
        }
        try Entry.finish(elements)
        return try work.insert("SavedView", drafts)
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        try work.requireSettings(of: project)
        var element = element
        let values = try values(&element, row, work, project)
        try element.finish()
        try work.update("SavedView", [Change(row.id, set: values)])
    }

    /// Views belong to the whole project; its administrators write them.
    static func requireSettings(_ work: Writing, _ row: Row, _ project: Int64) throws(DomainError) {
        try work.requireSettings(of: project)
    }
}
