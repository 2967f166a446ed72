import Engine
import HTTPTypes
import Model
import Wire

/// The reading operations of the RPC; each answers a complete body.
enum ModelQueries {
    static func answer(
        _ operation: ModelOperation, _ model: ModelType, _ arguments: JSONObject, _ work: Reading
    ) throws(DomainError) -> [UInt8] {
        let reading = ModelReading(work)
        try reading.check(arguments, operation.arguments, model)
        switch operation {
        case .findUnique: return try findUnique(model, arguments, reading)
        case .findFirst: return try findFirst(model, arguments, reading)
        case .findMany: return try findMany(model, arguments, reading)
        case .count: return try count(model, arguments, reading)
        case .aggregate: return try aggregate(model, arguments, reading)
        case .groupBy: return try groupBy(model, arguments, reading)
        case .check: return try check(model, arguments, reading)
        case .create, .createMany, .upsert, .update, .updateMany, .delete, .deleteMany:
            throw .fault("\(operation.rawValue) does not read")
        }
    }

    private static func findUnique(
        _ model: ModelType, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8] {
        let filter = try reading.uniqueFilter(arguments["where"], model)
        let id = try reading.id(model, unique: filter)
        return try row(model, id ?? 0, arguments, reading) ?? nothing(reading)
    }

    /// The row with this id, shaped by the arguments; `nil` when the caller sees none.
    static func row(
        _ model: ModelType, _ id: Int64, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8]? {
        var query = Query(model.entity.name, where: .equals("id", .int(id)))
        let shape = try reading.shape(arguments, &query, model)
        let tree = try reading.work.tree(query)
        guard !tree.isEmpty else { return nil }
        var writer = RowWriter(reading.caller)
        writer.first(tree, shape)
        return writer.finished()
    }

    private static func nothing(_ reading: ModelReading) -> [UInt8] {
        var writer = RowWriter(reading.caller)
        writer.json.null()
        return writer.finished()
    }

    private static func findFirst(
        _ model: ModelType, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8] {
        var query = try reading.query(arguments, model, depth: 0)
        if query.page.limit != 0 { query.page.limit = 1 }
        let shape = try reading.shape(arguments, &query, model)
        var writer = RowWriter(reading.caller)
        writer.first(try reading.work.tree(query), shape)
        return writer.finished()
    }

    private static func findMany(
        _ model: ModelType, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8] {
        var query = try reading.query(arguments, model, depth: 0)
        let shape = try reading.shape(arguments, &query, model)
        var writer = RowWriter(reading.caller)
        writer.list(try reading.work.tree(query), shape)
        return writer.finished()
    }

    private static func count(
        _ model: ModelType, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8] {
        let query = try reading.query(arguments, model, depth: 0)
        var wanted = [ModelAggregate(function: .count, scalar: nil, isWhole: true)]
        if let select = arguments["select"], select != .bool(true), !select.isNull {
            wanted = try reading.aggregates(JSONObject([JSONObject.Member(name: "_count", value: select)]), model)
        }
        let row = try reading.work.aggregate(query, wanted.map(\.aggregate))
        var writer = RowWriter(reading.caller)
        if wanted.count == 1, wanted[0].isWhole {
            writer.json.value(row[wanted[0].aggregate.column].integer ?? 0)
            return writer.finished()
        }
        writer.json.beginObject()
        for aggregate in wanted {
            writer.json.key(aggregate.name)
            writer.json.value(row[aggregate.aggregate.column].integer ?? 0)
        }
        writer.json.endObject()
        return writer.finished()
    }

    private static func aggregate(
        _ model: ModelType, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8] {
        let query = try reading.query(arguments, model, depth: 0)
        let wanted = try reading.aggregates(arguments, model)
        guard !wanted.isEmpty else {
            throw ModelProblem.argument("at least one of `_count`, `_sum`, `_avg`, `_min`, `_max` is needed.", model)
        }
        let row = try reading.work.aggregate(query, wanted.map(\.aggregate))
        var writer = RowWriter(reading.caller)
        writer.json.beginObject()
        writer.aggregates(wanted, row, "")
        writer.json.endObject()
        return writer.finished()
    }

    private static func groupBy(
        _ model: ModelType, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8] {
        let filter = try reading.filter(arguments["where"], model)
        let (keys, wanted, grouping) = try reading.grouping(arguments, model)
        var rows = try reading.work.groups(model.entity.name, where: filter, grouping).rows
        if arguments["take"]?.integer ?? 0 < 0 { rows.reverse() }
        let uids = try uids(keys, rows, reading)
        var writer = RowWriter(reading.caller)
        writer.json.beginArray()
        for (index, row) in rows.enumerated() {
            writer.json.beginObject()
            for key in keys {
                writer.json.key(key.key)
                var value = row[key.field.name]
                if key.kind == .uidReference, let id = value.integer { value = .text(uids[key.name]?[id]) }
                writer.value(value, key, "\(index).")
            }
            writer.aggregates(wanted, row, "\(index).")
            writer.json.endObject()
        }
        writer.json.endArray()
        return writer.finished()
    }

    /// The UUIDs behind grouping fields that are references, by field and row id.
    private static func uids(
        _ keys: [ModelScalar], _ rows: [Row], _ reading: ModelReading
    ) throws(DomainError) -> [String: [Int64: String]] {
        var result: [String: [Int64: String]] = [:]
        for key in keys where key.kind == .uidReference {
            guard let target = key.field.target else { continue }
            let ids = Set(rows.compactMap { $0[key.field.name].integer })
            let found = try reading.work.find(target, ids.map { .id($0) }, fields: ["id", "uid"], deleted: .shown)
            for row in found { result[key.name, default: [:]][row.id] = row.uid }
        }
        return result
    }

    /// Whether an operation could pass the access rules, without a look at single rows.
    private static func check(
        _ model: ModelType, _ arguments: JSONObject, _ reading: ModelReading
    ) throws(DomainError) -> [UInt8] {
        let operations: [String: Reading.Possibility] = [
            "create": .create, "read": .read, "update": .update, "delete": .delete,
        ]
        guard let word = arguments["operation"]?.string, let operation = operations[word] else {
            throw ModelProblem.wrongType("operation", "one of create, read, update, delete", model)
        }
        var project: Int64?
        if let given = arguments["where"]?["projectId"] ?? arguments["where"]?["project"]?["id"] {
            switch RowKey(given) {
            case .id(let id): project = id
            case .uid(let uid): project = try reading.work.find("Project", [.uid(uid)], fields: ["id"]).first?.id ?? -1
            case nil: throw ModelProblem.wrongType("where.projectId", "Int", model)
            }
        }
        let isIssued = ModelNames.issued.contains(model.entity.name) && operation == .create
        let isMachinery = ModelNames.machinery.contains(model.entity.name) && operation != .read
        let isAllowed = try reading.work.may(operation, model.entity.name, project: project)
        var writer = RowWriter(reading.caller)
        writer.json.value(isAllowed && !isIssued && !isMachinery)
        return writer.finished()
    }
}
