public import Model
import Statements

/// How values of custom fields are kept and shown: option ids for lists, documents for long texts, plain JSON else.
public enum CustomFieldFormat {
    private static let types: [(format: String, type: String)] = [
        ("text", "Text String"), ("memo", "Text Long"), ("number", "Number"), ("list", "Dropdown"),
        ("multilist", "Multi-Select"), ("checkbox", "Checkbox"), ("date", "Date"), ("url", "Link"),
        ("linkedlist", "Text String"), ("user", "Text String"), ("number", "Integer"),
    ]

    static func type(of format: String) -> String? { types.first { $0.format == format }?.type }
    static func format(ofType type: String) -> String? { types.first { $0.type == type }?.format }

    static func object(_ stored: Value) -> JSONObject? { json(stored)?.object }

    static func json(_ stored: Value) -> JSON? {
        guard let text = stored.string else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return .string(text)
        }
    }

    /// `nil` where there is nothing to show.
    static func shown(_ stored: Value, _ field: CustomField) -> JSON? {
        guard let value = json(stored), !value.isNull else { return nil }
        switch field.format {
        case "memo": return .string(RichText.plain(stored))
        case "list": return name(value, field)
        case "multilist":
            let names = (value.array ?? [value]).compactMap { name($0, field) }
            return names.isEmpty ? nil : .array(names)
        case "date": return value.string.map { .string(String($0.prefix(10))) }
        case "number":
            guard let number = value.double else { return value }
            return value.integer.map { .integer($0) } ?? .number(number)
        case "user": return value.integer.map { .string(String($0)) } ?? value
        default: return value
        }
    }

    private static func name(_ value: JSON, _ field: CustomField) -> JSON? {
        guard let id = value.integer else { return value.string.map { .string($0) } }
        return field.options.first { $0.id == id }.map { .string($0.name) }
    }

    /// The stored form of an input. Throws `.invalid` with the rule that it breaks.
    static func stored(_ value: JSON, _ field: CustomField, _ work: Reading) throws(DomainError) -> Value {
        switch value {
        case .null, .string(""), .array([]): return .null
        case .bool, .integer, .number, .string, .array, .object: break
        }
        func wrong(_ rule: String) -> DomainError { .invalid("customFields", "\(field.name) \(rule)") }
        switch field.format {
        case "number":
            if value.double != nil { return .text(value.text) }
            guard let text = value.string, let number = Double(text), number.isFinite else {
                throw wrong("must be a number")
            }
            return .text(Int64(text).map { String($0) } ?? JSON.number(number).text)
        case "list": return .text(String(try option(value, field).id))
        case "multilist":
            var ids: [JSON] = []
            for element in value.array ?? [value] {
                let id = JSON.integer(try option(element, field).id)
                if !ids.contains(id) { ids.append(id) }
            }
            return .text(JSON.array(ids).text)
        case "linkedlist":
            guard let text = text(value), field.linked.map({ allows(text, $0, parent: nil) }) ?? false else {
                throw wrong("must be one of the possible values")
            }
            return .text(JSON.string(text).text)
        case "checkbox":
            guard let flag = flag(value) else { throw wrong("must be true or false") }
            return .text(flag ? "true" : "false")
        case "date":
            guard let text = value.string, let time = Timestamp.parse(text) else { throw wrong("must be a date") }
            return .text(JSON.string(Timestamp.day(time)).text)
        case "user":
            guard let text = text(value), let id = Int64(text), id > 0,
                try !work.find("User", [.id(id)], fields: ["id"]).isEmpty
            else { throw wrong("must be the id of a user") }
            return .text(JSON.string(text).text)
        case "memo":
            guard let text = text(value) else { throw wrong("must be a text") }
            return RichText.stored(.string(text))
        default:
            guard let text = text(value), text.utf8.count <= 1 << 20 else { throw wrong("must be a text") }
            return .text(JSON.string(text).text)
        }
    }

    /// A child value below its parent's value, or below any where no parent value is set.
    public static func allows(_ value: String, _ linked: JSONObject, parent: String?) -> Bool {
        if let parent {
            return linked[parent]?.array?.contains(.string(value)) ?? false
        }
        return linked.members.contains { $0.value.array?.contains(.string(value)) ?? false }
    }

    private static func option(_ value: JSON, _ field: CustomField) throws(DomainError) -> CustomField.Option {
        let name = text(value)
        if let name, let option = field.options.first(where: { $0.isLive && $0.name == name }) { return option }
        throw .invalid("customFields", "\(field.name) must be one of the possible values")
    }

    private static func text(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .integer, .number, .bool: value.text
        case .null, .array, .object: nil
        }
    }

    private static func flag(_ value: JSON) -> Bool? {
        if let flag = value.bool { return flag }
        switch text(value)?.lowercased() {
        case "true", "yes", "1", "on": return true
        case "false", "no", "0", "off": return false
        default: return nil
        }
    }
}

extension CustomFieldBook {
    /// Why a value does not fit a field; `nil` when it does.
    public func problem(_ value: JSON, of id: Int64, _ work: Reading) throws(DomainError) -> String? {
        guard let field = field(id) else { return "there is no custom field \(id)" }
        do throws(DomainError) {
            _ = try CustomFieldFormat.stored(value, field, work)
            return nil
        } catch {
            guard case .invalid = error.code else { throw error }
            return error.message
        }
    }
}
