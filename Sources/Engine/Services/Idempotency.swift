import Crypto
public import Model
import Statements
import Store

/// A request that may be sent again under the same key without being done twice.
public struct IdempotentRequest: Sendable, Hashable {
    public let key: String
    /// Verb and path.
    public let route: String
    /// SHA-256 of route and content in hexadecimal.
    public let hash: String

    /// `content` is everything that decides what the request does.
    public init(key: String, route: String, content: String) {
        self.key = key
        self.route = route
        hash = Hex.text(SHA256.hash(data: Array("\(route)\n\(content)".utf8)))
    }
}

extension IdempotentRequest {
    fileprivate static let otherRequest = DomainError.invalid(
        "Idempotency-Key", "the key was used for another request")
    fileprivate static let stillRunning = DomainError.conflict("the first request with this key is still running")
}

/// The answer that a request got, to be given again.
public struct StoredAnswer: Sendable, Hashable {
    /// The status code of the dialect.
    public let status: Int
    public let body: String

    public init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}

extension Engine {
    /// How long a key stands for its first answer (milliseconds).
    public static let idempotencyLifetime: Int64 = 86_400_000
    /// How long a request that never ended blocks its key.
    static let idempotencyClaim: Int64 = 900_000

    /// Does the work once for its key, in one transaction with the key; later calls get the first answer.
    ///
    /// Throws `.invalid` when the key stands for another request and `.conflict` while the first one still runs.
    public func once(
        _ request: IdempotentRequest?, as caller: Caller,
        _ body: @escaping @Sendable (Writing) throws(DomainError) -> StoredAnswer
    ) async throws(DomainError) -> StoredAnswer {
        guard let request else { return try await write(as: caller, body) }
        return try await write(as: caller) { work throws(DomainError) in
            if let answer = try work.claim(request) { return answer }
            let answer = try body(work)
            try work.settle(request, answer)
            return answer
        }
    }

    /// The answer of an earlier call with this key; `nil` when there is none yet. Takes nothing.
    ///
    /// Throws `.invalid` when the key stands for another request.
    public func answer(
        to request: IdempotentRequest, as caller: Caller
    ) async throws(DomainError) -> StoredAnswer? {
        guard let user = caller.userId else { return nil }
        return try await read(as: .system) { work throws(DomainError) in
            let found = try work.rows(
                """
                SELECT request_hash, state, status, answer FROM idempotency_key
                WHERE user_id = \(Value.int(user)) AND key = \(Value.text(request.key))
                AND expires_at > \(Value.int(work.now))
                """
            ).first
            guard let found else { return nil }
            guard found[0].string == request.hash else { throw IdempotentRequest.otherRequest }
            guard found[1].string == "DONE", let status = found[2].integer else { return nil }
            return StoredAnswer(status: Int(status), body: found[3].string ?? "")
        }
    }

    /// Takes the key for work that needs several transactions; returns the answer of an earlier call.
    ///
    /// End with `Writing.settle` in the last transaction, or with `abandon`.
    public func claim(_ request: IdempotentRequest, as caller: Caller) async throws(DomainError) -> StoredAnswer? {
        try await write(as: caller) { work throws(DomainError) in try work.claim(request) }
    }

    /// Gives the key back after a failure, so that the request may be tried again.
    public func abandon(_ request: IdempotentRequest, as caller: Caller) async throws(DomainError) {
        try await write(as: caller) { work throws(DomainError) in
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    """
                    DELETE FROM idempotency_key WHERE user_id = \(Value.int(caller.userId))
                    AND key = \(Value.text(request.key)) AND state = 'IN_PROGRESS'
                    """)
            }
        }
    }
}

extension Writing {
    /// Takes the key; returns the answer when it was given before.
    func claim(_ request: IdempotentRequest) throws(DomainError) -> StoredAnswer? {
        guard let user = caller.userId else { return nil }
        let owner = Value.int(user)
        try requireAlone(request, user)
        try sweepKeys(request.key, of: owner)
        let names = ["key", "route", "requestHash", "state", "expiresAt", "userId"]
        let row: [Value] = [
            .text(request.key), .text(request.route), .text(request.hash), "IN_PROGRESS",
            .int(time + Engine.idempotencyClaim), owner,
        ]
        // A concurrent call with the same key waits here until the first one has ended.
        let made = try store(schema["IdempotencyKey"], names, [row], onConflict: .skip)
        let found = try rows(
            """
            SELECT id, request_hash, state, status, answer FROM idempotency_key
            WHERE user_id = \(owner) AND key = \(Value.text(request.key))
            """
        ).first
        guard let found else { throw .fault("the idempotency key is gone") }
        if found[0].integer == made.first { return nil }
        guard found[1].string == request.hash else {
            throw IdempotentRequest.otherRequest
        }
        guard found[2].string == "DONE", let status = found[3].integer else {
            throw IdempotentRequest.stillRunning
        }
        return StoredAnswer(status: Int(status), body: found[4].string ?? "")
    }

    /// On PostgreSQL a second call with the key is told so at once instead of waiting; SQLite has one writer.
    private func requireAlone(_ request: IdempotentRequest, _ user: Int64) throws(DomainError) {
        guard session.flavor == .postgres else { return }
        let name = Value.text("idempotency key \(user) \(request.key)")
        let isAlone = try value("SELECT pg_try_advisory_xact_lock(hashtextextended(\(name), 0))")
        guard isAlone?.boolean == true else { throw IdempotentRequest.stillRunning }
    }

    /// Keeps the answer of the request; in the same transaction as its work.
    public func settle(_ request: IdempotentRequest, _ answer: StoredAnswer) throws(DomainError) {
        guard let user = caller.userId else { return }
        _ = try run { () throws(StoreError) in
            try session.execute(
                """
                UPDATE idempotency_key SET state = 'DONE', status = \(Value.int(answer.status)),
                answer = \(Value.text(answer.body)), expires_at = \(Value.int(time + Engine.idempotencyLifetime))
                WHERE user_id = \(Value.int(user)) AND key = \(Value.text(request.key))
                """)
        }
    }

    /// Removes keys whose time is over: this one, and a few others at a time.
    private func sweepKeys(_ key: String, of owner: Value) throws(DomainError) {
        let now = Value.int(time)
        _ = try run { () throws(StoreError) in
            try session.execute(
                """
                DELETE FROM idempotency_key WHERE id IN
                (SELECT id FROM idempotency_key WHERE expires_at <= \(now) ORDER BY expires_at LIMIT 100)
                """)
            return try session.execute(
                """
                DELETE FROM idempotency_key WHERE user_id = \(owner) AND key = \(Value.text(key))
                AND expires_at <= \(now)
                """)
        }
    }
}
