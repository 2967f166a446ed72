import Foundation
import HTTPTypes
import Model

/// Requests that a foreign page makes with the cookies of a signed-in user (SAFETY 2.3-3).
enum CrossSite {
    private static let site = HTTPField.Name("Sec-Fetch-Site")

    /// Refuses a change whose cookies may come from another site.
    ///
    /// A program that sends cookies by itself has neither header; the API accepts that, pages do not.
    static func check(_ call: Call) throws(DomainError) {
        if let site, let value = call.headers[site] {
            guard value == "same-origin" || value == "none" else { throw refusal }
            return
        }
        if let origin = call.headers[.origin] {
            guard origin == call.origin else { throw refusal }
            return
        }
        guard call.path.hasPrefix("/api/") else { throw refusal }
    }

    private static let refusal = DomainError.forbidden("the request comes from another site")

    /// Refuses JSON that is sent as one of the types which every foreign page may send without asking.
    static func checkMediaType(_ call: Call) throws(DomainError) {
        guard call.browserSession != nil, let type = call.mediaType else { return }
        switch type {
        case "text/plain", "application/x-www-form-urlencoded", "multipart/form-data":
            throw DomainError(.unsupportedMediaType, "send the body as application/json")
        default: return
        }
    }
}

extension HTTPRequest.Method {
    /// True for methods that change nothing.
    var isSafe: Bool { self == .get || self == .head || self == .options }
}

/// The cookie of a browser session, named as NextAuth names it.
public enum SessionCookie {
    public static func name(isSecure: Bool) -> String {
        isSecure ? "__Secure-next-auth.session-token" : "next-auth.session-token"
    }
}
