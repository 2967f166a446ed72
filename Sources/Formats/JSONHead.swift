/// Collects the member names at the top of a JSON document that may be cut off.
enum JSONHead {
    /// `top`: of the document itself; `inList`: of the objects in a top list.
    static func members(_ text: ArraySlice<UInt8>) -> (top: Set<String>, inList: Set<String>) {
        var top: Set<String> = []
        var inList: Set<String> = []
        /// The open brackets, outermost first; deeper than two is only counted.
        var outer: [UInt8] = []
        var depth = 0
        var position = text.startIndex
        while position < text.endIndex {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if outer.count == depth, depth < 2 { outer.append(byte) }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return (top, inList) }
                if outer.count > depth { outer.removeLast() }
            case UInt8(ascii: "\""):
                let start = position
                while position < text.endIndex, text[position] != UInt8(ascii: "\"") {
                    position += text[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard position < text.endIndex else { return (top, inList) }
                let string = text[start..<position]
                position += 1
                guard depth <= 2, outer.last == UInt8(ascii: "{"), string.count <= 64 else { continue }
                let next = text[position...].first { !XMLText.isSpace($0) }
                guard next == UInt8(ascii: ":") else { continue }
                if depth == 1 {
                    top.insert(String(decoding: string, as: UTF8.self))
                } else if outer.first == UInt8(ascii: "[") {
                    inList.insert(String(decoding: string, as: UTF8.self))
                }
            default: break
            }
        }
        return (top, inList)
    }
}
