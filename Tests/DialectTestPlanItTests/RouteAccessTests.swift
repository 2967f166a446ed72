import Engine
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

@testable import DialectTestPlanIt

/// Walks every route of the dialect as everybody (SAFETY 2.3-19): whoever may not gets 401, 403 or 404, and nobody makes
/// the server fail.
@Suite struct RouteAccessTests {
    private static let cast: [String?] = [nil, "stranger", "reader", "tester", "manager", "admin"]

    /// Rows of the project that the placeholders of paths stand for.
    private struct Places {
        var values: [String: String] = [:]

        init(_ world: TestWorld) async throws {
            let manager = try await world.caller("manager")
            let project = world.project.id
            let (testCase, run, member) = try await world.engine.write(as: manager) { work throws(DomainError) in
                var input = CaseInput()
                input.fields["name"] = "Secret case"
                let testCase = try work.createCases(project: project, [input])[0]
                let run = try work.createRun(
                    project: project, ["name": "Secret run"], members: [Writing.RunMember(caseId: testCase)])
                let member = try work.find(Query("TestRunCase", where: .equals("testRunId", .int(run))))[0].id
                return (testCase, run, member)
            }
            values = [
                "repository-cases": "\(testCase)", "test-runs": "\(run)", "projects": "\(project)",
                "repository-folders": "\(world.folder.id)", "users": world.person("manager").uid,
                "runId": "\(run)", "caseId": "\(member)",
            ]
        }

        /// The route's path with its placeholders filled.
        func path(of route: Route) -> String {
            var parts: [String] = []
            for segment in route.path.split(separator: "/") {
                guard segment.hasPrefix("{") else {
                    parts.append(String(segment))
                    continue
                }
                let name = String(segment.dropFirst().dropLast(segment.hasSuffix("*}") ? 2 : 1))
                parts.append(values[name] ?? values[parts.last ?? ""] ?? "1")
            }
            return "/" + parts.joined(separator: "/")
        }
    }

    @Test(arguments: Backend.all)
    func `every route that wants somebody answers 401 to nobody`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let places = try await Places(world)
            let census = try await world.census()
            var walked = 0
            for route in TestPlanItDialect().routes where route.access != .anyone {
                walked += 1
                let answer = try await world.send(route.verb, places.path(of: route))
                #expect(answer.status == 401, "\(route.verb) \(route.path): \(answer)")
                #expect(answer.refusal != nil, "\(route.verb) \(route.path): \(answer)")
            }
            #expect(walked > 60)
            #expect(try await world.census() == census)
        }
    }

    /// Routes that answer without credentials; a new one must be put here by somebody who means it.
    @Test func `the routes that anybody may call are these`() {
        // The RPC judges each model by itself, see `ModelAccessTests`.
        let routes = TestPlanItDialect().routes.filter { !$0.path.hasPrefix("/api/model/") }
        let open = routes.filter { $0.access == .anyone }.map(\.name)
        #expect(
            Set(open).isSubset(of: [
                "csrfToken", "signInProviders", "browserSession", "signInFailed", "signIn", "showSignIn", "beginSignIn",
                "signOut", "logOutByLink", "logOut", "signUp", "receiveFile", "health",
                // Documents of the program itself.
                "documentation", "openAPI", "postman",
                // Whoever has the address of a share; the engine looks at its mode, its end and its password.
                "showShare", "accessShare", "openShare", "sharedReport",
            ]), "\(open)")
    }

    @Test(arguments: Backend.all)
    func `a stranger finds nothing of a project on any route`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let places = try await Places(world)
            let census = try await world.census()
            for route in TestPlanItDialect().routes {
                let path = places.path(of: route)
                let answer = try await world.send(
                    route.verb, path, as: "stranger", type: "application/json", body: .bytes(Array("{}".utf8)))
                #expect(answer.status < 500, "\(route.verb) \(path): \(answer)")
                for word in ["Secret case", "Secret run", "The web shop"] {
                    #expect(!answer.text.contains(word), "\(route.verb) \(path) shows \(word)")
                }
                let isOfProject = ["projects", "repository-cases", "test-runs", "repository-folders"].contains {
                    path.hasPrefix("/api/\($0)/")
                }
                guard isOfProject, route.path.contains("{") else { continue }
                // Whether the body is good is nobody's business before the right is there.
                let isRefused = [400, 403, 404, 422].contains(answer.status)
                #expect(isRefused, "\(route.verb) \(path): \(answer)")
                if route.verb == .get { #expect(answer.status == 404, "\(route.verb) \(path): \(answer)") }
            }
            // What belongs to people themselves: a file under way, a token.
            let after = try await world.census()
            for (name, count) in after where !["StoredFile", "ApiToken"].contains(name) {
                #expect(count == census[name], "a stranger made or removed a \(name)")
            }
        }
    }

    @Test(arguments: Backend.all)
    func `nobody makes a route fail, and readers change nothing`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let places = try await Places(world)
            for person in Self.cast {
                let census = try await world.census()
                for route in TestPlanItDialect().routes where route.verb != .delete {
                    let path = places.path(of: route)
                    for body in ["{}", "[]", "{\"name\":null,\"id\":-1}", ""] {
                        let answer = try await world.send(
                            route.verb, path, as: person, type: "application/json", body: .bytes(Array(body.utf8)))
                        #expect(answer.status < 500, "\(person ?? "nobody") \(route.verb) \(path) \(body): \(answer)")
                        if route.verb == .get { break }
                    }
                }
                guard person == nil || person == "stranger" || person == "reader" else { continue }
                let after = try await world.census()
                for name in ["RepositoryCase", "TestRun", "TestRunResult", "RepositoryFolder", "Project", "User"] {
                    #expect(after[name] == census[name], "\(person ?? "nobody") made or removed a \(name)")
                }
            }
        }
    }

    /// What each of the cast may do in the project.
    private static let works: [(verb: HTTPRequest.Method, path: String, body: String, who: Set<String>)] = [
        (.get, "/api/projects/{projects}", "", ["reader", "tester", "manager", "admin"]),
        (.get, "/api/repository-cases/{repository-cases}", "", ["reader", "tester", "manager", "admin"]),
        (.get, "/api/test-runs/{test-runs}", "", ["reader", "tester", "manager", "admin"]),
        (
            .post, "/api/test-runs/{runId}/cases/{caseId}/execute", #"{"status":"passed"}"#,
            ["tester", "manager", "admin"]
        ),
        (
            .patch, "/api/repository-cases/{repository-cases}", #"{"name":"Secret case"}"#,
            ["manager", "admin", "tester"]
        ),
        (.post, "/api/projects", #"{"name":"Another"}"#, ["admin"]),
    ]

    @Test(arguments: Backend.all)
    func `each of the cast may do what the role says`(_ backend: Backend) async throws {
        try await TestWorld.with(backend) { world in
            let places = try await Places(world)
            for work in Self.works {
                var path = work.path
                for (name, value) in places.values { path = path.replacing("{\(name)}", with: value) }
                for person in Self.cast {
                    let answer = try await world.send(
                        work.verb, path, as: person, type: work.body.isEmpty ? nil : "application/json",
                        body: work.body.isEmpty ? .empty : .bytes(Array(work.body.utf8)))
                    let name = person ?? "nobody"
                    switch name {
                    case "nobody": #expect(answer.status == 401, "\(work.verb) \(path): \(answer)")
                    case _ where work.who.contains(name):
                        #expect((200..<300).contains(answer.status), "\(name) \(work.verb) \(path): \(answer)")
                    default: #expect([403, 404].contains(answer.status), "\(name) \(work.verb) \(path): \(answer)")
                    }
                }
            }
        }
    }
}
