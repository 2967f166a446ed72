public import Model
import Statements

extension Writing {
    /// Makes the cases of a sheet; a case whose title stands in its folder already is skipped.
    public func importCases(_ sheet: CaseSheet, project: Int64) throws(DomainError) -> CaseSheet.Outcome {
        var importer = try CaseSheetImport(self, sheet, project: project)
        return try importer.run()
    }
}

/// Turns the entries of a sheet into cases, some hundred at a time.
private struct CaseSheetImport {
    private static let batch = 500

    private let work: Writing
    private let sheet: CaseSheet
    private let project: Int64
    private let choices: CaseChoices
    private let root: Int64
    private var folders: [String: Int64] = [:]
    private var titles: [Int64: Set<String>] = [:]
    private var users: [String: Int64]?
    private var outcome = CaseSheet.Outcome()

    init(_ work: Writing, _ sheet: CaseSheet, project: Int64) throws(DomainError) {
        self.work = work
        self.sheet = sheet
        self.project = project
        choices = try CaseChoices(work, product: sheet.product)
        root = try work.rootFolder(project: project).folder
    }

    mutating func run() throws(DomainError) -> CaseSheet.Outcome {
        try work.requireAdding(work.schema["RepositoryCase"], to: project)
        var inputs: [CaseInput] = []
        for entry in sheet.entries {
            outcome.total += 1
            let problems = outcome.refusals.count
            let input = try input(entry)
            guard outcome.refusals.count == problems, let input else { continue }
            inputs.append(input)
            if inputs.count >= CaseSheetImport.batch { try make(&inputs) }
        }
        try make(&inputs)
        return outcome
    }

    private mutating func make(_ inputs: inout [CaseInput]) throws(DomainError) {
        outcome.imported += try work.createCases(project: project, inputs).count
        inputs = []
    }

    private mutating func refuse(_ entry: CaseSheet.Entry, _ column: CaseSheet.Column, _ message: String) {
        outcome.refusals.append(CaseSheet.Refusal(row: entry.row, column: column, message: message))
    }

    /// `nil` for a case that is there already or cannot be made.
    private mutating func input(_ entry: CaseSheet.Entry) throws(DomainError) -> CaseInput? {
        let problems = outcome.refusals.count
        let title = Words.trimmed(entry.cells[.title] ?? "")
        guard (1...500).contains(title.unicodeScalars.count) else {
            refuse(entry, .title, title.isEmpty ? "the title is empty" : "the title is longer than 500 characters")
            return nil
        }
        var input = CaseInput()
        input.fields["name"] = .text(title)
        choose(entry, &input)
        if let text = entry.cells[.preconditions], !text.isEmpty { input.fields["preconditions"] = .text(text) }
        if let text = entry.cells[.description], !text.isEmpty { input.values.append(("description", .string(text))) }
        if sheet.keepsTexts {
            input.fields["templateType"] = "TCD"
            input.fields["stepsText"] = .text(entry.cells[.steps])
            input.fields["expectedText"] = .text(entry.cells[.expected])
        }
        input.steps = entry.steps.map { step in
            CaseInput.Step(
                action: .string(step.action), expected: step.expected.isEmpty ? .null : .string(step.expected))
        }
        let labels = (entry.cells[.labels] ?? "").split(whereSeparator: { $0 == "," || $0 == ";" })
        input.tags = labels.map { Words.trimmed(String($0)) }.filter { !$0.isEmpty }
        try own(entry, &input)
        guard outcome.refusals.count == problems, let folder = try folder(entry) else { return nil }
        input.fields["folderId"] = .int(folder)
        guard try isFresh(title, folder) else {
            outcome.skipped += 1
            return nil
        }
        return input
    }

    private mutating func choose(_ entry: CaseSheet.Entry, _ input: inout CaseInput) {
        for column in [CaseSheet.Column.state, .priority, .type, .automation] {
            let word = Words.trimmed(entry.cells[column] ?? "")
            guard !word.isEmpty else { continue }
            let list =
                switch column {
                case .state: choices.states
                case .priority: choices.priorities
                case .type: choices.types
                default: choices.automations
                }
            guard let choice = CaseChoices.named(word, in: list) else {
                refuse(entry, column, "there is no \(column.rawValue) \(word)")
                continue
            }
            switch column {
            case .state: input.fields.merge(choices.columns(state: choice)) { $1 }
            case .type: input.fields.merge(choices.columns(type: choice)) { $1 }
            case .automation: input.fields.merge(choices.columns(automation: choice)) { $1 }
            default: input.values.append(("priority", choices.stored(priority: choice)))
            }
        }
    }

    private mutating func own(_ entry: CaseSheet.Entry, _ input: inout CaseInput) throws(DomainError) {
        let word = Words.trimmed(entry.cells[.owner] ?? "").lowercased()
        guard !word.isEmpty else { return }
        if users == nil {
            var known: [String: Int64] = [:]
            let query = Query("User", where: .equals("isDeleted", false), fields: ["id", "name", "email"])
            for row in try work.find(query) {
                known[row.text("name").lowercased()] = row.id
                known[row.text("email").lowercased()] = row.id
            }
            users = known
        }
        if let user = users?[word] {
            input.fields["ownerId"] = .int(user)
        } else {
            refuse(entry, .owner, "there is no user \(word)")
        }
    }

    /// The folder of a path such as `Shop/Checkout`, made where it is missing.
    private mutating func folder(_ entry: CaseSheet.Entry) throws(DomainError) -> Int64? {
        let path = entry.cells[.folder] ?? ""
        if let known = folders[path] { return known }
        let parts = path.split(separator: "/").map { Words.trimmed(String($0)) }.filter { !$0.isEmpty }
        guard parts.count <= 30, parts.allSatisfy({ $0.count <= 255 }) else {
            refuse(entry, .folder, "the path of the folder is too long")
            return nil
        }
        var folder = parts.isEmpty ? sheet.folder : nil
        for part in parts { folder = try child(of: folder, part) }
        folders[path] = folder ?? root
        return folder ?? root
    }

    private func child(of parent: Int64?, _ name: String) throws(DomainError) -> Int64 {
        let own =
            Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
            && .equals("parentId", .int(parent)) && .equals("name", .text(name))
        if let row = try work.first(Query("RepositoryFolder", where: own, fields: ["id"])) { return row.id }
        let repository = try work.rootFolder(project: project).repository
        let draft = Draft([
            "name": .text(name), "projectId": .int(project), "repositoryId": .int(repository), "parentId": .int(parent),
        ])
        return try work.insert("RepositoryFolder", [draft])[0]
    }

    private mutating func isFresh(_ title: String, _ folder: Int64) throws(DomainError) -> Bool {
        if titles[folder] == nil {
            let rows = try work.rows(
                "SELECT name FROM repository_case WHERE folder_id = \(Value.int(folder)) AND NOT is_deleted")
            titles[folder] = Set(rows.compactMap { $0[0].string })
        }
        return titles[folder]?.insert(title).inserted ?? true
    }
}
