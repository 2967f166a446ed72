import DialectPractiTest
import DialectTestPlanIt
import Engine
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

/// Limits, settings of a project, and many clients at once.
struct BoundaryTests {
    /// Sends requests of one person to one project.
    private struct Client {
        let world: TestWorld

        func send(
            _ verb: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], _ body: JSON? = nil,
            as name: String = "admin"
        ) async throws -> (status: Int, body: JSON) {
            let call = Call(
                method: verb, path: "/api/v2/projects/\(world.project.id)/\(path)",
                query: QueryItems(query.map { (name: $0.0, value: $0.1) }),
                headers: [.authorization: "Bearer \(world.person(name).token)"],
                body: Body.bytes(body.map { Array($0.text.utf8) } ?? []))
            let reply = await world.gate.answer(call)
            guard case .bytes(let bytes) = reply.content else { throw NoBytes() }
            return (reply.status.code, try JSONReader.parse(bytes))
        }

        /// Makes one thing and answers its id.
        func make(_ path: String, _ attributes: JSON) async throws -> String {
            let answer = try await send(.post, path, ["data": ["attributes": attributes]])
            return try #require(answer.body["data"]?["id"]?.string, "\(answer.body.text)")
        }

        func set(_ settings: JSON) async throws {
            let project = world.project.id
            try await world.engine.write(as: .system) { work throws(DomainError) in
                _ = try work.update("Project", [Change(project, set: ["settings": .text(settings.text)])])
            }
        }
    }

    private struct NoBytes: Error {}

    private func with(_ backend: Backend, _ body: (Client) async throws -> Void) async throws {
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), PractiTestDialect()]) { world in
            try await body(Client(world: world))
        }
    }

    @Test(arguments: Backend.all)
    func `a bulk takes a hundred elements and no more`(_ backend: Backend) async throws {
        try await with(backend) { client in
            let set = try await client.make("sets.json", ["name": "s"])
            let test = try await client.make("tests.json", ["name": "t"])
            let element: JSON = ["attributes": ["set-id": .string(set), "test-id": .string(test)]]
            let many = JSON.array(Array(repeating: element, count: 101))
            #expect(try await client.send(.post, "instances.json", ["data": many]).status == 422)
            let most = JSON.array(Array(repeating: element, count: 100))
            let made = try await client.send(.post, "instances.json", ["data": most])
            #expect(made.status == 200)
            let shown = (made.body["data"]?.array ?? []).compactMap { $0["attributes"]?["display-id"]?.string }
            #expect(shown == (1...100).map { "1:\($0)" })
        }
    }

    @Test(arguments: Backend.all)
    func `numbers are never given twice, whoever comes at the same time`(_ backend: Backend) async throws {
        try await with(backend) { client in
            let first = try await client.make("tests.json", ["name": "gone"])
            #expect(try await client.send(.delete, "tests/\(first).json").status == 200)
            let field = try await client.make(
                "custom_fields.json", ["name": "F", "field-format": "list", "possible-values": ["a"]])
            let numbers = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let body: JSON = ["data": ["attributes": ["name": .string("t\(index)")]]]
                        let answer = try await client.send(.post, "tests.json", body)
                        #expect(answer.status == 200, "\(answer.body.text)")
                        return answer.body["data"]?["attributes"]?["display-id"]?.integer
                    }
                    group.addTask {
                        let body: JSON = ["data": ["attributes": ["possible-values": ["a", "b"]]]]
                        let answer = try await client.send(.put, "custom_fields/\(field).json", body)
                        #expect(answer.status == 200, "\(answer.body.text)")
                        #expect(answer.body["data"]?["attributes"]?["possible-values"] == ["a", "b"])
                        return nil
                    }
                }
                var numbers: [Int64] = []
                for try await number in group { if let number { numbers.append(number) } }
                return numbers
            }
            #expect(numbers.sorted() == (2...21).map { Int64($0) })
        }
    }

    @Test(arguments: Backend.all)
    func `a query nests 32 deep and is 8 kilobytes long`(_ backend: Backend) async throws {
        try await with(backend) { client in
            _ = try await client.make("tests.json", ["name": "t"])
            func status(_ query: String) async throws -> Int {
                try await client.send(.get, "tests.json", query: [("ptql", query)]).status
            }
            let deep = String(repeating: "(", count: 32) + "name = t" + String(repeating: ")", count: 32)
            #expect(try await status(deep) == 200)
            #expect(try await status("(\(deep))") == 422)
            let negated = String(repeating: "NOT ", count: 32) + "name = t"
            #expect(try await status(negated) == 200)
            #expect(try await status("NOT \(negated)") == 422)
            let words = Array(repeating: "id=1", count: 1000).joined(separator: " OR ") + " OR name = t"
            #expect(words.utf8.count > 7900 && words.utf8.count <= 8192)
            #expect(try await status(words) == 200)
            let list = "id IN (" + Array(repeating: "1", count: 4000).joined(separator: ",") + ")"
            #expect(try await status(list) == 200)
            #expect(try await status(words + String(repeating: " OR name = t", count: 100)) == 422)
        }
    }

    @Test(arguments: Backend.all)
    func `a project decides about its issues and mandatory fields`(_ backend: Backend) async throws {
        try await with(backend) { client in
            let field = try await client.make("custom_fields.json", ["name": "Must", "field-format": "text"])
            let issue = try await client.make("issues.json", ["title": "i"])
            try await client.set([
                "enableDeleteIssues": false, "issueStatuses": ["On Hold"],
                "issueTransitions": ["on hold": ["opened"]], "mandatoryFields": true,
            ])
            let id = Int64(field)
            try await client.world.engine.write(as: .system) { work throws(DomainError) in
                _ = try work.update("CaseField", [Change(id ?? 0, set: ["isRequired": true])])
            }
            let project = try await client.send(.get, "groups.json")
            #expect(project.status == 200)
            let refused = try await client.send(.delete, "issues/\(issue).json")
            #expect(refused.status == 403)
            func move(_ word: String) async throws -> (status: Int, body: JSON) {
                try await client.send(
                    .put, "issues/\(issue)/update_status.json", ["data": ["attributes": ["status-name": .string(word)]]]
                )
            }
            let held = try await move("ON HOLD")
            #expect(held.status == 200)
            #expect(held.body["data"]?["attributes"]?["status-name"] == "On Hold")
            #expect(try await move("closed").status == 422)
            #expect(try await move("opened").status == 200)
            #expect(try await move("closed").status == 200)
            let bare = try await client.send(.post, "tests.json", ["data": ["attributes": ["name": "t"]]])
            #expect(bare.status == 422)
            #expect(
                bare.body["errors"]?[0]?["source"]?["pointer"]?.string
                    == "/data/attributes/custom-fields/---f-\(field)")
            let fields = JSON.members([("---f-\(field)", "x")])
            let full = try await client.send(
                .post, "tests.json", ["data": ["attributes": ["name": "t", "custom-fields": fields]]])
            #expect(full.status == 200)
            // What exists already may be changed without them.
            let changed = try await client.send(
                .put, "issues/\(issue).json", ["data": ["attributes": ["title": "j"]]])
            #expect(changed.status == 200)
        }
    }
}
