import Engine
import Model
import Wire

/// Tests are cases of the repository (PractiTest API, Tests).
enum Tests {
    static let kind = Kind(
        type: "tests", singular: "Test", entity: "RepositoryCase", inProject: Kind.live, write: write)

    static let types: [String] = [
        "ScriptedTest", "ApiTest", "FireCracker", "xBotTest", "EggplantTest", "BDDTest", "ExploratoryTest",
    ]
    private static let automated: Set<String> = ["ApiTest", "FireCracker", "xBotTest", "EggplantTest"]

    static func isAutomated(_ type: String) -> Bool { automated.contains(type) }

    /// The type of a case, wherever it was made.
    static func type(_ row: Row) -> String {
        let isAutomated = row.flag("automated")
        if let type = row["testType"].string, automated.contains(type) == isAutomated { return type }
        return isAutomated ? "ApiTest" : "ScriptedTest"
    }

    // MARK: Writing resources

    /// What a page of tests needs besides the rows.
    private struct Facts {
        let steps: [Int64: Int64]
        let tags: [Int64: [String]]
        let fields: CustomValues
        let texts: CaseTexts
        let root: Set<Int64>
        let requirements: [Int64: [Int64]]
        let issues: [Int64: [Int64]]
    }

    private static func facts(_ rendering: Rendering, _ rows: [Row]) throws(DomainError) -> Facts {
        let work = rendering.work
        let ids = rows.map(\.id)
        let counted = try work.groups(
            "Step", where: .oneOf("testCaseId", ids.map { .int($0) }) && .equals("isDeleted", false),
            Grouping(by: ["testCaseId"], aggregates: [Aggregate(.count)]))
        var steps: [Int64: Int64] = [:]
        for row in counted.values { steps[row[0].integer ?? 0] = row[1].integer }
        let folders = try rendering.rows(
            "RepositoryFolder", rows.map { $0["folderId"].integer }, ["isRoot", "parentId"])
        let root = folders.values.filter { $0.flag("isRoot") }.map(\.id)
        let wanted = rendering.wantsRelationships
        return Facts(
            steps: steps, tags: try rendering.tags("RepositoryCase", ids),
            fields: try rendering.customFields(.testCase, ids), texts: try CaseTexts(work, ids), root: Set(root),
            requirements: wanted ? try work.links(.testCase, ids, to: .requirement) : [:],
            issues: wanted ? try work.links(.testCase, ids, to: .issue) : [:])
    }

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let facts = try facts(rendering, rows)
        let statuses = try rendering.work.statuses()
        let states = try rendering.work.states()
        for row in rows {
            writer.beginResource(row.id, "tests")
            writer.member("project-id", number: rendering.project)
            writer.member("display-id", number: row["number"].integer)
            writer.member("name", row.text("name"))
            writer.member("description", facts.texts.description(row.id))
            writer.member("steps-count", number: facts.steps[row.id] ?? 0)
            let state = states.entry(row["stateId"].integer)?.name
            writer.member("status", row["stateLabel"].string ?? state ?? "Draft")
            writer.member("run-status", statuses.verdict(row["lastStatusId"].integer).rawValue)
            writer.member("last-run", time: row["lastExecutedAt"])
            writer.member("author-id", number: row["creatorId"].integer)
            writer.assignment(row)
            writer.member("cloned-from-id", number: row["clonedFromId"].integer)
            writer.member("planned-execution", time: row["plannedExecution"])
            writer.member("version", row["versionLabel"].string)
            writer.member("priority", facts.texts.priority(row.id) ?? row["priorityLabel"].string)
            writer.member("duration-estimate", duration: row["estimate"].integer ?? 0)
            writer.member("test-type", type(row))
            facts.fields.write(row.id, to: &writer)
            let folder = row["folderId"].integer
            writer.member("folder-id", number: folder.flatMap { facts.root.contains($0) ? nil : $0 })
            writer.times(row)
            writer.member("preconditions", row["preconditions"].string)
            writer.member("tags", texts: facts.tags[row.id] ?? [])
            writer.member("scenario", row["scenario"].string)
            writer.key("automated-fields")
            writer.value(StoredJSON.object(row["automatedFields"]))
            writer.endObject()
            if rendering.wantsRelationships {
                writer.key("relationships")
                writer.beginObject()
                writer.linkage("requirements", "requirements", facts.requirements[row.id] ?? [])
                writer.linkage("issues", "issues", facts.issues[row.id] ?? [])
                writer.endObject()
            }
            writer.endObject()
        }
    }

    // MARK: Lists

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        Choice(
            filter: request.named("name") && request.oneOf("display-ids", "number"),
            selection: try request.selection(.test, work, project))
    }

    static func counts(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let counts = try work.verdictCounts(project: try request.project(work))
            let order: [Verdict] = [.passed, .failed, .incomplete, .untested, .blocked, .notApplicable]
            let members = order.map { ($0.rawValue, JSON.integer(Int64(counts[$0] ?? 0))) }
            return .json(["data": ["type": "tests", "run-statuses-count": .members(members)]])
        }
    }

    /// Many searches by name at once; the query is echoed as it came.
    static func bulkSearch(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        guard let queries = request.data?.array else { throw .invalid("/data", "data is missing: an array is needed") }
        guard queries.count <= 100 else { throw .invalid("/data", "data is invalid: at most 100 queries") }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let exact = queries.compactMap { $0.object?.member("name-exact").flatMap { Names.text($0) } }
            var byName: [String: [Row]] = [:]
            let named = Filter.oneOf("name", Set(exact).sorted().map { .text($0) })
            for row in try work.find(
                Query("RepositoryCase", where: named && Kind.live(project), order: [.by("id")]))
            { byName[row.text("name"), default: []].append(row) }
            var writer = JSONWriter(capacity: 4096)
            writer.beginObject()
            writer.key("data")
            writer.beginArray()
            for query in queries {
                let object = query.object ?? JSONObject()
                var rows: [Row] = []
                let part = object.member("name-like").flatMap { Names.text($0) }
                if let name = object.member("name-exact").flatMap({ Names.text($0) }) {
                    rows = byName[name] ?? []
                    if let part { rows = rows.filter { $0.text("name").lowercased().contains(part.lowercased()) } }
                } else if let part {
                    rows = try work.find(
                        Query(
                            "RepositoryCase", where: .text("name", .contains, part, .insensitive) && Kind.live(project),
                            order: [.by("id")], page: Query.Page(limit: 100)))
                }
                writer.beginObject()
                writer.key("query")
                writer.value(query)
                writer.key("tests")
                writer.beginObject()
                writer.key("data")
                let bytes = try kind.bytes(rows: rows, request.rendering(work, project))
                writer.raw([UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")])
                writer.endObject()
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            return .json(writer.bytes)
        }
    }
}

/// Stored documents of settings and the like.
enum StoredJSON {
    static func object(_ stored: Value) -> JSON {
        guard let text = stored.string else { return .object(JSONObject()) }
        do throws(JSONSyntaxError) {
            let json = try JSONReader.parse(text)
            return json.object == nil ? .object(JSONObject()) : json
        } catch {
            return .object(JSONObject())
        }
    }
}

/// The description and the priority of cases, which are fields that every case has.
struct CaseTexts {
    private var descriptions: [Int64: String] = [:]
    private var priorities: [Int64: String] = [:]

    init(_ work: Reading, _ ids: [Int64]) throws(DomainError) {
        let book = try work.caseFields()
        let description = book.fields.first { $0.systemName == "description" }
        let priority = book.fields.first { $0.systemName == "priority" }
        let fields = [description?.id, priority?.id].compactMap { $0 }.map { Value.int($0) }
        guard !ids.isEmpty, !fields.isEmpty else { return }
        let found = try work.find(
            Query(
                "CaseFieldValue",
                where: .oneOf("testCaseId", ids.map { .int($0) }) && .oneOf("fieldId", fields),
                fields: ["testCaseId", "fieldId", "value"]))
        for row in found {
            guard let owner = row["testCaseId"].integer else { continue }
            if row["fieldId"].integer == description?.id {
                descriptions[owner] = RichText.plain(row["value"])
            } else if let id = row["value"].string.flatMap({ Int64($0) }) {
                priorities[owner] = priority?.options.first { $0.id == id }?.name
            }
        }
    }

    func description(_ id: Int64) -> String? { descriptions[id] }
    func priority(_ id: Int64) -> String? { priorities[id] }
}
