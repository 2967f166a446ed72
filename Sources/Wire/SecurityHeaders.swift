import Foundation
public import HTTPTypes

/// What every answer says to browsers, refusals included (SAFETY 2.3-4).
public enum SecurityHeaders {
    private static let always: [HTTPField] = [
        field("X-Content-Type-Options", "nosniff"),
        field("X-Frame-Options", "DENY"),
        field("Cross-Origin-Opener-Policy", "same-origin"),
        field("Cross-Origin-Resource-Policy", "same-origin"),
        field("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ].compactMap { $0 }

    private static let unlessSet: [HTTPField] = [
        field("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        field("Referrer-Policy", "same-origin"),
        field("Cache-Control", "no-store"),
    ].compactMap { $0 }

    private static let transport = field("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

    private static func field(_ name: String, _ value: String) -> HTTPField? {
        HTTPField.Name(name).map { HTTPField(name: $0, value: value) }
    }

    /// Completes the headers of an answer; what a page says about its own policy stays.
    public static func add(to headers: inout HTTPFields, isSecure: Bool) {
        for field in always { headers[field.name] = field.value }
        for field in unlessSet where headers[field.name] == nil { headers.append(field) }
        if isSecure, let transport { headers[transport.name] = transport.value }
    }
}

extension HTTPField.Name {
    /// A name that is written in the source and known to be a token.
    static func known(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("\(name) is no header name") }
        return name
    }

    static let requestId = HTTPField.Name.known("X-Request-Id")
    static let rateLimit = HTTPField.Name.known("X-RateLimit-Limit")
    static let rateRemaining = HTTPField.Name.known("X-RateLimit-Remaining")
    static let rateReset = HTTPField.Name.known("X-RateLimit-Reset")
}
