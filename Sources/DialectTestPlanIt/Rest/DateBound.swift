import Model
import Wire

/// A range of time as clients write it: both ends count, a date without a time is its whole day.
struct DateBounds: Sendable, Hashable {
    /// Milliseconds, UTC.
    var from: Int64?
    /// Exclusive.
    var until: Int64?

    /// Reads `from` and `to` of an object.
    init(_ input: inout Input) {
        from = input.time("from").value
        if let end = input.time("to").value {
            let isDay = input.object["to"]?.string?.utf8.count == 10
            until = end + (isDay ? Timestamp.millisecondsPerDay : 1)
        }
    }

    func filter(_ field: String) -> Filter {
        var filter = Filter.all
        if let from { filter = filter && .compare(field, .greaterOrEqual, .int(from)) }
        if let until { filter = filter && .compare(field, .less, .int(until)) }
        return filter
    }
}
