public import Model
import Statements
import Store

/// Conditions that choose the cases of a run, all of which must hold.
public struct CaseSelection: Sendable {
    /// One condition: what is looked at, how it is compared, and with what.
    public struct Condition: Sendable, Hashable {
        public enum Comparison: String, Sendable, CaseIterable {
            case isIn = "IN"
            case isNotIn = "NOT_IN"
            case equals = "EQUALS"
            case differs = "NOT_EQUALS"
            case contains = "CONTAINS"
            case lacks = "NOT_CONTAINS"
            case startsWith = "STARTS_WITH"
            case endsWith = "ENDS_WITH"
            case greater = "GT"
            case greaterOrEqual = "GTE"
            case less = "LT"
            case lessOrEqual = "LTE"
        }

        public var field: String
        public var comparison: Comparison
        public var values: [String]

        public init(field: String, comparison: Comparison, values: [String]) {
            self.field = field
            self.comparison = comparison
            self.values = values
        }
    }

    public var conditions: [Condition]
    /// Whose names the values are (Choices.product).
    public var product: String

    public init(_ conditions: [Condition], product: String) {
        self.conditions = conditions
        self.product = product
    }

    /// As the column `selection` keeps it.
    public var stored: Value {
        var list: [JSON] = []
        for condition in conditions {
            list.append([
                "field": .string(condition.field), "operator": .string(condition.comparison.rawValue),
                "values": .array(condition.values.map { .string($0) }),
            ])
        }
        return .text(JSON.members([("product", .string(product)), ("conditions", .array(list))]).text)
    }

    /// Reads the column again; `nil` when it holds none.
    public init?(stored: Value) {
        guard let json = JSON(stored: stored), let list = json["conditions"]?.array else { return nil }
        product = json["product"]?.string ?? ""
        conditions = []
        for element in list {
            guard let field = element["field"]?.string,
                let comparison = Condition.Comparison(rawValue: element["operator"]?.string ?? "")
            else { return nil }
            let values = (element["values"]?.array ?? []).compactMap(\.string)
            conditions.append(Condition(field: field, comparison: comparison, values: values))
        }
    }
}

extension JSON {
    /// A stored document; `nil` for null and for what is no JSON.
    public init?(stored: Model.Value) {
        guard let text = stored.string else { return nil }
        do throws(JSONSyntaxError) {
            self = try JSONReader.parse(text)
        } catch {
            return nil
        }
    }
}

extension Reading {
    /// The condition on the cases of a project. Throws `.invalid` for a field, a comparison or a value that is none.
    public func filter(_ selection: CaseSelection, project: Int64) throws(DomainError) -> Filter {
        let reader = try SelectionReader(self, product: selection.product, project: project)
        var filter = Filter.all
        for condition in selection.conditions { filter = filter && (try reader.filter(condition)) }
        return filter
    }

    /// The live cases of a project that a filter chooses, in the order of their folders; no access is asked for, the
    /// caller must be able to read the project.
    public func chosenCases(_ filter: Filter, project: Int64) throws(DomainError) -> [Int64] {
        let condition = try condition(filter, on: "RepositoryCase")
        return try rows(
            """
            SELECT t.id FROM repository_case AS t WHERE t.project_id = \(Value.int(project)) AND NOT t.is_deleted
            AND \(condition) ORDER BY t.folder_id, t."order", t.id
            """
        ).compactMap { $0[0].integer }
    }

    /// The same for a selection.
    public func cases(_ selection: CaseSelection, project: Int64) throws(DomainError) -> [Int64] {
        try chosenCases(try filter(selection, project: project), project: project)
    }
}

extension Writing {
    /// Brings the cases of a run to exactly these; cases with results stay, or throw `.conflict`.
    public func setMembers(
        ofRun run: Int64, _ cases: [Int64], keepingExecuted: Bool
    ) throws(DomainError) {
        try Results.requireOpen([run], self)
        let wanted = Set(cases)
        let known = try rows(
            "SELECT id, repository_case_id, status_id FROM test_run_case WHERE test_run_id = \(Value.int(run))")
        let gone = known.filter { !wanted.contains($0[1].integer ?? 0) }
        if !keepingExecuted, gone.contains(where: { !$0[2].isNull }) {
            throw .conflict("a case with results cannot leave the run")
        }
        try delete("TestRunCase", ids: gone.filter { $0[2].isNull }.compactMap { $0[0].integer })
        try addToRun(run, cases.map { RunMember(caseId: $0) })
    }

    /// Open runs that follow their conditions take in what fits now and let go what does not.
    func refreshSelections(projects: Set<Int64>) throws(DomainError) {
        for project in projects.sorted() {
            let runs = try rows(
                """
                SELECT id, selection, excluded_cases, include_all FROM test_run
                WHERE project_id = \(Value.int(project)) AND NOT is_completed AND NOT is_deleted
                AND (selection_type = 'DYNAMIC' OR include_all) ORDER BY id
                """)
            for run in runs { try refresh(run, project) }
        }
    }

    /// The same for one run.
    public func refreshSelection(ofRun run: Int64) throws(DomainError) {
        let found = try rows(
            """
            SELECT id, selection, excluded_cases, include_all, project_id FROM test_run
            WHERE id = \(Value.int(run)) AND NOT is_completed AND NOT is_deleted
            AND (selection_type = 'DYNAMIC' OR include_all)
            """)
        guard let row = found.first, let project = row[4].integer else { return }
        try refresh(row, project)
    }

    private func refresh(_ run: [Value], _ project: Int64) throws(DomainError) {
        guard let id = run[0].integer else { return }
        var filter = Filter.all
        if let selection = CaseSelection(stored: run[1]) {
            do throws(DomainError) {
                filter = try self.filter(selection, project: project)
            } catch {
                // What a condition named is gone: nothing fits it any more.
                guard error.code == .invalid else { throw error }
                filter = .none
            }
        }
        let excluded = (JSON(stored: run[2])?.array ?? []).compactMap(\.integer)
        if !excluded.isEmpty { filter = filter && .not(.oneOf("id", excluded.map { .int($0) })) }
        let condition = try condition(filter, on: "RepositoryCase")
        if run[3].boolean != true {
            _ = try self.run { () throws(StoreError) in
                try session.execute(
                    """
                    DELETE FROM test_run_case WHERE test_run_id = \(Value.int(id)) AND status_id IS NULL
                    AND repository_case_id NOT IN (SELECT t.id FROM repository_case AS t
                    WHERE t.project_id = \(Value.int(project)) AND NOT t.is_deleted AND \(condition))
                    """)
            }
        }
        let fresh = try rows(
            """
            SELECT t.id FROM repository_case AS t WHERE t.project_id = \(Value.int(project)) AND NOT t.is_deleted
            AND \(condition) AND NOT EXISTS (SELECT 1 FROM test_run_case AS rc
            WHERE rc.test_run_id = \(Value.int(id)) AND rc.repository_case_id = t.id)
            ORDER BY t.folder_id, t."order", t.id
            """)
        guard !fresh.isEmpty else { return }
        let last = try value(
            "SELECT COALESCE(MAX(\"order\"), 0) FROM test_run_case WHERE test_run_id = \(Value.int(id))")
        var order = last?.integer ?? 0
        var members: [[Value]] = []
        for row in fresh {
            order += 1
            members.append([.int(id), row[0], .int(order)])
        }
        try store(
            schema["TestRunCase"], ["testRunId", "repositoryCaseId", "order"], members, onConflict: .skip)
    }
}
