import ArgumentParser
import Engine
import Foundation
import Model
import Server

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database to the form that this program needs.",
        discussion: "The server does the same at its start; this is for those who want to do it at another time.")

    @OptionGroup var folder: DataOptions

    @Flag(
        name: .customLong("adopt-key"),
        help: "The former key file is lost: go on with the present one. Ends every API token and browser session.")
    var adoptKey = false

    func run() async throws {
        let settings = try await folder.settings()
        if try DataFolder.isInUse(settings.data) {
            if adoptKey { throw StartError("stop the server first") }
            Terminal.line("The server runs and has migrated its database when it started.")
            return
        }
        let installation = try await Installation.open(
            settings, world: Installation.world(settings), for: .server, otherKey: adoptKey ? .adopt : .refuse)
        try await installation.close()
        let steps = installation.migrated
        let numbers = steps.map { "\($0)" }.joined(separator: ", ")
        Terminal.line(steps.isEmpty ? "The database is up to date." : "Migrated: \(numbers)")
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a checked backup of everything into one tar file.",
        discussion: """
            Works while the server runs. The file holds the database, the attachments and a manifest with their sums; \
            the key file is not in it, keep that elsewhere. A PostgreSQL database is backed up with pg_dump.
            """)

    @OptionGroup var folder: DataOptions

    @Argument(help: "File to write; it must not exist.")
    var file: String

    func run() async throws {
        let settings = try await folder.settings()
        guard settings.database == nil else {
            throw StartError(
                "a PostgreSQL database is backed up with pg_dump --format=custom; copy the attachments folder beside it"
            )
        }
        let data = DataFolder.absolute(settings.data)
        let target = DataFolder.absolute(file)
        guard access(data, F_OK) == 0 else { throw StartError("there is no data folder \(data)") }
        guard access(target, F_OK) != 0 else { throw StartError("\(target) exists already") }
        let answer = try await AdministrativeWork.perform(settings, route: "/snapshots", body: [:]) {
            work, open async throws(DomainError) in
            try await work.snapshot(in: open.folder)
        }
        guard let snapshot = answer["path"]?.string else { throw StartError("the server made no snapshot") }
        defer { unlink(snapshot) }
        let now = World.live().now()
        let summary = try Backup.write(to: target, snapshot: snapshot, folder: data, now: now)
        try Backup.remember(target, folder: data, now: now)
        Terminal.line(
            "Wrote and checked \(file): \(Terminal.size(summary.bytes)), \(summary.rows) rows, \(summary.attachments) attachments"
        )
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the place of a data folder.",
        discussion:
            "The server must not run. The backup is checked first; the former folder is kept beside the new one.")

    @OptionGroup var folder: DataOptions

    @Argument(help: "File that assay backup wrote.")
    var file: String

    @Flag(help: "Replace a folder that holds data.")
    var force = false

    func run() async throws {
        let settings = try await folder.settings()
        let outcome = try Restore.run(file, into: settings.data, replaces: force, now: World.live().now())
        Terminal.line("Restored the backup of \(outcome.createdAt) to \(outcome.folder)")
        if let aside = outcome.aside { Terminal.line("The former data is in \(aside)") }
        if !outcome.hasSecret {
            Terminal.line(
                "Put the key file back as \(outcome.folder)/secret.key; if it is lost, run assay migrate --adopt-key.")
        }
    }
}

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what could go wrong: permissions, database, disk, backups, settings, audit log.",
        discussion: "Changes nothing; walks along the whole audit log. Exit code 1 when something must be repaired.")

    @OptionGroup var folder: DataOptions

    func run() async throws {
        let settings = try await folder.settings()
        var findings = Examination.folder(settings, now: World.live().now())
        if Examination.hasDatabase(settings) {
            let answer = try await AdministrativeWork.perform(settings, route: "/facts", body: nil) {
                work, _ async throws(DomainError) in
                try await work.facts()
            }
            findings += Examination.database(answer)
            let audit = try await AdministrativeWork.perform(settings, route: "/audit", body: nil) {
                work, open async throws(DomainError) in
                try await work.audit(in: open.folder)
            }
            findings += Examination.audit(audit)
        }
        for finding in findings { Terminal.line(finding.line) }
        if findings.contains(where: { $0.grade == .bad }) { throw ExitCode(1) }
    }
}
