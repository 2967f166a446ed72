import Engine
import HTTPTypes
import Model
import Wire

/// `…/test_runs/{r}/test_cases`: the cases of a run and their results (Testsigma API, Test runs and Results).
enum MemberHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(
            call, Listing.Sorting(Listing.Sorting.times.merging(["order": "order"]) { $1 }, usual: ["order"]))
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let (_, run) = try RunHandlers.found(call, in: work)
            let statuses = try RunStatuses(work)
            var words: [String: Filter] = [:]
            for entry in statuses.list {
                let filter = statuses.filter(entry)
                words[entry.uid.uppercased()] = filter
                words[entry.name.uppercased()] = filter
                words[Words.folded(entry.name).uppercased()] = filter
            }
            let filters = FieldFilters([
                "status_id": .words(words), "status": .words(words), "test_run_status_id": .words(words),
                "assignee_id": .reference("assignedToId", entity: "User"),
                "user_id": .reference("assignedToId", entity: "User"),
                "test_case_id": .reference("repositoryCaseId", entity: "RepositoryCase"),
                "executed_by_id": .reference("lastExecutedById", entity: "User"),
                "executed_at": .time("lastExecutedAt"), "order": .number("order"),
            ])
            let filter =
                Filter.equals("testRunId", .int(run.id)) && Reading.counted && (try filters.filter(call, in: work))
            let page = try listing.page(Query("TestRunCase", where: filter), in: work)
            return page.reply("test_run_cases", try MemberPage(page.rows, run, in: work).json)
        }
    }

    // MARK: Results

    /// One entry of `test_run_cases`.
    private struct Entry: Sendable {
        let member: String?
        let testCase: String?
        let status: String?
        let user: Given<String>
        let description: Given<String>

        var isEmpty: Bool { status == nil && !user.isGiven && !description.isGiven }

        init?(_ input: inout Input) {
            testCase = input.word("test_case_id").value
            member = input.word("id").value
            if testCase == nil, member == nil {
                input.fail("test_case_id", "is required")
                return nil
            }
            status = input.word("test_run_status_id").value ?? input.word("status_id").value
            user = input.word("user_id")
            description = input.text("description")
        }
    }

    /// What came with the request: the entries, and files by the entry that they belong to.
    private struct Form: Sendable {
        var entries: [Entry] = []
        var files: [Int: [SpooledFile]] = [:]
    }

    private static let maximum = 10_000

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await form(call, engine)
        var places: [Int: [StoredFile]] = [:]
        for (index, files) in form.files {
            for file in files {
                try file.store(at: try engine.filePlace(file.sha256))
                let kept = try await engine.write(as: call.caller) { work throws(DomainError) in
                    try work.keepFile(
                        name: file.fileName, mediaType: file.mediaType ?? "application/octet-stream", size: file.size,
                        sha256: file.sha256, .attachment)
                }
                places[index, default: []].append(kept)
            }
        }
        let files = places
        let (ids, run) = try await engine.write(as: call.caller) { work throws(DomainError) in
            let (project, run) = try RunHandlers.found(call, in: work)
            guard !run.flag("isCompleted") else { throw .invalid("test_run_id", "the test run is closed") }
            return (try apply(form.entries, files, project, run, in: work), run)
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let found = try work.find("TestRunCase", Array(Set(ids)).map { .id($0) })
            let byId = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
            let rows = ids.compactMap { byId[$0] }
            return Envelope.list("test_run_cases", try MemberPage(rows, run, in: work).json)
        }
    }

    private static func form(_ call: Call, _ engine: Engine) async throws(DomainError) -> Form {
        var form = Form()
        let body: JSON
        if call.mediaType == "multipart/form-data" {
            var reader = try MultipartReader(call, limits: MultipartReader.Limits(parts: 5000, fieldBytes: 32 << 20))
            var data: String?
            while let part = try await reader.next() {
                if part.name == "data", part.fileName == nil {
                    data = try await reader.text()
                } else if let index = entry(of: part.name) {
                    let file = try await reader.spool(part, to: try engine.incomingFolder(), limit: Engine.fileLimit)
                    form.files[index, default: []].append(file)
                }
            }
            guard let data else { throw .invalid("data", "data is required") }
            do throws(JSONSyntaxError) {
                body = try JSONReader.parse(data)
            } catch {
                throw .malformed("data is not JSON: line \(error.line), column \(error.column): \(error.reason)")
            }
        } else {
            body = try await call.json(limit: 32 << 20)
        }
        guard let object = body.object else { throw .malformed("the body is JSON, but not an object") }
        var input = Input(object)
        let list = input.each("test_run_cases", limit: maximum) { inner in Entry(&inner) }
        try input.finish()
        guard let entries = list.value, !entries.isEmpty else {
            throw .invalid("test_run_cases", "test_run_cases must hold at least one test case")
        }
        for index in form.files.keys where index >= entries.count {
            throw .invalid("attachments_\(index)_0", "there is no entry \(index)")
        }
        form.entries = entries
        return form
    }

    /// The index of the entry in `attachments_<entry>_<file>`.
    private static func entry(of name: String) -> Int? {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "attachments", let index = Int(parts[1]), Int(parts[2]) != nil,
            (0..<maximum).contains(index)
        else { return nil }
        return index
    }

    private static func apply(
        _ entries: [Entry], _ files: [Int: [StoredFile]], _ project: Row, _ run: Row, in work: Writing
    ) throws(DomainError) -> [Int64] {
        let members = try rows(entries, project, run, in: work)
        let statuses = try RunStatuses(work)
        let users = try people(entries, in: work)
        let latest = try work.latestResults(ofMembers: members.map(\.id))
        var results: [ResultInput] = []
        var owners: [Int] = []
        var assignments: [Change] = []
        var notes: [Change] = []
        for (index, entry) in entries.enumerated() {
            let member = members[index]
            let user = entry.user.value.flatMap { users[$0] }
            if entry.user.isGiven, member["assignedToId"].integer != user {
                assignments.append(Change(member.id, set: ["assignedToId": .int(user)]))
            }
            if let word = entry.status {
                guard let status = statuses.named(word) else {
                    throw .invalid("test_run_cases[\(index)].test_run_status_id", "there is no status \(word)")
                }
                var result = ResultInput(
                    run: run.id, member: member.id, testCase: member["repositoryCaseId"].integer ?? 0,
                    status: status.core.id)
                let old = latest[member.id].flatMap { $0["notes"].isNull ? nil : RichText.plain($0["notes"]) }
                result.notes = entry.description.isGiven ? entry.description.value.map { HTMLText.safe($0) } : old
                result.executedBy = user
                results.append(result)
                owners.append(index)
            } else if entry.description.isGiven, let result = latest[member.id] {
                let text = entry.description.value.map { RichText.stored(.string(HTMLText.safe($0))) } ?? .null
                notes.append(Change(result.id, set: ["notes": text]))
            }
        }
        try work.update("TestRunCase", assignments)
        try work.update("TestRunResult", notes)
        let made = try work.record(results, project: project.id)
        var attachments: [Draft] = []
        for (index, kept) in files.sorted(by: { $0.key < $1.key }) {
            let result = owners.firstIndex(of: index).map { made[$0] } ?? latest[members[index].id]?.id
            for file in kept {
                var draft = Draft([
                    "name": .text(file.name.isEmpty ? "file" : file.name),
                    "url": .text(AttachmentAddress.path + file.key), "mimeType": .text(file.mediaType),
                    "size": .int(file.size),
                ])
                draft[result == nil ? "testRunCaseId" : "testRunResultsId"] = .int(result ?? members[index].id)
                attachments.append(draft)
            }
        }
        try work.insert("Attachment", attachments)
        return members.map(\.id)
    }

    /// The run cases that the entries name.
    private static func rows(
        _ entries: [Entry], _ project: Row, _ run: Row, in work: Reading
    ) throws(DomainError) -> [Row] {
        let named = try work.cases(named: entries.compactMap(\.testCase), project: project.id)
        let places = try work.members(Set(named.values.map { Membership(run: run.id, testCase: $0) }))
        let direct = entries.compactMap { $0.testCase == nil ? $0.member.flatMap { RowKey($0) } : nil }
        var byKey: [RowKey: Row] = [:]
        var byId: [Int64: Row] = [:]
        let wanted = places.values.map { RowKey.id($0) } + direct
        for row in try wanted.isEmpty ? [] : work.find("TestRunCase", Array(Set(wanted))) {
            guard row["testRunId"].integer == run.id else { continue }
            byKey[.id(row.id)] = row
            byKey[.uid(row.uid)] = row
            byId[row.id] = row
        }
        var result: [Row] = []
        var issues: [Issue] = []
        for (index, entry) in entries.enumerated() {
            var row: Row?
            if let word = entry.testCase {
                row = named[word].flatMap { places[Membership(run: run.id, testCase: $0)] }.flatMap { byId[$0] }
            } else {
                row = entry.member.flatMap { RowKey($0) }.flatMap { byKey[$0] }
            }
            if let row {
                result.append(row)
            } else {
                issues.append(
                    Issue(field: "test_run_cases[\(index)].test_case_id", message: "the test case is not in the run"))
            }
        }
        if !issues.isEmpty { throw .invalid(issues) }
        return result
    }

    /// Users by the words that name them.
    private static func people(_ entries: [Entry], in work: Reading) throws(DomainError) -> [String: Int64] {
        var result: [String: Int64] = [:]
        for (index, entry) in entries.enumerated() {
            guard let word = entry.user.value, result[word] == nil else { continue }
            result[word] = try work.user(word, by: "test_run_cases[\(index)].user_id").id
        }
        return result
    }

    static func assign(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let user = input.word("user_id")
        if !user.isGiven { input.fail("user_id", "is required") }
        let testCase = input.required("test_case_id", input.word("test_case_id")) ?? ""
        try input.finish()
        let (id, run) = try await engine.write(as: call.caller) { work throws(DomainError) in
            let (project, run) = try RunHandlers.found(call, in: work)
            guard !run.flag("isCompleted") else { throw .invalid("test_run_id", "the test run is closed") }
            let found = try work.cases(named: [testCase], project: project.id)[testCase]
            let place = found.map { Membership(run: run.id, testCase: $0) }
            guard let place, let member = try work.members([place])[place] else {
                throw .invalid("test_case_id", "the test case is not in the run")
            }
            var assignee: Int64?
            if let word = user.value { assignee = try work.user(word, by: "user_id").id }
            try work.update("TestRunCase", [Change(member, set: ["assignedToId": .int(assignee)])])
            return (member, run)
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.row("TestRunCase", .id(id))
            return Envelope.one("test_run_case", try MemberPage([row], run, in: work).json[0])
        }
    }

    /// What happened to a case in runs, newest first.
    static func history(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try CaseHandlers.found(call, in: work)
            let own =
                Filter.equals("repositoryCaseId", .int(row.id))
                && .related("testRun", .some, .equals("isDeleted", false))
            let query = Query(
                "TestRunCase", where: own, order: [.by("createdAt", .descending), .by("id", .descending)],
                page: Query.Page(limit: 500))
            let rows = try work.find(query)
            return Envelope.list("run_history", try MemberPage(rows, nil, in: work).json)
        }
    }
}

/// Run cases with everything that this API shows of them.
struct MemberPage {
    let json: [JSON]

    /// `run` is the run of all rows; without it each row's own is read.
    init(_ rows: [Row], _ run: Row?, in work: Reading) throws(DomainError) {
        let statuses = try RunStatuses(work)
        let cases = try CasePage(Array(Set(rows.compactMap { $0["repositoryCaseId"].integer })), in: work)
        let latest = try work.latestResults(ofMembers: rows.map(\.id))
        let files = try MemberPage.files(rows.map(\.id), latest.values.map(\.id), in: work)
        var runs: [Int64: String] = [:]
        if let run {
            runs[run.id] = run.uid
        } else {
            let keys = Set(rows.compactMap { $0["testRunId"].integer }).map { RowKey.id($0) }
            for row in try keys.isEmpty ? [] : work.find("TestRun", keys, fields: ["id", "uid"]) {
                runs[row.id] = row.uid
            }
        }
        let people = Set(
            rows.flatMap { [$0["assignedToId"].integer, $0["lastExecutedById"].integer] }.compactMap { $0 })
        var users: [Int64: Row] = [:]
        for row in try people.isEmpty ? [] : work.find("User", people.map { .id($0) }, deleted: .shown) {
            users[row.id] = row
        }
        let roles = try UserHandlers.Roles(work)
        var list: [JSON] = []
        for row in rows {
            let status = statuses.entry(row["statusId"].integer)
            let assignee = row["assignedToId"].integer.flatMap { users[$0] }
            let result = latest[row.id]
            let testCase = row["repositoryCaseId"].integer ?? 0
            let shown = cases.json(testCase) ?? .null
            let attachments = (result.flatMap { files.results[$0.id] } ?? []) + (files.members[row.id] ?? [])
            let members: [(String, JSON)] = [
                ("id", .string(row.uid)), ("test_run_id", .of(row["testRunId"].integer.flatMap { runs[$0] })),
                ("test_case_id", shown["id"] ?? .null), ("name", cases.title(testCase)), ("test_case", shown),
                ("status", .of(status?.name)), ("status_id", .of(status?.uid)),
                ("test_run_status_id", .of(status?.uid)),
                ("assignee_id", .of(assignee?.uid)), ("user_id", .of(assignee?.uid)),
                ("assignee", assignee.map { UserHandlers.json($0, roles) } ?? .null),
                (
                    "description",
                    result.map { $0["notes"].isNull ? .null : .string(RichText.plain($0["notes"])) } ?? .null
                ),
                ("attachments", .array(attachments.map { FileHandlers.json($0) })), ("order", .of(row["order"])),
                ("executed_by_id", .of(row["lastExecutedById"].integer.flatMap { users[$0]?.uid })),
                ("executed_at", .ms(row["lastExecutedAt"])), ("created_at", .ms(row["createdAt"])),
                ("updated_at", .ms(row["updatedAt"])),
            ]
            list.append(.members(members))
        }
        json = list
    }

    private static func files(
        _ members: [Int64], _ results: [Int64], in work: Reading
    ) throws(DomainError) -> (members: [Int64: [Row]], results: [Int64: [Row]]) {
        guard !members.isEmpty else { return ([:], [:]) }
        let any =
            Filter.oneOf("testRunCaseId", members.map { .int($0) })
            || .oneOf("testRunResultsId", results.map { .int($0) })
        var ofMembers: [Int64: [Row]] = [:]
        var ofResults: [Int64: [Row]] = [:]
        for row in try work.find(Query("Attachment", where: any && .equals("isDeleted", false), order: [.by("id")])) {
            if let result = row["testRunResultsId"].integer {
                ofResults[result, default: []].append(row)
            } else if let member = row["testRunCaseId"].integer {
                ofMembers[member, default: []].append(row)
            }
        }
        return (ofMembers, ofResults)
    }
}
