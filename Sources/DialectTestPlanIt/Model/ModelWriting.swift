import Engine
import Model
import Wire

/// One call's way of changing rows: the words of the RPC become drafts and changes of the engine.
final class ModelWriting {
    let work: Writing
    let reading: ModelReading
    private var known: [String: Int64] = [:]

    /// Levels of nested writes.
    static let depthLimit = 8
    /// Fields that nobody reads but that clients write: a password comes here as its hash, the others are encrypted.
    private static let writeOnly: [String: Set<String>] = [
        "User": ["password"], "ShareLink": ["passwordHash"], "Integration": ["credentials"],
        "LlmIntegration": ["credentials"],
        "SamlConfiguration": ["privateKey"], "SsoProvider": ["config", "clientSecret"], "Webhook": ["secret"],
    ]

    /// `keptSession` is the browser session that survives when the caller changes the own password.
    init(_ work: Writing, keptSession: Int64?) {
        self.work = work
        work.keptSession = keptSession
        reading = ModelReading(work)
    }

    var book: ModelBook { reading.book }

    func answer(
        _ operation: ModelOperation, _ model: ModelType, _ arguments: JSONObject
    ) throws(DomainError) -> [UInt8] {
        switch operation {
        case .create:
            let data = try data(arguments["data"], model)
            return try row(model, try create(model, [data], depth: 0)[0], arguments)
        case .createMany: return try counted(try createMany(model, .object(arguments), [:], depth: 0).count)
        case .upsert: return try row(model, try upsert(model, arguments), arguments)
        case .update:
            let id = try required(model, arguments["where"], "Record to update not found.")
            try update(model, id, try data(arguments["data"], model), depth: 0)
            return try row(model, id, arguments)
        case .updateMany:
            let ids = try reading.ids(model, try reading.filter(arguments["where"], model))
            try updateMany(model, ids, try data(arguments["data"], model))
            return try counted(ids.count)
        case .delete:
            let id = try required(model, arguments["where"], "Record to delete does not exist.")
            let bytes = try row(model, id, arguments)
            try delete(model, [id])
            return bytes
        case .deleteMany:
            let ids = try reading.ids(model, try reading.filter(arguments["where"], model))
            try delete(model, ids)
            return try counted(ids.count)
        case .findUnique, .findFirst, .findMany, .count, .aggregate, .groupBy, .check:
            throw .fault("\(operation.rawValue) does not write")
        }
    }

    private func upsert(_ model: ModelType, _ arguments: JSONObject) throws(DomainError) -> Int64 {
        let filter = try reading.uniqueFilter(arguments["where"], model)
        let create = try data(arguments["create"], model, name: "create")
        let update = try data(arguments["update"], model, name: "update")
        if let id = try reading.id(model, unique: filter) {
            try self.update(model, id, update, depth: 0)
            return id
        }
        return try self.create(model, [create], depth: 0)[0]
    }

    private func row(_ model: ModelType, _ id: Int64, _ arguments: JSONObject) throws(DomainError) -> [UInt8] {
        guard let bytes = try ModelQueries.row(model, id, arguments, reading) else {
            throw ModelProblem.unreadable(model)
        }
        return bytes
    }

    private func counted(_ count: Int) throws(DomainError) -> [UInt8] {
        var writer = RowWriter(work.caller)
        writer.json.beginObject()
        writer.json.key("count")
        writer.json.value(count)
        writer.json.endObject()
        return writer.finished()
    }

    func data(_ json: JSON?, _ model: ModelType, name: String = "data") throws(DomainError) -> JSONObject {
        guard let json else { throw ModelProblem.missing(name, model) }
        guard let object = json.object else { throw ModelProblem.wrongType(name, "an object", model) }
        return object
    }

    /// One object or a list of them.
    func list(_ json: JSON, _ model: ModelType, _ name: String) throws(DomainError) -> [JSONObject] {
        var result: [JSONObject] = []
        for element in json.array ?? [json] {
            guard let object = element.object else { throw ModelProblem.wrongType(name, "an object", model) }
            result.append(object)
        }
        return result
    }

    /// The row that unique arguments name; 404 when the caller sees none.
    func required(_ model: ModelType, _ json: JSON?, _ message: String) throws(DomainError) -> Int64 {
        let filter = try reading.uniqueFilter(json, model)
        guard let id = try reading.id(model, unique: filter) else { throw ModelProblem.absent(message, model) }
        return id
    }

    /// The same for `connect`; a row that many others connect to is looked up once.
    func connected(_ model: ModelType, _ json: JSON) throws(DomainError) -> Int64 {
        let word = "\(model.name) \(json.text)"
        if let id = known[word] { return id }
        let message = "No `\(model.name)` record was found for a nested connect."
        let id = try required(model, json, message)
        known[word] = id
        return id
    }

    func found(_ model: ModelType, _ json: JSON?) throws(DomainError) -> Int64? {
        try reading.id(model, unique: try reading.uniqueFilter(json, model))
    }

    /// A scalar that a client may write.
    func writable(_ name: String, _ model: ModelType) -> ModelScalar? {
        guard let scalar = model.scalar(name), scalar.kind != .rowId, scalar.kind != .rowUid else { return nil }
        if scalar.field.visibility == .nobody {
            return ModelWriting.writeOnly[model.entity.name]?.contains(name) == true ? scalar : nil
        }
        return scalar
    }

    /// What is stored for a field that nobody reads.
    func sealed(_ value: Value, _ scalar: ModelScalar) throws(DomainError) -> Value {
        // Hashes are as good as sealed.
        let isHash = scalar.name == "password" || scalar.name == "passwordHash"
        guard scalar.field.visibility == .nobody, !isHash, let text = value.string else { return value }
        let sealed = try work.engine.sealed(text)
        return .text(scalar.field.kind == .json ? JSON.string(sealed).text : sealed)
    }

    func requireWritten(_ model: ModelType, _ operation: String) throws(DomainError) {
        let name = model.entity.name
        let isRefused = ModelNames.machinery.contains(name) || operation == "create" && ModelNames.issued.contains(name)
        if isRefused { throw ModelProblem.denied(model, operation) }
    }

    func checkDepth(_ depth: Int, _ model: ModelType) throws(DomainError) {
        guard depth <= ModelWriting.depthLimit else {
            throw ModelProblem.argument("writes are nested deeper than \(ModelWriting.depthLimit) levels.", model)
        }
    }

    func delete(_ model: ModelType, _ ids: [Int64]) throws(DomainError) {
        guard !ids.isEmpty else { return }
        try requireWritten(model, "delete")
        known = [:]
        try work.delete(model.entity.name, ids: ids)
    }
}
