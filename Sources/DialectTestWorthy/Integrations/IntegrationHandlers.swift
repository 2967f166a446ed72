import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/integrations/jira` and `/v1/integrations/testrail` (TestWorthy API, External integrations).
struct IntegrationHandlers: Sendable {
    /// The word of the path, of the catalogue and of the row's name.
    let word: String
    let provider: String
    let name: String

    static let jira = IntegrationHandlers(word: "jira", provider: "JIRA", name: "Jira")
    static let testRail = IntegrationHandlers(word: "testrail", provider: "TESTRAIL", name: "TestRail")

    private var isJira: Bool { provider == "JIRA" }
    private var secret: String { isJira ? "apiToken" : "apiKey" }
    private static let directions = ["none", "push", "pull", "both"]

    /// Every route of one of the two.
    var routes: [Route] {
        let path = "/v1/integrations/\(word)"
        return [
            Route(.get, path, "get\(name)", access: .administrators, get),
            Route(.post, path, "set\(name)", access: .administrators, set),
            Route(.delete, path, "unset\(name)", access: .administrators, unset),
            Route(.post, "\(path)/test", "test\(name)", access: .administrators, test),
        ]
    }

    private func row(in work: Reading) throws(DomainError) -> Row? {
        let own = Filter.equals("provider", .text(provider)) && .equals("isDeleted", false)
        return try work.first(Query("Integration", where: own, order: [.by("id")]))
    }

    private func json(_ row: Row?) -> JSON {
        let settings = row.flatMap { JSON(stored: $0["settings"])?.object } ?? JSONObject()
        let hasSecret = row.map { Reading.hasCredentials($0) } ?? false
        let user = settings["username"]?.string ?? ""
        let isConfigured = hasSecret && settings["baseUrl"]?.string != nil && !user.isEmpty
        let isEnabled = row.map { $0.text("status") != "INACTIVE" } ?? false
        var members: [(String, JSON)] = [
            ("provider", .string(word)), ("configured", .bool(isConfigured)), ("enabled", .bool(isEnabled)),
            ("baseUrl", settings["baseUrl"] ?? .null), ("username", settings["username"] ?? .null),
        ]
        if isJira {
            members.append(("projectKey", settings["projectKey"] ?? .null))
            members.append(("issueType", settings["issueType"] ?? "Bug"))
        } else {
            members.append(("projectId", settings["projectId"] ?? .null))
        }
        members += [
            ("syncDirection", settings["syncDirection"] ?? "none"),
            ("fieldMappings", settings["fieldMappings"] ?? .object(JSONObject())),
            (isJira ? "hasApiToken" : "hasApiKey", .bool(hasSecret)),
            ("updatedAt", row.map { .time($0["updatedAt"]) } ?? .null),
        ]
        return .members(members)
    }

    private func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in .json(json(try row(in: work))) }
    }

    /// What a body says.
    private struct Body: Sendable {
        var settings: [(String, JSON)] = []
        var isEnabled: Bool?
        var secret: Given<String> = .absent
        var isNamed = false
    }

    private func body(_ object: JSONObject) throws(DomainError) -> Body {
        var input = Input(object)
        var body = Body()
        switch input.text("baseUrl") {
        case .absent: break
        case .null: input.fail("baseUrl", "is required")
        case .value(let url):
            body.isNamed = true
            if !WebAddress.isPlain(url) {
                input.fail("baseUrl", "must be an http or https address without credentials")
            }
            body.settings.append(("baseUrl", .string(url)))
        }
        let user = input.text("username", "email")
        if user.isGiven { body.settings.append(("username", .of(user.value))) }
        if isJira {
            for name in ["projectKey", "issueType"] {
                let given = input.text(name)
                if given.isGiven { body.settings.append((name, .of(given.value))) }
            }
        } else {
            let project = input.count("projectId", minimum: 1)
            if project.isGiven { body.settings.append(("projectId", .of(project.value))) }
        }
        if let direction = input.choice("syncDirection", IntegrationHandlers.directions).value {
            body.settings.append(("syncDirection", .string(direction)))
        }
        if let mappings = input.object("fieldMappings").value {
            body.settings.append(("fieldMappings", .object(mappings)))
        }
        body.isEnabled = input.bool("enabled").value
        body.secret = isJira ? input.text("apiToken", "password") : input.text("apiKey", "apiToken", "password")
        try input.finish()
        return body
    }

    private func set(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try body(try await call.fields())
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let present = try row(in: work)
            guard present != nil || body.isNamed else { throw .invalid("baseUrl", "baseUrl is required") }
            var settings = present.flatMap { JSON(stored: $0["settings"])?.object } ?? JSONObject()
            for (name, value) in body.settings { settings[name] = value.isNull ? nil : value }
            var values: [String: Value] = ["settings": .text(JSON.object(settings).text)]
            if let isEnabled = body.isEnabled { values["status"] = isEnabled ? "ACTIVE" : "INACTIVE" }
            try keepSecret(body, settings, present, &values, in: work)
            if let present {
                try work.update("Integration", [Change(present.id, set: values)])
            } else {
                values["provider"] = .text(provider)
                values["name"] = .text(try freeName(in: work))
                values["authType"] = "API_KEY"
                if values["status"] == nil { values["status"] = "ACTIVE" }
                try work.insert("Integration", [Draft(values)])
            }
        }
        return try await get(call, engine)
    }

    /// Other integrations may have the name already.
    private func freeName(in work: Reading) throws(DomainError) -> String {
        var number = 1
        while true {
            let candidate = number == 1 ? name : "\(name) \(number)"
            if try work.count("Integration", where: .equals("name", .text(candidate))) == 0 { return candidate }
            number += 1
        }
    }

    /// The user name stands beside the secret too, where the connections look for it.
    private func keepSecret(
        _ body: Body, _ settings: JSONObject, _ present: Row?, _ values: inout [String: Value], in work: Writing
    ) throws(DomainError) {
        var credentials: JSONObject?
        if let present { credentials = try work.trackerAccount(present).credentials }
        let user = settings["username"] ?? .null
        switch body.secret {
        case .absent:
            guard credentials != nil, credentials?.isEmpty == false else { return }
        case .null, .value(""):
            values["credentials"] = "{}"
            return
        case .value(let text):
            if credentials == nil { credentials = JSONObject() }
            credentials?[secret] = .string(text)
        }
        credentials?["email"] = user
        values["credentials"] = .text(JSON.object(credentials ?? JSONObject()).text)
    }

    private func unset(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let row = try row(in: work) else { return }
            try work.update("Integration", [Change(row.id, set: ["credentials": "{}", "settings": .null])])
            try work.delete("Integration", ids: [row.id])
            // The name is free for the next one.
            try work.update("Integration", [Change(row.id, set: ["name": .text("\(row.text("name")) (\(row.uid))")])])
        }
        return .noContent
    }

    private func test(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let found = try await engine.read(as: call.caller) { work throws(DomainError) -> Row? in try row(in: work) }
        guard let row = found, json(row)["configured"]?.bool == true else {
            return .json(["ok": false, "message": .string("\(name) is not configured")])
        }
        do throws(DomainError) {
            let connection = try await engine.connect(.id(row.id), as: call.caller)
            let user = try await connection.tracker.user()
            return .json(["ok": true, "message": .string("signed in as \(user.name)")])
        } catch {
            return .json(["ok": false, "message": .string(error.message)])
        }
    }
}

/// Addresses of other systems.
enum WebAddress {
    /// An http or https address that holds no user name and no password.
    static func isPlain(_ text: String) -> Bool {
        let folded = text.lowercased()
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
        for scheme in ["http://", "https://"] where folded.hasPrefix(scheme) {
            let rest = folded.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            return !authority.isEmpty && !authority.contains("@") && authority.first != ":"
        }
        return false
    }
}
