import Engine
import HTTPTypes
public import Model
public import Wire

/// The web application: its pages, its files and the endpoints that its pages use (docs/web-contract.md).
public struct WebDialect: Dialect {
    public let name = "web"
    public let prefixes = ["/"]
    public let acceptsBrowserSession = true
    public let routes: [Route]

    public init() {
        let assets = Route(.get, "/assets/{build}/{file}", "asset", access: .anyone, cost: .free) {
            call, _ throws(DomainError) in
            try AssetTable.shared.serve(call)
        }
        let tables: [[Route]] = [
            [assets],
            Pages.routes,
            SignIn.routes,
            ChangePassword.routes,
            Projects.routes,
            Folders.routes,
            CaseWindow.routes,
            Cases.routes,
            CaseVersions.routes,
            Runs.routes,
            RunTests.routes,
            Results.routes,
            Automated.routes,
            RunReport.routes,
            RunLive.routes,
            Sessions.routes,
            Milestones.routes,
            Issues.routes,
            Requirements.routes,
            SavedViews.routes,
            AdminUsers.routes,
            AdminRoles.routes,
            AdminFields.routes,
            AdminRecords.routes,
            Members.routes,
            Attachments.routes,
            Search.routes,
            Profile.routes,
        ]
        routes = tables.flatMap { $0 }
    }

    /// Pages never take a token: what a script may do is in the dialects.
    public func token(_ call: Call) -> String? { nil }

    public func failure(_ error: DomainError, _ call: Call) -> Reply {
        if call.path.hasPrefix("/app/") || call.path.hasPrefix("/assets/") { return Refusal.json(error, call) }
        return ErrorPage.reply(error, call)
    }
}
