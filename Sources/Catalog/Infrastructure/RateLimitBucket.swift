import Model

extension Entities {
    /// How many requests a caller has left.
    static let rateLimitBucket = EntityType(
        "RateLimitBucket", ownership: .engine,
        fields: [
            Field("key", .text, required: true, help: "Kind of limit and caller."),
            Field("tokens", .real, required: true),
            Field("hits", .integer, required: true, default: .value(0), help: "Requests in the current window."),
            Field("refilledAt", .timestamp, required: true, default: .now),
            Field("windowStart", .timestamp, required: true, default: .now),
            Field("expiresAt", .timestamp, help: "Not valid after this time."),
        ],
        uniques: [
            EntityType.Unique(["key"])
        ],
        indexes: [["expiresAt"]],
        help: "How many requests a caller has left.")
}
