public import Model
import Statements

/// One value that a product shows for the state, the priority, the type or the automation of a case.
public struct CaseChoice: Sendable, Hashable {
    /// The UUID of the list value, or of the core row that no list names.
    public let uid: String
    public let name: String
    public let alias: String
    public let isDefault: Bool
    /// The row of the list; `nil` for a core row that no list names.
    public let value: Int64?
    /// The core row: a workflow state, an option of the priority field.
    public let core: Int64?
    /// Shown for every case of the core row that does not say more.
    public let isFirst: Bool
}

/// What a product shows for the state, the priority, the type and the automation of cases, and what that means.
public struct CaseChoices: Sendable {
    public let states: [CaseChoice]
    public let priorities: [CaseChoice]
    public let types: [CaseChoice]
    public let automations: [CaseChoice]
    private let priorityField: Int64
    private let defaultPriority: Int64?

    /// The choices of one product.
    public init(_ work: Reading, product: String) throws(DomainError) {
        let book = try work.valueLists()
        let field = try work.caseFields().fields.first { $0.systemName == "priority" }
        priorityField = field?.id ?? 0
        defaultPriority = field?.options.first { $0.isDefault }?.id
        var states: [CaseChoice] = []
        var priorities: [CaseChoice] = []
        for entry in book.list("CASE_STATE", product: product) {
            let isFirst = !states.contains { $0.core == entry.workflow }
            states.append(CaseChoice(entry, core: entry.workflow, isFirst: isFirst))
        }
        for state in try work.states().entries where state.scope == "CASES" && state.isEnabled {
            guard !states.contains(where: { $0.core == state.id }) else { continue }
            states.append(CaseChoice(uid: state.uid, name: state.name, core: state.id))
        }
        for entry in book.list("CASE_PRIORITY", product: product) {
            let isFirst = !priorities.contains { $0.core == entry.option }
            priorities.append(CaseChoice(entry, core: entry.option, isFirst: isFirst))
        }
        for option in field?.options ?? [] where !priorities.contains(where: { $0.core == option.id }) {
            priorities.append(CaseChoice(uid: option.uid, name: option.name, core: option.id))
        }
        self.states = states
        self.priorities = priorities
        types = book.list("CASE_TYPE", product: product).map { CaseChoice($0, core: nil, isFirst: $0.isDefault) }
        automations = book.list("AUTOMATION_TYPE", product: product).map {
            CaseChoice($0, core: nil, isFirst: $0.isDefault || $0.alias == "automated")
        }
    }

    /// A choice by UUID or name, without regard to case, blanks, `-` and `_`.
    public static func named(_ word: String, in choices: [CaseChoice]) -> CaseChoice? {
        let key = word.lowercased()
        if let exact = choices.first(where: { $0.uid == key }) { return exact }
        let folded = Words.folded(word)
        return choices.first { Words.folded($0.name) == folded || Words.folded($0.alias) == folded }
    }

    // MARK: What a case shows

    /// The row needs `stateId` and `stateValueId`.
    public func state(_ row: Row) -> CaseChoice? {
        let core = row["stateId"].integer
        if let value = row["stateValueId"].integer,
            let chosen = states.first(where: { $0.value == value && $0.core == core })
        {
            return chosen
        }
        return states.first { $0.core == core }
    }

    /// `stored` is the case's value of the priority field.
    public func priority(_ stored: Value) -> CaseChoice? {
        let option = stored.string.flatMap { Int64($0) } ?? defaultPriority
        return priorities.first { $0.core == option }
    }

    /// The row needs `typeId`.
    public func type(_ row: Row) -> CaseChoice? {
        let value = row["typeId"].integer
        return types.first { $0.value == value } ?? types.first { $0.isDefault }
    }

    /// The row needs `automationStatus` and `automationValueId`.
    public func automation(_ row: Row) -> CaseChoice? {
        let isAutomated = row.text("automationStatus") == "AUTOMATED"
        if let value = row["automationValueId"].integer,
            let chosen = automations.first(where: { $0.value == value && $0.isAutomated == isAutomated })
        {
            return chosen
        }
        return automations.first { $0.isFirst && $0.isAutomated == isAutomated }
    }

    // MARK: What a choice means

    public func columns(state choice: CaseChoice) -> [String: Value] {
        ["stateId": .int(choice.core), "stateValueId": .int(choice.value)]
    }

    public func columns(type choice: CaseChoice) -> [String: Value] { ["typeId": .int(choice.value)] }

    public func columns(automation choice: CaseChoice) -> [String: Value] {
        [
            "automationStatus": choice.isAutomated ? "AUTOMATED" : "MANUAL", "automationValueId": .int(choice.value),
        ]
    }

    /// The value of the case field `priority`.
    public func stored(priority choice: CaseChoice) -> JSON { choice.core.map { .integer($0) } ?? .null }

    public func filter(state choice: CaseChoice) -> Filter {
        let exact = Filter.equals("stateValueId", .int(choice.value))
        let core = Filter.equals("stateId", .int(choice.core))
        guard choice.isFirst else { return core && exact }
        let others = states.filter { $0.core == choice.core && $0.value != choice.value }.compactMap(\.value)
        guard !others.isEmpty else { return core }
        return core && (.equals("stateValueId", .null) || .not(.oneOf("stateValueId", others.map { .int($0) })))
    }

    public func filter(priority choice: CaseChoice) -> Filter {
        let own = Filter.equals("fieldId", .int(priorityField))
        let option = choice.core.map { String($0) } ?? ""
        let chosen = Filter.related("caseFieldValues", .some, own && .equals("value", .text(option)))
        guard choice.core == defaultPriority else { return chosen }
        return chosen || .related("caseFieldValues", .none, own && .not(.equals("value", .null)))
    }

    public func filter(type choice: CaseChoice) -> Filter {
        let exact = Filter.equals("typeId", .int(choice.value))
        return choice.isDefault ? exact || .equals("typeId", .null) : exact
    }

    public func filter(automation choice: CaseChoice) -> Filter {
        let automated = Filter.equals("automationStatus", "AUTOMATED")
        let core = choice.isAutomated ? automated : .not(automated)
        let exact = Filter.equals("automationValueId", .int(choice.value))
        guard choice.isFirst else { return core && exact }
        let others = automations.filter { $0.isAutomated == choice.isAutomated && $0 != choice }.compactMap(\.value)
        guard !others.isEmpty else { return core }
        return core
            && (.equals("automationValueId", .null) || .not(.oneOf("automationValueId", others.map { .int($0) })))
    }
}

extension CaseChoice {
    init(_ entry: ValueBook.Entry, core: Int64?, isFirst: Bool) {
        self.init(
            uid: entry.uid, name: entry.name, alias: entry.alias, isDefault: entry.isDefault, value: entry.id,
            core: core, isFirst: isFirst)
    }

    init(uid: String, name: String, core: Int64) {
        self.init(
            uid: uid, name: name, alias: Words.snake(name), isDefault: false, value: nil, core: core, isFirst: true)
    }

    var isAutomated: Bool { alias == "automated" }
}
