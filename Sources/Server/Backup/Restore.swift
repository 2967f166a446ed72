import Foundation
import Model
import StoreSQLite

/// Putting a backup in the place of a data folder.
public enum Restore {
    public struct Outcome: Sendable {
        public var folder: String
        /// Where the former folder went.
        public var aside: String?
        /// False when the key file has to be put back by hand.
        public var hasSecret: Bool
        public var createdAt: String
    }

    /// Checks the backup while it is unpacked beside the folder, then exchanges the two by renaming.
    ///
    /// Throws a `StartError` when a server has the folder, when the folder holds data and `replaces` is false, or when the
    /// backup is damaged; the folder is as it was then.
    public static func run(_ file: String, into data: String, replaces: Bool, now: Int64) throws -> Outcome {
        let folder = DataFolder.absolute(data)
        let manager = FileManager.default
        guard try !DataFolder.isInUse(folder) else {
            throw StartError("\(folder) is in use by a running server; stop it first")
        }
        let exists = manager.fileExists(atPath: folder)
        let isEmpty = exists ? (try? manager.contentsOfDirectory(atPath: folder).isEmpty) ?? false : true
        guard isEmpty || replaces else {
            throw StartError("\(folder) holds data already; with --force it is kept aside and replaced")
        }
        let fresh = "\(folder).restoring-\(now)"
        do {
            try manager.createDirectory(
                atPath: fresh, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let manifest = try BackupReader(file).verify(extractingTo: fresh)
            try compare(manifest, "\(fresh)/\(Backup.database)")
            let secret = "\(folder)/secret.key"
            let hasSecret = manager.fileExists(atPath: secret)
            if hasSecret { try manager.copyItem(atPath: secret, toPath: "\(fresh)/secret.key") }
            var aside: String?
            if exists {
                let place = "\(folder).before-restore-\(now)"
                try manager.moveItem(atPath: folder, toPath: place)
                aside = isEmpty ? nil : place
            }
            try manager.moveItem(atPath: fresh, toPath: folder)
            let created = manifest["createdAt"]?.string ?? ""
            return Outcome(folder: folder, aside: aside, hasSecret: hasSecret, createdAt: created)
        } catch {
            try? manager.removeItem(atPath: fresh)
            if let error = error as? StartError { throw error }
            throw StartError("cannot restore to \(folder): \(DataFolder.reason(error))")
        }
    }

    /// The unpacked database must be sound and have the rows that were counted when the backup was made.
    private static func compare(_ manifest: JSON, _ database: String) throws {
        let check = try Backup.sound(database)
        for row in check.rows where manifest["rows"]?[row.table]?.integer != Int64(row.count) {
            throw StartError("the table \(row.table) of the backup has \(row.count) rows, its manifest says otherwise")
        }
    }
}
