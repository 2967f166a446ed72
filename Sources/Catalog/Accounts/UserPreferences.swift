import Model

extension Entities {
    /// The settings of one user: time zone, formats, theme and how to be notified.
    static let userPreferences = EntityType(
        "UserPreferences", key: .uid, ownership: .user("userId"),
        fields: [
            Field("timezone", .text, required: true, default: .value("Etc/UTC"), help: "IANA name of the time zone."),
            Field("hasCompletedWelcomeTour", .boolean, required: true, default: .value(false)),
            Field("hasCompletedInitialPreferencesSetup", .boolean, required: true, default: .value(false)),
            Field("emailNotifications", .boolean, required: true, default: .value(true)),
            Field("inAppNotifications", .boolean, required: true, default: .value(true)),
            Field("theme", .choice(Choices.theme), required: true, default: .value("Purple")),
            Field("itemsPerPage", .choice(Choices.itemsPerPage), required: true, default: .value("P10")),
            Field("locale", .choice(Choices.locale), required: true, default: .value("en_US")),
            Field("dateFormat", .choice(Choices.dateFormat), required: true, default: .value("MM_DD_YYYY_DASH")),
            Field("timeFormat", .choice(Choices.timeFormat), required: true, default: .value("HH_MM_A")),
            Field("notificationMode", .choice(Choices.notificationMode), required: true, default: .value("USE_GLOBAL")),
            Field("settings", .json, help: "Layouts and choices of the web application."),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        uniques: [
            EntityType.Unique(["userId"])
        ],
        help: "The settings of one user: time zone, formats, theme and how to be notified.")
}
