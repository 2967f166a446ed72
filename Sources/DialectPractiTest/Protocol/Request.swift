import Engine
import HTTPTypes
import Model
import Wire

/// A call with what its query and its body say.
struct Request: Sendable {
    let call: Call
    let parameters: Parameters
    let body: JSONObject

    /// Bodies carry files as base64.
    static let bodyLimit = 64 << 20

    init(_ call: Call) async throws(DomainError) {
        self.call = call
        let bytes = try await call.body.collect(limit: Request.bodyLimit)
        let first = bytes.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        if call.method == .get || call.method == .head {
            let carried = first == UInt8(ascii: "{") ? try Request.parsed(bytes).object : nil
            parameters = Parameters(call.query, body: carried)
            body = JSONObject()
            return
        }
        parameters = Parameters(call.query)
        guard first != nil else {
            body = JSONObject()
            return
        }
        guard let object = try Request.parsed(bytes).object else {
            throw .malformed("The body is JSON, but not an object")
        }
        body = object
    }

    /// Raw control characters inside strings are let through: shell recipes put line-wrapped base64 there.
    private static func parsed(_ bytes: [UInt8]) throws(DomainError) -> JSON {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(LenientJSON.escaped(bytes))
        } catch {
            throw .malformed("The body is not JSON: line \(error.line), column \(error.column): \(error.reason)")
        }
    }

    /// A member of the path that must be an id.
    func id(_ name: String, _ what: String) throws(DomainError) -> Int64 {
        let text = call.parameter(name)
        if let id = Names.id(text), text.allSatisfy({ $0.isASCII && $0.isNumber }) { return id }
        if Refusal.hasForeignSuffix(text) { throw Refusal.suffix }
        throw Refusal.missing(what, text)
    }

    /// The `data` of the body; without one the whole body counts as attributes (PractiTest API, Legacy).
    var data: JSON? { body.member("data") }

    /// The things that the body describes: one, or many for bulk.
    func elements(limit: Int = 100) throws(DomainError) -> (elements: [Entry], isArray: Bool) {
        guard let array = data?.array else { return ([Entry(self, data, pointer: "/data")], false) }
        guard array.count <= limit else {
            throw .invalid("/data", "data is invalid: at most \(limit) elements at once")
        }
        var elements: [Entry] = []
        for (index, value) in array.enumerated() { elements.append(Entry(self, value, pointer: "/data/\(index)")) }
        return (elements, true)
    }

    /// The one thing that the body describes; an array is refused.
    func element() throws(DomainError) -> Entry {
        let (elements, isArray) = try elements()
        guard !isArray, let first = elements.first else {
            throw .invalid("/data", "data is invalid: one object is needed, not an array")
        }
        return first
    }
}

extension Refusal {
    static func missing(_ what: String, _ id: String) -> DomainError {
        let title = what == "Project" ? "Project \(id) not found: check the project id" : "\(what) \(id) not found"
        return DomainError(.notFound, title, entity: what)
    }

    static func missing(_ what: String, _ id: Int64) -> DomainError { missing(what, String(id)) }
}

/// Makes JSON with raw control characters inside its strings into strict JSON.
enum LenientJSON {
    static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        var isInside = false
        var isEscaped = false
        var result: [UInt8] = []
        var start = 0
        for (index, byte) in bytes.enumerated() {
            if isEscaped {
                isEscaped = false
                if byte >= 0x20 { continue }
            }
            if byte == UInt8(ascii: "\"") {
                isInside.toggle()
            } else if isInside, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if isInside, byte < 0x20, byte != 0 {
                result += bytes[start..<index]
                let digits = Array("0123456789abcdef".utf8)
                result += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                start = index + 1
            }
        }
        return start == 0 ? bytes : result + bytes[start...]
    }
}
