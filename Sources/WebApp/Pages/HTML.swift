import HTTPTypes
import Model
import Wire

/// HTML under construction: texts and attribute values are escaped, names come from the source.
struct HTML: Sendable {
    private(set) var text: String

    private init(text: String) { self.text = text }

    static let empty = HTML(text: "")

    /// Text that people wrote.
    static func words(_ text: String) -> HTML { HTML(text: escaped(text)) }

    /// Markup of the source code, never of an input.
    static func markup(_ text: StaticString) -> HTML { HTML(text: "\(text)") }

    /// A JSON data island; a script element ends at the first `<` of any kind, so none is left.
    static func island(id: StaticString, json: [UInt8]) -> HTML {
        let text = String(decoding: json, as: UTF8.self).replacing("<", with: "\\u003c")
        return HTML(text: "<script type=\"application/json\" id=\"\(id)\">\(text)</script>")
    }

    static func tag(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ children: HTML...
    ) -> HTML {
        HTML(text: "\(opening(name, attributes))\(children.map(\.text).joined())</\(name)>")
    }

    /// An element without content, such as `input` or `link`.
    static func single(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:]) -> HTML {
        HTML(text: opening(name, attributes))
    }

    static func joined(_ parts: [HTML]) -> HTML { HTML(text: parts.map(\.text).joined()) }

    private static func opening(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) -> String {
        var text = "<\(name)"
        for (name, value) in attributes {
            guard let value else { continue }
            text += value.isEmpty ? " \(name)" : " \(name)=\"\(escaped(value))\""
        }
        return text + ">"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// How the person wants pages to look.
struct Look: Sendable {
    var theme = "system"
    var density = "default"

    static let themes = ["light", "dark", "system"]
    static let densities = ["compact", "default", "comfortable"]
}

/// One HTML document.
struct Document {
    let title: String
    var look = Look()
    /// Without the frame of the application.
    var isPlain = false
    var head = HTML.empty
    let body: HTML

    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ].joined(separator: "; ")
    private static let policyName = HTTPField.Name("Content-Security-Policy")

    func reply(_ status: HTTPResponse.Status = .ok) -> Reply {
        let assets = AssetTable.shared
        let head = HTML.tag(
            "head", [:],
            .single("meta", ["charset": "utf-8"]),
            .single("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .tag("title", [:], .words(title)),
            .single("link", ["rel": "icon", "href": assets.address("icon.svg"), "type": "image/svg+xml"]),
            .single("link", ["rel": "stylesheet", "href": assets.address("app.css")]),
            head)
        let html = HTML.tag(
            "html", ["lang": "en", "dir": "ltr", "data-theme": look.theme, "data-density": look.density],
            head, .tag("body", ["class": isPlain ? "plain" : nil], body))
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        if let name = Document.policyName { headers[name] = Document.policy }
        return Reply(status, headers: headers, content: .bytes(Array("<!doctype html>\(html.text)".utf8)))
    }
}
