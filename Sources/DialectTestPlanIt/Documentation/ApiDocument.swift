import HTTPTypes
import Model
import Wire

/// The routes as documents: OpenAPI 3.1, a Postman collection, and pages for people (TestPlanIt API, Support).
enum ApiDocument {
    /// One operation of the table.
    struct Operation: Sendable {
        let route: Route
        let category: String
        let summary: String
        let query: [(name: String, isRequired: Bool)]
        let body: JSON?

        init(_ route: Route) {
            self.route = route
            category = ApiDocument.category(route.path)
            summary = ApiDocument.words(route.name)
            let example = ApiExamples.all[route.name]
            query = (example?.query ?? []).map { item in
                item.hasSuffix("*") ? (String(item.dropLast()), true) : (item, false)
            }
            body = example?.body.map { JSON.stored(.text($0)) }
        }

        /// The names of the placeholders.
        var parameters: [String] {
            route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast($0.hasSuffix("*}") ? 2 : 1))
            }
        }
    }

    static let operations: [Operation] = Routes.all.map { Operation($0) }.sorted {
        ($0.category, $0.route.path, $0.route.verb.rawValue) < ($1.category, $1.route.path, $1.route.verb.rawValue)
    }

    /// The part of the path that names the subject.
    private static func category(_ path: String) -> String {
        let parts = path.split(separator: "/").dropFirst()
        guard let first = parts.first else { return "api" }
        if first == "admin", let second = parts.dropFirst().first { return "admin \(second)" }
        if first == "imports" { return "testmo" }
        return String(first)
    }

    /// `createTestRun` as `Create test run`.
    private static func words(_ name: String) -> String {
        var text = ""
        for character in name {
            if character.isUppercase { text.append(" ") }
            text.append(contentsOf: text.isEmpty ? character.uppercased() : character.lowercased())
        }
        return text
    }

    private static let refusal: JSON = [
        "type": "object",
        "properties": [
            "error": [
                "type": "object", "required": ["code", "message"],
                "properties": [
                    "code": ["type": "string"], "message": ["type": "string"], "details": ["type": "object"],
                ],
            ]
        ],
    ]

    private static func content(_ schema: JSON) -> JSON { ["application/json": ["schema": schema]] }

    private static func described(_ operation: Operation) -> JSON {
        let route = operation.route
        var members: [(String, JSON)] = [
            ("operationId", .string(route.name)), ("tags", [.string(operation.category)]),
            ("summary", .string(operation.summary)),
        ]
        var parameters: [JSON] = operation.parameters.map {
            ["name": .string($0), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        parameters += operation.query.map {
            [
                "name": .string($0.name), "in": "query", "required": .bool($0.isRequired),
                "schema": ["type": "string"],
            ]
        }
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = operation.body {
            let media: JSON = ["application/json": ["schema": schema(body), "example": body]]
            members.append(("requestBody", ["required": true, "content": media]))
        }
        let security: JSON = route.access == .anyone ? [] : [["token": []], ["session": []]]
        members.append(("security", security))
        let any: JSON = ["description": "The answer", "content": content([:])]
        members.append(
            (
                "responses",
                [
                    "200": any, "201": any,
                    "401": ["description": "Authentication required"],
                    "403": ["description": "Insufficient permissions"],
                    "404": ["description": "Not found"],
                    "422": ["description": "Invalid input", "content": content(refusal)],
                    "default": ["description": "Another refusal or an answer of another kind"],
                ]
            ))
        return .members(members)
    }

    /// A schema that the example fits.
    private static func schema(_ example: JSON) -> JSON {
        switch example {
        case .null: return [:]
        case .bool: return ["type": "boolean"]
        case .integer: return ["type": "integer"]
        case .number: return ["type": "number"]
        case .string: return ["type": "string"]
        case .array(let elements):
            return ["type": "array", "items": elements.first.map { schema($0) } ?? [:]]
        case .object(let object):
            return ["type": "object", "properties": .members(object.members.map { ($0.name, schema($0.value)) })]
        }
    }

    static let openAPI: [UInt8] = {
        var paths: [(String, [(String, JSON)])] = []
        var places: [String: Int] = [:]
        for operation in operations {
            let path = operation.route.path.replacing("*}", with: "}")
            let verb = operation.route.verb.rawValue.lowercased()
            if let place = places[path] {
                paths[place].1.append((verb, described(operation)))
            } else {
                places[path] = paths.count
                paths.append((path, [(verb, described(operation))]))
            }
        }
        let document: JSON = [
            "openapi": "3.1.0",
            "info": [
                "title": "TestPlanIt API", "version": "1.0.0",
                "description": "Test management: projects, cases, runs, sessions, issues, milestones and reports.",
            ],
            "servers": [["url": "/"]],
            "paths": .members(paths.map { ($0.0, .members($0.1)) }),
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"],
                    "session": ["type": "apiKey", "in": "cookie", "name": "next-auth.session-token"],
                ],
                "schemas": ["Error": refusal],
            ],
        ]
        return Array(document.text.utf8)
    }()

    /// A collection of the form 2.1, one folder for each category.
    static let postman: [UInt8] = {
        var folders: [JSON] = []
        for category in categories {
            let items = operations.filter { $0.category == category }.map { operation -> JSON in
                var path = operation.route.path.replacing("*}", with: "}")
                for name in operation.parameters { path = path.replacing("{\(name)}", with: ":\(name)") }
                var request: [(String, JSON)] = [
                    ("method", .string(operation.route.verb.rawValue)),
                    (
                        "url",
                        [
                            "raw": .string("{{baseUrl}}\(path)"), "host": ["{{baseUrl}}"],
                            "path": .array(path.split(separator: "/").map { .string(String($0)) }),
                            "query": .array(
                                operation.query.map {
                                    ["key": .string($0.name), "value": "", "disabled": .bool(!$0.isRequired)]
                                }),
                            "variable": .array(operation.parameters.map { ["key": .string($0), "value": ""] }),
                        ]
                    ),
                ]
                if let body = operation.body {
                    request.append(("header", [["key": "Content-Type", "value": "application/json"]]))
                    request.append(("body", ["mode": "raw", "raw": .string(body.text)]))
                }
                return ["name": .string(operation.summary), "request": .members(request)]
            }
            folders.append(["name": .string(category), "item": .array(items)])
        }
        let collection: JSON = [
            "info": [
                "name": "TestPlanIt API",
                "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            ],
            "auth": ["type": "bearer", "bearer": [["key": "token", "value": "{{token}}", "type": "string"]]],
            "variable": [["key": "baseUrl", "value": "http://localhost:8080"], ["key": "token", "value": ""]],
            "item": .array(folders),
        ]
        return Array(collection.text.utf8)
    }()

    static let categories: [String] = {
        var result: [String] = []
        for operation in operations where result.last != operation.category { result.append(operation.category) }
        return result
    }()
}
