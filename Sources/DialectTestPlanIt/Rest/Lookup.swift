import Engine
import Model
import Wire

extension Reading {
    /// The id of the live project that the query of a list must name; `.notFound` when the caller cannot read it.
    func projectOfQuery(_ call: Call) throws(DomainError) -> Row {
        guard let key = RowKey(try call.needed("projectId")) else { throw .notFound("Project") }
        return try row("Project", key, fields: ["id", "uid"])
    }
}
