import Model

extension Entities {
    /// A setting of the whole instance; never a secret.
    static let appConfig = EntityType(
        "AppConfig", key: .fields(["key"]), ownership: .shared,
        fields: [
            Field("key", .text, required: true, help: "Name of the setting."),
            Field("value", .json, required: true),
        ],
        uniques: [
            EntityType.Unique(["key"])
        ],
        help: "A setting of the whole instance; never a secret.")
}
