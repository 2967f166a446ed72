import Engine
import HTTPTypes
import Model
import Wire

/// What is left of the older API (PractiTest API, Legacy).
enum Legacy {
    static let routes: [Route] = ["/api/automated_tests", "/api/v1/automated_tests"].enumerated().flatMap { place in
        let (index, base) = place
        let suffix = index == 0 ? "" : "V1"
        var routes = [
            Route(
                .post, "\(base)/upload_test_result", "uploadTestResult\(suffix)", access: .anyone, upload)
        ]
        if index == 1 { routes.append(Route(.get, "\(base)/next_test", "nextTest", nextTest)) }
        return routes
    }

    /// What an upload says, wherever it says it.
    private struct Upload: Sendable {
        var items: [(name: String, value: String)]
        var files: [NewFile] = []

        subscript(name: String) -> String? {
            items.first { Names.folded($0.name) == name && !$0.value.isEmpty }?.value
        }
    }

    static func upload(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let upload = try await read(call, engine)
        var caller = call.caller
        if caller.isAnonymous {
            guard let token = upload["api-token"] else {
                throw DomainError(.unauthenticated(.noToken), "Invalid API token")
            }
            caller = try await engine.authenticate(token: token, address: call.remoteAddress)
        }
        guard !caller.isReadOnly else { throw .forbidden("this token may only read") }
        let request = try await Request(
            Call(method: .post, path: call.path, query: QueryItems(), headers: [:], origin: call.origin))
        return try await engine.write(as: caller) { work throws(DomainError) in
            let (row, project) = try instance(upload, work)
            guard let code = upload["exit-code"] else { throw .invalid("?exit_code", "exit_code is missing") }
            var attempt = Attempt(instance: row)
            attempt.exitCode = Int64(code.filter { $0 != " " }) ?? 1
            attempt.output = upload["result"].map { String($0.prefix(255)) }
            attempt.files = upload.files
            let book = try work.customFields(project: project)
            let ids = try work.recordAttempts([attempt], book: book)
            return .resource(try Runs.kind.bytes(ids, request.rendering(work, project)))
        }
    }

    /// An instance by id, or by display id together with its project.
    private static func instance(
        _ upload: Upload, _ work: Reading
    ) throws(DomainError) -> (id: Int64, project: Int64) {
        guard let text = upload["instance-id"] else { throw .invalid("?instance_id", "instance_id is missing") }
        let unknown = DomainError.invalid(
            "?instance_id", "instance_id is invalid: there is no instance \(text.prefix(40))")
        var filter = Filter.related("repositoryCase", .some, .equals("isDeleted", false))
        if text.contains(":") {
            guard let project = upload["project-id"].flatMap({ Names.id($0) }) else {
                throw .invalid("?project_id", "project_id is missing")
            }
            filter = Instances.kind.inProject(project) && Instances.displayed(text)
        } else {
            guard let id = Names.id(text) else { throw unknown }
            filter = filter && .equals("id", .int(id)) && .related("testRun", .some, .equals("isDeleted", false))
        }
        guard let row = try work.first(Query("TestRunCase", where: filter, fields: ["id", "testRunId"])) else {
            throw unknown
        }
        let run = try work.row("TestRun", .id(row["testRunId"].integer ?? 0), fields: ["projectId"])
        return (row.id, run["projectId"].integer ?? 0)
    }

    private static func read(_ call: Call, _ engine: Engine) async throws(DomainError) -> Upload {
        var upload = Upload(items: call.query.items)
        switch call.mediaType {
        case "multipart/form-data":
            var reader = try MultipartReader(call)
            while let part = try await reader.next() {
                guard let name = fileName(part.name) else {
                    upload.items.append((part.name, try await reader.text()))
                    continue
                }
                let spooled = try await reader.spool(part, to: try engine.incomingFolder(), limit: Engine.fileLimit)
                upload.files.append(try Uploads.keep(spooled, Uploads.cleaned(name), engine))
            }
        case "application/x-www-form-urlencoded":
            upload.items += try await call.form(limit: 1 << 20).items
        default: break
        }
        return upload
    }

    /// `result_files[a.log]` names its file between the brackets.
    private static func fileName(_ part: String) -> String? {
        guard part.hasPrefix("result_files["), part.hasSuffix("]") else { return nil }
        let name = part.dropFirst(13).dropLast()
        return name.isEmpty ? nil : String(name)
    }

    /// What a remote runner should execute next; nothing waiting is an empty object.
    static func nextTest(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let client = call.query["client_id"]
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let wanted = client.flatMap { $0.isEmpty ? nil : $0 }
            guard let row = try work.nextWaitingInstance(kind: "xBotTest", clientType: wanted) else {
                return .json(JSON.object(JSONObject()))
            }
            let test = try work.row(
                "RepositoryCase", .id(row["repositoryCaseId"].integer ?? 0), fields: ["name", "automatedFields"])
            let fields = StoredJSON.object(test["automatedFields"])
            return .json([
                "id": .integer(row.id), "name": .string(test.text("name")),
                "script_path": fields["script_path"] ?? .null, "results_path": fields["results_path"] ?? .null,
                "num_of_results": fields["num_of_results"] ?? .null,
            ])
        }
    }
}
