import CLibPQ
import Store

extension StoreError {
    /// What a failed result means; `reason` is libpq's own message, for failures without a code.
    init(result: OpaquePointer?, isConnected: Bool, reason: () -> String) {
        let state = StoreError.field(result, "C")
        guard let state else {
            self.init(isConnected ? .statement : .unavailable, reason())
            return
        }
        let message = StoreError.message(state, StoreError.field(result, "M") ?? "")
        if StoreError.isStalePlan(state, message) {
            self.init(.serialization, "\(StoreError.stalePlan) \(state) \(message)")
            return
        }
        self.init(StoreError.code(state, constraint: StoreError.field(result, "n")), "\(state) \(message)")
    }

    /// How the detail begins when a prepared statement no longer fits its tables or is gone; it passes the next time.
    static let stalePlan = "stale prepared statement:"

    private static func isStalePlan(_ state: String, _ message: String) -> Bool {
        state == "26000" || (state == "0A000" && message.contains("cached plan"))
    }

    /// The meaning of an SQLSTATE (PostgreSQL manual, appendix A).
    static func code(_ state: String, constraint: String?) -> Code {
        switch state {
        case "23505": return .unique(index: constraint ?? "")
        case "23503": return .reference
        case "40001", "40P01": return .serialization
        // A statement's or a lock's time limit, or a body that held its transaction open without a word.
        case "57014", "55P03", "25P03": return .timeout
        // A value that is too long for an index or a search document.
        case "54000": return .constraint
        case "XX001", "XX002": return .unavailable
        default: break
        }
        switch state.prefix(2) {
        case "22", "23": return .constraint
        case "08", "53", "57", "58", "F0": return .unavailable
        default: return .statement
        }
    }

    /// The message without the values that data exceptions quote.
    private static func message(_ state: String, _ message: String) -> String {
        guard state.hasPrefix("22"), let first = message.firstIndex(of: "\""),
            let last = message.lastIndex(of: "\"")
        else { return message }
        return message[..<first] + "\"…\"" + message[message.index(after: last)...]
    }

    /// One field of an error's report: `C` code, `M` message, `n` constraint (postgres_ext.h).
    private static func field(_ result: OpaquePointer?, _ name: Character) -> String? {
        guard let result, let code = name.asciiValue, let text = PQresultErrorField(result, Int32(code)) else {
            return nil
        }
        return String(cString: text)
    }
}
