import Engine
import HTTPTypes
import Model
import Wire

/// `/app/api/projects`
enum Projects {
    static let routes: [Route] = [
        Endpoint.get("/projects", "projects.list", list),
        Endpoint.change(.post, "/projects", "projects.create", create),
        Endpoint.get("/projects/{project}", "projects.get", Overview.get),
        Endpoint.change(.put, "/projects/{project}", "projects.update", current: Overview.get, update),
        Endpoint.get("/projects/{project}/setup", "projects.setup", Setup.get),
    ]

    /// What stands for the project in addresses.
    static func key(_ row: Row) -> String {
        let key = row.text("key")
        return key.isEmpty ? String(row.id) : key
    }

    static func project(_ ask: Ask, in work: Reading) throws(DomainError) -> Row {
        try work.project(ask.parameter("project"))
    }

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        let query = Query(
            "Project", where: .equals("isDeleted", false), fields: ["id", "key", "name", "note", "isCompleted"],
            order: [.by("isCompleted"), .by("name"), .by("id")])
        let projects = try work.find(query)
        let figures = try work.figures(ofProjects: projects.map(\.id))
        return try Answer(capacity: 256 * projects.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.projects, projects) { writer, row throws(DomainError) in
                    let own = figures[row.id] ?? ProjectFigures()
                    try writer.object { writer throws(DomainError) in
                        writeHead(row, to: &writer)
                        writer.put(.cases, own.cases)
                        writer.put(.automated, own.automated)
                        writer.put(.activeRuns, own.activeRuns)
                        writer.put(.runs, own.runs)
                        writer.put(.counts, counts: own.counts)
                        writer.put(.lastAt, own.lastAt)
                    }
                }
            }
        }
    }

    static func writeHead(_ row: Row, to writer: inout JSONWriter) {
        writer.put(.id, row.id)
        writer.put(.key, key(row))
        writer.put(.name, row["name"])
        writer.put(.note, rich: row["note"])
        writer.put(.isCompleted, flag: row["isCompleted"])
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        var draft = Draft(["name": .text(try order.title("name"))])
        if let key = try order.text("key"), !key.isEmpty { draft["key"] = .text(key.uppercased()) }
        if let note = try order.text("note") { draft["note"] = .text(note) }
        let id = try work.createProject(draft)
        let row = try work.row("Project", .id(id), fields: ["id", "key", "name"])
        return try Answer(status: 201) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, id)
                writer.put(.key, key(row))
                writer.put(.name, row["name"])
            }
        }
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try project(order.ask, in: work)
        try order.check(version: row["epoch"].integer ?? 0)
        var values: [String: Value] = [:]
        if order.has("name") {
            let name = try order.title("name")
            try work.requireFreeName(name, except: row.id)
            values["name"] = .text(name)
        }
        if order.has("note") { values["note"] = .text(try order.text("note")) }
        if let flag = try order.flag("isCompleted") { values["isCompleted"] = .bool(flag) }
        try work.update("Project", [Change(row.id, set: values)])
        return .nothing
    }
}

/// What forms and filters of a project offer.
enum Setup {
    static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        let live = Filter.equals("isDeleted", false)
        let people = try work.find(
            Query(
                "User", where: live && .equals("isActive", true), fields: ["id", "uid", "name"],
                order: [.by("name"), .by("id")]))
        let tags = try work.find(
            Query("Tag", where: live, fields: ["id", "name"], order: [.by("name")], page: .init(limit: 2000)))
        let states = try work.states().entries.filter { $0.scope == "CASES" && $0.isEnabled }
        let configurations = try work.find(
            Query(
                "Configuration", where: live && .equals("isEnabled", true), fields: ["id", "name"], order: [.by("name")]
            ))
        let milestones = try work.find(
            Query(
                "Milestone", where: live && .equals("projectId", .int(project.id)),
                fields: ["id", "name", "isCompleted"], order: [.by("isCompleted"), .by("dueDate"), .by("id")]))
        let templates = try work.find(
            Query(
                "Template", where: live && .equals("isEnabled", true), fields: ["id", "templateName", "isDefault"],
                order: [.by("id")]))
        let fields = try AdminFields.offered(in: project.id, work)
        let may = try May(project.id, in: work)
        return try Answer(capacity: 4096) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try AdminFields.write(fields, to: &writer)
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                try writer.object(.can) { writer throws(DomainError) in
                    writer.put(.editCases, may.editCases)
                    writer.put(.deleteCases, may.deleteCases)
                    writer.put(.createRuns, may.editRuns)
                    writer.put(.recordResults, may.recordResults)
                    writer.put(.closeRuns, may.closeRuns)
                    writer.put(.deleteRuns, may.deleteRuns)
                    writer.put("exploreSessions", may.editSessions)
                }
                try writer.array(.people, people) { writer, row throws(DomainError) in
                    writer.put(id: row["uid"], name: row["name"])
                }
                try writer.array(.tags, tags) { writer, row throws(DomainError) in writer.value(row["name"]) }
                try writer.array(.states, states) { writer, state throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, state.id)
                        writer.put(.name, state.name)
                        writer.put(.type, state.type)
                    }
                }
                try writer.array(.configurations, configurations) { writer, row throws(DomainError) in
                    writer.put(id: row["id"], name: row["name"])
                }
                try writer.array(.milestones, milestones) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, row.id)
                        writer.put(.name, row["name"])
                        writer.put(.isCompleted, flag: row["isCompleted"])
                    }
                }
                try writer.array(.templates, templates) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, row.id)
                        writer.put(.name, row["templateName"])
                        writer.put(.isDefault, flag: row["isDefault"])
                    }
                }
            }
        }
    }
}

/// What the caller may do in a project, for buttons; the engine judges every request again.
struct May {
    let editCases: Bool
    let deleteCases: Bool
    let editRuns: Bool
    let deleteRuns: Bool
    let closeRuns: Bool
    let recordResults: Bool
    let editProject: Bool
    let editSessions: Bool

    init(_ project: Int64, in work: Reading) throws(DomainError) {
        let rights = try work.grants().rights(in: project) ?? .readOnly
        let changes = !work.caller.isReadOnly
        editCases = changes && rights.allows(.addEdit, in: .testCaseRepository)
        deleteCases = changes && rights.allows(.delete, in: .testCaseRepository)
        editRuns = changes && rights.allows(.addEdit, in: .testRuns)
        deleteRuns = changes && rights.allows(.delete, in: .testRuns)
        closeRuns = changes && (rights.allows(.close, in: .testRuns) || rights.allows(.addEdit, in: .testRuns))
        recordResults = changes && rights.allows(.addEdit, in: .testRunResults)
        editSessions = changes && rights.allows(.addEdit, in: .sessions)
        editProject = try work.may(.update, "Project", project: project)
    }
}
