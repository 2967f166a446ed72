import Engine
import HTTPTypes
import Model
import Wire

/// `/signin` and `/signout`: forms that work without scripts.
enum SignIn {
    /// Carries the form's token before there is a session (double submit).
    private static let formCookie = "assay-form"
    private static let lifetime = 1800

    static let routes: [Route] = [
        Route(.get, "/signin", "signin.form", access: .anyone) { call, engine async throws(DomainError) in
            let next = localPath(call.query["next"])
            if call.browserSession != nil { return .redirect(next, status: .seeOther) }
            return page(call, engine, next: next)
        },
        Route(.post, "/signin", "signin.send", access: .anyone, cost: .signIn) {
            call, engine async throws(DomainError) in
            try await send(call, engine)
        },
        Route(.post, "/signout", "signout", access: .anyone) { call, engine async throws(DomainError) in
            try await signOut(call, engine)
        },
    ]

    /// A path of this server: one leading `/`, nothing that a browser takes for another host.
    static func localPath(_ text: String?) -> String {
        guard let text, text.utf8.count <= 2000, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.hasPrefix("/signin"), !text.hasPrefix("/signout")
        else { return "/" }
        return text
    }

    private static func send(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await call.form()
        let next = localPath(form["next"])
        let email = form["email"] ?? ""
        guard let cookie = call.cookie(formCookie), let sent = form["csrf"], SameText.holds(cookie, sent) else {
            return page(
                call, engine, next: next, email: email, status: .forbidden,
                problem: "This form has expired. Please send it again.")
        }
        do throws(DomainError) {
            let session = try await engine.signIn(
                email: email, password: form["password"] ?? "", address: call.remoteAddress,
                agent: call.headers[.userAgent])
            var reply = Reply.redirect(next, status: .seeOther)
            let secure = call.isSecure ? "; Secure" : ""
            let age = Engine.sessionLifetime / 1000
            let name = SessionCookie.name(isSecure: call.isSecure)
            reply.setCookie("\(name)=\(session.cookie); Path=/; Max-Age=\(age); HttpOnly; SameSite=Lax\(secure)")
            reply.setCookie("\(formCookie)=; Path=/signin; Max-Age=0; HttpOnly; SameSite=Lax\(secure)")
            return reply
        } catch {
            let (status, _) = Refusal.spelled(error.code)
            return page(call, engine, next: next, email: email, status: status, problem: words(for: error))
        }
    }

    private static func words(for error: DomainError) -> String {
        switch error.code {
        case .unauthenticated: "Wrong e-mail or password."
        case .rateLimited: "Too many failed tries. Wait 15 minutes, then try again."
        case .unavailable: "The server is busy. Please try again."
        case .forbidden, .notFound, .invalid, .malformed, .conflict, .duplicate, .missingReference, .stale, .tooLarge,
            .methodNotAllowed, .unsupportedMediaType, .upstream, .fault:
            "Signing in failed. Please try again."
        }
    }

    private static func page(
        _ call: Call, _ engine: Engine, next: String, email: String = "", status: HTTPResponse.Status = .ok,
        problem: String? = nil
    ) -> Reply {
        let token = call.cookie(formCookie).flatMap { $0.utf8.count == 43 ? $0 : nil } ?? engine.world.newToken()
        let note = problem.map { HTML.tag("p", ["class": "banner error", "role": "alert"], .words($0)) }
        let icon = AssetTable.shared.address("icon.svg")
        let brand = HTML.tag(
            "p", ["class": "brand"], .single("img", ["src": icon, "alt": "", "width": "32", "height": "32"]),
            .words("Assay"))
        let form = HTML.tag(
            "form", ["method": "post", "action": "/signin", "class": "plain-card"],
            .tag("h1", [:], .words("Sign in to Assay")), note ?? .empty,
            .single("input", ["type": "hidden", "name": "csrf", "value": token]),
            .single("input", ["type": "hidden", "name": "next", "value": next]),
            .tag(
                "div", ["class": "field"], .tag("label", ["for": "email"], .words("E-mail")),
                .single(
                    "input",
                    [
                        "id": "email", "class": "input", "name": "email", "type": "email", "autocomplete": "username",
                        "required": "", "autofocus": email.isEmpty ? "" : nil,
                        "value": email.isEmpty ? nil : String(email.prefix(254)),
                    ])),
            .tag(
                "div", ["class": "field"], .tag("label", ["for": "password"], .words("Password")),
                .single(
                    "input",
                    [
                        "id": "password", "class": "input", "name": "password", "type": "password",
                        "autocomplete": "current-password", "required": "", "autofocus": email.isEmpty ? nil : "",
                    ])),
            .tag("button", ["class": "button primary", "type": "submit"], .words("Sign in")))
        var reply = Document(
            title: "Sign in · Assay", isPlain: true,
            body: .tag("main", ["class": "plain-page", "id": "main"], brand, form)
        ).reply(status)
        let secure = call.isSecure ? "; Secure" : ""
        reply.setCookie("\(formCookie)=\(token); Path=/signin; Max-Age=\(lifetime); HttpOnly; SameSite=Lax\(secure)")
        return reply
    }

    private static func signOut(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        if let session = call.browserSession {
            let form = try await call.form()
            guard SameText.holds(form["csrf"] ?? "", engine.csrfToken(session)) else {
                throw .forbidden("this form has expired")
            }
            try await engine.write(as: call.caller) { work throws(DomainError) in try work.signOut(session) }
        }
        var reply = Reply.redirect("/signin", status: .seeOther)
        let secure = call.isSecure ? "; Secure" : ""
        reply.setCookie(
            "\(SessionCookie.name(isSecure: call.isSecure))=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\(secure)")
        return reply
    }
}
