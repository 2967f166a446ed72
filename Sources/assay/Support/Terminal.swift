import Foundation

/// Lines for people and scripts.
enum Terminal {
    static func line(_ text: String) { write(text + "\n", STDOUT_FILENO) }

    /// One line, whatever the text holds.
    static func error(_ text: String) {
        write(text.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n", STDERR_FILENO)
    }

    static func write(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// `1.5 MB`, in powers of ten.
    static func size(_ bytes: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(bytes) B" : "\(String(format: "%.1f", value)) \(units[unit])"
    }
}
