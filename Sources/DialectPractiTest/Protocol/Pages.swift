import HTTPTypes
import Model
import Wire

/// `page[number]` and `page[size]` of a list; what cannot be read takes the default.
struct Page: Sendable {
    static let largest = 100
    let number: Int
    let size: Int

    init(_ parameters: Parameters) {
        number = Page.positive(parameters["page[number]"]) ?? 1
        size = min(Page.positive(parameters["page[size]"]) ?? Page.largest, Page.largest)
    }

    init(number: Int, size: Int) {
        self.number = number
        self.size = size
    }

    private static func positive(_ text: String?) -> Int? {
        guard let text, let number = Int(text), number >= 1, number <= 1_000_000_000 else { return nil }
        return number
    }

    var offset: Int { (number - 1) * size }
}

/// The `links` and `meta` of a list.
struct PageFrame {
    let request: Request
    let page: Page
    let total: Int
    /// All five links, null where there is none, as the list of a user's projects has them.
    var showsAll = false

    var pages: Int { max((total + page.size - 1) / page.size, 1) }

    private func link(_ number: Int) -> String {
        var items = request.parameters.items.filter { item in
            let name = Names.folded(item.name)
            return name != "page[number]" && name != "page[size]"
        }
        items.append(("page[number]", String(number)))
        items.append(("page[size]", String(page.size)))
        items.sort { $0.name < $1.name }
        let query = items.map { "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value))" }
        return "\(request.call.origin)\(request.call.path)?\(query.joined(separator: "&"))"
    }

    private var links: [(JSONKey, String?)] {
        let isBeyond = page.number > pages
        let previous = !isBeyond && page.number > 1 ? link(page.number - 1) : nil
        let next = page.number < pages ? link(page.number + 1) : nil
        let first = page.number > 1 ? link(1) : nil
        let last = isBeyond || page.number < pages ? link(pages) : nil
        return [("self", link(page.number)), ("first", first), ("prev", previous), ("next", next), ("last", last)]
    }

    func write(to writer: inout JSONWriter) {
        writer.key("links")
        writer.beginObject()
        if showsAll || pages > 1 {
            for (key, value) in links where showsAll || value != nil {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
        writer.key("meta")
        writer.beginObject()
        writer.key("current-page")
        writer.value(Int64(page.number))
        writer.key("next-page")
        writer.value(page.number < pages ? Int64(page.number + 1) : nil)
        writer.key("prev-page")
        writer.value(page.number > 1 && page.number <= pages ? Int64(page.number - 1) : nil)
        writer.key("total-pages")
        writer.value(Int64(pages))
        writer.key("total-count")
        writer.value(Int64(total))
        writer.endObject()
    }
}

extension Reply {
    /// `{"data":…}` with one resource.
    static func resource(_ bytes: [UInt8]) -> Reply {
        var writer = JSONWriter(capacity: bytes.count + 16)
        writer.beginObject()
        writer.key("data")
        writer.raw(bytes)
        writer.endObject()
        return .json(writer.bytes)
    }

    /// `{"data":[…],"links":…,"meta":…}`; `elements` are the members of the array.
    static func list(_ elements: [UInt8], _ frame: PageFrame) -> Reply {
        var writer = JSONWriter(capacity: elements.count + 512)
        writer.beginObject()
        writer.key("data")
        writer.raw([UInt8(ascii: "[")] + elements + [UInt8(ascii: "]")])
        frame.write(to: &writer)
        writer.endObject()
        return .json(writer.bytes)
    }

    /// The answer of a bulk: an object for exactly one, an array for any other number.
    static func bulk(_ elements: [UInt8], count: Int) -> Reply {
        count == 1 ? resource(elements) : resource([UInt8(ascii: "[")] + elements + [UInt8(ascii: "]")])
    }
}
