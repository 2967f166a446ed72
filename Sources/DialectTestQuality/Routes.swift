import HTTPTypes
import Wire

/// The table of every call.
enum Routes {
    static let all: [Route] = rows + single + imports

    /// Rows of all resources, wherever they stand.
    private static let rows: [Route] = ResourceBook.shared.places.flatMap { routes($0) }

    private static func routes(_ place: Place) -> [Route] {
        let handlers = Handlers(place: place)
        let (path, title) = (place.path, place.title)
        let verbs = place.resource.verbs
        var routes = [
            Route(.get, path, "list\(title)", handlers.list), Route(.get, "\(path)/{id}", "get\(title)", handlers.get),
        ]
        if place.resource.name == "attachment" {
            routes.append(Route(.post, path, "create\(title)", AttachmentHandlers.upload(place)))
        } else if verbs.contains(.create) {
            routes.append(Route(.post, path, "create\(title)", handlers.create))
        }
        if verbs.contains(.update) {
            routes.append(Route(.put, "\(path)/{id}", "update\(title)", handlers.update))
            routes.append(Route(.patch, "\(path)/{id}", "patch\(title)", handlers.update))
        }
        if verbs.contains(.delete) { routes.append(Route(.delete, "\(path)/{id}", "delete\(title)", handlers.delete)) }
        if verbs.contains(.restore), place.levels.isEmpty {
            routes.append(
                Route(.post, "\(path)/{id}/restore", "restore\(title)", RowHandlers.restore(place.resource)))
        }
        return routes
    }

    private static let single: [Route] = [
        Route(
            .post, "/api/oauth/access_token", "accessToken", access: .anyone, cost: .signIn, OAuthHandlers.token),
        Route(.post, "/api/batch", "batch", BatchHandler.handle),
        Route(.delete, "/api/plan/{plan}/test/{id}", "removeTestFromPlan", RowHandlers.removeFromPlan),
        Route(.get, "/api/requirement/{id}/run-analysis", "requirementRuns", RowHandlers.runAnalysis),
        Route(.get, "/api/attachment/{id}/download", "downloadAttachment", AttachmentHandlers.download),
        Route(.get, "/api/client", "listClient", InstanceHandlers.clients),
        Route(.get, "/api/client/{id}", "getClient", InstanceHandlers.client),
        Route(.get, "/api/virtual", "listVirtual", InstanceHandlers.virtuals),
        Route(.get, "/api/virtual/{id}", "getVirtual", InstanceHandlers.virtual),
    ]

    private static let imports: [Route] = [
        Route(.post, "/api/import_xml", "importXml", cost: .importing, JUnitImport.handle),
        Route(.post, "/api/junit_xml", "importJUnit", cost: .importing, JUnitImport.handle),
        Route(.post, "/api/plan/{plan_id}/junit_xml", "importJUnitIntoPlan", cost: .importing, JUnitImport.handle),
        Route(.post, "/api/import_feature", "importFeature", cost: .importing, FeatureImport.handle),
        Route(
            .post, "/api/import_feature_results", "importFeatureResults", cost: .importing,
            FeatureResultImport.handle),
        Route(.post, "/api/import_data", "importData", cost: .importing, SheetImport.handle),
    ]

    /// Paths below these are answered in the words of this API, whatever they are.
    static let prefixes: [String] =
        ResourceBook.shared.resources.filter { !$0.isNestedOnly }.map { "/api/\($0.name)" } + [
            "/api/oauth", "/api/batch", "/api/client", "/api/virtual", "/api/import_xml", "/api/junit_xml",
            "/api/import_feature", "/api/import_feature_results", "/api/import_data",
        ]
}
