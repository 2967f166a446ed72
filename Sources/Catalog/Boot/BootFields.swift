extension BootData {
    /// The kinds of fields with the settings that a field of the kind has.
    public static let fieldTypes: [FieldType] = [
        FieldType("Checkbox", ["isRestricted", "isChecked"]),
        FieldType("Date", ["isRequired", "isRestricted"]),
        FieldType("Dropdown", ["isRequired", "isRestricted", "options"]),
        FieldType("Integer", ["isRequired", "isRestricted", "minValue", "maxValue"]),
        FieldType("Link", ["isRequired", "isRestricted"]),
        FieldType("Multi-Select", ["isRequired", "isRestricted", "options"]),
        FieldType("Number", ["isRequired", "isRestricted", "minValue", "maxValue"]),
        FieldType("Steps", ["isRequired", "isRestricted"]),
        FieldType("Text String", ["isRequired", "isRestricted", "defaultValue"]),
        FieldType("Text Long", ["isRequired", "isRestricted", "defaultValue", "initialHeight"]),
    ]

    /// The fields of cases.
    public static let caseFields: [Field] = [
        Field(displayName: "Priority", systemName: "priority", type: "Dropdown", options: priorities),
        Field(displayName: "Description", systemName: "description", type: "Text Long", options: []),
        Field(displayName: "Steps", systemName: "steps", type: "Steps", options: []),
        Field(displayName: "Expected Result", systemName: "expected", type: "Text Long", options: []),
    ]

    /// The fields of results.
    public static let resultFields: [Field] = [
        Field(displayName: "Notes", systemName: "notes", type: "Text Long", options: [])
    ]

    /// The template of new projects and of cases for which none is named.
    public static let template = Template(
        name: "Default Template", caseFields: ["priority", "description", "steps", "expected"],
        resultFields: ["notes"])

    private static let priorities: [Option] = [
        Option(name: "Critical", icon: "flame", color: Shade("Red", 1), isDefault: false),
        Option(name: "High", icon: "chevrons-up", color: Shade("Orange", 2), isDefault: false),
        Option(name: "Medium", icon: "equal", color: Shade("Yellow", 2), isDefault: true),
        Option(name: "Low", icon: "chevron-down", color: Shade("Blue", 3), isDefault: false),
    ]
}
