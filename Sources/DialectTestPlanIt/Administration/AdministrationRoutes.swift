import HTTPTypes
import Wire

/// What administrators do.
enum AdministrationRoutes {
    static let all: [Route] = [
        Route(.get, "/api/admin/elasticsearch/settings", "searchSettings", SearchAdministration.settings),
        Route(.put, "/api/admin/elasticsearch/settings", "putSearchSettings", SearchAdministration.setSettings),
        Route(.post, "/api/admin/elasticsearch/settings", "setSearchSettings", SearchAdministration.setSettings),
        Route(.get, "/api/admin/elasticsearch/reindex", "searchOverview", SearchAdministration.overview),
        Route(.post, "/api/admin/elasticsearch/reindex", "reindex", SearchAdministration.reindex),
        Route(.get, "/api/admin/elasticsearch/reindex/{jobId}", "reindexStatus", SearchAdministration.status),
        Route(.get, "/api/admin/queues", "listQueues", QueueHandlers.list),
        Route(.get, "/api/admin/queues/{queue}", "getQueue", QueueHandlers.get),
        Route(.post, "/api/admin/queues/{queue}", "steerQueue", QueueHandlers.act),
        Route(.delete, "/api/admin/queues/{queue}", "removeQueuedJob", QueueHandlers.remove),
        Route(.get, "/api/admin/queues/{queue}/jobs", "listJobs", QueueHandlers.jobs),
        Route(.get, "/api/admin/queues/{queue}/jobs/{jobId}", "getJob", QueueHandlers.job),
        Route(.post, "/api/admin/queues/{queue}/jobs/{jobId}", "steerJob", QueueHandlers.steer),
        Route(.post, "/api/admin/queues/{queue}/jobs/{jobId}/retry", "retryJob", QueueHandlers.retry),
        Route(.delete, "/api/admin/queues/{queue}/jobs/{jobId}", "removeJob", QueueHandlers.remove),
    ]
}
