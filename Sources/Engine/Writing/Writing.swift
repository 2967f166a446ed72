public import Model
public import Statements
public import Store

/// Reads and writes inside one transaction; the only way to change a row.
///
/// Every change passes the access rules and the field rules and leaves its audit entry, its version, its search entry
/// and its outbox event behind; `finish` writes them once for the whole transaction.
public final class Writing: Reading {
    /// The time of the transaction, milliseconds UTC.
    public let time: Int64
    let effects = Effects()
    var projectsOfRows: [String: [Int64: Int64]] = [:]
    /// The browser session that a change of the password leaves open.
    public var keptSession: Int64?
    /// A row of a token comes from the service that makes tokens.
    var isMakingToken = false
    /// The issues of bugs found in a session need no right of their own.
    var isFilingFindings = false
    /// People whom a caller names beside the document of a comment.
    public var mentionedBesides: [RowKey] = []

    override init(engine: Engine, session: any Session, caller: Caller) {
        time = engine.world.now()
        super.init(engine: engine, session: session, caller: caller)
    }

    public override var now: Int64 { time }

    override var sharesGrants: Bool { !effects.touchesGrants }
    override var keepsBooks: Bool { !effects.touchesBooks }

    /// Makes rows; returns their ids in the order of the drafts.
    ///
    /// Throws `.invalid` with every problem of every draft, `.forbidden`, `.duplicate` or `.missingReference`.
    @discardableResult
    public func insert(_ entityName: String, _ drafts: [Draft]) throws(DomainError) -> [Int64] {
        guard !drafts.isEmpty else { return [] }
        let entity = schema[entityName]
        var drafts = drafts
        try requireWritable(entity)
        let rules = EntityRules.of(entityName)
        // Rules look at row ids, so UUIDs are resolved before them.
        try resolveReferences(&drafts, entity)
        try rules.beforeInsert(&drafts, self)
        let given = drafts
        try fillDefaults(&drafts, entity)
        try validate(drafts, entity)
        try requireInsert(drafts, entity)
        let standing = try rules.standing(drafts, self)
        if !standing.isEmpty { return try insert(entity, drafts, given, merging: standing) }
        try giveNumbers(&drafts, entity)
        let ids = try store(entity, drafts)
        try effects.inserted(entity, ids, drafts, in: self)
        try rules.afterInsert(ids, drafts, self)
        return ids
    }

    /// The same where some drafts continue rows that stand already; these get what was given, no defaults.
    private func insert(
        _ entity: EntityType, _ drafts: [Draft], _ given: [Draft], merging standing: [Int: Int64]
    ) throws(DomainError) -> [Int64] {
        var ids = [Int64](repeating: 0, count: drafts.count)
        var changes: [Change] = []
        var fresh: [Int] = []
        for index in drafts.indices {
            guard let id = standing[index] else {
                fresh.append(index)
                continue
            }
            ids[index] = id
            var values = given[index].values.mapValues { Assignment.set($0) }
            if entity.isSoftDeleted { values["isDeleted"] = .set(false) }
            changes.append(Change(id, values))
        }
        let old = try locked(entity, changes.map(\.id))
        try apply(entity, changes)
        try effects.updated(entity, old, changes, in: self)
        guard !fresh.isEmpty else { return ids }
        var made = fresh.map { drafts[$0] }
        try giveNumbers(&made, entity)
        let new = try store(entity, made)
        for (index, id) in zip(fresh, new) { ids[index] = id }
        try effects.inserted(entity, new, made, in: self)
        try EntityRules.of(entity.name).afterInsert(new, made, self)
        return ids
    }

    /// Inserts rows that the engine made itself: no checks of rights or fields, no audit entry of their own.
    @discardableResult
    func store(_ entity: EntityType, _ drafts: [Draft]) throws(DomainError) -> [Int64] {
        var names: [String] = []
        for field in entity.fields where drafts.contains(where: { $0[field.name] != nil }) { names.append(field.name) }
        let common: Set<String> = ["id", "uid", "epoch", "createdAt", "updatedAt"]
        names.removeAll { common.contains($0) }
        var rows: [[Value]] = []
        rows.reserveCapacity(drafts.count)
        for draft in drafts {
            var row: [Value] = []
            row.reserveCapacity(names.count)
            for name in names { row.append(draft[name] ?? .null) }
            rows.append(row)
        }
        let given = drafts.contains { $0["createdAt"] != nil } ? drafts.map { $0["createdAt"]?.integer } : nil
        return try store(entity, names, rows, createdAt: given)
    }

    /// The same from columns, for bulk paths: `names` are fields, each row has one value for each.
    @discardableResult
    func store(
        _ entity: EntityType, _ names: [String], _ rows: [[Value]], createdAt: [Int64?]? = nil,
        onConflict: Insert.OnConflict = .fail
    ) throws(DomainError) -> [Int64] {
        guard !rows.isEmpty else { return [] }
        var columns = ["id", "uid", "epoch", "created_at", "updated_at"]
        var kinds: [Field.Kind] = [.integer, .text, .integer, .timestamp, .timestamp]
        for name in names {
            guard let field = entity.field(name) else { throw .fault("\(entity.name) has no \(name)") }
            columns.append(field.column)
            kinds.append(field.kind)
        }
        // Constants fill what the rows leave out; the databases know no defaults.
        var constants: [Value] = []
        let given = Set(names)
        let stamped: Set<String> = ["id", "uid", "epoch", "createdAt", "updatedAt"]
        for field in entity.fields where !given.contains(field.name) && !stamped.contains(field.name) {
            switch field.fallback {
            case .none, .sequence: continue
            case .value(let value): constants.append(value)
            case .now: constants.append(.int(time))
            case .caller: constants.append(.int(caller.userId))
            }
            columns.append(field.column)
            kinds.append(field.kind)
        }
        let ids = try run { () throws(StoreError) in try session.reserveIds(entity.table, count: rows.count) }
        let uids = world.newUids(rows.count)
        var complete: [[Value]] = []
        complete.reserveCapacity(rows.count)
        for index in rows.indices {
            var row: [Value] = []
            row.reserveCapacity(columns.count)
            row.append(.int(ids[index]))
            row.append(.text(uids[index]))
            row.append(.int(1))
            row.append(.int(createdAt?[index] ?? time))
            row.append(.int(time))
            row.append(contentsOf: rows[index])
            row.append(contentsOf: constants)
            complete.append(row)
        }
        let insert = Insert(
            table: entity.table, columns: columns, kinds: kinds, rows: complete, onConflict: onConflict)
        _ = try run { () throws(StoreError) in try session.insert(insert) }
        return ids
    }

    /// Changes rows; each must be visible to the caller. Returns the rows as they were.
    @discardableResult
    public func update(_ entityName: String, _ changes: [Change]) throws(DomainError) -> [Row] {
        guard !changes.isEmpty else { return [] }
        let entity = schema[entityName]
        try requireWritable(entity)
        let ids = changes.map(\.id)
        let old = try locked(entity, ids)
        var changes = changes
        let rules = EntityRules.of(entityName)
        try resolveReferences(&changes, entity)
        try rules.beforeUpdate(old, &changes, self)
        try validate(changes, entity)
        try requireUpdate(old, changes, entity)
        try apply(entity, changes)
        try effects.updated(entity, old, changes, in: self)
        try rules.afterUpdate(old, changes, self)
        return changes.compactMap { old[$0.id] }
    }

    /// Throws `.forbidden` unless the caller may change these rows; changes nothing.
    public func requireUpdatable(_ entityName: String, _ ids: [Int64]) throws(DomainError) {
        let entity = schema[entityName]
        try requireWritable(entity)
        try requireUpdate(try locked(entity, ids), ids.map { Change($0, [:]) }, entity)
    }

    /// Writes changes that the engine made itself: no checks, no audit entry of their own.
    func apply(_ entity: EntityType, _ changes: [Change], isDerived: Bool = false) throws(DomainError) {
        var groups: [[String: Assignment]: [Int64]] = [:]
        var order: [[String: Assignment]] = []
        for change in changes {
            if groups[change.values] == nil { order.append(change.values) }
            groups[change.values, default: []].append(change.id)
        }
        for values in order {
            var assignments: [(field: String, Assignment)] = []
            for field in entity.fields {
                guard let assignment = values[field.name] else { continue }
                assignments.append((field.name, assignment))
            }
            if !isDerived { assignments += stamps(entity, values) }
            for chunk in chunked(groups[values] ?? []) {
                let statement = try updateStatement(entity, chunk, assignments)
                _ = try run { () throws(StoreError) in try session.execute(statement) }
            }
        }
    }

    /// What every change of a row says about itself.
    private func stamps(
        _ entity: EntityType, _ values: [String: Assignment]
    ) -> [(field: String, Assignment)] {
        var stamps: [(field: String, Assignment)] = [("epoch", .add(.int(1)))]
        if values["updatedAt"] == nil { stamps.append(("updatedAt", .set(.int(time)))) }
        if let user = caller.userId, entity.field("updatedById") != nil, values["updatedById"] == nil {
            stamps.append(("updatedById", .set(.int(user))))
        }
        return stamps
    }

    private func updateStatement(
        _ entity: EntityType, _ ids: [Int64], _ assignments: [(field: String, Assignment)]
    ) throws(DomainError) -> SQLText {
        do throws(StatementError) {
            return try build.update(entity, ids: ids, assignments)
        } catch {
            throw .invalid(error.name, "\(error.entity) has no \(error.name)")
        }
    }

    /// Deletes rows: marks them where the entity keeps deleted rows, removes them elsewhere.
    @discardableResult
    public func delete(_ entityName: String, ids: [Int64], _ mode: Deletion = .usual) throws(DomainError) -> [Row] {
        guard !ids.isEmpty else { return [] }
        let entity = schema[entityName]
        try requireWritable(entity)
        let old = try locked(entity, ids)
        try requireDelete(Array(old.values), entity)
        let rules = EntityRules.of(entityName)
        try rules.beforeDelete(old, self)
        if entity.isSoftDeleted, mode == .usual {
            try apply(entity, ids.map { Change($0, set: ["isDeleted": true]) })
        } else {
            for chunk in chunked(ids) {
                _ = try run { () throws(StoreError) in try session.execute(build.delete(entity, ids: chunk)) }
            }
        }
        try effects.deleted(entity, ids.compactMap { old[$0] }, in: self)
        try rules.afterDelete(old, self)
        return ids.compactMap { old[$0] }
    }

    public enum Deletion: Sendable, Hashable {
        /// Marks where rows can be marked.
        case usual
        /// Removes the rows for good.
        case purge
    }

    /// Joins or parts rows of a many-to-many relation.
    public func link(_ entityName: String, _ id: Int64, _ relationName: String, _ others: [Int64]) throws(DomainError) {
        try pair(entityName, id, relationName, others) { (table, here, there) -> SQLText in
            let rows = others.map { "(\(Value.int(id)), \(Value.int($0)))" as SQLText }
            return """
                INSERT INTO \(name: table) (\(name: here), \(name: there)) VALUES \(rows.joined(separator: ", "))
                ON CONFLICT DO NOTHING
                """
        }
    }

    public func unlink(_ entityName: String, _ id: Int64, _ relationName: String, _ others: [Int64]) throws(DomainError)
    {
        try pair(entityName, id, relationName, others) { (table, here, there) -> SQLText in
            """
            DELETE FROM \(name: table) WHERE \(name: here) = \(Value.int(id))
            AND \(name: there) IN (\(SQLText.list(others.map { Value.int($0) })))
            """
        }
    }

    private func pair(
        _ entityName: String, _ id: Int64, _ relationName: String, _ others: [Int64],
        _ statement: (_ table: String, _ here: String, _ there: String) -> SQLText
    ) throws(DomainError) {
        guard !others.isEmpty else { return }
        let entity = schema[entityName]
        guard let relation = entity.relation(relationName),
            case .manyToMany(let table, let here, let there) = relation.kind
        else { throw .invalid(relationName, "\(entityName) has no such list") }
        try requireWritable(entity)
        let old = try locked(entity, [id])
        try requireUpdate(old, [Change(id, [:])], entity)
        let known = try find(relation.target, others.map { .id($0) }, fields: ["id"], deleted: .shown)
        guard Set(known.map(\.id)) == Set(others) else {
            throw DomainError(
                .missingReference, "\(relation.target) not found", entity: relation.target, fields: [relationName])
        }
        try requireLinkable(entity, id, schema[relation.target], others)
        _ = try run { () throws(StoreError) in try session.execute(statement(table, here, there)) }
        try effects.linked(entity, old, relation, others, in: self)
    }

    /// Rows of one project only; from something without a project the right to the other rows counts.
    private func requireLinkable(
        _ entity: EntityType, _ id: Int64, _ target: EntityType, _ others: [Int64]
    ) throws(DomainError) {
        if caller.isSystem || !target.isProjectOwned { return }
        guard entity.isProjectOwned else { return try requireUpdatable(target.name, others) }
        let own = try projects(of: entity, [id])[id]
        let theirs = try projects(of: target, others)
        for other in others where theirs[other] != own && own != nil && theirs[other] != nil {
            throw DomainError(
                .missingReference, "\(target.name) belongs to another project",
                issues: [Issue(field: target.name, message: "belongs to another project")], entity: target.name,
                fields: [target.name])
        }
    }

    /// The visible rows, locked until the end of the transaction; `.notFound` when one is missing.
    func locked(_ entity: EntityType, _ ids: [Int64]) throws(DomainError) -> [Int64: Row] {
        var result: [Int64: Row] = [:]
        for chunk in chunked(ids) {
            if session.flavor == .postgres {
                let list = SQLText.list(chunk.map { Value.int($0) })
                _ = try rows("SELECT id FROM \(name: entity.table) WHERE id IN (\(list)) ORDER BY id FOR UPDATE")
            }
            for row in try find(entity.name, chunk.map { .id($0) }, deleted: .shown) { result[row.id] = row }
        }
        guard result.count == Set(ids).count else { throw .notFound(entity.name) }
        return result
    }

    func chunked(_ ids: [Int64]) -> [[Int64]] {
        var result: [[Int64]] = []
        var start = 0
        while start < ids.count {
            result.append(Array(ids[start..<min(start + 1000, ids.count)]))
            start += 1000
        }
        return result
    }

    private func fillDefaults(_ drafts: inout [Draft], _ entity: EntityType) throws(DomainError) {
        for field in entity.fields where field.fallback != .none {
            for index in drafts.indices where drafts[index][field.name] == nil {
                switch field.fallback {
                case .none: continue
                case .value(let value): drafts[index][field.name] = value
                case .now: drafts[index][field.name] = .int(time)
                case .caller: drafts[index][field.name] = .int(caller.userId)
                case .sequence:
                    let next = try value(
                        "SELECT COALESCE(MAX(\(name: field.column)), 0) + 1 FROM \(name: entity.table)")
                    drafts[index][field.name] = .int((next?.integer ?? 1) + Int64(index))
                }
            }
        }
        // The engine stamps these itself.
        for index in drafts.indices where drafts[index]["createdAt"] == .int(time) { drafts[index]["createdAt"] = nil }
        for index in drafts.indices { drafts[index]["updatedAt"] = nil }
    }

    private func validate(_ drafts: [Draft], _ entity: EntityType) throws(DomainError) {
        var issues: [Issue] = []
        let own: Set<String> = ["id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted"]
        for (index, draft) in drafts.enumerated() {
            let prefix = drafts.count > 1 ? "[\(index)]." : ""
            for field in entity.fields where !own.contains(field.name) || draft[field.name] != nil {
                if let problem = Validation.problem(draft[field.name] ?? .null, field) {
                    issues.append(Issue(field: prefix + field.name, message: "\(field.name) \(problem)"))
                }
            }
            if issues.count > 100 { break }
        }
        if !issues.isEmpty { throw .invalid(issues) }
    }

    private func validate(_ changes: [Change], _ entity: EntityType) throws(DomainError) {
        var issues: [Issue] = []
        for change in changes {
            for (name, assignment) in change.values {
                guard let field = entity.field(name), name != "id", name != "uid", name != "epoch" else {
                    issues.append(Issue(field: name, message: "\(entity.name) has no field \(name) to change"))
                    continue
                }
                guard let problem = Validation.problem(assignment, field) else { continue }
                issues.append(Issue(field: name, message: "\(name) \(problem)"))
            }
            if issues.count > 100 { break }
        }
        if !issues.isEmpty { throw .invalid(issues.sorted { $0.field < $1.field }) }
    }

    /// Writes what belongs to the changes of the transaction; the engine calls it before the commit.
    func finish() throws(DomainError) {
        try effects.flush(in: self)
    }
}
