/// One column of an entity: its name, its type and the rules that hold for it everywhere.
public struct Field: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case text
        case integer
        /// An integer that JavaScript may not hold exactly; TestPlanIt marks it as bigint.
        case bigInteger
        case real
        case boolean
        /// Milliseconds since 1970, UTC.
        case timestamp
        /// A JSON document in serialised form.
        case json
        /// A JSON array of strings in serialised form.
        case textList
        /// An exact decimal number in canonical spelling.
        case decimal
        /// One of a fixed list of words.
        case choice([String])
        /// The row id of another entity.
        case reference(String)
    }

    /// What fills the field when an insert does not.
    public enum Default: Sendable, Hashable {
        case none
        case value(Value)
        /// The time of the transaction.
        case now
        /// The next number of the entity's own sequence.
        case sequence
        /// The caller.
        case caller
    }

    /// Who reads the field.
    public enum Visibility: Sendable, Hashable {
        case everyone
        case administrators
        /// Never leaves the engine and may not be filtered on.
        case nobody
    }

    /// What deleting the row that a reference points at does to this row.
    public enum OnDelete: Sendable, Hashable { case restrict, cascade, clear }

    /// A rule on text beyond its type.
    public enum Rule: Sendable, Hashable {
        case length(ClosedRange<Int>)
        case email
        /// An absolute http, https or mailto address.
        case url
        case domain
    }

    public let name: String
    public let column: String
    public let kind: Kind
    public let isRequired: Bool
    public let fallback: Default
    public let visibility: Visibility
    public let onDelete: OnDelete
    public let rules: [Rule]
    /// A sentence for users: it reaches OpenAPI and the forms.
    public let help: String

    /// Declares a field; without `required` it may be null.
    public init(
        _ name: String, _ kind: Kind, required: Bool = false, default fallback: Default = .none,
        visibility: Visibility = .everyone, onDelete: OnDelete = .restrict, rules: [Rule] = [], help: String = ""
    ) {
        self.name = name
        self.column = Field.snakeCase(name)
        self.kind = kind
        self.isRequired = required
        self.fallback = fallback
        self.visibility = visibility
        self.onDelete = onDelete
        self.rules = rules
        self.help = help
    }

    /// The entity that a reference points at.
    public var target: String? {
        guard case .reference(let entity) = kind else { return nil }
        return entity
    }

    /// `milestoneTypesId` becomes `milestone_types_id`, `force2FANonSSO` becomes `force2fa_non_sso`; JUnit and OAuth
    /// are words.
    public static func snakeCase(_ name: String) -> String {
        var result = ""
        let characters = Array(name.replacing("JUnit", with: "Junit").replacing("OAuth", with: "Oauth"))
        for (index, character) in characters.enumerated() {
            if character.isUppercase, index > 0 {
                let previous = characters[index - 1]
                let next = index + 1 < characters.count ? characters[index + 1] : nil
                if previous.isLowercase || (previous.isUppercase && next?.isLowercase == true) { result += "_" }
            }
            result += character.lowercased()
        }
        return result
    }
}
