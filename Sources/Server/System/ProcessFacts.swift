import Foundation
import Wire

/// What the operating system says about this process.
enum ProcessFacts {
    static func gauges() -> [Metrics.Gauge] {
        var gauges: [Metrics.Gauge] = []
        if let bytes = residentBytes() {
            gauges.append(Metrics.Gauge("process_resident_memory_bytes", "Resident memory.", Double(bytes)))
        }
        if let count = openFiles() {
            gauges.append(Metrics.Gauge("process_open_fds", "Open file descriptors.", Double(count)))
        }
        return gauges
    }

    static func residentBytes() -> Int? {
        guard let text = read("/proc/self/statm"), let pages = text.split(separator: " ").dropFirst().first else {
            return nil
        }
        return Int(pages).map { $0 * Int(getpagesize()) }
    }

    private static func openFiles() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = -3  // this folder's own descriptor, `.` and `..`
        while readdir(folder) != nil { count += 1 }
        return count
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Allows as many open files as the system permits to this user.
    static func raiseFileLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(limit.rlim_cur)
    }
}
