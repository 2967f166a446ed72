import Model
import Wire

/// The member names of REST answers, escaped once.
extension JSONKey {
    static let id: JSONKey = "id"
    static let numericId: JSONKey = "numericId"
    static let projectId: JSONKey = "projectId"
    static let folderId: JSONKey = "folderId"
    static let parentId: JSONKey = "parentId"
    static let milestoneId: JSONKey = "milestoneId"
    static let configurationId: JSONKey = "configurationId"
    static let templateId: JSONKey = "templateId"
    static let repositoryCaseId: JSONKey = "repositoryCaseId"
    static let testRunId: JSONKey = "testRunId"
    static let testRunCaseId: JSONKey = "testRunCaseId"
    static let stepId: JSONKey = "stepId"
    static let fieldId: JSONKey = "fieldId"

    static let data: JSONKey = "data"
    static let total: JSONKey = "total"
    static let limit: JSONKey = "limit"
    static let offset: JSONKey = "offset"

    static let createdAt: JSONKey = "createdAt"
    static let updatedAt: JSONKey = "updatedAt"
    static let createdBy: JSONKey = "createdBy"
    static let updatedBy: JSONKey = "updatedBy"
    static let deleted: JSONKey = "deleted"

    static let name: JSONKey = "name"
    static let title: JSONKey = "title"
    static let key: JSONKey = "key"
    static let description: JSONKey = "description"
    static let settings: JSONKey = "settings"
    static let allowPublicAccess: JSONKey = "allowPublicAccess"
    static let requireApproval: JSONKey = "requireApproval"
    static let icon: JSONKey = "icon"
    static let color: JSONKey = "color"
    static let isCompleted: JSONKey = "isCompleted"
    static let completedAt: JSONKey = "completedAt"
    static let order: JSONKey = "order"
    static let caseCount: JSONKey = "caseCount"

    static let steps: JSONKey = "steps"
    static let action: JSONKey = "action"
    static let expected: JSONKey = "expected"
    static let expectedResult: JSONKey = "expectedResult"
    static let tags: JSONKey = "tags"
    static let automationStatus: JSONKey = "automationStatus"
    static let automated: JSONKey = "automated"
    static let estimate: JSONKey = "estimate"
    static let priority: JSONKey = "priority"
    static let state: JSONKey = "state"
    static let customFields: JSONKey = "customFields"
    static let systemName: JSONKey = "systemName"
    static let type: JSONKey = "type"
    static let value: JSONKey = "value"
    static let attachments: JSONKey = "attachments"
    static let url: JSONKey = "url"
    static let mimeType: JSONKey = "mimeType"
    static let size: JSONKey = "size"
    static let version: JSONKey = "version"
    static let source: JSONKey = "source"
    static let className: JSONKey = "className"

    static let status: JSONKey = "status"
    static let statusName: JSONKey = "statusName"
    static let testRunType: JSONKey = "testRunType"
    static let testCases: JSONKey = "testCases"
    static let testCaseCount: JSONKey = "testCaseCount"
    static let testCasesTruncated: JSONKey = "testCasesTruncated"
    static let results: JSONKey = "results"
    static let resultsTruncated: JSONKey = "resultsTruncated"
    static let assignedTo: JSONKey = "assignedTo"
    static let executedAt: JSONKey = "executedAt"
    static let executedBy: JSONKey = "executedBy"
    static let duration: JSONKey = "duration"
    static let attempts: JSONKey = "attempts"
    static let attempt: JSONKey = "attempt"
    static let notes: JSONKey = "notes"
    static let stepResults: JSONKey = "stepResults"
}

extension JSONWriter {
    /// What every entity of the reference carries at its end; the layout needs the UUIDs of both users.
    mutating func common(_ row: Row, creator: String, editor: String = "updatedById") {
        key(.createdAt)
        time(row["createdAt"])
        key(.updatedAt)
        time(row["updatedAt"])
        key(.createdBy)
        value(row["\(creator)#uid"])
        key(.updatedBy)
        value(row["\(editor)#uid"])
        key(.deleted)
        value(row.flag("isDeleted"))
    }
}
