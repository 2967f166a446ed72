import Engine
import Foundation
import Logging
import Model
import ServiceLifecycle

/// The signed ends of the audit chains, one line each, in a file of the data folder: a copy of it elsewhere shows
/// whether the log in the database was cut or written anew.
struct AuditAnchors {
    static let name = "audit-heads.log"

    let folder: String

    private var path: String { "\(folder)/\(AuditAnchors.name)" }

    /// All anchors, and how many lines are none.
    func read() -> (anchors: [AuditAnchor], broken: Int) {
        guard let data = FileManager.default.contents(atPath: path) else { return ([], 0) }
        var anchors: [AuditAnchor] = []
        var broken = 0
        for line in data.split(separator: UInt8(ascii: "\n")) {
            if let anchor = AuditAnchors.parse(line) { anchors.append(anchor) } else { broken += 1 }
        }
        return (anchors, broken)
    }

    private static func parse(_ line: Data) -> AuditAnchor? {
        do throws(JSONSyntaxError) {
            return AuditAnchor(try JSONReader.parse(Array(line)))
        } catch {
            return nil
        }
    }

    /// Adds the ends that moved since they were last written.
    func note(_ engine: Engine) async throws {
        var known: [String: Int64] = [:]
        for anchor in read().anchors { known[anchor.chain] = anchor.sequence }
        var lines: [UInt8] = []
        for anchor in try await engine.auditAnchors() where known[anchor.chain] != anchor.sequence {
            lines += Array((anchor.json.text + "\n").utf8)
        }
        guard !lines.isEmpty else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StartError("cannot open \(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        guard write(file, lines, lines.count) == lines.count, fsync(file) == 0 else {
            throw StartError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }
}

/// Writes the anchors each hour and when the server stops.
struct AnchorService: Service {
    private static let interval = Duration.seconds(3600)

    let engine: Engine
    let anchors: AuditAnchors

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await note()
                do {
                    try await ContinuousClock().sleep(for: AnchorService.interval)
                } catch {
                    break
                }
            }
        }
        await note()
    }

    private func note() async {
        do {
            try await anchors.note(engine)
        } catch {
            engine.world.log.warning("audit anchors are not written", metadata: ["error": "\(error)"])
        }
    }
}
