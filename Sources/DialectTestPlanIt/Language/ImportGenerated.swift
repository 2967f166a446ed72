import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/repository/import-generated-test-cases`: proposals that a person has chosen become cases.
enum ImportGenerated {
    private static let most = 200

    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let project = input.required("projectId", input.key("projectId"))
        let list = input.required("testCases", input.array("testCases")) ?? []
        if list.isEmpty, input.issues.isEmpty { input.fail("testCases", "must not be empty") }
        if list.count > most { input.fail("testCases", "has more than \(most) elements") }
        var common = JSONObject()
        for name in ["projectId", "folderId", "templateId"] { common[name] = input.object[name] }
        var bodies: [CaseBody] = []
        for (index, element) in list.prefix(most).enumerated() {
            guard let object = element.object else {
                input.fail("testCases[\(index)]", "must be an object")
                continue
            }
            do throws(DomainError) {
                bodies.append(try CaseBody(ImportGenerated.object(object, common), .create))
            } catch {
                for issue in error.issues { input.fail("testCases[\(index)].\(issue.field)", issue.message) }
            }
        }
        try input.finish()
        guard let project else { throw .invalid("projectId", "projectId is required") }
        let cases = bodies
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.named("Project", project, by: "projectId")
            var inputs: [CaseInput] = []
            for body in cases { inputs.append(try body.input(project: row.id, in: work)) }
            let ids = try work.createCases(project: row.id, inputs)
            var uids: [Int64: String] = [:]
            for row in try work.find("RepositoryCase", ids.map { .id($0) }, fields: ["id", "uid", "name"]) {
                uids[row.id] = row.uid
            }
            let shown = zip(ids, inputs).map { id, input -> JSON in
                [
                    "id": .integer(id), "uuid": .string(uids[id] ?? ""),
                    "name": .string(input.fields["name"]?.string ?? ""),
                ]
            }
            return .json([
                "success": true, "imported": .integer(Int64(ids.count)), "total": .integer(Int64(list.count)),
                "cases": .array(shown),
            ])
        }
    }

    /// A proposal in the form of a case's body.
    private static func object(_ given: JSONObject, _ common: JSONObject) -> JSONObject {
        var object = common
        object["title"] = given["title"] ?? given["name"]
        for name in ["description", "steps", "tags", "priority", "automated"] { object[name] = given[name] }
        var fields: [JSON] = given["customFields"]?.array ?? []
        for member in given["fieldValues"]?.object?.members ?? [] {
            fields.append(["name": .string(member.name), "value": member.value])
        }
        if !fields.isEmpty { object["customFields"] = .array(fields) }
        return object
    }
}
