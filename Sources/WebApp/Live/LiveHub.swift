import Engine
import Synchronization

/// Who looks at what on this node, and the end of all streams when the server stops.
public final class LiveHub: Sendable {
    public static let shared = LiveHub()

    struct Viewer: Sendable, Hashable {
        let person: String
        let name: String
        /// The test that is open, if any.
        var test: Int64?
    }

    private struct State {
        var rooms: [String: [String: Viewer]] = [:]
        var versions: [String: Int] = [:]
        var streams = 0
        var generation = 0
    }

    private static let limit = 2000
    private let state = Mutex(State())

    /// Ends every stream that is open now; browsers come back by themselves.
    public func endStreams() { state.withLock { $0.generation += 1 } }

    var generation: Int { state.withLock { $0.generation } }

    /// Takes a place; false when there are too many streams.
    func enter(_ room: String, _ viewer: String, _ who: Viewer) -> Bool {
        state.withLock { state in
            guard state.streams < LiveHub.limit else { return false }
            state.streams += 1
            state.rooms[room, default: [:]][viewer] = who
            state.versions[room, default: 0] += 1
            return true
        }
    }

    func leave(_ room: String, _ viewer: String) {
        state.withLock { state in
            state.streams -= 1
            state.rooms[room]?[viewer] = nil
            if state.rooms[room]?.isEmpty == true {
                state.rooms[room] = nil
                state.versions[room] = nil
            } else {
                state.versions[room, default: 0] += 1
            }
        }
    }

    /// Notes what a viewer looks at; nothing happens for somebody who is not there.
    func move(_ room: String, _ viewer: String, person: String, to test: Int64?) {
        state.withLock { state in
            guard state.rooms[room]?[viewer]?.person == person, state.rooms[room]?[viewer]?.test != test else { return }
            state.rooms[room]?[viewer]?.test = test
            state.versions[room, default: 0] += 1
        }
    }

    func version(_ room: String) -> Int { state.withLock { $0.versions[room] ?? 0 } }

    func viewers(_ room: String) -> [String: Viewer] { state.withLock { $0.rooms[room] ?? [:] } }
}
