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
    /// Statements that ran once; only what runs again is worth preparing.
    private var seen: Set<StatementKey> = []
    private var clock: UInt64 = 0
    private var nextName = 0

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
    }

    /// Runs text without values, several statements too; answers the last one.
    func simple(_ text: String) throws(StoreError) -> Answer {
        try checked(PQexec(handle, text))
    }

    /// Runs one statement with values.
    func run(_ text: String, _ parameters: Parameters) throws(StoreError) -> Answer {
        guard parameters.count <= Int(UInt16.max) else {
            throw StoreError(.statement, "a statement with \(parameters.count) values; the server takes 65535")
        }
        let name = try preparedName(text, parameters)
        let result = parameters.withPointers { values, lengths, formats in
            if let name {
                PQexecPrepared(handle, name, Int32(parameters.count), values, lengths, formats, 0)
            } else {
                PQexecParams(handle, text, Int32(parameters.count), parameters.types, values, lengths, formats, 0)
            }
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
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN: return answer
        default: throw failure(result)
        }
    }

    /// What the server or libpq said about a statement that failed.
    func failure(_ result: OpaquePointer?) -> StoreError {
        StoreError(result: result, isConnected: isUsable) { [address] in
            address.redacted(String(cString: PQerrorMessage(self.handle)))
        }
    }

    private func preparedName(_ text: String, _ parameters: Parameters) throws(StoreError) -> String? {
        guard parameters.count <= Connection.preparedBindings else { return nil }
        clock += 1
        let key = StatementKey(text: text, types: parameters.types)
        if let name = prepared[key]?.name {
            prepared[key]?.lastUse = clock
            return name
        }
        guard seen.contains(key) else {
            if seen.count >= Connection.seenLimit { seen = [] }
            seen.insert(key)
            return nil
        }
        if prepared.count >= Connection.preparedLimit { try forgetOldest() }
        nextName += 1
        let name = "s\(nextName)"
        _ = try checked(PQprepare(handle, name, text, Int32(parameters.count), parameters.types))
        prepared[key] = Prepared(name: name, lastUse: clock)
        seen.remove(key)
        return name
    }

    private func forgetOldest() throws(StoreError) {
        guard let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        prepared[oldest.key] = nil
        _ = try simple("DEALLOCATE \(oldest.value.name)")
    }
}
