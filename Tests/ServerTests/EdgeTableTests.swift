import Foundation
import HTTPTypes
import Logging
import Model
import Synchronization
import Testing

@testable import Server

@Suite struct EdgeTableTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.4", "192.0.2.4", true),
        ("192.0.2.4", "192.0.2.5", false), ("192.0.2.0/25", "192.0.2.127", true),
        ("192.0.2.0/25", "192.0.2.128", false),
        ("0.0.0.0/0", "203.0.113.1", true), ("2001:db8::/32", "2001:db8:1::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
        ("10.0.0.0/8", "::ffff:10.0.0.1", true), ("::/0", "10.0.0.1", false),
    ])
    func `a network knows its addresses`(network: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(network))
        #expect(range.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/8/8", "10.0.0.0/-1"])
    func `other texts are no networks`(text: String) { #expect(AddressRange(text) == nil) }

    @Test(arguments: [
        ("203.0.113.9", "203.0.113.9"), ("203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("rubbish", "10.0.0.1"), ("203.0.113.9, rubbish", "10.0.0.1"), ("", "10.0.0.1"), ("10.0.0.7", "10.0.0.7"),
    ])
    func `the client is the nearest address that is no proxy`(forwarded: String, client: String) throws {
        let proxies = TrustedProxies([try #require(AddressRange("10.0.0.0/8"))])
        var headers = HTTPFields()
        headers[try #require(HTTPField.Name("X-Forwarded-For"))] = forwarded
        #expect(proxies.client(peer: "10.0.0.1", headers: headers).address == client)
        #expect(proxies.client(peer: "192.0.2.1", headers: headers).address == "192.0.2.1")
    }

    @Test(
        arguments: [
            ("https://a.example", "https://a.example"), ("https://a.example/", "https://a.example"),
            ("http://a.example:8080", "http://a.example:8080"), ("https://a.example/x", nil), ("a.example", nil),
            ("ftp://a.example", nil), ("https://", nil), ("https://a.example:x", nil), ("https://u@a.example", nil),
        ] as [(String, String?)])
    func `a base address is scheme and host`(text: String, base: String?) {
        #expect(HostPolicy.normalized(baseURL: text) == base)
    }

    @Test func `dates are spelled as HTTP wants them`() {
        #expect(HTTPDate.spelled(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        let date = HTTPDate()
        #expect(date.text(784_111_777_999) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(date.text(784_111_778_000) == "Sun, 06 Nov 1994 08:49:38 GMT")
    }

    @Test func `compression pays or is not done`() throws {
        let text = Array(String(repeating: "assay ", count: 1000).utf8)
        let zipped = try #require(Compression.gzip(text))
        #expect(zipped.starts(with: [0x1F, 0x8B]))
        #expect(zipped.count < 200)
        var generator = SystemRandomNumberGenerator()
        #expect(Compression.gzip((0..<2000).map { _ in UInt8.random(in: 0...255, using: &generator) }) == nil)
    }

    @Test func `an event is one line whatever it holds`() {
        let written = Mutex<[String]>([])
        let keep: @Sendable ([UInt8]) -> Void = { line in
            written.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        for format in LogLines.Format.allCases {
            var log = Logger(label: "test") { label in
                LogLines(label: label, level: .info, format: format, now: { 1_700_000_000_000 }, write: keep)
            }
            log[metadataKey: "request_id"] = "r1"
            log.info("done", metadata: ["text": "a\nb\r\u{1B}[31m\u{2028}\"c\"", "count": "3"])
            log.debug("not shown")
        }
        let lines = written.withLock { $0 }
        #expect(lines.count == 2)
        #expect(
            lines[0]
                == "2023-11-14T22:13:20.000Z info done count=3 request_id=r1 text=\"a\\nb\\r\\u{1b}[31m \\\"c\\\"\"\n")
        #expect(
            lines[1].hasPrefix(
                #"{"time":"2023-11-14T22:13:20.000Z","level":"info","message":"done","count":"3","request_id":"r1","text":"a\nb\r"#
            ))
        #expect(
            lines.allSatisfy { $0.utf8.filter { $0 == 0x0A }.count == 1 && $0.hasSuffix("\n") && !$0.contains("\r") })
    }
}
