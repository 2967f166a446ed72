import Engine
import Model
import Wire

/// Forecasts of cases, runs and milestones (TestPlanIt API, Forecasting).
enum ForecastHandlers {
    private static func write(_ forecast: CaseForecast, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("estimatedDuration")
        writer.value(forecast.duration)
        writer.member("confidence", forecast.confidence)
        writer.object("basedOn")
        writer.key("historicalExecutions")
        writer.value(forecast.executions)
        writer.key("averageDuration")
        writer.value(forecast.average)
        writer.key("lastExecutionDuration")
        writer.value(forecast.last)
        writer.endObject()
        writer.key(.estimate)
        writer.value(forecast.estimate)
        writer.key("forecastManual")
        writer.value(forecast.manual)
        writer.member("forecastAutomated", forecast.automated)
        writer.endObject()
    }

    private static func members(_ sums: WorkForecast, to writer: inout JSONWriter) {
        writer.key("manualEstimate")
        writer.value(sums.manual)
        writer.member("mixedEstimate", sums.mixed)
        writer.member("automatedEstimate", sums.automated)
        writer.member("areAllCasesAutomated", flag: sums.isAllAutomated)
    }

    private static func progress(_ forecast: MilestoneForecast, to writer: inout JSONWriter) {
        writer.object("progress")
        writer.key("completed")
        writer.value(forecast.completed)
        writer.key(.total)
        writer.value(forecast.total)
        writer.member("percentComplete", forecast.percent)
        writer.endObject()
        writer.member("riskLevel", forecast.risk)
    }

    private static func write(
        _ forecast: MilestoneForecast, _ below: [MilestoneForecast], to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("estimatedCompletion", time: .int(forecast.completion))
        writer.key("estimatedDuration")
        writer.value(forecast.duration)
        progress(forecast, to: &writer)
        writer.array("childMilestones")
        for child in below {
            writer.beginObject()
            writer.member(.id, child.uid)
            writer.member(.name, child.name)
            writer.member("estimatedCompletion", time: .int(child.completion))
            progress(child, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        members(forecast.rest, to: &writer)
        writer.endObject()
    }

    /// `GET /api/repository-cases/forecast?caseId=`.
    static func ofCase(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        _ = try call.needed("caseId")
        guard let key = RowKey(try call.needed("caseId")) else { throw .notFound("RepositoryCase") }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryCase", key, fields: ["id"])
            let forecast = try work.forecast(case: row.id)
            return try Reply.json { writer throws(DomainError) in write(forecast, to: &writer) }
        }
    }

    /// `POST /api/repository-cases/forecast {caseIds}`.
    static func ofCases(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let keys = input.required("caseIds", input.keys("caseIds")) ?? []
        if keys.count > 10_000 { input.fail("caseIds", "has more than 10000 elements") }
        try input.finish()
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let sums = try work.forecast(cases: keys)
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                members(sums, to: &writer)
                writer.key("fetchedTestCasesCount")
                writer.value(sums.count)
                writer.endObject()
            }
        }
    }

    /// `GET /api/milestones/{id}/forecast`.
    static func ofMilestone(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Milestone")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Milestone", key)
            let forecast = try work.forecast(milestone: row)
            let below = try work.forecasts(below: row.id)
            return try Reply.json { writer throws(DomainError) in write(forecast, below, to: &writer) }
        }
    }

    /// `POST /api/forecast/update {entityType, entityId}`.
    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let word = input.required("entityType", input.text("entityType"))
        let key = input.required("entityId", input.key("entityId"))
        let kind = word?.lowercased().filter(\.isLetter) ?? ""
        let entities = [
            "testcase": "RepositoryCase", "repositorycase": "RepositoryCase", "testrun": "TestRun",
            "milestone": "Milestone",
        ]
        if word != nil, entities[kind] == nil {
            input.fail("entityType", "must be one of testCase, testRun, milestone")
        }
        try input.finish()
        guard let key, let entity = entities[kind] else { throw .invalid("entityId", "entityId is required") }
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.named(entity, key, by: "entityId", fields: work.schema[entity].fields.map(\.name))
            return try refreshed(entity, row, in: work)
        }
    }

    /// `GET /api/forecast/update?caseId=`.
    static func updateCase(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard let key = RowKey(try call.needed("caseId")) else { throw .notFound("RepositoryCase") }
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            try refreshed("RepositoryCase", try work.row("RepositoryCase", key, fields: ["id"]), in: work)
        }
    }

    private static func refreshed(_ entity: String, _ row: Row, in work: Writing) throws(DomainError) -> Reply {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("success", flag: true)
        writer.key(.data)
        switch entity {
        case "RepositoryCase":
            try work.refreshForecasts(cases: [row.id])
            write(try work.forecast(case: row.id), to: &writer)
        case "TestRun":
            let forecast = try work.refreshForecast(run: row.id)
            writer.beginObject()
            writer.key("forecastManual")
            writer.value(forecast.manual)
            writer.member("forecastAutomated", forecast.automated)
            writer.endObject()
        default:
            write(try work.forecast(milestone: row), try work.forecasts(below: row.id), to: &writer)
        }
        writer.endObject()
        return Reply.json(writer.bytes)
    }
}
