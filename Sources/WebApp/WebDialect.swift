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
        routes =
            [assets] + Pages.routes + SignIn.routes + Projects.routes + Folders.routes + CaseWindow.routes
            + Cases.routes
            + CaseVersions.routes + Runs.routes + RunTests.routes + Results.routes + Automated.routes + RunReport.routes
            + Search.routes + Profile.routes
    }

    /// Pages never take a token: what a script may do is in the dialects.
    public func token(_ call: Call) -> String? { nil }

    public func failure(_ error: DomainError, _ call: Call) -> Reply {
        if call.path.hasPrefix("/app/") || call.path.hasPrefix("/assets/") { return Refusal.json(error, call) }
        return ErrorPage.reply(error, call)
    }
}
