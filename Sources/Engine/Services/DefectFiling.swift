public import Model

extension Writing {
    /// Files what a result found as an issue of its project and links it; whoever may change the result may do so.
    public func fileDefect(
        of result: Row, title: String, description: String?, severity: String?
    ) throws(DomainError) -> Int64 {
        try requireUpdatable("TestRunResult", [result.id])
        let run = try row("TestRun", .id(result["testRunId"].integer ?? 0), fields: ["id", "projectId"])
        isFilingFindings = true
        defer { isFilingFindings = false }
        let draft = Draft([
            "projectId": run["projectId"], "name": .text(title), "title": .text(title),
            "description": .text(description), "severity": .text(severity), "status": "OPEN",
        ])
        let issue = try insert("Issue", [draft])[0]
        try linkIssue(issue, to: .testRunResult, result.id)
        return issue
    }
}
