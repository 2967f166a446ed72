import Formats
public import Model
import Statements

extension Engine {
    /// Makes the project “Web Shop” that a new instance shows: cases, runs, an imported report, a session and issues.
    ///
    /// All of it in one transaction, in the name of the owner. Throws `.invalid` when there is a project of this name.
    public func createDemoProject(owner: Int64) async throws(DomainError) -> Int64 {
        let user = try await read(as: .system) { work throws(DomainError) in try work.row("User", .id(owner)) }
        let caller = Caller(
            userId: owner, uid: user.uid, name: user.text("name"), email: user.text("email"), level: .administrator,
            roleId: user["roleId"].integer, isSystem: true)
        return try await write(as: caller) { work throws(DomainError) in try DemoBuilder(work).run() }
    }
}

/// Writes the demo project through the services that people's changes go through.
final class DemoBuilder {
    struct CaseFacts {
        let id: Int64
        let content: DemoCase
        let folder: String
    }

    let work: Writing
    let statuses: StatusBook
    private(set) var project: Int64 = 0
    private(set) var people: [Int64] = []
    private(set) var cases: [CaseFacts] = []
    private(set) var milestones: [Int64] = []
    private(set) var issues: [Int64] = []
    var configurations: [String: Int64] = [:]
    var runs: [String: Int64] = [:]

    init(_ work: Writing) throws(DomainError) {
        self.work = work
        statuses = try work.statuses()
    }

    func run() throws(DomainError) -> Int64 {
        project = try work.createProject(
            Draft([
                "name": "Web Shop", "key": .text(try key()),
                "note": "An example to look around in: cases, runs, results and an imported report.",
                "createdAt": .int(moment(62, hour: 8)),
            ]))
        try addPeople()
        try addConfigurations()
        try addMilestones()
        try addCases()
        try addIssues()
        try addRuns()
        try addReports()
        try addSession()
        try addComments()
        return project
    }

    private func key() throws(DomainError) -> String {
        let isTaken = try work.value("SELECT id FROM project WHERE key = 'SHOP'") != nil
        return isTaken ? try work.freeKey(for: "Shop") : "SHOP"
    }

    /// A time of a working day before today (UTC), never in the future.
    func moment(_ daysAgo: Int, hour: Int, minute: Int = 0) -> Int64 {
        let day = Timestamp.millisecondsPerDay
        let midnight = work.time / day * day
        let time = midnight - Int64(daysAgo) * day + Int64(hour * 60 + minute) * 60_000
        return min(time, work.time - 60_000)
    }

    private func addPeople() throws(DomainError) {
        for (index, person) in Demo.people.enumerated() {
            let role = try work.value("SELECT id FROM role WHERE name = \(Value.text(person.role)) AND NOT is_deleted")
            let known = try work.value("SELECT id FROM \"user\" WHERE email = \(Value.text(person.email))")?.integer
            var draft = Draft([
                "name": .text(person.name), "email": .text(person.email), "access": "USER",
                "createdById": .int(work.caller.userId), "createdAt": .int(moment(61, hour: 9, minute: index)),
            ])
            if let role { draft["roleId"] = role }
            if let known { people.append(known) } else { people += try work.insert("User", [draft]) }
        }
        let drafts = people.map { Draft(["userId": .int($0), "projectId": .int(project)]) }
        try work.insert("ProjectAssignment", drafts)
    }

    private func addConfigurations() throws(DomainError) {
        var categories: [String: Int64] = [:]
        var variants: [String: Int64] = [:]
        for configuration in Demo.configurations {
            let known = try work.first(
                Query("Configuration", where: .equals("name", .text(configuration.name)) && .equals("isDeleted", false))
            )
            if let known {
                configurations[configuration.name] = known.id
                continue
            }
            let id = try work.insert("Configuration", [Draft(["name": .text(configuration.name)])])[0]
            configurations[configuration.name] = id
            for variant in configuration.variants {
                let category: Int64
                if let known = categories[variant.category] {
                    category = known
                } else {
                    category = try work.insert("ConfigCategory", [Draft(["name": .text(variant.category)])])[0]
                    categories[variant.category] = category
                }
                let value: Int64
                if let known = variants[variant.name] {
                    value = known
                } else {
                    let draft = Draft(["name": .text(variant.name), "categoryId": .int(category)])
                    value = try work.insert("ConfigVariant", [draft])[0]
                    variants[variant.name] = value
                }
                let pair = Draft(["configurationId": .int(id), "variantId": .int(value)])
                try work.insert("ConfigurationConfigVariant", [pair])
            }
        }
    }

    private func addMilestones() throws(DomainError) {
        let type = try work.value(
            "SELECT id FROM milestone_type WHERE NOT is_deleted ORDER BY CASE WHEN name = 'Release' THEN 0 ELSE 1 END, id LIMIT 1"
        )
        let day = Timestamp.millisecondsPerDay
        let midnight = work.time / day * day
        var drafts: [Draft] = []
        for (index, milestone) in Demo.milestones.enumerated() {
            let start = midnight + Int64(milestone.start) * day
            let isStarted = milestone.state != .planned
            let isFinished = milestone.state == .finished
            drafts.append(
                Draft([
                    "name": .text(milestone.name), "note": RichText.stored(.string(milestone.note)),
                    "projectId": .int(project), "milestoneTypesId": type ?? .null, "number": .int(index + 1),
                    "order": .int(index), "startDate": .int(start),
                    "dueDate": .int(midnight + Int64(milestone.due) * day), "isStarted": .bool(isStarted),
                    "startedAt": isStarted ? .int(start + 8 * 3_600_000) : .null, "isCompleted": .bool(isFinished),
                    "completedAt": isFinished ? .int(midnight + Int64(milestone.due) * day + 15 * 3_600_000) : .null,
                    "createdAt": .int(moment(40, hour: 10, minute: index)), "createdBy": .int(people[0]),
                ]))
        }
        milestones = try work.insert("Milestone", drafts)
    }

    private func addCases() throws(DomainError) {
        let root = try work.rootFolder(project: project)
        let rename = Change(root.folder, set: ["name": "General", "order": .int(Demo.folders.count + 1)])
        try work.update("RepositoryFolder", [rename])
        var folders: [String: Int64] = ["General": root.folder]
        for (index, folder) in Demo.folders.enumerated() {
            let draft = Draft([
                "name": .text(folder.name), "order": .int(index + 1), "projectId": .int(project),
                "repositoryId": .int(root.repository), "parentId": .int(folder.parent.flatMap { folders[$0] }),
                "createdAt": .int(moment(60, hour: 9, minute: index)),
            ])
            folders[folder.name] = try work.insert("RepositoryFolder", [draft])[0]
        }
        let active = try work.value(
            """
            SELECT id FROM workflow WHERE scope = 'CASES' AND NOT is_deleted AND is_enabled
            ORDER BY CASE WHEN name = 'Active' THEN 0 ELSE 1 END, is_default, "order", id LIMIT 1
            """)
        var inputs: [CaseInput] = []
        var places: [(content: DemoCase, folder: String)] = []
        for folder in Demo.folders + [DemoFolder("General", Demo.general)] {
            for (order, content) in folder.cases.enumerated() {
                var input = input(content, position: places.count, state: active)
                input.fields["folderId"] = .int(folders[folder.name])
                input.fields["order"] = .int(order)
                inputs.append(input)
                places.append((content, folder.name))
            }
        }
        let ids = try work.createCases(project: project, inputs)
        for (id, place) in zip(ids, places) {
            cases.append(CaseFacts(id: id, content: place.content, folder: place.folder))
        }
    }

    private func input(_ content: DemoCase, position: Int, state: Value?) -> CaseInput {
        var input = CaseInput()
        input.fields = [
            "name": .text(content.title), "estimate": .int(content.minutes * 60),
            "preconditions": .text(content.preconditions), "creatorId": .int(people[position % 3]),
            "createdAt": .int(moment(59 - position / 3, hour: 9 + position % 7, minute: position * 7 % 60)),
        ]
        // What is new is still being written.
        if !content.tags.contains("new") { input.fields["stateId"] = state ?? .null }
        if position % 9 == 1 { input.fields["automationStatus"] = "SEMI_AUTOMATED" }
        input.tags = content.tags
        input.values = [("priority", .string(content.priority.rawValue)), ("description", .string(content.about))]
        var steps: [CaseInput.Step] = []
        for step in content.steps {
            steps.append(
                CaseInput.Step(
                    action: RichText.document(step.action), expected: RichText.document(step.expected)))
        }
        input.steps = steps
        return input
    }

    private func addIssues() throws(DomainError) {
        var drafts: [Draft] = []
        for (index, issue) in Demo.issues.enumerated() {
            drafts.append(
                Draft([
                    "name": .text("BUG-\(index + 1)"), "title": .text(issue.title), "description": .text(issue.text),
                    "status": .text(issue.status), "priority": .text(issue.priority),
                    "severity": .text(issue.severity), "number": .int(index + 1), "issueTypeName": "Bug",
                    "projectId": .int(project), "createdById": .int(people[index % 3 + 1]),
                    "createdAt": .int(moment(issue.days, hour: 11, minute: index * 9)),
                    "closedAt": issue.status == "Closed" ? .int(moment(5, hour: 15)) : .null,
                ]))
        }
        issues = try work.insert("Issue", drafts)
    }
}
