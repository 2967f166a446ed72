import Engine
import Model
import Wire

/// `POST /api/test-runs/{runId}/cases/{caseId}/execute` (TestPlanIt API, Execute test case).
enum ExecuteCase {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let run = try call.key("runId", "TestRun")
        let member = try call.key("caseId", "TestRunCase")
        let object = try await call.object()
        let execution = try execution(object)
        let request = try IdempotentRequest(call, content: JSON.object(object).text)
        guard let request else {
            let done = try await engine.write(as: call.caller) { work throws(DomainError) in
                try record(execution, run, member, in: work)
            }
            // Shown from a read: the single writer is the narrowest place of the server.
            let body = try await engine.read(as: call.caller) { work throws(DomainError) in
                try rendered(done, in: work)
            }
            return StoredAnswer(status: 201, body: body).reply
        }
        let answer = try await engine.once(request, as: call.caller) { work throws(DomainError) in
            let done = try record(execution, run, member, in: work)
            return StoredAnswer(status: 201, body: try rendered(done, in: work))
        }
        return answer.reply
    }

    /// What was recorded where.
    private struct Done: Sendable {
        let result: Int64
        let run: String
        let member: Int64
        let memberUid: String
    }

    private static func record(
        _ execution: Execution, _ run: RowKey, _ member: RowKey, in work: Writing
    ) throws(DomainError) -> Done {
        let run = try work.row("TestRun", run, fields: ["id", "uid", "isCompleted"])
        let row = try work.runCase(run.id, member)
        do throws(DomainError) {
            let result = try work.execute(run: run.id, runCase: row, execution)
            return Done(result: result, run: run.uid, member: row.id, memberUid: row.uid)
        } catch {
            throw respelled(error, "status")
        }
    }

    /// A completed run takes no results; the reference calls that invalid input, not a conflict.
    static func respelled(_ error: DomainError, _ field: String) -> DomainError {
        guard case .conflict = error.code else { return error }
        return .invalid(field, error.message)
    }

    private static func execution(_ object: JSONObject) throws(DomainError) -> Execution {
        var input = Input(object)
        var execution = Execution(status: input.required("status", input.text("status")) ?? "")
        execution.notes = input.richText("notes").value
        execution.seconds = input.count("duration").value
        execution.executedAt = input.time("executedAt").value
        execution.issues = input.keys("issueIds").value ?? []
        execution.steps =
            input.each("stepResults", limit: 1000) { inner -> Execution.StepResult? in
                let notes = inner.richText("notes").value
                let seconds = inner.count("duration").value
                let key = inner.required("stepId", inner.key("stepId"))
                let status = inner.required("status", inner.text("status"))
                guard let key, let status else { return nil }
                return Execution.StepResult(step: key, status: status, notes: notes, seconds: seconds)
            }.value ?? []
        execution.attachments =
            input.each("attachments", limit: 100) { inner -> Execution.Attachment? in
                let mediaType = inner.text("mimeType").value
                let size = inner.count("size").value
                let name = inner.required("name", inner.text("name"))
                let url = inner.required("url", inner.text("url"))
                if let url, !AttachmentAddress.isAllowed(url) {
                    inner.fail("url", "must be an http or https address or a stored file")
                }
                guard let name, let url else { return nil }
                return Execution.Attachment(name: name, url: url, mediaType: mediaType, size: size)
            }.value ?? []
        try input.finish()
        return execution
    }

    private static func rendered(_ done: Done, in work: Reading) throws(DomainError) -> String {
        let owner = Query("TestRunCase", where: .equals("id", .int(done.member)), fields: ["id"])
        let testCase = try work.tree(owner, uids: ["repositoryCaseId"]).first?.text("repositoryCaseId#uid") ?? ""
        let place = ResultPages.Place(member: done.memberUid, testCase: testCase)
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key(.data)
        _ = try ResultPages(work).write(
            .equals("id", .int(done.result)), Query.Page(limit: 1), run: done.run, [done.member: place], to: &writer)
        writer.endObject()
        return writer.text
    }
}
