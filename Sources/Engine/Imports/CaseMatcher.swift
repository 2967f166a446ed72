import Formats
import Model
import Statements
import Store

/// Finds the case of each reported test, and makes the missing ones.
struct CaseMatcher {
    typealias Reported = (test: ReportTest, suite: String, status: Int64?)

    private struct Key: Hashable {
        let name: String
        let className: String
    }

    private let work: Writing
    private let order: ReportImport
    /// A run that people execute takes manual cases too.
    private let isRegular: Bool
    private var folders: FolderPaths
    private let template: Int64
    private let state: Int64
    private let repository: Int64
    private var nextNumber: Int64
    private var mayCreate: Bool?
    private var touched: Set<Int64> = []
    private(set) var created = 0
    private(set) var matched = 0
    private(set) var ignored = 0
    private(set) var ignoredNames: [String] = []

    init(_ work: Writing, _ order: ReportImport, isRegular: Bool) throws(DomainError) {
        self.work = work
        self.order = order
        self.isRegular = isRegular
        let root = try work.rootFolder(project: order.project)
        repository = root.repository
        folders = FolderPaths(work, order, repository: root.repository)
        if let template = order.template {
            self.template = template
        } else {
            template = try work.defaultTemplate(order.project)
        }
        state = try work.defaultState("CASES", order.project)
        let last = try work.value(
            "SELECT COALESCE(MAX(number), 0) FROM repository_case WHERE project_id = \(Value.int(order.project))")
        nextNumber = last?.integer ?? 0
    }

    /// The case of each test in order; `nil` where there is none and none may be made.
    mutating func cases(for reported: [Reported]) throws(DomainError) -> [Int64?] {
        if order.takesMembersOnly { return try members(reported) }
        var result = [Int64?](repeating: nil, count: reported.count)
        if order.findsHumanKeys { try KeyFinder(work, project: order.project).find(reported.map(\.test), &result) }
        try findNamedIds(reported, &result)
        try findByKey(reported, &result)
        if isRegular { try findByTitle(reported, &result) }
        let missing = result.indices.filter { result[$0] == nil }
        matched += reported.count - missing.count
        for id in result { if let id { touched.insert(id) } }
        guard !missing.isEmpty else { return result }
        guard order.createsCases else {
            ignored += missing.count
            return result
        }
        try make(missing, reported, &result)
        return result
    }

    /// The cases of the run that takes the results, and no others.
    private mutating func members(_ reported: [Reported]) throws(DomainError) -> [Int64?] {
        guard case .existing(let run) = order.run else { return reported.map { _ in nil } }
        let result = try KeyFinder(work, project: order.project).members(reported.map(\.test), run: run)
        for (index, id) in result.enumerated() {
            if let id {
                matched += 1
                touched.insert(id)
            } else {
                ignored += 1
                if ignoredNames.count < 1000 { ignoredNames.append(reported[index].test.name) }
            }
        }
        return result
    }

    /// A case number in the name or the property `test_id` decides, when the project has such a case.
    private func findNamedIds(_ reported: [Reported], _ result: inout [Int64?]) throws(DomainError) {
        var wanted: [Int: Int64] = [:]
        for (index, item) in reported.enumerated() {
            var id = item.test.properties.first { $0.name == "test_id" }.flatMap {
                CaseIdentifier.find(in: $0.value) ?? Int64($0.value)
            }
            if id == nil { id = CaseIdentifier.find(in: item.test.name) }
            if let id { wanted[index] = id }
        }
        guard !wanted.isEmpty else { return }
        var known: Set<Int64> = []
        for chunk in work.chunked(Array(Set(wanted.values))) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            let rows = try work.rows(
                """
                SELECT id FROM repository_case WHERE project_id = \(Value.int(order.project)) AND NOT is_deleted
                AND id IN (\(list))
                """)
            known.formUnion(rows.compactMap { $0[0].integer })
        }
        for (index, id) in wanted where known.contains(id) && result[index] == nil { result[index] = id }
    }

    private func findByKey(_ reported: [Reported], _ result: inout [Int64?]) throws(DomainError) {
        var keys: Set<Key> = []
        for (index, item) in reported.enumerated() where result[index] == nil {
            keys.insert(CaseMatcher.key(item.test))
        }
        guard !keys.isEmpty else { return }
        var known: [Key: Int64] = [:]
        var revived: [Int64] = []
        for row in try work.rows(lookUp(keys)) {
            guard let id = row[0].integer else { continue }
            let isDeleted = row[4].boolean == true
            if isDeleted && row[3].string != order.type { continue }
            known[Key(name: row[1].string ?? "", className: row[2].string ?? "")] = id
            if isDeleted { revived.append(id) }
        }
        if !revived.isEmpty {
            try work.apply(work.schema["RepositoryCase"], revived.map { Change($0, set: ["isDeleted": false]) })
            work.effects.refreshSearch("RepositoryCase", revived)
        }
        for (index, item) in reported.enumerated() where result[index] == nil {
            result[index] = known[CaseMatcher.key(item.test)]
        }
    }

    /// The cases with these names and classes, by the unique key of automated cases; a run that people execute takes
    /// cases of any source.
    private func lookUp(_ keys: Set<Key>) -> SQLText {
        var wanted: [SQLText] = []
        for key in keys {
            let name = Value.text(key.name)
            let className = Value.text(key.className)
            wanted.append(
                wanted.isEmpty ? "(CAST(\(name) AS TEXT), CAST(\(className) AS TEXT))" : "(\(name), \(className))")
        }
        let source: SQLText = isRegular ? "" : " AND c.source = \(Value.text(order.type)) AND c.source <> 'MANUAL'"
        return """
            WITH wanted (name, class_name) AS (VALUES \(wanted.joined(separator: ", ")))
            SELECT c.id, c.name, c.class_name, c.source, c.is_deleted FROM wanted JOIN repository_case AS c
            ON c.project_id = \(Value.int(order.project)) AND c.name = wanted.name
            AND COALESCE(c.class_name, '') = wanted.class_name\(source) ORDER BY c.id DESC
            """
    }

    private func findByTitle(_ reported: [Reported], _ result: inout [Int64?]) throws(DomainError) {
        let names = Set(reported.indices.filter { result[$0] == nil }.map { CaseMatcher.name(reported[$0].test) })
        guard !names.isEmpty else { return }
        let list = SQLText.list(names.map { Value.text($0) })
        var known: [String: Int64] = [:]
        let rows = try work.rows(
            """
            SELECT id, name FROM repository_case WHERE project_id = \(Value.int(order.project)) AND NOT is_deleted
            AND name IN (\(list)) ORDER BY id DESC
            """)
        for row in rows { known[row[1].string ?? ""] = row[0].integer }
        for (index, item) in reported.enumerated() where result[index] == nil {
            result[index] = known[CaseMatcher.name(item.test)]
        }
    }

    private static let names = [
        "name", "className", "number", "order", "source", "automated", "automationStatus", "estimate",
        "forecastAutomated", "lastStatusId", "lastExecutedAt", "projectId", "repositoryId", "folderId", "templateId",
        "stateId", "creatorId",
    ]

    private mutating func make(
        _ missing: [Int], _ reported: [Reported], _ result: inout [Int64?]
    ) throws(DomainError) {
        try requireRight()
        var rows: [[Value]] = []
        var positions: [Key: Int] = [:]
        var places: [(index: Int, row: Int)] = []
        let project = Value.int(order.project)
        let user = Value.int(work.caller.userId)
        for index in missing {
            let test = reported[index].test
            let key = CaseMatcher.key(test)
            if let row = positions[key] {
                places.append((index, row))
                continue
            }
            let folder = try folders.folder(for: test, suite: reported[index].suite)
            nextNumber += 1
            let seconds = test.time.flatMap { $0 > 0 ? $0 : nil }
            positions[key] = rows.count
            places.append((index, rows.count))
            rows.append([
                .text(key.name), .text(test.className), .int(nextNumber), .int(folders.nextOrder(folder)),
                .text(order.type), true, "AUTOMATED", .int(seconds.map { max(1, Int64($0.rounded())) }),
                .double(seconds.map { ($0 * 1000).rounded() / 1000 }), .int(reported[index].status),
                .int(test.timestamp ?? work.time), project, .int(repository), .int(folder), .int(template),
                .int(state), user,
            ])
        }
        let ids = try work.store(work.schema["RepositoryCase"], CaseMatcher.names, rows)
        var titles: [(id: Int64, project: Int64, title: String)] = []
        for (row, id) in zip(rows, ids) { titles.append((id, order.project, row[0].string ?? "")) }
        try SearchText.add("RepositoryCase", titles, in: work)
        for place in places { result[place.index] = ids[place.row] }
        created += ids.count
        matched += missing.count - ids.count
        try tag(ids)
        try work.effects.imported("RepositoryCase", ids, project: order.project, in: work)
    }

    private mutating func requireRight() throws(DomainError) {
        if mayCreate != nil { return }
        try work.requireAdding(work.schema["RepositoryCase"], to: order.project)
        mayCreate = true
    }

    private func tag(_ ids: [Int64]) throws(DomainError) {
        guard !order.tags.isEmpty else { return }
        var rows: [[Value]] = []
        for id in ids { for tag in order.tags { rows.append([.int(id), .int(tag)]) } }
        let insert = Insert(
            table: "repository_case_tag", columns: ["repository_case_id", "tag_id"], kinds: [.integer, .integer],
            rows: rows, onConflict: .skip)
        _ = try work.run { () throws(StoreError) in try work.session.insert(insert) }
    }

    private static func key(_ test: ReportTest) -> Key { Key(name: name(test), className: test.className ?? "") }

    /// A case's name has at most 1000 characters.
    private static func name(_ test: ReportTest) -> String {
        test.name.utf8.count <= 1000 ? test.name : String(test.name.prefix(1000))
    }

    /// Mean time and latest status of the cases that were there before.
    func summarise() throws(DomainError) {
        for chunk in work.chunked(touched.sorted()) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    """
                    UPDATE repository_case SET forecast_automated = (
                    SELECT ROUND(CAST(AVG(r.time) * 1000 AS NUMERIC)) / 1000.0 FROM junit_test_result AS r
                    WHERE r.repository_case_id = repository_case.id AND r.time > 0),
                    last_status_id = (SELECT r.status_id FROM junit_test_result AS r
                    WHERE r.repository_case_id = repository_case.id ORDER BY r.executed_at DESC, r.id DESC LIMIT 1),
                    last_executed_at = (SELECT MAX(r.executed_at) FROM junit_test_result AS r
                    WHERE r.repository_case_id = repository_case.id)
                    WHERE id IN (\(list))
                    """)
            }
        }
    }
}
