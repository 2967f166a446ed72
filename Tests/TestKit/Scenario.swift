import Foundation

/// A story in requests and expected answers, read from a file.
public struct Scenario: Sendable, CustomStringConvertible {
    public let title: String
    public let file: String
    /// Of the title, from 1.
    public let line: Int
    public var steps: [Step] = []

    public var description: String { title }

    /// One line of the story.
    public enum Step: Sendable {
        /// Whoever acts from here on; `browser` keeps cookies and has no token.
        case actor(String, line: Int)
        /// Moves the clock on by milliseconds.
        case clock(Int64, line: Int)
        /// Performs the background work that is due.
        case jobs(line: Int)
        case exchange(Exchange)
    }

    public struct Header: Sendable {
        public let name: String
        public let value: String
    }

    /// A request and what must come back.
    public struct Exchange: Sendable {
        public let line: Int
        public let method: String
        /// With the query.
        public let target: String
        public var headers: [Header] = []
        public var body: [String] = []
        public var status = 0
        public var expectedLine = 0
        public var expectedHeaders: [Header] = []
        public var expected: [String] = []
    }
}

/// A file that is no scenario.
public struct ScenarioError: Error, Sendable, CustomStringConvertible {
    public let file: String
    public let line: Int
    public let message: String

    public var description: String { "\(file):\(line): \(message)" }
}

extension Scenario {
    /// Every scenario of a folder, in the order of the file names.
    public static func all(in folder: String) throws -> [Scenario] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".scenario") }
        var scenarios: [Scenario] = []
        for name in names.sorted() {
            let path = "\(folder)/\(name)"
            scenarios += try parse(try String(contentsOfFile: path, encoding: .utf8), file: path)
        }
        return scenarios
    }

    /// Reads a file: `### title`, then lines as `docs` of the test folder describe them.
    static func parse(_ text: String, file: String) throws -> [Scenario] {
        var parser = ScenarioParser(file: file)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            try parser.read(String(line), number: index + 1)
        }
        return try parser.finish()
    }
}

/// Reads a scenario file line by line.
private struct ScenarioParser {
    private enum State { case outside, requestHead, requestBody, answerHead, answerBody }

    let file: String
    private var scenarios: [Scenario] = []
    private var exchange: Scenario.Exchange?
    private var state = State.outside

    init(file: String) { self.file = file }

    private static let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    mutating func read(_ line: String, number: Int) throws {
        if line.hasPrefix("// ") { return }
        if line.hasPrefix("### ") {
            try close()
            scenarios.append(Scenario(title: String(line.dropFirst(4)), file: file, line: number))
            return
        }
        if line.hasPrefix("=> ") {
            guard exchange != nil, state == .requestHead || state == .requestBody, let status = Int(line.dropFirst(3))
            else {
                throw ScenarioError(file: file, line: number, message: "`=> STATUS` stands below a request")
            }
            exchange?.status = status
            exchange?.expectedLine = number
            state = .answerHead
            return
        }
        switch state {
        case .requestBody: exchange?.body.append(line)
        case .requestHead:
            if line.isEmpty {
                state = .requestBody
            } else {
                let header = try header(line, number)
                exchange?.headers.append(header)
            }
        case .outside, .answerHead, .answerBody:
            if try directive(line, number) { return }
            guard exchange != nil else {
                if line.isEmpty { return }
                throw ScenarioError(file: file, line: number, message: "unexpected line")
            }
            if line.isEmpty { return }
            let isHeader = state == .answerHead && !"{[~".contains(line.first ?? "{") && line.contains(": ")
            if isHeader {
                let header = try header(line, number)
                exchange?.expectedHeaders.append(header)
            } else {
                state = .answerBody
                exchange?.expected.append(line)
            }
        }
    }

    private mutating func directive(_ line: String, _ number: Int) throws -> Bool {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return false }
        if Self.verbs.contains(words[0]), words[1].hasPrefix("/") || words[1].hasPrefix("$") {
            try close()
            guard !scenarios.isEmpty else { throw ScenarioError(file: file, line: number, message: "no title above") }
            exchange = Scenario.Exchange(line: number, method: words[0], target: words[1])
            state = .requestHead
            return true
        }
        if words[0] == "as" {
            try close()
            scenarios[scenarios.count - 1].steps.append(.actor(words[1], line: number))
            return true
        }
        if words[0] == "clock", words[1].hasPrefix("+") {
            try close()
            scenarios[scenarios.count - 1].steps.append(.clock(try duration(words[1], number), line: number))
            return true
        }
        if line == "jobs run" {
            try close()
            scenarios[scenarios.count - 1].steps.append(.jobs(line: number))
            return true
        }
        return false
    }

    private func duration(_ text: String, _ number: Int) throws -> Int64 {
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let unit = text.last.flatMap({ units[$0] }), let amount = Int64(text.dropFirst().dropLast()) else {
            throw ScenarioError(file: file, line: number, message: "a time is +5m or +2d")
        }
        return amount * unit
    }

    private func header(_ line: String, _ number: Int) throws -> Scenario.Header {
        guard let colon = line.firstIndex(of: ":") else {
            throw ScenarioError(file: file, line: number, message: "a header has a colon")
        }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        return Scenario.Header(name: String(line[..<colon]), value: String(value))
    }

    private mutating func close() throws {
        guard let exchange else { return }
        guard exchange.status > 0 else {
            throw ScenarioError(file: file, line: exchange.line, message: "the request has no `=> STATUS`")
        }
        scenarios[scenarios.count - 1].steps.append(.exchange(exchange))
        self.exchange = nil
        state = .outside
    }

    mutating func finish() throws -> [Scenario] {
        try close()
        return scenarios
    }
}
