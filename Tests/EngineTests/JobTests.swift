import Engine
import Model
import Statements
import Store
import Synchronization
import Testing

/// Background work: queued with a change, claimed once, tried again, given up, taken back.
@Suite struct JobTests {
    private static func kind(
        _ name: String = "count", backoff: [Int64] = [1000, 2000],
        _ perform: @escaping @Sendable (JobContext) async throws(DomainError) -> JobOutcome
    ) -> JobKind {
        JobKind(queue: "imports", name: name, backoff: backoff, perform: perform)
    }

    private func state(_ world: EngineWorld, _ key: JobKey?) async throws -> Row {
        let id = try #require(key).id
        return try await world.read { work throws(DomainError) in try work.row("Job", .id(id)) }
    }

    @Test(arguments: Backend.available)
    func `a job runs once and keeps its result`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let runs = Mutex(0)
            let kind = JobTests.kind { job throws(DomainError) in
                runs.withLock { $0 += 1 }
                try await job.progress(40, "halfway")
                return .done(["echo": job.payload])
            }
            let runner = JobRunner(engine: world.engine, kinds: [kind])
            let key = try await world.write { work throws(DomainError) in
                try work.enqueue(NewJob(kind, ["a": 1], uniqueKey: "one"))
            }
            let again = try await world.write { work throws(DomainError) in
                try work.enqueue(NewJob(kind, ["a": 1], uniqueKey: "one"))
            }
            #expect(again == nil)
            #expect(try await runner.drain() == 1)
            #expect(try await runner.drain() == 0)
            #expect(runs.withLock { $0 } == 1)
            let row = try await state(world, key)
            #expect(row.text("state") == "COMPLETED")
            #expect(row["progress"].integer == 100)
            #expect(row.text("result") == #"{"echo":{"a":1}}"#)
            #expect(row["attempts"].integer == 1)
        }
    }

    @Test(arguments: Backend.available)
    func `a refused transaction queues nothing`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let kind = JobTests.kind { _ in .done(.null) }
            let refusal = await world.attempt(as: .system) { work throws(DomainError) in
                try work.enqueue(NewJob(kind))
                throw .conflict("no")
            }
            #expect(refusal?.code == .conflict)
            let done = try await JobRunner(engine: world.engine, kinds: [kind]).drain()
            #expect(done == 0)
        }
    }

    @Test(arguments: Backend.available)
    func `a failing job is tried again after its pauses and then given up`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let attempts = Mutex<[Int64]>([])
            let kind = JobTests.kind { job throws(DomainError) in
                attempts.withLock { $0.append(job.attempt) }
                throw .fault("broken")
            }
            let runner = JobRunner(engine: world.engine, kinds: [kind])
            let key = try await world.write { work throws(DomainError) in try work.enqueue(NewJob(kind)) }
            try await runner.drain()
            #expect(try await state(world, key).text("state") == "DELAYED")
            #expect(try await runner.drain() == 0)
            world.clock.advance(.seconds(1))
            try await runner.drain()
            world.clock.advance(.seconds(1))
            #expect(try await runner.drain() == 0)
            world.clock.advance(.seconds(1))
            try await runner.drain()
            #expect(attempts.withLock { $0 } == [1, 2, 3])
            let row = try await state(world, key)
            #expect(row.text("state") == "FAILED")
            #expect(row.text("error") == "broken")
        }
    }

    @Test(arguments: Backend.available)
    func `a job that cannot succeed is not tried again`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let kind = JobTests.kind { _ in .failed("never") }
            let key = try await world.write { work throws(DomainError) in try work.enqueue(NewJob(kind)) }
            try await JobRunner(engine: world.engine, kinds: [kind]).drain()
            #expect(try await state(world, key).text("state") == "FAILED")
        }
    }

    @Test(arguments: Backend.available)
    func `a paused queue hands out nothing and concurrency bounds the rest`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let kind = JobTests.kind { _ in .done(.null) }
            let runner = JobRunner(engine: world.engine, kinds: [kind])
            try await world.write { work throws(DomainError) in
                try work.enqueue([NewJob(kind), NewJob(kind), NewJob(kind)])
                let queue = try work.first(Query("JobQueue", where: .equals("name", "imports")))
                try work.update("JobQueue", [Change(queue?.id ?? 0, set: ["isPaused": true, "concurrency": 2])])
            }
            #expect(try await runner.claim("imports", limit: 9).isEmpty)
            #expect(try await runner.dueQueues().isEmpty)
            try await world.write { work throws(DomainError) in
                let queue = try work.first(Query("JobQueue", where: .equals("name", "imports")))
                try work.update("JobQueue", [Change(queue?.id ?? 0, set: ["isPaused": false])])
            }
            let other = JobRunner(engine: world.engine, kinds: [kind])
            #expect(try await runner.claim("imports", limit: 1).count == 1)
            #expect(try await other.claim("imports", limit: 9).count == 1)
            #expect(try await other.claim("imports", limit: 9).isEmpty)
        }
    }

    @Test(arguments: Backend.available)
    func `two workers never get the same job`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let kind = JobTests.kind { _ in .done(.null) }
            try await world.write { work throws(DomainError) in
                try work.enqueue((0..<60).map { _ in NewJob(kind) })
                let queue = try work.first(Query("JobQueue", where: .equals("name", "imports")))
                try work.update("JobQueue", [Change(queue?.id ?? 0, set: ["concurrency": 100])])
            }
            let engine = world.engine
            let claimed = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let runner = JobRunner(engine: engine, kinds: [kind])
                        var ids: [Int64] = []
                        while true {
                            let jobs = try await runner.claim("imports", limit: 5)
                            if jobs.isEmpty { return ids }
                            ids += jobs.map(\.key.id)
                        }
                    }
                }
                var all: [Int64] = []
                for try await ids in group { all += ids }
                return all
            }
            #expect(Set(claimed).count == claimed.count)
            #expect(claimed.count <= 60)
        }
    }

    @Test(arguments: Backend.available)
    func `the job of a dead worker is taken back and its late end counts no more`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let kind = JobTests.kind { job in .done(.string("attempt \(job.attempt)")) }
            let dead = JobRunner(engine: world.engine, kinds: [kind])
            let runner = JobRunner(engine: world.engine, kinds: [kind])
            let key = try await world.write { work throws(DomainError) in try work.enqueue(NewJob(kind)) }
            let lost = try await dead.claim("imports", limit: 1)
            #expect(try await runner.recover() == 0)
            world.clock.advance(.seconds(61))
            #expect(try await runner.recover() == 1)
            try await runner.drain()
            for job in lost { try await dead.run(job) }
            let row = try await state(world, key)
            #expect(row.text("result") == #""attempt 2""#)
            await #expect(throws: DomainError.self) { try await lost[0].progress(1) }
        }
    }

    @Test(arguments: Backend.available)
    func `what nobody knows how to do fails with a word`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let key = try await world.write { work throws(DomainError) in
                try work.enqueue(NewJob(queue: "imports", name: "mystery"))
            }
            try await JobRunner(engine: world.engine, kinds: [JobTests.kind { _ in .done(.null) }]).drain()
            #expect(try await state(world, key).text("error").contains("mystery"))
        }
    }

    @Test(arguments: Backend.available)
    func `the outbox tells each message once and in order`(_ backend: Backend) async throws {
        try await EngineWorld.with(backend, .own) { world in
            let admin = try await world.user(.administrator)
            let project = try await world.project(by: admin)
            let kind = JobTests.kind("tell") { _ in .done(.null) }
            let heard = Mutex<[String]>([])
            let listener = OutboxListener(name: "test") { messages, work throws(DomainError) in
                for message in messages { heard.withLock { $0.append("\(message.event) \(message.entityId)") } }
                try work.enqueue(messages.map { _ in NewJob(kind) })
            }
            let silent = OutboxDispatcher(engine: world.engine, listeners: [])
            let dispatcher = OutboxDispatcher(engine: world.engine, listeners: [listener])
            let issues = try await world.write(as: admin) { work throws(DomainError) in
                let hook = Draft([
                    "url": "https://example.com/hook", "events": #"["issue.created"]"#, "isActive": true,
                ])
                try work.insert("Webhook", [hook])
                let drafts = ["A", "B", "C"].map {
                    Draft(["name": .text($0), "title": .text($0), "projectId": .int(project)])
                }
                return try work.insert("Issue", drafts)
            }
            #expect(try await silent.dispatch() == 0)
            #expect(try await dispatcher.dispatch() == 3)
            #expect(try await dispatcher.dispatch() == 0)
            #expect(heard.withLock { $0 } == issues.map { "issue.created \($0)" })
            #expect(try await JobRunner(engine: world.engine, kinds: [kind]).drain() == 3)
        }
    }
}
