import Model

extension Entities {
    /// A named combination of variants in which tests are run; other products call it an environment.
    static let configuration = EntityType(
        "Configuration", ownership: .shared, softDeleted: true,
        fields: [
            Field("isEnabled", .boolean, required: true, default: .value(true), help: "Offered for new work."),
            Field("name", .text, required: true, rules: [.length(1...255)]),
        ],
        relations: [
            .toMany("variants", "ConfigurationConfigVariant", by: "configurationId"),
            .toMany("sessions", "Session", by: "configId"),
            .toMany("testRuns", "TestRun", by: "configId"),
            .manyToMany(
                "environmentOf", "TestRun", table: "test_run_configuration", here: "configuration_id",
                there: "test_run_id"),
        ],
        help: "A named combination of variants in which tests are run; other products call it an environment.")
}
