import Crypto
public import Model
import Statements

/// Where a secret is kept: it opens nowhere else (SAFETY 2.3-10).
public struct SecretPlace: Sendable, Hashable {
    public let table: String
    public let column: String
    public let row: Int64

    public init(_ table: String, _ column: String, row: Int64) {
        self.table = table
        self.column = column
        self.row = row
    }
}

/// Secrets of other systems, encrypted with a key of their own purpose and bound to their place: AES-256-GCM with a
/// random nonce, the key by HKDF from the server's secret, `table|column|id|key id` as associated data.
extension Engine {
    private static let keptMark = "aes2:"

    private func keptKey(_ place: SecretPlace) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: settings.secret),
            info: Array("kept secrets \(place.table).\(place.column)".utf8), outputByteCount: 32)
    }

    /// Names the server's secret without telling anything of it.
    private var keyId: String {
        let name = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: settings.secret), info: Array("key id".utf8), outputByteCount: 6)
        return name.withUnsafeBytes { Base64URL.encoded($0) }
    }

    private func associated(_ place: SecretPlace, _ key: String) -> [UInt8] {
        Array("\(place.table)|\(place.column)|\(place.row)|\(key)".utf8)
    }

    /// The text as it is stored in its place.
    public func sealed(_ secret: Secret, for place: SecretPlace) throws(DomainError) -> String {
        let key = keyId
        do {
            let nonce = try AES.GCM.Nonce(data: world.random(12))
            let box = try AES.GCM.seal(
                Array(secret.text.utf8), using: keptKey(place), nonce: nonce,
                authenticating: associated(place, key))
            guard let bytes = box.combined else { throw DomainError.fault("a secret could not be sealed") }
            return "\(Engine.keptMark)\(key):\(Base64URL.encoded(bytes))"
        } catch {
            throw .fault("a secret could not be sealed")
        }
    }

    /// The secret that is stored in a place; `nil` when it belongs elsewhere or was sealed with another key.
    public func opened(_ stored: String, from place: SecretPlace) -> Secret? {
        let parts = stored.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, stored.hasPrefix(Engine.keptMark), parts[1] == keyId,
            let bytes = Base64URL.decoded(String(parts[2]))
        else { return nil }
        do {
            let plain = try AES.GCM.open(
                AES.GCM.SealedBox(combined: bytes), using: keptKey(place),
                authenticating: associated(place, String(parts[1])))
            return String(validating: plain, as: UTF8.self).map { Secret($0) }
        } catch {
            return nil
        }
    }
}

/// Puts the secrets of an entity's rows under seal, whatever path they come by.
struct SecretKeeping: Sendable {
    let entity: String
    let field: String
    /// A JSON document keeps the sealed text as a JSON string.
    var isJSON = false

    private static let waiting = "waiting:"

    private func place(_ row: Int64, _ work: Writing) -> SecretPlace {
        SecretPlace(work.schema[entity].table, field, row: row)
    }

    /// The secret behind a value that was given; `nil` when nothing is to be kept.
    private func given(_ value: Value?, _ work: Writing) -> Secret? {
        guard var text = value?.string, !text.isEmpty, text != "{}", text != "null" else { return nil }
        if isJSON, text.first == "\"", let inner = KeptJSON.parsed(text)?.string { text = inner }
        // The RPC seals what it takes before it knows the row.
        return Secret(work.engine.opened(text) ?? text)
    }

    private func stored(_ secret: Secret, _ row: Int64, _ work: Writing) throws(DomainError) -> Value {
        let sealed = try work.engine.sealed(secret, for: place(row, work))
        return .text(isJSON ? JSON.string(sealed).text : sealed)
    }

    /// Takes the secrets out of the drafts, because nothing may reach the database before it is sealed.
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) {
        for index in drafts.indices {
            guard let secret = given(drafts[index][field], work) else {
                if drafts[index][field] != nil { drafts[index][field] = isJSON ? "{}" : .null }
                continue
            }
            work.effects.waitingSecrets.append(secret)
            let mark = "\(SecretKeeping.waiting)\(work.effects.waitingSecrets.count - 1)"
            drafts[index][field] = .text(isJSON ? JSON.string(mark).text : mark)
        }
    }

    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        var changes: [Change] = []
        for (id, draft) in zip(ids, drafts) {
            guard var text = draft[field]?.string else { continue }
            if isJSON, let inner = KeptJSON.parsed(text)?.string { text = inner }
            guard text.hasPrefix(SecretKeeping.waiting), let index = Int(text.dropFirst(SecretKeeping.waiting.count)),
                work.effects.waitingSecrets.indices.contains(index)
            else { continue }
            changes.append(Change(id, set: [field: try stored(work.effects.waitingSecrets[index], id, work)]))
        }
        try work.apply(work.schema[entity], changes)
    }

    func beforeUpdate(_ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for index in changes.indices {
            guard let value = changes[index].values[field]?.plain else { continue }
            if let secret = given(value, work) {
                changes[index].values[field] = .set(try stored(secret, changes[index].id, work))
            } else {
                changes[index].values[field] = .set(isJSON ? "{}" : .null)
            }
        }
    }

    /// The secret of a stored row.
    func secret(_ row: Row, _ reading: Reading) -> Secret? {
        guard var text = row[field].string, !text.isEmpty else { return nil }
        if isJSON, let inner = KeptJSON.parsed(text)?.string { text = inner }
        let place = SecretPlace(reading.schema[entity].table, field, row: row.id)
        return reading.engine.opened(text, from: place)
    }

    func has(_ row: Row) -> Bool {
        guard let text = row[field].string else { return false }
        return !text.isEmpty && text != "{}" && text != "null"
    }
}

/// JSON out of the database.
enum KeptJSON {
    static func parsed(_ text: String) -> JSON? {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return nil
        }
    }

    static func object(_ value: Value) -> JSONObject {
        value.string.flatMap { parsed($0) }?.object ?? JSONObject()
    }
}

extension SecretKeeping {
    static let integration = SecretKeeping(entity: "Integration", field: "credentials", isJSON: true)
    static let model = SecretKeeping(entity: "LlmIntegration", field: "credentials", isJSON: true)
    static let webhook = SecretKeeping(entity: "Webhook", field: "secret")
}
