import Engine
import HTTPTypes
import Model
import Wire

/// `/projects/{p}/test_runs` (Testsigma API, Test runs).
enum RunHandlers {
    static func filters(_ project: Row) -> FieldFilters {
        FieldFilters([
            "title": .text("name"), "name": .text("name"), "description": .document("note"),
            "human_id": .human(prefix: project.text("key"), mark: "R"),
            "project_id": .reference("projectId", entity: "Project"),
            "status": .words(["ACTIVE": .equals("isCompleted", false), "CLOSED": .equals("isCompleted", true)]),
            "selection_type": .words([
                "STATIC": .equals("selectionType", "STATIC"), "DYNAMIC": .equals("selectionType", "DYNAMIC"),
            ]),
            "test_plan_id": .reference("testPlanId", entity: "TestPlan"), "start_date": .time("startDate"),
            "end_date": .time("endDate"), "assignee_id": .reference("assignedToId", entity: "User"),
            "closed_at": .time("completedAt"), "closed_by": .reference("closedById", entity: "User"),
            "label_ids": .labels, "label_names": .labels,
        ])
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, CaseHandlers.sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            var filter =
                Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
                && (try filters(project).filter(call, in: work))
            if let text = call.query["search"], !text.isEmpty {
                filter =
                    filter
                    && (.text("name", .contains, text, .insensitive) || .text("note", .contains, text, .insensitive)
                        || Search.humanId(text, project.text("key"), mark: "R"))
            }
            let page = try listing.page(Query("TestRun", where: filter), in: work)
            return page.reply("test_runs", try RunPage(page.rows, project, in: work).json(.none))
        }
    }

    static func found(_ call: Call, in work: Reading) throws(DomainError) -> (project: Row, run: Row) {
        let project = try work.project(call)
        return (project, try work.row("TestRun", "r", call, of: project, mark: "R"))
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let (project, run) = try found(call, in: work)
            return try RunPage.one(run.id, project, in: work)
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try RunBody(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            try body.create(try work.project(call), in: work)
        }
        return try await one(id, call, engine)
    }

    private static func one(_ id: Int64, _ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try RunPage.one(id, try work.project(call), in: work)
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object = try await call.fields()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let (project, run) = try found(call, in: work)
            let body = try RunBody(object, isNew: false, present: run.text("selectionType"))
            try body.update(run, project, in: work)
            return run.id
        }
        return try await one(id, call, engine)
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("TestRun", ids: [try found(call, in: work).run.id])
        }
        return Envelope.done
    }

    /// A new open run with the same cases, none of them executed.
    static func clone(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let (project, run) = try found(call, in: work)
            var values: [String: Value] = ["name": .text("Copy of \(run.text("name"))")]
            for name in [
                "note", "selectionType", "selection", "excludedCases", "testPlanId", "startDate", "endDate",
                "assignedToId", "configId", "milestoneId", "folderId", "environment", "includeAll",
            ] where !run[name].isNull { values[name] = run[name] }
            if let flag = run["includeAll"].boolean { values["includeAll"] = .bool(flag) }
            let cases = try work.caseIds(ofRuns: [run.id])[run.id] ?? []
            let id = try work.createRun(
                project: project.id, values, members: cases.map { Writing.RunMember(caseId: $0) })
            try work.refreshSelection(ofRun: id)
            return id
        }
        return try await one(id, call, engine)
    }
}
