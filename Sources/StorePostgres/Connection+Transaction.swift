import CLibPQ
import Foundation
import Store

extension Connection {
    private static let attempts = 5

    /// Runs the body on one snapshot of the database.
    func read<T>(_ body: (any Session) throws -> T) throws -> T {
        try begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        let session = PostgresSession(self)
        do {
            let value = try body(session)
            try end(session)
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
            try begin("BEGIN ISOLATION LEVEL READ COMMITTED")
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

    /// Begins a transaction; a connection that broke while it was idle is opened again once.
    private func begin(_ text: String) throws(StoreError) {
        do throws(StoreError) {
            _ = try simple(text)
        } catch {
            if isUsable { throw error }
            try open()
            _ = try simple(text)
        }
    }

    private func end(_ session: PostgresSession) throws(StoreError) {
        session.finish()
        let answer: Answer
        do throws(StoreError) {
            answer = try simple("COMMIT")
        } catch {
            session.note(error)
            if isUsable { throw error }
            throw StoreError(.unavailable, "the connection broke during COMMIT, its outcome is unknown: \(error.detail)")
        }
        guard answer.tag == "COMMIT" else {
            // The body went on after a statement that had failed; the server has rolled back.
            throw session.failure ?? StoreError(.statement, "the transaction was rolled back")
        }
    }

    private func abandon(_ session: PostgresSession) {
        session.finish()
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
