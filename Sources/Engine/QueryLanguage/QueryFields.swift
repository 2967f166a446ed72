public import Model
import Statements

/// What the query language selects.
public enum QuerySubject: String, Sendable, Hashable, CaseIterable {
    case test, requirement, issue
    case set = "testset"
    case milestone

    /// `Test`, `Test Set`, `TestSet` in any case.
    init?(name: String) {
        switch name.lowercased().filter({ $0 != " " && $0 != "_" && $0 != "-" }) {
        case "test": self = .test
        case "requirement": self = .requirement
        case "issue": self = .issue
        case "testset": self = .set
        case "milestone": self = .milestone
        default: return nil
        }
    }

    var link: LinkEnd {
        switch self {
        case .test: .testCase
        case .requirement: .requirement
        case .issue: .issue
        case .set: .run
        case .milestone: .milestone
        }
    }

    var owner: FieldOwner {
        switch self {
        case .test: .testCase
        case .requirement: .requirement
        case .issue: .issue
        case .set: .run
        case .milestone: .milestone
        }
    }

    public var entity: String { link.rawValue }
}

/// What stands behind a field name: expressions on the row of one alias.
enum QueryField {
    /// A condition holds when it holds for one of these.
    case text([SQLText])
    /// Serialised documents or JSON texts; what is compared is written the same way.
    case json(SQLText, isDocument: Bool)
    case number(SQLText)
    /// Milliseconds.
    case time(SQLText)
    /// Seconds since 1970 at midnight are not kept: `YYYY-MM-DD` as a JSON text.
    case day(SQLText)
    case user(SQLText)
    case flag(SQLText)
    /// `FROM … WHERE …` whose rows have a name, and the name.
    case names(from: SQLText, name: SQLText)
    /// Ids of options, kept as a JSON number or list.
    case options(CustomField, SQLText)
}

/// Looks names up in the words of the query language.
struct QueryFields {
    let subject: QuerySubject
    let alias: String
    let book: CustomFieldBook
    let statuses: StatusBook
    /// The fields that every case has, by system name.
    let core: [String: Int64]
    let flavor: Flavor

    static func folded(_ name: String) -> String {
        name.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
    }

    func field(_ name: String) -> QueryField? {
        if name.hasPrefix("---f-"), let id = Int64(name.dropFirst(5)) { return book.field(id).map { custom($0) } }
        let folded = QueryFields.folded(name)
        if let field = common(folded) ?? own(folded) { return field }
        return book.fields.first { QueryFields.folded($0.name) == folded }.map { custom($0) }
    }

    private func column(_ name: String) -> SQLText { "\(name: alias).\(name: name)" }

    private func common(_ name: String) -> QueryField? {
        switch name {
        case "id": return .number(column("id"))
        case "display_id": return .number(column("number"))
        case "created_at": return .time(column("created_at"))
        case "updated_at": return .time(column("updated_at"))
        case "tags": return .names(from: "FROM \(tags) WHERE pair.\(name: tagColumn) = \(column("id"))", name: "g.name")
        case "author":
            switch subject {
            case .test: return .user(column("creator_id"))
            case .milestone: return .user(column("created_by"))
            case .requirement, .issue, .set: return .user(column("created_by_id"))
            }
        case "assigned_to": return subject == .milestone ? nil : .user(column("assigned_to_id"))
        case "version": return subject == .milestone ? nil : .text([column("version_label")])
        case "planned_execution":
            return subject == .issue || subject == .milestone ? nil : .time(column("planned_execution"))
        default: return nil
        }
    }

    private var tagColumn: String {
        switch subject {
        case .test: "repository_case_id"
        case .requirement: "requirement_id"
        case .issue: "issue_id"
        case .set: "test_run_id"
        case .milestone: "milestone_id"
        }
    }

    private var tags: SQLText {
        let table =
            switch subject {
            case .test: "repository_case_tag"
            case .requirement: "requirement_tag"
            case .issue: "issue_tag"
            case .set: "test_run_tag"
            case .milestone: "milestone_tag"
            }
        return "\(name: table) AS pair JOIN tag AS g ON g.id = pair.tag_id AND NOT g.is_deleted"
    }

    private func own(_ name: String) -> QueryField? {
        switch subject {
        case .test: test(name)
        case .set: set(name)
        case .requirement: requirement(name)
        case .issue: issue(name)
        case .milestone: milestone(name)
        }
    }

    private func test(_ name: String) -> QueryField? {
        let status: SQLText = """
            COALESCE(\(column("state_label")), (SELECT w.name FROM workflow AS w WHERE w.id = \(column("state_id"))))
            """
        let verdict = statuses.word(column("last_status_id"))
        let kind: SQLText = """
            COALESCE(\(column("test_type")), CASE WHEN \(column("automated")) THEN 'ApiTest' ELSE 'ScriptedTest' END)
            """
        switch name {
        case "name", "title": return .text([column("name")])
        case "description": return .json(value(of: core["description"] ?? 0), isDocument: true)
        case "status": return .text([status, verdict])
        case "run_status": return .text([verdict])
        case "priority":
            let chosen: SQLText = """
                (SELECT o.name FROM case_field_value AS v JOIN field_option AS o ON CAST(o.id AS TEXT) = v.value
                WHERE v.test_case_id = \(column("id")) AND v.field_id = \(Value.int(core["priority"] ?? 0)) LIMIT 1)
                """
            return .text(["COALESCE(\(chosen), \(column("priority_label")))"])
        case "last_run": return .time(column("last_executed_at"))
        case "test_type", "type": return .text([kind])
        case "preconditions", "scenario": return .text([column(name)])
        case "steps_count":
            return .number(
                """
                (SELECT COUNT(*) FROM step AS s WHERE s.test_case_id = \(column("id")) AND NOT s.is_deleted)
                """)
        case "duration_estimate": return .number("COALESCE(\(column("estimate")), 0)")
        default: return nil
        }
    }

    private func set(_ name: String) -> QueryField? {
        let members: SQLText = """
            FROM test_run_case AS rc JOIN repository_case AS c ON c.id = rc.repository_case_id AND NOT c.is_deleted
            WHERE rc.test_run_id = \(column("id"))
            """
        let verdict: SQLText = "(SELECT \(statuses.rolledUp("rc.status_id")) \(members))"
        let milestone = column("milestone_id")
        switch name {
        case "name", "title": return .text([column("name")])
        case "description": return .json(column("note"), isDocument: true)
        case "status": return .text([column("state_label"), verdict])
        case "run_status": return .text([verdict])
        case "priority": return .text([column("priority_label")])
        case "last_run": return .time("(SELECT MAX(rc.last_executed_at) \(members))")
        case "instances_count": return .number("(SELECT COUNT(*) \(members))")
        case "milestone":
            return .text([
                "(SELECT m.name FROM milestone AS m WHERE m.id = \(milestone) AND NOT m.is_deleted)",
                "CAST(\(milestone) AS TEXT)",
            ])
        default: return nil
        }
    }

    private func requirement(_ name: String) -> QueryField? {
        let covering: SQLText = """
            FROM requirement_coverage AS k JOIN repository_case AS c ON c.id = k.repository_case_id AND NOT c.is_deleted
            WHERE k.requirement_id = \(column("id"))
            """
        let verdict: SQLText = "(SELECT \(statuses.rolledUp("c.last_status_id")) \(covering))"
        switch name {
        case "name", "title": return .text([column("name")])
        case "description", "priority": return .text([column(name)])
        case "status": return .text([column("status"), verdict])
        case "run_status": return .text([verdict])
        case "last_run": return .time("(SELECT MAX(c.last_executed_at) \(covering))")
        case "parent": return .number(column("parent_id"))
        default: return nil
        }
    }

    private func issue(_ name: String) -> QueryField? {
        switch name {
        case "name", "title": .text([column("title")])
        case "description", "priority": .text([column(name)])
        case "status", "status_name": .text(["COALESCE(\(column("status")), 'new')"])
        case "issue_type", "type": .text(["COALESCE(\(column("issue_type_name")), 'defect')"])
        case "closed_at": .time(column("closed_at"))
        case "external_id": .text([column("external_key")])
        default: nil
        }
    }

    private func milestone(_ name: String) -> QueryField? {
        switch name {
        case "name", "title": .text([column("name")])
        case "description": .json(column("note"), isDocument: true)
        case "status", "milestone_status":
            .text([
                """
                CASE WHEN \(column("is_completed")) THEN 'Completed' WHEN \(column("is_started")) THEN 'Active'
                ELSE 'Planned' END
                """
            ])
        case "milestone_type", "type":
            .text(["(SELECT y.name FROM milestone_type AS y WHERE y.id = \(column("milestone_types_id")))"])
        case "start_date": .time(column("start_date"))
        case "end_date": .time(column("due_date"))
        default: nil
        }
    }

    /// The stored value of a custom field.
    private func value(of field: Int64) -> SQLText {
        let table = subject == .test ? "case_field_value" : "custom_field_value"
        let reference = Field.snakeCase(subject.owner.valueField)
        return """
            (SELECT v.value FROM \(name: table) AS v WHERE v.\(name: reference) = \(column("id"))
            AND v.field_id = \(Value.int(field)) LIMIT 1)
            """
    }

    private func custom(_ field: CustomField) -> QueryField {
        let value = value(of: field.id)
        switch field.format {
        case "number": return .number("CAST(\(value) AS DOUBLE PRECISION)")
        case "list", "multilist": return .options(field, value)
        case "checkbox": return .flag("(\(value) = 'true')")
        case "date": return .day(value)
        case "user": return .user("CAST(replace(\(value), '\"', '') AS BIGINT)")
        case "memo": return .json(value, isDocument: true)
        default: return .json(value, isDocument: false)
        }
    }
}
