import HTTPTypes
import Model

/// Documents made from a dialect's route table.
public enum OpenAPI {
    /// One line for each route, in the order of paths: the golden file of a dialect.
    public static func routeLines(_ dialect: any Dialect) -> [String] {
        sorted(dialect).map { route in
            let verb = route.verb.rawValue.padded(to: 7)
            return "\(verb) \(route.path)  \(dialect.name).\(route.name)  \(word(route.access))"
        }
    }

    /// The OpenAPI 3.1 document, readable by people.
    public static func document(_ dialect: any Dialect) -> String {
        var paths: [(String, JSON)] = []
        var operations: [(String, JSON)] = []
        let routes = sorted(dialect)
        for (index, route) in routes.enumerated() {
            operations.append((route.verb.rawValue.lowercased(), operation(route, dialect)))
            let isLast = index + 1 == routes.count || routes[index + 1].path != route.path
            guard isLast else { continue }
            paths.append((plain(route.path), .members(operations)))
            operations = []
        }
        let document: JSON = [
            "openapi": "3.1.0",
            "info": ["title": .string("Assay: \(dialect.name)"), "version": "1.0.0"],
            "paths": .members(paths),
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"],
                    "session": [
                        "type": "apiKey", "in": "cookie", "name": .string(SessionCookie.name(isSecure: false)),
                    ],
                ]
            ],
        ]
        return Indented.text(document)
    }

    private static func sorted(_ dialect: any Dialect) -> [Route] {
        dialect.routes.sorted { ($0.path, $0.verb.rawValue) < ($1.path, $1.verb.rawValue) }
    }

    private static func word(_ access: Route.Access) -> String {
        switch access {
        case .anyone: "anyone"
        case .signedIn: "signed-in"
        case .administrators: "administrators"
        }
    }

    /// OpenAPI has no placeholder for the rest of a path; the name stays.
    private static func plain(_ path: String) -> String { path.hasSuffix("*}") ? String(path.dropLast(2)) + "}" : path }

    private static func operation(_ route: Route, _ dialect: any Dialect) -> JSON {
        var members: [(String, JSON)] = [("operationId", .string(route.name))]
        let parameters = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment -> JSON in
            let name = String(segment.dropFirst().dropLast(segment.hasSuffix("*}") ? 2 : 1))
            return ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        var security: [JSON] = [["token": []]]
        if dialect.acceptsBrowserSession { security.append(["session": []]) }
        members.append(("security", route.access == .anyone ? [] : .array(security)))
        members.append(("x-access", .string(word(route.access))))
        members.append(("responses", ["default": ["description": "The answer, or a refusal in the form of this API"]]))
        return .members(members)
    }
}

/// JSON with two blanks of indentation, one member a line.
enum Indented {
    static func text(_ json: JSON, depth: Int = 0) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch json {
        case .object(let object) where !object.isEmpty:
            let lines = object.members.map {
                "\(inner)\(JSON.string($0.name).text): \(text($0.value, depth: depth + 1))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + text($0, depth: depth + 1) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        case .null, .bool, .integer, .number, .string, .array, .object: return json.text
        }
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
