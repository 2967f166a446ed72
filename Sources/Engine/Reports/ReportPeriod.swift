import Statements

/// A period of the calendar that a report groups by.
public enum ReportPeriod: Sendable, Hashable {
    case day, week, month, quarter, year

    var flavored: Flavor.Period {
        switch self {
        case .day: .day
        case .week: .week
        case .month: .month
        case .quarter: .quarter
        case .year: .year
        }
    }
}
