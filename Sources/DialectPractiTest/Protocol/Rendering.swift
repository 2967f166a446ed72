import Engine
import Model
import Wire

/// What resources are written with.
struct Rendering {
    let work: Reading
    let project: Int64
    var wantsRelationships = false
    var wantsDuration = false

    /// Names of the tags of rows.
    func tags(_ entity: String, _ ids: [Int64]) throws(DomainError) -> [Int64: [String]] {
        guard !ids.isEmpty else { return [:] }
        let tags = Query("Tag", where: .equals("isDeleted", false), fields: ["name"], order: [.by("name")])
        let tree = try work.tree(
            Query(
                entity, where: .oneOf("id", ids.map { .int($0) }), fields: ["id"],
                include: [Query.Include("tags", .rows(tags))]))
        var result: [Int64: [String]] = [:]
        for (index, row) in tree.rows.enumerated() {
            let names = tree.related("tags", of: index).map { $0.text("name") }
            if !names.isEmpty { result[row.id] = names }
        }
        return result
    }

    /// The columns of rows that other rows refer to, by id.
    func rows(_ entity: String, _ ids: some Sequence<Int64?>, _ fields: [String]) throws(DomainError) -> [Int64: Row] {
        let wanted = Set(ids.compactMap { $0 })
        guard !wanted.isEmpty else { return [:] }
        var result: [Int64: Row] = [:]
        for row in try work.find(entity, wanted.sorted().map { .id($0) }, fields: ["id"] + fields) {
            result[row.id] = row
        }
        return result
    }

    func customFields(_ owner: FieldOwner, _ ids: [Int64]) throws(DomainError) -> CustomValues {
        CustomValues(values: try work.customValues(owner, ids, project: project))
    }
}

/// The custom fields of the rows of one page.
struct CustomValues {
    let values: [Int64: [(field: Int64, value: JSON)]]

    func write(_ id: Int64, to writer: inout JSONWriter) {
        writer.key("custom-fields")
        writer.beginObject()
        for (field, value) in values[id] ?? [] {
            writer.key(JSONKey("---f-\(field)"))
            writer.value(value)
        }
        writer.endObject()
    }
}

/// One kind of resources: where its rows are and how they are written.
struct Kind: Sendable {
    let type: String
    /// As refusals name one.
    let singular: String
    let entity: String
    var order: [Query.Order] = [.by("id")]
    /// The live rows of a project.
    let inProject: @Sendable (_ project: Int64) -> Filter
    let write: @Sendable (Rendering, [Row], inout JSONWriter) throws(DomainError) -> Void

    static func live(_ project: Int64) -> Filter {
        .equals("projectId", .int(project)) && .equals("isDeleted", false)
    }

    /// The row of a member; `.notFound` in the words of this API.
    func row(_ id: Int64, _ project: Int64, _ work: Reading) throws(DomainError) -> Row {
        guard let row = try work.first(Query(entity, where: .equals("id", .int(id)) && inProject(project))) else {
            throw Refusal.missing(singular, id)
        }
        return row
    }

    /// Those of the ids that are rows of the project.
    func known(_ ids: some Sequence<Int64>, _ project: Int64, _ work: Reading) throws(DomainError) -> Set<Int64> {
        let wanted = Set(ids)
        guard !wanted.isEmpty else { return [] }
        let filter = Filter.oneOf("id", wanted.sorted().map { .int($0) }) && inProject(project)
        return Set(try work.find(Query(entity, where: filter, fields: ["id"])).map(\.id))
    }

    func bytes(_ ids: [Int64], _ rendering: Rendering) throws(DomainError) -> [UInt8] {
        try bytes(rows: try rendering.work.rows(entity, ids: ids), rendering)
    }

    /// The resources with commas between them.
    func bytes(rows: [Row], _ rendering: Rendering) throws(DomainError) -> [UInt8] {
        guard !rows.isEmpty else { return [] }
        var writer = JSONWriter(capacity: rows.count * 768)
        try write(rendering, rows, &writer)
        return writer.bytes
    }
}

extension JSONWriter {
    /// `"id":"7","type":"tests","attributes":{` of a resource.
    mutating func beginResource(_ id: Int64, _ type: String) {
        beginObject()
        key("id")
        value(String(id))
        key("type")
        value(type)
        key("attributes")
        beginObject()
    }

    mutating func member(_ name: JSONKey, _ text: String?) {
        key(name)
        value(text)
    }

    mutating func member(_ name: JSONKey, number: Int64?) {
        key(name)
        value(number)
    }

    mutating func member(_ name: JSONKey, flag: Bool) {
        key(name)
        value(flag)
    }

    mutating func member(_ name: JSONKey, duration: Int64) {
        key(name)
        value(Duration.text(duration))
    }

    /// A time ending in `+00:00`, without fractions.
    mutating func member(_ name: JSONKey, time: Value) {
        key(name)
        value(time.integer.map { String(Timestamp.text($0).prefix(19)) + "+00:00" })
    }

    /// A time ending in `Z`, as projects and users have it.
    mutating func member(_ name: JSONKey, zulu time: Value) {
        key(name)
        value(time.integer.map { String(Timestamp.text($0).prefix(19)) + "Z" })
    }

    mutating func member(_ name: JSONKey, day: Value) {
        key(name)
        value(day.integer.map { Timestamp.day($0) })
    }

    mutating func member(_ name: JSONKey, texts: [String]) {
        key(name)
        beginArray()
        for text in texts { value(text) }
        endArray()
    }

    mutating func assignment(_ row: Row) {
        let group = row["assignedGroupId"].integer
        let user = row["assignedToId"].integer
        member("assigned-to-id", number: group ?? user)
        member("assigned-to-type", group != nil ? "group" : user != nil ? "user" : nil)
    }

    mutating func times(_ row: Row) {
        member("created-at", time: row["createdAt"])
        member("updated-at", time: row["updatedAt"])
    }

    /// Identifiers of linked rows.
    mutating func linkage(_ name: JSONKey, _ type: String, _ ids: [Int64]) {
        key(name)
        beginObject()
        key("data")
        beginArray()
        for id in ids { identifier(id, type) }
        endArray()
        endObject()
    }

    mutating func identifier(_ id: Int64, _ type: String) {
        beginObject()
        key("id")
        value(String(id))
        key("type")
        value(type)
        endObject()
    }
}
