import Engine
import Model
import Wire

/// Instances are cases in a run; a case may stand in a run more than once (PractiTest API, Instances).
enum Instances {
    static let kind = Kind(
        type: "instances", singular: "Instance", entity: "TestRunCase",
        inProject: {
            .related("testRun", .some, Kind.live($0)) && .related("repositoryCase", .some, .equals("isDeleted", false))
        }, write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let ids = rows.map(\.id)
        let sets = try rendering.rows("TestRun", rows.map { $0["testRunId"].integer }, ["number"])
        let tests = try rendering.rows(
            "RepositoryCase", rows.map { $0["repositoryCaseId"].integer }, ["number", "name"])
        let fields = try rendering.customFields(.instance, ids)
        let statuses = try rendering.work.statuses()
        for row in rows {
            let set = row["testRunId"].integer ?? 0
            let test = row["repositoryCaseId"].integer ?? 0
            let number = sets[set]?["number"].integer
            let parameters = parameters(row)
            writer.beginResource(row.id, "instances")
            writer.member("name", tests[test]?.text("name") ?? "")
            writer.member("project-id", number: rendering.project)
            writer.member("set-id", number: set)
            writer.member("set-display-id", number: number)
            writer.member("test-id", number: test)
            writer.member("test-display-id", number: tests[test]?["number"].integer)
            fields.write(row.id, to: &writer)
            writer.member("display-id", "\(number ?? set):\(row["number"].integer ?? row["order"].integer ?? 0)")
            writer.member("tester-id", number: row["lastExecutedById"].integer)
            writer.member("priority", row["priorityLabel"].string)
            writer.member("last-run-duration", duration: row["elapsed"].integer ?? 0)
            writer.member("last-run", time: row["lastExecutedAt"])
            writer.member("run-status", statuses.verdict(row["statusId"].integer).rawValue)
            writer.member("planned-execution", time: row["plannedExecution"])
            writer.member("version", row["versionLabel"].string)
            writer.assignment(row)
            writer.times(row)
            writer.key("parameters")
            writer.value(parameters)
            writer.key("bdd-parameters")
            writer.value(parameters)
            writer.endObject()
            writer.endObject()
        }
    }

    private static func parameters(_ row: Row) -> JSON {
        let members = StoredJSON.object(row["parameters"]).object?.members ?? []
        return .members(members.map { ($0.name.lowercased(), $0.value) })
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        var filter = request.oneOf("set-ids", "testRunId") && request.oneOf("test-ids", "repositoryCaseId")
        var test = request.named("name")
        if let numbers = request.parameters.ids("test-display-ids") {
            test = test && .oneOf("number", numbers.map { .int($0) })
        }
        if test != .all { filter = filter && .related("repositoryCase", .some, test) }
        if let display = request.parameters["display-id"] { filter = filter && displayed(display) }
        return Choice(filter: filter, selection: try request.setSelection("TestRunCase", work, project))
    }

    /// `117:19`: the number of the set and of the instance in it.
    static func displayed(_ text: String) -> Filter {
        let parts = text.split(separator: ":").map { Names.id(String($0)) }
        guard parts.count == 2, let set = parts[0], let number = parts[1] else { return .none }
        return .equals("number", .int(number)) && .related("testRun", .some, .equals("number", .int(set)))
    }

    static func create(
        _ request: Request, _ elements: [Entry], _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [Int64] {
        let drafting = Drafting(work, project)
        var elements = elements
        let sets = try Sets.kind.known(elements.compactMap { Names.id($0.member("set-id")) }, project, work)
        let tests = try Tests.kind.known(elements.compactMap { Names.id($0.member("test-id")) }, project, work)
        var drafts: [InstanceDraft] = []
        var custom: [[(field: Int64, value: JSON)]] = []
        for index in elements.indices {
            let set = known("set-id", "set", sets, &elements[index])
            let test = known("test-id", "test", tests, &elements[index])
            let (values, own) = try values(&elements[index], drafting)
            try drafting.requireMandatory(.instance, own, &elements[index])
            drafts.append(InstanceDraft(run: set ?? 0, caseId: test ?? 0, fields: values))
            custom.append(own)
        }
        try Entry.finish(elements)
        let ids = try work.addInstances(drafts)
        try drafting.store(.instance, zip(ids, custom).map { ($0, $1) })
        return ids
    }

    /// A required reference that was looked up for all elements at once.
    static func known(
        _ name: String, _ what: String, _ known: Set<Int64>, _ element: inout Entry
    ) -> Int64? {
        guard let id = element.id(name).value else {
            element.miss(name)
            return nil
        }
        guard known.contains(id) else {
            element.fail(name, "there is no such \(what)")
            return nil
        }
        return id
    }

    private static func values(
        _ element: inout Entry, _ drafting: Drafting
    ) throws(DomainError) -> ([String: Value], [(field: Int64, value: JSON)]) {
        var values: [String: Value] = [:]
        values.setLabels(&element)
        values.set("priorityLabel", element.text("priority"))
        try drafting.assignment(&element, &values)
        switch element.member("parameters") {
        case nil: break
        case .null?: values["parameters"] = .null
        case let given?:
            if let text = parametersText(given) {
                values["parameters"] = text
            } else {
                element.fail("parameters", "must be an object or an array")
            }
        }
        return (values, try drafting.customValues(&element))
    }

    private static func parametersText(_ given: JSON) -> Value? {
        var members: [(String, JSON)] = []
        switch given {
        case .object(let object):
            for member in object.members {
                members.append((member.name, .string(Names.text(member.value) ?? "")))
            }
        case .array(let elements):
            for (index, value) in elements.enumerated() {
                members.append((String(index + 1), .string(Names.text(value) ?? "")))
            }
        case .null, .bool, .integer, .number, .string: return nil
        }
        return members.isEmpty ? .null : .text(JSON.members(members).text)
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        let (values, custom) = try values(&element, drafting)
        try element.finish()
        try work.update("TestRunCase", [Change(row.id, set: values)])
        try drafting.store(.instance, [(row.id, custom)])
    }
}
