import Engine
import Model
import Wire

/// Test sets are runs of the core (PractiTest API, Sets).
enum Sets {
    static let kind = Kind(type: "sets", singular: "Set", entity: "TestRun", inProject: Kind.live, write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let work = rendering.work
        let ids = rows.map(\.id)
        let rollUps = try work.runRollUps(ids)
        let tags = try rendering.tags("TestRun", ids)
        let fields = try rendering.customFields(.run, ids)
        let milestones = try rendering.rows("Milestone", rows.map { $0["milestoneId"].integer }, [])
        for row in rows {
            let rollUp = rollUps[row.id] ?? .nothing
            writer.beginResource(row.id, "sets")
            writer.member("project-id", number: rendering.project)
            writer.member("display-id", number: row["number"].integer)
            writer.member("name", row.text("name"))
            writer.member("description", row["note"].isNull ? nil : RichText.plain(row["note"]))
            writer.member("instances-count", number: rollUp.instances)
            writer.member("run-status", rollUp.verdict.rawValue)
            writer.member("last-run", time: .int(rollUp.lastExecutedAt))
            writer.assignment(row)
            writer.member("planned-execution", time: row["plannedExecution"])
            writer.member("version", row["versionLabel"].string)
            writer.member("priority", row["priorityLabel"].string)
            fields.write(row.id, to: &writer)
            writer.member("folder-id", number: row["folderId"].integer)
            writer.member("milestone-id", number: row["milestoneId"].integer.flatMap { milestones[$0]?.id })
            writer.times(row)
            if rendering.wantsDuration {
                writer.member("duration-estimate", duration: rollUp.estimate)
                writer.member("actual-duration", duration: rollUp.elapsed)
            }
            writer.member("status", row["stateLabel"].string)
            writer.member("author-id", number: row["createdById"].integer)
            writer.member("tags", texts: tags[row.id] ?? [])
            writer.endObject()
            writer.endObject()
        }
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        Choice(
            filter: request.named("name") && request.oneOf("display-ids", "number"),
            selection: try request.selection(.set, work, project))
    }

    /// What the attributes say; `members` are the tests of a new set.
    private struct SetDraft {
        var values: [String: Value] = [:]
        var custom: [(field: Int64, value: JSON)] = []
        var tags: [String]?
        var members: [Int64] = []
    }

    private static func draft(
        _ element: inout Entry, isNew: Bool, needsName: Bool, _ drafting: Drafting
    ) throws(DomainError) -> SetDraft {
        var result = SetDraft()
        var values: [String: Value] = [:]
        if let name = element.name(["name"], isNew: needsName).value { values["name"] = .text(name) }
        if isNew {
            if let author = try drafting.person("author-id", &element) { values["createdById"] = .int(author) }
        } else if let editor = try drafting.person("updated-by-user-id", &element) {
            values["updatedById"] = .int(editor)
        }
        values.set("note", element.text("description")) { RichText.stored(.string($0)) }
        try drafting.assignment(&element, &values)
        values.setLabels(&element)
        values.set("priorityLabel", element.text("priority"))
        values.set("stateLabel", element.text("status"))
        values.set("milestoneId", try drafting.reference("milestone-id", Milestones.kind, &element))
        if case .value(let tags) = element.words("tags") { result.tags = tags }
        if !isNew, element.member("tags")?.isNull == true { result.tags = [] }
        result.custom = try drafting.customValues(&element)
        if isNew { try readMembers(&element, drafting, &result) }
        result.values = values
        return result
    }

    private static func readMembers(
        _ element: inout Entry, _ drafting: Drafting, _ result: inout SetDraft
    ) throws(DomainError) {
        let beside = element.beside.member("instances")?.object?.member("test-ids")
        guard let array = (beside ?? element.member("test-ids"))?.array else { return }
        let ids = array.map { Names.id($0) ?? 0 }
        let known = try Tests.kind.known(ids, drafting.project, drafting.work)
        for (index, id) in ids.enumerated() where !known.contains(id) {
            element.failBeside("instances/test-ids/\(index)", "there is no such test")
        }
        result.members = ids
    }

    static func create(
        _ request: Request, _ elements: [Entry], _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [Int64] {
        let drafting = Drafting(work, project)
        var elements = elements
        var drafts: [SetDraft] = []
        for index in elements.indices {
            let draft = try draft(&elements[index], isNew: true, needsName: true, drafting)
            try drafting.requireMandatory(.run, draft.custom, &elements[index])
            drafts.append(draft)
        }
        try Entry.finish(elements)
        var ids: [Int64] = []
        for draft in drafts {
            let id = try work.createRun(project: project, draft.values, members: [])
            _ = try work.addInstances(draft.members.map { InstanceDraft(run: id, caseId: $0) })
            if let tags = draft.tags { try work.setTags("TestRun", id, tags) }
            ids.append(id)
        }
        try drafting.store(.run, zip(ids, drafts).map { ($0, $1.custom) })
        return ids
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        let draft = try draft(&element, isNew: false, needsName: false, drafting)
        try element.finish()
        try work.update("TestRun", [Change(row.id, set: draft.values)])
        if let tags = draft.tags { try work.setTags("TestRun", row.id, tags) }
        try drafting.store(.run, [(row.id, draft.custom)])
    }

    /// A copy with the same tests and nothing executed; the attributes win over what is copied.
    static func clone(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let source = try kind.row(try request.id("id", kind.singular), project, work)
            let drafting = Drafting(work, project)
            var element = try request.element()
            var draft = try draft(&element, isNew: false, needsName: false, drafting)
            try element.finish()
            draft.values["updatedById"] = nil
            draft.values["stateLabel"] = nil
            // A copied name must still fit.
            if draft.values["name"] == nil {
                draft.values["name"] = .text(source.text("name").prefix(992) + " (clone)")
            }
            let id = try work.cloneRun(source, draft.values)
            let rendering = request.rendering(work, project)
            let present = try rendering.tags("TestRun", [source.id])[source.id] ?? []
            try work.setTags("TestRun", id, draft.tags ?? present)
            var custom = try work.customValues(.run, [source.id], project: project)[source.id] ?? []
            custom.removeAll { value in draft.custom.contains { $0.field == value.field } }
            // Values that were removed from a list stay with the original.
            var kept = draft.custom
            for value in custom where try drafting.fields().problem(value.value, of: value.field, work) == nil {
                kept.append(value)
            }
            try drafting.store(.run, [(id, kept)])
            return .resource(try kind.bytes([id], rendering))
        }
    }
}
