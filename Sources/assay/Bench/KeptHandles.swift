import Foundation
import Synchronization

/// Handles that stay open until the program ends.
final class KeptHandles: Sendable {
    private let handles = Mutex<[Int32]>([])

    func add(_ handle: FileHandle) {
        let copy = dup(handle.fileDescriptor)
        handles.withLock { $0.append(copy) }
    }
}
