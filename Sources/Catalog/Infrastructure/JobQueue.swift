import Model

extension Entities {
    /// The state of a queue.
    static let jobQueue = EntityType(
        "JobQueue", ownership: .administrators,
        fields: [
            Field("name", .text, required: true),
            Field("concurrency", .integer, required: true, default: .value(1)),
            Field("isPaused", .boolean, required: true, default: .value(false)),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "The state of a queue.")
}
