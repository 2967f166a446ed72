import Catalog
import Engine
import Foundation
import Logging
import Store
import StorePostgres
import StoreSQLite

/// Opening the database that the settings name.
enum DatabaseChoice {
    static func open(_ settings: ServerSettings, _ folder: DataFolder) async throws -> any Store {
        do {
            if let url = settings.database { return try await PostgresStore.open(url: url) }
            return try SQLiteStore.open(path: folder.database)
        } catch let error as StoreError {
            throw StartError("cannot open the database: \(error.detail)")
        }
    }

    /// True when the folder has a database of its own already.
    static func isThere(_ settings: ServerSettings, _ folder: DataFolder) -> Bool {
        settings.database == nil && access(folder.database, F_OK) == 0
    }

    /// Remembers which kind of database belongs to the folder, so that a command which forgets `--database` does not
    /// start an empty one. Throws a `StartError` when the folder has the other kind.
    static func note(_ settings: ServerSettings, _ folder: DataFolder) throws {
        let path = "\(folder.path)/database.kind"
        let kind = settings.database == nil ? "sqlite" : "postgresql"
        if let data = FileManager.default.contents(atPath: path) {
            let known = String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
            if known == kind { return }
            throw StartError(
                known == "postgresql"
                    ? "the rows of \(folder.path) are in a PostgreSQL database; name it with --database"
                    : "the rows of \(folder.path) are in its own file; choose another --data folder for PostgreSQL")
        }
        do {
            try Data("\(kind)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw StartError("cannot write \(path): \(DataFolder.reason(error))")
        }
    }

    /// Brings the database to the form that this program needs; returns the steps that ran.
    static func migrate(_ store: any Store) async throws -> [Int] {
        do {
            return try await Migrator(Migrations.all(Catalog.schema)).migrate(store)
        } catch let error as StoreError {
            throw StartError("cannot migrate the database: \(error.detail)")
        }
    }
}
