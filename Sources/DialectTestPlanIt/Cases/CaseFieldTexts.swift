import Engine
import Model
import Wire

/// The values of case fields, those with a place of their own in the reference apart from the others.
struct CaseFieldTexts {
    private(set) var description: String?
    private(set) var expected: String?
    private(set) var priority: String?
    private var others: [(field: CaseFieldBook.Field, value: JSON)] = []

    /// `values` hold the columns of the layout: `fieldId` and `value`.
    init(_ values: [[Value]], _ layout: RowLayout, _ book: CaseFieldBook) {
        for row in values.map({ Row(layout: layout, values: $0) }) {
            guard let field = row["fieldId"].integer.flatMap({ book.field(id: $0) }), !row["value"].isNull else {
                continue
            }
            switch field.systemName {
            case "description": description = RichText.plain(row["value"])
            case "expected": expected = RichText.plain(row["value"])
            case "priority": priority = CaseFieldTexts.shown(row["value"], field).string?.uppercased()
            default: others.append((field, CaseFieldTexts.shown(row["value"], field)))
            }
        }
        if priority == nil {
            let field = book.fields.first { $0.systemName == "priority" }
            priority = field?.options.first { $0.isDefault }?.name.uppercased()
        }
    }

    /// Options by name, long text as plain text, everything else as it was stored.
    static func shown(_ stored: Value, _ field: CaseFieldBook.Field) -> JSON {
        guard let text = stored.string else { return .null }
        if field.type == "Text Long" { return .string(RichText.plain(stored)) }
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONReader.parse(text)
        } catch {
            return .string(text)
        }
        switch field.type {
        case "Dropdown": return option(json, field)
        case "Multi-Select": return .array((json.array ?? [json]).map { option($0, field) })
        default: return json
        }
    }

    private static func option(_ json: JSON, _ field: CaseFieldBook.Field) -> JSON {
        guard let id = json.integer ?? json.string.flatMap({ Int64($0) }) else { return json }
        return field.options.first { $0.id == id }.map { .string($0.name) } ?? json
    }

    /// `customFields`.
    func writeOthers(to writer: inout JSONWriter) {
        writer.beginArray()
        for (field, value) in others {
            writer.beginObject()
            writer.key(.fieldId)
            writer.value(field.uid)
            writer.key(.name)
            writer.value(field.displayName)
            writer.key(.systemName)
            writer.value(field.systemName)
            writer.key(.type)
            writer.value(field.type)
            writer.key(.value)
            writer.value(value)
            writer.endObject()
        }
        writer.endArray()
    }
}
