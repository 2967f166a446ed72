import Engine
import Model

extension ModelWriting {
    /// Rows at the other end of a relation whose reference is not on this side, in the order in which they must happen.
    private static let sequence = [
        "set", "disconnect", "delete", "deleteMany", "update", "updateMany", "upsert", "create", "createMany",
        "connectOrCreate", "connect",
    ]

    /// Writes the rows related to one row.
    func related(
        _ model: ModelType, _ id: Int64, _ relation: ModelRelation, _ operations: JSONObject, depth: Int
    ) throws(DomainError) {
        for member in operations.members where !ModelWriting.sequence.contains(member.name) {
            throw ModelProblem.unknown("\(relation.name).\(member.name)", model)
        }
        let place = Place(model: model, id: id, relation: relation, target: book.target(relation), depth: depth + 1)
        for name in ModelWriting.sequence {
            guard let json = operations[name], !json.isNull else { continue }
            try perform(name, json, place)
        }
    }

    /// Where nested rows are written.
    private struct Place {
        let model: ModelType
        let id: Int64
        let relation: ModelRelation
        let target: ModelType
        let depth: Int

        /// The reference of the other rows to this one; `nil` where a table of pairs joins them.
        var reference: String? {
            guard case .toMany(let field) = relation.relation.kind else { return nil }
            return field
        }

        var preset: [String: Value] { reference.map { [$0: .int(id)] } ?? [:] }
    }

    private func perform(_ name: String, _ json: JSON, _ place: Place) throws(DomainError) {
        let target = place.target
        switch name {
        case "create":
            let made = try create(target, try list(json, target, name), place.preset, depth: place.depth)
            try pair(place, made)
        case "createMany":
            let made = try createMany(target, json, place.preset, depth: place.depth)
            try pair(place, made)
        case "connect":
            var ids: [Int64] = []
            for element in json.array ?? [json] { ids.append(try connected(target, element)) }
            try attach(place, ids)
        case "connectOrCreate":
            for arguments in try list(json, target, name) {
                let id = try connectOrCreate(target, arguments, place.preset, depth: place.depth)
                try pair(place, [id])
            }
        case "set":
            var wanted: [Int64] = []
            for element in json.array ?? [json] { wanted.append(try connected(target, element)) }
            let present = Set(try reading.related(place.model, place.id, place.relation))
            try detach(place, present.subtracting(wanted).sorted())
            try attach(place, wanted.filter { !present.contains($0) })
        case "disconnect":
            if json == .bool(false) { return }
            let present = Set(try reading.related(place.model, place.id, place.relation))
            guard json != .bool(true) else { return try detach(place, present.sorted()) }
            var ids: [Int64] = []
            for element in json.array ?? [json] {
                if let id = try found(target, element), present.contains(id) { ids.append(id) }
            }
            try detach(place, ids)
        case "delete": try deleteRelated(json, place)
        case "deleteMany":
            var ids: Set<Int64> = []
            for element in json.array ?? [json] {
                let filter = try reading.filter(element, target)
                ids.formUnion(try reading.related(place.model, place.id, place.relation, filter))
            }
            try delete(target, ids.sorted())
        case "update":
            for element in json.array ?? [json] { try updateRelated(element, place) }
        case "updateMany":
            for arguments in try list(json, target, name) {
                try reading.check(arguments, ["where", "data"], target)
                let filter = try reading.filter(arguments["where"], target)
                let ids = try reading.related(place.model, place.id, place.relation, filter)
                try updateMany(target, ids, try data(arguments["data"], target))
            }
        default:
            for arguments in try list(json, target, name) { try upsertRelated(arguments, place) }
        }
    }

    /// Joins rows that were just made; references were set when they were.
    private func pair(_ place: Place, _ ids: [Int64]) throws(DomainError) {
        guard place.reference == nil else { return }
        try attach(place, ids)
    }

    private func attach(_ place: Place, _ ids: [Int64]) throws(DomainError) {
        guard !ids.isEmpty else { return }
        var unique: [Int64] = []
        for id in ids where !unique.contains(id) { unique.append(id) }
        guard let reference = place.reference else {
            return try work.link(place.model.entity.name, place.id, place.relation.name, unique)
        }
        try requireWritten(place.target, "update")
        try work.update(place.target.entity.name, unique.map { Change($0, set: [reference: .int(place.id)]) })
    }

    private func detach(_ place: Place, _ ids: [Int64]) throws(DomainError) {
        guard !ids.isEmpty else { return }
        guard let reference = place.reference else {
            return try work.unlink(place.model.entity.name, place.id, place.relation.name, ids)
        }
        guard place.target.entity.field(reference)?.isRequired == false else {
            throw ModelProblem.required(place.relation, place.model)
        }
        try requireWritten(place.target, "update")
        try work.update(place.target.entity.name, ids.map { Change($0, set: [reference: .null]) })
    }

    private func deleteRelated(_ json: JSON, _ place: Place) throws(DomainError) {
        if json == .bool(false) { return }
        let target = place.target
        let message = "No `\(target.name)` record was found for a nested delete."
        if json == .bool(true) {
            let ids = try reading.related(place.model, place.id, place.relation)
            guard !ids.isEmpty else { throw ModelProblem.absent(message, target) }
            return try delete(target, ids)
        }
        var ids: [Int64] = []
        for element in json.array ?? [json] {
            let filter = try reading.uniqueFilter(element, target)
            let own = try reading.related(place.model, place.id, place.relation, filter)
            guard let id = own.first else { throw ModelProblem.absent(message, target) }
            ids.append(id)
        }
        try delete(target, ids)
    }

    private func updateRelated(_ json: JSON, _ place: Place) throws(DomainError) {
        let target = place.target
        let filter: Filter
        let data: JSONObject
        if place.relation.isList {
            let arguments = try self.data(json, target, name: "update")
            try reading.check(arguments, ["where", "data"], target)
            filter = try reading.uniqueFilter(arguments["where"], target)
            data = try self.data(arguments["data"], target)
        } else {
            let (condition, inner) = try updated(json, target)
            filter = condition.object == nil ? .all : try reading.filter(condition, target)
            data = inner
        }
        guard let id = try reading.related(place.model, place.id, place.relation, filter).first else {
            throw ModelProblem.absent("No `\(target.name)` record was found for a nested update.", target)
        }
        try update(target, id, data, depth: place.depth)
    }

    private func upsertRelated(_ arguments: JSONObject, _ place: Place) throws(DomainError) {
        let target = place.target
        try reading.check(arguments, ["where", "create", "update"], target)
        var filter = Filter.all
        if place.relation.isList {
            filter = try reading.uniqueFilter(arguments["where"], target)
        } else if let condition = arguments["where"], !condition.isNull {
            filter = try reading.filter(condition, target)
        }
        let create = try data(arguments["create"], target, name: "create")
        let change = try data(arguments["update"], target, name: "update")
        if let id = try reading.related(place.model, place.id, place.relation, filter).first {
            try update(target, id, change, depth: place.depth)
        } else {
            try pair(place, try self.create(target, [create], place.preset, depth: place.depth))
        }
    }
}
