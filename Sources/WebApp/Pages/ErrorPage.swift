import HTTPTypes
import Model
import Wire

/// Refusals of page addresses.
enum ErrorPage {
    static func reply(_ error: DomainError, _ call: Call) -> Reply {
        if case .unauthenticated = error.code, call.method == .get || call.method == .head {
            return .redirect("/signin?next=\(PercentEncoding.encoded(address(call)))")
        }
        let (status, _) = Refusal.spelled(error.code)
        let (title, text) = words(status)
        let body = HTML.tag(
            "main", ["class": "plain-page", "id": "main"],
            .tag(
                "div", ["class": "plain-card"], .tag("h1", [:], .words(title)), .tag("p", [:], .words(text)),
                .tag("p", [:], .tag("a", ["class": "button primary", "href": "/"], .words("All projects"))),
                .tag("p", ["class": "muted"], .tag("small", [:], .words("Request \(call.requestId)")))))
        return Document(title: "\(title) · Assay", isPlain: true, body: body).reply(status)
    }

    /// Path and query as they were asked for.
    static func address(_ call: Call) -> String {
        let query = call.query.items.map { "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value))" }
        return query.isEmpty ? call.path : "\(call.path)?\(query.joined(separator: "&"))"
    }

    private static func words(_ status: HTTPResponse.Status) -> (title: String, text: String) {
        switch status.code {
        case 403: ("Not allowed", "You may not open this page. Somebody who administers the project can let you in.")
        case 404: ("Not found", "There is nothing at this address, or you may not see it.")
        case 405: ("Not possible", "This address does not take that kind of request.")
        case 413: ("Too large", "What was sent is larger than the server takes.")
        case 429: ("Too many requests", "Wait a moment, then try again.")
        case 503: ("Busy", "The server cannot answer just now. Try again in a moment.")
        case 400..<500: ("Not understood", "The server could not make sense of this request.")
        default: ("Something went wrong", "The server has noted the fault. Trying again may help.")
        }
    }
}
