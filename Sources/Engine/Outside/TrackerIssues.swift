import Logging
public import Model
import Statements

/// The row that an issue is to be linked to.
public struct LinkedRow: Sendable {
    public let target: IssueTarget
    public let id: Int64
    public let project: Int64
}

extension Reading {
    /// The row that a body names; `.invalid` for the field when the caller cannot see one.
    public func linkedRow(_ target: IssueTarget, _ key: RowKey, by field: String) throws(DomainError) -> LinkedRow {
        let entity = schema[target.entity]
        guard let row = try find(target.entity, [key]).first, !row.flag("isDeleted") else {
            throw .invalid(field, "\(field) names no \(target.entity)")
        }
        guard let project = try projectId(of: entity, row) else {
            throw .invalid(field, "\(field) belongs to no project")
        }
        return LinkedRow(target: target, id: row.id, project: project)
    }

    private func projectId(of entity: EntityType, _ row: Row) throws(DomainError) -> Int64? {
        switch entity.ownership {
        case .projectField(let field): return row[field].integer
        case .parent(let relations):
            for name in relations {
                guard let relation = entity.relation(name), case .toOne(let field) = relation.kind,
                    let parent = row[field].integer,
                    let above = try find(relation.target, [.id(parent)], deleted: .shown).first
                else { continue }
                return try projectId(of: schema[relation.target], above)
            }
            return nil
        case .project: return row.id
        case .user, .shared, .administrators, .engine: return nil
        }
    }

    /// The project of ours that stands for a project of the tracker: by its configuration, else the only one that the
    /// caller can read.
    public func project(ofTracker project: String?, integration: Int64) throws(DomainError) -> Int64? {
        let found = try find(
            Query(
                "ProjectIntegration",
                where: .equals("integrationId", .int(integration)) && .equals("isActive", true),
                fields: ["id", "projectId", "config"], order: [.by("createdAt"), .by("id")]))
        if let project {
            for row in found {
                let config = KeptJSON.object(row["config"])
                let names = ["externalProjectId", "externalProjectKey", "projectKey"].compactMap { config[$0]?.string }
                if names.contains(project) { return row["projectId"].integer }
            }
        }
        return found.count == 1 ? found[0]["projectId"].integer : nil
    }
}

extension Writing {
    /// The rights that keeping an issue in a project needs, asked before the tracker is.
    public func requireIssues(in project: Int64) throws(DomainError) {
        try requireAdding(schema["Issue"], to: project)
    }

    /// Makes or refreshes our copy of a tracker's issue. Throws `.conflict` when another project has it.
    public func keep(
        _ issue: TrackerIssue, integration: Int64, project: Int64
    ) throws(DomainError) -> (id: Int64, isNew: Bool) {
        try lock("issue \(integration) \(issue.id)")
        let known = try rows(
            """
            SELECT id, project_id FROM issue WHERE integration_id = \(Value.int(integration))
            AND (external_id = \(Value.text(issue.id)) OR external_key = \(Value.text(issue.key)))
            ORDER BY CASE WHEN external_id = \(Value.text(issue.id)) THEN 0 ELSE 1 END, id LIMIT 1
            """
        ).first
        var values: [String: Value] = [
            "name": .text(issue.key), "title": .text(String(issue.title.prefix(1000))),
            "externalId": .text(issue.id), "externalKey": .text(issue.key), "externalUrl": .text(issue.url),
            "lastSyncedAt": .int(time),
        ]
        if let text = issue.description { values["description"] = .text(String(text.prefix(100_000))) }
        if let status = issue.status {
            values["status"] = .text(status)
            values["externalStatus"] = .text(status)
        }
        if let priority = issue.priority { values["priority"] = .text(priority.uppercased()) }
        if let type = issue.type {
            values["issueTypeId"] = .text(type.id)
            values["issueTypeName"] = .text(type.name)
        }
        if let known, let id = known[0].integer {
            guard known[1].integer == project else {
                throw .conflict("the issue \(issue.key) belongs to another project")
            }
            values["isDeleted"] = false
            try update("Issue", [Change(id, set: values)])
            return (id, false)
        }
        values["integrationId"] = .int(integration)
        values["projectId"] = .int(project)
        if values["status"] == nil { values["status"] = "OPEN" }
        return (try insert("Issue", [Draft(values)])[0], true)
    }
}

extension Engine {
    /// Shows at the tracker that something of ours belongs to its issue. It is a courtesy: when the tracker refuses, our
    /// link stands all the same.
    public func showLink(_ connection: TrackerConnection, _ key: String, to url: String, title: String) async {
        do throws(DomainError) {
            try await connection.tracker.link(key, to: url, title: title)
        } catch {
            world.log.info("a link could not be shown at the tracker", metadata: ["reason": "\(error.message)"])
        }
    }
}
