import Engine
import HTTPTypes
import Model
import Wire

/// `/api/comments` (TestPlanIt API, Comments).
enum CommentHandlers {
    /// What a comment can be about.
    private enum Subject: String, CaseIterable {
        case repositoryCase, testRun, session, milestone

        var entity: String {
            switch self {
            case .repositoryCase: "RepositoryCase"
            case .testRun: "TestRun"
            case .session: "Session"
            case .milestone: "Milestone"
            }
        }

        /// The reference of the comment.
        var field: String { "\(rawValue)Id" }

        init?(word: String) {
            let plain = word.lowercased().filter(\.isLetter)
            let found = Subject.allCases.first { $0.rawValue.lowercased() == plain }
            guard let subject = plain == "testcase" ? .repositoryCase : found else { return nil }
            self = subject
        }
    }

    private static let fields = ["id", "uid", "epoch", "content", "createdAt", "updatedAt", "isEdited", "isDeleted"]
    private static let uids = ["projectId"] + Subject.allCases.map(\.field)
    private static let include: [Query.Include] = {
        let user = Query("User", fields: ["id", "uid", "name", "email", "image"])
        let mentions = Query(
            "CommentMention", fields: ["id", "userId"], include: [Query.Include("user", .rows(user))],
            order: [.by("id")])
        return [Query.Include("creator", .rows(user)), Query.Include("mentionedUsers", .rows(mentions))]
    }()

    private static func write(_ tree: ResultTree, _ index: Int, to writer: inout JSONWriter) {
        let row = tree.row(index)
        writer.beginObject()
        writer.member(.id, row.uid)
        writer.member("content", document: row["content"])
        writer.member(.createdAt, time: row["createdAt"])
        writer.member(.updatedAt, time: row["updatedAt"])
        writer.member("isEdited", flag: row.flag("isEdited"))
        writer.key("user")
        if let user = tree.related("creator", of: index).first {
            writeUser(user, withImage: true, to: &writer)
        } else {
            writer.null()
        }
        writer.array("mentionedUsers")
        if let mentions = tree.below("mentionedUsers", of: index) {
            for position in mentions.positions {
                guard let user = mentions.tree.related("user", of: position).first else { continue }
                writeUser(user, withImage: false, to: &writer)
            }
        }
        writer.endArray()
        for subject in Subject.allCases where !row["\(subject.field)#uid"].isNull {
            writer.member("entityType", subject.rawValue)
            writer.member("entityId", row["\(subject.field)#uid"])
        }
        writer.member(.projectId, row["projectId#uid"])
        writer.endObject()
    }

    private static func writeUser(_ user: Row, withImage: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(.id, user.uid)
        writer.member(.name, user["name"])
        writer.member("email", user["email"])
        if withImage { writer.member("image", user["image"]) }
        writer.endObject()
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard let subject = Subject(word: call.parameter("entityType")) else {
            let words = Subject.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("entityType", "entityType must be one of \(words)")
        }
        let key = try call.key("entityId", subject.entity)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let owner = try work.row(subject.entity, key, fields: ["id"])
            let filter = Filter.equals(subject.field, .int(owner.id)) && .equals("isDeleted", false)
            let query = Query(
                "Comment", where: filter, fields: fields, include: include, order: [.by("createdAt"), .by("id")],
                page: .init(limit: 1000))
            let tree = try work.tree(query, uids: uids)
            var writer = JSONWriter(capacity: 256 + tree.count * 512)
            writer.beginObject()
            writer.array("comments")
            for index in 0..<tree.count { write(tree, index, to: &writer) }
            writer.endArray()
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    private static func rendered(_ id: Int64, in work: Reading) throws(DomainError) -> Rendered {
        let query = Query("Comment", where: .equals("id", .int(id)), fields: fields, include: include)
        return try ListPage.single(query, uids: uids, in: work, also: "comment") { tree, writer in
            write(tree, 0, to: &writer)
        }
    }

    private static func content(_ input: inout Input) -> JSON? {
        guard let document = input.object["content"], !document.isNull else {
            input.fail("content", "is required")
            return nil
        }
        if let problem = RichText.problem(document) {
            input.fail("content", problem)
            return nil
        }
        return document
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let word = input.required("entityType", input.text("entityType"))
        let subject = word.flatMap { Subject(word: $0) }
        if word != nil, subject == nil {
            input.fail("entityType", "must be one of \(Subject.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let entity = input.required("entityId", input.key("entityId"))
        let project = input.key("projectId").value
        let content = content(&input)
        let mentioned = input.keys("mentionedUserIds").value ?? []
        try input.finish()
        guard let subject, let entity, let content else { throw .invalid("content", "content is required") }
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let owner = try work.named(subject.entity, entity, by: "entityId", fields: ["id", "projectId"])
            if let project {
                let row = try work.named("Project", project, by: "projectId")
                guard row.id == owner["projectId"].integer else {
                    throw .invalid("entityId", "entityId belongs to another project")
                }
            }
            work.mentionedBesides = mentioned
            let draft = Draft([
                "projectId": owner["projectId"], subject.field: .int(owner.id), "content": .text(content.text),
            ])
            return try work.insert("Comment", [draft])[0]
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(id, in: work) }
            .reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Comment")
        var input = Input(try await call.object())
        let content = content(&input)
        let mentioned = input.keys("mentionedUserIds").value ?? []
        try input.finish()
        guard let content else { throw .invalid("content", "content is required") }
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Comment", key)
            try EntityTag(row).check(call)
            work.mentionedBesides = mentioned
            try work.update("Comment", [Change(row.id, set: ["content": .text(content.text)])])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(id, in: work) }
            .reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Comment")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Comment", key)
            try EntityTag(row).check(call)
            try work.delete("Comment", ids: [row.id])
        }
        return .success
    }

    /// `GET /api/users/search-for-mentions`.
    static func people(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let text = call.query["query"] ?? call.query["q"] ?? ""
        let origin = call.origin
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.projectOfQuery(call)
            let people = try work.readers(of: project.id, matching: text, limit: 50)
            var writer = JSONWriter(capacity: 64 + people.count * 256)
            writer.beginObject()
            writer.array("users")
            for person in people {
                writer.beginObject()
                writer.member(.id, person.uid)
                writer.member(.name, person["name"])
                writer.member("email", person["email"])
                writer.member("avatarUrl", avatar(person, origin))
                writer.member("image", person["image"])
                writer.member("isProjectMember", flag: person.flag("isProjectMember"))
                writer.member("isActive", flag: person.flag("isActive"))
                writer.member("isDeleted", flag: person.flag("isDeleted"))
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    /// Always an absolute address: the user's picture, or one that the server draws.
    private static func avatar(_ person: Row, _ origin: String) -> String {
        guard let image = person["image"].string, !image.isEmpty else {
            return "\(origin)/api/users/\(person.uid)/avatar"
        }
        return image.hasPrefix("/") ? origin + image : image
    }

    /// `GET /api/users/{id}/avatar`: the initials on a ground that follows from the id.
    static func picture(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "User")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.row("User", key, fields: ["id", "name"])
            let words = row.text("name").split(separator: " ")
            let letters = String((words.prefix(1) + words.dropFirst().suffix(1)).compactMap(\.first)).uppercased()
            var safe = letters.filter { $0.isLetter || $0.isNumber }
            if safe.isEmpty { safe = "?" }
            let hue = (row.id &* 47) % 360
            let picture = """
                <svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">\
                <rect width="64" height="64" rx="32" fill="hsl(\(hue),45%,42%)"/>\
                <text x="32" y="41" font-family="sans-serif" font-size="26" fill="#fff" text-anchor="middle">\(safe)\
                </text></svg>
                """
            return .text(picture, type: "image/svg+xml")
        }
    }
}
