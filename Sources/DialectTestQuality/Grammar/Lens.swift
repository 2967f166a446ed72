import Engine
import Model

/// What every row of an answer is seen through: small tables of the instance, read once for a request.
struct Lens: Sendable {
    let statuses: StatusBook
    let values: ValueBook
    let fields: CaseFieldBook
    /// The status of what has no result yet.
    let pending: Int64
    /// Stands in for the author of what the server made itself.
    let founder: Int64
    let caller: Int64
    let isAdministrator: Bool
    let origin: String
    let now: Int64

    init(_ work: Reading, origin: String) throws(DomainError) {
        statuses = try work.statuses()
        values = try work.valueLists()
        fields = try work.caseFields()
        pending = statuses.untested?.id ?? 0
        founder = try work.firstUser()
        caller = work.caller.userId ?? founder
        isAdministrator = work.caller.isAdministrator
        self.origin = origin
        now = work.now
    }

    var priority: CaseFieldBook.Field? { fields.fields.first { $0.systemName == "priority" } }
    var description: CaseFieldBook.Field? { fields.fields.first { $0.systemName == "description" } }

    /// The default value of a list.
    func standard(_ list: String) -> Int64? {
        let entries = values.list(list, product: "TESTQUALITY")
        return (entries.first { $0.isDefault } ?? entries.first)?.id
    }
}
