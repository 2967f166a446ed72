import Formats
import Foundation

/// What a report holds, gathered from the events.
struct WholeReport: Equatable {
    var events: [ReportEvent] = []
    var error: ReportError?
    var totals = ReportTotals()
    var declared: ReportSuite?

    /// Reads bytes in pieces of a size; an error keeps the events in front of it.
    init(_ bytes: [UInt8], pieces: Int = 65_536, limits: ReportLimits = .default) {
        let reader = JUnitReader(limits: limits)
        do {
            var position = 0
            while position < bytes.count {
                let end = min(position + pieces, bytes.count)
                events += try reader.feed(bytes[position..<end])
                position = end
            }
            events += try reader.finish()
        } catch {
            self.error = error
        }
        totals = reader.totals
        declared = reader.declared
    }

    init(_ text: String, limits: ReportLimits = .default) { self.init(Array(text.utf8), limits: limits) }

    init(fixture name: String) throws { self.init(try Fixture.bytes(name)) }

    var tests: [ReportTest] {
        events.compactMap {
            guard case .test(let test) = $0 else { return nil }
            return test
        }
    }

    var suites: [ReportSuite] {
        events.compactMap {
            guard case .suiteBegan(let suite) = $0 else { return nil }
            return suite
        }
    }

    func test(_ name: String) -> ReportTest? { tests.first { $0.name == name } }

    /// Tests, passed, failed, errored, skipped.
    var counts: [Int] { [totals.tests, totals.passed, totals.failed, totals.errored, totals.skipped] }
}

enum Fixture {
    static let junit = [
        "cypress", "googletest", "gotestsum", "gradle", "jest", "node", "phpunit", "playwright", "pytest-reruns",
        "pytest-xunit1", "pytest", "robot", "surefire", "swift-testing", "swift-xctest", "unittest",
    ]

    private static var folder: URL { Bundle.module.bundleURL.appendingPathComponent("Fixtures/junit") }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent("\(name).xml")))
    }

    /// In alphabetical order.
    static func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
}
