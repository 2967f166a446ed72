import Engine
import HTTPTypes
import Model
import Wire

/// The pages: one shell for every screen, with the answers of its first requests.
enum Pages {
    private typealias Fill = @Sendable (inout Boot, Call, Reading) throws(DomainError) -> String

    static let routes: [Route] = [
        page("/", "projects") { boot, call, work throws(DomainError) in
            try boot.add("/app/api/projects", in: work, Projects.list)
            return "Projects"
        },
        page("/p/{project}", "overview") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            try boot.add(project.base, [], project.parameters, in: work, Overview.get)
            return project.name
        },
        page("/p/{project}/cases", "cases") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            try boot.add("\(project.base)/setup", [], project.parameters, in: work, Setup.get)
            try boot.add("\(project.base)/tree", [], project.parameters, in: work, Folders.tree)
            if call.query["q"]?.isEmpty != false {
                var query = [(name: "limit", value: "200"), (name: "sort", value: call.query["sort"] ?? "")]
                if let folder = call.query["folder"].flatMap({ Int64($0) }) {
                    query += [("deep", "1"), ("folder", String(folder))]
                }
                try boot.add("\(project.base)/cases", query, project.parameters, in: work, CaseWindow.get)
            }
            if let id = call.query["case"].flatMap({ Int64($0) }) {
                try boot.add("/app/api/cases/\(id)", [], ["id": String(id)], in: work, Cases.get)
            }
            return "Cases · \(project.name)"
        },
        page("/p/{project}/runs", "runs") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            try boot.add("\(project.base)/setup", [], project.parameters, in: work, Setup.get)
            let query = [
                (name: "limit", value: "50"), (name: "state", value: call.query["state"] ?? "all"),
                (name: "type", value: call.query["type"] ?? ""), (name: "search", value: call.query["search"] ?? ""),
            ]
            try boot.add("\(project.base)/runs", query, project.parameters, in: work, Runs.list)
            return "Runs · \(project.name)"
        },
        page("/p/{project}/runs/{run}", "run") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            let run = try Run(call, project, in: work)
            try boot.add("\(project.base)/setup", [], project.parameters, in: work, Setup.get)
            try boot.add(run.base, [], run.parameters, in: work, Runs.get)
            if run.isAutomated {
                try boot.add("\(run.base)/suites", [], run.parameters, in: work, Automated.suites)
                try boot.add("\(run.base)/results", [("limit", "200")], run.parameters, in: work, Automated.results)
            } else {
                try boot.add("\(run.base)/tree", [], run.parameters, in: work, RunTests.tree)
                try boot.add("\(run.base)/tests", [("limit", "200")], run.parameters, in: work, RunTests.window)
            }
            return "\(run.name) · \(project.name)"
        },
        page("/p/{project}/runs/{run}/report", "report") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            let run = try Run(call, project, in: work)
            try boot.add("\(run.base)/report", [], run.parameters, in: work, RunReport.get)
            return "Report of \(run.name) · \(project.name)"
        },
        page("/p/{project}/sessions", "sessions") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            try boot.add("\(project.base)/setup", [], project.parameters, in: work, Setup.get)
            let query = [(name: "limit", value: "50"), (name: "state", value: call.query["state"] ?? "all")]
            try boot.add("\(project.base)/sessions", query, project.parameters, in: work, Sessions.list)
            return "Sessions · \(project.name)"
        },
        page("/p/{project}/sessions/{session}", "session") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            let id = call.parameter("session")
            try boot.add("\(project.base)/setup", [], project.parameters, in: work, Setup.get)
            try boot.add("/app/api/sessions/\(Boot.component(id))", [], ["id": id], in: work, Sessions.get)
            return "Session · \(project.name)"
        },
        page("/p/{project}/milestones", "milestones") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            try boot.add("\(project.base)/milestones", [], project.parameters, in: work, Milestones.list)
            return "Milestones · \(project.name)"
        },
        page("/p/{project}/milestones/{milestone}", "milestone") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            let id = call.parameter("milestone")
            try boot.add("/app/api/milestones/\(Boot.component(id))", [], ["id": id], in: work, Milestones.get)
            return "Milestone · \(project.name)"
        },
        page("/p/{project}/issues", "issues") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            let query = [
                (name: "limit", value: "50"), (name: "state", value: call.query["state"] ?? "open"),
                (name: "search", value: call.query["search"] ?? ""),
            ]
            try boot.add("\(project.base)/issues", query, project.parameters, in: work, Issues.list)
            return "Issues · \(project.name)"
        },
        page("/p/{project}/requirements", "requirements") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            let query = [(name: "limit", value: "100"), (name: "search", value: call.query["search"] ?? "")]
            try boot.add("\(project.base)/requirements", query, project.parameters, in: work, Requirements.list)
            return "Requirements · \(project.name)"
        },
        page("/p/{project}/settings", "settings") { boot, call, work throws(DomainError) in
            let project = try Project(call, in: work)
            try boot.add("\(project.base)/members", [], project.parameters, in: work, Members.list)
            return "Settings · \(project.name)"
        },
        page("/admin", "admin") { boot, _, work throws(DomainError) in
            try AdminUsers.requireAdministrator(work)
            try boot.add("/app/api/admin/users", in: work, AdminUsers.list)
            return "Administration"
        },
        page("/profile", "profile") { boot, call, work throws(DomainError) in
            try boot.add("/app/api/profile", session: call.browserSession?.id, in: work, Profile.get)
            return "Profile"
        },
        page("/styleguide", "styleguide") { _, _, _ throws(DomainError) in "Style guide" },
        Route(.get, "/projects/runs/{project}/{run}", "page.run-link") { call, engine async throws(DomainError) in
            try await engine.read(as: call.caller) { work throws(DomainError) in
                let project = try Project(call, in: work)
                let run = try Run(call, project, in: work)
                return Reply.redirect("/p/\(Boot.component(project.key))/runs/\(run.id)")
            }
        },
    ]

    private static func page(_ path: String, _ screen: String, _ fill: @escaping Fill) -> Route {
        Route(.get, path, "page.\(screen)") { call, engine async throws(DomainError) in
            guard let session = call.browserSession else {
                throw DomainError(.unauthenticated(.noToken), "sign in")
            }
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                if try work.mustChangePassword() { return ChangePassword.detour(call) }
                var boot = Boot()
                let title = try fill(&boot, call, work)
                let data = try boot.write(engine, session, in: work)
                return shell(screen, title: title, look: try Profile.preferences(in: work).look, data)
            }
        }
    }

    private static func shell(_ screen: String, title: String, look: Look, _ data: [UInt8]) -> Reply {
        let assets = AssetTable.shared
        var head = assets.scripts(screen: screen).map { name in
            HTML.single("link", ["rel": "modulepreload", "href": assets.address(name)])
        }
        head.append(.island(id: "boot", json: data))
        head.append(.tag("script", ["type": "module", "src": assets.address("app.js")]))
        let plain = HTML.tag(
            "noscript", [:],
            .tag(
                "main", ["class": "empty"],
                .tag("p", [:], .words("Assay needs JavaScript. Please switch it on for this site."))))
        return Document(title: "\(title) · Assay", look: look, head: .joined(head), body: plain).reply()
    }

    /// The project of a page's address.
    private struct Project {
        let id: Int64
        let key: String
        let name: String
        let base: String
        let parameters: [String: String]

        init(_ call: Call, in work: Reading) throws(DomainError) {
            let word = call.parameter("project")
            let row = try work.project(word)
            id = row.id
            key = Projects.key(row)
            name = row.text("name")
            base = "/app/api/projects/\(Boot.component(word))"
            parameters = ["project": word]
        }
    }

    /// The run of a page's address; `.notFound` when it belongs to another project.
    private struct Run {
        let id: Int64
        let name: String
        let isAutomated: Bool
        let base: String
        let parameters: [String: String]

        init(_ call: Call, _ project: Project, in work: Reading) throws(DomainError) {
            guard let key = RowKey(call.parameter("run")) else { throw .notFound("TestRun") }
            let row = try work.row("TestRun", key, fields: ["id", "name", "testRunType", "projectId"])
            guard row["projectId"].integer == project.id else { throw .notFound("TestRun") }
            id = row.id
            name = row.text("name")
            isAutomated = row.text("testRunType") != "REGULAR"
            base = "/app/api/runs/\(Boot.component(call.parameter("run")))"
            parameters = ["id": String(row.id)]
        }
    }
}
