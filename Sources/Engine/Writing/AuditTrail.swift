import Crypto
import Model
import Statements
import Store

/// The append-only record of who changed what: one chain of hashes for each project and one for the rest.
///
/// `hash = SHA-256(previous hash || canonical entry)`, so that a changed or missing entry shows.
final class AuditTrail {
    private struct Entry {
        var entity: EntityType
        var action: String
        var ids: [Int64]
        var project: Int64?
        var name: String?
        var changes: JSON?
    }

    private var entries: [Entry] = []

    /// Rows of the machinery leave no entry.
    static func covers(_ entity: EntityType) -> Bool {
        if entity.ownership == .engine { return false }
        return !quiet.contains(entity.name)
    }

    private static let quiet: Set<String> = [
        "AuditLog", "Notification", "RepositoryCaseVersion", "CaseFieldVersionValue", "SessionVersion",
        "ShareLinkAccessLog", "LlmUsage", "LlmResponseCache", "UserPreferences", "WebhookDelivery", "BrowserSession",
        "Job", "JobQueue",
    ]

    func add(_ entity: EntityType, _ action: String, ids: [Int64], project: Int64?, name: String?, changes: JSON?) {
        entries.append(
            Entry(entity: entity, action: action, ids: ids, project: project, name: name, changes: changes))
    }

    static func name(_ values: [String: Value]) -> String? {
        for key in ["name", "title", "templateName", "displayName"] {
            if let text = values[key]?.string { return text }
        }
        return nil
    }

    static func name(_ row: Row) -> String? {
        for key in ["name", "title", "templateName", "displayName"] {
            if let text = row[key].string { return text }
        }
        return nil
    }

    /// The values of a new row; hidden fields are masked.
    static func changes(_ entity: EntityType, new values: [String: Value]) -> JSON? {
        var members: [(String, JSON)] = []
        for field in entity.fields {
            guard let value = values[field.name], !value.isNull else { continue }
            members.append((field.name, ["new": shown(value, field)]))
        }
        return members.isEmpty ? nil : .members(members)
    }

    /// What a row said that is removed for good.
    static func last(_ entity: EntityType, _ row: Row) -> JSON? {
        var members: [(String, JSON)] = []
        for field in entity.fields where !row[field.name].isNull && !["id", "uid", "epoch"].contains(field.name) {
            members.append((field.name, ["old": shown(row[field.name], field)]))
        }
        return members.isEmpty ? nil : .members(members)
    }

    /// Old and new values of the fields that really change.
    static func changes(_ entity: EntityType, old: Row, _ change: Change) -> JSON? {
        var members: [(String, JSON)] = []
        for field in entity.fields {
            guard let assignment = change.values[field.name] else { continue }
            let before = old[field.name]
            if let value = assignment.plain, same(value, before) { continue }
            let new = assignment.plain.map { shown($0, field) } ?? "(computed)"
            members.append((field.name, ["old": shown(before, field), "new": new]))
        }
        return members.isEmpty ? nil : .members(members)
    }

    private static func same(_ left: Value, _ right: Value) -> Bool {
        if left == right { return true }
        guard let first = left.boolean, let second = right.boolean else { return false }
        return first == second
    }

    /// The word for an update: marking as deleted is a deletion, a role change is named.
    static func action(_ entity: EntityType, _ change: Change) -> String {
        if change.values["isDeleted"]?.plain?.boolean == true { return "DELETE" }
        if entity.name == "User" {
            if change.values["password"] != nil { return "PASSWORD_CHANGED" }
            if change.values["roleId"] != nil || change.values["access"] != nil { return "ROLE_CHANGED" }
        }
        return "UPDATE"
    }

    private static func shown(_ value: Value, _ field: Field) -> JSON {
        if field.visibility == .nobody { return "•••" }
        switch value {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return field.kind == .boolean ? .bool(number != 0) : .integer(number)
        case .double(let number): return .number(number)
        case .text(let text): return .string(text.utf8.count > 10_000 ? String(text.prefix(10_000)) + "…" : text)
        case .bytes: return "(bytes)"
        }
    }

    func flush(in work: Writing) throws(DomainError) {
        guard !entries.isEmpty else { return }
        var chains: [Int64: [Entry]] = [:]
        for entry in entries { chains[entry.project ?? 0, default: []].append(entry) }
        for project in chains.keys.sorted() { try append(chains[project] ?? [], to: project, in: work) }
        entries = []
    }

    private func append(_ entries: [Entry], to chain: Int64, in work: Writing) throws(DomainError) {
        let name = chain == 0 ? "main" : "project:\(chain)"
        let head = try head(of: name, in: work)
        var (sequence, previous) = (head.sequence, head.hash)
        let caller = work.caller
        var rows: [[Value]] = []
        for entry in entries {
            sequence += 1
            var metadata: [(String, JSON)] = []
            if entry.ids.count > 1 {
                metadata = [
                    ("count", .integer(Int64(entry.ids.count))),
                    ("ids", .array(entry.ids.prefix(1000).map { .integer($0) })),
                ]
            }
            let covered: [Value] = [
                .text(name), .int(sequence), .int(work.time), .text(caller.userId == nil ? nil : caller.uid),
                .text(caller.userId == nil ? nil : caller.email), .text(caller.name.isEmpty ? nil : caller.name),
                .text(caller.tokenId.map { String($0) }), .text(caller.address), .text(entry.action),
                .text(entry.entity.name), .text(entry.ids.count == 1 ? String(entry.ids[0]) : ""),
                .text(entry.name), .text(entry.changes?.text),
                .text(metadata.isEmpty ? nil : JSON.members(metadata).text),
            ]
            let hash = AuditEntry.hash(after: previous, covered)
            rows.append(covered + [.int(chain == 0 ? nil : chain), .text(previous), .text(hash)])
            previous = hash
        }
        try work.store(
            work.schema["AuditLog"], AuditEntry.covered + ["projectId", "previousHash", "hash"], rows)
        _ = try work.run { () throws(StoreError) in
            try work.session.execute(
                """
                UPDATE audit_chain SET sequence = \(Value.int(sequence)), head_hash = \(Value.text(previous))
                WHERE id = \(Value.int(head.id))
                """)
        }
    }

    /// The end of a chain, locked until the end of the transaction; a first entry makes the chain.
    private func head(
        of name: String, in work: Writing
    ) throws(DomainError) -> (id: Int64, sequence: Int64, hash: String) {
        for _ in 0..<2 {
            let row = try work.rows(
                """
                SELECT id, sequence, head_hash FROM audit_chain
                WHERE name = \(Value.text(name))\(work.session.flavor.rowLock)
                """
            ).first
            if let row, let id = row[0].integer { return (id, row[1].integer ?? 0, row[2].string ?? "") }
            // Somebody else may make it at the same time: then this waits and finds theirs.
            let fresh: [Value] = [.text(name), 0, ""]
            try work.store(work.schema["AuditChain"], ["name", "sequence", "headHash"], [fresh], onConflict: .skip)
        }
        throw .fault("the audit chain \(name) cannot be made")
    }
}

/// What the hash of an audit entry covers: all that it says. The project is left out, because it may be cleared and
/// stands in the name of the chain.
enum AuditEntry {
    static let covered = [
        "chain", "sequence", "timestamp", "userId", "userEmail", "userName", "tokenId", "address", "action",
        "entityType", "entityId", "entityName", "changes", "metadata",
    ]

    /// The values stand in the order of `covered`.
    static func hash(after previous: String, _ values: [Value]) -> String {
        let parts = values.map { value -> JSON in
            switch value {
            case .int(let number): .integer(number)
            case .text(let text): .string(text)
            case .null, .bool, .double, .bytes: .null
            }
        }
        return Hex.text(SHA256.hash(data: Array((previous + JSON.array(parts).text).utf8)))
    }
}

/// Lower-case hexadecimal text.
public enum Hex {
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789abcdef".utf8)
        for byte in bytes {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }
}
