import Engine
import Model

/// Attachments: files and links of rows.
enum Attachments {
    /// The word of the API and the reference of the core; the first that is set counts.
    static let references: [(name: String, field: String)] = [
        ("test", "testCaseId"), ("run", "testRunsId"), ("run_result_step", "testRunCaseStepId"),
        ("run_result", "testRunCaseId"), ("step", "stepId"), ("plan", "testPlanId"), ("suite", "folderId"),
        ("defect", "issueId"), ("requirement", "requirementId"), ("exploration", "sessionId"),
        ("exploration_item", "sessionResultsId"),
    ]

    static let resource = Resource(
        "attachment", "Attachment", "Attachment",
        [
            Column(
                name: "related_type", shape: .text, access: .readOnly,
                match: { wanted, _ in
                    var filter = Filter.none
                    for item in wanted {
                        guard case .value(.text(let word)) = item else { continue }
                        let name = Relations.snake(word)
                        for pair in references where pair.name == name {
                            filter = filter || .not(.equals(pair.field, .null))
                        }
                        if name == "run_result" { filter = filter || .not(.equals("testRunResultsId", .null)) }
                    }
                    return filter
                }),
            Column(
                name: "related_id", shape: .integer, access: .readOnly,
                match: { wanted, _ in
                    var filter = Filter.none
                    for pair in references { filter = filter || Column.filter(pair.field, .integer, wanted) }
                    return filter
                        || .related("testRunResults", .some, Column.filter("testRunCaseId", .integer, wanted))
                }),
            .field("original_file_name", .text, "name", .writable, null: false), .field("size", .integer, "size"),
            Column(
                name: "url", shape: .text, access: .readOnly,
                show: { row, lens in
                    row["storedFileId"].isNull
                        ? .string(row.text("url")) : .string("\(lens.origin)/api/attachment/\(row.id)/download")
                }),
            Column(
                name: "attachment_type_id", shape: .integer, access: .readOnly,
                show: { row, _ in .integer(kind(row.text("mimeType"))) },
                match: { wanted, _ in
                    var filter = Filter.none
                    for item in wanted {
                        guard case .value(.int(let kind)) = item else { continue }
                        filter = filter || ofKind(kind)
                    }
                    return filter
                }),
        ], author: Author.own("createdById", updater: nil)
    ).with { resource in
        resource.verbs = [.update, .delete]
        resource.figures = { rows, work, _ throws(DomainError) in
            let results = rows.compactMap { $0["testRunResultsId"].integer }
            var members: [Int64: Int64] = [:]
            let keys = results.map { RowKey.id($0) }
            if !keys.isEmpty {
                for row in try work.find("TestRunResult", keys, fields: ["id", "testRunCaseId"], deleted: .shown) {
                    members[row.id] = row["testRunCaseId"].integer
                }
            }
            var figures: [Int64: [String: JSON]] = [:]
            for row in rows {
                figures[row.id] = ["related_type": .null, "related_id": .null]
                if let pair = references.first(where: { !row[$0.field].isNull }), let id = row[pair.field].integer {
                    figures[row.id] = ["related_type": .string(pair.name), "related_id": .integer(id)]
                } else if let member = row["testRunResultsId"].integer.flatMap({ members[$0] }) {
                    figures[row.id] = ["related_type": "run_result", "related_id": .integer(member)]
                }
            }
            return figures
        }
    }

    /// 1 image, 2 text, 3 video, 4 other.
    private static func kind(_ mediaType: String) -> Int64 {
        if mediaType.hasPrefix("image/") { return 1 }
        if mediaType.hasPrefix("text/") { return 2 }
        return mediaType.hasPrefix("video/") ? 3 : 4
    }

    private static func ofKind(_ kind: Int64) -> Filter {
        let known = ["image/", "text/", "video/"]
        if (1...3).contains(kind) { return .text("mimeType", .startsWith, known[Int(kind) - 1], .sensitive) }
        guard kind == 4 else { return .none }
        var filter = Filter.all
        for prefix in known { filter = filter && .not(.text("mimeType", .startsWith, prefix, .sensitive)) }
        return filter
    }
}
