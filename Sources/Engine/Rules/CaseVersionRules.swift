import Model
import Statements

/// Versions that a client writes itself: an existing number is completed, not refused.
struct CaseVersionRules: RowRules {
    func standing(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> [Int: Int64] {
        var result: [Int: Int64] = [:]
        for (index, draft) in drafts.enumerated() {
            let known = try work.value(
                """
                SELECT id FROM repository_case_version WHERE repository_case_id = \(draft["repositoryCaseId"] ?? .null)
                AND version = \(draft["version"] ?? .null)
                """)
            if let id = known?.integer { result[index] = id }
        }
        return result
    }
}

/// The field values of such a version: one for each field.
struct CaseFieldVersionRules: RowRules {
    func standing(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> [Int: Int64] {
        var result: [Int: Int64] = [:]
        for (index, draft) in drafts.enumerated() {
            let known = try work.value(
                """
                SELECT id FROM case_field_version_value WHERE version_id = \(draft["versionId"] ?? .null)
                AND field = \(draft["field"] ?? .null)
                """)
            if let id = known?.integer { result[index] = id }
        }
        return result
    }
}
