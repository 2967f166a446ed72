import Engine
import Model
import Wire

/// The search of the command palette: the full-text index, numbers such as `T1044`, and the names of folders.
enum Search {
    static let routes: [Route] = [Endpoint.get("/search", "search", get)]

    private struct Kind {
        let word: String
        let entity: String
        /// What follows the project's page in the address; the id comes behind it.
        let tail: String
    }

    private static let kinds = [
        Kind(word: "project", entity: "Project", tail: ""),
        Kind(word: "case", entity: "RepositoryCase", tail: "/cases?case="),
        Kind(word: "run", entity: "TestRun", tail: "/runs/"),
        Kind(word: "session", entity: "Session", tail: "/sessions/"),
        Kind(word: "milestone", entity: "Milestone", tail: "/milestones/"),
        Kind(word: "folder", entity: "RepositoryFolder", tail: "/cases?folder="),
    ]

    private struct Hit {
        let kind: Kind
        let id: Int64
        let title: String
        let project: Int64
        /// A piece of the text with the words in `<em>`, when they are not in the title.
        var extract: String?
    }

    private static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let words = ask.text("q") ?? ""
        let limit = Int(max(1, min(try ask.integer("limit") ?? 12, 50)))
        let project = try ask.text("project").map { word throws(DomainError) in try work.project(word).id }
        var hits: [Hit] = []
        if words.contains(where: { !$0.isWhitespace }) {
            let seeker = Seeker(words: words, project: project, limit: limit, work: work)
            hits = try seeker.numbered()
            for hit in try seeker.indexed() + seeker.folders()
            where !hits.contains(where: { $0.kind.word == hit.kind.word && $0.id == hit.id }) { hits.append(hit) }
            if hits.isEmpty { hits = try seeker.named() }
        }
        let found = best(hits, limit)
        var projects: [Int64: Row] = [:]
        for row in try work.find(
            "Project", Set(found.map(\.project)).sorted().map { .id($0) }, fields: ["id", "key", "name"])
        {
            projects[row.id] = row
        }
        return try Answer(capacity: 2048) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.results, found) { writer, hit throws(DomainError) in
                    guard let project = projects[hit.project] else { return }
                    let isProject = hit.kind.word == "project"
                    let page = "/p/\(Boot.component(Projects.key(project)))"
                    try writer.object { writer throws(DomainError) in
                        writer.put(.kind, hit.kind.word)
                        writer.put(.id, hit.id)
                        writer.put(.title, hit.title)
                        writer.put(.where, isProject ? "" : project.text("name"))
                        writer.put(.url, isProject ? page : "\(page)\(hit.kind.tail)\(hit.id)")
                        writer.put("extract", hit.extract)
                    }
                }
            }
        }
    }

    /// The ways to find something.
    private struct Seeker {
        let words: String
        let project: Int64?
        let limit: Int
        let work: Reading

        private func filter(_ kind: Kind) -> Filter {
            let live = Filter.equals("isDeleted", false)
            guard let project else { return live }
            return live && .equals(kind.entity == "Project" ? "id" : "projectId", .int(project))
        }

        /// The case whose number was typed.
        func numbered() throws(DomainError) -> [Hit] {
            let word = words.drop { $0.isWhitespace }
            let digits = word.first == "T" || word.first == "t" ? word.dropFirst() : word
            guard let number = Int64(digits), number > 0 else { return [] }
            let kind = kinds[1]
            return try find(kind, .equals("id", .int(number)))
        }

        /// What the full-text index finds, the best first.
        func indexed() throws(DomainError) -> [Hit] {
            let searched = kinds.filter { $0.entity != "RepositoryFolder" }
            let request = SearchRequest(
                words: words, kinds: searched.map { ($0.entity, filter($0)) }, order: .score, limit: limit * 2,
                offset: 0)
            let answer = try work.search(request)
            var hits: [Hit] = []
            for kind in searched {
                let own = answer.hits.filter { $0.entity == kind.entity }
                let rows = try find(kind, .oneOf("id", own.map { .int($0.id) }))
                for hit in own {
                    guard var row = rows.first(where: { $0.id == hit.id }) else { continue }
                    if !hit.highlights.contains(where: { $0.field == "title" }) {
                        row.extract = hit.highlights.first?.text
                    }
                    hits.append(row)
                }
            }
            return hits
        }

        /// Folders are not in the index; there are few of them.
        func folders() throws(DomainError) -> [Hit] {
            guard let kind = kinds.last else { return [] }
            return try find(kind, CaseFilter.search(words))
        }

        /// Pieces of words, when the index knows no whole ones.
        func named() throws(DomainError) -> [Hit] {
            var hits: [Hit] = []
            for kind in kinds { hits += try find(kind, CaseFilter.search(words)) }
            return hits
        }

        private func find(_ kind: Kind, _ condition: Filter) throws(DomainError) -> [Hit] {
            let isProject = kind.entity == "Project"
            let rows = try work.find(
                Query(
                    kind.entity, where: filter(kind) && condition,
                    fields: isProject ? ["id", "name"] : ["id", "name", "projectId"], order: [.by("name"), .by("id")],
                    page: .init(limit: limit * 2)))
            return rows.map { row in
                Hit(
                    kind: kind, id: row.id, title: row.text("name"),
                    project: isProject ? row.id : row["projectId"].integer ?? 0)
            }
        }
    }

    /// Some of every kind: cases alone would push the rest out.
    private static func best(_ hits: [Hit], _ limit: Int) -> [Hit] {
        guard hits.count > limit else { return hits }
        var kept: [Hit] = []
        let lists = kinds.map { kind in hits.filter { $0.kind.word == kind.word } }
        var place = 0
        while kept.count < limit, lists.contains(where: { $0.count > place }) {
            for list in lists where place < list.count && kept.count < limit { kept.append(list[place]) }
            place += 1
        }
        return kinds.flatMap { kind in kept.filter { $0.kind.word == kind.word } }
    }
}
