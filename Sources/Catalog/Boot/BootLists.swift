extension BootData {
    /// The values of the lists that products show under their own names, each list in its order.
    public static let listValues: [ListValue] =
        states + priorities + types + automationTypes + runStatuses + testTypes + qualities + purposes + defects
        + statusTypes

    private static let states: [ListValue] = [
        ListValue("CASE_STATE", "Draft", product: "TESTSIGMA", isDefault: true, core: .workflow("Draft")),
        ListValue("CASE_STATE", "Active", product: "TESTSIGMA", core: .workflow("Active")),
        ListValue("CASE_STATE", "In Progress", product: "TESTSIGMA", core: .workflow("Active")),
        ListValue("CASE_STATE", "In Review", product: "TESTSIGMA", core: .workflow("Under Review")),
        ListValue("CASE_STATE", "Ready", product: "TESTSIGMA", core: .workflow("Active")),
        ListValue("CASE_STATE", "Rework", product: "TESTSIGMA", core: .workflow("Rejected")),
        ListValue("CASE_STATE", "Approved", product: "TESTSIGMA", core: .workflow("Done")),
        ListValue("CASE_STATE", "Outdated", product: "TESTSIGMA", core: .workflow("Archived")),
    ]

    private static let priorities: [ListValue] = [
        ListValue("CASE_PRIORITY", "Critical", product: "TESTSIGMA", core: .priority("Critical")),
        ListValue("CASE_PRIORITY", "Major", product: "TESTSIGMA", core: .priority("High")),
        ListValue("CASE_PRIORITY", "Medium", product: "TESTSIGMA", isDefault: true, core: .priority("Medium")),
        ListValue("CASE_PRIORITY", "Minor", product: "TESTSIGMA", core: .priority("Low")),
        ListValue("CASE_PRIORITY", "Low", product: "TESTQUALITY", core: .priority("Low")),
        ListValue("CASE_PRIORITY", "Medium", product: "TESTQUALITY", isDefault: true, core: .priority("Medium")),
        ListValue("CASE_PRIORITY", "High", product: "TESTQUALITY", core: .priority("High")),
        ListValue("CASE_PRIORITY", "Critical", product: "TESTQUALITY", core: .priority("Critical")),
    ]

    /// One list for all products.
    private static let types: [ListValue] = [
        ListValue("CASE_TYPE", "Functional", isDefault: true), ListValue("CASE_TYPE", "Integration"),
        ListValue("CASE_TYPE", "Non-Functional"), ListValue("CASE_TYPE", "Unit Test"),
        ListValue("CASE_TYPE", "User Experience"), ListValue("CASE_TYPE", "Regression"),
        ListValue("CASE_TYPE", "Smoke"), ListValue("CASE_TYPE", "Acceptance"), ListValue("CASE_TYPE", "Compatibility"),
        ListValue("CASE_TYPE", "Destructive"), ListValue("CASE_TYPE", "Performance"),
        ListValue("CASE_TYPE", "Security"), ListValue("CASE_TYPE", "Smoke & Sanity"),
        ListValue("CASE_TYPE", "Usability"), ListValue("CASE_TYPE", "Other"),
    ]

    private static let automationTypes: [ListValue] = [
        ListValue("AUTOMATION_TYPE", "Not Automated", product: "TESTSIGMA", isDefault: true),
        ListValue("AUTOMATION_TYPE", "Automated", product: "TESTSIGMA"),
        ListValue("AUTOMATION_TYPE", "Automation Not Required", product: "TESTSIGMA"),
        ListValue("AUTOMATION_TYPE", "Can't Be Automated", product: "TESTSIGMA"),
        ListValue("AUTOMATION_TYPE", "Obsolete", product: "TESTSIGMA"),
    ]

    private static let runStatuses: [ListValue] = [
        ListValue("RUN_STATUS", "Untested", product: "TESTSIGMA", isDefault: true, core: .status("untested")),
        ListValue("RUN_STATUS", "Passed", product: "TESTSIGMA", core: .status("passed")),
        ListValue("RUN_STATUS", "Failed", product: "TESTSIGMA", core: .status("failed")),
        ListValue("RUN_STATUS", "Blocked", product: "TESTSIGMA", core: .status("blocked")),
        ListValue("RUN_STATUS", "In Progress", product: "TESTSIGMA", core: .status("in_progress")),
        ListValue("RUN_STATUS", "Retest", product: "TESTSIGMA", core: .status("retest")),
        ListValue("RUN_STATUS", "Skipped", product: "TESTSIGMA", core: .status("skipped")),
        ListValue("RUN_STATUS", "Pass", product: "TESTQUALITY", core: .status("passed")),
        ListValue("RUN_STATUS", "Fail", product: "TESTQUALITY", core: .status("failed")),
        ListValue("RUN_STATUS", "Block", product: "TESTQUALITY", core: .status("blocked")),
        ListValue("RUN_STATUS", "Retest", product: "TESTQUALITY", core: .status("retest")),
        ListValue("RUN_STATUS", "Skip", product: "TESTQUALITY", core: .status("skipped")),
        ListValue("RUN_STATUS", "Pending", product: "TESTQUALITY", isDefault: true, core: .status("untested")),
    ]

    private static let testTypes: [ListValue] = [
        ListValue("TEST_TYPE", "Manual", product: "TESTQUALITY", isDefault: true),
        ListValue("TEST_TYPE", "Automated", product: "TESTQUALITY"),
        ListValue("TEST_TYPE", "Exploratory", product: "TESTQUALITY"),
    ]

    private static let qualities: [ListValue] = [
        ListValue("TEST_QUALITY_TYPE", "Rating", product: "TESTQUALITY", isDefault: true),
        ListValue("TEST_QUALITY", "Unrated", product: "TESTQUALITY", isDefault: true),
        ListValue("TEST_QUALITY", "Useful", product: "TESTQUALITY"),
        ListValue("TEST_QUALITY", "Not useful", product: "TESTQUALITY"),
    ]

    private static let purposes: [ListValue] = [
        ListValue("PURPOSE", "Functional", product: "TESTQUALITY", isDefault: true),
        ListValue("PURPOSE", "Regression", product: "TESTQUALITY"),
        ListValue("PURPOSE", "Smoke", product: "TESTQUALITY"),
    ]

    private static let defects: [ListValue] = [
        ListValue("DEFECT_STATUS", "Open", product: "TESTQUALITY", isDefault: true),
        ListValue("DEFECT_STATUS", "In progress", product: "TESTQUALITY"),
        ListValue("DEFECT_STATUS", "Closed", product: "TESTQUALITY"),
        ListValue("DEFECT_RESOLUTION", "Unresolved", product: "TESTQUALITY", isDefault: true),
        ListValue("DEFECT_RESOLUTION", "Fixed", product: "TESTQUALITY"),
        ListValue("DEFECT_RESOLUTION", "Won't fix", product: "TESTQUALITY"),
        ListValue("DEFECT_RESOLUTION", "Duplicate", product: "TESTQUALITY"),
    ]

    private static let statusTypes: [ListValue] = [
        ListValue("STATUS_TYPE", "Pass", product: "TESTQUALITY", core: .status("passed")),
        ListValue("STATUS_TYPE", "Fail", product: "TESTQUALITY", core: .status("failed")),
        ListValue("STATUS_TYPE", "Block", product: "TESTQUALITY", core: .status("blocked")),
        ListValue("STATUS_TYPE", "Retest", product: "TESTQUALITY", core: .status("retest")),
        ListValue("STATUS_TYPE", "Skip", product: "TESTQUALITY", core: .status("skipped")),
        ListValue("STATUS_TYPE", "Pending", product: "TESTQUALITY", isDefault: true, core: .status("untested")),
    ]
}
