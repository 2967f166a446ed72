public import Model

extension CaseFieldBook.Field {
    /// A stored value for people: options by name, long text as plain text, everything else as it was stored.
    public func shown(_ stored: Value) -> JSON {
        if stored.isNull { return .null }
        if type == "Text Long" { return .string(RichText.plain(stored)) }
        guard let json = JSON(stored: stored) else { return .string(stored.string ?? "") }
        switch type {
        case "Dropdown": return option(json)
        case "Multi-Select": return .array((json.array ?? [json]).map { option($0) })
        default: return json
        }
    }

    private func option(_ json: JSON) -> JSON {
        guard let id = json.integer ?? json.string.flatMap({ Int64($0) }) else { return json }
        return options.first { $0.id == id }.map { .string($0.name) } ?? json
    }
}
