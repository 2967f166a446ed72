import Engine
import HTTPTypes
import Model
import Wire

/// `/password`: where people choose a password of their own before they see anything else; works without scripts.
enum ChangePassword {
    static let routes: [Route] = [
        Route(.get, "/password", "password.form", access: .anyone) { call, engine async throws(DomainError) in
            guard call.browserSession != nil else { return signIn() }
            return try await page(call, engine, next: SignIn.localPath(call.query["next"]))
        },
        Route(.post, "/password", "password.send", access: .anyone, cost: .signIn) {
            call, engine async throws(DomainError) in
            guard let session = call.browserSession else { return signIn() }
            return try await send(call, engine, session)
        },
    ]

    /// Where a page sends somebody whose password must be changed.
    static func detour(_ call: Call) -> Reply {
        .redirect("/password?next=\(Boot.component(SignIn.localPath(call.path)))", status: .seeOther)
    }

    private static func signIn() -> Reply { .redirect("/signin?next=%2Fpassword", status: .seeOther) }

    private static func send(
        _ call: Call, _ engine: Engine, _ session: BrowserSessionIdentity
    ) async throws(DomainError) -> Reply {
        let form = try await call.form()
        let next = SignIn.localPath(form["next"])
        guard SameText.holds(form["csrf"] ?? "", engine.csrfToken(session)) else {
            return try await page(
                call, engine, next: next, status: .forbidden, problem: "This form has expired. Please send it again.")
        }
        let password = form["password"] ?? ""
        guard password == form["again"] else {
            return try await page(
                call, engine, next: next, status: .unprocessableContent, problem: "The two new passwords differ.")
        }
        guard password != form["current"] else {
            return try await page(
                call, engine, next: next, status: .unprocessableContent,
                problem: "The new password must be another one.")
        }
        do throws(DomainError) {
            try await engine.changePassword(
                of: call.caller, from: form["current"] ?? "", to: password, keeping: session.id)
            return .redirect(next, status: .seeOther)
        } catch {
            let (status, _) = Refusal.spelled(error.code)
            return try await page(call, engine, next: next, status: status, problem: words(for: error))
        }
    }

    private static func words(for error: DomainError) -> String {
        guard let issue = error.issues.first else { return "The password was not changed. Please try again." }
        return issue.message.prefix(1).uppercased() + issue.message.dropFirst() + "."
    }

    private static func page(
        _ call: Call, _ engine: Engine, next: String, status: HTTPResponse.Status = .ok, problem: String? = nil
    ) async throws(DomainError) -> Reply {
        guard let session = call.browserSession else { return signIn() }
        let (look, isForced) = try await engine.read(as: call.caller) { work throws(DomainError) in
            (try Profile.preferences(in: work).look, try work.mustChangePassword())
        }
        let note = problem.map { HTML.tag("p", ["class": "banner error", "role": "alert"], .words($0)) }
        let reason: HTML =
            isForced
            ? .tag("p", ["class": "muted"], .words("You signed in with a one-time password. Choose your own now."))
            : .empty
        let form = HTML.tag(
            "form", ["method": "post", "action": "/password", "class": "plain-card"],
            .tag("h1", [:], .words("Choose a password")), reason, note ?? .empty,
            .single("input", ["type": "hidden", "name": "csrf", "value": engine.csrfToken(session)]),
            .single("input", ["type": "hidden", "name": "next", "value": next]),
            .single(
                "input",
                [
                    "type": "email", "name": "email", "value": call.caller.email, "autocomplete": "username",
                    "hidden": "", "readonly": "",
                ]),
            field("current", isForced ? "One-time password" : "Present password", "current-password", isFirst: true),
            field("password", "New password", "new-password", hint: "At least 8 characters; a few words will do."),
            field("again", "New password again", "new-password"),
            .tag("button", ["class": "button primary", "type": "submit"], .words("Save and go on")))
        let icon = AssetTable.shared.address("icon.svg")
        let brand = HTML.tag(
            "p", ["class": "brand"], .single("img", ["src": icon, "alt": "", "width": "32", "height": "32"]),
            .words("Assay"))
        return Document(
            title: "Choose a password · Assay", look: look, isPlain: true,
            body: .tag("main", ["class": "plain-page", "id": "main"], brand, form)
        ).reply(status)
    }

    private static func field(
        _ name: String, _ label: String, _ autocomplete: String, hint: String? = nil, isFirst: Bool = false
    ) -> HTML {
        let note = hint.map { HTML.tag("p", ["class": "hint", "id": "\(name)-hint"], .words($0)) }
        let input = HTML.single(
            "input",
            [
                "id": name, "class": "input", "name": name, "type": "password", "autocomplete": autocomplete,
                "required": "", "autofocus": isFirst ? "" : nil, "aria-describedby": hint.map { _ in "\(name)-hint" },
            ])
        return .tag(
            "div", ["class": "field"], .tag("label", ["for": name], .words(label)), input, note ?? .empty)
    }
}
