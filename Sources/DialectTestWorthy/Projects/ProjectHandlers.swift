import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects` (TestWorthy API, Projects).
enum ProjectHandlers {
    private static let states = ["Active", "Archived"]

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting: Listing.common(status: "isCompleted"))
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            var filter = Filter.equals("isDeleted", false)
            if let text = call.query["search"], !text.isEmpty {
                filter =
                    filter
                    && (.text("name", .contains, text, .insensitive) || .text("key", .contains, text, .insensitive))
            }
            if let word = call.query["status"], !word.isEmpty {
                guard let status = Words.named(word, in: states) else {
                    throw .invalid("status", "status must be one of Active, Archived")
                }
                filter = filter && .equals("isCompleted", .bool(status == "Archived"))
            }
            let rows = try work.find(
                Query("Project", where: filter, order: listing.order(), page: listing.window))
            return listing.reply(try rendered(rows, in: work), total: try work.count("Project", where: filter))
        }
    }

    static func rendered(_ rows: [Row], in work: Reading) throws(DomainError) -> [JSON] {
        let ids = rows.map(\.id)
        let figures = try work.figures(ofProjects: ids)
        let roots = try work.rootFolders(ofProjects: ids)
        let reports = try work.reports(runs: [], projects: ids).projects
        return rows.map { row in
            let own = figures[row.id] ?? ProjectFigures()
            let members: [(String, JSON)] = [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("key", .of(row["key"])),
                ("name", .of(row["name"])), ("description", .of(row["note"])),
                ("status", row.flag("isCompleted") ? "Archived" : "Active"), ("defaultSuiteId", .of(roots[row.id])),
                ("caseCount", .integer(own.cases)), ("runCount", .integer(own.runs)),
                ("summaryReportId", .of(reports[row.id])), ("createdBy", .of(row["createdBy"])),
            ]
            return .members(members + row.times)
        }
    }

    private static func one(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try work.row("Project", key)], in: work)[0]
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(try await one(try call.key("id", "Project"), call, engine))
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let name = input.required("name", input.text("name"))
        let description = input.text("description")
        let key = input.text("key").value
        if let key, !isKey(key) { input.fail("key", "must have 2 to 10 of A-Z and 0-9") }
        if let name { input.checkLength("name", name, 1...255) }
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            var draft = Draft(["name": .text(name), "key": .text(key)])
            draft["note"] = .text(description.value)
            try requireMaker(work)
            try requireFree(name ?? "", in: work)
            if let key, try work.count("Project", where: .equals("key", .text(key))) > 0 { throw taken("key") }
            return try work.createProject(draft)
        }
        return .created(try await one(.id(id), call, engine), at: "/v1/projects/\(id)")
    }

    private static func requireMaker(_ work: Reading) throws(DomainError) {
        guard work.caller.level >= .projectAdministrator else {
            throw .forbidden("only administrators and project administrators make projects")
        }
    }

    private static func taken(_ field: String) -> DomainError {
        DomainError(.duplicate, "a project with this \(field) exists already", fields: [field])
    }

    private static func requireFree(_ name: String, except: Int64? = nil, in work: Writing) throws(DomainError) {
        do throws(DomainError) {
            try work.requireFreeName(name, except: except)
        } catch {
            guard error.code == .invalid else { throw error }
            throw taken("name")
        }
    }

    private static func isKey(_ key: String) -> Bool {
        (2...10).contains(key.count)
            && key.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        var input = Input(try await call.fields())
        let name = input.text("name")
        if name.isGiven, let name = input.required("name", name) { input.checkLength("name", name, 1...255) }
        let description = input.text("description")
        let status = input.choice("status", states)
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Project", key)
            var values: [String: Value] = [:]
            // Nobody learns of names who may not give one.
            try work.requireUpdatable("Project", [row.id])
            if let name = name.value {
                try requireFree(name, except: row.id, in: work)
                values["name"] = .text(name)
            }
            values.set("note", description)
            if let status = status.value {
                let isArchived = status == "Archived"
                if isArchived != row.flag("isCompleted") {
                    values["isCompleted"] = .bool(isArchived)
                    values["completedAt"] = isArchived ? .int(work.time) : .null
                }
            }
            try work.update("Project", [Change(row.id, set: values)])
            return row.id
        }
        return .json(try await one(.id(id), call, engine))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("Project", ids: [try work.row("Project", key).id])
        }
        return .noContent
    }
}

extension Words {
    /// The word of a list that somebody means, without regard to case, blanks, `-` and `_`.
    static func named(_ word: String, in words: [String]) -> String? {
        let wanted = folded(word)
        return words.first { folded($0) == wanted }
    }
}

extension Input {
    /// One of a list of words, in the list's spelling.
    mutating func choice(_ name: String, _ words: [String]) -> Given<String> {
        switch text(name) {
        case .absent: return .absent
        case .null: return .null
        case .value(let text):
            guard let word = Words.named(text, in: words) else {
                fail(name, "must be one of \(words.joined(separator: ", "))")
                return .absent
            }
            return .value(word)
        }
    }

    mutating func checkLength(_ name: String, _ text: String, _ range: ClosedRange<Int>) {
        if text.allSatisfy(\.isWhitespace) {
            fail(name, "must not be empty")
        } else if text.unicodeScalars.count > range.upperBound {
            fail(name, "must have at most \(range.upperBound) characters")
        }
    }
}
