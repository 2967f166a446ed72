public import Model
import Statements
import Store

/// A table that groups a source by some things and computes some numbers.
public struct ReportMatrix: Sendable {
    /// What a column is called.
    public struct Heading: Sendable, Hashable {
        public let id: String
        public let label: String
    }

    /// A cell of something that was grouped by.
    public enum Key: Sendable, Hashable {
        case row(id: Int64, uid: String, name: String, color: String?)
        /// Milliseconds UTC of the period's first day.
        case time(Int64)
        case text(String)
        case none

        public var name: String {
            switch self {
            case .row(_, _, let name, _): name
            case .time(let time): Timestamp.day(time)
            case .text(let text): text
            case .none: "None"
            }
        }
    }

    public enum Number: Sendable, Hashable {
        case whole(Int64)
        case real(Double)
        case time(Int64)
        case none

        public var whole: Int64 {
            switch self {
            case .whole(let number): number
            case .real(let number): Int64(number.rounded())
            case .time(let time): time
            case .none: 0
            }
        }

        public var real: Double {
            switch self {
            case .whole(let number): Double(number)
            case .real(let number): number
            case .time, .none: 0
            }
        }
    }

    public struct Line: Sendable {
        public var keys: [Key]
        public var numbers: [Number]

        public init(keys: [Key], numbers: [Number]) {
            self.keys = keys
            self.numbers = numbers
        }
    }

    public var dimensions: [Heading]
    public var metrics: [Heading]
    public var lines: [Line]

    /// The numbers of a line by the id of their metric.
    public func number(_ metric: String, _ line: Line) -> Number {
        guard let place = metrics.firstIndex(where: { $0.id == metric }) else { return .none }
        return line.numbers[place]
    }
}

extension ReportSource {
    public var dimensionHeadings: [ReportMatrix.Heading] {
        dimensions.map { ReportMatrix.Heading(id: $0.id, label: $0.label) }
    }

    public var metricHeadings: [ReportMatrix.Heading] {
        metrics.map { ReportMatrix.Heading(id: $0.id, label: $0.label) }
    }
}

extension Reading {
    /// A matrix has at most this many lines.
    private static let lineLimit = 20_000

    /// Computes a matrix over projects that the caller can read. Throws `.invalid` for an unknown dimension or metric.
    public func matrix(
        _ source: ReportSource, _ scope: ReportScope, by dimensions: [String], _ metrics: [String],
        period: ReportPeriod = .day
    ) throws(DomainError) -> ReportMatrix {
        var scope = scope
        let readable = try find(
            Query(
                "Project", where: .oneOf("id", scope.projects.map { .int($0) }) && .equals("isDeleted", false),
                fields: ["id"]))
        scope.projects = readable.map(\.id)
        var keys: [ReportDimension] = []
        for id in dimensions {
            guard let dimension = source.dimensions.first(where: { $0.id == id }) else {
                throw .invalid("dimensions", "Unsupported dimension: \(id)")
            }
            keys.append(dimension)
        }
        var numbers: [ReportMetric] = []
        for id in metrics {
            guard let metric = source.metrics.first(where: { $0.id == id }) else {
                throw .invalid("metrics", "Unsupported metric: \(id)")
            }
            numbers.append(metric)
        }
        var columns: [SQLText] = []
        var joins = SQLText.empty
        var places: [SQLText] = []
        for (index, key) in keys.enumerated() {
            if case .time = key.kind {
                columns.append(session.flavor.period(period.flavored, key.key))
            } else {
                columns.append(key.key)
            }
            joins += key.join
            places.append(SQLText.place(index + 1))
        }
        columns += numbers.map(\.value)
        var statement: SQLText = "SELECT \(columns.joined(separator: ", ")) FROM (\(source.rows(scope))) AS f\(joins)"
        if !places.isEmpty {
            let list = places.joined(separator: ", ")
            statement += " GROUP BY \(list) ORDER BY \(list) LIMIT \(Value.int(Reading.lineLimit))"
        }
        let found = try rows(statement)
        let names = try self.names(keys, found)
        var lines: [ReportMatrix.Line] = []
        lines.reserveCapacity(found.count)
        for row in found {
            var line = ReportMatrix.Line(keys: [], numbers: [])
            for (index, key) in keys.enumerated() {
                line.keys.append(Reading.key(row[index], key, names[index]))
            }
            for (index, metric) in numbers.enumerated() {
                line.numbers.append(Reading.number(row[keys.count + index], metric))
            }
            lines.append(line)
        }
        return ReportMatrix(
            dimensions: keys.map { ReportMatrix.Heading(id: $0.id, label: $0.label) },
            metrics: numbers.map { ReportMatrix.Heading(id: $0.id, label: $0.label) }, lines: lines)
    }

    private static func key(
        _ value: Value, _ dimension: ReportDimension, _ names: [Int64: ReportMatrix.Key]
    ) -> ReportMatrix.Key {
        switch dimension.kind {
        case .row: return value.integer.flatMap { names[$0] } ?? .none
        case .time: return value.string.flatMap { Timestamp.parse($0) }.map { .time($0) } ?? .none
        case .text: return value.string.map { .text($0) } ?? value.integer.map { .text("\($0)") } ?? .none
        }
    }

    private static func number(_ value: Value, _ metric: ReportMetric) -> ReportMatrix.Number {
        // PostgreSQL computes with decimals, which come as text.
        let number = value.number ?? value.string.flatMap { Double($0) }
        switch metric.form {
        case .whole: return .whole(value.integer ?? number.map { Int64($0) } ?? 0)
        case .real(let decimals): return number.map { .real(Forecasts.rounded($0, decimals)) } ?? .none
        case .time: return value.integer.map { .time($0) } ?? .none
        }
    }

    private func names(
        _ keys: [ReportDimension], _ found: [[Value]]
    ) throws(DomainError) -> [[Int64: ReportMatrix.Key]] {
        var result: [[Int64: ReportMatrix.Key]] = []
        for (index, key) in keys.enumerated() {
            var names: [Int64: ReportMatrix.Key] = [:]
            if case .row(let entityName) = key.kind {
                let entity = schema[entityName]
                let title: SQLText =
                    entityName == "Template" ? "t.template_name" : entityName == "Issue" ? "t.title" : "t.name"
                let hasColor = entity.field("colorId") != nil
                let color: SQLText =
                    hasColor ? "(SELECT c.value FROM color AS c WHERE c.id = t.color_id)" : "NULL"
                let ids = Set(found.compactMap { $0[index].integer }).sorted()
                var start = 0
                while start < ids.count {
                    let list = SQLText.list(ids[start..<min(start + 1000, ids.count)].map { Value.int($0) })
                    for row in try rows(
                        "SELECT t.id, t.uid, \(title), \(color) FROM \(name: entity.table) AS t WHERE t.id IN (\(list))"
                    ) {
                        names[row[0].integer ?? 0] = .row(
                            id: row[0].integer ?? 0, uid: row[1].string ?? "", name: row[2].string ?? "",
                            color: row[3].string)
                    }
                    start += 1000
                }
            }
            result.append(names)
        }
        return result
    }
}

extension SQLText {
    /// The number of a column in `GROUP BY` and `ORDER BY`.
    fileprivate static func place(_ number: Int) -> SQLText {
        let places: [SQLText] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
        return places.indices.contains(number - 1) ? places[number - 1] : "1"
    }
}
