import Engine
import Model
import Wire

/// The first page of a project.
enum Overview {
    static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        let figures = try work.figures(ofProjects: [project.id])[project.id] ?? ProjectFigures()
        let days = try work.resultDays(ofProject: project.id, days: 30)
        let runs = try RunRows(
            Query(
                "TestRun", where: .equals("projectId", .int(project.id)) && .equals("isDeleted", false),
                order: [.by("isCompleted"), .by("createdAt", .descending), .by("id", .descending)],
                page: .init(limit: 6)),
            in: work)
        let may = try May(project.id, in: work)
        return try Answer(capacity: 8192, version: project["epoch"].integer) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.object(.project) { writer throws(DomainError) in Projects.writeHead(project, to: &writer) }
                try writer.object(.can) { writer throws(DomainError) in
                    writer.put(.editCases, may.editCases)
                    writer.put(.createRuns, may.editRuns)
                    writer.put(.editProject, may.editProject)
                }
                try writer.object(.totals) { writer throws(DomainError) in
                    writer.put(.cases, figures.cases)
                    writer.put(.automated, figures.automated)
                    writer.put(.folders, figures.folders)
                    writer.put(.runs, figures.runs)
                    writer.put(.activeRuns, figures.activeRuns)
                }
                writer.put(.counts, counts: figures.counts)
                try writer.array(.days, days) { writer, day throws(DomainError) in
                    writer.beginArray()
                    writer.value(Timestamp.day(day.day))
                    writer.value(counts: day.counts)
                    writer.endArray()
                }
                try writer.array(.runs, 0..<runs.count) { writer, index throws(DomainError) in
                    try writer.object { writer throws(DomainError) in runs.write(index, to: &writer) }
                }
                try writeMilestones(project.id, to: &writer, in: work)
                try writeActivity(project, to: &writer, in: work)
            }
        }
    }

    private static func writeMilestones(
        _ project: Int64, to writer: inout JSONWriter, in work: Reading
    ) throws(DomainError) {
        let open =
            Filter.equals("projectId", .int(project)) && .equals("isDeleted", false) && .equals("isCompleted", false)
        let fields = ["id", "name", "startDate", "dueDate", "isStarted", "isCompleted", "milestoneTypesId"]
        let tree = try work.tree(
            Query(
                "Milestone", where: open, fields: fields,
                include: [Query.Include("milestoneType", .rows(Query("MilestoneType", fields: ["id", "name"])))],
                order: [Query.Order(.field("dueDate"), nulls: .last), .by("id")], page: .init(limit: 20)))
        let figures = try work.figures(ofMilestones: tree.ids)
        try writer.array(.milestones, 0..<tree.count) { writer, index throws(DomainError) in
            let row = tree.row(index)
            try writer.object { writer throws(DomainError) in
                writer.put(.id, row.id)
                writer.put(.name, row["name"])
                writer.put(.type, tree.related("milestoneType", of: index).first?["name"] ?? .null)
                writer.put(.startAt, row["startDate"])
                writer.put(.dueAt, row["dueDate"])
                writer.put(.isStarted, flag: row["isStarted"])
                writer.put(.isCompleted, flag: row["isCompleted"])
                writer.put(.counts, counts: figures[row.id]?.counts ?? StatusCounts())
                writer.put(.runs, figures[row.id]?.runs ?? 0)
            }
        }
    }

    private static func writeActivity(_ project: Row, to writer: inout JSONWriter, in work: Reading) throws(DomainError)
    {
        let base = "/p/\(Boot.component(Projects.key(project)))"
        let entries = try work.activity(ofProject: project.id, limit: 20)
        let results = try ResultPlaces(entries.filter { $0.entity == "TestRunResult" }.compactMap(\.entityId), in: work)
        try writer.array(.activity, entries) { writer, entry throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.at, entry.at)
                writer.key(.person)
                writer.beginObject()
                writer.key("name")
                writer.value(entry.person)
                writer.endObject()
                let result = entry.entity == "TestRunResult" ? entry.entityId.flatMap { results[$0] } : nil
                var (kind, url) = place(entry, base)
                if let result { url = "\(base)/runs/\(result.run)\(entry.count == 1 ? "?test=\(result.test)" : "")" }
                let title = result.map { entry.count == 1 ? $0.caseName : $0.runName } ?? entry.title
                writer.put(.verb, verb(entry, kind))
                writer.put(.kind, kind)
                writer.put(.title, title)
                // Without a name there is nothing to click on.
                writer.put(.url, title.isEmpty ? nil : url)
                writer.put(.count, entry.count)
            }
        }
    }

    private static func verb(_ entry: Reading.ActivityEntry, _ kind: String) -> String {
        if entry.completes { return "completed" }
        if entry.action.hasSuffix("DELETE") { return "deleted" }
        if entry.action.hasSuffix("CREATE") { return kind == "result" ? "recorded" : "created" }
        return entry.action.hasSuffix("IMPORT") ? "imported" : "updated"
    }

    private static func place(_ entry: Reading.ActivityEntry, _ base: String) -> (kind: String, url: String) {
        switch entry.entity {
        case "RepositoryCase": ("case", entry.entityId.map { "\(base)/cases?case=\($0)" } ?? "\(base)/cases")
        case "TestRun": ("run", entry.entityId.map { "\(base)/runs/\($0)" } ?? "\(base)/runs")
        case "RepositoryFolder": ("folder", entry.entityId.map { "\(base)/cases?folder=\($0)" } ?? "\(base)/cases")
        case "TestRunResult": ("result", "\(base)/runs")
        default: ("milestone", base)
        }
    }
}

/// Where results were recorded.
private struct ResultPlaces {
    struct Place {
        let run: Int64
        let runName: String
        let test: Int64
        let caseName: String
    }

    private var places: [Int64: Place] = [:]

    init(_ ids: [Int64], in work: Reading) throws(DomainError) {
        guard !ids.isEmpty else { return }
        let rows = try work.find(
            "TestRunResult", ids.map { .id($0) }, fields: ["id", "testRunId", "testRunCaseId"], deleted: .shown)
        let runs = try work.names("TestRun", rows.map { $0["testRunId"].integer })
        let tests = try work.find(
            "TestRunCase", rows.compactMap { $0["testRunCaseId"].integer.map { .id($0) } },
            fields: ["id", "repositoryCaseId"])
        let cases = try work.names("RepositoryCase", tests.map { $0["repositoryCaseId"].integer })
        for row in rows {
            guard let run = row["testRunId"].integer, let test = row["testRunCaseId"].integer else { continue }
            let owner = tests.first { $0.id == test }?["repositoryCaseId"].integer
            places[row.id] = Place(
                run: run, runName: runs[run] ?? "", test: test, caseName: owner.flatMap { cases[$0] } ?? "")
        }
    }

    subscript(result: Int64) -> Place? { places[result] }
}
