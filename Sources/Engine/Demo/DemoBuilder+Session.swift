import Model
import Statements

/// The exploratory session and the remarks of the demo project.
extension DemoBuilder {
    func addSession() throws(DomainError) {
        let start = moment(2, hour: 13)
        let explorer = Value.int(people[2])
        let session = try work.insert(
            "Session",
            [
                Draft([
                    "name": .text(Demo.sessionName), "mission": RichText.stored(.string(Demo.sessionMission)),
                    "estimate": 3600, "elapsed": .int(Demo.sessionResults.reduce(0) { $0 + $1.minutes * 60 }),
                    "projectId": .int(project), "templateId": .int(try work.defaultTemplate(project)),
                    "stateId": .int(try Closing.state(scope: "SESSIONS", kind: "IN_PROGRESS", project: project, work)),
                    "configId": .int(configurations["Chrome, Android"]), "milestoneId": .int(milestones[1]),
                    "assignedToId": explorer, "createdById": .int(people[0]), "number": 1, "startedAt": .int(start),
                    "createdAt": .int(start - 3_600_000),
                ])
            ])[0]
        var time = start
        var drafts: [Draft] = []
        for (index, result) in Demo.sessionResults.enumerated() {
            time += Int64(result.minutes) * 60_000
            drafts.append(
                Draft([
                    "sessionId": .int(session), "statusId": .int(statuses.named(result.status)?.id),
                    "elapsed": .int(result.minutes * 60), "resultData": RichText.stored(.string(result.note)),
                    "order": .int(index), "createdById": explorer, "createdAt": .int(time),
                ]))
        }
        let results = try work.insert("SessionResult", drafts)
        var findings: [Draft] = []
        for finding in Demo.findings {
            findings.append(
                Draft([
                    "sessionResultId": .int(results[finding.result]), "type": .text(finding.type),
                    "title": .text(finding.title), "description": .text(finding.text),
                    "severity": .text(finding.severity), "issueId": .int(finding.issue.map { issues[$0] }),
                    "createdById": explorer, "createdAt": .int(time),
                ]))
        }
        try work.insert("SessionFinding", findings)
        try work.setTags("Session", session, ["new", "delivery"])
        try work.link("Session", session, "issues", [issues[5]])
        try work.update("Session", [Change(session, set: ["isCompleted": true, "completedAt": .int(time)])])
    }

    func addComments() throws(DomainError) {
        var drafts: [Draft] = []
        for (index, comment) in Demo.comments.enumerated() {
            var draft = Draft([
                "projectId": .int(project), "content": RichText.stored(.string(comment.text)),
                "creatorId": .int(people[comment.person]),
                "createdAt": .int(moment(comment.days, hour: 10 + index % 5, minute: index * 11 % 60)),
            ])
            switch comment.about {
            case .run(let name): draft["testRunId"] = .int(runs[name])
            case .testCase(let title): draft["repositoryCaseId"] = .int(cases.first { $0.content.title == title }?.id)
            case .milestone(let position): draft["milestoneId"] = .int(milestones[position])
            }
            drafts.append(draft)
        }
        try work.insert("Comment", drafts)
    }
}
