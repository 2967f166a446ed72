import Model

extension Entities {
    /// The end of a chain of audit rows, with its signature.
    static let auditChain = EntityType(
        "AuditChain", ownership: .administrators,
        fields: [
            Field("name", .text, required: true),
            Field("headHash", .text),
            Field("signature", .text),
            Field("keyId", .text),
            Field("sequence", .integer, required: true, default: .value(0), help: "Number of the last row."),
            Field("signedAt", .timestamp),
            Field("verifiedAt", .timestamp),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "The end of a chain of audit rows, with its signature.")
}
