import Model
import Synchronization

/// Configuration that nearly every call reads and that hardly ever changes.
final class BookCache: Sendable {
    /// On several nodes another node's change is seen after this long (milliseconds).
    static let lifetime: Int64 = 5000

    /// Entities whose rows the books hold.
    static let sources: Set<String> = [
        "Status", "Color", "CaseField", "CaseFieldType", "FieldOption", "CaseFieldAssignment", "Workflow", "ListValue",
    ]

    /// One book and when it was read.
    final class Shelf<Book: Sendable>: Sendable {
        private struct State {
            var generation = 0
            var book: Book?
            var madeAt: Int64 = 0
        }

        private let state = Mutex(State())

        var generation: Int { state.withLock { $0.generation } }

        func book(now: Int64) -> Book? {
            state.withLock { $0.book != nil && now - $0.madeAt < BookCache.lifetime ? $0.book : nil }
        }

        /// Keeps a book that was read while `generation` was current.
        func keep(_ book: Book, generation: Int, now: Int64) {
            state.withLock { state in
                guard state.generation == generation else { return }
                state.book = book
                state.madeAt = now
            }
        }

        func clear() {
            state.withLock { state in
                state.generation += 1
                state.book = nil
            }
        }
    }

    let statuses = Shelf<StatusBook>()
    let states = Shelf<StateBook>()
    let fields = Shelf<CaseFieldBook>()
    let values = Shelf<ValueBook>()

    func invalidate() {
        statuses.clear()
        states.clear()
        fields.clear()
        values.clear()
    }
}

extension Reading {
    /// The kept book, or a new one; a transaction that changed what books hold keeps none, because it may be undone.
    func book<Book: Sendable>(
        _ shelf: BookCache.Shelf<Book>, _ read: () throws(DomainError) -> Book
    ) throws(DomainError) -> Book {
        let now = self.now
        if let book = shelf.book(now: now) { return book }
        let generation = shelf.generation
        let book = try read()
        if keepsBooks { shelf.keep(book, generation: generation, now: now) }
        return book
    }
}
