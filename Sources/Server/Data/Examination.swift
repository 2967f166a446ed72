import Foundation
public import Model
import Wire

/// What `assay doctor` looks at.
public enum Examination {
    public struct Finding: Sendable, Hashable {
        public enum Grade: String, Sendable { case good = "ok  ", odd = "warn", bad = "BAD " }

        public var grade: Grade
        public var text: String

        public var line: String { "\(grade.rawValue)  \(text)" }
    }

    private static let day: Int64 = Timestamp.millisecondsPerDay

    public static func hasDatabase(_ settings: ServerSettings) -> Bool {
        settings.database != nil || access("\(DataFolder.absolute(settings.data))/assay.db", F_OK) == 0
    }

    /// Everything that can be seen without the database.
    public static func folder(_ settings: ServerSettings, now: Int64) -> [Finding] {
        let path = DataFolder.absolute(settings.data)
        guard access(path, F_OK) == 0 else {
            return [Finding(grade: .odd, text: "there is no data folder \(path) yet; assay serve makes it")]
        }
        return [
            permissions("data folder", path, "chmod 700"),
            permissions("key file", settings.secretFile ?? "\(path)/secret.key", "chmod 600"), disk(path),
            backups(path, now), rates(settings), exposure(settings),
        ]
    }

    /// What the database says about itself.
    public static func database(_ facts: JSON) -> [Finding] {
        (facts["facts"]?.array ?? []).map { fact in
            let text = "\(fact["name"]?.string ?? ""): \(fact["value"]?.string ?? "")"
            guard let warning = fact["warning"]?.string else { return Finding(grade: .good, text: text) }
            let isGrave = durability.contains(fact["name"]?.string ?? "")
            return Finding(grade: isGrave ? .bad : .odd, text: "\(text) (\(warning))")
        }
    }

    /// Facts on which it hangs whether acknowledged writes outlive a crash.
    private static let durability: Set<String> = [
        "synchronous", "writes", "synchronous_commit", "fsync", "full_page_writes",
    ]

    /// What the walk along the audit log found.
    public static func audit(_ report: JSON) -> [Finding] {
        let number = { (name: String) in report[name]?.integer ?? 0 }
        let problems = (report["problems"]?.array ?? []).compactMap(\.string)
        guard problems.isEmpty else { return problems.map { Finding(grade: .bad, text: "audit log: \($0)") } }
        let words = "\(number("entries")) entries in \(number("chains")) chains are as they were written"
        return [Finding(grade: .good, text: "audit log: \(words), \(number("anchors")) anchors hold")]
    }

    private static func permissions(_ what: String, _ path: String, _ cure: String) -> Finding {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return Finding(grade: .bad, text: "\(what) \(path) is missing") }
        guard facts.st_mode & 0o077 == 0 else {
            return Finding(grade: .bad, text: "\(what) \(path) is open to others; run: \(cure) \(path)")
        }
        return Finding(grade: .good, text: "\(what) \(path) is private")
    }

    private static func disk(_ path: String) -> Finding {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0, facts.f_blocks > 0 else {
            return Finding(grade: .odd, text: "the disk of \(path) cannot be looked at")
        }
        let percent = Int(Double(facts.f_bavail) * 100 / Double(facts.f_blocks))
        return Finding(grade: percent >= 10 ? .good : .bad, text: "\(percent) % of the disk is free")
    }

    private static func backups(_ path: String, _ now: Int64) -> Finding {
        guard let last = Backup.last(folder: path) else {
            return Finding(grade: .odd, text: "no backup was made yet; run: assay backup FILE")
        }
        let days = (now - last.time) / day
        return Finding(grade: days > 7 ? .odd : .good, text: "the last backup is \(days) days old: \(last.file)")
    }

    private static func rates(_ settings: ServerSettings) -> Finding {
        Finding(
            grade: settings.rateLimit == .off ? .odd : .good,
            text: settings.rateLimit == .off
                ? "rate limits are off, sign-in attempts included" : "rate limit: \(settings.rateLimit.text)")
    }

    private static func exposure(_ settings: ServerSettings) -> Finding {
        if let base = settings.baseURL {
            let isSecure = base.hasPrefix("https://")
            return Finding(
                grade: isSecure ? .good : .odd, text: isSecure ? "address: \(base)" : "address: \(base) is not https")
        }
        if ServerApplication.isLoopback(settings.host) {
            return Finding(grade: .good, text: "only this machine can connect")
        }
        return Finding(
            grade: .odd, text: "listens on \(settings.host) without --base-url: links use whatever host a client names")
    }
}
