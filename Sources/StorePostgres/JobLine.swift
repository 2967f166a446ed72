/// Jobs in the order of their arrival; taking the first one costs the same however many wait.
struct JobLine {
    private var jobs: [ConnectionPool.Job] = []
    private var start = 0

    var count: Int { jobs.count - start }

    mutating func append(_ job: ConnectionPool.Job) { jobs.append(job) }

    mutating func prepend(_ job: ConnectionPool.Job) { jobs.insert(job, at: start) }

    mutating func popFirst() -> ConnectionPool.Job? {
        guard start < jobs.count else { return nil }
        let job = jobs[start]
        start += 1
        if start > 256, start * 2 > jobs.count { compact() }
        return job
    }

    mutating func remove(_ id: UInt64) -> ConnectionPool.Job? {
        guard let position = jobs[start...].firstIndex(where: { $0.id == id }) else { return nil }
        return jobs.remove(at: position)
    }

    mutating func removeAll() -> [ConnectionPool.Job] {
        let rest = Array(jobs[start...])
        jobs = []
        start = 0
        return rest
    }

    private mutating func compact() {
        jobs.removeFirst(start)
        start = 0
    }
}
