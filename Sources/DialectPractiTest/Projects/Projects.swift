import Engine
import HTTPTypes
import Model
import Wire

/// Projects that the owner of the token can see (PractiTest API, Projects).
enum Projects {
    static func write(
        _ row: Row, groups: [(id: Int64, name: String)]?, to writer: inout JSONWriter
    ) {
        let settings = StoredJSON.object(row["settings"])
        writer.beginResource(row.id, "projects")
        writer.member("name", row.text("name"))
        writer.member("created-at", zulu: row["createdAt"])
        writer.member("automation-support", flag: settings["automationSupport"]?.bool ?? false)
        writer.member("enable-delete-issues", flag: settings["enableDeleteIssues"]?.bool ?? true)
        writer.member("time-management-support", flag: settings["timeManagementSupport"]?.bool ?? true)
        if let groups {
            writer.key("groups")
            writer.beginArray()
            for group in groups {
                writer.beginObject()
                writer.member("id", number: group.id)
                writer.member("name", group.name)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let page = Page(request.parameters)
            let found = try work.page(
                "Project", where: .equals("isDeleted", false), order: [.by("id", .descending)], limit: page.size,
                offset: page.offset)
            var writer = JSONWriter(capacity: 4096)
            for row in try work.rows("Project", ids: found.ids) { write(row, groups: nil, to: &writer) }
            return .list(writer.bytes, PageFrame(request: request, page: page, total: found.total))
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            var writer = JSONWriter(capacity: 512)
            write(try work.row("Project", .id(project)), groups: nil, to: &writer)
            return .resource(writer.bytes)
        }
    }
}

/// The groups of a project (PractiTest API, Groups).
enum Groups {
    private static func write(_ group: ProjectGroupFacts, detailed: Bool, to writer: inout JSONWriter) {
        writer.beginResource(group.groupId, "groups")
        writer.member("name", group.name)
        writer.member("created-at", time: .int(group.createdAt))
        if detailed {
            writer.key("permissions")
            writer.beginArray()
            for permission in Permission.all {
                writer.beginObject()
                writer.member("title", permission.title)
                writer.member("description", permission.description)
                writer.member("allowed", flag: permission.isAllowed(group.rights))
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let groups = try work.groups(of: try request.project(work))
            let page = Page(request.parameters)
            var writer = JSONWriter(capacity: 1024)
            for group in groups.dropFirst(page.offset).prefix(page.size) {
                write(group, detailed: false, to: &writer)
            }
            return .list(writer.bytes, PageFrame(request: request, page: page, total: groups.count))
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let groups = try work.groups(of: try request.project(work))
            let id = try request.id("id", "Group")
            guard let group = groups.first(where: { $0.groupId == id }) else { throw Refusal.missing("Group", id) }
            var writer = JSONWriter(capacity: 4096)
            write(group, detailed: true, to: &writer)
            return .resource(writer.bytes)
        }
    }
}

/// What a group may do, in the words and the order of PractiTest (section Permissions).
struct Permission: Sendable {
    let title: String
    let description: String
    /// The right of the core behind it; none is given to all members.
    let action: Rights.Action?
    let area: Area

    private init(_ title: String, _ description: String, _ action: Rights.Action?, _ area: Area) {
        self.title = title
        self.description = description
        self.action = action
        self.area = area
    }

    func isAllowed(_ rights: Rights) -> Bool { action.map { rights.allows($0, in: area) } ?? true }

    static let all: [Permission] = [
        Permission("Requirements - View", "Read requirements.", nil, .testCaseRepository),
        Permission("Requirements - Editor", "Write and link requirements.", .addEdit, .testCaseRepository),
        Permission("Requirements - Admin", "Delete requirements.", .delete, .testCaseRepository),
        Permission("Tests - View", "Read tests, sets, instances and runs.", nil, .testCaseRepository),
        Permission("Runs", "Write sets and instances and record runs.", .addEdit, .testRunResults),
        Permission("Runs - Admin", "Delete sets, instances and runs.", .delete, .testRunResults),
        Permission("Tests - Editor", "Write tests and steps and link them.", .addEdit, .testCaseRepository),
        Permission("Tests - Admin", "Delete tests.", .delete, .testCaseRepository),
        Permission("Issues - View", "Read issues.", nil, .issues),
        Permission("Issues - Status Modifier", "Move issues to another status.", .addEdit, .issues),
        Permission("Issues - Editor", "Write and link issues.", .addEdit, .issues),
        Permission("Issues - Admin", "Delete issues.", .delete, .issues),
        Permission("Reports", "Make reports.", .addEdit, .reporting),
        Permission("Dashboard Customization", "Arrange dashboards that all see.", .addEdit, .settings),
        Permission("Dashboard - Private", "Arrange dashboards of one's own.", .addEdit, .settings),
        Permission("Customization", "Define custom fields.", .addEdit, .settings),
        Permission("All Custom Views", "Write the saved views of the project.", .addEdit, .settings),
        Permission("Notification List", "Add watchers.", .addEdit, .settings),
        Permission("Workflow", "Arrange the way of issues.", .addEdit, .settings),
        Permission(
            "Project, Users & Permissions, Integrations", "Milestones, settings and members of the project.",
            .addEdit, .settings),
    ]
}
