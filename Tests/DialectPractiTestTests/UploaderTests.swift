import DialectPractiTest
import DialectTestPlanIt
import Foundation
import HTTPTypes
import Model
import TestKit
import Testing
import Wire

/// What the official uploader of JUnit reports sends, with 230 tests (PractiTest API, Walk-through).
struct UploaderTests {
    private static let count = 230

    private struct Client {
        let world: TestWorld
        let project: Int64

        /// Sends as the uploader does: basic authentication, no Accept, `source` and `firecracker-version` everywhere.
        func send(
            _ verb: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], _ body: JSONObject? = nil
        ) async throws -> JSON {
            var items = query
            items.append(("source", "firecracker"))
            items.append(("firecracker-version", "2.1.9"))
            var bytes: [UInt8] = []
            var headers: HTTPFields = [:]
            let token = world.person("manager").token
            headers[.authorization] = "Basic " + Data("ci@example.com:\(token)".utf8).base64EncodedString()
            if var body {
                body["source"] = "firecracker"
                body["firecracker-version"] = "2.1.9"
                headers[.contentType] = "application/json"
                bytes = Array(JSON.object(body).text.utf8)
            }
            let call = Call(
                method: verb, path: path.hasPrefix("/") ? path : "/api/v2/projects/\(project)/\(path)",
                query: QueryItems(items.map { (name: $0.0, value: $0.1) }), headers: headers,
                body: Body.bytes(bytes), origin: "http://assay.test")
            let reply = await world.gate.answer(call)
            guard case .bytes(let answer) = reply.content else { throw UploadFailure("no bytes") }
            let text = String(decoding: answer, as: UTF8.self)
            // Anything but 200 ends the upload.
            guard reply.status.code == 200 else { throw UploadFailure("\(verb) \(path): \(reply.status.code) \(text)") }
            return try JSONReader.parse(text)
        }

        /// Every page of a list, following `links.next` as it stands.
        func all(_ path: String, _ query: [(String, String)]) async throws -> [JSON] {
            var answer = try await send(.get, path, query: query)
            var result = answer["data"]?.array ?? []
            while let next = answer["links"]?["next"]?.string {
                guard next.hasPrefix("http://assay.test/"), let mark = next.firstIndex(of: "?") else {
                    throw UploadFailure("next is \(next)")
                }
                let path = String(next[..<mark].dropFirst("http://assay.test".count))
                let items = QueryItems(parsing: next[next.index(after: mark)...])
                answer = try await send(.get, path, query: items.items.map { ($0.name, $0.value) })
                result += answer["data"]?.array ?? []
            }
            return result
        }
    }

    private struct UploadFailure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    private static func chunks<T>(_ values: [T], of size: Int) -> [[T]] {
        stride(from: 0, to: values.count, by: size).map { Array(values[$0..<min($0 + size, values.count)]) }
    }

    /// The second upload of the same report makes no test and no instance, only runs.
    @Test(arguments: Backend.all)
    func `the uploader sends 230 tests twice`(_ backend: Backend) async throws {
        try await TestWorld.with(backend, dialects: [TestPlanItDialect(), PractiTestDialect()]) { world in
            let client = Client(world: world, project: world.project.id)
            for round in 1...2 {
                try await upload(client, round: round)
                let tests = try await client.send(.get, "tests.json")
                #expect(tests["meta"]?["total-count"]?.integer == Int64(Self.count))
                let instances = try await client.send(.get, "instances.json")
                #expect(instances["meta"]?["total-count"]?.integer == Int64(Self.count))
                let runs = try await client.send(.get, "runs.json")
                #expect(runs["meta"]?["total-count"]?.integer == Int64(Self.count * round))
                world.clock.advance(milliseconds: 60_000)
            }
            let sets = try await client.send(.get, "sets.json", query: [("name_exact", "Nightly")])
            #expect(sets["data"]?[0]?["attributes"]?["run-status"]?.string == "FAILED")
            let counts = try await client.send(.get, "tests/run_statuses_count.json")
            #expect(counts["data"]?["run-statuses-count"]?["FAILED"]?.integer == 23)
            #expect(counts["data"]?["run-statuses-count"]?["PASSED"]?.integer == 184)
            #expect(counts["data"]?["run-statuses-count"]?["N/A"]?.integer == 23)
        }
    }

    private func upload(_ client: Client, round: Int) async throws {
        let names = (0..<Self.count).map { "com.shop.Suite\($0 / 50).test\($0)" }
        let set = try await openSet(client)
        let known = try await find(names, client)
        let (tests, fresh) = try await makeTests(names, known, client)
        #expect(fresh == (round == 1 ? Self.count : 0))
        let instances = try await makeInstances(set, tests, client)
        try await record(names, tests, instances, client)
    }

    private func openSet(_ client: Client) async throws -> String {
        let found = try await client.send(.get, "sets.json", query: [("name_exact", "Nightly")])
        if let id = found["data"]?[0]?["id"]?.string {
            let attributes: JSON = ["name": "Nightly", "author-id": nil]
            let data: JSON = ["type": "sets", "attributes": attributes, "steps": ["data": []]]
            _ = try await client.send(.put, "sets/\(id).json", JSONObject([.init(name: "data", value: data)]))
            return id
        }
        let data: JSON = [
            "type": "sets", "attributes": ["name": "Nightly", "author-id": nil, "version": nil],
            "instances": ["test-ids": []],
        ]
        let made = try await client.send(.post, "sets.json", JSONObject([.init(name: "data", value: data)]))
        return try #require(made["data"]?["id"]?.string)
    }

    /// 20 names at a time, several requests at once.
    private func find(_ names: [String], _ client: Client) async throws -> [String: String] {
        try await withThrowingTaskGroup(of: JSON.self) { group in
            for chunk in Self.chunks(names, of: 20) {
                group.addTask {
                    let queries = chunk.map { JSON.members([("name_exact", .string($0))]) }
                    return try await client.send(
                        .post, "tests/bulk_search.json", JSONObject([.init(name: "data", value: .array(queries))]))
                }
            }
            var found: [String: String] = [:]
            for try await answer in group {
                for element in answer["data"]?.array ?? [] {
                    guard let name = element["query"]?["name_exact"]?.string else { throw UploadFailure("no query") }
                    found[name] = element["tests"]?["data"]?[0]?["id"]?.string
                }
            }
            return found
        }
    }

    /// Missing tests are made by many requests at once, the others updated.
    private func makeTests(
        _ names: [String], _ known: [String: String], _ client: Client
    ) async throws -> (ids: [String], fresh: Int) {
        for chunk in Self.chunks(Array(known.values), of: 20) {
            let steps = try await client.all("steps.json", [("test-ids", chunk.joined(separator: ","))])
            #expect(steps.count == chunk.count)
        }
        var ids: [String: String] = known
        try await withThrowingTaskGroup(of: (String, String).self) { group in
            for name in names {
                let id = known[name]
                group.addTask {
                    let attributes: JSON = [
                        "name": .string(name), "author-id": nil, "test-type": "FireCracker", "custom-fields": nil,
                    ]
                    let steps: JSON = ["data": [["name": "run", "description": "", "expected-results": ""]]]
                    let data: JSON = ["type": "tests", "attributes": attributes, "steps": steps]
                    let body = JSONObject([.init(name: "data", value: data)])
                    if id == nil { _ = try await client.send(.get, "tests.json", query: [("name_exact", name)]) }
                    let answer = try await client.send(
                        id == nil ? .post : .put, id.map { "tests/\($0).json" } ?? "tests.json", body)
                    guard let made = answer["data"]?["id"]?.string else { throw UploadFailure("no id") }
                    #expect(answer["data"]?["attributes"]?["steps-count"]?.integer == 1)
                    return (name, made)
                }
            }
            for try await (name, id) in group { ids[name] = id }
        }
        let ordered = names.compactMap { ids[$0] }
        #expect(Set(ordered).count == names.count)
        return (ordered, names.count - known.count)
    }

    private func makeInstances(
        _ set: String, _ tests: [String], _ client: Client
    ) async throws -> [String: String] {
        var instances: [String: String] = [:]
        func note(_ resource: JSON) throws {
            let attributes = resource["attributes"]
            // Foreign keys are numbers, ids are texts.
            guard let test = attributes?["test-id"]?.integer, let id = resource["id"]?.string else {
                throw UploadFailure("no instance")
            }
            #expect(attributes?["parameters"] == [:] && attributes?["bdd-parameters"] == [:])
            instances[String(test)] = id
        }
        for chunk in Self.chunks(tests, of: 50) {
            let query = [("set-ids", set), ("test-ids", chunk.joined(separator: ","))]
            for instance in try await client.all("instances.json", query) { try note(instance) }
        }
        for chunk in Self.chunks(tests.filter { instances[$0] == nil }, of: 100) {
            var elements: [JSON] = []
            for test in chunk {
                guard let number = Int64(test) else { throw UploadFailure("no number") }
                elements.append([
                    "attributes": ["set-id": .string(set), "test-id": .integer(number), "parameters": nil]
                ])
            }
            let answer = try await client.send(
                .post, "instances.json", JSONObject([.init(name: "data", value: .array(elements))]))
            for instance in answer["data"]?.array ?? [] { try note(instance) }
        }
        #expect(instances.count == Self.count)
        return instances
    }

    private func record(
        _ names: [String], _ tests: [String], _ instances: [String: String], _ client: Client
    ) async throws {
        var elements: [JSON] = []
        for (index, test) in tests.enumerated() {
            let status = index % 10 == 3 ? "FAILED" : index % 10 == 7 ? "N/A" : "PASSED"
            let step: JSON = [
                "name": "run", "description": "", "expected-results": "", "actual-results": "\n",
                "status": .string(status),
            ]
            elements.append([
                "type": "instances",
                "attributes": [
                    "instance-id": .string(instances[test] ?? ""), "run-duration": .number(0.25), "author-id": nil,
                    "custom-fields": nil, "automated-execution-output": nil,
                ],
                "steps": ["data": [step]],
            ])
        }
        for chunk in Self.chunks(elements, of: 20) {
            let answer = try await client.send(
                .post, "runs.json", JSONObject([.init(name: "data", value: .array(chunk))]))
            let runs = answer["data"]?.array ?? []
            #expect(runs.count == chunk.count)
            for (sent, run) in zip(chunk, runs) {
                let instance = run["attributes"]?["instance-id"]?.integer
                #expect(instance.map { String($0) } == sent["attributes"]?["instance-id"]?.string)
            }
        }
        _ = try await client.send(.post, "runs.json", JSONObject([.init(name: "data", value: [])]))
    }
}
