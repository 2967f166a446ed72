import Model

extension Entities {
    /// An id for a pair of rows where a product's API shows the pair as a row.
    static let pairIdentity = EntityType(
        "PairIdentity", ownership: .engine,
        fields: [
            Field("kind", .text, required: true),
            Field("firstId", .integer, required: true),
            Field("secondId", .integer, required: true),
        ],
        uniques: [
            EntityType.Unique(["kind", "firstId", "secondId"])
        ],
        indexes: [["kind", "secondId"]],
        help: "An id for a pair of rows where a product's API shows the pair as a row.")
}
