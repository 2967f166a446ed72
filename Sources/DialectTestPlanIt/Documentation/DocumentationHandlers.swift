import Engine
import HTTPTypes
import Model
import Wire

/// `/api/docs`, `/api/openapi.json` and `/api/postman.json` (TestPlanIt API, Support and resources).
enum DocumentationHandlers {
    static let routes: [Route] = [
        Route(.get, "/api/docs", "documentation", access: .anyone, docs),
        Route(.get, "/api/openapi.json", "openAPI", access: .anyone, openAPI),
        Route(.get, "/api/postman.json", "postman", access: .anyone, postman),
    ]

    private static func openAPI(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(ApiDocument.openAPI)
    }

    private static func postman(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(ApiDocument.postman)
    }

    private static func docs(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var shown = ApiDocument.operations
        if let category = call.query["category"], !category.isEmpty {
            shown = shown.filter { $0.category == category.lowercased() }
            guard !shown.isEmpty else { throw .notFound("Category") }
        }
        if call.query["list"] == "true" {
            let list: [JSON] = ApiDocument.categories.map { category in
                let count = ApiDocument.operations.count { $0.category == category }
                return ["name": .string(category), "endpoints": .integer(Int64(count))]
            }
            return .json(["categories": .array(list), "total": .integer(Int64(ApiDocument.operations.count))])
        }
        if call.headers[.accept]?.contains("application/json") == true {
            let list: [JSON] = shown.map { operation in
                [
                    "method": .string(operation.route.verb.rawValue), "path": .string(operation.route.path),
                    "category": .string(operation.category), "summary": .string(operation.summary),
                    "operationId": .string(operation.route.name),
                    "query": .array(
                        operation.query.map { ["name": .string($0.name), "required": .bool($0.isRequired)] }),
                    "example": operation.body ?? .null,
                ]
            }
            return .json(["endpoints": .array(list), "total": .integer(Int64(list.count))])
        }
        return .text(page(shown), type: "text/html; charset=utf-8")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static func page(_ shown: [ApiDocument.Operation]) -> String {
        var text = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>API explorer</title></head><body>
            <h1>API explorer</h1>
            <p>The same as <a href="/api/openapi.json">OpenAPI 3.1</a> and as a
            <a href="/api/postman.json">Postman collection</a>.</p>
            <nav><ul>

            """
        for category in ApiDocument.categories {
            text +=
                "<li><a href=\"/api/docs?category=\(PercentEncoding.encoded(category))\">\(escaped(category))</a></li>\n"
        }
        text += "</ul></nav>\n<main>\n"
        var last = ""
        for operation in shown {
            if operation.category != last {
                last = operation.category
                text += "<h2>\(escaped(last))</h2>\n"
            }
            let verb = operation.route.verb.rawValue
            text += "<details><summary><code>\(verb) \(escaped(operation.route.path))</code> "
            text += "\(escaped(operation.summary))</summary>\n"
            if !operation.query.isEmpty {
                let items = operation.query.map {
                    "<li><code>\(escaped($0.name))</code>\($0.isRequired ? ", required" : "")</li>"
                }
                text += "<p>Query:</p><ul>\(items.joined())</ul>\n"
            }
            if let body = operation.body { text += "<p>Body:</p><pre>\(escaped(body.text))</pre>\n" }
            text += "</details>\n"
        }
        return text + "</main></body></html>\n"
    }
}
