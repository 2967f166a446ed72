import Engine
import HTTPTypes
import Model
import Wire

/// `/api/share/{key}`: what somebody with the address of a share sees.
enum ShareHandlers {
    static let routes: [Route] = [
        Route(.get, "/api/share/{key}", "showShare", access: .anyone, show),
        Route(.post, "/api/share/{key}", "accessShare", access: .anyone, access),
        Route(.post, "/api/share/{key}/password-verify", "openShare", access: .anyone, cost: .signIn, open),
        Route(.get, "/api/share/{key}/report", "sharedReport", access: .anyone, report),
    ]

    private static func refused(_ refusal: ShareRefusal) -> Reply {
        let word = refusal == .revoked ? "revoked" : "expired"
        return .json(
            .members([("error", .string("This share link is \(word)")), ("code", "FORBIDDEN"), (word, .bool(true))]),
            status: .forbidden)
    }

    private static func members(_ share: Share, isOpen: Bool) -> [(String, JSON)] {
        let row = share.row
        func text(_ name: String) -> JSON { row[name].string.map { .string($0) } ?? .null }
        return [
            ("id", .string(row.uid)), ("entityType", text("entityType")), ("entityId", text("entityId")),
            ("entityConfig", isOpen ? JSON.stored(row["entityConfig"]) : .null), ("mode", text("mode")),
            ("title", text("title")), ("description", text("description")),
            ("projectId", text("projectId#uid")), ("projectName", share.projectName.map { .string($0) } ?? .null),
            ("createdBy", .string(share.creatorName)), ("viewCount", .integer(row["viewCount"].integer ?? 0)),
            ("requiresPassword", .bool(share.requiresPassword)),
        ]
    }

    private static func show(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (share, refusal) = try await engine.share(call.parameter("key"), for: call.caller)
        if let refusal { return refused(refusal) }
        return .json(.members(members(share, isOpen: engine.isOpen(share, token: call.query["token"]))))
    }

    private static func access(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (share, refusal) = try await engine.share(call.parameter("key"), for: call.caller)
        if let refusal { return refused(refusal) }
        try await engine.noteAccess(
            to: share, by: call.caller, address: call.remoteAddress, agent: call.headers[.userAgent])
        let (seen, _) = try await engine.share(call.parameter("key"), for: call.caller)
        let isOpen = engine.isOpen(seen, token: call.query["token"])
        return .json(.members(members(seen, isOpen: isOpen) + [("accessed", .bool(true))]))
    }

    private static func open(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (share, refusal) = try await engine.share(call.parameter("key"), for: call.caller)
        if let refusal { return refused(refusal) }
        guard share.requiresPassword else { throw .invalid("password", "this share has no password") }
        var input = Input(try await call.object())
        let password = input.required("password", input.text("password"))
        try input.finish()
        let token = try await engine.openShare(share, password: password ?? "", address: call.remoteAddress)
        return .json([
            "success": true, "token": .string(token), "expiresIn": .integer(Engine.shareTokenLifetime / 1000),
        ])
    }

    /// The shared report, computed with the rights of whoever shared it.
    private static func report(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (share, refusal) = try await engine.share(call.parameter("key"), for: call.caller)
        if let refusal { return refused(refusal) }
        guard engine.isOpen(share, token: call.query["token"]) else {
            throw DomainError(.unauthenticated(.noToken), "the password is required")
        }
        guard share.row.text("entityType") == "REPORT" else { throw .invalid("entityType", "the share is no report") }
        guard let sharer = try await engine.sharer(share) else { throw .notFound("Share") }
        var config = JSON.stored(share.row["entityConfig"]).object ?? JSONObject()
        if config["projectId"] == nil, let project = share.row["projectId#uid"].string {
            config["projectId"] = .string(project)
        }
        let word = config["reportType"]?.string ?? "test-execution"
        if let special = SpecialReport.named(word) {
            return try await special.reply(config, as: sharer, engine)
        }
        guard let (kind, isCross) = ReportKind.named(word) else {
            throw .invalid("reportType", "there is no such report")
        }
        if config["dimensions"] == nil { config["dimensions"] = [.string(kind.dimensions(isCross: isCross)[0].id)] }
        if config["metrics"] == nil { config["metrics"] = [.string(kind.metrics[0].id)] }
        for name in ["page", "pageSize"] {
            if let text = call.query[name], let number = Int64(text) { config[name] = .integer(number) }
        }
        var input = Input(config)
        let order = ReportOrder(&input, isCross: isCross)
        let matrix = MatrixOrder(&input)
        try input.finish()
        return try await engine.read(as: sharer) { work throws(DomainError) in
            try matrix.shared(kind, isCross, order, in: work)
        }
    }
}
