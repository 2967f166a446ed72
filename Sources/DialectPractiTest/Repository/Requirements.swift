import Engine
import Model
import Wire

/// What the product must do (PractiTest API, Requirements).
enum Requirements {
    static let kind = Kind(
        type: "requirements", singular: "Requirement", entity: "Requirement", inProject: Kind.live, write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let work = rendering.work
        let ids = rows.map(\.id)
        let rollUps = try work.requirementRollUps(ids)
        let tags = try rendering.tags("Requirement", ids)
        let fields = try rendering.customFields(.requirement, ids)
        let parents = try rendering.rows("Requirement", rows.map { $0["parentId"].integer }, [])
        let wanted = rendering.wantsRelationships
        let tests = wanted ? try work.links(.requirement, ids, to: .testCase) : [:]
        let issues = wanted ? try work.links(.requirement, ids, to: .issue) : [:]
        let milestones = wanted ? try work.links(.requirement, ids, to: .milestone) : [:]
        for row in rows {
            let rollUp = rollUps[row.id] ?? .nothing
            writer.beginResource(row.id, "requirements")
            writer.member("project-id", number: rendering.project)
            writer.member("display-id", number: row["number"].integer)
            writer.member("name", row.text("name"))
            writer.member("description", row["description"].string)
            writer.member("instances-count", number: rollUp.instances)
            writer.member("run-status", rollUp.verdict.rawValue)
            writer.member("last-run", time: .int(rollUp.lastExecutedAt))
            writer.assignment(row)
            writer.member("planned-execution", time: row["plannedExecution"])
            writer.member("version", row["versionLabel"].string)
            writer.member("priority", row["priority"].string)
            fields.write(row.id, to: &writer)
            writer.member("folder-id", number: nil)
            writer.times(row)
            writer.member("status", row["status"].string)
            writer.member("author-id", number: row["createdById"].integer)
            writer.member("parent-id", number: row["parentId"].integer.flatMap { parents[$0]?.id })
            writer.member("tags", texts: tags[row.id] ?? [])
            writer.endObject()
            if wanted {
                writer.key("relationships")
                writer.beginObject()
                writer.linkage("tests", "tests", tests[row.id] ?? [])
                writer.linkage("issues", "issues", issues[row.id] ?? [])
                writer.linkage("milestones", "milestones", milestones[row.id] ?? [])
                writer.endObject()
            }
            writer.endObject()
        }
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        Choice(
            filter: request.named("name") && request.oneOf("display-ids", "number"),
            selection: try request.selection(.requirement, work, project))
    }

    private struct RequirementDraft {
        var values: [String: Value] = [:]
        var custom: [(field: Int64, value: JSON)] = []
        var tags: [String]?
        var tests: [Int64]?
    }

    private static func draft(
        _ element: inout Entry, isNew: Bool, _ drafting: Drafting
    ) throws(DomainError) -> RequirementDraft {
        var result = RequirementDraft()
        var values: [String: Value] = [:]
        if let name = element.name(["name"], isNew: isNew).value { values["name"] = .text(name) }
        if isNew {
            if let author = try drafting.person("author-id", &element) { values["createdById"] = .int(author) }
        } else if let editor = try drafting.person("updated-by-user-id", &element) {
            values["updatedById"] = .int(editor)
        }
        values.set("description", element.text("description"))
        values.set("status", element.text("status"))
        values.set("priority", element.text("priority"))
        values.set("versionLabel", element.text("version"))
        try drafting.assignment(&element, &values)
        values.set("parentId", try drafting.reference("parent-id", kind, &element))
        if case .value(let tags) = element.words("tags") { result.tags = tags }
        if !isNew, element.member("tags")?.isNull == true { result.tags = [] }
        result.custom = try drafting.customValues(&element)
        let traced = element.beside.member("traceability")?.object ?? element.member("traceability")?.object
        if let array = traced?.member("test-ids")?.array {
            let ids = array.map { Names.id($0) ?? 0 }
            let known = try Tests.kind.known(ids, drafting.project, drafting.work)
            for (index, id) in ids.enumerated() where !known.contains(id) {
                element.failBeside("traceability/test-ids/\(index)", "there is no such test")
            }
            result.tests = ids
        }
        result.values = values
        return result
    }

    static func create(
        _ request: Request, _ elements: [Entry], _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [Int64] {
        let drafting = Drafting(work, project)
        var elements = elements
        var drafts: [RequirementDraft] = []
        for index in elements.indices {
            let draft = try draft(&elements[index], isNew: true, drafting)
            try drafting.requireMandatory(.requirement, draft.custom, &elements[index])
            drafts.append(draft)
        }
        try Entry.finish(elements)
        var rows: [Draft] = []
        for draft in drafts {
            var row = Draft(draft.values)
            row["projectId"] = .int(project)
            rows.append(row)
        }
        let ids = try work.insert("Requirement", rows)
        for (id, draft) in zip(ids, drafts) { try finish(id, draft, work) }
        try drafting.store(.requirement, zip(ids, drafts).map { ($0, $1.custom) })
        return ids
    }

    private static func finish(_ id: Int64, _ draft: RequirementDraft, _ work: Writing) throws(DomainError) {
        if let tags = draft.tags { try work.setTags("Requirement", id, tags) }
        if let tests = draft.tests { try work.changeLinks(.requirement, id, to: .testCase, tests, .add) }
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        let draft = try draft(&element, isNew: false, drafting)
        try element.finish()
        try work.update("Requirement", [Change(row.id, set: draft.values)])
        try finish(row.id, draft, work)
        try drafting.store(.requirement, [(row.id, draft.custom)])
    }
}
