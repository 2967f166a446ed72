import HTTPTypes
import Model
import Wire

/// Reads the arguments of a call from its query or its body.
enum ModelArguments {
    static func read(_ call: Call, _ operation: ModelOperation) async throws(DomainError) -> JSONObject {
        switch operation.kind {
        case .read: return try query(call) ?? JSONObject()
        case .create, .update: return try await body(call)
        case .delete:
            if let object = try query(call) { return object }
            if call.body.length == 0 { return JSONObject() }
            return try await body(call)
        }
    }

    private static func query(_ call: Call) throws(DomainError) -> JSONObject? {
        guard let text = call.query["q"], !text.isEmpty else { return nil }
        guard let object = parsed(text)?.object else { throw ModelProblem.request("invalid \"q\" query parameter") }
        guard let meta = call.query["meta"], !meta.isEmpty else { return object }
        guard let notes = parsed(meta) else { throw ModelProblem.request("invalid \"meta\" query parameter") }
        return SerializationNotes(notes).applied(to: object)
    }

    private static func body(_ call: Call) async throws(DomainError) -> JSONObject {
        if call.body.length == 0 { throw ModelProblem.request("missing request body") }
        let json: JSON
        do throws(DomainError) {
            json = try await call.json()
        } catch {
            guard error.code == .malformed else { throw error }
            throw ModelProblem.request(
                error.message.hasPrefix("the body is empty") ? "missing request body" : error.message)
        }
        guard var object = json.object else { throw ModelProblem.request("the request body is no JSON object") }
        guard let notes = object["meta"] else { return object }
        object["meta"] = nil
        return SerializationNotes(notes).applied(to: object)
    }

    private static func parsed(_ text: String) -> JSON? {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return nil
        }
    }
}

/// What superjson 1.x says about values that JSON cannot spell: `{"serialization":{"values":{"path":["Date"]}}}`.
struct SerializationNotes {
    private var marks: [(path: [String], type: String)] = []

    init(_ meta: JSON) {
        guard let values = meta["serialization"]?["values"] else { return }
        collect(values, below: [])
    }

    /// A tree is a list of a type and the notes below it, or an object of notes by path.
    private mutating func collect(_ tree: JSON, below path: [String]) {
        guard path.count <= JSONReader.maximumDepth else { return }
        switch tree {
        case .array(let parts):
            if let type = parts.first?.string { marks.append((path, type)) }
            if parts.count > 1 { collect(parts[1], below: path) }
        case .object(let object):
            for member in object.members {
                collect(member.value, below: path + SerializationNotes.segments(member.name))
            }
        case .null, .bool, .integer, .number, .string: return
        }
    }

    /// The segments of `a.b\.c.0`.
    static func segments(_ path: String) -> [String] {
        var segments: [String] = []
        var segment = ""
        var isEscaped = false
        for character in path {
            if isEscaped {
                segment.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "." {
                segments.append(segment)
                segment = ""
            } else {
                segment.append(character)
            }
        }
        return segments + [segment]
    }

    /// The object with undefined members left out and big integers as numbers; the field kinds read the rest.
    func applied(to object: JSONObject) -> JSONObject {
        var root = JSON.object(object)
        for mark in marks where mark.type == "undefined" || mark.type == "bigint" {
            root = SerializationNotes.changed(root, mark.path[...], mark.type) ?? root
        }
        return root.object ?? object
    }

    /// The value with one place below it changed; `nil` removes it.
    private static func changed(_ json: JSON, _ path: ArraySlice<String>, _ type: String) -> JSON? {
        guard let first = path.first else {
            if type == "undefined" { return nil }
            guard let text = json.string, let number = Int64(text) else { return json }
            return .integer(number)
        }
        switch json {
        case .object(var object):
            guard let value = object[first] else { return json }
            object[first] = changed(value, path.dropFirst(), type)
            return .object(object)
        case .array(var elements):
            guard let index = Int(first), elements.indices.contains(index) else { return json }
            elements[index] = changed(elements[index], path.dropFirst(), type) ?? .null
            return .array(elements)
        case .null, .bool, .integer, .number, .string: return json
        }
    }
}
