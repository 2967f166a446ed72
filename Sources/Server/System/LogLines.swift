import Engine
import Foundation
public import Logging
import Model

/// Writes each event as one line on standard error, as text or as JSON; control characters cannot make a second line.
public struct LogLines: LogHandler {
    public enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: Format
    private let now: @Sendable () -> Int64
    private let write: @Sendable ([UInt8]) -> Void

    /// `write` takes whole lines.
    public init(
        label: String, level: Logger.Level, format: Format, now: @escaping @Sendable () -> Int64,
        write: @escaping @Sendable ([UInt8]) -> Void = LogLines.standardError
    ) {
        self.label = label
        logLevel = level
        self.format = format
        self.now = now
        self.write = write
    }

    /// One call for one line, so that lines of several threads do not mix.
    public static let standardError: @Sendable ([UInt8]) -> Void = { line in
        _ = line.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        let sorted = fields.sorted { $0.key < $1.key }
        let line: String
        switch format {
        case .text:
            var parts = [Timestamp.text(now()), event.level.rawValue, LogLines.escaped("\(event.message)")]
            for (name, value) in sorted { parts.append("\(name)=\(LogLines.quoted("\(value)"))") }
            line = parts.joined(separator: " ")
        case .json:
            var members: [(String, JSON)] = [
                ("time", .string(Timestamp.text(now()))), ("level", .string(event.level.rawValue)),
                ("message", .string("\(event.message)")),
            ]
            for (name, value) in sorted where !["time", "level", "message"].contains(name) {
                members.append((name, .string("\(value)")))
            }
            line = JSON.members(members).text
        }
        write(Array((line + "\n").utf8))
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F && $0 < 0x80 }
        return isPlain ? text : "\"\(escaped(text))\""
    }

    private static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result.append(contentsOf: "\\\"".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            case _ where scalar.value == 0x2028 || scalar.value == 0x2029: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
