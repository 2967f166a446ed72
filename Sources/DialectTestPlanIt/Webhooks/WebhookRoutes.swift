import HTTPTypes
import Wire

/// Webhooks (TestPlanIt API, Webhooks).
enum WebhookRoutes {
    static let all: [Route] = [
        Route(.get, "/api/webhooks", "listWebhooks", WebhookHandlers.list),
        Route(.post, "/api/webhooks", "createWebhook", WebhookHandlers.create),
        Route(.get, "/api/webhooks/events", "webhookEvents", WebhookHandlers.events),
        Route(.get, "/api/webhooks/{id}", "getWebhook", WebhookHandlers.get),
        Route(.put, "/api/webhooks/{id}", "updateWebhook", WebhookHandlers.update),
        Route(.patch, "/api/webhooks/{id}", "patchWebhook", WebhookHandlers.update),
        Route(.delete, "/api/webhooks/{id}", "deleteWebhook", WebhookHandlers.delete),
        Route(.post, "/api/webhooks/{id}/test", "testWebhook", WebhookHandlers.test),
        Route(.get, "/api/webhooks/{id}/deliveries", "webhookDeliveries", WebhookHandlers.deliveries),
        Route(
            .post, "/api/webhooks/{id}/deliveries/{deliveryId}/redeliver", "redeliverWebhook",
            WebhookHandlers.redeliver),
    ]
}
