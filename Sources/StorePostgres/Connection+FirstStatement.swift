import CLibPQ
import Store

extension Connection {
    /// Begins a transaction and runs its first statement in one exchange with the server.
    ///
    /// A connection that broke while it was idle is opened again once: as long as the server has not answered the
    /// `BEGIN`, nothing of the transaction has happened.
    func run(_ begin: String, first text: String, _ parameters: Parameters) throws(StoreError) -> Answer {
        pendingBegin = nil
        var hasBegun = false
        do throws(StoreError) {
            return try exchange(begin, text, parameters, &hasBegun)
        } catch {
            if isUsable || hasBegun { throw error }
            try open()
            return try exchange(begin, text, parameters, &hasBegun)
        }
    }

    /// Begins the transaction now, for statements that cannot travel with the `BEGIN`.
    func beginNow() throws(StoreError) {
        guard let begin = pendingBegin else { return }
        pendingBegin = nil
        do throws(StoreError) {
            _ = try simple(begin)
        } catch {
            if isUsable { throw error }
            try open()
            _ = try simple(begin)
        }
    }

    private func exchange(
        _ begin: String, _ text: String, _ parameters: Parameters, _ hasBegun: inout Bool
    ) throws(StoreError) -> Answer {
        let plan = try plan(text, parameters)
        guard PQenterPipelineMode(handle) == 1 else { throw failure(nil) }
        // The flush makes the server answer the BEGIN by itself.
        let isSent =
            PQsendQueryParams(handle, begin, 0, nil, nil, nil, nil, 0) == 1 && PQsendFlushRequest(handle) == 1
            && send(text, parameters, plan) && PQpipelineSync(handle) == 1
        var answers: [Answer] = []
        while let answer = nextAnswer() { answers.append(answer) }
        let isOver = PQexitPipelineMode(handle) == 1
        hasBegun = answers.first?.isDone == true
        if plan.isNew, answers.count > 1, answers[1].isDone { keep(plan, text, parameters) }
        if let failed = answers.first(where: { !$0.isDone }) { throw failure(failed.result) }
        guard isSent, isOver, isUsable, let last = answers.last, answers.count == (plan.isNew ? 3 : 2) else {
            throw failure(nil)
        }
        return last
    }

    private func send(_ text: String, _ parameters: Parameters, _ plan: Plan) -> Bool {
        let count = Int32(parameters.count)
        if plan.isNew, PQsendPrepare(handle, plan.name, text, count, parameters.types) != 1 { return false }
        return parameters.withPointers { values, lengths, formats in
            if let name = plan.name {
                return PQsendQueryPrepared(handle, name, count, values, lengths, formats, 0) == 1
            }
            return PQsendQueryParams(handle, text, count, parameters.types, values, lengths, formats, 0) == 1
        }
    }

    /// The next result of a pipeline; `nil` at its end or when the connection broke.
    private func nextAnswer() -> Answer? {
        var gaps = 0
        while gaps < 2 {
            guard let result = PQgetResult(handle) else {
                // One null parts the results of two statements, two mean that nothing is left.
                gaps += 1
                continue
            }
            let answer = Answer(result)
            return PQresultStatus(result) == PGRES_PIPELINE_SYNC ? nil : answer
        }
        return nil
    }
}
