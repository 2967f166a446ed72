import Engine
import Foundation
import HTTPTypes
import Model
import Wire

/// Where a scenario and the server differ.
public struct ScenarioDifference: Error, Sendable, CustomStringConvertible {
    public let file: String
    public let line: Int
    public let message: String

    public var description: String { "\(file):\(line): \(message)" }
}

/// Plays a scenario against a world.
public struct ScenarioRunner {
    private let world: TestWorld
    private let scenario: Scenario
    private var actor = "nobody"
    private var cookies: [String: String] = [:]
    private var variables: [String: JSON] = [:]

    /// `more` are further variables of the story.
    public init(_ scenario: Scenario, _ world: TestWorld, variables more: [String: String] = [:]) {
        self.scenario = scenario
        self.world = world
        for (name, person) in world.people {
            variables[name] = .string(person.uid)
            variables["\(name)Token"] = .string(person.token)
        }
        variables["shop"] = .string(world.project.uid)
        variables["shopId"] = .integer(world.project.id)
        variables["root"] = .string(world.folder.uid)
        variables["rootId"] = .integer(world.folder.id)
        variables["password"] = .string(TestWorld.password)
        for (name, value) in more { variables[name] = .string(value) }
    }

    /// Plays every step; the first difference ends the story.
    public mutating func run() async throws {
        for step in scenario.steps {
            switch step {
            case .actor(let name, _):
                actor = name
            case .clock(let time, _): world.clock.advance(milliseconds: time)
            case .jobs: try await world.performJobs()
            case .exchange(let exchange): try await play(exchange)
            }
        }
    }

    private func differ(_ line: Int, _ message: String) -> ScenarioDifference {
        ScenarioDifference(file: scenario.file, line: line, message: message)
    }

    private mutating func play(_ exchange: Scenario.Exchange) async throws {
        let reply = await world.gate.answer(try call(exchange))
        keepCookies(reply)
        let body = try await bytes(reply)
        let text = String(decoding: body, as: UTF8.self)
        guard reply.status.code == exchange.status else {
            throw differ(
                exchange.expectedLine, "status \(reply.status.code) instead of \(exchange.status): \(text.prefix(1500))"
            )
        }
        for header in exchange.expectedHeaders { try check(header, reply, exchange.expectedLine) }
        try check(exchange, text)
    }

    private func call(_ exchange: Scenario.Exchange) throws -> Call {
        let target = substituted(exchange.target)
        let parts = target.split(separator: "?", maxSplits: 1)
        let origin = "http://assay.test"
        // Addresses that the server gave are absolute.
        var path = String(parts.first ?? "/")
        if path.hasPrefix(origin) { path = String(path.dropFirst(origin.count)) }
        guard let method = HTTPRequest.Method(exchange.method) else { throw differ(exchange.line, "no such method") }
        var headers = HTTPFields()
        if world.people[actor] != nil {
            headers[.authorization] = "Bearer \(world.person(actor).token)"
        } else if actor.hasPrefix("token ") {
            headers[.authorization] = "Bearer \(substituted(String(actor.dropFirst(6))))"
        } else if actor == "browser", !cookies.isEmpty {
            headers[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        }
        var body = Array(substituted(trimmed(exchange.body).joined(separator: "\n")).utf8)
        if !body.isEmpty { headers[.contentType] = "application/json" }
        for header in exchange.headers {
            guard let name = HTTPField.Name(header.name) else { throw differ(exchange.line, "no header name") }
            headers[name] = substituted(header.value)
        }
        if headers[.contentType] == "multipart/form-data" {
            body = try MultipartBody.bytes(trimmed(exchange.body).map { substituted($0) }, folder: folder)
            headers[.contentType] = "multipart/form-data; boundary=\(MultipartBody.boundary)"
        }
        return Call(
            method: method, path: path, query: QueryItems(parsing: parts.count > 1 ? parts[1] : ""), headers: headers,
            body: Body.bytes(body), remoteAddress: "192.0.2.7", origin: origin)
    }

    private var folder: String { (scenario.file as NSString).deletingLastPathComponent }

    private func trimmed(_ lines: [String]) -> [String] {
        var lines = lines[...]
        while lines.last?.isEmpty == true { lines = lines.dropLast() }
        return Array(lines)
    }

    private func substituted(_ text: String) -> String { Expectation.substituted(text, variables) }

    private mutating func keepCookies(_ reply: Reply) {
        guard actor == "browser" else { return }
        for cookie in reply.headers[values: .setCookie] {
            let pair = cookie.split(separator: ";").first?.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let pair, pair.count == 2 else { continue }
            cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
        }
    }

    private func bytes(_ reply: Reply) async throws -> [UInt8] {
        switch reply.content {
        case .bytes(let bytes): return bytes
        case .file(let path, let offset, let length):
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(offset))
            return Array(try handle.read(upToCount: Int(length)) ?? Data())
        case .stream(let write):
            let sink = Sink()
            try await write(sink)
            return await sink.bytes
        }
    }

    private actor Sink: ReplyStream {
        var bytes: [UInt8] = []

        func write(_ bytes: [UInt8]) { self.bytes += bytes }
    }

    private mutating func check(_ header: Scenario.Header, _ reply: Reply, _ line: Int) throws {
        guard let name = HTTPField.Name(header.name) else { throw differ(line, "no header name \(header.name)") }
        let found: JSON? = reply.headers[name].map { .string($0) }
        var match = Expectation(variables: variables)
        if let problem = match.difference(.string(substituted(header.value)), found, at: "header \(header.name)") {
            throw differ(line, problem)
        }
        variables = match.variables
    }

    private mutating func check(_ exchange: Scenario.Exchange, _ text: String) throws {
        guard let first = exchange.expected.first else { return }
        if first.hasPrefix("~ ") {
            var rest = text[...]
            for line in exchange.expected {
                let wanted = substituted(String(line.dropFirst(2)))
                guard let range = rest.firstRange(of: wanted) else {
                    throw differ(exchange.expectedLine, "the answer lacks \(wanted): \(text.prefix(1500))")
                }
                rest = rest[range.upperBound...]
            }
            return
        }
        let wanted: JSON
        do {
            wanted = try JSONReader.parse(exchange.expected.joined(separator: "\n"))
        } catch {
            throw differ(exchange.expectedLine + error.line, "the expectation is no JSON: \(error.reason)")
        }
        let found: JSON
        do {
            found = try JSONReader.parse(text)
        } catch {
            throw differ(exchange.expectedLine, "the answer is no JSON: \(text.prefix(500))")
        }
        var match = Expectation(variables: variables)
        if let problem = match.difference(wanted, found, at: "") {
            throw differ(exchange.expectedLine, "\(problem)\n\(text.prefix(3000))")
        }
        variables = match.variables
    }
}
