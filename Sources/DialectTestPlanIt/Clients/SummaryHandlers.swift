import Engine
import HTTPTypes
import Model
import Wire

/// Summaries that the original's pages ask for (TestPlanIt API, routes that clients use).
enum SummaryHandlers {
    static let routes: [Route] = [
        Route(.get, "/api/sessions/{id}/summary", "sessionSummary", session),
        Route(.get, "/api/test-runs/{id}/summary", "runSummary", run),
        Route(.get, "/api/test-runs/summaries", "runSummaries", runs),
    ]

    private static func issue(_ row: Row) -> JSON {
        func text(_ name: String) -> JSON { row[name].string.map { .string($0) } ?? .null }
        return [
            "id": .integer(row.id), "name": text("name"), "title": text("title"), "status": text("status"),
            "externalId": text("externalId"), "externalKey": text("externalKey"), "externalUrl": text("externalUrl"),
        ]
    }

    private static func issues(_ relation: String) -> Query.Include {
        Query.Include(
            relation,
            .rows(Query("Issue", where: .equals("isDeleted", false), order: [.by("id")], page: .init(limit: 200))))
    }

    private static func number(_ value: Value) -> JSON { value.integer.map { .integer($0) } ?? .null }

    private static func comments(_ field: String, _ id: Int64, in work: Reading) throws(DomainError) -> JSON {
        let filter = Filter.equals(field, .int(id)) && .equals("isDeleted", false)
        return .integer(Int64(try work.count("Comment", where: filter)))
    }

    private static func session(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Session")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let found = try work.tree(
                Query(
                    "Session", where: key.filter && .equals("isDeleted", false), fields: ["id", "estimate", "elapsed"],
                    include: [issues("issues")]))
            guard let row = found.first else { throw .notFound("Session") }
            let statuses = try work.statuses()
            let results = try work.tree(
                Query(
                    "SessionResult", where: .equals("sessionId", .int(row.id)) && .equals("isDeleted", false),
                    fields: ["id", "createdAt", "elapsed", "statusId"], include: [issues("issues")],
                    order: [.by("createdAt"), .by("id")], page: .init(limit: 2000)))
            var shown: [JSON] = []
            var resultIssues: [JSON] = []
            for index in 0..<results.count {
                let result = results.row(index)
                let status = statuses.entry(result["statusId"].integer)
                let linked = results.related("issues", of: index)
                resultIssues += linked.map { issue($0) }
                shown.append([
                    "id": .integer(result.id),
                    "createdAt": .string(Timestamp.text(result["createdAt"].integer ?? 0)),
                    "elapsed": number(result["elapsed"]), "statusId": number(result["statusId"]),
                    "statusName": .string(status?.name ?? ""), "statusColorValue": .string(status?.color ?? ""),
                    "issueIds": .array(linked.map { .integer($0.id) }),
                ])
            }
            return .json([
                "sessionId": .integer(row.id), "estimate": number(row["estimate"]),
                "totalElapsed": .integer(row["elapsed"].integer ?? 0),
                "commentsCount": try comments("sessionId", row.id, in: work), "results": .array(shown),
                "sessionIssues": .array(found.related("issues", of: 0).map { issue($0) }),
                "resultIssues": .array(resultIssues),
            ])
        }
    }

    private static func summary(_ row: Row, _ linked: [Row], in work: Reading) throws(DomainError) -> JSON {
        let statuses = try work.statuses()
        let members = try work.find(
            Query(
                "TestRunCase",
                where: .equals("testRunId", .int(row.id))
                    && .related("repositoryCase", .some, .equals("isDeleted", false)),
                fields: ["id", "statusId", "elapsed"]))
        var counts: [Int64: Int64] = [:]
        var elapsed: Int64 = 0
        for member in members {
            counts[member["statusId"].integer ?? statuses.untested?.id ?? 0, default: 0] += 1
            elapsed += member["elapsed"].integer ?? 0
        }
        var shown: [JSON] = []
        var done: Int64 = 0
        for status in statuses.entries {
            guard let count = counts[status.id] else { continue }
            if status.isCompleted { done += count }
            shown.append([
                "statusId": .integer(status.id), "statusName": .string(status.name),
                "colorValue": .string(status.color), "count": .integer(count),
                "isCompleted": .bool(status.isCompleted),
            ])
        }
        let rate = members.isEmpty ? 0 : (1000 * Double(done) / Double(members.count)).rounded() / 10
        let state = try work.states().entry(row["stateId"].integer)
        return [
            "testRunType": .string(row.text("testRunType")), "workflowType": .string(state?.type ?? "NOT_STARTED"),
            "totalCases": .integer(Int64(members.count)), "statusCounts": .array(shown),
            "completionRate": .number(rate),
            "totalElapsed": .integer(elapsed), "totalEstimate": number(row["forecastManual"]),
            "commentsCount": try comments("testRunId", row.id, in: work), "issues": .array(linked.map { issue($0) }),
        ]
    }

    private static let fields = ["id", "uid", "testRunType", "stateId", "forecastManual"]

    private static func run(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestRun")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let found = try work.tree(
                Query(
                    "TestRun", where: key.filter && .equals("isDeleted", false), fields: fields,
                    include: [issues("issues")]))
            guard let row = found.first else { throw .notFound("TestRun") }
            return .json(try summary(row, found.related("issues", of: 0), in: work))
        }
    }

    private static func runs(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let words = try call.needed("testRunIds").split(separator: ",")
        guard words.count <= 100 else { throw .invalid("testRunIds", "testRunIds names more than 100 runs") }
        let keys = words.compactMap { RowKey(String($0)) }
        guard keys.count == words.count else { throw .invalid("testRunIds", "testRunIds must be ids") }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let rows = try work.find("TestRun", keys, fields: ["id"])
            let found = try work.tree(
                Query(
                    "TestRun", where: .oneOf("id", rows.map { .int($0.id) }), fields: fields,
                    include: [issues("issues")], order: [.by("id")]))
            var members: [(String, JSON)] = []
            for index in 0..<found.count {
                let row = found.row(index)
                members.append(("\(row.id)", try summary(row, found.related("issues", of: index), in: work)))
            }
            return .json(["summaries": .members(members)])
        }
    }
}
