import Model
import Statements
import Store

/// The versions of a test case: a copy of what it said after each change.
enum CaseVersions {
    /// Version rows for cases that have their number, and the next version of changed ones.
    static func write(numbered: [Int64], changed: [Int64], in work: Writing) throws(DomainError) {
        for chunk in work.chunked(changed) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    "UPDATE repository_case SET current_version = current_version + 1 WHERE id IN (\(list))")
            }
        }
        for chunk in work.chunked(numbered + changed) { try snapshot(chunk, in: work) }
    }

    private static let columns = [
        "repositoryCaseId", "version", "projectId", "staticProjectId", "staticProjectName", "repositoryId", "folderId",
        "folderName", "templateId", "templateName", "name", "stateId", "stateName", "estimate", "forecastManual",
        "forecastAutomated", "order", "creatorId", "creatorName", "automated", "isArchived", "steps", "tags",
    ]

    private static func snapshot(_ ids: [Int64], in work: Writing) throws(DomainError) {
        let list = SQLText.list(ids.map { Value.int($0) })
        let cases = try work.rows(
            """
            SELECT c.id, c.current_version, c.project_id, p.name, c.repository_id, c.folder_id, f.name, c.template_id,
            t.template_name, c.name, c.state_id, s.name, c.estimate, c.forecast_manual, c.forecast_automated, c."order",
            u.uid, u.name, c.automated, c.is_archived
            FROM repository_case AS c JOIN project AS p ON p.id = c.project_id
            JOIN repository_folder AS f ON f.id = c.folder_id JOIN template AS t ON t.id = c.template_id
            JOIN workflow AS s ON s.id = c.state_id JOIN "user" AS u ON u.id = c.creator_id
            WHERE c.id IN (\(list)) AND NOT EXISTS (SELECT 1 FROM repository_case_version AS v
            WHERE v.repository_case_id = c.id AND v.version = c.current_version)
            """)
        if cases.isEmpty { return }
        let steps = try steps(list, in: work)
        let tags = try tags(list, in: work)
        var rows: [[Value]] = []
        var owners: [Int64] = []
        for row in cases {
            guard let id = row[0].integer else { continue }
            owners.append(id)
            rows.append([
                row[0], row[1], row[2], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10],
                row[11], row[12], row[13], row[14], row[15], row[16], row[17], .bool(row[18].boolean == true),
                .bool(row[19].boolean == true), .text(JSON.array(steps[id] ?? []).text),
                .text(JSON.array(tags[id] ?? []).text),
            ])
        }
        let versions = try work.store(work.schema["RepositoryCaseVersion"], columns, rows)
        try values(list, Dictionary(uniqueKeysWithValues: zip(owners, versions)), in: work)
    }

    private static func steps(_ list: SQLText, in work: Writing) throws(DomainError) -> [Int64: [JSON]] {
        var result: [Int64: [JSON]] = [:]
        let rows = try work.rows(
            """
            SELECT test_case_id, id, "order", step, expected_result, shared_step_group_id FROM step
            WHERE test_case_id IN (\(list)) AND NOT is_deleted ORDER BY test_case_id, "order", id
            """)
        for row in rows {
            result[row[0].integer ?? 0, default: []].append([
                "id": .integer(row[1].integer ?? 0), "order": .integer(row[2].integer ?? 0), "step": stored(row[3]),
                "expectedResult": stored(row[4]), "sharedStepGroupId": row[5].integer.map { .integer($0) } ?? .null,
            ])
        }
        return result
    }

    /// A stored document as JSON again.
    private static func stored(_ value: Value) -> JSON {
        guard let text = value.string else { return .null }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return .string(text)
        }
    }

    private static func tags(_ list: SQLText, in work: Writing) throws(DomainError) -> [Int64: [JSON]] {
        var result: [Int64: [JSON]] = [:]
        let rows = try work.rows(
            """
            SELECT pair.repository_case_id, tag.id, tag.name FROM repository_case_tag AS pair
            JOIN tag ON tag.id = pair.tag_id WHERE pair.repository_case_id IN (\(list)) AND NOT tag.is_deleted
            ORDER BY tag.name
            """)
        for row in rows {
            result[row[0].integer ?? 0, default: []].append([
                "id": .integer(row[1].integer ?? 0), "name": .string(row[2].string ?? ""),
            ])
        }
        return result
    }

    private static func values(
        _ list: SQLText, _ versions: [Int64: Int64], in work: Writing
    ) throws(DomainError) {
        let found = try work.rows(
            """
            SELECT v.test_case_id, f.display_name, v.value FROM case_field_value AS v
            JOIN case_field AS f ON f.id = v.field_id WHERE v.test_case_id IN (\(list))
            """)
        var rows: [[Value]] = []
        for row in found {
            guard let version = row[0].integer.flatMap({ versions[$0] }) else { continue }
            rows.append([.int(version), row[1], row[2]])
        }
        try work.store(work.schema["CaseFieldVersionValue"], ["versionId", "field", "value"], rows)
    }
}
