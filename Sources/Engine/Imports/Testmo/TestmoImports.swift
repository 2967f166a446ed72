public import Model
import Statements
import Store

/// The import of a Testmo export: upload, analysis, configuration, execution (TestPlanIt API, Testmo import).
extension Writing {
    /// Notes the upload of an export and the import that will read it.
    public func announceTestmoImport(
        fileName: String, size: Int64, mediaType: String
    ) throws(DomainError) -> (file: StoredFile, job: JobKey) {
        try requireAdministrator()
        let file = try announceFile(name: fileName, mediaType: mediaType, size: size, .importFile)
        let id = try insert(
            "TestmoImportJob",
            [
                Draft([
                    "fileName": .text(fileName), "fileKey": .text(file.key),
                    "fileSizeBytes": size > 0 ? .int(size) : .null,
                ])
            ])[0]
        // Files are the engine's own rows; nobody names them in a draft.
        try apply(schema["TestmoImportJob"], [Change(id, set: ["storedFileId": .int(file.id)])])
        return (file, JobKey(id: id, uid: try row("TestmoImportJob", .id(id), fields: ["id", "uid"]).uid))
    }

    /// Begins the analysis of an uploaded export.
    public func analyseTestmo(fileKey: String, fileName: String?) throws(DomainError) -> Row {
        try requireAdministrator()
        let query = Query("TestmoImportJob", where: .equals("fileKey", .text(fileKey)))
        guard let job = try first(query) else { throw .invalid("fileKey", "fileKey names no upload") }
        guard let file = try anyFile(fileKey), file.state == "STORED" else {
            throw .invalid("fileKey", "nothing was uploaded to fileKey")
        }
        guard job.text("phase") == "UPLOADING" else { throw .conflict("the import has begun already") }
        var values: [String: Value] = [
            "phase": "ANALYZING", "status": "QUEUED", "fileSizeBytes": .int(file.size), "progress": 0,
        ]
        if let fileName { values["fileName"] = .text(fileName) }
        try update("TestmoImportJob", [Change(job.id, set: values)])
        try enqueue(NewJob(TestmoJobs.analyse, ["job": .integer(job.id)]))
        return try row("TestmoImportJob", .id(job.id))
    }

    /// Keeps what becomes of the rows; every `MAP` must name a row.
    public func configureTestmo(_ key: RowKey, _ mappings: JSON, options: JSON) throws(DomainError) -> Row {
        try requireAdministrator()
        let job = try row("TestmoImportJob", key)
        guard job.text("status") == "READY" else { throw .conflict("the import does not wait for a configuration") }
        let settled = try TestmoConfiguration.checked(mappings, in: self)
        var values: [String: Value] = ["configuration": .text(settled.text)]
        if !options.isNull { values["options"] = .text(options.text) }
        try update("TestmoImportJob", [Change(job.id, set: values)])
        return try row("TestmoImportJob", .id(job.id))
    }

    /// Queues the import itself.
    public func executeTestmo(_ key: RowKey) throws(DomainError) -> (row: Row, queued: JobKey) {
        try requireAdministrator()
        let job = try row("TestmoImportJob", key)
        try lockRows("TestmoImportJob", [job.id])
        guard try row("TestmoImportJob", key).text("status") == "READY" else {
            throw .conflict("the import is not ready to be executed")
        }
        let values: [String: Value] = ["phase": "IMPORTING", "status": "QUEUED", "progress": 0, "error": .null]
        try update("TestmoImportJob", [Change(job.id, set: values)])
        guard let queued = try enqueue(NewJob(TestmoJobs.run, ["job": .integer(job.id)])) else {
            throw .conflict("the import is queued already")
        }
        return (try row("TestmoImportJob", .id(job.id)), queued)
    }

    /// Stops an import; what it has written stays.
    public func cancelTestmo(_ key: RowKey) throws(DomainError) -> Row {
        try requireAdministrator()
        let job = try row("TestmoImportJob", key)
        guard !["COMPLETED", "FAILED", "CANCELED"].contains(job.text("status")) else {
            throw .conflict("the import has ended")
        }
        let values: [String: Value] = [
            "cancelRequested": true, "status": "CANCELED", "error": "Canceled", "canceledAt": .int(time),
        ]
        try update("TestmoImportJob", [Change(job.id, set: values)])
        return try row("TestmoImportJob", .id(job.id))
    }

    /// Forgets an import that does not run; what it has imported stays.
    public func deleteTestmo(_ key: RowKey) throws(DomainError) {
        try requireAdministrator()
        let job = try row("TestmoImportJob", key)
        guard job.text("status") != "RUNNING" else { throw .conflict("the import runs; cancel it first") }
        try delete("TestmoImportJob", ids: [job.id])
    }
}

/// What becomes of rows that are not simply made.
enum TestmoConfiguration {
    /// Dataset, our entity and the field that names a row.
    static let mapped: [(dataset: String, entity: String, name: String)] = [
        ("states", "Workflow", "name"), ("statuses", "Status", "name"), ("templates", "Template", "templateName"),
        ("roles", "Role", "name"), ("tags", "Tag", "name"), ("milestoneTypes", "MilestoneType", "name"),
        ("configurations", "Configuration", "name"), ("groups", "Group", "name"), ("users", "User", "name"),
    ]

    /// The mappings with every target as our integer id. Throws `.invalid` with each one that names nothing.
    static func checked(_ mappings: JSON, in work: Writing) throws(DomainError) -> JSON {
        guard mappings.object != nil else { throw .invalid("mappings", "mappings must be an object") }
        var issues: [Issue] = []
        var result = JSONObject()
        for (name, entity, _) in mapped {
            guard let given = mappings[name] else { continue }
            guard let list = given.array, list.count <= 10_000 else {
                issues.append(Issue(field: "mappings.\(name)", message: "mappings.\(name) must be an array"))
                continue
            }
            var kept: [JSON] = []
            for (index, element) in list.enumerated() {
                let field = "mappings.\(name)[\(index)]"
                let source = element[name == "users" ? "sourceEmail" : "sourceId"] ?? element["sourceId"]
                guard let source, source.string != nil || source.integer != nil else {
                    issues.append(Issue(field: "\(field).sourceId", message: "\(field).sourceId is required"))
                    continue
                }
                var target = JSON.null
                if element["action"]?.string == "MAP" {
                    let key = (element["targetId"] ?? element["targetUserId"]).flatMap { RowKey($0) }
                    let row = try key.map { key throws(DomainError) in
                        try work.find(entity, [key], fields: ["id"]).first
                    }
                    guard let row = row ?? nil else {
                        issues.append(
                            Issue(field: "\(field).targetId", message: "\(field).targetId names no \(entity)"))
                        continue
                    }
                    target = .integer(row.id)
                }
                kept.append(["source": .string(source.string ?? source.text), "target": target])
            }
            result[name] = .array(kept)
        }
        if !issues.isEmpty { throw .invalid(issues) }
        return .object(result)
    }
}
