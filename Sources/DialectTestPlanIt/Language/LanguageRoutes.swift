import HTTPTypes
import Wire

/// Language models (TestPlanIt API, LLM Integrations).
enum LanguageRoutes {
    static let all: [Route] = [
        Route(.post, "/api/llm/chat", "chat", cost: .asking, ChatHandlers.chat),
        Route(.post, "/api/llm/generate-test-cases", "generateCases", cost: .asking, GenerateCases.handle),
        Route(.post, "/api/llm/magic-select-cases", "selectCases", cost: .asking, SelectCases.handle),
        Route(
            .post, "/api/repository/import-generated-test-cases", "importGeneratedCases", ImportGenerated.handle),
        Route(.post, "/api/llm/test", "testModel", cost: .asking, ChatHandlers.test),
        Route(.get, "/api/llm/test", "listModelConnections", ChatHandlers.connections),
        Route(
            .post, "/api/admin/llm/test-credentials", "testModelCredentials", access: .administrators,
            ModelAdministration.testCredentials),
        Route(
            .get, "/api/admin/llm/available-models", "availableModels", access: .administrators,
            ModelAdministration.models),
        Route(
            .post, "/api/admin/llm/available-models", "availableModelsByBody", access: .administrators,
            ModelAdministration.modelsByBody),
        Route(
            .post, "/api/admin/llm/clear-cache", "clearModelCache", access: .administrators,
            ModelAdministration.clearCache),
        Route(
            .get, "/api/admin/llm/integrations", "listModelIntegrations", access: .administrators,
            ModelIntegrationHandlers.list),
        Route(
            .post, "/api/admin/llm/integrations", "createModelIntegration", access: .administrators,
            ModelIntegrationHandlers.create),
        Route(
            .put, "/api/admin/llm/integrations/{id}", "updateModelIntegration", access: .administrators,
            ModelIntegrationHandlers.update),
        Route(
            .delete, "/api/admin/llm/integrations/{id}", "deleteModelIntegration", access: .administrators,
            ModelIntegrationHandlers.delete),
        Route(
            .post, "/api/admin/llm/integrations/{id}/test", "testModelIntegration", access: .administrators,
            ModelAdministration.testStored),
        Route(
            .post, "/api/admin/llm/integrations/{id}/chat", "chatWithModelIntegration", access: .administrators,
            cost: .asking, ModelAdministration.chat),
    ]
}
