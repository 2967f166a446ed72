import Engine
import Model
import Wire

/// Defects and other work items (PractiTest API, Issues).
enum Issues {
    static let kind = Kind(type: "issues", singular: "Issue", entity: "Issue", inProject: Kind.live, write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let work = rendering.work
        let ids = rows.map(\.id)
        let tags = try rendering.tags("Issue", ids)
        let fields = try rendering.customFields(.issue, ids)
        let wanted = rendering.wantsRelationships
        let issues = wanted ? try work.links(.issue, ids, to: .issue) : [:]
        let requirements = wanted ? try work.links(.issue, ids, to: .requirement) : [:]
        let tests = wanted ? try work.links(.issue, ids, to: .testCase) : [:]
        let milestones = wanted ? try work.links(.issue, ids, to: .milestone) : [:]
        for row in rows {
            writer.beginResource(row.id, "issues")
            writer.member("project-id", number: rendering.project)
            writer.member("display-id", number: row["number"].integer)
            writer.member("title", row.text("title"))
            writer.member("issue-type", row["issueTypeName"].string ?? "defect")
            writer.member("description", row["description"].string)
            writer.member("status-name", row["status"].string ?? "new")
            writer.member("status-resolution", row["resolution"].string)
            writer.member("author-id", number: row["createdById"].integer)
            let group = row["assignedGroupId"].integer
            writer.member("assigned-to-id", number: group ?? row["assignedToId"].integer)
            writer.member("version", row["versionLabel"].string)
            writer.member("priority", row["priority"].string)
            writer.member("closed-at", time: row["closedAt"])
            writer.member("closed-by-id", number: row["closedById"].integer)
            writer.member("cloned-from-id", number: row["clonedFromId"].integer)
            writer.member("external-id", row["externalKey"].string)
            fields.write(row.id, to: &writer)
            writer.member("tags", texts: tags[row.id] ?? [])
            writer.times(row)
            let isAssigned = group != nil || !row["assignedToId"].isNull
            writer.member("assigned-to-type", group != nil ? "group" : isAssigned ? "user" : nil)
            writer.endObject()
            if wanted {
                writer.key("relationships")
                writer.beginObject()
                writer.linkage("issues", "issues", issues[row.id] ?? [])
                writer.linkage("requirements", "requirements", requirements[row.id] ?? [])
                writer.linkage("tests", "tests", tests[row.id] ?? [])
                writer.linkage("milestones", "milestones", milestones[row.id] ?? [])
                writer.endObject()
            }
            writer.endObject()
        }
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        Choice(
            filter: request.named("title", titles: true) && request.oneOf("display-ids", "number"),
            selection: try request.selection(.issue, work, project))
    }

    private struct IssueDraft {
        var values: [String: Value] = [:]
        var custom: [(field: Int64, value: JSON)] = []
        var tags: [String]?
    }

    private static func draft(
        _ element: inout Entry, isNew: Bool, _ drafting: Drafting
    ) throws(DomainError) -> IssueDraft {
        var result = IssueDraft()
        var values: [String: Value] = [:]
        if let title = element.name(["title", "name"], isNew: isNew).value {
            values["title"] = .text(title)
            values["name"] = .text(title)
        }
        if isNew {
            if let author = try drafting.person("author-id", &element) { values["createdById"] = .int(author) }
            values["status"] = "new"
            values["issueTypeName"] = "defect"
            values["priority"] = .null
        } else if let editor = try drafting.person("updated-by-user-id", &element) {
            values["updatedById"] = .int(editor)
        }
        values.set("description", element.text("description"))
        if let type = element.text("issue-type").value, !type.isEmpty { values["issueTypeName"] = .text(type) }
        values.set("priority", element.text("priority"))
        values.set("versionLabel", element.text("version"))
        try drafting.assignment(&element, &values)
        if case .value(let tags) = element.words("tags") { result.tags = tags }
        if !isNew, element.member("tags")?.isNull == true { result.tags = [] }
        result.custom = try drafting.customValues(&element)
        result.values = values
        return result
    }

    static func create(
        _ request: Request, _ elements: [Entry], _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [Int64] {
        let drafting = Drafting(work, project)
        var elements = elements
        var drafts: [IssueDraft] = []
        for index in elements.indices {
            let draft = try draft(&elements[index], isNew: true, drafting)
            try drafting.requireMandatory(.issue, draft.custom, &elements[index])
            drafts.append(draft)
        }
        try Entry.finish(elements)
        var rows: [Draft] = []
        for draft in drafts {
            var row = Draft(draft.values)
            row["projectId"] = .int(project)
            rows.append(row)
        }
        let ids = try work.insert("Issue", rows)
        for (id, draft) in zip(ids, drafts) {
            if let tags = draft.tags { try work.setTags("Issue", id, tags) }
        }
        try drafting.store(.issue, zip(ids, drafts).map { ($0, $1.custom) })
        return ids
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        let draft = try draft(&element, isNew: false, drafting)
        try element.finish()
        try work.update("Issue", [Change(row.id, set: draft.values)])
        if let tags = draft.tags { try work.setTags("Issue", row.id, tags) }
        try drafting.store(.issue, [(row.id, draft.custom)])
    }

    static func updateStatus(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        let word = element.text("status-name").value ?? ""
        if word.isEmpty { element.miss("status-name") }
        let user = try drafting.person("user-id", &element)
        try element.finish()
        do throws(DomainError) {
            try work.setIssueStatus(row, word, by: user)
        } catch {
            guard error.issues.first?.field == "status" else { throw error }
            throw .invalid(element.place("status-name"), "status-name is invalid: \(error.message)")
        }
    }

    /// Projects may keep every issue.
    static func requireDeletable(_ work: Writing, _ row: Row, _ project: Int64) throws(DomainError) {
        let settings = try work.row("Project", .id(project), fields: ["settings"])["settings"]
        guard StoredJSON.object(settings)["enableDeleteIssues"]?.bool != false else {
            throw .forbidden("the project keeps its issues")
        }
    }
}
