public import Model
import Statements

extension RichText {
    /// A comment of more bytes is refused.
    public static let commentLimit = 64 << 10
    /// A document nested deeper is refused.
    public static let depthLimit = 50

    /// The rule that a document breaks; `nil` for a good one.
    public static func problem(_ document: JSON) -> String? {
        guard document["type"]?.string == "doc", document["content"]?.array != nil else {
            return "must be a document: an object with the type doc and an array content"
        }
        guard document.text.utf8.count <= commentLimit else { return "has more than 64 KB" }
        return isDeeper(document, than: depthLimit) ? "is nested deeper than \(depthLimit) levels" : nil
    }

    private static func isDeeper(_ node: JSON, than levels: Int) -> Bool {
        guard levels > 0 else { return true }
        return (node["content"]?.array ?? []).contains { isDeeper($0, than: levels - 1) }
    }

    /// The people that the mention nodes of a document name.
    public static func mentions(_ document: JSON) -> [RowKey] {
        var keys: [RowKey] = []
        collectMentions(document, &keys, levels: depthLimit + 2)
        return keys
    }

    private static func collectMentions(_ node: JSON, _ keys: inout [RowKey], levels: Int) {
        guard levels > 0 else { return }
        if node["type"]?.string == "mention", let id = node["attrs"]?["id"], let key = RowKey(id) { keys.append(key) }
        for child in node["content"]?.array ?? [] { collectMentions(child, &keys, levels: levels - 1) }
    }
}

/// Who is mentioned in comments, and who hears of it.
enum Mentions {
    /// Sets the mentions of comments from their documents and from what the caller named besides; tells new ones.
    static func settle(_ comments: [Int64], _ work: Writing) throws(DomainError) {
        let query = Query(
            "Comment", where: .oneOf("id", comments.map { .int($0) }),
            fields: ["id", "uid", "content", "projectId", "creatorId", "isDeleted"])
        for comment in try work.find(query) where !comment.flag("isDeleted") {
            try settle(comment, work)
        }
    }

    private static func settle(_ comment: Row, _ work: Writing) throws(DomainError) {
        let keys = RichText.mentions(JobRunner.json(comment["content"])) + work.mentionedBesides
        let owner = Value.int(comment.id)
        let known = try work.rows("SELECT id, user_id FROM comment_mention WHERE comment_id = \(owner)")
        if keys.isEmpty, known.isEmpty { return }
        let people =
            keys.isEmpty
            ? [] : try work.readers(of: comment["projectId"].integer ?? 0, among: Array(keys.prefix(500)), limit: 500)
        let wanted = Set(people.map(\.id))
        let gone = known.filter { !wanted.contains($0[1].integer ?? 0) }.compactMap { $0[0].integer }
        if !gone.isEmpty {
            let list = SQLText.list(gone.map { Value.int($0) })
            _ = try work.rows("DELETE FROM comment_mention WHERE id IN (\(list)) RETURNING id")
        }
        let before = Set(known.compactMap { $0[1].integer })
        let new = people.filter { !before.contains($0.id) }
        let rows = new.map { [Value.int(comment.id), .int($0.id)] }
        try work.store(work.schema["CommentMention"], ["commentId", "userId"], rows, onConflict: .skip)
        try notify(new.filter { $0.id != comment["creatorId"].integer }, comment, work)
    }

    private static func notify(_ people: [Row], _ comment: Row, _ work: Writing) throws(DomainError) {
        guard !people.isEmpty else { return }
        let text = String(RichText.plain(comment["content"]).prefix(500))
        let data: JSON = ["commentId": .string(comment.uid), "projectId": .integer(comment["projectId"].integer ?? 0)]
        var rows: [[Value]] = []
        for person in people {
            rows.append([
                .text("\(work.caller.name) mentioned you"), .text(text), .text(comment.uid), "Comment",
                "COMMENT_MENTION", .text(data.text), .int(person.id),
            ])
        }
        try work.store(
            work.schema["Notification"],
            ["title", "message", "relatedEntityId", "relatedEntityType", "type", "data", "userId"], rows)
    }
}

/// Mentions that a client makes itself meet those that follow from the document.
struct CommentMentionRules: RowRules {
    func standing(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> [Int: Int64] {
        var result: [Int: Int64] = [:]
        for (index, draft) in drafts.enumerated() {
            let known = try work.value(
                """
                SELECT id FROM comment_mention WHERE comment_id = \(draft["commentId"] ?? .null)
                AND user_id = \(draft["userId"] ?? .null)
                """)
            if let id = known?.integer { result[index] = id }
        }
        return result
    }
}
