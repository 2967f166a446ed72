import Catalog
import Engine
import HTTPTypes
import Model
import Wire

/// `/api/integrations` (TestPlanIt API, Integrations).
enum IntegrationHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: nil)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let query = Query("Integration", where: .equals("isDeleted", false), order: [.by("name"), .by("id")])
            return try ListPage.reply(query, uids: IntegrationPage.uids, paging, in: work) { tree, index, writer in
                IntegrationPage.write(tree.row(index), isWhole: true, to: &writer)
            }
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Integration")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try IntegrationPage.rendered(key, in: work)
        }.reply()
    }

    /// The kinds of tracker that there are connections for.
    static let providers = Choices.integrationProvider.filter { $0 != "TESTRAIL" }

    private static func values(_ input: inout Input, isNew: Bool) -> [String: Value] {
        var values: [String: Value] = [:]
        let name = input.text("name")
        if isNew || name.isGiven, let name = input.required("name", name) { values["name"] = .text(name) }
        let provider =
            input.object["provider"] == nil ? input.word("type", providers) : input.word("provider", providers)
        if isNew || provider.isGiven, let provider = input.required("provider", provider) {
            values["provider"] = .text(provider)
        }
        let authType = input.word("authType", Choices.integrationAuthType)
        if isNew || authType.isGiven, let authType = input.required("authType", authType) {
            values["authType"] = .text(authType)
        }
        values.set("credentials", input.object("credentials")) { .text(JSON.object($0).text) }
        if values["credentials"] == .null { values["credentials"] = "{}" }
        let settings = input.object["settings"] == nil ? input.object("config") : input.object("settings")
        values.set("settings", settings) { .text(JSON.object($0).text) }
        if let status = input.word("status", Choices.integrationStatus).value {
            values["status"] = .text(status)
        } else if isNew {
            values["status"] = "ACTIVE"
        }
        return values
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let values = values(&input, isNew: true)
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            var draft = Draft(values)
            draft["createdById"] = .int(call.caller.userId)
            return try work.insert("Integration", [draft])[0]
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try IntegrationPage.rendered(.id(id), in: work)
        }.reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Integration")
        var input = Input(try await call.object())
        let values = values(&input, isNew: false)
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Integration", key)
            try EntityTag(row).check(call)
            try work.update("Integration", [Change(row.id, set: values)])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try IntegrationPage.rendered(.id(id), in: work)
        }.reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Integration")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Integration", key)
            try EntityTag(row).check(call)
            try work.delete("Integration", ids: [row.id])
        }
        return .success
    }
}
