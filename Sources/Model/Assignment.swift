/// A new value for a column of an update.
public enum Assignment: Sendable, Hashable {
    case set(Value)
    case add(Value)
    case multiply(Value)
    case divide(Value)
}
