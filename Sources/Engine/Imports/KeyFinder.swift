import Formats
import Model
import Statements

/// Finds the case of a reported test by what people write into names: human keys, or titles in any case.
struct KeyFinder {
    private let work: Writing
    private let project: Int64
    private let prefix: String

    init(_ work: Writing, project: Int64) throws(DomainError) {
        self.work = work
        self.project = project
        prefix = try work.value("SELECT key FROM project WHERE id = \(Value.int(project))")?.string ?? ""
    }

    /// The property `test_case_id`, else a human key of the project as a whole word in the name or the class.
    func find(_ tests: [ReportTest], _ result: inout [Int64?]) throws(DomainError) {
        var words: [Int: String] = [:]
        for (index, test) in tests.enumerated() where result[index] == nil {
            let property = test.properties.first { $0.name == "test_case_id" }?.value
            words[index] = property ?? key(in: test.name) ?? test.className.flatMap { key(in: $0) }
        }
        guard !words.isEmpty else { return }
        let found = try work.cases(named: Array(Set(words.values)), project: project)
        for (index, word) in words { result[index] = found[word] }
    }

    private func key(in text: String) -> String? {
        guard !prefix.isEmpty, text.utf8.count <= 4000 else { return nil }
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")) }
        return words.first { HumanKey.number(String($0), prefix: prefix) != nil }.map(String.init)
    }

    /// Only cases of one run: by key, by exact title, by class and title, then by title without blanks and case.
    func members(_ tests: [ReportTest], run: Int64) throws(DomainError) -> [Int64?] {
        var result = [Int64?](repeating: nil, count: tests.count)
        try find(tests, &result)
        var exact: [String: Int64] = [:]
        var folded: [String: Int64] = [:]
        var known: Set<Int64> = []
        let rows = try work.rows(
            """
            SELECT c.id, c.name FROM test_run_case AS rc JOIN repository_case AS c ON c.id = rc.repository_case_id
            WHERE rc.test_run_id = \(Value.int(run)) ORDER BY rc."order" DESC, rc.id DESC
            """)
        for row in rows {
            guard let id = row[0].integer, let title = row[1].string else { continue }
            known.insert(id)
            exact[title] = id
            folded[Words.trimmed(title).lowercased()] = id
        }
        for (index, test) in tests.enumerated() {
            if let id = result[index], known.contains(id) { continue }
            let full = test.className.map { "\($0).\(test.name)" }
            result[index] =
                exact[test.name] ?? full.flatMap { exact[$0] } ?? folded[Words.trimmed(test.name).lowercased()]
                ?? full.flatMap { folded[Words.trimmed($0).lowercased()] }
        }
        return result
    }
}
