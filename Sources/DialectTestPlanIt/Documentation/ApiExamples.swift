/// What requests of the published reference look like, by the name of the route.
enum ApiExamples {
    struct Example {
        /// Items of the query; a star marks a required one.
        var query: [String] = []
        var body: String?
    }

    static let all: [String: Example] = [
        "listProjects": Example(query: ["search", "isCompleted"]),
        "createProject": Example(
            body: #"{"name":"New Project","description":"Project description","settings":{"allowPublicAccess":false}}"#),
        "updateProject": Example(body: #"{"name":"Updated Project Name","description":"Updated description"}"#),
        "listCases": Example(query: [
            "projectId*", "folderId", "includeDescendants", "tags", "templateId", "search", "automationStatus", "state",
            "limit", "offset",
        ]),
        "createCase": Example(
            body: """
                {"projectId":"uuid","folderId":"uuid","title":"Test Case Title","description":"Test case description",\
                "steps":[{"action":"Navigate to login page","expected":"Login form displays","order":1}],\
                "tags":["authentication","smoke"],"automationStatus":"MANUAL","estimate":300}
                """),
        "updateCase": Example(
            body: """
                {"title":"Updated Title","description":"Updated description",\
                "steps":[{"action":"Updated step","expected":"Updated expected result","order":1}]}
                """),
        "listRuns": Example(query: ["projectId*", "status", "milestoneId", "search", "limit", "offset"]),
        "createRun": Example(
            body: """
                {"projectId":"uuid","name":"Test Run Name","description":"Test run description","milestoneId":"uuid",\
                "configurationId":"uuid","testCases":[{"repositoryCaseId":"uuid","assignedTo":"uuid"}]}
                """),
        "executeCase": Example(
            body: """
                {"status":"PASSED","notes":"Test executed successfully","duration":180,"stepResults":[{"stepId":"uuid",\
                "status":"PASSED","notes":"Step completed","duration":60}],"attachments":[{"name":"screenshot.png",\
                "url":"https://storage.example.com/screenshot.png"}]}
                """),
        "listSessions": Example(query: ["projectId*", "status", "assignedTo", "limit", "offset"]),
        "createSession": Example(
            body: """
                {"projectId":"uuid","name":"Exploratory Session","description":"Session description",\
                "templateId":"uuid","assignedTo":"uuid","estimate":7200}
                """),
        "recordSession": Example(
            body: """
                {"notes":"Session findings","duration":3600,"findings":[{"type":"BUG","title":"Issue found",\
                "description":"Detailed description","severity":"HIGH"}]}
                """),
        "listIssues": Example(query: ["projectId", "integrationId", "isDeleted", "status", "search", "limit", "offset"]
        ),
        "createIssue": Example(
            body: """
                {"projectId":"uuid","name":"Issue Name","title":"Issue Title","description":"Issue description",\
                "priority":"HIGH","severity":"CRITICAL","assignedTo":"uuid","externalId":"JIRA-123",\
                "externalUrl":"https://jira.example.com/JIRA-123","integrationId":"uuid"}
                """),
        "updateIssue": Example(
            body: #"{"title":"Updated Title","description":"Updated description","status":"IN_PROGRESS"}"#),
        "linkIssue": Example(body: #"{"entityType":"testCase","entityId":"uuid"}"#),
        "unlinkIssue": Example(body: #"{"entityType":"testCase","entityId":"uuid"}"#),
        "listMilestones": Example(query: ["projectId*", "parentId", "isCompleted"]),
        "createMilestone": Example(
            body: """
                {"projectId":"uuid","name":"Release 1.0","description":"First major release","dueDate":"2024-12-31",\
                "parentId":"uuid"}
                """),
        "createComment": Example(
            body: """
                {"projectId":"uuid","entityType":"repositoryCase","entityId":"uuid","content":{"type":"doc","content":\
                [{"type":"paragraph","content":[{"type":"text","text":"Comment"}]}]},"mentionedUserIds":["uuid"]}
                """),
        "updateComment": Example(
            body: #"{"content":{"type":"doc","content":[]},"mentionedUserIds":["uuid"]}"#),
        "searchForMentions": Example(query: ["projectId*", "query"]),
        "announceTestmo": Example(
            body: #"{"fileName":"testmo-export.zip","fileSize":10485760,"contentType":"application/zip"}"#),
        "createTestmoJob": Example(body: #"{"fileKey":"imports/testmo/…","fileName":"testmo-export.zip"}"#),
        "configureTestmo": Example(
            body: """
                {"mappings":{"states":[{"sourceId":"1","targetId":"1","action":"MAP"}],"users":[{"sourceEmail":\
                "ada@example.com","targetUserId":"uuid","action":"MAP"}]}}
                """),
        "updateForecast": Example(body: #"{"entityType":"testCase","entityId":"uuid"}"#),
        "caseForecast": Example(query: ["caseId*"]),
        "reindex": Example(body: #"{"indices":["repository-cases","test-runs","sessions"],"fresh":false}"#),
        "generateReport": Example(
            body: """
                {"reportType":"test-execution","projectId":"uuid","dateRange":{"from":"2024-01-01","to":"2024-12-31"},\
                "filters":{"milestoneId":"uuid","assignedTo":"uuid"}}
                """),
        "typedReport": Example(
            body: #"{"projectId":"uuid","dateRange":{"from":"2024-01-01","to":"2024-12-31"}}"#),
        "listJobs": Example(query: ["status", "limit", "offset"]),
        "announceUpload": Example(
            body: #"{"fileName":"screenshot.png","fileSize":1024000,"contentType":"image/png"}"#),
        "search": Example(query: ["q*", "type", "project", "limit", "offset"]),
        "advancedSearch": Example(
            body: """
                {"query":"authentication test","filters":{"type":["repository_cases","sessions"],"projectId":"uuid",\
                "tags":["authentication"],"dateRange":{"field":"createdAt","from":"2024-01-01","to":"2024-12-31"}},\
                "sort":[{"_score":{"order":"desc"}}],"limit":25,"offset":0}
                """),
        "exportCases": Example(query: ["projectId*", "format", "folderId"]),
    ]
}
