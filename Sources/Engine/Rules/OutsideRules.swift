import Model
import Statements

/// Connections to trackers: their secrets are sealed, and one that a project uses stays.
struct IntegrationRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        SecretKeeping.integration.beforeInsert(&drafts, work)
    }

    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        try SecretKeeping.integration.afterInsert(ids, drafts, work)
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        try SecretKeeping.integration.beforeUpdate(&changes, work)
        let gone = changes.filter { $0.values["isDeleted"]?.plain?.boolean == true }.map(\.id)
        try requireUnused(gone, work)
    }

    func beforeDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        try requireUnused(Array(old.keys), work)
    }

    private func requireUnused(_ ids: [Int64], _ work: Writing) throws(DomainError) {
        guard !ids.isEmpty else { return }
        let list = SQLText.list(ids.map { Value.int($0) })
        let used = try work.value(
            """
            SELECT i.id FROM project_integration AS i JOIN project AS p ON p.id = i.project_id
            WHERE i.integration_id IN (\(list)) AND NOT p.is_deleted LIMIT 1
            """)
        if used != nil { throw .conflict("the integration is assigned to a project") }
    }
}

/// What a project uses: one tracker at a time.
struct ProjectIntegrationRules: RowRules {
    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        for (id, draft) in zip(ids, drafts) where draft["isActive"]?.boolean != false {
            try deactivateOthers(id, draft["projectId"]?.integer, work)
        }
    }

    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {
        for change in changes where change.values["isActive"]?.plain?.boolean == true {
            try deactivateOthers(change.id, old[change.id]?["projectId"].integer, work)
        }
    }

    private func deactivateOthers(_ id: Int64, _ project: Int64?, _ work: Writing) throws(DomainError) {
        guard let project else { return }
        let others = try work.rows(
            """
            SELECT id FROM project_integration WHERE project_id = \(Value.int(project)) AND id <> \(Value.int(id))
            AND is_active
            """)
        let changes = others.compactMap { $0[0].integer }.map { Change($0, set: ["isActive": false]) }
        try work.apply(work.schema["ProjectIntegration"], changes)
    }
}

/// Connections to language models: their secrets are sealed.
struct ModelIntegrationRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        SecretKeeping.model.beforeInsert(&drafts, work)
    }

    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        try SecretKeeping.model.afterInsert(ids, drafts, work)
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        try SecretKeeping.model.beforeUpdate(&changes, work)
    }
}

/// Webhooks: known events, a plain web address, a sealed secret; switching one on again forgets its failures.
struct WebhookRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        var issues: [Issue] = []
        for draft in drafts {
            check(url: draft["url"], work, &issues)
            check(events: draft["events"] ?? "[]", &issues)
        }
        if !issues.isEmpty { throw .invalid(issues) }
        SecretKeeping.webhook.beforeInsert(&drafts, work)
    }

    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        try SecretKeeping.webhook.afterInsert(ids, drafts, work)
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        var issues: [Issue] = []
        for index in changes.indices {
            let values = changes[index].values
            if let url = values["url"]?.plain { check(url: url, work, &issues) }
            if let events = values["events"]?.plain { check(events: events, &issues) }
            let isNew = values["url"]?.plain.map { $0 != old[changes[index].id]?["url"] } ?? false
            if isNew || values["isActive"]?.plain?.boolean == true {
                changes[index].values["failureCount"] = .set(0)
                changes[index].values["disabledAt"] = .set(.null)
            }
        }
        if !issues.isEmpty { throw .invalid(issues) }
        try SecretKeeping.webhook.beforeUpdate(&changes, work)
    }

    private func check(url: Value?, _ work: Writing, _ issues: inout [Issue]) {
        guard let text = url?.string, !text.isEmpty else {
            issues.append(Issue(field: "url", message: "url is required"))
            return
        }
        if !work.engine.outside.post.isAllowed(text) {
            issues.append(Issue(field: "url", message: "url must be an http or https address"))
        }
    }

    private func check(events: Value, _ issues: inout [Issue]) {
        let names = events.string.flatMap { KeptJSON.parsed($0) }?.array?.compactMap(\.string) ?? []
        if names.isEmpty { issues.append(Issue(field: "events", message: "events must name at least one event")) }
        for name in names where name != "*" && WebhookEvent.named(name) == nil {
            issues.append(Issue(field: "events", message: "events has the unknown event \(name.prefix(100))"))
        }
    }
}
