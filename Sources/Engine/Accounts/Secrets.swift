import Crypto
public import Model

/// Secrets that must be given to others again, such as the credentials of a tracker: encrypted with a key that comes
/// from the server's secret (AES-256-GCM; RFC 5869 for the key), in the form `aes1:` and base64url.
extension Engine {
    private static let mark = "aes1:"

    private var sealingKey: SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: settings.secret), info: Array("stored secrets".utf8),
            outputByteCount: 32)
    }

    /// The text as it is stored.
    public func sealed(_ text: String) throws(DomainError) -> String {
        do {
            let nonce = try AES.GCM.Nonce(data: world.random(12))
            let box = try AES.GCM.seal(Array(text.utf8), using: sealingKey, nonce: nonce)
            guard let bytes = box.combined else { throw DomainError.fault("a secret could not be sealed") }
            return Engine.mark + Base64URL.encoded(bytes)
        } catch {
            throw .fault("a secret could not be sealed")
        }
    }

    /// The text behind a stored secret; `nil` when it was sealed with another key or is none.
    public func opened(_ stored: String) -> String? {
        guard stored.hasPrefix(Engine.mark), let bytes = Base64URL.decoded(String(stored.dropFirst(Engine.mark.count)))
        else { return nil }
        do {
            let plain = try AES.GCM.open(AES.GCM.SealedBox(combined: bytes), using: sealingKey)
            return String(validating: plain, as: UTF8.self)
        } catch {
            return nil
        }
    }
}
