import Engine
import Foundation
import HTTPTypes
import Model
import Wire

/// `/api/imports/testmo` (TestPlanIt API, Testmo import).
enum TestmoHandlers {
    static let routes: [Route] = [
        Route(.post, "/api/imports/testmo/upload-url", "announceTestmo", announce),
        Route(.get, "/api/imports/testmo/jobs", "listTestmoJobs", list),
        Route(.post, "/api/imports/testmo/jobs", "createTestmoJob", create),
        Route(.get, "/api/imports/testmo/jobs/{jobId}", "getTestmoJob", get),
        Route(.post, "/api/imports/testmo/jobs/{jobId}", "steerTestmoJob", steer),
        Route(.delete, "/api/imports/testmo/jobs/{jobId}", "deleteTestmoJob", delete),
        Route(.get, "/api/imports/testmo/jobs/{jobId}/analysis", "testmoAnalysis", analysis),
        Route(.get, "/api/imports/testmo/jobs/{jobId}/datasets", "testmoDatasets", datasets),
        Route(.get, "/api/imports/testmo/jobs/{jobId}/datasets/{dataset}", "testmoDataset", dataset),
        Route(.put, "/api/imports/testmo/jobs/{jobId}/configuration", "configureTestmo", configure),
        Route(.post, "/api/imports/testmo/jobs/{jobId}/configuration", "postTestmoConfiguration", configure),
        Route(.post, "/api/imports/testmo/jobs/{jobId}/import", "executeTestmo", execute),
    ]

    private static func announce(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object = try await call.object()
        let (file, job) = try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            var input = Input(object)
            let name = input.required("fileName", input.text("fileName"))
            let size = input.count("fileSize").value ?? 0
            let type = input.text("contentType").value ?? "application/octet-stream"
            if size > Engine.importLimit { input.fail("fileSize", "must be at most \(Engine.importLimit) bytes") }
            if !MediaType.isValid(type) { input.fail("contentType", "must be a media type") }
            try input.finish()
            return try work.announceTestmoImport(fileName: name ?? "", size: size, mediaType: type)
        }
        let expires = engine.world.now() + Engine.uploadLifetime
        let url = UploadHandlers.address(file, expires, call, engine)
        return .json([
            "uploadUrl": .string(url), "fileKey": .string(file.key), "jobId": .string(job.uid), "url": .string(url),
            "key": .string(file.key), "bucket": "local", "method": "PUT", "expires": .string(Timestamp.text(expires)),
        ])
    }

    // MARK: Spelling

    private static func status(_ job: Row) -> String {
        switch job.text("status") {
        case "COMPLETED": return "COMPLETED"
        case "FAILED", "CANCELED": return "FAILED"
        default: return job.text("phase") == "FINALIZING" ? "IMPORTING" : job.text("phase")
        }
    }

    private static let resultNames = [
        "projectsImported", "testCasesImported", "testRunsImported", "usersImported", "milestonesImported",
        "foldersImported", "resultsImported", "sessionsImported",
    ]

    private static func members(_ job: Row) -> [(String, JSON)] {
        var result: [(String, JSON)] = []
        let known = JSON.stored(job["result"])
        for name in resultNames { result.append((name, known[name] ?? 0)) }
        return [
            ("id", .string(job.uid)), ("status", .string(status(job))),
            ("progress", .integer(job["progress"].integer ?? 0)),
            ("currentPhase", .string(job["statusMessage"].string ?? phrase(job))),
            ("error", job["error"].string.map { .string($0) } ?? .null), ("result", .members(result)),
            ("job", rowJSON(job)),
        ]
    }

    private static func phrase(_ job: Row) -> String {
        switch status(job) {
        case "UPLOADING": "Waiting for the upload"
        case "ANALYZING": "Analyzing the export"
        case "CONFIGURING": "Waiting for the configuration"
        case "IMPORTING": "Importing"
        case "COMPLETED": "Completed"
        default: "Failed"
        }
    }

    /// The row of the import, as the RPC shows it.
    private static func rowJSON(_ job: Row) -> JSON {
        let documents: Set<String> = [
            "analysis", "configuration", "options", "summary", "result", "entityProgress", "activityLog",
        ]
        let times: Set<String> = ["createdAt", "updatedAt", "startedAt", "completedAt", "canceledAt"]
        let hidden: Set<String> = ["uid", "epoch", "storedFileId"]
        var members: [(String, JSON)] = []
        for name in job.layout.names where !hidden.contains(name) && !name.hasSuffix("#uid") {
            let value = job[name]
            if name == "id" {
                members.append(("id", .string(job.uid)))
            } else if documents.contains(name) {
                members.append((name, JSON.stored(value)))
            } else if times.contains(name) {
                members.append((name, value.integer.map { .string(Timestamp.text($0)) } ?? .null))
            } else if name == "cancelRequested" {
                members.append((name, .bool(job.flag(name))))
            } else {
                members.append((name, value.string.map { .string($0) } ?? value.integer.map { .integer($0) } ?? .null))
            }
        }
        return .members(members)
    }

    private static func single(_ job: Row, status: HTTPResponse.Status = .ok) -> Reply {
        .json(.members(members(job)), status: status)
    }

    // MARK: Jobs

    private static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: 100)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            let query = Query(
                "TestmoImportJob", order: [.by("createdAt", .descending), .by("id", .descending)], page: paging.page)
            let jobs = try work.find(query).map { JSON.members(members($0)) }
            return .json(["jobs": .array(jobs)])
        }
    }

    private static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object = try await call.object()
        let job = try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            var input = Input(object)
            let key = input.text("fileKey", "key")
            let name = input.text("fileName").value
            let wanted = input.required("fileKey", key)
            try input.finish()
            return try work.analyseTestmo(fileKey: wanted ?? "", fileName: name)
        }
        return single(job, status: .created)
    }

    private static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            return single(try work.row("TestmoImportJob", key))
        }
    }

    private static func steer(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        let object = try await call.object()
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            var input = Input(object)
            _ = input.required("action", input.word("action", ["CANCEL"]))
            try input.finish()
            return single(try work.cancelTestmo(key))
        }
    }

    private static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        try await engine.write(as: call.caller) { work throws(DomainError) in try work.deleteTestmo(key) }
        return .success
    }

    // MARK: Analysis

    private static func rows(_ job: Row, in work: Reading) throws(DomainError) -> [Row] {
        try work.find(
            Query("TestmoImportDataset", where: .equals("jobId", .int(job.id)), order: [.by("id")]))
    }

    private static func head(_ row: Row) -> [(String, JSON)] {
        [
            ("id", .integer(row.id)), ("name", .string(row.text("name"))),
            ("rowCount", .integer(row["rowCount"].integer ?? 0)),
            ("sampleRowCount", .integer(row["sampleRowCount"].integer ?? 0)),
            ("truncated", .bool(row.flag("truncated"))),
        ]
    }

    private static func analysis(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            let job = try work.row("TestmoImportJob", key)
            let found = try rows(job, in: work)
            let datasets = found.map { row in
                JSON.members(head(row) + [("sampleData", JSON.stored(row["sampleRows"]))])
            }
            let isReady = !["UPLOADING", "ANALYZING"].contains(status(job)) && !found.isEmpty
            let summary = JSON.stored(job["summary"])
            return .json([
                "ready": .bool(isReady), "datasets": .array(datasets), "summary": summary.isNull ? [:] : summary,
                "analysis": try existing(found, in: work),
            ])
        }
    }

    /// What of the samples has a row of the same name here already.
    private static func existing(_ datasets: [Row], in work: Reading) throws(DomainError) -> JSON {
        let kinds = [
            ("states", "Workflow", "name"), ("statuses", "Status", "name"), ("templates", "Template", "templateName"),
            ("tags", "Tag", "name"), ("milestone_types", "MilestoneType", "name"), ("configs", "Configuration", "name"),
            ("users", "User", "email"),
        ]
        var found: [(String, JSON)] = []
        for (dataset, entity, field) in kinds {
            guard let row = datasets.first(where: { $0.text("name") == dataset }) else { continue }
            let member = dataset == "users" ? "email" : "name"
            let names = (JSON.stored(row["sampleRows"]).array ?? []).compactMap { $0[member]?.string }
            let same = try work.find(
                Query(entity, where: .oneOf(field, names.map { .text($0) }), fields: ["id", field]))
            found.append((dataset, .array(same.map { ["id": .integer($0.id), "name": .string($0.text(field))] })))
        }
        return ["warnings": [], "ambiguousEntities": [:], "existingEntities": .members(found)]
    }

    private static func datasets(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            let found = try rows(try work.row("TestmoImportJob", key), in: work)
            return .json(["datasets": .array(found.map { .members(head($0)) })])
        }
    }

    private static func dataset(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        let name = call.parameter("dataset")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            let found = try rows(try work.row("TestmoImportJob", key), in: work)
            guard let row = found.first(where: { $0.text("name") == name || "\($0.id)" == name || $0.uid == name })
            else {
                throw .notFound("Dataset")
            }
            let members: [(String, JSON)] = [
                ("schema", JSON.stored(row["schema"])), ("sampleRows", JSON.stored(row["sampleRows"])),
            ]
            return .json(["dataset": .members(head(row) + members)])
        }
    }

    // MARK: Execution

    private static func configure(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        let object = try await call.object(limit: 16 << 20)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            let mappings = object["mappings"] ?? object["configuration"]?["mappings"] ?? object["configuration"]
            guard let mappings else { throw .invalid("mappings", "mappings is required") }
            let job = try work.configureTestmo(key, mappings, options: object["options"] ?? .null)
            return .json(
                .members([("success", .bool(true)), ("configuration", mappings)] + members(job)))
        }
    }

    private static func execute(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "TestmoImportJob")
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let (job, queued) = try work.executeTestmo(key)
            return .json(.members(members(job) + [("queueJobId", .string(queued.uid))]), status: .accepted)
        }
    }
}
