public import Model
import Statements

extension Writing {
    /// Completes the row of an import with what went wrong.
    public func noteImport(_ job: Int64, status: String, errors: JSON) throws(DomainError) {
        try apply(schema["ImportJob"], [Change(job, set: ["status": .text(status), "errors": .text(errors.text)])])
    }

    /// The row of an import of cases that is done.
    public func noteCaseImport(
        project: Int64, file: String, _ outcome: CaseSheet.Outcome, errors: JSON
    ) throws(DomainError) -> Int64 {
        let failed = Set(outcome.refusals.map(\.row)).count
        let names = [
            "kind", "status", "importedCount", "skippedCount", "failedCount", "totalCount", "errors", "options",
            "startedAt", "completedAt", "projectId", "createdById",
        ]
        let options: JSON = ["file": .string(String(file.prefix(500)))]
        let row: [Value] = [
            "CASES", "COMPLETED", .int(outcome.imported), .int(outcome.skipped), .int(failed), .int(outcome.total),
            .text(errors.text), .text(options.text), .int(time), .int(now), .int(project), .int(caller.userId),
        ]
        return try store(schema["ImportJob"], names, [row])[0]
    }
}
