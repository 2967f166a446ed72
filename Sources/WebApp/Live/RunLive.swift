import Engine
import HTTPTypes
import Model
import Wire

/// What happens in a run while somebody looks at it: results and assignments of others, and who else is there.
enum RunLive {
    static let routes: [Route] = [
        Route(.get, "/app/api/runs/{id}/live", "runs.live", cost: .free) { call, engine async throws(DomainError) in
            try await open(call, engine)
        },
        Route(.post, "/app/api/runs/{id}/presence", "runs.presence", cost: .free) {
            call, engine async throws(DomainError) in
            try Endpoint.guardToken(call, engine)
            let order = try await Endpoint.order(call)
            LiveHub.shared.move(
                room(try order.ask.id(), engine), try order.text("viewer") ?? "", person: call.caller.uid,
                to: try order.integer("testId"))
            return Answer.nothing.reply
        },
    ]

    /// Streams end after a while, so that a browser shows its credentials again.
    private static let lifetime = 300
    private static let heartbeat = 4
    /// How long a transaction may have been under way before its rows are seen.
    private static let margin: Int64 = 15_000

    private static func room(_ run: Int64, _ engine: Engine) -> String { "\(ObjectIdentifier(engine)) run \(run)" }

    private static func open(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard call.browserSession != nil else { throw DomainError(.unauthenticated(.noToken), "sign in") }
        let ask = Ask(call)
        let id = try ask.id()
        let project = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.row("TestRun", .id(id), fields: ["id", "projectId"])["projectId"].integer ?? 0
        }
        let viewer = String((ask.text("viewer") ?? engine.world.newUid()).prefix(64))
        let caller = call.caller
        let headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        return Reply(
            .ok, headers: headers,
            content: .stream { stream in
                let hub = LiveHub.shared
                let room = room(id, engine)
                guard hub.enter(room, viewer, LiveHub.Viewer(person: caller.uid, name: caller.name)) else { return }
                defer { hub.leave(room, viewer) }
                var watch = Watch(run: id, project: project, since: engine.world.now() - margin)
                try await stream.write(Array("retry: 2000\n: hello\n\n".utf8))
                try await follow(&watch, stream, hub, room, viewer, caller, engine)
            })
    }

    private static func follow(
        _ watch: inout Watch, _ stream: any ReplyStream, _ hub: LiveHub, _ room: String, _ viewer: String,
        _ caller: Caller, _ engine: Engine
    ) async throws {
        let generation = hub.generation
        var shown = -1
        for second in 1...lifetime {
            guard hub.generation == generation, !Task.isCancelled else { return }
            let version = hub.version(room)
            if version != shown {
                shown = version
                try await stream.write(event("presence", try presence(hub.viewers(room), but: viewer)))
            }
            let present = watch
            let (next, news) = try await engine.read(as: caller) { work throws(DomainError) in
                var next = present
                let news = try next.news(in: work)
                return (next, news)
            }
            watch = next
            if let news { try await stream.write(event("tests", news)) }
            if second % heartbeat == 0 { try await stream.write(Array(": still here\n\n".utf8)) }
            try await ContinuousClock().sleep(for: .seconds(1))
        }
    }

    private static func event(_ name: String, _ data: [UInt8]) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    private static func presence(_ viewers: [String: LiveHub.Viewer], but own: String) throws(DomainError) -> [UInt8] {
        let others = viewers.filter { $0.key != own }.sorted { $0.key < $1.key }
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.people, others) { writer, other throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, other.value.person)
                        writer.put(.name, other.value.name)
                        writer.put("testId", other.value.test)
                    }
                }
            }
        }.bytes
    }

    /// What was told already.
    private struct Watch: Sendable {
        let run: Int64
        let project: Int64
        var since: Int64
        var sequence: Int64 = -1
        var epochs: [Int64: Int64] = [:]

        /// The tests that changed since the last look, with the counts; `nil` when nothing did.
        mutating func news(in work: Reading) throws(DomainError) -> [UInt8]? {
            let now = try work.changeSequence(ofProject: project)
            guard now != sequence else { return nil }
            let isFirst = sequence < 0
            sequence = now
            let run = try work.row("TestRun", .id(run), fields: ["id", "isCompleted"])
            var query = Query(
                "TestRunCase",
                where: .equals("testRunId", .int(run.id)) && .compare("updatedAt", .greaterOrEqual, .int(since)),
                fields: ["id", "statusId", "assignedToId", "elapsed", "lastExecutedById", "epoch", "updatedAt"],
                order: [.by("updatedAt", .descending), .by("id")], page: .init(limit: 500))
            query.uids = ["assignedToId"]
            let found = try work.find(query)
            let rows = found.filter { epochs[$0.id] != $0["epoch"].integer ?? 0 }
            epochs = [:]
            for row in found { epochs[row.id] = row["epoch"].integer ?? 0 }
            since = max(since, work.now - margin)
            guard !rows.isEmpty || !isFirst else { return nil }
            let people = try work.names("User", rows.map { $0["lastExecutedById"].integer })
            let untested = try work.statuses().untested?.id
            let counts = try work.counts(ofRun: run.id)
            return try Answer { writer throws(DomainError) in
                try writer.object { writer throws(DomainError) in
                    try writer.array("tests", rows) { writer, row throws(DomainError) in
                        writer.beginArray()
                        writer.value(row.id)
                        writer.value(row["statusId"].integer ?? untested)
                        writer.value(row["assignedToId#uid"])
                        writer.value(row["elapsed"])
                        writer.value(row["lastExecutedById"].integer.flatMap { people[$0] })
                        writer.endArray()
                    }
                    writer.put(.counts, counts: counts)
                    writer.put(.isCompleted, flag: run["isCompleted"])
                }
            }.bytes
        }
    }
}
