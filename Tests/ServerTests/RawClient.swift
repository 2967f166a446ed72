import Foundation

/// What came back on a connection.
struct Answer: Sendable {
    enum Ending: Sendable { case closed, reset, timeout }

    var bytes: [UInt8]
    var ending: Ending
    /// From the first read on.
    var elapsed: Duration

    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The status codes of all answers in the bytes.
    var statuses: [Int] {
        text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }

    func header(_ name: String) -> String? {
        for line in text.components(separatedBy: "\r\n") {
            guard line.lowercased().hasPrefix(name.lowercased() + ":") else { continue }
            return String(line.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    /// What follows the first empty line.
    var body: String {
        guard let end = text.range(of: "\r\n\r\n") else { return "" }
        return String(text[end.upperBound...])
    }
}

/// A connection that sends exactly the bytes it is told; it blocks threads of its own, never those of the server.
final class RawClient: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "raw-client")

    init(port: Int, receiveBuffer: Int32? = nil) async throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    private func onQueue<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: work()) } }
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Throws when the server has closed the connection.
    func send(_ bytes: [UInt8]) async throws {
        let descriptor = descriptor
        let isSent = await onQueue {
            var offset = 0
            while offset < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Foundation.send(
                        descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
        guard isSent else { throw POSIXError(.EPIPE) }
    }

    func closeSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until the server closes the connection, or until the bytes hold a text.
    func readToEnd(orUntil wanted: String? = nil, seconds: Int = 120) async -> Answer {
        let descriptor = descriptor
        return await onQueue {
            let start = ContinuousClock.now
            var limit = timeval(tv_sec: seconds, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count > 0 {
                    bytes += buffer[0..<count]
                    if let wanted, String(decoding: bytes, as: UTF8.self).contains(wanted) {
                        return Answer(bytes: bytes, ending: .timeout, elapsed: ContinuousClock.now - start)
                    }
                    continue
                }
                let ending: Answer.Ending = count == 0 ? .closed : errno == EAGAIN ? .timeout : .reset
                return Answer(bytes: bytes, ending: ending, elapsed: ContinuousClock.now - start)
            }
        }
    }
}
