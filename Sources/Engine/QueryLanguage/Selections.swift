public import Model
import Statements

extension Reading {
    /// Compiles a query text. Throws `.invalid` for the field `query` with what is wrong and the character, from 1.
    public func selection(
        _ text: String, on subject: QuerySubject, project: Int64, user: Int64?
    ) throws(DomainError) -> Selection {
        var compiler = try QueryCompiler(self, project: project, user: user ?? caller.userId)
        return Selection(condition: try compiler.condition(text, on: subject))
    }

    /// What a saved view of this kind of rows selects, split by the values of its fields where they are given.
    public func selection(
        view: Int64, on subject: QuerySubject, project: Int64, user: Int64?, value: String?, subvalue: String?
    ) throws(DomainError) -> Selection {
        let row = try first(
            Query("SavedView", where: .equals("id", .int(view)) && .equals("projectId", .int(project))))
        guard let row, row.text("entity") == subject.rawValue else {
            throw .invalid("view", "there is no view \(view) of this kind")
        }
        var compiler = try QueryCompiler(self, project: project, user: user ?? caller.userId)
        var parts = [try compiler.view(view, 1, subject, "t")]
        for (name, given) in [("autoField", value), ("subAutoField", subvalue)] {
            guard let given else { continue }
            guard let field = row[name].string, !field.isEmpty else {
                throw .invalid("view", "the view \(view) is not split by a field")
            }
            let text = "'\(QueryToken.escaped(field))' = '\(QueryToken.escaped(given))'"
            parts.append(try compiler.condition(text, on: subject))
        }
        return Selection(condition: "(\(parts.joined(separator: " AND ")))")
    }

    /// The same for rows that belong to selected runs; `column` refers to the run.
    public func selection(
        ofRuns selection: Selection, in project: Int64, by field: String, of entityName: String
    ) throws(DomainError) -> Selection {
        guard let column = schema[entityName].field(field)?.column else { throw .fault("no \(field)") }
        return Selection(
            condition: """
                t.\(name: column) IN (SELECT t.id FROM test_run AS t
                WHERE t.project_id = \(Value.int(project)) AND NOT t.is_deleted AND \(selection.condition))
                """)
    }

    /// Throws `.invalid` where a field name means nothing for this kind of rows.
    public func requireQueryField(_ name: String, on subject: QuerySubject, project: Int64) throws(DomainError) {
        _ = try selection("'\(QueryToken.escaped(name))' IS EMPTY", on: subject, project: project, user: nil)
    }
}

extension QueryToken {
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    }
}
