import Engine
import HTTPTypes
import Model
import Wire

/// The cookies of a NextAuth sign-in (TestPlanIt API, Authentication).
enum AuthCookies {
    private static let month = 30 * 86_400

    private static func name(_ plain: String, isSecure: Bool, prefix: String) -> String {
        isSecure ? "\(prefix)next-auth.\(plain)" : "next-auth.\(plain)"
    }

    private static func cookie(_ name: String, _ value: String, isSecure: Bool, maximumAge: Int? = nil) -> String {
        var text = "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"
        if let maximumAge { text += "; Max-Age=\(maximumAge)" }
        if isSecure { text += "; Secure" }
        return text
    }

    static func csrf(_ value: String, _ call: Call) -> String {
        cookie(csrfName(call), value, isSecure: call.isSecure)
    }

    static func csrfName(_ call: Call) -> String {
        name("csrf-token", isSecure: call.isSecure, prefix: "__Host-")
    }

    static func session(_ value: String, _ call: Call) -> String {
        cookie(SessionCookie.name(isSecure: call.isSecure), value, isSecure: call.isSecure, maximumAge: month)
    }

    static func callback(_ url: String, _ call: Call) -> String {
        let name = name("callback-url", isSecure: call.isSecure, prefix: "__Secure-")
        return cookie(name, PercentEncoding.encoded(url), isSecure: call.isSecure)
    }

    /// Takes the session off the browser.
    static func endSession(_ call: Call) -> String {
        cookie(SessionCookie.name(isSecure: call.isSecure), "", isSecure: call.isSecure, maximumAge: 0)
    }
}

/// The double-submitted token of NextAuth: the cookie holds `token|hash`, the form the token.
struct CSRFToken: Sendable {
    let token: String
    /// The value of the cookie.
    let cookie: String

    init(_ token: String, _ engine: Engine) {
        self.token = token
        cookie = "\(token)%7C\(engine.signedHash(token))"
    }

    /// The token that the browser holds already; `nil` when there is none or it is not ours.
    static func held(_ call: Call, _ engine: Engine) -> CSRFToken? {
        guard let value = call.cookie(AuthCookies.csrfName(call)) else { return nil }
        let parts = PercentEncoding.decoded(value).split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 64 else { return nil }
        let known = CSRFToken(String(parts[0]), engine)
        return Engine.isSame(engine.signedHash(known.token), String(parts[1])) ? known : nil
    }

    /// True when the form carries the token of the cookie.
    static func isRight(_ form: QueryItems, _ call: Call, _ engine: Engine) -> Bool {
        guard let held = held(call, engine), let sent = form["csrfToken"] else { return false }
        return Engine.isSame(held.token, sent)
    }
}

/// Where a sign-in leads afterwards: always a place on this server.
enum CallbackAddress {
    /// The absolute address; anything that is not below our origin becomes the origin.
    static func safe(_ wanted: String?, _ call: Call) -> String {
        guard let wanted, !wanted.isEmpty, wanted.utf8.count <= 2000,
            wanted.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
        else { return call.origin }
        if wanted.hasPrefix("/") { return wanted.hasPrefix("//") ? call.origin : call.origin + wanted }
        guard wanted.hasPrefix(call.origin) else { return call.origin }
        let rest = wanted.dropFirst(call.origin.count)
        guard let next = rest.first else { return wanted }
        return next == "/" || next == "?" || next == "#" ? wanted : call.origin
    }
}
