import Model
import Statements

/// Fields marked as restricted need a right of their own (TestPlanIt API, Access model).
extension Writing {
    private static let restricted: [String: (fields: String, area: Area)] = [
        "CaseFieldValue": ("case_field", .testCaseRestrictedFields),
        "ResultFieldValue": ("result_field", .testRunResultRestrictedFields),
        "SessionFieldValue": ("case_field", .sessionsRestrictedFields),
    ]

    /// Refuses values of restricted fields in projects where the caller lacks the right.
    func requireRestricted(
        _ entity: EntityType, _ values: [(field: Int64?, project: Int64?)], _ operation: String
    ) throws(DomainError) {
        guard !caller.isAdministrator, let rule = Writing.restricted[entity.name] else { return }
        let ids = Set(values.compactMap(\.field))
        if ids.isEmpty { return }
        let list = SQLText.list(ids.sorted().map { Value.int($0) })
        let found = try rows("SELECT id FROM \(name: rule.fields) WHERE is_restricted AND id IN (\(list))")
        let closed = Set(found.compactMap { $0[0].integer })
        if closed.isEmpty { return }
        let grants = try grants()
        for value in values {
            guard let field = value.field, closed.contains(field) else { continue }
            let rights = value.project.flatMap { grants.rights(in: $0) }
            guard rights?.allows(.addEdit, in: rule.area) == true else { throw refused(entity, operation) }
        }
    }
}
