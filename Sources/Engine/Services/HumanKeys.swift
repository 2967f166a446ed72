public import Model
import Statements

extension Timestamp {
    /// Numbers below this are seconds: the year 5138, or the third of March 1973 in milliseconds.
    private static let secondsBelow: Int64 = 100_000_000_000

    /// A time that may be in seconds or in milliseconds.
    public static func milliseconds(_ number: Int64) -> Int64 {
        number > -secondsBelow && number < secondsBelow ? number * 1000 : number
    }
}

extension Reading {
    /// The live cases of a project by integer id, UUID or human key (`SHOP-12`), under the words as they were given.
    public func cases(named words: [String], project: Int64) throws(DomainError) -> [String: Int64] {
        guard !words.isEmpty else { return [:] }
        var ids: [Value] = []
        var uids: [Value] = []
        var numbers: [Value] = []
        let prefix = try value("SELECT key FROM project WHERE id = \(Value.int(project))")?.string ?? ""
        for word in words {
            switch RowKey(word) {
            case .id(let id): ids.append(.int(id))
            case .uid(let uid): uids.append(.text(uid))
            case nil: if let number = HumanKey.number(word, prefix: prefix) { numbers.append(.int(number)) }
            }
        }
        let any =
            Filter.oneOf("id", ids) || .oneOf("uid", uids) || .oneOf("number", numbers)
        let own = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false) && any
        var result: [String: Int64] = [:]
        let found = try find(Query("RepositoryCase", where: own, fields: ["id", "uid", "number"]))
        var byUid: [String: Int64] = [:]
        var byNumber: [Int64: Int64] = [:]
        var known: Set<Int64> = []
        for row in found {
            known.insert(row.id)
            byUid[row.uid] = row.id
            if let number = row["number"].integer { byNumber[number] = row.id }
        }
        for word in words {
            switch RowKey(word) {
            case .id(let id): if known.contains(id) { result[word] = id }
            case .uid(let uid): result[word] = byUid[uid]
            case nil: result[word] = HumanKey.number(word, prefix: prefix).flatMap { byNumber[$0] }
            }
        }
        return result
    }
}

/// Human keys: the key of the project and a number, with a mark between them for what is no case.
public enum HumanKey {
    /// The number of `SHOP-12`, or with the mark `R` of `SHOP-R-12`; case does not count.
    public static func number(_ word: String, prefix: String, mark: String = "") -> Int64? {
        let start = mark.isEmpty ? "\(prefix)-" : "\(prefix)-\(mark)-"
        guard !prefix.isEmpty, word.utf8.count > start.utf8.count, word.utf8.count < 40,
            word.prefix(start.count).uppercased() == start.uppercased()
        else { return nil }
        let digits = word.dropFirst(start.count)
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(digits), number > 0 else {
            return nil
        }
        return number
    }
}
