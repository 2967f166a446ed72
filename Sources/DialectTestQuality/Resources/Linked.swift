import Engine
import Model

/// Defects, requirements, labels, comments and other things that hang on rows.
enum Linked {
    static let all = [
        defect, requirement, defectRunResult, requirementTest, label, labelAssigned, Comments.resource,
        Attachments.resource, watch, filter,
    ]

    /// The key in the tracker; what has none shows its name.
    private static let reference = Column(
        name: "external_reference_id", shape: .text, access: .writable, isRequired: true, takesNull: false,
        show: { row, _ in .string(row["externalKey"].string ?? row.text("name")) },
        match: { wanted, _ in
            Column.filter("externalKey", .text, wanted)
                || (.equals("externalKey", .null) && Column.filter("name", .text, wanted))
        }, order: .firstOf(["externalKey", "name"]), field: "externalKey",
        store: { value, entry, _ in entry.values["externalKey"] = value })

    private static let tracked: [Column] = [
        reference, Parts.projectColumn, .attribute("integration_project_id", .integer, "attributes"),
        .attribute("payload", .object, "attributes"), .attribute("defect_status_id", .integer, "attributes"),
        .attribute("defect_res_id", .integer, "attributes"),
    ]

    /// The row of this reference that the project has, or a new one.
    private static func make(
        _ entity: String, _ entry: Entry, _ work: Writing
    ) throws(DomainError) -> Resource.Made {
        let project = try Parts.project(entry, work)
        let key = entry.values["externalKey"]?.string ?? ""
        guard !key.isEmpty else {
            throw .invalid("external_reference_id", "The external_reference_id field is required.")
        }
        let own = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
        let named =
            Filter.equals("externalKey", .text(key)) || (.equals("externalKey", .null) && .equals("name", .text(key)))
        if let known = try work.first(Query(entity, where: own && named, fields: ["id"], order: [.by("id")])) {
            return Resource.Made(id: known.id, isKnown: true)
        }
        var draft = Draft(entry.merged(nil))
        draft["projectId"] = .int(project)
        draft["name"] = .text(key)
        if entity == "Issue" {
            draft["title"] = .text(key)
            draft["status"] = "Open"
        }
        let id = try work.insert(entity, [draft])[0]
        return Resource.Made(id: id)
    }

    private static let defect = Resource(
        "defect", "Defect", "Issue",
        tracked + [
            .attribute("related_type", .text, "attributes"), .attribute("related_id", .integer, "attributes"),
            Virtual.column,
        ], author: Author.own("createdById")
    ).with { resource in
        resource.scope = .not(.equals("projectId", .null))
        resource.links =
            [
                .one("project"), .through("run_result", "defect_run_result", "defect_id", "run_result_id"),
                .many("defect_run_result", by: "defect_id", nested: false),
            ] + Link.related("attachment")
        resource.figures = { rows, work, _ throws(DomainError) in
            let virtual = try Virtual.figures("Issue", rows, work) { $0["projectId"].integer }
            return virtual.mapValues { ["virtual": $0] }
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let row = try make("Issue", entry, work)
                try Virtual.store(entry, "Issue", row.id, work)
                made.append(row)
            }
            return made
        }
    }

    private static let requirement = Resource(
        "requirement", "Requirement", "Requirement",
        tracked + [
            .field("include_in_checks", .flag, "includeInChecks", .writable, null: false),
            .figure("related_type", .text).writable { value, entry, _ in
                entry.attributes["attributes", default: [:]]["related_type"] = Shape.text.shown(value)
            },
            related, Virtual.column,
        ], author: Author.own("createdById")
    ).with { resource in
        resource.links =
            [.one("project"), .many("requirement_test", by: "requirement_id")] + Link.related("attachment")
        resource.figures = { rows, work, _ throws(DomainError) in
            let tests = try work.firstCoverage(rows.map(\.id))
            let virtual = try Virtual.figures("Requirement", rows, work) { $0["projectId"].integer }
            var figures: [Int64: [String: JSON]] = [:]
            for row in rows {
                let own = Shape.parsed(row["attributes"].string ?? "")
                let test = tests[row.id]
                figures[row.id] = [
                    "related_type": own["related_type"] ?? (test == nil ? .null : "test"),
                    "related_id": own["related_id"] ?? test.map { .integer($0) } ?? .null,
                    "virtual": virtual[row.id] ?? .null,
                ]
            }
            return figures
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let row = try make("Requirement", entry, work)
                try Virtual.store(entry, "Requirement", row.id, work)
                made.append(row)
            }
            return made
        }
    }

    private static let related = Column(
        name: "related_id", shape: .integer, access: .writable,
        match: { wanted, lens in
            let own = Column.attribute("related_id", .integer, "attributes").match
            let linked = Filter.related("coverage", .some, Column.filter("repositoryCaseId", .reference, wanted))
            let lacks = Filter.equals("attributes", .null)
            return (own?(wanted, lens) ?? .none) || (lacks && linked)
        },
        store: { value, entry, _ in
            entry.attributes["attributes", default: [:]]["related_id"] = Shape.integer.shown(value)
        })

    private static let defectRunResult = Resource(
        "defect_run_result", "DefectRunResult", "TestRunCaseIssue",
        [
            .field("defect_id", .reference, "issueId", .once, required: true),
            .field("run_result_id", .reference, "testRunCaseId", .once, required: true),
        ], author: Author.own("createdById", updater: nil)
    ).with { resource in
        resource.scope =
            .related("testRunCase", .some, Runs.isLive) && .related("issue", .some, .equals("isDeleted", false))
        resource.completions = [.defects]
        resource.verbs = [.create, .delete]
        resource.links = [.one("defect"), .one("run_result")]
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                guard let defect = try Parts.id(entry.body["defect_id"], "Issue", "defect_id", work),
                    let result = try Parts.id(entry.body["run_result_id"], "TestRunCase", "run_result_id", work)
                else { throw .invalid("defect_id", "defect_id and run_result_id are required.") }
                made.append(Resource.Made(id: try work.found(issue: defect, by: result)))
            }
            return made
        }
        resource.delete = { id, work, _ throws(DomainError) in try work.removeFound(id) }
    }

    private static let requirementTest = Resource(
        "requirement_test", "RequirementTest", "RequirementCoverage",
        [
            .field("requirement_id", .reference, "requirementId", .once, required: true),
            .field("test_id", .reference, "repositoryCaseId", .once, required: true),
            .field("suite_id", .reference, "folderId", .writable),
        ], author: Author.own("createdById", updater: nil)
    ).with { resource in
        resource.scope =
            .related("requirement", .some, .equals("isDeleted", false))
            && .related("repositoryCase", .some, .equals("isDeleted", false))
        resource.links = [.one("requirement"), .one("test"), .one("suite")]
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                guard
                    let requirement = try Parts.id(entry.body["requirement_id"], "Requirement", "requirement_id", work),
                    let test = try Parts.id(entry.body["test_id"], "RepositoryCase", "test_id", work)
                else { throw .invalid("test_id", "requirement_id and test_id are required.") }
                let pair = Filter.equals("requirementId", .int(requirement)) && .equals("repositoryCaseId", .int(test))
                if let known = try work.first(Query("RequirementCoverage", where: pair, fields: ["id"])) {
                    made.append(Resource.Made(id: known.id, isKnown: true))
                    continue
                }
                made.append(Resource.Made(id: try work.insert("RequirementCoverage", [Draft(entry.merged(nil))])[0]))
            }
            return made
        }
    }

    private static let label = Resource(
        "label", "Label", "Tag", [.field("label", .text, "name", .writable, required: true)], author: Author.server
    ).with { resource in
        resource.links = [.many("label_assigned", by: "label_id")]
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let name = entry.values["name"]?.string ?? ""
                let taken = Filter.text("name", .equals, name, .insensitive)
                if let known = try work.first(Query("Tag", where: taken, fields: ["id", "isDeleted"])) {
                    guard known.flag("isDeleted") else {
                        throw DomainError(
                            .duplicate, "There is a label \(name) already.", entity: "Tag", fields: ["name"])
                    }
                    try work.update("Tag", [Change(known.id, set: ["isDeleted": false, "name": .text(name)])])
                    made.append(Resource.Made(id: known.id))
                    continue
                }
                made.append(Resource.Made(id: try work.insert("Tag", [Draft(entry.merged(nil))])[0]))
            }
            return made
        }
    }

    private static let labelAssigned = Resource(
        "label_assigned", "LabelAssigned", "LabelAssignment",
        [.field("label_id", .reference, "tagId", .once, required: true)] + RelatedType.columns() + [
            .field("project_id", .reference, "projectId")
        ], author: Author.own("createdById", updater: nil)
    ).with { resource in
        resource.scope = .related("tag", .some, .equals("isDeleted", false))
        resource.completions = [.labels]
        resource.verbs = [.create, .delete]
        resource.links = [.one("label"), .one("project")]
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let target = try RelatedType.row(entry, work)
                guard let label = try Parts.id(entry.body["label_id"], "Tag", "label_id", work) else {
                    throw .invalid("label_id", "The label_id field is required.")
                }
                let id = try work.assign(tag: label, to: target.entity, target.id, project: target.project)
                made.append(Resource.Made(id: id))
            }
            return made
        }
        resource.delete = { id, work, _ throws(DomainError) in try work.removeLabel(id) }
    }

    private static let watch = Resource(
        "watch", "Watch", "Watch",
        RelatedType.columns() + [
            .field("user_id", .reference, "userId"), .field("project_id", .reference, "projectId"),
        ], author: Author.own("userId", updater: nil)
    ).with { resource in
        resource.verbs = [.create, .delete]
        resource.links = [.one("user"), .one("project")]
        resource.create = { entries, work, lens throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let target = try RelatedType.row(entry, work)
                let own =
                    Filter.equals("userId", .int(lens.caller)) && .equals("relatedType", .text(target.entity))
                    && .equals("relatedId", .int(target.id))
                if let known = try work.first(Query("Watch", where: own, fields: ["id"])) {
                    made.append(Resource.Made(id: known.id, isKnown: true))
                    continue
                }
                let draft = Draft([
                    "userId": .int(lens.caller), "relatedType": .text(target.entity), "relatedId": .int(target.id),
                    "projectId": .int(target.project),
                ])
                made.append(Resource.Made(id: try work.insert("Watch", [draft])[0]))
            }
            return made
        }
    }

    private static let filter = Resource(
        "filter", "Filter", "SavedView",
        [
            .field("name", .text, "name", .writable, required: true),
            .field("related_type", .text, "entity", .writable, null: false),
            .field("payload", .object, "filter", .writable),
            .field("is_shareable", .flag, "isShared", .writable, null: false), Parts.projectColumn,
            .field("description", .text, "description", .writable),
        ], author: Author.own("ownerId", updater: nil)
    ).with { resource in
        resource.visible = { lens in .equals("isShared", true) || .equals("ownerId", .int(lens.caller)) }
        resource.links = [.one("project")]
        resource.create = { entries, work, _ throws(DomainError) in
            var drafts: [Draft] = []
            for entry in entries {
                var draft = Draft(entry.merged(nil))
                draft["projectId"] = .int(try Parts.project(entry, work))
                if draft["entity"] == nil { draft["entity"] = "test" }
                drafts.append(draft)
            }
            return try work.insert("SavedView", drafts).map { Resource.Made(id: $0) }
        }
    }
}
