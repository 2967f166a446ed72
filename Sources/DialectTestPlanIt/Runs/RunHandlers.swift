import Engine
import HTTPTypes
import Model
import Wire

/// `/api/test-runs` (TestPlanIt API, Test runs).
enum RunHandlers {
    private static let statuses = ["ACTIVE", "COMPLETED", "CANCELLED"]

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: 200)
        let milestone = try call.queryKey("milestoneId")
        let state = try status(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.projectOfQuery(call)
            var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false) && state
            if let milestone {
                let row = try work.named("Milestone", milestone, by: "milestoneId")
                filter = filter && .equals("milestoneId", .int(row.id))
            }
            if let text = call.query["search"], !text.isEmpty {
                filter = filter && .text("name", .contains, text, .insensitive)
            }
            let query = Query(
                "TestRun", where: filter, fields: RunPage.fields,
                order: [.by("createdAt", .descending), .by("id", .descending)], page: paging.page)
            let page = try RunPage(query, in: work)
            var total = paging.total(shown: page.count)
            if total == nil { total = try work.count("TestRun", where: filter) }
            var writer = JSONWriter(capacity: 256 + page.count * 1024)
            writer.beginObject()
            writer.key(.data)
            writer.beginArray()
            for index in 0..<page.count { try page.write(index, to: &writer) }
            writer.endArray()
            paging.write(total ?? 0, to: &writer)
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    private static func status(_ call: Call) throws(DomainError) -> Filter {
        guard let word = call.query["status"], !word.isEmpty else { return .all }
        switch word.uppercased() {
        case "ACTIVE": return .equals("isCompleted", false)
        case "COMPLETED": return .equals("isCompleted", true) && .equals("isCancelled", false)
        case "CANCELLED": return .equals("isCompleted", true) && .equals("isCancelled", true)
        default: throw .invalid("status", "status must be one of \(statuses.joined(separator: ", "))")
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestRun")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try RunPage.rendered(key, in: work)
        }.reply()
    }

    /// What a body says about a run.
    private struct Body: Sendable {
        let project: RowKey?
        let name: String?
        let description: Given<JSON>
        let milestone: Given<RowKey>
        let configuration: Given<RowKey>
        let status: String?
        let members: [MemberBody]

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            project = isNew ? input.required("projectId", input.key("projectId")) : nil
            let name = input.text("name")
            self.name = isNew || name.isGiven ? input.required("name", name) : nil
            description = input.richText("description", "note")
            milestone = input.key("milestoneId")
            configuration = input.key("configurationId", "configId")
            status = isNew ? nil : input.word("status", RunHandlers.statuses).value
            members = isNew ? MemberBody.read(&input).value ?? [] : []
            try input.finish()
        }

        func values(project: Int64, in work: Reading) throws(DomainError) -> [String: Value] {
            var values: [String: Value] = [:]
            if let name { values["name"] = .text(name) }
            values.set("note", description) { RichText.stored($0) }
            if case .value(let key) = milestone {
                let row = try work.named("Milestone", key, by: "milestoneId", fields: ["id", "projectId"])
                guard row["projectId"].integer == project else {
                    throw .invalid("milestoneId", "milestoneId belongs to another project")
                }
                values["milestoneId"] = .int(row.id)
            } else if milestone.isGiven {
                values["milestoneId"] = .null
            }
            values.set("configId", try configuration.reference("Configuration", "configurationId", in: work))
            return values
        }
    }

    /// One element of `testCases`.
    private struct MemberBody: Sendable {
        let testCase: RowKey
        let assignee: RowKey?

        static func read(_ input: inout Input) -> Given<[MemberBody]> {
            input.each("testCases", limit: 10_000) { inner -> MemberBody? in
                let assignee = inner.key("assignedTo").value
                guard let testCase = inner.required("repositoryCaseId", inner.key("repositoryCaseId", "id")) else {
                    return nil
                }
                return MemberBody(testCase: testCase, assignee: assignee)
            }
        }

        static func members(
            _ bodies: [MemberBody], project: Int64, in work: Reading
        ) throws(DomainError) -> [Writing.RunMember] {
            let cases = try work.ids("RepositoryCase", bodies.map(\.testCase)) { "testCases[\($0)].repositoryCaseId" }
            try requireOwn(cases, project: project, in: work)
            var assignees: [Int64?] = []
            let given = bodies.compactMap(\.assignee)
            var next = try work.ids("User", given) { _ in "assignedTo" }.makeIterator()
            for body in bodies { assignees.append(body.assignee == nil ? nil : next.next()) }
            return zip(cases, assignees).map { Writing.RunMember(caseId: $0, assignee: $1) }
        }

        private static func requireOwn(_ cases: [Int64], project: Int64, in work: Reading) throws(DomainError) {
            guard !cases.isEmpty else { return }
            let own = Filter.oneOf("id", Set(cases).map { .int($0) }) && .equals("projectId", .int(project))
            let known = Set(try work.find(Query("RepositoryCase", where: own, fields: ["id"])).map(\.id))
            var issues: [Issue] = []
            for (index, id) in cases.enumerated() where !known.contains(id) {
                let field = "testCases[\(index)].repositoryCaseId"
                issues.append(Issue(field: field, message: "\(field) belongs to another project"))
            }
            if !issues.isEmpty { throw .invalid(issues) }
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.object(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let key = body.project else { throw .invalid("projectId", "projectId is required") }
            let project = try work.named("Project", key, by: "projectId").id
            let values = try body.values(project: project, in: work)
            let members = try MemberBody.members(body.members, project: project, in: work)
            return try work.createRun(project: project, values, members: members)
        }
        return try await rendered(id, call, engine).reply(.created)
    }

    private static func rendered(_ id: Int64, _ call: Call, _ engine: Engine) async throws(DomainError) -> Rendered {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try RunPage.rendered(.id(id), in: work)
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestRun")
        let body = try Body(try await call.object(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("TestRun", key)
            try EntityTag(row).check(call)
            var values = try body.values(project: row["projectId"].integer ?? 0, in: work)
            if let status = body.status, status != RunPage.status(row) {
                values["isCompleted"] = .bool(status != "ACTIVE")
                values["isCancelled"] = .bool(status == "CANCELLED")
                if status == "CANCELLED", let rejected = try work.states().named("Rejected", scope: "RUNS") {
                    values["stateId"] = .int(rejected.id)
                }
            }
            try work.update("TestRun", [Change(row.id, set: values)])
            return row.id
        }
        return try await rendered(id, call, engine).reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestRun")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("TestRun", key)
            try EntityTag(row).check(call)
            try work.delete("TestRun", ids: [row.id])
        }
        return .success
    }

    static func addCases(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestRun")
        var input = Input(try await call.object())
        let given = MemberBody.read(&input)
        let bodies = input.required("testCases", given) ?? []
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let run = try work.row("TestRun", key, fields: ["id", "projectId"])
            let project = run["projectId"].integer ?? 0
            let members = try MemberBody.members(bodies, project: project, in: work)
            do throws(DomainError) {
                try work.addToRun(run.id, members)
            } catch {
                throw ExecuteCase.respelled(error, "testCases")
            }
            return run.id
        }
        return try await rendered(id, call, engine).reply(.created)
    }

    /// The cases of a run page by page, for runs that are too large for one answer.
    static func cases(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestRun")
        let paging = try Paging(call, default: 200)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let run = try work.row("TestRun", key, fields: ["id"])
            let members = try RunMembers(run: run.id, page: paging.page, in: work)
            let live = Filter.related("repositoryCase", .some, .equals("isDeleted", false))
            let total = try work.count("TestRunCase", where: .equals("testRunId", .int(run.id)) && live)
            var writer = JSONWriter(capacity: 4096)
            writer.beginObject()
            writer.key(.data)
            writer.beginArray()
            for member in members.of(run.id) { members.write(member, to: &writer) }
            writer.endArray()
            paging.write(total, to: &writer)
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }
}
