import Engine
import Model
import Wire

/// `revision_log=true`: every write of rows with the columns as they were after it.
struct History {
    private static let rowLimit = 10_000

    private let reader: RowReader
    private let resource: Resource

    init(_ reader: RowReader, _ resource: Resource) {
        self.reader = reader
        self.resource = resource
    }

    private struct Revision {
        let uid: String
        let order: Int64
        let time: Int64
        var members: JSONObject
        let operation: String
    }

    /// All revisions of a list, or those of one row; an id that never was is not found.
    func reply(_ request: ListRequest, where filter: Filter, id: Int64?) throws(DomainError) -> Reply {
        var revisions: [Revision] = []
        let narrow = id.map { Filter.equals("id", .int($0)) } ?? narrowed(request)
        let tree = try reader.work.tree(
            Query(
                resource.entity, where: resource.scope && filter && narrow, order: [.by("id")],
                page: Query.Page(limit: History.rowLimit)))
        let rows = tree.rows
        let shown = try reader.rows(resource, ids: rows.map(\.id), deleted: true)
        let histories = try reader.work.histories(resource.entity, of: rows.map(\.id))
        for (row, shown) in zip(rows, shown) {
            revisions += self.revisions(row, shown, histories[row.id] ?? [])
        }
        if filter == .all { revisions += try removed(id) }
        if id != nil, revisions.isEmpty { throw .notFound(resource.name) }
        revisions = revisions.filter { passes($0, request) }
        revisions.sort { isBefore($0, $1, request.sorting) }
        if request.hasPage, let size = request.size {
            revisions = Array(revisions.dropFirst(request.offset).prefix(size))
        }
        return .json(
            .array(
                revisions.map { revision in
                    var members = revision.members
                    members["_id"] = .string(revision.uid)
                    members["operation"] = .string(revision.operation)
                    return .object(members)
                }))
    }

    /// Only conditions that no write changes choose rows; the others look at each state.
    private func narrowed(_ request: ListRequest) -> Filter {
        var filter = Filter.all
        for condition in request.conditions {
            guard let column = resource.column(condition.name), let match = column.match,
                column.name == "id" || column.name == "project_id"
            else { continue }
            let wanted = condition.values.compactMap { column.shape.value($0).map { Wanted.value($0) } }
            filter = filter && match(wanted, reader.lens)
        }
        return filter
    }

    /// The states of a row, walked back from what it says now.
    private func revisions(_ row: Row, _ shown: Shown, _ entries: [HistoryEntry]) -> [Revision] {
        var row = row
        var members = shown.members
        var result: [Revision] = []
        var epoch = shown["epoch"]?.integer ?? 0
        for entry in entries.reversed() {
            var operation = entry.action
            let deletion = entry.changes?["isDeleted"]
            if entry.action == .update, deletion?["old"]?.bool == true { operation = .create }
            members["epoch"] = .integer(max(0, epoch))
            members["updated_at"] = .string(Shape.time(entry.time))
            let word = operation == .create ? "create" : operation == .delete ? "delete" : "update"
            result.append(
                Revision(
                    uid: "\(entry.uid)-\(row.id)", order: entry.order, time: entry.time, members: members,
                    operation: word))
            if entry.action == .create { break }
            for change in entry.changes?.object?.members ?? [] {
                guard let old = change.value["old"], let field = reader.work.schema[resource.entity].field(change.name)
                else { continue }
                row[change.name] = History.value(old, field.kind)
            }
            members = refreshed(members, row)
            epoch -= 1
        }
        if result.last?.operation != "create" {
            // Made in bulk, without an entry of its own.
            let time = row["createdAt"].integer ?? 0
            members["epoch"] = 0
            members["updated_at"] = .string(Shape.time(time))
            result.append(
                Revision(uid: "created-\(row.id)", order: 0, time: time, members: members, operation: "create"))
        }
        return result.reversed()
    }

    private func refreshed(_ members: JSONObject, _ row: Row) -> JSONObject {
        var members = members
        for column in resource.columns where column.path.isEmpty && !column.isHidden {
            if let show = column.show { members[column.name] = show(row, reader.lens) }
        }
        return members
    }

    /// Rows that were removed for good are told from the audit log alone.
    private func removed(_ id: Int64?) throws(DomainError) -> [Revision] {
        var ids = try reader.work.removedRows(resource.entity)
        if let id { ids = ids.filter { $0 == id } }
        guard !ids.isEmpty else { return [] }
        let entity = reader.work.schema[resource.entity]
        let layout = RowLayout(entity.fields.map(\.name))
        let histories = try reader.work.histories(resource.entity, of: ids)
        var result: [Revision] = []
        for id in ids {
            let entries = histories[id] ?? []
            guard let last = entries.last, last.action == .delete else { continue }
            var row = Row(layout: layout, values: entity.fields.map { _ in Value.null })
            row["id"] = .int(id)
            row["epoch"] = .int(Int64(entries.count - 1))
            for entry in entries {
                for change in entry.changes?.object?.members ?? [] {
                    guard let field = entity.field(change.name), let value = change.value["new"] ?? change.value["old"]
                    else { continue }
                    row[change.name] = History.value(value, field.kind)
                }
            }
            guard isInScope(row) else { continue }
            var members = JSONObject()
            for column in resource.columns where !column.isHidden { members[column.name] = .null }
            let shown = Shown(id: id, members: refreshed(members, row))
            result += revisions(row, shown, entries)
        }
        return result
    }

    /// Value lists share a table; the list of a removed value decides.
    private func isInScope(_ row: Row) -> Bool {
        func holds(_ filter: Filter) -> Bool {
            switch filter {
            case .all: true
            case .equals(let field, let value): row[field] == value
            case .and(let parts): parts.allSatisfy { holds($0) }
            case .or(let parts): parts.contains { holds($0) }
            default: true
            }
        }
        return holds(resource.scope)
    }

    private static func value(_ json: JSON, _ kind: Field.Kind) -> Value {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .integer(let number): kind == .real ? .double(Double(number)) : .int(number)
        case .number(let number): .double(number)
        case .string(let text): .text(text)
        case .array, .object: .text(json.text)
        }
    }

    private func passes(_ revision: Revision, _ request: ListRequest) -> Bool {
        for condition in request.conditions {
            let found: JSON
            if condition.name == "operation" {
                found = .string(revision.operation)
            } else if let value = revision.members[condition.name] {
                found = value
            } else {
                continue
            }
            let text = (found.string ?? found.text).lowercased()
            let fits = condition.values.contains { wanted in
                if wanted == "null" { return found.isNull }
                if let flag = found.bool { return Shape.flag(.string(wanted)) == flag }
                return wanted.lowercased() == text
            }
            guard fits else { return false }
        }
        return true
    }

    private func isBefore(
        _ left: Revision, _ right: Revision, _ sorting: [(name: String, isDescending: Bool)]
    ) -> Bool {
        for key in sorting {
            let (first, second) = (left.members[key.name] ?? .null, right.members[key.name] ?? .null)
            if first == second { continue }
            let isLess: Bool
            if let one = first.double, let other = second.double {
                isLess = one < other
            } else {
                isLess =
                    first.isNull || (!second.isNull && (first.string ?? first.text) < (second.string ?? second.text))
            }
            return isLess != key.isDescending
        }
        return (left.time, left.order, left.uid) < (right.time, right.order, right.uid)
    }
}
