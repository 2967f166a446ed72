import Formats
import Foundation
import Testing

/// What must hold for every way the bytes arrive, and for every byte.
@Suite(.serialized) struct StreamTests {
    @Test("how a report is cut into pieces does not matter", arguments: Fixture.junit)
    func pieces(name: String) throws {
        let bytes = try Fixture.bytes(name)
        let whole = WholeReport(bytes, pieces: bytes.count)
        #expect(whole.error == nil)
        for size in [1, 7, 100, 4096] { #expect(WholeReport(bytes, pieces: size) == whole) }
    }

    @Test func `how a long report is cut into pieces does not matter`() throws {
        var bytes = Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<testsuites>\r\n".utf8)
        for index in 0..<3000 {
            bytes += Array(
                "<testsuite name=\"größe \(index)\"><testcase name=\"t&#27;\(index)\" time=\"0.5\">\r\n".utf8)
            bytes += Array("<system-out><![CDATA[a&#27;]]&gt;".utf8) + [0x1B, 0xE2, 0x82, 0xFF]
            bytes += Array("🎉]]>[[ATTACHMENT|\(index).png]]</system-out></testcase></testsuite>\r\n".utf8)
        }
        bytes += Array("</testsuites>".utf8)
        let whole = WholeReport(bytes, pieces: bytes.count)
        #expect(whole.error == nil)
        #expect(whole.totals.tests == 3000)
        #expect(whole.totals.seconds == 1500)
        #expect(whole.tests.last?.attachments == [ReportAttachment(path: "2999.png")])
        for size in [1, 7, 4096, 32_768, 32_769, 100_000] {
            #expect(WholeReport(bytes, pieces: size) == whole)
        }
    }

    @Test func `an error is the same however the bytes arrive`() throws {
        let bytes = Array(try Fixture.bytes("phpunit").dropLast(100))
        let whole = WholeReport(bytes, pieces: bytes.count)
        #expect(whole.error?.message.contains("cut off") == true)
        for size in [1, 7, 4096] { #expect(WholeReport(bytes, pieces: size) == whole) }
    }

    // The memory tests run in a process of their own, because other tests allocate meanwhile.

    @Test func `memory stays bounded for a long report`() async {
        await #expect(processExitsWith: .success) {
            let reader = JUnitReader()
            let test = """
                <testcase classname="shop.Checkout" name="pays by card" time="0.012"><failure message="no" type="E">
                Expected 238 but was 239 at com.example.shop.CheckoutTest.refusesVoucher(CheckoutTest.java:21)
                </failure><system-out>card accepted &#27;[0m and a few more words of output</system-out></testcase>

                """
            let chunk = Array(String(repeating: test, count: 200).utf8)
            _ = try reader.feed(Array("<testsuite name=\"s\">".utf8))
            for _ in 0..<10 { _ = try reader.feed(chunk) }
            let before = MemoryUse.residentBytes()
            var fed = 0
            while fed < 30_000_000 {
                _ = try reader.feed(chunk)
                fed += chunk.count
            }
            precondition(MemoryUse.residentBytes() - before < 4_000_000)
            _ = try reader.feed(Array("</testsuite>".utf8))
            _ = try reader.finish()
            precondition(reader.totals.failed == reader.totals.tests)
            precondition(reader.totals.tests > 90_000)
        }
    }

    @Test func `memory stays bounded for one endless test`() async {
        await #expect(processExitsWith: .success) {
            let reader = JUnitReader()
            let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
            _ = try reader.feed(Array("<testsuite><testcase name=\"a\"><system-out>".utf8))
            for _ in 0..<20 { _ = try reader.feed(chunk) }
            let before = MemoryUse.residentBytes()
            for _ in 0..<300 { _ = try reader.feed(chunk) }
            precondition(MemoryUse.residentBytes() - before < 4_000_000)
            let end = Array("</system-out></testcase></testsuite>".utf8)
            let events = try reader.feed(end) + reader.finish()
            precondition(events.count == 2)
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Fixture.junit)
    func `no damage to a report makes the reader trap`(name: String) throws {
        let original = try Fixture.bytes(name)
        var noise = Noise(state: UInt64(original.count) &* 2_654_435_761)
        for _ in 0..<150 {
            var bytes = original
            noise.damage(&bytes)
            let report = WholeReport(bytes, pieces: 1 + noise.below(9000))
            #expect(report.totals.tests >= report.tests.count)
            _ = FormatDetection.detect(bytes, fileName: nil)
            for test in report.tests { _ = CaseIdentifier.find(in: test) }
        }
    }

    @Test func `no bytes at all make the reader trap`() {
        var noise = Noise(state: 42)
        let words = [
            "<testsuite>", "<testcase name=\"a\">", "</testcase>", "</testsuite>", "<![CDATA[", "]]>", "&#27;", "&#",
            "&",
            "<!--", "-->", "<?", "?>", "<system-out>", "</system-out>", "[[ATTACHMENT|", "]]", "\u{1B}", "é", "\n",
            "<rerunFailure>", "</rerunFailure>", "<property name='a'>", "</property>", "<failure message='", "'/>",
        ].map { Array($0.utf8) }
        for _ in 0..<1500 {
            var bytes: [UInt8] = noise.below(2) == 0 ? [] : Array("<testsuites>".utf8)
            for _ in 0..<noise.below(60) {
                switch noise.below(8) {
                case 0: bytes.append(UInt8(noise.below(256)))
                case 1: bytes.append(0)
                default: bytes += words[noise.below(words.count)]
                }
            }
            let report = WholeReport(bytes, pieces: 1 + noise.below(50))
            #expect(report.totals.tests >= report.tests.count)
        }
    }
}

/// Reproducible damage (a xorshift generator).
private struct Noise {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    mutating func damage(_ bytes: inout [UInt8]) {
        for _ in 0...below(6) where !bytes.isEmpty {
            let position = below(bytes.count)
            switch below(6) {
            case 0: bytes[position] = UInt8(below(256))
            case 1: bytes.remove(at: position)
            case 2: bytes.insert(UInt8(below(256)), at: position)
            case 3: bytes.removeSubrange(position..<min(position + below(200), bytes.count))
            case 4: bytes.insert(contentsOf: bytes[position..<min(position + below(200), bytes.count)], at: position)
            default: bytes[position] = [0, 0x1B, 0x26, 0x3C, 0x3E, 0x22, 0x5D, 0x80, 0xFF][below(9)]
            }
        }
    }
}

/// The memory of this process; zero where the system does not tell it this way.
private enum MemoryUse {
    static func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ")
        return pages.count > 1 ? (Int(pages[1]) ?? 0) * 4096 : 0
    }
}
