public import Model
import Statements
import Store

extension Writing {
    /// Queues jobs as a part of this transaction; `nil` where a job with the same key waits already.
    @discardableResult
    public func enqueue(_ jobs: [NewJob]) throws(DomainError) -> [JobKey?] {
        guard !jobs.isEmpty else { return [] }
        var waiting = try waitingKeys(jobs.compactMap(\.uniqueKey))
        var places: [Int] = []
        var rows: [[Value]] = []
        for (index, job) in jobs.enumerated() {
            if let key = job.uniqueKey, !waiting.insert(key).inserted { continue }
            let runAt = job.runAt ?? time
            places.append(index)
            rows.append([
                .text(job.queue), .text(job.name), .text(job.payload.text), .int(job.priority), .int(runAt),
                .text(job.uniqueKey), .text(runAt > time ? "DELAYED" : "WAITING"), .int(caller.userId),
                .int(job.project),
            ])
        }
        let names = [
            "queue", "name", "payload", "priority", "runAt", "uniqueKey", "state", "userId", "projectId",
        ]
        let ids = try store(schema["Job"], names, rows)
        var uids: [Int64: String] = [:]
        for chunk in chunked(ids) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            for row in try self.rows("SELECT id, uid FROM job WHERE id IN (\(list))") {
                uids[row[0].integer ?? 0] = row[1].string
            }
        }
        var result = [JobKey?](repeating: nil, count: jobs.count)
        for (place, id) in zip(places, ids) { result[place] = JobKey(id: id, uid: uids[id] ?? "") }
        return result
    }

    @discardableResult
    public func enqueue(_ job: NewJob) throws(DomainError) -> JobKey? { try enqueue([job])[0] }

    private func waitingKeys(_ keys: [String]) throws(DomainError) -> Set<String> {
        guard !keys.isEmpty else { return [] }
        let list = SQLText.list(Set(keys).map { Value.text($0) })
        let found = try rows(
            "SELECT unique_key FROM job WHERE unique_key IN (\(list)) AND state IN ('WAITING', 'DELAYED')")
        return Set(found.compactMap { $0[0].string })
    }
}
