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

    /// Brings the database to the form that this program needs; returns the steps that ran.
    static func migrate(_ store: any Store) async throws -> [Int] {
        do {
            return try await Migrator(Migrations.all(Catalog.schema)).migrate(store)
        } catch let error as StoreError {
            throw StartError("cannot migrate the database: \(error.detail)")
        }
    }
}
