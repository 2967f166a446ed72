import Foundation
import Synchronization

/// Shows how far an upload is: a bar on a terminal, a line every quarter in a pipe; both on standard error.
final class ProgressLine: Sendable {
    private struct State {
        var step = -1
        var isOpen = false
    }

    private static let width = 30
    private let total: Int64
    private let files: Int
    private let isTerminal: Bool
    private let state = Mutex(State())

    init(total: Int64, files: Int, isTerminal: Bool = Terminal.isTerminal(STDERR_FILENO)) {
        self.total = max(total, 1)
        self.files = files
        self.isTerminal = isTerminal
    }

    private var what: String { files == 1 ? "1 file" : "\(files) files" }

    /// So many bytes are on their way.
    func sent(_ bytes: Int64) {
        let share = Double(bytes) / Double(total)
        show("Sending \(what), \(Terminal.size(total))", share, steps: isTerminal ? 100 : 4)
    }

    /// The server has come so far, in percent.
    func recorded(_ percent: Double?, _ status: String?) {
        guard let percent else { return }
        show("Recording", min(max(percent / 100, 0), 1), steps: isTerminal ? 100 : 4, base: 1000)
    }

    private func show(_ label: String, _ share: Double, steps: Int, base: Int = 0) {
        let step = base + Int(share * Double(steps))
        state.withLock { state in
            guard step > state.step else { return }
            state.step = step
            guard isTerminal else {
                return Terminal.write("\(label): \((step - base) * 100 / steps) %\n", STDERR_FILENO)
            }
            let percent = "\(Int(share * 100)) %"
            let filled = Int(share * Double(ProgressLine.width))
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: ProgressLine.width - filled)
            state.isOpen = true
            Terminal.write("\r\u{1B}[2K\(bar) \(percent)  \(label)", STDERR_FILENO)
        }
    }

    /// Takes the bar away.
    func end() {
        state.withLock { state in
            if state.isOpen { Terminal.write("\r\u{1B}[2K", STDERR_FILENO) }
            state.isOpen = false
        }
    }
}
