import Engine
import Model
import Wire

/// Integrations as the reference shows them; credentials never appear.
enum IntegrationPage {
    static let uids = ["createdById", "updatedById"]

    /// `isWhole` shows all settings; others see where the tracker is and nothing else.
    static func write(_ row: Row, isWhole: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity(row)
        for name in ["name", "provider", "authType", "status"] { writer.member(JSONKey(name), row[name]) }
        writer.key(.settings)
        writer.value(.object(settings(row, isWhole: isWhole)))
        writer.member("lastSyncAt", time: row["lastSyncAt"])
        writer.member("hasCredentials", flag: Reading.hasCredentials(row))
        writer.common(row, creator: "createdById")
        writer.endObject()
    }

    private static func settings(_ row: Row, isWhole: Bool) -> JSONObject {
        let stored = JSON.stored(row["settings"]).object ?? JSONObject()
        guard !isWhole else { return stored }
        var shown = JSONObject()
        if let url = stored["baseUrl"] { shown["baseUrl"] = url }
        return shown
    }

    static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let query = Query("Integration", where: key.filter && .equals("isDeleted", false))
        return try ListPage.single(query, uids: uids, in: work) { tree, writer in
            if let row = tree.first { write(row, isWhole: work.caller.isAdministrator, to: &writer) }
        }
    }
}
