import Model
import Testing

@testable import Wire

@Suite struct OpenAPITests {
    @Test func `the document names every route with its parameters and who may call it`() throws {
        let document = try JSONReader.parse(OpenAPI.document(ToyDialect()))
        let delete = document["paths"]?["/api/things/{id}"]?["delete"]
        #expect(delete?["operationId"] == "things.delete")
        #expect(delete?["parameters"]?[0]?["name"] == "id")
        #expect(delete?["security"]?.array?.count == 2)
        #expect(document["paths"]?["/api/things"]?.object?.names == ["get", "post"])
        #expect(document["paths"]?["/api/open"]?["get"]?["security"] == [])
    }

    @Test func `routes are listed one a line in the order of paths`() {
        let lines = OpenAPI.routeLines(ToyDialect())
        #expect(lines.count == ToyDialect().routes.count)
        #expect(lines.contains("DELETE  /api/things/{id}  toy.things.delete  signed-in"))
    }
}
