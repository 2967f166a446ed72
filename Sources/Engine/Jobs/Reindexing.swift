public import Model
import Statements
import Store

/// A part of the search index: the entries of one kind of thing.
public struct SearchPart: Sendable, Hashable {
    /// The name in the catalogue.
    public let entity: String
    public let documents: Int64
    /// Of the indexed text.
    public let bytes: Int64
}

/// Makes the entries of the search index anew from the rows.
public enum Reindexing {
    /// The entities of the index, in the order in which they are made anew.
    public static let entities = [
        "RepositoryCase", "SharedStepGroup", "TestRun", "Session", "Project", "Issue", "Milestone",
    ]

    public static let kind = JobKind(queue: "elasticsearch-reindex", name: "reindex", backoff: []) {
        job throws(DomainError) in
        let wanted = (job.payload["entities"]?.array ?? []).compactMap(\.string)
        let isFresh = job.payload["fresh"]?.bool ?? false
        let project = job.payload["project"]?.integer
        var state = State()
        for (index, entity) in wanted.enumerated() {
            state.current = entity
            if isFresh { try await clear(entity, project, job.engine) }
            var last: Int64 = 0
            while true {
                try await job.progress(index * 100 / max(wanted.count, 1), state.json.text)
                let (next, count) = try await refresh(entity, after: last, project, job.engine)
                state.documents += count
                guard let next else { break }
                last = next
            }
            state.processed.append(entity)
        }
        state.current = nil
        return .done(state.json)
    }

    /// What has been done so far; kept in the progress text while the job runs and in its result afterwards.
    public struct State: Sendable, Hashable {
        public var processed: [String] = []
        public var current: String?
        public var documents: Int64 = 0

        init() {}

        public init(_ json: JSON) {
            processed = (json["processed"]?.array ?? []).compactMap(\.string)
            current = json["current"]?.string
            documents = json["documents"]?.integer ?? 0
        }

        var json: JSON {
            [
                "processed": .array(processed.map { .string($0) }), "current": current.map { .string($0) } ?? .null,
                "documents": .integer(documents),
            ]
        }
    }

    /// Rows of one transaction.
    private static let batch = 500

    /// Makes the entries of the next rows; the last id, or `nil` when there were no more, and the documents written.
    private static func refresh(
        _ entity: String, after last: Int64, _ project: Int64?, _ engine: Engine
    ) async throws(DomainError) -> (next: Int64?, count: Int64) {
        try await engine.write(as: .system) { work throws(DomainError) in
            let type = work.schema[entity]
            var filter: SQLText = "id > \(Value.int(last))"
            if let project {
                let column: SQLText = entity == "Project" ? "id" : "project_id"
                filter += " AND \(column) = \(Value.int(project))"
            }
            let ids = try work.rows(
                "SELECT id FROM \(name: type.table) WHERE \(filter) ORDER BY id LIMIT \(Value.int(batch))"
            ).compactMap { $0[0].integer }
            guard let next = ids.last else { return (nil, 0) }
            try SearchText.refresh(entity, ids, isNew: false, in: work)
            let list = SQLText.list(ids.map { Value.int($0) })
            let live = try work.value(
                "SELECT COUNT(*) FROM \(name: type.table) WHERE id IN (\(list)) AND NOT is_deleted")
            return (next, live?.integer ?? 0)
        }
    }

    private static func clear(_ entity: String, _ project: Int64?, _ engine: Engine) async throws(DomainError) {
        try await engine.write(as: .system) { work throws(DomainError) in
            var condition: SQLText = "entity = \(Value.text(entity))"
            if let project { condition += " AND project_id = \(Value.int(project))" }
            _ = try work.run { () throws(StoreError) in
                try work.session.execute("DELETE FROM search_entry WHERE \(condition)")
            }
        }
    }
}

extension Reading {
    /// What the search index holds.
    public func searchParts() throws(DomainError) -> [SearchPart] {
        try requireAdministrator()
        var found: [String: (Int64, Int64)] = [:]
        for row in try rows(
            """
            SELECT entity, COUNT(*), CAST(SUM(LENGTH(title) + LENGTH(body) + LENGTH(tags)) AS BIGINT)
            FROM search_entry GROUP BY entity
            """)
        {
            found[row[0].string ?? ""] = (row[1].integer ?? 0, row[2].integer ?? 0)
        }
        return Reindexing.entities.map { entity in
            SearchPart(entity: entity, documents: found[entity]?.0 ?? 0, bytes: found[entity]?.1 ?? 0)
        }
    }
}

extension Writing {
    /// Queues the making of the index anew.
    public func reindex(_ entities: [String], isFresh: Bool, project: Int64?) throws(DomainError) -> JobKey {
        try requireAdministrator()
        let payload: JSON = [
            "entities": .array(entities.map { .string($0) }), "fresh": .bool(isFresh),
            "project": project.map { .integer($0) } ?? .null,
        ]
        guard let key = try enqueue(NewJob(Reindexing.kind, payload, project: project)) else {
            throw .conflict("the index is being made anew already")
        }
        return key
    }
}
