import Foundation

/// A JUnit report as a large project makes it: suites of a hundred tests, every tenth fails with a message.
enum ReportSample {
    /// Writes the report and returns its size in bytes.
    static func write(_ results: Int, to path: String) throws -> Int {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        text.reserveCapacity(results * 180)
        for suite in 0..<max(1, results / 100) {
            let name = "shop.area\(suite / 40).Suite\(suite)"
            text +=
                "<testsuite name=\"\(name)\" tests=\"100\" failures=\"10\" time=\"12.5\" timestamp=\"2026-01-02T03:04:05\">\n"
            for test in 0..<100 { text += self.test(test, in: name) }
            text += "</testsuite>\n"
        }
        text += "</testsuites>\n"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return text.utf8.count
    }

    private static func test(_ number: Int, in suite: String) -> String {
        let head =
            "<testcase name=\"places order \(number) with a voucher\" classname=\"\(suite)\" time=\"0.\(100 + number)\">"
        guard number % 10 == 0 else { return head + "</testcase>\n" }
        return head + """
            <failure message="expected total 3 to equal 4 in row \(number)" type="AssertionError">Traceback:
              File "checkout.py", line \(number), in test_order
                assert order.total == 4
            AssertionError: expected total 3 to equal 4</failure></testcase>

            """
    }
}
