import Model

extension Entities {
    /// A personal access token; only its hash is kept.
    static let apiToken = EntityType(
        "ApiToken", key: .uid, ownership: .user("userId"),
        fields: [
            Field("name", .text, required: true, rules: [.length(1...100)]),
            Field("token", .text, required: true, visibility: .nobody, help: "Hash of the token."),
            Field("tokenPrefix", .text, required: true, help: "The first characters, to recognise the token."),
            Field("lastUsedIp", .text, help: "The address that used the token last."),
            Field(
                "scopes", .textList, required: true, default: .value("[]"),
                help: "What the token may do; empty means all that its user may."),
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive ones are kept but not used."),
            Field("expiresAt", .timestamp, help: "Not valid after this time."),
            Field("lastUsedAt", .timestamp),
            Field(
                "isReadOnly", .boolean, required: true, default: .value(false),
                help: "The token may read and nothing else."),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        uniques: [
            EntityType.Unique(["token"])
        ],
        indexes: [["userId"]],
        help: "A personal access token; only its hash is kept.")
}
