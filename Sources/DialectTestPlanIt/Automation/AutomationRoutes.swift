import HTTPTypes
import Wire

/// Imports of automated results (TestPlanIt API §4.20 and §10; `/api/assay/submit` is Assay's own).
enum AutomationRoutes {
    static let all: [Route] = [
        Route(.post, "/api/assay/submit", "submitReports", cost: .importing, SubmitReports.handle),
        Route(.post, "/api/test-results/import", "importTestResults", cost: .importing, ImportResults.handle),
        Route(.post, "/api/junit/import", "importJUnit", cost: .importing, ImportResults.junit),
    ]
}
