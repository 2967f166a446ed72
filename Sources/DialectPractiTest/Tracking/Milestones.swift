import Engine
import Model
import Wire

/// Goals in time (PractiTest API, Milestones).
enum Milestones {
    static let kind = Kind(
        type: "milestones", singular: "Milestone", entity: "Milestone", inProject: Kind.live, write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let work = rendering.work
        let ids = rows.map(\.id)
        let types = try rendering.rows("MilestoneType", rows.map { $0["milestoneTypesId"].integer }, ["name"])
        let fields = try rendering.customFields(.milestone, ids)
        let wanted = rendering.wantsRelationships
        let requirements = wanted ? try work.links(.milestone, ids, to: .requirement) : [:]
        let issues = wanted ? try work.links(.milestone, ids, to: .issue) : [:]
        let sets = wanted ? try work.links(.milestone, ids, to: .run) : [:]
        for row in rows {
            writer.beginResource(row.id, "milestones")
            writer.member("project-id", number: rendering.project)
            writer.member("display-id", number: row["number"].integer)
            writer.member("name", row.text("name"))
            writer.member("description", row["note"].isNull ? nil : RichText.plain(row["note"]))
            let isStarted = row.flag("isStarted")
            writer.member("milestone-status", row.flag("isCompleted") ? "Completed" : isStarted ? "Active" : "Planned")
            writer.member(
                "milestone-type", row["milestoneTypesId"].integer.flatMap { types[$0] }?.text("name") ?? "Sprint")
            writer.member("start-date", day: row["startDate"])
            writer.member("end-date", day: row["dueDate"])
            writer.member("author-id", number: row["createdBy"].integer)
            fields.write(row.id, to: &writer)
            writer.times(row)
            writer.endObject()
            if wanted {
                writer.key("relationships")
                writer.beginObject()
                writer.linkage("requirements", "requirements", requirements[row.id] ?? [])
                writer.linkage("issues", "issues", issues[row.id] ?? [])
                writer.linkage("suites", "sets", sets[row.id] ?? [])
                writer.endObject()
            }
            writer.endObject()
        }
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        Choice(
            filter: request.named("name") && request.oneOf("display-ids", "number"),
            selection: try request.selection(.milestone, work, project))
    }

    private static func values(
        _ element: inout Entry, _ row: Row?, _ drafting: Drafting
    ) throws(DomainError) -> ([String: Value], [(field: Int64, value: JSON)]) {
        var values: [String: Value] = [:]
        if let name = element.name(["name"], isNew: row == nil).value { values["name"] = .text(name) }
        values.set("note", element.text("description")) { RichText.stored(.string($0)) }
        let start = element.time("start-date")
        let end = element.time("end-date")
        values.set("startDate", start) { .int($0 - $0 % Timestamp.millisecondsPerDay) }
        values.set("dueDate", end) { .int($0 - $0 % Timestamp.millisecondsPerDay) }
        let from = values["startDate"] ?? row?["startDate"] ?? .null
        let to = values["dueDate"] ?? row?["dueDate"] ?? .null
        if let from = from.integer, let to = to.integer, to < from {
            element.fail("end-date", "it is before start-date")
        }
        switch element.text("milestone-status").value?.lowercased() {
        case nil:
            if row == nil { values["isStarted"] = true }
        case "planned":
            values["isStarted"] = false
            values["isCompleted"] = false
        case "active":
            values["isStarted"] = true
            values["isCompleted"] = false
        case "completed":
            values["isStarted"] = true
            values["isCompleted"] = true
        default: element.fail("milestone-status", "must be Planned, Active or Completed")
        }
        let type = element.text("milestone-type").value
        if row == nil || type?.isEmpty == false {
            let name = type.flatMap { $0.isEmpty ? nil : $0 } ?? "Sprint"
            values["milestoneTypesId"] = .int(
                try drafting.work.milestoneType(named: name, project: drafting.project))
        }
        if row == nil, let author = try drafting.person("author-id", &element) { values["createdBy"] = .int(author) }
        let custom = try drafting.customValues(&element)
        if row == nil { try drafting.requireMandatory(.milestone, custom, &element) }
        return (values, custom)
    }

    static func create(
        _ request: Request, _ elements: [Entry], _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [Int64] {
        let drafting = Drafting(work, project)
        var elements = elements
        var rows: [Draft] = []
        var customs: [[(field: Int64, value: JSON)]] = []
        for index in elements.indices {
            let (values, custom) = try values(&elements[index], nil, drafting)
            var row = Draft(values)
            row["projectId"] = .int(project)
            rows.append(row)
            customs.append(custom)
        }
        try Entry.finish(elements)
        let ids = try work.insert("Milestone", rows)
        try drafting.store(.milestone, zip(ids, customs).map { ($0, $1) })
        return ids
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        let (values, custom) = try values(&element, row, drafting)
        try element.finish()
        try work.update("Milestone", [Change(row.id, set: values)])
        try drafting.store(.milestone, [(row.id, custom)])
    }
}
