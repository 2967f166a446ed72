import Engine
import HTTPTypes
import Model
import Wire

/// What a list selects.
struct Choice: Sendable {
    var filter: Filter
    var selection: Selection?
}

/// Handlers that all kinds of resources share.
enum Handlers {
    typealias Narrowing = @Sendable (Request, Reading, Int64) throws(DomainError) -> Choice

    static func list(_ kind: Kind, _ narrow: @escaping Narrowing) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let request = try await Request(call)
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                let project = try request.project(work)
                let choice = try narrow(request, work, project)
                let page = Page(request.parameters)
                let found = try work.page(
                    kind.entity, where: kind.inProject(project) && choice.filter, selection: choice.selection,
                    order: kind.order, limit: page.size, offset: page.offset)
                let bytes = try kind.bytes(found.ids, request.rendering(work, project))
                return .list(bytes, PageFrame(request: request, page: page, total: found.total))
            }
        }
    }

    static func get(_ kind: Kind) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let request = try await Request(call)
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                let project = try request.project(work)
                let row = try kind.row(try request.id("id", kind.singular), project, work)
                return .resource(try kind.bytes(rows: [row], request.rendering(work, project)))
            }
        }
    }

    /// The answer is the resource as it was.
    static func delete(
        _ kind: Kind, before: (@Sendable (Writing, Row, Int64) throws(DomainError) -> Void)? = nil
    ) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let request = try await Request(call)
            return try await engine.write(as: call.caller) { work throws(DomainError) in
                let project = try request.project(work)
                let row = try kind.row(try request.id("id", kind.singular), project, work)
                let bytes = try kind.bytes(rows: [row], request.rendering(work, project))
                if let before { try before(work, row, project) }
                try work.delete(kind.entity, ids: [row.id])
                return .resource(bytes)
            }
        }
    }

    /// POST of one thing or many; the reply is an object for exactly one.
    static func create(
        _ kind: Kind, _ make: @escaping @Sendable (Request, [Entry], Writing, Int64) throws(DomainError) -> [Int64]
    ) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let request = try await Request(call)
            return try await engine.write(as: call.caller) { work throws(DomainError) in
                let project = try request.project(work)
                let (elements, _) = try request.elements()
                let ids = try make(request, elements, work, project)
                let bytes = try kind.bytes(ids, request.rendering(work, project))
                return .bulk(bytes, count: ids.count)
            }
        }
    }

    /// PUT of one member.
    static func update(
        _ kind: Kind, _ change: @escaping @Sendable (Entry, Row, Writing, Int64) throws(DomainError) -> Void
    ) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let request = try await Request(call)
            return try await engine.write(as: call.caller) { work throws(DomainError) in
                let project = try request.project(work)
                let row = try kind.row(try request.id("id", kind.singular), project, work)
                try change(try request.element(), row, work, project)
                return .resource(try kind.bytes([row.id], request.rendering(work, project)))
            }
        }
    }
}

extension Request {
    /// The project of the path, or of the query or the body where the path names none (PractiTest API, Legacy).
    func project(_ work: Reading) throws(DomainError) -> Int64 {
        if !call.parameter("pid").isEmpty {
            let id = try id("pid", "Project")
            guard try !work.find("Project", [.id(id)], fields: ["id"]).isEmpty else {
                throw Refusal.missing("Project", id)
            }
            return id
        }
        guard let text = parameters["project-id"] ?? body.member("project-id").flatMap({ Names.text($0) }) else {
            throw .invalid("/project_id", "project_id is missing")
        }
        guard let id = Names.id(text), try !work.find("Project", [.id(id)], fields: ["id"]).isEmpty else {
            throw Refusal.missing("Project", String(text.prefix(40)))
        }
        return id
    }

    func rendering(_ work: Reading, _ project: Int64) -> Rendering {
        Rendering(
            work: work, project: project, wantsRelationships: parameters.isTrue("relationships"),
            wantsDuration: parameters.isTrue("duration"))
    }

    // MARK: Conditions of lists

    /// `name_exact` and `name_like`, or the same of titles.
    func named(_ field: String, titles: Bool = false) -> Filter {
        var filter = Filter.all
        let exact = (titles ? parameters["title-exact"] : nil) ?? parameters["name-exact"]
        let part = (titles ? parameters["title-like"] : nil) ?? parameters["name-like"]
        if let exact { filter = filter && .text(field, .equals, exact, .sensitive) }
        if let part { filter = filter && .text(field, .contains, part, .insensitive) }
        return filter
    }

    func oneOf(_ parameter: String, _ field: String) -> Filter {
        parameters.ids(parameter).map { .oneOf(field, $0.map { .int($0) }) } ?? .all
    }

    /// `filter-id` with its values, or `ptql`.
    func selection(
        _ subject: QuerySubject, _ work: Reading, _ project: Int64, prefix: String = ""
    ) throws(DomainError) -> Selection? {
        let view = parameters.id("\(prefix)filter-id")
        let query = prefix.isEmpty ? parameters["ptql"] : parameters["\(prefix)ptql"] ?? parameters["ptql"]
        let value = prefix.isEmpty ? parameters["autofilter-value"] : nil
        let subvalue = prefix.isEmpty ? parameters["sub-autofilter-value"] : nil
        let user = parameters.id("\(prefix)filter-user-id")
        if let query {
            guard view == nil, value == nil, subvalue == nil else {
                throw .invalid("?ptql", "ptql is invalid: it cannot stand beside a saved view")
            }
            do throws(DomainError) {
                return try work.selection(query, on: subject, project: project, user: user)
            } catch {
                throw Request.worded(error, "?ptql")
            }
        }
        guard let view else {
            guard value == nil, subvalue == nil else {
                throw .invalid("?autofilter-value", "autofilter-value is invalid: filter-id is missing")
            }
            return nil
        }
        do throws(DomainError) {
            return try work.selection(
                view: view, on: subject, project: project, user: user, value: value, subvalue: subvalue)
        } catch {
            throw Request.worded(error, "?\(prefix)filter-id")
        }
    }

    /// A refusal of the query language in the words of this API.
    static func worded(_ error: DomainError, _ place: String) -> DomainError {
        guard case .invalid = error.code, let first = error.issues.first else { return error }
        return .invalid(place, first.field == "query" ? "PTQL: \(first.message)" : first.message)
    }

    /// Runs and instances of selected sets.
    func setSelection(_ entity: String, _ work: Reading, _ project: Int64) throws(DomainError) -> Selection? {
        guard let sets = try selection(.set, work, project, prefix: "set-") else { return nil }
        return try work.selection(ofRuns: sets, in: project, by: "testRunId", of: entity)
    }
}
