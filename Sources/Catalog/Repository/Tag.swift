import Model

extension Entities {
    /// A word by which things are found together; the labels of other products are these tags.
    static let tag = EntityType(
        "Tag", ownership: .shared, area: "Tags", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)], help: "Compared without regard to case.")
        ],
        relations: [
            .manyToMany(
                "repositoryCases", "RepositoryCase", table: "repository_case_tag", here: "tag_id",
                there: "repository_case_id"),
            .manyToMany("sessions", "Session", table: "session_tag", here: "tag_id", there: "session_id"),
            .manyToMany("testRuns", "TestRun", table: "test_run_tag", here: "tag_id", there: "test_run_id"),
            .manyToMany(
                "requirements", "Requirement", table: "requirement_tag", here: "tag_id", there: "requirement_id"),
            .manyToMany("issues", "Issue", table: "issue_tag", here: "tag_id", there: "issue_id"),
            .manyToMany("testPlans", "TestPlan", table: "test_plan_tag", here: "tag_id", there: "test_plan_id"),
            .manyToMany(
                "sharedStepGroups", "SharedStepGroup", table: "shared_step_group_tag", here: "tag_id",
                there: "shared_step_group_id"),
            .manyToMany("milestones", "Milestone", table: "milestone_tag", here: "tag_id", there: "milestone_id"),
            .manyToMany(
                "repositoryFolders", "RepositoryFolder", table: "repository_folder_tag", here: "tag_id",
                there: "repository_folder_id"),
            .toMany("labelAssignments", "LabelAssignment", by: "tagId"),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "A word by which things are found together; the labels of other products are these tags.")
}
