import Engine
import Model
import Wire

/// Recording runs (PractiTest API, Runs).
enum RunChanges {
    /// The files of one run, at their places already.
    private struct RunFiles: Sendable {
        var run: [NewFile] = []
        var steps: [Int: [NewFile]] = [:]
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        let (elements, _) = try request.elements()
        let files = try await files(elements, engine)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let drafting = Drafting(work, project)
            var elements = elements
            let known = try Instances.kind.known(
                elements.compactMap { Names.id($0.member("instance-id")) }, project, work)
            var attempts: [Attempt] = []
            var seen: Set<Int64> = []
            for index in elements.indices {
                let instance = Instances.known("instance-id", "instance", known, &elements[index])
                if let instance, !seen.insert(instance).inserted {
                    elements[index].fail("instance-id", "the instance \(instance) stands twice in the request")
                }
                var attempt = try attempt(&elements[index], files[index], drafting)
                attempt.instance = instance ?? 0
                attempts.append(attempt)
            }
            try Entry.finish(elements)
            let ids = try work.recordAttempts(attempts, book: try drafting.fields())
            return .bulk(try Runs.kind.bytes(ids, request.rendering(work, project)), count: ids.count)
        }
    }

    /// `steps` beside the attributes or among them.
    private static func steps(_ element: Entry) -> [JSON] {
        for given in [element.beside.member("steps"), element.member("steps")] {
            if let array = given?.object?.member("data")?.array ?? given?.array, !array.isEmpty { return array }
        }
        return []
    }

    private static func fields(_ step: JSON) -> JSONObject {
        step.object?.member("attributes")?.object ?? step.object ?? JSONObject()
    }

    private static func files(_ elements: [Entry], _ engine: Engine) async throws(DomainError) -> [RunFiles] {
        var uploads = Uploads()
        var read: [(run: [Uploads.File], steps: [Int: [Uploads.File]])] = []
        for element in elements {
            let given = element.beside.member("files") ?? element.member("files")
            let own = uploads.read(given, at: "\(element.pointer)/files/data")
            var below: [Int: [Uploads.File]] = [:]
            for (index, step) in steps(element).enumerated() {
                let given = step.object?.member("files") ?? fields(step).member("files")
                let files = uploads.read(given, at: "\(element.pointer)/steps/data/\(index)/files/data")
                if !files.isEmpty { below[index] = files }
            }
            read.append((own, below))
        }
        if !uploads.issues.isEmpty { throw .invalid(uploads.issues) }
        var result: [RunFiles] = []
        for item in read {
            var files = RunFiles(run: try await Uploads.store(item.run, engine))
            for (index, below) in item.steps { files.steps[index] = try await Uploads.store(below, engine) }
            result.append(files)
        }
        return result
    }

    private static func attempt(
        _ element: inout Entry, _ files: RunFiles, _ drafting: Drafting
    ) throws(DomainError) -> Attempt {
        var attempt = Attempt(instance: 0)
        var wide = element.besideAttributes(["run-type", "run-date", "tester-id"])
        switch wide.text("run-type").value ?? "AutomatedRun" {
        case "AutomatedRun": attempt.isManual = false
        case "ManualRun": attempt.isManual = true
        default: wide.fail("run-type", "must be AutomatedRun or ManualRun")
        }
        let date = wide.time("run-date").value
        let tester = try drafting.person("tester-id", &wide)
        if attempt.isManual {
            attempt.executedAt = date
            attempt.executedBy = tester
        }
        element.absorb(wide)
        let code = element.text("exit-code")
        if let text = code.value {
            attempt.exitCode = Int64(text.filter { $0 != " " }) ?? (Double(text) == 0 ? 0 : 1)
        }
        attempt.seconds = element.duration("run-duration").value
        attempt.version = element.text("version").value
        let output = element.text("automated-execution-output").value
        attempt.output = attempt.isManual ? nil : output.map { String($0.prefix(255)) }
        attempt.values = try drafting.customValues(&element)
        try drafting.requireMandatory(.result, attempt.values, &element)
        attempt.files = files.run
        for (index, step) in steps(element).enumerated() {
            attempt.steps.append(outcome(step, index, files.steps[index] ?? [], &element))
        }
        return attempt
    }

    private static func outcome(
        _ step: JSON, _ index: Int, _ files: [NewFile], _ element: inout Entry
    ) -> Attempt.StepOutcome {
        let object = fields(step)
        func text(_ name: String) -> String? { object.member(name).flatMap { Names.text($0) } }
        var verdict = Verdict.untested
        if let word = text("status"), !word.isEmpty {
            if let known = Verdict(word: word), known != .incomplete {
                verdict = known
            } else {
                element.failBeside(
                    "steps/data/\(index)/status", "must be one of PASSED, FAILED, BLOCKED, NO RUN, N/A")
            }
        }
        let name = text("name") ?? ""
        var outcome = Attempt.StepOutcome(
            name: name.allSatisfy(\.isWhitespace) ? "Step \(index + 1)" : String(name.prefix(1000)),
            description: text("description"), expected: text("expected-results"), actual: text("actual-results"),
            verdict: verdict)
        outcome.files = files
        return outcome
    }

    // MARK: With a test and an instance made on the way

    static func autoCreate(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        let element = try request.element()
        let files = try await files([element], engine)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let drafting = Drafting(work, project)
            var element = element
            let sets = try Sets.kind.known([Names.id(element.member("set-id")) ?? 0], project, work)
            let set = Instances.known("set-id", "set", sets, &element) ?? 0
            var attempt = try attempt(&element, files[0], drafting)
            let found = try test(&element, drafting)
            try element.finish()
            var meta: [(String, JSON)] = []
            let test: Int64
            switch found {
            case .known(let id): test = id
            case .new(let draft):
                test = try TestChanges.store([draft], drafting).first ?? 0
                meta.append(("created-test", .integer(test)))
            }
            let member = try work.first(
                Query(
                    "TestRunCase",
                    where: .equals("testRunId", .int(set)) && .equals("repositoryCaseId", .int(test)),
                    fields: ["id"], order: [.by("id")]))
            if let member {
                attempt.instance = member.id
            } else {
                attempt.instance = try work.addInstances([InstanceDraft(run: set, caseId: test)]).first ?? 0
                meta.append(("created-instance", .integer(attempt.instance)))
            }
            let ids = try work.recordAttempts([attempt], book: try drafting.fields())
            var writer = JSONWriter(capacity: 1024)
            writer.beginObject()
            writer.key("data")
            writer.raw(try Runs.kind.bytes(ids, request.rendering(work, project)))
            writer.key("meta")
            writer.value(.members(meta))
            writer.endObject()
            return .json(writer.bytes)
        }
    }

    private enum FoundTest {
        case known(Int64)
        case new(TestChanges.CaseDraft)
    }

    /// The test with the id, else the first of the name, else a new one.
    private static func test(_ element: inout Entry, _ drafting: Drafting) throws(DomainError) -> FoundTest {
        if let id = element.id("test-id").value {
            if try Tests.kind.known([id], drafting.project, drafting.work).isEmpty {
                element.fail("test-id", "there is no test \(id)")
            }
            return .known(id)
        }
        let given = element.member("test-attributes") ?? element.beside.member("test-attributes")
        var inner = Entry(given?.object ?? JSONObject(), pointer: "\(element.pointer)/attributes/test-attributes")
        guard let name = inner.text("name").value, !name.allSatisfy(\.isWhitespace) else {
            element.miss("test-id")
            return .known(0)
        }
        let known = try drafting.work.first(
            Query(
                "RepositoryCase", where: .equals("name", .text(name)) && Kind.live(drafting.project), fields: ["id"],
                order: [.by("id")]))
        if let known { return .known(known.id) }
        let draft = try TestChanges.draft(&inner, nil, drafting)
        element.absorb(inner)
        return .new(draft)
    }
}
