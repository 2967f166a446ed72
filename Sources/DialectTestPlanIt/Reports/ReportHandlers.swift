import Engine
import HTTPTypes
import Model
import Wire

/// `/api/report-builder` (TestPlanIt API, Report builder).
enum ReportHandlers {
    /// `GET …/{type}`: what can be chosen.
    static func options(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let word = call.parameter("type")
        guard let (kind, isCross) = ReportKind.named(word) else { throw .notFound("Report") }
        try await engine.read(as: call.caller) { work throws(DomainError) in
            if !isCross { _ = try work.projectOfQuery(call) }
        }
        func list(_ headings: [ReportMatrix.Heading]) -> JSON {
            .array(headings.map { ["id": .string($0.id), "label": .string($0.label)] })
        }
        return .json(["dimensions": list(kind.dimensions(isCross: isCross)), "metrics": list(kind.metrics)])
    }

    static func generate(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object = try await call.object()
        guard let word = object["reportType"]?.string else {
            throw .invalid("reportType", "reportType is required")
        }
        return try await report(word, object, call, engine)
    }

    static func typed(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object = try await call.object()
        return try await report(call.parameter("type"), object, call, engine)
    }

    private static func report(
        _ word: String, _ object: JSONObject, _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> Reply {
        if let special = SpecialReport.named(word) { return try await special.reply(object, call, engine) }
        guard let (kind, isCross) = ReportKind.named(word) else {
            throw .invalid("reportType", "there is no report \(word.prefix(100))")
        }
        var input = Input(object)
        let order = ReportOrder(&input, isCross: isCross)
        if object["dimensions"] != nil || object["metrics"] != nil {
            let matrix = MatrixOrder(&input)
            try input.finish()
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                try matrix.reply(kind, isCross, order, in: work)
            }
        }
        try input.finish()
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let projects = try order.rows(isCross, in: work)
            let scope = try order.scope(projects, in: work)
            var members: [(String, JSON)] = [
                ("reportType", .string(word)), ("generatedAt", .string(Timestamp.text(work.now))),
            ]
            members += try ReportSummaries(scope, in: work).members(kind)
            if isCross { members.append(("projects", try each(projects, scope, kind, in: work))) }
            return Reply.json(.members(members))
        }
    }

    private static func each(
        _ projects: [Row], _ scope: ReportScope, _ kind: ReportKind, in work: Reading
    ) throws(DomainError) -> JSON {
        var result: [JSON] = []
        for project in projects.prefix(200) {
            var own = scope
            own.projects = [project.id]
            let summary = try ReportSummaries(own, in: work).summary(kind)
            result.append(["id": .string(project.uid), "name": .string(project.text("name")), "summary": summary])
        }
        return .array(result)
    }
}

/// A matrix as the original's own pages ask for it.
struct MatrixOrder: Sendable {
    private let dimensions: [String]
    private let metrics: [String]
    private let page: Int
    private let size: Int?
    private let sort: String?
    private let isDescending: Bool
    private let period: ReportPeriod

    static let periods: [String: ReportPeriod] = [
        "daily": .day, "weekly": .week, "monthly": .month, "quarterly": .quarter, "annually": .year,
    ]

    init(_ input: inout Input) {
        dimensions = input.texts("dimensions").value ?? []
        metrics = input.texts("metrics").value ?? []
        if dimensions.isEmpty { input.fail("dimensions", "must name at least one dimension") }
        if metrics.isEmpty { input.fail("metrics", "must name at least one metric") }
        if dimensions.count > 6 { input.fail("dimensions", "names more than 6 dimensions") }
        if metrics.count > 10 { input.fail("metrics", "names more than 10 metrics") }
        page = Int(min(input.count("page", minimum: 1).value ?? 1, 1 << 30))
        if input.object["pageSize"]?.string?.lowercased() == "all" {
            size = nil
        } else {
            size = Int(min(input.count("pageSize", minimum: 1).value ?? 10, 10_000))
        }
        sort = input.text("sortColumn").value
        isDescending = input.text("sortDirection").value?.lowercased() == "desc"
        let word = input.text("dateGrouping").value ?? "daily"
        if MatrixOrder.periods[word] == nil {
            input.fail("dateGrouping", "must be one of daily, weekly, monthly, quarterly, annually")
        }
        period = MatrixOrder.periods[word] ?? .day
    }

    func reply(
        _ kind: ReportKind, _ isCross: Bool, _ order: ReportOrder, in work: Reading
    ) throws(DomainError) -> Reply {
        let offered = Set(kind.dimensions(isCross: isCross).map(\.id))
        for id in dimensions where !offered.contains(id) { return unsupported("dimension", id) }
        let known = Set(kind.metrics.map(\.id))
        for id in metrics where !known.contains(id) { return unsupported("metric", id) }
        let scope = try order.scope(try order.rows(isCross, in: work), in: work)
        var matrix = try work.matrix(kind.source, scope, by: dimensions, metrics, period: period)
        sortLines(&matrix)
        let time = kind == .testExecution ? "executedAt" : "createdAt"
        let all = matrix.lines.map { row($0, matrix, time) }
        var shown = all[...]
        if let size { shown = all.dropFirst(min((page - 1) * size, all.count)).prefix(size) }
        return Reply.json([
            "results": .array(Array(shown)), "allResults": .array(all), "totalCount": .integer(Int64(all.count)),
            "page": .integer(Int64(page)), "pageSize": size.map { .integer(Int64($0)) } ?? "All",
        ])
    }

    /// The same for a share: rows of the page, all rows for the chart, and what the columns are.
    func shared(
        _ kind: ReportKind, _ isCross: Bool, _ order: ReportOrder, in work: Reading
    ) throws(DomainError) -> Reply {
        let scope = try order.scope(try order.rows(isCross, in: work), in: work)
        var matrix = try work.matrix(kind.source, scope, by: dimensions, metrics, period: period)
        sortLines(&matrix)
        let time = kind == .testExecution ? "executedAt" : "createdAt"
        let all = matrix.lines.map { row($0, matrix, time) }
        var shown = all[...]
        if let size { shown = all.dropFirst(min((page - 1) * size, all.count)).prefix(size) }
        func list(_ headings: [ReportMatrix.Heading]) -> JSON {
            .array(headings.map { ["id": .string($0.id), "label": .string($0.label)] })
        }
        return Reply.json([
            "results": .array(Array(shown)), "chartData": .array(all), "dimensions": list(matrix.dimensions),
            "metrics": list(matrix.metrics),
            "pagination": [
                "totalCount": .integer(Int64(all.count)), "page": .integer(Int64(page)),
                "pageSize": size.map { .integer(Int64($0)) } ?? "All",
            ],
        ])
    }

    private func unsupported(_ what: String, _ id: String) -> Reply {
        let message = JSON.string("Unsupported \(what): \(id)")
        let details: JSON = ["field": .string("\(what)s"), "message": message]
        return .json(
            ["error": ["code": "BAD_REQUEST", "message": message, "details": details], "message": message],
            status: .badRequest)
    }

    private func sortLines(_ matrix: inout ReportMatrix) {
        guard let sort else { return }
        if let place = matrix.dimensions.firstIndex(where: { $0.id == sort }) {
            matrix.lines.sort { $0.keys[place].name < $1.keys[place].name }
        } else if let place = matrix.metrics.firstIndex(where: { $0.id == sort || $0.label == sort }) {
            matrix.lines.sort { MatrixOrder.size($0.numbers[place]) < MatrixOrder.size($1.numbers[place]) }
        }
        if isDescending { matrix.lines.reverse() }
    }

    private static func size(_ number: ReportMatrix.Number) -> Double {
        if case .time(let time) = number { return Double(time) }
        return number.real
    }

    private func row(_ line: ReportMatrix.Line, _ matrix: ReportMatrix, _ time: String) -> JSON {
        var members: [(String, JSON)] = []
        for (heading, key) in zip(matrix.dimensions, line.keys) {
            switch key {
            case .row(let id, let uid, let name, let color):
                var cell: [(String, JSON)] = [("id", .integer(id)), ("uuid", .string(uid)), ("name", .string(name))]
                if let color { cell.append(("color", .string(color))) }
                members.append((heading.id, .members(cell)))
            case .time(let day): members.append((heading.id, .members([(time, .string(Timestamp.text(day)))])))
            case .text(let text): members.append((heading.id, ["id": .string(text), "name": .string(text)]))
            case .none: members.append((heading.id, ["id": .null, "name": "None"]))
            }
        }
        for (heading, number) in zip(matrix.metrics, line.numbers) {
            switch number {
            case .whole(let whole): members.append((heading.label, .integer(whole)))
            case .real(let real): members.append((heading.label, .number(real)))
            case .time(let time): members.append((heading.label, .string(Timestamp.text(time))))
            case .none: members.append((heading.label, .null))
            }
        }
        return .members(members)
    }
}
