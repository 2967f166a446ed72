import Crypto
public import Model
import Statements
import Store

/// What a walk along the audit log found.
public struct AuditReport: Sendable, Hashable {
    public var chains = 0
    public var entries = 0
    /// What is wrong, in words that name the chain and the entry.
    public var problems: [String] = []

    static let problemLimit = 50

    mutating func add(_ problem: String) {
        if problems.count < AuditReport.problemLimit { problems.append(problem) }
    }
}

/// The end of a chain at one time, signed, to be kept outside of the database: only that shows a log that was cut and
/// whose hashes were made anew.
public struct AuditAnchor: Sendable, Hashable {
    public var chain: String
    public var sequence: Int64
    public var hash: String
    /// Milliseconds, UTC.
    public var time: Int64
    /// Ed25519 by a key that comes from the key file, base64url.
    public var signature: String

    var signed: [UInt8] { Array("assay audit head\n\(chain)\n\(sequence)\n\(hash)\n\(time)".utf8) }
}

extension Engine {
    private static let pageSize: Int64 = 2000

    private var signingKey: Curve25519.Signing.PrivateKey {
        get throws {
            let seed = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: settings.secret), info: Array("audit heads".utf8),
                outputByteCount: 32)
            return try Curve25519.Signing.PrivateKey(rawRepresentation: seed.withUnsafeBytes { Array($0) })
        }
    }

    /// The ends of all chains, signed.
    public func auditAnchors() async throws(DomainError) -> [AuditAnchor] {
        let heads = try await auditHeads()
        let time = world.now()
        do {
            let key = try signingKey
            return try heads.map { head in
                var anchor = AuditAnchor(
                    chain: head.name, sequence: head.sequence, hash: head.hash, time: time, signature: "")
                anchor.signature = Base64URL.encoded(try key.signature(for: anchor.signed))
                return anchor
            }
        } catch {
            throw .fault("the ends of the audit chains cannot be signed: \(error)")
        }
    }

    /// Walks along every chain: each entry must say what it said when it was written, and none may be missing.
    ///
    /// `anchors` were taken earlier; their entries must still be there.
    public func checkAudit(against anchors: [AuditAnchor] = []) async throws(DomainError) -> AuditReport {
        var report = AuditReport()
        // The names first: a chain that begins while this walks has an end in the list that is read after them.
        let names = try await chainNames()
        let heads = try await auditHeads()
        for head in heads { try await check(head, &report) }
        let known = Set(heads.map(\.name))
        for name in names where !known.contains(name) {
            report.add("chain \(name): its end is missing")
        }
        for anchor in anchors { try await check(anchor, &report) }
        return report
    }

    private struct Head: Sendable {
        let name: String
        let sequence: Int64
        let hash: String
    }

    private func auditHeads() async throws(DomainError) -> [Head] {
        try await read(as: .system) { work throws(DomainError) in
            try work.rows("SELECT name, sequence, head_hash FROM audit_chain ORDER BY name").map { row in
                Head(name: row[0].string ?? "", sequence: row[1].integer ?? 0, hash: row[2].string ?? "")
            }
        }
    }

    private func chainNames() async throws(DomainError) -> [String] {
        try await read(as: .system) { work throws(DomainError) in
            try work.rows("SELECT chain FROM audit_log GROUP BY chain ORDER BY chain").compactMap { $0[0].string }
        }
    }

    /// Entries that are added meanwhile lie behind the end and are not looked at.
    private func check(_ head: Head, _ report: inout AuditReport) async throws(DomainError) {
        report.chains += 1
        var (sequence, hash) = (Int64(0), "")
        while sequence < head.sequence {
            let page = try await entries(of: head.name, after: sequence, to: head.sequence)
            for entry in page {
                report.entries += 1
                if entry.sequence != sequence + 1 {
                    report.add("chain \(head.name): entries \(sequence + 1) to \(entry.sequence - 1) are missing")
                } else if entry.previous != hash {
                    report.add("chain \(head.name), entry \(entry.sequence): does not follow the entry before it")
                }
                if AuditEntry.hash(after: entry.previous, entry.values) != entry.hash {
                    report.add("chain \(head.name), entry \(entry.sequence) (row \(entry.id)): was changed")
                }
                (sequence, hash) = (entry.sequence, entry.hash)
            }
            if page.isEmpty { break }
        }
        if sequence < head.sequence {
            report.add("chain \(head.name): entries \(sequence + 1) to \(head.sequence) are missing")
        } else if hash != head.hash {
            report.add("chain \(head.name): its end is not the last entry")
        }
    }

    private struct Entry: Sendable {
        let id: Int64
        let sequence: Int64
        let previous: String
        let hash: String
        let values: [Value]
    }

    private func entries(of chain: String, after start: Int64, to end: Int64) async throws(DomainError) -> [Entry] {
        let entity = schema["AuditLog"]
        let columns = AuditEntry.covered.compactMap { entity.field($0)?.column }
        return try await read(as: .system) { work throws(DomainError) in
            let rows = try work.rows(
                """
                SELECT id, sequence, previous_hash, hash, \(SQLText.names(columns)) FROM audit_log
                WHERE chain = \(Value.text(chain)) AND sequence > \(Value.int(start)) AND sequence <= \(Value.int(end))
                ORDER BY sequence LIMIT \(Value.int(Engine.pageSize))
                """)
            return rows.map { row in
                Entry(
                    id: row[0].integer ?? 0, sequence: row[1].integer ?? 0, previous: row[2].string ?? "",
                    hash: row[3].string ?? "", values: Array(row[4...]))
            }
        }
    }

    private func check(_ anchor: AuditAnchor, _ report: inout AuditReport) async throws(DomainError) {
        let place = "chain \(anchor.chain), entry \(anchor.sequence)"
        guard isSigned(anchor) else { return report.add("\(place): the anchor's signature is not from this key file") }
        if anchor.sequence == 0 { return }
        let found = try await entries(of: anchor.chain, after: anchor.sequence - 1, to: anchor.sequence).first
        guard let found else { return report.add("\(place): was there at \(Timestamp.text(anchor.time)) and is gone") }
        if found.hash != anchor.hash { report.add("\(place): is another one than at \(Timestamp.text(anchor.time))") }
    }

    private func isSigned(_ anchor: AuditAnchor) -> Bool {
        guard let signature = Base64URL.decoded(anchor.signature) else { return false }
        do {
            return try signingKey.publicKey.isValidSignature(signature, for: anchor.signed)
        } catch {
            return false
        }
    }
}

extension AuditAnchor {
    /// One line of a file of anchors.
    public var json: JSON {
        .members([
            ("chain", .string(chain)), ("sequence", .integer(sequence)), ("hash", .string(hash)),
            ("time", .integer(time)), ("signature", .string(signature)),
        ])
    }

    public init?(_ json: JSON) {
        guard let chain = json["chain"]?.string, let sequence = json["sequence"]?.integer,
            let hash = json["hash"]?.string, let time = json["time"]?.integer,
            let signature = json["signature"]?.string
        else { return nil }
        self.init(chain: chain, sequence: sequence, hash: hash, time: time, signature: signature)
    }
}
