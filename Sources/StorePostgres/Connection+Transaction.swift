import CLibPQ
import Foundation
import Store

extension Connection {
    private static let attempts = 5

    /// Runs the body on one snapshot of the database.
    func read<T>(_ body: (any Session) throws -> T) throws -> T {
        begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        let session = PostgresSession(self)
        do {
            let value = try body(session)
            try settle(session)
            return value
        } catch {
            abandon(session)
            throw error
        }
    }

    /// Runs the body as one transaction, again when it lost against another one.
    func write<T>(_ body: (any Session) throws -> T) throws -> T {
        var attempt = 1
        while true {
            begin("BEGIN ISOLATION LEVEL READ COMMITTED")
            let session = PostgresSession(self)
            do {
                let value = try body(session)
                try end(session)
                return value
            } catch {
                abandon(session)
                // The body may have turned the session's error into one of its own.
                guard session.lostRace, isUsable, attempt < Connection.attempts else { throw error }
            }
            let longest = 0.005 * Double(1 << attempt)
            Thread.sleep(forTimeInterval: Double.random(in: longest / 2...longest))
            attempt += 1
        }
    }

    private func begin(_ text: String) {
        if isSettling { drain() }
        isSettling = false
        pendingBegin = text
    }

    /// Ends a transaction that changed nothing: its `COMMIT` is sent, the answer is taken before the next statement.
    private func settle(_ session: PostgresSession) throws(StoreError) {
        session.finish()
        if let failure = session.failure { throw failure }
        if pendingBegin == nil { isSettling = PQsendQuery(handle, "COMMIT") == 1 }
        pendingBegin = nil
    }

    private func end(_ session: PostgresSession) throws(StoreError) {
        session.finish()
        if pendingBegin != nil {
            pendingBegin = nil
            return
        }
        let answer: Answer
        do throws(StoreError) {
            answer = try simple("COMMIT")
        } catch {
            session.note(error)
            if isUsable { throw error }
            throw StoreError(
                .unavailable, "the connection broke during COMMIT, its outcome is unknown: \(error.detail)")
        }
        guard answer.tag == "COMMIT" else {
            // The body went on after a statement that had failed; the server has rolled back.
            throw session.failure ?? StoreError(.statement, "the transaction was rolled back")
        }
    }

    private func abandon(_ session: PostgresSession) {
        session.finish()
        pendingBegin = nil
        guard isUsable else { return close() }
        switch PQtransactionStatus(handle) {
        case PQTRANS_IDLE: break
        case PQTRANS_INTRANS, PQTRANS_INERROR:
            do throws(StoreError) { _ = try simple("ROLLBACK") } catch { close() }
        default: close()
        }
        if session.needsFreshStatements { forgetPrepared() }
    }
}
