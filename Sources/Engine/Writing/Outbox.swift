import Model
import Statements
import Store

/// Events for the outside, written with the change and delivered afterwards.
final class Outbox {
    private struct Event {
        let name: String
        let entity: String
        let id: Int64
        let project: Int64?
    }

    private var events: [Event] = []
    private var isHeard: Bool?

    func inserted(_ entity: EntityType, _ ids: [Int64], _ projects: [Int64?], in work: Writing) throws(DomainError) {
        let name: String
        switch entity.name {
        case "RepositoryCase": name = "test_case.created"
        case "Issue": name = "issue.created"
        default: return
        }
        guard try hasListeners(work) else { return }
        for (id, project) in zip(ids, projects) {
            events.append(Event(name: name, entity: entity.name, id: id, project: project))
        }
    }

    /// Whether any webhook listens at all; asked once, so that bulk work without listeners costs nothing.
    private func hasListeners(_ work: Writing) throws(DomainError) -> Bool {
        if let isHeard { return isHeard }
        let found = try work.value("SELECT COUNT(*) FROM webhook WHERE is_active AND NOT is_deleted")
        let answer = found?.integer ?? 0 > 0
        isHeard = answer
        return answer
    }

    func updated(
        _ entity: EntityType, _ old: [Int64: Row], _ changes: [Change], _ projects: [Int64: Int64], in work: Writing
    ) throws(DomainError) {
        for change in changes {
            let name: String
            let isCompleted = change.values["isCompleted"]?.plain?.boolean == true
            let wasCompleted = old[change.id]?.flag("isCompleted") == true
            switch entity.name {
            case "RepositoryCase": name = "test_case.updated"
            case "TestRun" where isCompleted && !wasCompleted: name = "test_run.completed"
            case "Session" where isCompleted && !wasCompleted: name = "session.completed"
            case "Milestone" where isCompleted && !wasCompleted: name = "milestone.completed"
            default: continue
            }
            events.append(Event(name: name, entity: entity.name, id: change.id, project: projects[change.id]))
        }
    }

    /// Cases whose steps, values, tags or links changed, with or without a change of their own row.
    func changed(cases: [Int64], in work: Writing) throws(DomainError) {
        guard !cases.isEmpty, try hasListeners(work) else { return }
        let projects = try work.projects(of: work.schema["RepositoryCase"], cases)
        for id in cases {
            events.append(
                Event(name: "test_case.updated", entity: "RepositoryCase", id: id, project: projects[id]))
        }
    }

    /// Writes one row for each event that some active webhook wants; a transaction changes a thing once.
    func flush(in work: Writing) throws(DomainError) {
        guard !events.isEmpty else { return }
        let hooks = try work.rows("SELECT project_id, events FROM webhook WHERE is_active AND NOT is_deleted")
        guard !hooks.isEmpty else { return }
        var rows: [[Value]] = []
        var told: Set<String> = []
        for event in events where told.insert("\(event.name) \(event.id)").inserted {
            let isWanted = hooks.contains { hook in
                let scope = hook[0].integer
                let names = hook[1].string ?? ""
                return (scope == nil || scope == event.project)
                    && (names.contains("\"\(event.name)\"") || names.contains("\"*\""))
            }
            if isWanted {
                rows.append([.text(event.name), .text(event.entity), .int(event.id), .int(event.project), "{}"])
            }
        }
        try work.store(work.schema["OutboxEvent"], ["event", "entityType", "entityId", "projectId", "payload"], rows)
        events = []
    }
}
