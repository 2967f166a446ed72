import Foundation
import Server
import Synchronization

/// Starts the server as a child and starts it again when it dies, so that a trap costs less than a second (SAFETY F2).
enum Supervisor {
    /// The child's exit code for "start me again": the disk failed.
    static let restartCode: Int32 = 75
    private static let variable = "ASSAY_SUPERVISED"
    /// The descriptor whose end tells the child that its parent is gone.
    private static let lifeline: Int32 = 3
    private static let deathLimit = 10
    /// What makes a trap print its frames at once instead of holding the port.
    private static let backtrace = "enable=yes,threads=crashed,symbolicate=off,images=none"

    /// Process id of the child; 0 while there is none. Signal handlers read it.
    private static let child = Atomic<Int32>(0)
    /// The signal that asked to stop; 0 before.
    private static let stopping = Atomic<Int32>(0)

    static var isChild: Bool { getenv(variable) != nil }

    /// Runs until the server ends by itself or by a signal; returns the exit code.
    static func run(_ arguments: [String]) throws -> Int32 {
        catchSignals()
        let pipe = try lifelinePipe()
        var deaths: [ContinuousClock.Instant] = []
        while true {
            let process = try start(arguments, lifeline: pipe)
            child.store(process, ordering: .sequentiallyConsistent)
            // A signal between the start and the line above has reached nobody yet.
            let signal = stopping.load(ordering: .sequentiallyConsistent)
            if signal != 0 { kill(process, signal) }
            let status = wait(process)
            child.store(0, ordering: .sequentiallyConsistent)
            let end = Ending(status)
            if stopping.load(ordering: .sequentiallyConsistent) != 0 { return end.exitCode }
            if case .exit(let code) = end, code != restartCode { return code }
            let now = ContinuousClock.now
            deaths = deaths.filter { now - $0 < .seconds(60) } + [now]
            guard deaths.count <= deathLimit else {
                Terminal.error("assay: the server died \(deaths.count) times within a minute, giving up")
                return 1
            }
            Terminal.error("assay: the server died (\(end.words)), starting it again")
        }
    }

    /// How a child ended, from what `waitpid` says.
    private enum Ending {
        case exit(Int32)
        case signal(Int32)

        init(_ status: Int32) {
            let signal = status & 0x7F
            self = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
        }

        var exitCode: Int32 {
            switch self {
            case .exit(let code): code
            case .signal(let number): 128 + number
            }
        }

        var words: String {
            switch self {
            case .exit(let code): "exit code \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    private static func wait(_ process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Passes the signals to stop on to the child.
    private static func catchSignals() {
        _ = (child.load(ordering: .relaxed), stopping.load(ordering: .relaxed))
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number) { number in
                Supervisor.stopping.store(number, ordering: .sequentiallyConsistent)
                let process = Supervisor.child.load(ordering: .sequentiallyConsistent)
                if process > 0 { kill(process, number == SIGHUP ? SIGTERM : number) }
            }
        }
    }

    /// The end that the child watches; this process keeps the other one open as long as it lives.
    private static func lifelinePipe() throws -> Int32 {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw StartError("cannot make a pipe: \(String(cString: strerror(errno)))") }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        // Away from the number that it gets in the child: a copy onto itself would not survive the start.
        let high = fcntl(ends[0], F_DUPFD_CLOEXEC, 64)
        guard high >= 0 else { throw StartError("cannot make a pipe: \(String(cString: strerror(errno)))") }
        close(ends[0])
        return high
    }

    private static func start(_ arguments: [String], lifeline: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, lifeline, Supervisor.lifeline)
        // In a group of its own the child hears of Ctrl-C once, from here.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var environment = ProcessInfo.processInfo.environment
        environment[variable] = "1"
        environment["SWIFT_BACKTRACE"] = environment["SWIFT_BACKTRACE"] ?? backtrace
        let words = arguments.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        let path = executable(arguments)
        let failure = posix_spawnp(&process, path, &actions, &attributes, words, variables)
        guard failure == 0 else { throw StartError("cannot start \(path): \(String(cString: strerror(failure)))") }
        return process
    }

    private static func executable(_ arguments: [String]) -> String {
        access("/proc/self/exe", X_OK) == 0 ? "/proc/self/exe" : arguments.first ?? "assay"
    }

    // MARK: In the child

    /// Stops this process like SIGTERM does when the supervisor is gone.
    static func stopWithParent() {
        guard isChild, fcntl(lifeline, F_GETFD) >= 0 else { return }
        let watch = Thread {
            var byte: UInt8 = 0
            while read(lifeline, &byte, 1) < 0, errno == EINTR {}
            kill(getpid(), SIGTERM)
        }
        watch.stackSize = 64 << 10
        watch.start()
    }
}
