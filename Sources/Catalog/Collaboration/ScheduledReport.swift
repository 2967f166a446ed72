import Model

extension Entities {
    /// A report that is sent at fixed times.
    static let scheduledReport = EntityType(
        "ScheduledReport", key: .uid, ownership: .projectField("projectId"), area: "Reporting", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("reportType", .text, required: true),
            Field("schedule", .text, required: true, help: "Five fields as in a crontab."),
            Field("lastError", .text, help: "What went wrong last; null when it works."),
            Field("recipients", .textList, required: true, default: .value("[]"), help: "Mail addresses."),
            Field("timezone", .text, required: true, default: .value("Etc/UTC")),
            Field("isEnabled", .boolean, required: true, default: .value(true), help: "Offered for new work."),
            Field("nextRunAt", .timestamp),
            Field("lastRunAt", .timestamp),
            Field("format", .choice(Choices.reportFormat), required: true, default: .value("PDF")),
            Field("config", .json, help: "Options in a shape of its own."),
            Field("projectId", .reference("Project"), onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
        ],
        indexes: [["projectId"], ["isEnabled", "nextRunAt"]],
        help: "A report that is sent at fixed times.")
}
