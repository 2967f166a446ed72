import Engine
import Model
import Wire

/// Results of runs as the reference shows them.
struct ResultPages {
    /// The two rows that a result belongs to, by UUID.
    struct Place {
        let member: String
        let testCase: String
    }

    /// More results than this are not shown with their run.
    static let limit = 20_000
    private static let chunk = 2000

    private static let fields = [
        "id", "uid", "attempt", "elapsed", "executedAt", "notes", "statusId", "testRunCaseId",
    ]

    private let work: Reading
    private let statuses: StatusBook

    init(_ work: Reading) throws(DomainError) {
        self.work = work
        statuses = try work.statuses()
    }

    /// `"results":[…]` of a run, oldest first.
    func write(run: Row, members: RunMembers, to writer: inout JSONWriter) throws(DomainError) {
        var places: [Int64: Place] = [:]
        var byCase: [Int64: Place] = [:]
        for member in members.of(run.id) {
            let place = Place(member: member.row.uid, testCase: member.caseUid)
            places[member.row.id] = place
            if let id = member.row["repositoryCaseId"].integer { byCase[id] = place }
        }
        writer.key(.results)
        writer.beginArray()
        var shown = 0
        while shown < ResultPages.limit {
            let page = Query.Page(limit: ResultPages.chunk, offset: shown)
            let filter = Filter.equals("testRunId", .int(run.id)) && .equals("isDeleted", false)
            let count = try write(filter, page, run: run.uid, places, to: &writer)
            shown += count
            if count < ResultPages.chunk { break }
        }
        if run.text("testRunType") != "REGULAR" {
            shown += try writeAutomated(run: run, byCase, limit: ResultPages.limit - shown, to: &writer)
        }
        writer.endArray()
        if shown >= ResultPages.limit {
            writer.key(.resultsTruncated)
            writer.value(true)
        }
    }

    /// Writes the results that pass the filter; those of cases without a place are left out. Returns how many were read.
    func write(
        _ filter: Filter, _ page: Query.Page, run: String, _ places: [Int64: Place], to writer: inout JSONWriter
    ) throws(DomainError) -> Int {
        let steps = Query(
            "TestRunStepResult", where: .equals("isDeleted", false),
            fields: ["id", "uid", "stepId", "statusId", "notes", "elapsed"],
            include: [Query.Include("step", .rows(Query("Step", fields: ["id", "uid"])))], order: [.by("id")])
        let files = Query(
            "Attachment", where: .equals("isDeleted", false), fields: ["id", "uid", "name", "url", "mimeType", "size"])
        let query = Query(
            "TestRunResult", where: filter, fields: ResultPages.fields,
            include: [Query.Include("stepResults", .rows(steps)), Query.Include("attachments", .rows(files))],
            order: [.by("executedAt")], page: page)
        let tree = try work.tree(query, uids: ["executedById"])
        for index in 0..<tree.count {
            let row = tree.row(index)
            guard let place = places[row["testRunCaseId"].integer ?? 0] else { continue }
            write(row, tree, index, run: run, place, to: &writer)
        }
        return tree.count
    }

    private func write(
        _ row: Row, _ tree: ResultTree, _ index: Int, run: String, _ place: Place, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        head(row, run: run, place, status: row["statusId"].integer, to: &writer)
        writer.key(.notes)
        if row["notes"].isNull { writer.null() } else { writer.value(RichText.plain(row["notes"])) }
        writer.key(.duration)
        writer.value(row["elapsed"])
        writer.key(.attempt)
        writer.value(row["attempt"])
        writer.key(.executedAt)
        writer.time(row["executedAt"])
        writer.key(.executedBy)
        writer.value(row["executedById#uid"])
        writer.key(.stepResults)
        writeSteps(tree, index, to: &writer)
        writer.key(.attachments)
        Attachments.write(tree.related("attachments", of: index), to: &writer)
        writer.endObject()
    }

    private func head(
        _ row: Row, run: String, _ place: Place, status: Int64?, to writer: inout JSONWriter
    ) {
        writer.key(.id)
        writer.value(row.uid)
        writer.key(.numericId)
        writer.value(row.id)
        writer.key(.testRunId)
        writer.value(run)
        writer.key(.testRunCaseId)
        writer.value(place.member)
        writer.key(.repositoryCaseId)
        writer.value(place.testCase)
        writer.key(.status)
        writer.value(statuses.word(status, isStarted: true))
        writer.key(.statusName)
        writer.value(statuses.entry(status)?.name)
    }

    private func writeSteps(_ tree: ResultTree, _ index: Int, to writer: inout JSONWriter) {
        writer.beginArray()
        defer { writer.endArray() }
        guard let included = tree.included.first(where: { $0.relation.name == "stepResults" }),
            case .rows(let steps, let positions) = included.content
        else { return }
        for position in positions[index] {
            let row = steps.row(position)
            writer.beginObject()
            writer.key(.id)
            writer.value(row.uid)
            writer.key(.stepId)
            writer.value(steps.related("step", of: position).first?.uid)
            writer.key(.status)
            writer.value(statuses.word(row["statusId"].integer, isStarted: true))
            writer.key(.notes)
            if row["notes"].isNull { writer.null() } else { writer.value(RichText.plain(row["notes"])) }
            writer.key(.duration)
            writer.value(row["elapsed"])
            writer.endObject()
        }
    }

    /// The results of an automated run, in the same form.
    private func writeAutomated(
        run: Row, _ places: [Int64: Place], limit: Int, to writer: inout JSONWriter
    ) throws(DomainError) -> Int {
        guard limit > 0 else { return 0 }
        let query = Query(
            "JUnitTestResult", where: .related("testSuite", .some, .equals("testRunId", .int(run.id))),
            fields: ["id", "uid", "message", "time", "executedAt", "repositoryCaseId", "statusId"],
            page: Query.Page(limit: limit))
        let tree = try work.tree(query, uids: ["createdById"])
        for row in tree.rows {
            guard let place = places[row["repositoryCaseId"].integer ?? 0] else { continue }
            writer.beginObject()
            head(row, run: run.uid, place, status: row["statusId"].integer, to: &writer)
            writer.key(.notes)
            writer.value(row["message"])
            writer.key(.duration)
            writer.value(row["time"])
            writer.key(.attempt)
            writer.value(1)
            writer.key(.executedAt)
            writer.time(row["executedAt"])
            writer.key(.executedBy)
            writer.value(row["createdById#uid"])
            writer.key(.stepResults)
            Attachments.write([], to: &writer)
            writer.key(.attachments)
            Attachments.write([], to: &writer)
            writer.endObject()
        }
        return tree.count
    }
}
