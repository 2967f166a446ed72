import Connectors
import Engine
import Foundation
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

/// The whole way of OAuth 2.0 at Jira (TestPlanIt API, OAuth Authentication; SAFETY 2.3-20).
struct AuthorizationTests {
    private struct Place {
        let world: TestWorld
        let jira: JiraStandIn
        let server: StandIn
        let integration: String
    }

    private static func with(_ backend: Backend, _ body: (Place) async throws -> Void) async throws {
        let jira = JiraStandIn(.cloud)
        try await StandIn.with({ jira.answer($0) }) { server in
            let gateway = Gateway(allowsPrivateTargets: true, sleep: { _ in })
            try await TestWorld.with(backend, outside: .through(gateway)) { world in
                let oauth: JSON = [
                    "authorizeUrl": .string("\(server.url)/authorize"),
                    "tokenUrl": .string("\(server.url)/oauth/token"),
                    "resourcesUrl": .string("\(server.url)/oauth/token/accessible-resources"),
                    "apiUrl": .string(server.url),
                ]
                let credentials: JSON = ["clientId": "client-1", "clientSecret": .string(JiraStandIn.clientSecret)]
                let made = try await world.send(
                    "admin", .post, "/api/integrations",
                    [
                        "name": "Cloud", "provider": "JIRA", "authType": "OAUTH2", "credentials": credentials,
                        "settings": ["oauth": oauth],
                    ])
                let id = made.json["data"]?["id"]?.string ?? ""
                _ = try await world.send(
                    "admin", .post, "/api/projects/\(world.project.uid)/integrations", ["integrationId": .string(id)])
                try await body(Place(world: world, jira: jira, server: server, integration: id))
            }
        }
    }

    /// Begins and returns the state that Jira would send back.
    private static func begin(_ place: Place, _ person: String) async throws -> QueryItems {
        let reply = try await place.world.send(
            person, .get, "/api/integrations/jira/auth?integrationId=\(place.integration)")
        #expect(reply.status == 302)
        let location = reply.headers[.location] ?? ""
        #expect(location.hasPrefix("\(place.server.url)/authorize?"))
        return QueryItems(parsing: location.split(separator: "?", maxSplits: 1).last ?? "")
    }

    private static func finish(
        _ place: Place, _ person: String, code: String = JiraStandIn.code, state: String
    ) async throws -> String {
        let path = "/api/integrations/jira/callback?code=\(code)&state=\(state)"
        let reply = try await place.world.send(person, .get, path)
        #expect(reply.status == 302)
        return reply.headers[.location] ?? ""
    }

    @Test(arguments: Backend.all)
    func `a grant is given, used and renewed`(_ backend: Backend) async throws {
        try await AuthorizationTests.with(backend) { place in
            let sent = try await AuthorizationTests.begin(place, "tester")
            #expect(sent["client_id"] == "client-1")
            #expect(sent["redirect_uri"] == "http://assay.test/api/integrations/jira/callback")
            #expect(sent["response_type"] == "code")
            #expect(sent["prompt"] == "consent")
            #expect(sent["audience"] == "api.atlassian.com")
            #expect(sent["code_challenge_method"] == "S256")
            let state = sent["state"] ?? ""
            #expect(try await AuthorizationTests.finish(place, "tester", state: state) == "/profile?success=true")
            let projects = "/api/integrations/\(place.integration)/projects"
            #expect(try await place.world.send("tester", .get, projects).status == 200)
            let check = try await place.world.send("tester", .get, "/api/integrations/\(place.integration)/auth/check")
                .json
            #expect(check["authorized"]?.bool == true)
            #expect(check["user"]?["email"]?.string == JiraStandIn.email)
            #expect(check["expiresAt"]?.string == "2026-01-15T11:00:00.000Z")
            // Others have no grant of their own.
            #expect(try await place.world.send("manager", .get, projects).status == 401)
            // A minute before its end the grant is renewed, again and again.
            for _ in 0..<2 {
                place.world.clock.advance(milliseconds: 3_590_000)
                #expect(try await place.world.send("tester", .get, projects).status == 200)
            }
            let refreshes = place.server.requests.filter { $0.json["grant_type"]?.string == "refresh_token" }
            #expect(refreshes.map { $0.json["refresh_token"]?.string } == ["refresh-1", "refresh-2"])
        }
    }

    @Test(arguments: Backend.all)
    func `a state counts once, for whoever asked, for ten minutes`(_ backend: Backend) async throws {
        try await AuthorizationTests.with(backend) { place in
            let invalid = "/profile?error=invalid_state"
            let first = try await AuthorizationTests.begin(place, "tester")["state"] ?? ""
            #expect(try await AuthorizationTests.finish(place, "manager", state: first) == invalid)
            #expect(try await AuthorizationTests.finish(place, "tester", state: first + "x") == invalid)
            let done = try await AuthorizationTests.finish(place, "tester", state: first)
            #expect(done == "/profile?success=true")
            #expect(try await AuthorizationTests.finish(place, "tester", state: first) == invalid)
            let late = try await AuthorizationTests.begin(place, "tester")["state"] ?? ""
            place.world.clock.advance(milliseconds: 600_001)
            #expect(try await AuthorizationTests.finish(place, "tester", state: late) == invalid)
        }
    }

    @Test(arguments: Backend.all)
    func `a refused code leaves nothing behind`(_ backend: Backend) async throws {
        try await AuthorizationTests.with(backend) { place in
            let state = try await AuthorizationTests.begin(place, "tester")["state"] ?? ""
            let end = try await AuthorizationTests.finish(place, "tester", code: "wrong", state: state)
            #expect(end == "/profile?error=exchange_failed")
            let check = try await place.world.send("tester", .get, "/api/integrations/\(place.integration)/auth/check")
                .json
            #expect(check["authorized"]?.bool == false)
            #expect(check["user"] == .null)
        }
    }

    @Test(arguments: Backend.all)
    func `a grant that Jira took back asks for a new one`(_ backend: Backend) async throws {
        try await AuthorizationTests.with(backend) { place in
            place.jira.setLifetime(30)
            let state = try await AuthorizationTests.begin(place, "tester")["state"] ?? ""
            _ = try await AuthorizationTests.finish(place, "tester", state: state)
            await place.server.stop()
            place.world.clock.advance(milliseconds: 60_000)
            let reply = try await place.world.send("tester", .get, "/api/integrations/\(place.integration)/projects")
            #expect(reply.status == 401)
            #expect(reply.json["error"]?["details"]?["requiresAuth"]?.bool == true)
        }
    }
}
