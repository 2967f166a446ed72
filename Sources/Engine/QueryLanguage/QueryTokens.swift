import Model

/// A piece of a query text with its place.
struct QueryToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case word(String)
        /// `isSingle` for single quotes, which may also name a field.
        case quoted(String, isSingle: Bool)
        case symbol(String)
        case end
    }

    let kind: Kind
    /// Characters from 1.
    let place: Int

    /// The word in upper case; empty for anything else.
    var keyword: String {
        guard case .word(let text) = kind else { return "" }
        return text.uppercased()
    }

    func isSymbol(_ text: String) -> Bool { kind == .symbol(text) }

    /// As it is named in a refusal.
    var shown: String {
        switch kind {
        case .word(let text), .symbol(let text): String(text.prefix(40))
        case .quoted(let text, _): "\"\(text.prefix(40))\""
        case .end: "end of the query"
        }
    }

    /// Why and where a query text is refused.
    static func refusal(_ what: String, at place: Int) -> DomainError {
        .invalid("query", "\(what) at character \(place)")
    }

    static func tokens(_ text: String) throws(DomainError) -> [QueryToken] {
        guard text.utf8.count <= 8192 else { throw refusal("text longer than 8192 bytes", at: 8193) }
        let characters = Array(text)
        var tokens: [QueryToken] = []
        var index = 0
        while index < characters.count {
            let character = characters[index]
            let place = index + 1
            if character.isWhitespace {
                index += 1
            } else if character == "\"" || character == "'" {
                let (content, next) = try quoted(characters, from: index)
                tokens.append(QueryToken(kind: .quoted(content, isSingle: character == "'"), place: place))
                index = next
            } else if isWord(character) {
                var end = index
                while end < characters.count, isWord(characters[end]) { end += 1 }
                tokens.append(QueryToken(kind: .word(String(characters[index..<end])), place: place))
                index = end
            } else {
                let pair = String(characters[index..<min(index + 2, characters.count)])
                if ["!=", "<>", "<=", ">="].contains(pair) {
                    tokens.append(QueryToken(kind: .symbol(pair), place: place))
                    index += 2
                } else if "=<>(),/#".contains(character) {
                    tokens.append(QueryToken(kind: .symbol(String(character)), place: place))
                    index += 1
                } else {
                    throw refusal("unexpected \(character)", at: place)
                }
            }
        }
        tokens.append(QueryToken(kind: .end, place: characters.count + 1))
        return tokens
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_-.:+".contains(character)
    }

    private static func quoted(
        _ characters: [Character], from start: Int
    ) throws(DomainError) -> (text: String, next: Int) {
        var text = ""
        var index = start + 1
        while index < characters.count {
            let character = characters[index]
            if character == characters[start] { return (text, index + 1) }
            if character == "\\", index + 1 < characters.count, "\"'\\".contains(characters[index + 1]) {
                text.append(characters[index + 1])
                index += 2
            } else {
                text.append(character)
                index += 1
            }
        }
        throw refusal("text without its closing quote", at: start + 1)
    }
}
