import CLibPQ
import Foundation
import Statements
import Store

/// One connection to the server with its prepared statements; it lives on one thread and opens again when it broke.
final class Connection {
    let address: ServerAddress
    let settings: SessionSettings
    private(set) var handle: OpaquePointer?
    private var prepared: [StatementKey: Prepared] = [:]
    /// Hashes of statements that ran once; only what runs again is worth preparing.
    private var seen: Set<Int> = []
    private var clock: UInt64 = 0
    private var nextName = 0
    /// The `BEGIN` of a transaction that has run no statement yet; it travels with the first one.
    var pendingBegin: String?
    /// A `COMMIT` was sent whose answer nobody waited for.
    var isSettling = false

    private static let preparedLimit = 256
    private static let seenLimit = 4096
    /// Statements with more values than this vary in length and would fill the cache.
    private static let preparedBindings = 64

    private struct StatementKey: Hashable {
        let text: String
        let types: [Oid]
    }

    private struct Prepared {
        let name: String
        var lastUse: UInt64
    }

    init(address: ServerAddress, settings: SessionSettings) {
        self.address = address
        self.settings = settings
    }

    var isUsable: Bool { handle != nil && PQstatus(handle) == CONNECTION_OK }

    /// Connects anew and prepares the session; throws `.unavailable` with the reason.
    func open() throws(StoreError) {
        close()
        var names: [UnsafePointer<CChar>?] = []
        var values: [UnsafePointer<CChar>?] = []
        for (name, value) in address.keywords {
            names.append(UnsafePointer(strdup(name)))
            values.append(UnsafePointer(strdup(value)))
        }
        defer { for text in names + values { free(UnsafeMutablePointer(mutating: text)) } }
        names.append(nil)
        values.append(nil)
        handle = PQconnectdbParams(&names, &values, 0)
        guard isUsable else {
            let reason = address.redacted(String(cString: PQerrorMessage(handle)))
            close()
            throw StoreError(.unavailable, "cannot connect to PostgreSQL: \(reason)")
        }
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        do throws(StoreError) {
            let answer = try simple(settings.script)
            try settings.check(version: PQserverVersion(handle), row: answer.texts(row: 0))
        } catch {
            close()
            throw StoreError(.unavailable, error.detail)
        }
    }

    func close() {
        if let handle { PQfinish(handle) }
        handle = nil
        prepared = [:]
        isSettling = false
    }

    /// Runs text without values, several statements too; answers the last one.
    func simple(_ text: String) throws(StoreError) -> Answer {
        try checked(PQexec(handle, text))
    }

    /// Runs one statement of the open transaction.
    func run(_ text: String, _ parameters: Parameters) throws(StoreError) -> Answer {
        guard parameters.count <= Int(UInt16.max) else {
            throw StoreError(.statement, "a statement with \(parameters.count) values; the server takes 65535")
        }
        if let begin = pendingBegin { return try run(begin, first: text, parameters) }
        let plan = try plan(text, parameters)
        if plan.isNew {
            _ = try checked(PQprepare(handle, plan.name, text, Int32(parameters.count), parameters.types))
            keep(plan, text, parameters)
        }
        let result = parameters.withPointers { values, lengths, formats in
            let count = Int32(parameters.count)
            if let name = plan.name { return PQexecPrepared(handle, name, count, values, lengths, formats, 0) }
            return PQexecParams(handle, text, count, parameters.types, values, lengths, formats, 0)
        }
        return try checked(result)
    }

    /// Forgets every prepared statement, after the tables under them changed.
    func forgetPrepared() {
        prepared = [:]
        seen = []
        if isUsable { PQclear(PQexec(handle, "DEALLOCATE ALL")) }
    }

    func checked(_ result: OpaquePointer?) throws(StoreError) -> Answer {
        let answer = Answer(result)
        guard answer.isDone else { throw failure(result) }
        return answer
    }

    /// What the server or libpq said about a statement that failed.
    func failure(_ result: OpaquePointer?) -> StoreError {
        StoreError(result: result, isConnected: isUsable) { [address] in
            address.redacted(String(cString: PQerrorMessage(self.handle)))
        }
    }

    /// How a statement is run: unprepared without a name; a new name has to be prepared first.
    struct Plan {
        var name: String?
        var isNew = false
    }

    func plan(_ text: String, _ parameters: Parameters) throws(StoreError) -> Plan {
        guard parameters.count <= Connection.preparedBindings else { return Plan() }
        clock += 1
        let key = StatementKey(text: text, types: parameters.types)
        if let name = prepared[key]?.name {
            prepared[key]?.lastUse = clock
            return Plan(name: name)
        }
        if seen.count >= Connection.seenLimit { seen = [] }
        if seen.insert(key.hashValue).inserted { return Plan() }
        if prepared.count >= Connection.preparedLimit { try forgetOldest() }
        nextName += 1
        return Plan(name: "s\(nextName)", isNew: true)
    }

    /// Remembers a statement that was prepared.
    func keep(_ plan: Plan, _ text: String, _ parameters: Parameters) {
        guard plan.isNew, let name = plan.name else { return }
        prepared[StatementKey(text: text, types: parameters.types)] = Prepared(name: name, lastUse: clock)
    }

    private func forgetOldest() throws(StoreError) {
        guard let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        prepared[oldest.key] = nil
        _ = try simple("DEALLOCATE \(oldest.value.name)")
    }
}
