import Foundation
import Model
import Server

/// This program started again as a server of its own process.
final class BenchChild: Sendable {
    let process: Int32
    let port: Int
    /// From the start of the process to the line that says it is ready.
    let startTime: Duration

    /// Starts `assay` with these arguments and waits for a line with `http://127.0.0.1:PORT`; its log goes to a file.
    init(_ arguments: [String], log: String) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw StartError("no pipe") }
        let begin = ContinuousClock.now
        process = try BenchChild.spawn(arguments, output: ends[1], log: log)
        close(ends[1])
        let handle = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        var text = ""
        var found: Int?
        while found == nil {
            let data = handle.availableData
            guard !data.isEmpty else { throw StartError("the server ended before it was ready: \(text)") }
            text += String(decoding: data, as: UTF8.self)
            found = BenchChild.port(in: text)
        }
        startTime = ContinuousClock.now - begin
        port = found ?? 0
        // Nobody reads further; the pipe stays open so that later lines find a reader's end.
        BenchChild.keep(handle)
    }

    private static let kept = KeptHandles()

    private static func keep(_ handle: FileHandle) { kept.add(handle) }

    /// What a command of this program prints.
    static func output(_ arguments: [String], input: String? = nil) throws -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw StartError("no pipe") }
        let process = try spawn(arguments, output: ends[1])
        close(ends[1])
        let handle = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let data = handle.readDataToEndOfFile()
        var status: Int32 = 0
        waitpid(process, &status, 0)
        guard status == 0 else { throw StartError("assay \(arguments.joined(separator: " ")) failed") }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func spawn(_ arguments: [String], output: Int32, log: String? = nil) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if let log { posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600) }
        var words: [UnsafeMutablePointer<CChar>?] = []
        for word in ["assay"] + arguments { words.append(strdup(word)) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process: Int32 = 0
        let code = posix_spawn(&process, "/proc/self/exe", &actions, nil, words, environ)
        guard code == 0 else { throw StartError("cannot start the server") }
        return process
    }

    private static func port(in text: String) -> Int? {
        guard let range = text.range(of: "http://127.0.0.1:") else { return nil }
        let digits = text[range.upperBound...].prefix { $0.isNumber }
        let rest = text[range.upperBound...].dropFirst(digits.count)
        return rest.isEmpty ? nil : Int(digits)
    }

    /// Asks the server to stop and waits for its end.
    func stop() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Resident memory now and at its peak, in megabytes.
    func memory() -> (now: Double, peak: Double) {
        (BenchChild.field("VmRSS", process), BenchChild.field("VmHWM", process))
    }

    /// Makes the present memory the peak.
    func resetPeak() {
        guard let handle = FileHandle(forWritingAtPath: "/proc/\(process)/clear_refs") else { return }
        handle.write(Data("5".utf8))
        handle.closeFile()
    }

    private static func field(_ name: String, _ process: Int32) -> Double {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/status") else { return 0 }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") where line.hasPrefix("\(name):") {
            let digits = line.filter { $0.isNumber }
            return (Double(digits) ?? 0) / 1024
        }
        return 0
    }
}
