import Engine
import HTTPTypes
import Model
import Synchronization
import Wire

/// An import whose progress the client reads as server-sent events (TestPlanIt API, Automation import).
enum ImportStream {
    /// Runs the import while the answer streams; `completed` makes the last event. A request that was answered before
    /// under its key gets that last event again.
    static func reply(
        _ order: ReportImport, _ form: ImportForm, _ call: Call, _ engine: Engine,
        completed: @escaping @Sendable (ImportOutcome) throws(DomainError) -> JSON
    ) async throws(DomainError) -> Reply {
        let request = try IdempotentRequest(call, content: form.content)
        let caller = call.caller
        if let request, let known = try await engine.answer(to: request, as: caller) {
            return .text(event(known.body), type: "text/event-stream; charset=utf-8")
        }
        return Reply(
            .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            content: .stream { stream in
                try await run(order, form, request, engine, caller, completed, stream)
            })
    }

    private static func run(
        _ order: ReportImport, _ form: ImportForm, _ request: IdempotentRequest?, _ engine: Engine, _ caller: Caller,
        _ completed: @escaping @Sendable (ImportOutcome) throws(DomainError) -> JSON, _ stream: any ReplyStream
    ) async throws {
        let first: JSON = ["progress": 0, "status": "Reading the files"]
        try await stream.write(Array(event(first.text).utf8))
        let (events, source) = AsyncStream.makeStream(of: JSON.self, bufferingPolicy: .bufferingNewest(1))
        let shown = Mutex<Int64>(-1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await json in events { try await stream.write(Array(event(json.text).utf8)) }
            }
            let last = await outcome(order, request, engine, caller, completed) { progress in
                let percent = progress.total == 0 ? 99 : min(99, progress.bytes * 100 / progress.total)
                guard
                    shown.withLock({ previous in
                        defer { previous = max(previous, percent) }
                        return percent > previous
                    })
                else { return }
                source.yield(["progress": .integer(percent), "status": .string("\(progress.tests) tests")])
            }
            source.finish()
            try await group.waitForAll()
            try await stream.write(Array(event(last).utf8))
        }
        // The spooled files live until here.
        withExtendedLifetime(form) {}
    }

    private static func outcome(
        _ order: ReportImport, _ request: IdempotentRequest?, _ engine: Engine, _ caller: Caller,
        _ completed: @escaping @Sendable (ImportOutcome) throws(DomainError) -> JSON,
        progress: @escaping @Sendable (ImportProgress) -> Void
    ) async -> String {
        do throws(DomainError) {
            let answer = try await engine.importReports(order, once: request, as: caller, progress: progress) {
                outcome throws(DomainError) in
                StoredAnswer(status: 200, body: try completed(outcome).text)
            }
            return answer.body
        } catch {
            var members: [(String, JSON)] = [("error", .string(error.message))]
            if let file = error.issues.first?.field, order.files.contains(where: { $0.name == file }) {
                members.append(("file", .string(file)))
            }
            return JSON.members(members).text
        }
    }

    private static func event(_ json: String) -> String { "data: \(json)\n\n" }
}
