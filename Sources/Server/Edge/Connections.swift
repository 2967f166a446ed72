import Foundation
import NIOCore
import Synchronization

/// The open connections of the server.
final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    var count: Int { open.withLock { $0.count } }

    func add(_ channel: any Channel) { open.withLock { $0[ObjectIdentifier(channel)] = channel } }

    func remove(_ channel: any Channel) { _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) } }

    /// Cuts whatever is left.
    func closeAll() {
        let channels = open.withLock { Array($0.values) }
        for channel in channels { channel.close(promise: nil) }
    }
}

/// How long a client may take (SAFETY F3).
struct ConnectionLimits: Sendable {
    /// Time without any progress: heads that are not complete, bodies that stall, connections without requests.
    var idle = TimeAmount.seconds(15)
    /// A body that brings less than `bodyBytes` in this time of waiting is cut.
    var bodyWindow = TimeAmount.seconds(20)
    var bodyBytes = 20 << 10
    /// An answer that the client does not read for this time is cut.
    var stalledAnswer = TimeAmount.seconds(60)
    /// From the head of a request to the end of its answer.
    var request = TimeAmount.minutes(30)
    /// How often the above is looked at.
    var tick = TimeAmount.seconds(2)
    /// Time and bytes for the rest of a body that nobody reads, so that the client sees the answer before the end.
    var linger = TimeAmount.seconds(2)
    var drain: Int64 = 256 << 10
    /// How long running requests may go on after the signal to stop.
    var drainLimit = TimeAmount.seconds(18)
    /// How long after that the server waits for requests whose connection is cut.
    var lastResort = TimeAmount.seconds(7)
    var headerBytes = 32 << 10
    var headerCount = 100
    var pathBytes = 8 << 10
    var connections = 4096
}
