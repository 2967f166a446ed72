import Engine
import Model
import Wire

/// Writes rows as JSON and notes on the way what JSON cannot spell, in the manner of superjson 1.x.
struct RowWriter {
    /// What a value is beyond its JSON spelling.
    enum Mark: Sendable {
        case date, bigInteger, decimal
    }

    var json = JSONWriter(capacity: 4096)
    private var marks: [(path: String, mark: Mark)] = []
    private let caller: Caller

    init(_ caller: Caller) {
        self.caller = caller
        json.beginObject()
        json.key("data")
    }

    /// `{"data": …, "meta": {"serialization": {"values": …}}}`.
    mutating func finished() -> [UInt8] {
        if !marks.isEmpty {
            json.key("meta")
            json.beginObject()
            json.key("serialization")
            json.beginObject()
            json.key("values")
            json.beginObject()
            for (path, mark) in marks {
                json.key(path)
                switch mark {
                case .date: json.raw("[\"Date\"]")
                case .bigInteger: json.raw("[\"bigint\"]")
                case .decimal: json.raw("[[\"custom\",\"Decimal\"]]")
                }
            }
            json.endObject()
            json.endObject()
            json.endObject()
        }
        json.endObject()
        return json.bytes
    }

    /// All rows of a tree as a list.
    mutating func list(_ tree: ResultTree, _ shape: ModelShape) {
        let plan = Plan(tree, shape, caller)
        json.beginArray()
        for index in tree.values.indices { row(index, plan, "\(index).") }
        json.endArray()
    }

    /// The first row of a tree, or null.
    mutating func first(_ tree: ResultTree, _ shape: ModelShape) {
        guard !tree.isEmpty else { return json.null() }
        row(0, Plan(tree, shape, caller), "")
    }

    /// A shape with the positions of its columns in one result, so that no row looks them up.
    private final class Plan {
        let tree: ResultTree
        let scalars: [(scalar: ModelScalar, position: Int)]
        let parts: [(part: ModelShape.Part, plan: Plan, positions: [[Int]])]
        let counts: [(relation: ModelRelation, numbers: [Int64])]
        let showsCounts: Bool
        /// The position of the id, where other people's rows hide something.
        let ownId: Int?
        let due: Int?
        let isCompleted: Int?

        init(_ tree: ResultTree, _ shape: ModelShape, _ caller: Caller) {
            self.tree = tree
            var scalars: [(scalar: ModelScalar, position: Int)] = []
            for scalar in shape.scalars {
                if let position = tree.layout.position(scalar.column) { scalars.append((scalar, position)) }
            }
            self.scalars = scalars
            var parts: [(part: ModelShape.Part, plan: Plan, positions: [[Int]])] = []
            for part in shape.parts {
                guard case .rows(let below, let positions) = tree.included[part.place].content else { continue }
                parts.append((part, Plan(below, part.shape, caller), positions))
            }
            self.parts = parts
            var counts: [(relation: ModelRelation, numbers: [Int64])] = []
            for count in shape.counts {
                guard case .counts(let numbers) = tree.included[count.place].content else { continue }
                counts.append((count.relation, numbers))
            }
            self.counts = counts
            showsCounts = shape.showsCounts
            let hides = shape.model.entity.name == "User" && !caller.isAdministrator
            ownId = hides ? tree.layout.position("id") : nil
            due = tree.layout.position("dueDate")
            isCompleted = tree.layout.position("isCompleted")
        }
    }

    private mutating func row(_ index: Int, _ plan: Plan, _ path: String) {
        let values = plan.tree.values[index]
        let isForeign = plan.ownId.map { values[$0].integer != caller.userId } ?? false
        json.beginObject()
        for (scalar, position) in plan.scalars {
            if isForeign, scalar.field.visibility == .administrators { continue }
            json.key(scalar.key)
            var value = values[position]
            if scalar.kind == .dueOrCompleted, let due = plan.due, let completed = plan.isCompleted,
                values[completed].boolean != true
            {
                value = values[due]
            }
            self.value(value, scalar, path)
        }
        for (part, below, positions) in plan.parts {
            if isForeign, part.isHidden(in: plan.tree.entity) { continue }
            json.key(part.relation.key)
            let own = positions.indices.contains(index) ? positions[index] : []
            related(own, part, below, path)
        }
        if plan.showsCounts {
            json.key("_count")
            json.beginObject()
            for (relation, numbers) in plan.counts {
                json.key(relation.key)
                json.value(numbers.indices.contains(index) ? numbers[index] : 0)
            }
            json.endObject()
        }
        json.endObject()
    }

    private mutating func related(_ rows: [Int], _ part: ModelShape.Part, _ plan: Plan, _ path: String) {
        guard part.relation.isList else {
            guard let first = rows.first else { return json.null() }
            return row(first, plan, "\(path)\(part.relation.name).")
        }
        json.beginArray()
        for (place, position) in rows.enumerated() { row(position, plan, "\(path)\(part.relation.name).\(place).") }
        json.endArray()
    }

    /// One scalar under its key; the path leads to the object that holds it.
    mutating func value(_ value: Value, _ scalar: ModelScalar, _ path: String) {
        write(value, scalar.field.kind, RowWriter.shown(scalar), path + scalar.name)
    }

    /// References are shown as UUIDs, so the column's kind is not the value's.
    private static func shown(_ scalar: ModelScalar) -> Bool { scalar.kind == .uidReference }

    mutating func write(_ value: Value, _ kind: Field.Kind, _ isUid: Bool, _ path: String) {
        if isUid { return json.value(value.string) }
        switch (kind, value) {
        case (_, .null): json.null()
        case (.boolean, _): json.value(value.boolean ?? false)
        case (.timestamp, .int(let time)):
            json.timestamp(time)
            marks.append((path, .date))
        case (.bigInteger, .int(let number)):
            json.value(String(number))
            marks.append((path, .bigInteger))
        case (.decimal, _):
            json.value(RowWriter.decimal(value))
            marks.append((path, .decimal))
        case (.json, .text(let text)), (.textList, .text(let text)): json.raw(text)
        case (_, .int(let number)): json.value(number)
        case (_, .double(let number)): json.value(number)
        case (_, .text(let text)): json.value(text)
        case (_, .bool(let flag)): json.value(flag)
        case (_, .bytes): json.null()
        }
    }

    private static func decimal(_ value: Value) -> String {
        switch value {
        case .text(let text): DecimalText.plain(text) ?? text
        case .int(let number): String(number)
        case .double(let number): DecimalText.plain("\(number)") ?? "\(number)"
        case .null, .bool, .bytes: "0"
        }
    }
}

extension ModelShape.Part {
    /// True when the reference behind the relation is not for everybody.
    fileprivate func isHidden(in entity: EntityType) -> Bool {
        guard let field = relation.ownField.flatMap({ entity.field($0) }) else { return false }
        return field.visibility != .everyone
    }
}
