import Engine
import Model
import Wire

/// Turns bodies into rows to be written.
enum BodyReader {
    static let elementLimit = 1000

    /// An object, or a list of them when a row is made; a body that need not be there counts as empty.
    static func read(
        _ call: Call, isOptional: Bool = false
    ) async throws(DomainError) -> (objects: [JSONObject], isList: Bool) {
        let bytes = try await call.body.collect(limit: 8 << 20)
        if bytes.isEmpty {
            guard isOptional else { throw .malformed("The body is empty, a JSON object is needed.") }
            return ([JSONObject()], false)
        }
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONReader.parse(bytes)
        } catch {
            throw .malformed("The body is not JSON: line \(error.line), column \(error.column): \(error.reason)")
        }
        if let object = json.object { return ([object], false) }
        guard let array = json.array else { throw .malformed("The body is JSON, but no object.") }
        guard array.count <= elementLimit else {
            throw DomainError(.tooLarge, "At most \(elementLimit) rows in one request.")
        }
        var objects: [JSONObject] = []
        for (index, element) in array.enumerated() {
            guard let object = element.object else { throw .invalid("\(index)", "must be an object") }
            objects.append(object)
        }
        return (objects, true)
    }

    /// The rows of a creation, every problem of every row at once.
    static func entries(
        _ objects: [JSONObject], isList: Bool, _ resource: Resource, _ lens: Lens
    ) throws(DomainError) -> [Entry] {
        var issues: [Issue] = []
        var entries: [Entry] = []
        for (index, object) in objects.enumerated() {
            let prefix = isList ? "\(index)." : ""
            try guardOwn(object, author: lens.caller, client: 1)
            entries.append(entry(object, resource, lens, isNew: true, prefix, &issues))
        }
        if !issues.isEmpty { throw .invalid(issues) }
        return entries
    }

    /// The change that a body describes.
    static func change(
        _ object: JSONObject, _ resource: Resource, _ lens: Lens, _ shown: Shown
    ) throws(DomainError) -> Entry {
        try guardOwn(object, author: shown["created_by"]?.integer ?? lens.caller, client: 1)
        if let epoch = object["epoch"], !epoch.isNull, Shape.integer(epoch) != shown["epoch"]?.integer {
            throw DomainError(.stale, "The row was changed in the meantime.")
        }
        var issues: [Issue] = []
        let entry = entry(object, resource, lens, isNew: false, "", &issues)
        if !issues.isEmpty { throw .invalid(issues) }
        return entry
    }

    private static func guardOwn(_ object: JSONObject, author: Int64, client: Int64) throws(DomainError) {
        if let given = object["client_id"], !given.isNull, Shape.integer(given) != client {
            throw Refusal.named(.invalid, "CLIENT_ID_INMUTABLE_EXCEPTION", "client_id cannot be changed.")
        }
        if let given = object["created_by"], !given.isNull, Shape.integer(given) != author {
            throw Refusal.named(.invalid, "CREATED_BY_INMUTABLE_EXCEPTION", "created_by cannot be changed.")
        }
    }

    private static func entry(
        _ object: JSONObject, _ resource: Resource, _ lens: Lens, isNew: Bool, _ prefix: String,
        _ issues: inout [Issue]
    ) -> Entry {
        var entry = Entry()
        entry.body = object
        for column in resource.columns {
            guard column.access == .writable || (isNew && column.access == .once), let store = column.store else {
                continue
            }
            guard let json = object[column.name] else {
                if isNew, column.isRequired {
                    issues.append(Issue(field: prefix + column.name, message: "The \(column.name) field is required."))
                }
                continue
            }
            if json.isNull {
                if column.takesNull {
                    store(.null, &entry, lens)
                } else if column.isRequired {
                    issues.append(Issue(field: prefix + column.name, message: "The \(column.name) field is required."))
                }
                continue
            }
            guard let value = column.shape.value(json) else {
                issues.append(
                    Issue(field: prefix + column.name, message: "The \(column.name) must be \(column.shape.words)."))
                continue
            }
            store(value, &entry, lens)
        }
        if resource.column("virtual") != nil, let virtual = object["virtual"] {
            if let members = virtual.object {
                entry.virtual = members
            } else if !virtual.isNull {
                issues.append(Issue(field: prefix + "virtual", message: "The virtual must be an object."))
            }
        }
        return entry
    }
}
