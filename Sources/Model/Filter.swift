/// A condition on the rows of one entity; field and relation names are the catalogue's.
public indirect enum Filter: Sendable, Hashable {
    /// Every row.
    case all
    /// No row.
    case none
    case and([Filter])
    case or([Filter])
    case not(Filter)
    /// Null equals null here.
    case equals(String, Value)
    case compare(String, Comparison, Value)
    case oneOf(String, [Value])
    case text(String, TextMatch, String, Case)
    /// A condition inside a JSON document; an empty path means the document itself.
    case json(String, path: [String], JSONMatch)
    /// A condition on a list of texts.
    case list(String, ListMatch)
    case related(String, Quantifier, Filter)
    /// A reference whose target row has one of these UUIDs.
    case referenceUid(String, [String])
    /// Rows whose search entry matches the words.
    case search(String)
    /// Rows of a tree below one row, itself included: the parent reference and the root's id.
    case subtree(field: String, parent: String, root: Int64)

    public enum Comparison: Sendable, Hashable { case less, lessOrEqual, greater, greaterOrEqual }
    public enum TextMatch: Sendable, Hashable { case equals, contains, startsWith, endsWith }
    public enum Case: Sendable, Hashable { case sensitive, insensitive }
    public enum Quantifier: Sendable, Hashable { case some, every, none }

    public enum JSONMatch: Sendable, Hashable {
        case equals(JSON)
        case contains(String)
        case startsWith(String)
        case endsWith(String)
        case arrayContains(JSON)
    }

    public enum ListMatch: Sendable, Hashable {
        case hasAny([String])
        case hasEvery([String])
        case isEmpty(Bool)
        case equals([String])
    }

    /// Both conditions; `.all` and `.none` are folded.
    public static func && (left: Filter, right: Filter) -> Filter {
        switch (left, right) {
        case (.all, let other), (let other, .all): other
        case (.none, _), (_, .none): .none
        case (.and(let first), .and(let second)): .and(first + second)
        case (.and(let first), let other): .and(first + [other])
        case (let first, .and(let others)): .and([first] + others)
        case (let first, let second): .and([first, second])
        }
    }

    public static func || (left: Filter, right: Filter) -> Filter {
        switch (left, right) {
        case (.none, let other), (let other, .none): other
        case (.all, _), (_, .all): .all
        case (let first, let second): .or([first, second])
        }
    }
}
