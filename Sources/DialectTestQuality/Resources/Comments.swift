import Engine
import Model

/// Comments: the core has a reference for most things, and type and id for the rest.
enum Comments {
    /// The entity and its reference.
    private static let references: [(entity: String, field: String)] = [
        ("RepositoryCase", "repositoryCaseId"), ("TestRun", "testRunId"), ("Session", "sessionId"),
        ("Milestone", "milestoneId"), ("Issue", "issueId"), ("Requirement", "requirementId"),
        ("TestPlan", "testPlanId"), ("RepositoryFolder", "folderId"),
    ]

    static let resource = Resource(
        "comment", "Comment", "Comment",
        [
            Column(
                name: "related_type", shape: .text, access: .once, isRequired: true, takesNull: false,
                show: { row, _ in
                    .string(RelatedType.name(ofEntity: owner(row)?.entity ?? row.text("relatedType")) ?? "")
                },
                match: { wanted, _ in
                    var filter = Filter.none
                    for item in wanted {
                        guard case .value(.text(let word)) = item, let entity = RelatedType.entity(word) else {
                            continue
                        }
                        if let field = references.first(where: { $0.entity == entity })?.field {
                            filter = filter || .not(.equals(field, .null))
                        }
                        filter = filter || .equals("relatedType", .text(entity))
                    }
                    return filter
                }, store: { _, _, _ in }),
            Column(
                name: "related_id", shape: .integer, access: .once, isRequired: true, takesNull: false,
                show: { row, _ in (owner(row)?.id ?? row["relatedId"].integer).map { .integer($0) } ?? .null },
                match: { wanted, _ in
                    var filter = Column.filter("relatedId", .integer, wanted)
                    for (_, field) in references { filter = filter || Column.filter(field, .integer, wanted) }
                    return filter
                }, store: { _, _, _ in }),
            .rich("body", "content"), .field("project_id", .reference, "projectId", hidden: true),
        ], author: Author.own("creatorId", updater: nil)
    ).with { resource in
        resource.create = { entries, work, _ throws(DomainError) in
            var drafts: [Draft] = []
            for entry in entries {
                let target = try RelatedType.row(entry, work)
                var draft = Draft(entry.merged(nil))
                draft["projectId"] = .int(target.project)
                if draft["content"]?.isNull != false { draft["content"] = RichText.stored("") }
                if let field = references.first(where: { $0.entity == target.entity })?.field {
                    draft[field] = .int(target.id)
                } else {
                    draft["relatedType"] = .text(target.entity)
                    draft["relatedId"] = .int(target.id)
                }
                drafts.append(draft)
            }
            return try work.insert("Comment", drafts).map { Resource.Made(id: $0) }
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            var values = entry.merged(old)
            if values["content"]?.isNull == true { values["content"] = RichText.stored("") }
            try work.update("Comment", [Change(old.id, set: values)])
        }
    }

    private static func owner(_ row: Row) -> (entity: String, id: Int64)? {
        for (entity, field) in references { if let id = row[field].integer { return (entity, id) } }
        return nil
    }
}
