import Engine
import Formats
import Model
import Wire

/// `POST /api/import_feature`: Gherkin features as folders and tests, without a run.
enum FeatureImport {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await JUnitImport.form(call, engine)
        var features: [GherkinFeature] = []
        for file in form.files { features.append(try read(file)) }
        let order = try ImportOrder(form, call) { _ in true }
        let found = features
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let plan = try order.planImport(work)
            let writer = try FeatureWriter(work, plan)
            for feature in found { try writer.take(feature) }
            let outcome = writer.outcome
            return .json([
                "total": .integer(outcome.total), "created": .integer(outcome.created),
                "updated": .integer(outcome.updated), "unchanged": .integer(outcome.unchanged),
                "suites": .array(outcome.folders.map { .integer($0) }),
                "tests": .array(outcome.cases.map { .integer($0) }), "warnings": [],
            ])
        }
    }

    private static func read(_ file: SpooledFile) throws(DomainError) -> GherkinFeature {
        let reader = GherkinReader()
        func refused(_ error: ReportError) -> DomainError {
            .invalid("file", "\(file.fileName): \(error.description)")
        }
        try Pieces.each(file) { piece throws(DomainError) in
            do throws(ReportError) { try reader.feed(piece) } catch { throw refused(error) }
        }
        do throws(ReportError) { return try reader.finish() } catch { throw refused(error) }
    }
}

/// `POST /api/import_feature_results`: Cucumber's JSON results as one run of a plan.
enum FeatureResultImport {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await JUnitImport.form(call, engine)
        let order = try ImportOrder(form, call) { file in
            if file.fileName.lowercased().hasSuffix(".json") { return true }
            return Pieces.start(file).drop { $0 == "\u{FEFF}" || $0.isWhitespace }.hasPrefix("[")
        }
        guard !order.reports.isEmpty else { throw .invalid("file", "There is no result file among the files.") }
        try order.keepFiles(engine)
        let found = order
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            var plan = try found.planImport(work)
            plan.source = "CUCUMBER"
            let recorder = try PlanRecorder(work, plan)
            for file in found.reports { try read(file, recorder) }
            let outcome = try recorder.finish()
            let warnings = try found.attach(outcome, work)
            return ImportOrder.reply(outcome, project: plan.project, warnings, call)
        }
    }

    private static func read(_ file: SpooledFile, _ recorder: PlanRecorder) throws(DomainError) {
        let reader = CucumberReader()
        func refused(_ error: ReportError) -> DomainError {
            .invalid("file", "\(file.fileName): \(error.description)")
        }
        try Pieces.each(file) { piece throws(DomainError) in
            let scenarios: [CucumberScenario]
            do throws(ReportError) { scenarios = try reader.feed(piece) } catch { throw refused(error) }
            for scenario in scenarios { try recorder.add(result(scenario)) }
        }
        do throws(ReportError) { try reader.finish() } catch { throw refused(error) }
    }

    private static func result(_ scenario: CucumberScenario) -> PlanResult {
        let feature = ReportText.trimmed(scenario.feature)
        var result = PlanResult(
            folders: feature.isEmpty ? [] : [feature], name: String(scenario.name.prefix(1000)),
            outcome: scenario.outcome)
        result.time = scenario.time
        let messages = scenario.steps.compactMap(\.message)
        result.text = messages.isEmpty ? nil : messages.joined(separator: "\n")
        for step in scenario.steps {
            result.steps.append(
                ReportStep(text: step.text, actual: step.message, time: step.time, outcome: step.outcome))
        }
        return result
    }
}
