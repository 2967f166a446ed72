import Synchronization

/// Counts what the server does, for Prometheus. Labels come from closed sets: route names and status codes.
public final class Metrics: Sendable {
    /// A number that is read when the metrics are asked for.
    public struct Gauge: Sendable {
        public var name: String
        public var help: String
        public var value: Double

        public init(_ name: String, _ help: String, _ value: Double) {
            self.name = name
            self.help = help
            self.value = value
        }
    }

    private struct Key: Hashable {
        let dialect: String
        let route: String
    }

    private struct Series {
        var statuses: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
        var seconds = 0.0
    }

    /// Upper bounds of the duration buckets in seconds.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private let series = Mutex<[Key: Series]>([:])

    public init() {}

    func observe(dialect: String, route: String, status: Int, seconds: Double) {
        var bucket = 0
        while bucket < Metrics.bounds.count, seconds > Metrics.bounds[bucket] { bucket += 1 }
        let key = Key(dialect: dialect, route: route)
        series.withLock { series in
            series[key, default: Series()].statuses[status, default: 0] += 1
            series[key, default: Series()].buckets[bucket] += 1
            series[key, default: Series()].seconds += seconds
        }
    }

    /// Everything in Prometheus' text format.
    public func text(_ gauges: [Gauge]) -> String {
        let series = series.withLock { $0 }
        let keys = series.keys.sorted { ($0.dialect, $0.route) < ($1.dialect, $1.route) }
        var lines: [String] = []
        for gauge in gauges {
            lines += [
                "# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge", "\(gauge.name) \(gauge.value)",
            ]
        }
        lines += [
            "# HELP assay_http_requests_total Answers by route and status.", "# TYPE assay_http_requests_total counter",
        ]
        for key in keys {
            for (status, count) in (series[key]?.statuses ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines.append("assay_http_requests_total{\(labels(key)),status=\"\(status)\"} \(count)")
            }
        }
        lines += [
            "# HELP assay_http_request_seconds Time to the end of the answer.",
            "# TYPE assay_http_request_seconds histogram",
        ]
        for key in keys { lines += histogram(key, series[key] ?? Series()) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func labels(_ key: Key) -> String { "dialect=\"\(key.dialect)\",route=\"\(key.route)\"" }

    private func histogram(_ key: Key, _ series: Series) -> [String] {
        var lines: [String] = []
        var total = 0
        for (index, count) in series.buckets.enumerated() {
            total += count
            let bound = index < Metrics.bounds.count ? "\(Metrics.bounds[index])" : "+Inf"
            lines.append("assay_http_request_seconds_bucket{\(labels(key)),le=\"\(bound)\"} \(total)")
        }
        lines.append("assay_http_request_seconds_sum{\(labels(key))} \(series.seconds)")
        lines.append("assay_http_request_seconds_count{\(labels(key))} \(total)")
        return lines
    }
}
