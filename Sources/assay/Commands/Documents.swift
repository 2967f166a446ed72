import ArgumentParser
import Server
import Wire

struct RoutesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "Print every route of the server: verb, path, name and who may call it.")

    @Argument(help: "One dialect only, such as testplanit.")
    var dialect: String?

    func run() throws {
        for dialect in try Dialects.named(dialect) {
            for line in OpenAPI.routeLines(dialect) { Terminal.line(line) }
        }
    }
}

struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the OpenAPI 3.1 document of a dialect as JSON.")

    @Argument(help: "The dialect, such as testplanit.")
    var dialect: String

    func run() throws {
        for dialect in try Dialects.named(dialect) { Terminal.line(OpenAPI.document(dialect)) }
    }
}
