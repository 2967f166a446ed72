import Engine
import Model
import Wire

/// What a request says about a report.
struct ReportOrder: Sendable {
    var projects: [RowKey]?
    var from: Int64?
    var until: Int64?
    private var milestone: RowKey?
    private var assignee: RowKey?
    private var configuration: RowKey?

    init(_ input: inout Input, isCross: Bool) {
        if isCross {
            projects = input.keys("projectIds").value
        } else if let key = input.required("projectId", input.key("projectId")) {
            projects = [key]
        }
        if let range = input.object("dateRange").value {
            var inner = Input(range, prefix: "dateRange.")
            let bounds = DateBounds(&inner)
            (from, until) = (bounds.from, bounds.until)
            input.absorb(inner)
        }
        if let start = input.time("startDate").value { from = start }
        if let end = input.time("endDate").value {
            let isDay = input.object["endDate"]?.string?.utf8.count == 10
            until = end + (isDay ? Timestamp.millisecondsPerDay : 1)
        }
        if let filters = input.object("filters").value {
            var inner = Input(filters, prefix: "filters.")
            milestone = inner.key("milestoneId").value
            assignee = inner.key("assignedTo", "assigneeId").value
            configuration = inner.key("configurationId", "configId").value
            input.absorb(inner)
        }
    }

    /// The projects of the report: the named ones, or all that the caller can read.
    func rows(_ isCross: Bool, in work: Reading) throws(DomainError) -> [Row] {
        let fields = ["id", "uid", "name"]
        guard let projects else {
            return try work.find(
                Query("Project", where: .equals("isDeleted", false), fields: fields, order: [.by("name")]))
        }
        let field = isCross ? "projectIds" : "projectId"
        let ids = try work.ids("Project", projects) { isCross ? "\(field)[\($0)]" : field }
        let rows = try work.find("Project", ids.map { .id($0) }, fields: fields)
        return rows.sorted { $0.text("name") < $1.text("name") }
    }

    func scope(_ projects: [Row], in work: Reading) throws(DomainError) -> ReportScope {
        var scope = ReportScope(projects: projects.map(\.id))
        (scope.from, scope.until) = (from, until)
        if let milestone { scope.milestone = try work.named("Milestone", milestone, by: "filters.milestoneId").id }
        if let assignee { scope.assignee = try work.named("User", assignee, by: "filters.assignedTo").id }
        if let configuration {
            scope.configuration = try work.named("Configuration", configuration, by: "filters.configurationId").id
        }
        return scope
    }
}
