import Engine
import HTTPTypes
import Model
import Synchronization
import Wire

/// An import whose progress the client reads as server-sent events (TestPlanIt API, Automation import).
enum ImportStream {
    /// Runs the import while the answer streams; `completed` makes the last event.
    static func reply(
        _ order: ReportImport, _ form: ImportForm, _ engine: Engine, as caller: Caller,
        completed: @escaping @Sendable (ImportOutcome) async throws(DomainError) -> JSON
    ) -> Reply {
        Reply(
            .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            content: .stream { stream in
                try await run(order, form, engine, caller, completed, stream)
            })
    }

    private static func run(
        _ order: ReportImport, _ form: ImportForm, _ engine: Engine, _ caller: Caller,
        _ completed: @Sendable (ImportOutcome) async throws(DomainError) -> JSON, _ stream: any ReplyStream
    ) async throws {
        try await stream.write(event(["progress": 0, "status": "Reading the files"]))
        let (events, source) = AsyncStream.makeStream(of: JSON.self, bufferingPolicy: .bufferingNewest(1))
        let shown = Mutex<Int64>(-1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await json in events { try await stream.write(event(json)) }
            }
            let last = await outcome(order, engine, caller, completed) { progress in
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
            try await stream.write(event(last))
        }
        // The spooled files live until here.
        withExtendedLifetime(form) {}
    }

    private static func outcome(
        _ order: ReportImport, _ engine: Engine, _ caller: Caller,
        _ completed: @Sendable (ImportOutcome) async throws(DomainError) -> JSON,
        progress: @escaping @Sendable (ImportProgress) -> Void
    ) async -> JSON {
        do throws(DomainError) {
            let outcome = try await engine.importReports(order, as: caller, progress: progress)
            return try await completed(outcome)
        } catch {
            var members: [(String, JSON)] = [("error", .string(error.message))]
            if let file = error.issues.first?.field, order.files.contains(where: { $0.name == file }) {
                members.append(("file", .string(file)))
            }
            return .members(members)
        }
    }

    private static func event(_ json: JSON) -> [UInt8] { Array("data: \(json.text)\n\n".utf8) }
}
