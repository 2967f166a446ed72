import Model

/// Refusals that only the RPC knows; `ModelFailure` spells them.
enum ModelProblem {
    /// A request that cannot be understood before any model is looked at.
    static func request(_ message: String) -> DomainError { .malformed(message) }

    /// An argument that does not fit the model.
    static func argument(_ message: String, _ model: ModelType) -> DomainError {
        DomainError(.malformed, "Invalid `\(model.accessor)` invocation: \(message)", entity: model.entity.name)
    }

    static func unknown(_ name: String, _ model: ModelType) -> DomainError {
        argument("Unknown argument `\(shortened(name))` on model `\(model.name)`.", model)
    }

    static func wrongType(_ name: String, _ expected: String, _ model: ModelType) -> DomainError {
        argument("Argument `\(name)` of model `\(model.name)`: expected \(expected).", model)
    }

    static func missing(_ name: String, _ model: ModelType) -> DomainError {
        argument("Argument `\(name)` is missing on model `\(model.name)`.", model)
    }

    /// A row that an operation needs is not there, or the caller does not see it.
    static func absent(_ what: String, _ model: ModelType) -> DomainError {
        DomainError(
            .notFound,
            "An operation failed because it depends on one or more records that were required but not found. \(what)",
            entity: model.entity.name, fields: ["P2025"])
    }

    /// A change would leave a required relation without a row.
    static func required(_ relation: ModelRelation, _ model: ModelType) -> DomainError {
        DomainError(
            .malformed,
            "The change you are trying to make would violate the required relation `\(relation.name)` of model `\(model.name)`.",
            entity: model.entity.name, fields: ["P2014"])
    }

    static func denied(_ model: ModelType, _ operation: String) -> DomainError {
        DomainError(.forbidden, "\(model.entity.name) entities failed '\(operation)' check", entity: model.entity.name)
    }

    static func unreadable(_ model: ModelType) -> DomainError {
        DomainError(
            .forbidden, "result is not allowed to be read back", entity: model.entity.name,
            fields: ["RESULT_NOT_READABLE"])
    }

    private static func shortened(_ name: String) -> String { name.count > 100 ? String(name.prefix(100)) + "…" : name }
}
