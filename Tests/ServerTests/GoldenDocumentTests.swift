import Foundation
import Server
import Testing
import Wire

/// What the program says of its routes equals the files in `docs/api`; `make golden` writes them anew.
@Suite struct GoldenDocumentTests {
    static let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/docs/api"

    @Test(arguments: Dialects.all.map(\.name))
    func `the routes of a dialect are those of its golden file`(_ name: String) throws {
        let dialect = try #require(Dialects.named(name).first)
        let text = OpenAPI.routeLines(dialect).map { "\($0)\n" }.joined()
        try Self.compare(text, "\(name).routes.txt")
    }

    @Test(arguments: Dialects.all.map(\.name).filter { $0 != "web" })
    func `the OpenAPI document of a dialect is its golden file`(_ name: String) throws {
        let dialect = try #require(Dialects.named(name).first)
        try Self.compare(OpenAPI.document(dialect) + "\n", "\(name).openapi.json")
    }

    /// Reports the first line that differs, not two documents.
    private static func compare(_ text: String, _ file: String) throws {
        let golden = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        let ours = text.split(separator: "\n", omittingEmptySubsequences: false)
        let theirs = golden.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, pair) in zip(ours, theirs).enumerated() where pair.0 != pair.1 {
            Issue.record("\(file), line \(number + 1): the program says \(pair.0), the file \(pair.1)")
            return
        }
        #expect(ours.count == theirs.count, "\(file): make golden, and read the difference")
    }
}
