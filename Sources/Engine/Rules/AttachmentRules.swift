public import Model
import Statements

/// Attachments: links go to web addresses or to files of ours that the caller may give away.
struct AttachmentRules: RowRules {
    func allowsInsert(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> Bool {
        try ResultPartRules(field: "testRunResultsId").allowsInsert(drafts, work)
    }

    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        for index in drafts.indices where drafts[index]["storedFileId"]?.isNull != false {
            guard let url = drafts[index]["url"]?.string else { continue }
            guard let file = try file(url, work) else { continue }
            drafts[index]["url"] = .text(AttachmentAddress.path + file.key)
            drafts[index]["storedFileId"] = .int(file.id)
            drafts[index]["sha256"] = .text(file.sha256)
            drafts[index]["size"] = .int(file.size)
            if drafts[index]["mimeType"]?.string == nil { drafts[index]["mimeType"] = .text(file.mediaType) }
        }
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for index in changes.indices {
            guard let url = changes[index].values["url"]?.plain?.string, url != old[changes[index].id]?.text("url")
            else {
                continue
            }
            let file = try file(url, work)
            changes[index].values["storedFileId"] = .set(.int(file?.id))
            if let file { changes[index].values["url"] = .set(.text(AttachmentAddress.path + file.key)) }
        }
    }

    /// The file that an address names; `nil` for an address outside.
    private func file(_ url: String, _ work: Writing) throws(DomainError) -> StoredFile? {
        guard AttachmentAddress.isAllowed(url) else { throw .invalid("url", AttachmentAddress.rule) }
        guard let key = AttachmentAddress.key(url) else { return nil }
        do throws(DomainError) {
            return try work.storedFile(key)
        } catch {
            guard case .notFound = error.code else { throw error }
            // An address of the same form on another host is that host's.
            if !url.hasPrefix("/") { return nil }
            throw .invalid("url", "url names no stored file")
        }
    }
}

/// What the address of an attachment may be.
public enum AttachmentAddress {
    /// Where our own files are read.
    public static let path = "/api/storage/"
    public static let rule = "url must be an http or https address or a stored file"

    public static func isAllowed(_ url: String) -> Bool {
        if url.hasPrefix(path) { return !url.contains("..") }
        let isWeb = url.hasPrefix("http://") || url.hasPrefix("https://")
        return isWeb && Validation.isURL(url)
    }

    /// The key of the stored file that an address names.
    static func key(_ url: String) -> String? {
        if url.hasPrefix(path) { return String(url.dropFirst(path.count)) }
        guard let host = url.firstRange(of: "://"), let slash = url[host.upperBound...].firstIndex(of: "/") else {
            return nil
        }
        let rest = url[slash...]
        return rest.hasPrefix(path) ? String(rest.dropFirst(path.count)) : nil
    }
}
