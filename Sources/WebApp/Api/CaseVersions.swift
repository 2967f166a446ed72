import Engine
import HTTPTypes
import Model
import Wire

/// What a case said before.
enum CaseVersions {
    static let routes: [Route] = [
        Endpoint.get("/cases/{id}/versions", "cases.versions", list),
        Endpoint.get("/cases/{id}/versions/{number}", "cases.version", get),
        Endpoint.change(.post, "/cases/{id}/versions/{number}/restore", "cases.version.restore", restore),
    ]

    private static let list: Endpoint.Read = { ask, work throws(DomainError) in
        let id = try ask.id()
        _ = try work.row("RepositoryCase", .id(id), fields: ["id"])
        let rows = try work.find(
            Query(
                "RepositoryCaseVersion", where: .equals("repositoryCaseId", .int(id)) && .equals("isDeleted", false),
                fields: ["id", "version", "createdAt", "creatorName"], order: [.by("version", .descending)],
                page: .init(limit: 500)))
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.versions, rows) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.version, row["version"])
                        writer.put(.at, row["createdAt"])
                        writer.put(.by, row["creatorName"])
                    }
                }
            }
        }
    }

    /// One version, its documents parsed.
    private struct Version {
        let row: Row
        let steps: [JSON]
        let tags: [String]
        let texts: [String: Value]

        init(_ ask: Ask, in work: Reading) throws(DomainError) {
            let filter =
                Filter.equals("repositoryCaseId", .int(try ask.id()))
                && .equals("version", .int(try ask.id("number")))
            guard let row = try work.first(Query("RepositoryCaseVersion", where: filter)) else {
                throw .notFound("RepositoryCaseVersion")
            }
            self.row = row
            steps = Version.list(row["steps"])
            tags = Version.list(row["tags"]).compactMap { $0["name"]?.string }
            var texts: [String: Value] = [:]
            for value in try work.find(Query("CaseFieldVersionValue", where: .equals("versionId", .int(row.id)))) {
                texts[value.text("field").lowercased()] = value["value"]
            }
            self.texts = texts
        }

        private static func list(_ value: Value) -> [JSON] {
            guard let text = value.string else { return [] }
            do throws(JSONSyntaxError) {
                return try JSONReader.parse(text).array ?? []
            } catch {
                return []
            }
        }
    }

    private static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let version = try Version(ask, in: work)
        let priorities = try work.priorities()
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.version, version.row["version"])
                writer.put(.at, version.row["createdAt"])
                writer.put(.by, version.row["creatorName"])
                writer.put(.title, version.row["name"])
                writer.put(.description, rich: version.texts["description"] ?? .null)
                writer.put(.preconditions, "")
                writer.put(.expected, rich: version.texts["expected result"] ?? .null)
                let stored = version.texts["priority"]
                writer.put(.priority, priorities.first { $0.stored == stored }?.word)
                writer.put(.state, version.row["stateName"])
                writer.put(.estimate, version.row["estimate"])
                try writer.array(.tags, version.tags) { writer, tag throws(DomainError) in writer.value(tag) }
                try writer.array(.steps, version.steps) { writer, step throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, step["id"]?.integer)
                        writer.put(.action, RichText.plain(step["step"] ?? .null))
                        writer.put(.expected, RichText.plain(step["expectedResult"] ?? .null))
                    }
                }
            }
        }
    }

    private static let restore: Endpoint.Write = { order, work throws(DomainError) in
        let version = try Version(order.ask, in: work)
        var input = CaseInput()
        input.fields = [
            "name": version.row["name"], "stateId": version.row["stateId"], "estimate": version.row["estimate"],
        ]
        input.tags = version.tags
        input.steps = version.steps.map { step in
            CaseInput.Step(
                key: step["id"]?.integer.map { .id($0) }, action: step["step"] ?? .null,
                expected: step["expectedResult"] ?? .null, sharedGroup: step["sharedStepGroupId"]?.integer)
        }
        for (name, field) in [("description", "description"), ("expected result", "expected")] {
            let text = RichText.plain(version.texts[name] ?? .null)
            input.values.append((field, text.isEmpty ? .null : .string(text)))
        }
        let stored = version.texts["priority"]
        if let priority = try work.priorities().first(where: { $0.stored == stored }) {
            input.values.append(("priority", .string(priority.name)))
        }
        let id = try order.ask.id()
        try work.updateCase(id, input)
        return try Cases.show(id, in: work)
    }
}
