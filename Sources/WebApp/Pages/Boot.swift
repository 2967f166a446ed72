import Engine
import Model
import Wire

/// What a page carries so that its first screen needs no further request.
struct Boot {
    private(set) var responses: [(address: String, answer: Answer)] = []

    /// Adds the answer of an endpoint under the address by which the browser will ask; without one the browser asks.
    mutating func add(
        _ path: String, _ query: [(name: String, value: String)] = [], _ parameters: [String: String] = [:],
        session: Int64? = nil, in work: Reading, _ read: Endpoint.Read
    ) throws(DomainError) {
        let ask = Ask(parameters, query: QueryItems(query), session: session)
        do throws(DomainError) {
            responses.append((Boot.address(path, query), try read(ask, work)))
        } catch {
            // The page opens all the same; the browser gets the same refusal and shows it in its place.
            guard error.code == .notFound else { throw error }
        }
    }

    /// As `address` of `core/api.js` spells it.
    static func address(_ path: String, _ query: [(name: String, value: String)]) -> String {
        let items = query.filter { !$0.value.isEmpty }.sorted { $0.name < $1.name }
            .map { "\(component($0.name))=\(component($0.value))" }
        return items.isEmpty ? path : "\(path)?\(items.joined(separator: "&"))"
    }

    /// `encodeURIComponent`.
    static func component(_ text: String) -> String {
        var result = ""
        for character in text {
            if "!*'()".contains(character) {
                result.append(character)
            } else {
                result += PercentEncoding.encoded(String(character))
            }
        }
        return result
    }

    func write(_ engine: Engine, _ session: BrowserSessionIdentity, in work: Reading) throws(DomainError) -> [UInt8] {
        let caller = work.caller
        var writer = JSONWriter(capacity: 4096 + responses.reduce(0) { $0 + $1.answer.bytes.count })
        let profile = try Profile.preferences(in: work)
        let statuses = try work.statuses().entries.filter(\.isEnabled)
        let priorities = try work.priorities()
        let mayCreate = try work.may(.create, "Project")
        try writer.object { writer throws(DomainError) in
            writer.put(.build, AssetTable.shared.build)
            writer.put(.csrf, engine.csrfToken(session))
            writer.put(.now, work.now)
            try writer.object(.user) { writer throws(DomainError) in
                writer.put(.id, caller.uid)
                writer.put(.name, caller.name)
                writer.put(.email, caller.email)
                writer.put(.access, caller.level.word)
                writer.put(.initials, Boot.initials(caller.name))
            }
            writer.key(.preferences)
            profile.write(to: &writer)
            try writer.object(.can) { writer throws(DomainError) in writer.put(.createProject, mayCreate) }
            try writer.array(.statuses, statuses) { writer, status throws(DomainError) in
                try writer.object { writer throws(DomainError) in
                    writer.put(.id, status.id)
                    writer.put(.key, status.systemName)
                    writer.put(.name, status.name)
                    writer.put(.success, status.isSuccess)
                    writer.put(.failure, status.isFailure)
                    writer.put(.completed, status.isCompleted)
                    writer.put(.manual, status.isOffered)
                }
            }
            try writer.array(.priorities, priorities) { writer, priority throws(DomainError) in
                try writer.object { writer throws(DomainError) in
                    writer.put(.value, priority.word)
                    writer.put(.name, priority.name)
                }
            }
            try writer.object(.responses) { writer throws(DomainError) in
                for (address, answer) in responses {
                    writer.key(address)
                    try writer.object { writer throws(DomainError) in
                        writer.put(.etag, answer.tag)
                        writer.key(.body)
                        writer.raw(answer.bytes)
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func initials(_ name: String) -> String {
        let words = name.split(separator: " ")
        return [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first.map(String.init) }.joined()
            .uppercased()
    }
}

extension StatusBook.Entry {
    /// People choose among these; `exception` comes from machines.
    var isOffered: Bool { systemName != "exception" }
}
