import Crypto
public import Model
import Statements
import Store

/// What the server remembers about itself beside the entities: one text for each name.
extension Writing {
    func note(_ name: String) throws(DomainError) -> String? {
        try value("SELECT content FROM server_note WHERE name = \(Value.text(name))")?.string
    }

    /// Keeps a text, or forgets it.
    func setNote(_ name: String, _ content: String?) throws(DomainError) {
        _ = try run { () throws(StoreError) in
            guard let content else {
                return try session.execute("DELETE FROM server_note WHERE name = \(Value.text(name))")
            }
            return try session.execute(
                """
                INSERT INTO server_note (name, content) VALUES (\(Value.text(name)), \(Value.text(content)))
                ON CONFLICT (name) DO UPDATE SET content = excluded.content
                """)
        }
    }
}

/// The bond between a database and the key file of its servers.
extension Engine {
    private static let keyNote = "key fingerprint"

    /// Tells keys apart and says nothing about them.
    var keyFingerprint: String {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: settings.secret), info: Array("key fingerprint".utf8),
            outputByteCount: 16)
        return key.withUnsafeBytes { Hex.text($0) }
    }

    /// Binds a new database to the key; false when the database belongs to another key.
    ///
    /// With another key every token, session and stored secret would fail without a word of the cause.
    public func bindKey() async throws(DomainError) -> Bool {
        let own = keyFingerprint
        return try await write(as: .system) { work throws(DomainError) in
            try work.lock(Engine.keyNote)
            guard let known = try work.note(Engine.keyNote) else {
                try work.setNote(Engine.keyNote, own)
                return true
            }
            return known == own
        }
    }

    /// Gives the database the present key in place of the one that is lost.
    public func adoptKey() async throws(DomainError) {
        let own = keyFingerprint
        try await write(as: .system) { work throws(DomainError) in
            try work.lock(Engine.keyNote)
            try work.setNote(Engine.keyNote, own)
        }
    }
}
