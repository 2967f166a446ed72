public import Model
public import Statements

/// A database: transactions on the rows, and what an operator needs to keep it.
public protocol Store: Sendable {
    var flavor: Flavor { get }

    /// Runs reads on one consistent state of the database; writes inside fail.
    func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T

    /// Runs reads and writes as one transaction; when this returns, they are durable.
    ///
    /// The body may run again when the transaction lost against another one.
    func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T

    /// Writes a consistent copy of the whole database to a file that must not exist.
    func backup(to path: String) async throws

    /// Facts for operators: version, durability, size.
    func facts() async throws -> [StoreFact]

    /// Finishes what runs and closes every connection.
    func close() async throws
}

/// One line of what a database says about itself.
public struct StoreFact: Sendable, Hashable {
    public var name: String
    public var value: String
    /// A word of warning when the value is not as it should be.
    public var warning: String?

    public init(_ name: String, _ value: String, warning: String? = nil) {
        self.name = name
        self.value = value
        self.warning = warning
    }
}

/// One transaction; it stays on one thread and must not outlive its closure.
public protocol Session: AnyObject {
    var flavor: Flavor { get }

    /// All rows of a statement, without names.
    func rows(_ statement: SQLText) throws(StoreError) -> [[Value]]

    /// Hands over the rows one by one, for results that should not be in memory at once.
    func each(_ statement: SQLText, _ body: ([Value]) throws(StoreError) -> Void) throws(StoreError)

    /// Runs a statement that answers no rows; returns how many rows it changed.
    @discardableResult
    func execute(_ statement: SQLText) throws(StoreError) -> Int

    /// Runs text of several statements without values, as migrations have.
    func run(script: String) throws(StoreError)

    /// Inserts many rows the fastest way; returns how many were inserted.
    @discardableResult
    func insert(_ insert: Insert) throws(StoreError) -> Int

    /// New ids for rows of a table: never handed out before, ascending.
    func reserveIds(_ table: String, count: Int) throws(StoreError) -> [Int64]
}

extension Session {
    /// The first value of the first row.
    public func value(_ statement: SQLText) throws(StoreError) -> Value? { try rows(statement).first?.first }
}
