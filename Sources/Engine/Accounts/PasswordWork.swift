import Crypto
import CryptoExtras
import Dispatch
import Foundation
import Model
import Synchronization

/// Password hashes: scrypt with N = 2^15, r = 8, p = 3 (OWASP ASVS 5.0, appendix C), kept as a PHC string.
///
/// Hashing takes a third of a second and 32 MB, so it runs on two threads of its own and no more than 16 wait.
final class PasswordWork: Sendable {
    private static let queueLimit = 16
    private let queue = DispatchQueue(label: "assay.passwords", attributes: .concurrent)
    private let slots: DispatchSemaphore
    private let waiting = Mutex(0)

    init(slots: DispatchSemaphore = DispatchSemaphore(value: 2)) { self.slots = slots }

    /// Passwords that are hashed or wait for it.
    var count: Int { waiting.withLock { $0 } }

    /// Shorter or longer passwords are refused before hashing.
    static let length = 8...128

    private static let logRounds = 15
    private static let parallelism = 3

    /// True for a hash that costs a guesser less than a new one would.
    static func isWeak(_ stored: String) -> Bool {
        guard let parts = PHC.parsed(stored) else { return false }
        return parts.logRounds < logRounds || parts.parallelism < parallelism && parts.logRounds == logRounds
    }

    func hash(_ password: String, salt: [UInt8]) async throws(DomainError) -> String {
        let (rounds, lanes) = (PasswordWork.logRounds, PasswordWork.parallelism)
        let digest = try await derive(password, salt: salt, logRounds: rounds, parallelism: lanes)
        return "$scrypt$ln=\(rounds),r=8,p=\(lanes)$\(PHC.encoded(salt))$\(PHC.encoded(digest))"
    }

    /// True when the password made the hash. `nil` hashes a dummy, so that an unknown user takes as long.
    func matches(_ password: String, _ stored: String?) async throws(DomainError) -> Bool {
        guard let stored, let parts = PHC.parsed(stored) else {
            _ = try await derive(password, salt: [UInt8](repeating: 7, count: 16), logRounds: 15, parallelism: 3)
            return false
        }
        let digest = try await derive(
            password, salt: parts.salt, logRounds: parts.logRounds, parallelism: parts.parallelism)
        return digest.count == parts.digest.count && zip(digest, parts.digest).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func derive(
        _ password: String, salt: [UInt8], logRounds: Int, parallelism: Int
    ) async throws(DomainError) -> [UInt8] {
        let isFull = waiting.withLock { count in
            count += 1
            return count > PasswordWork.queueLimit
        }
        defer { waiting.withLock { $0 -= 1 } }
        guard !isFull else { throw DomainError(.unavailable, "too many sign-ins at once, try again") }
        let outcome: Result<[UInt8], any Error> = await withCheckedContinuation { continuation in
            queue.async { [slots] in
                slots.wait()
                defer { slots.signal() }
                continuation.resume(
                    returning: Result {
                        let key = try KDF.Scrypt.deriveKey(
                            from: Array(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << logRounds,
                            blockSize: 8, parallelism: parallelism)
                        return key.withUnsafeBytes { Array($0) }
                    })
            }
        }
        switch outcome {
        case .success(let bytes): return bytes
        case .failure: throw .fault("password hashing failed")
        }
    }
}

/// The PHC string form of a scrypt hash: `$scrypt$ln=15,r=8,p=3$salt$hash`.
enum PHC {
    struct Parts {
        let logRounds: Int
        let parallelism: Int
        let salt: [UInt8]
        let digest: [UInt8]
    }

    static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("=", with: "")
    }

    static func parsed(_ text: String) -> Parts? {
        let fields = text.split(separator: "$")
        guard fields.count == 4, fields[0] == "scrypt" else { return nil }
        var numbers: [Substring: Int] = [:]
        for pair in fields[1].split(separator: ",") {
            let sides = pair.split(separator: "=")
            if sides.count == 2 { numbers[sides[0]] = Int(sides[1]) }
        }
        guard let rounds = numbers["ln"], (10...20).contains(rounds), numbers["r"] == 8, let lanes = numbers["p"],
            (1...16).contains(lanes), let salt = decoded(fields[2]), let digest = decoded(fields[3])
        else { return nil }
        return Parts(logRounds: rounds, parallelism: lanes, salt: salt, digest: digest)
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { Array($0) }
    }
}
