import Engine
import HTTPTypes
import Model
import Wire

/// Signing in with a browser, as NextAuth does it (TestPlanIt API, Session cookie).
enum SignInHandlers {
    static func csrf(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let token = CSRFToken.held(call, engine) ?? CSRFToken(Hex.text(engine.world.random(32)), engine)
        var reply = Reply.json(["csrfToken": .string(token.token)])
        reply.setCookie(AuthCookies.csrf(token.cookie, call))
        return reply
    }

    static func providers(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let base = call.origin + "/api/auth"
        return .json([
            "credentials": [
                "id": "credentials", "name": "Credentials", "type": "credentials",
                "signinUrl": .string("\(base)/signin/credentials"),
                "callbackUrl": .string("\(base)/callback/credentials"),
            ]
        ])
    }

    /// Leads the browser to `url`, or tells a script about it.
    private static func lead(to url: String, json: Bool, status: HTTPResponse.Status = .ok) -> Reply {
        if json { return .json(["url": .string(url)], status: status) }
        return Reply(.found, headers: [.location: url])
    }

    static func credentials(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await call.form()
        let wantsJSON = form["json"] == "true"
        let target = CallbackAddress.safe(form["callbackUrl"], call)
        guard CSRFToken.isRight(form, call, engine) else {
            return lead(to: call.origin + "/signin?csrf=true", json: wantsJSON)
        }
        let session: Engine.NewSession
        do throws(DomainError) {
            session = try await engine.signIn(
                email: form["email"] ?? "", password: form["password"] ?? "", address: call.remoteAddress,
                agent: call.headers[.userAgent])
        } catch {
            guard case .unauthenticated = error.code else { throw error }
            let url = call.origin + "/api/auth/error?error=CredentialsSignin&provider=credentials"
            return lead(to: url, json: wantsJSON, status: .unauthorized)
        }
        if let old = call.browserSession { try await end(old, call, engine) }
        var reply = lead(to: target, json: wantsJSON)
        reply.setCookie(AuthCookies.session(session.cookie, call))
        reply.setCookie(AuthCookies.callback(target, call))
        return reply
    }

    private static func end(
        _ session: BrowserSessionIdentity, _ call: Call, _ engine: Engine
    ) async throws(DomainError) {
        try await engine.write(as: call.caller) { work throws(DomainError) in try work.signOut(session) }
    }

    static func signOut(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await call.form()
        let wantsJSON = form["json"] == "true"
        guard CSRFToken.isRight(form, call, engine) else {
            return lead(to: call.origin + "/signout?csrf=true", json: wantsJSON)
        }
        if let session = call.browserSession { try await end(session, call, engine) }
        var reply = lead(to: CallbackAddress.safe(form["callbackUrl"], call), json: wantsJSON)
        reply.setCookie(AuthCookies.endSession(call))
        return reply
    }

    /// Ends the session without a form; a link on a foreign page must not do it.
    static func logOut(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = call.headers[name] {
            guard site == "same-origin" || site == "none" else {
                throw .forbidden("the request comes from another site")
            }
        }
        if let session = call.browserSession { try await end(session, call, engine) }
        var reply = lead(to: call.origin + "/signin", json: call.method == .post)
        reply.setCookie(AuthCookies.endSession(call))
        return reply
    }

    /// Where a sign-in with a provider begins; passwords are entered on our own page.
    static func begin(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard call.parameter("provider") == "credentials" else { throw .notFound("Provider") }
        let form = call.method == .post ? try await call.form() : call.query
        let target = CallbackAddress.safe(form["callbackUrl"], call)
        let url = call.origin + "/signin?callbackUrl=" + PercentEncoding.encoded(target)
        return lead(to: url, json: form["json"] == "true")
    }

    /// The page that NextAuth's own clients are led to after a failure.
    static func failed(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let word = (call.query["error"] ?? "Default").filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return .redirect("/signin?error=\(word.prefix(60))")
    }

    static func session(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard let session = call.browserSession, let user = call.caller.userId else { return .json([:]) }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.row("User", .id(user))
            let preferences = try work.preferences(of: user)
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.key("user")
                writer.beginObject()
                writer.key(.id)
                writer.value(row.uid)
                for name in ["name", "email", "image", "access"] {
                    writer.key(name)
                    writer.value(row[name])
                }
                writer.key("emailVerified")
                writer.time(row["emailVerified"])
                writer.key("authMethod")
                writer.value(row["authMethod"])
                writer.key("preferences")
                writer.value(preferences)
                writer.endObject()
                writer.key("expires")
                writer.timestamp(session.expiresAt)
                writer.endObject()
            }
        }
    }
}
