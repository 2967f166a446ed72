import Model
import TestKit
import Testing

@testable import DialectTestPlanIt

@Suite struct ModelHardeningTests {
    @Test(arguments: Backend.all)
    func `odd arguments are refused, never a fault`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let id = try await world.makeCase("c", #""estimate": 9223372036854775807"#)
            let reads = [
                #"{"where": {"name\"; DROP TABLE tag; --": 1}}"#, #"{"take": 1.5}"#, #"{"take": 1e12}"#,
                #"{"skip": -1}"#,
                #"{"select": {"name": {"select": {}}}}"#, #"{"select": 5}"#, #"{"include": []}"#, #"{"orderBy": 5}"#,
                #"{"orderBy": {"tags": {"name": "asc"}}}"#, #"{"orderBy": {"folder": "asc"}}"#,
                #"{"orderBy": {"folder": {}}}"#,
                #"{"orderBy": [[]]}"#, #"{"cursor": 5}"#, #"{"cursor": {}}"#, #"{"cursor": {"name": "x"}}"#,
                #"{"distinct": 5}"#,
                #"{"distinct": ["tags"]}"#, #"{"where": {"AND": 5}}"#, #"{"where": {"OR": [5]}}"#,
                #"{"where": {"id": {}, "nope": {}}}"#,
                #"{"where": {"estimate": {"in": [1, "x"]}}}"#, #"{"where": {"createdAt": {"gt": 5}}}"#,
                #"{"where": {"tags": {"some": 5}}}"#, #"{"where": {"automated": {"gt": false}}}"#,
                #"{"where": {"projectId_name_className_source": {"projectId": 1}}}"#,
                #"{"where": {"projectId_name_className_source": 5}}"#, #"{"where": {"estimate": 1e300}}"#,
                #"{"include": {"_count": 5}}"#, #"{"include": {"_count": {"select": {"nope": true}}}}"#,
            ]
            for q in reads {
                let answer = try await world.get("repositoryCases/findMany", q)
                #expect(answer.status == 400, "\(q) \(answer)")
            }
            let writes = [
                #"{"estimate": {"increment": 1}}"#, #"{"estimate": {"multiply": 1.5}}"#,
                #"{"estimate": {"set": 1, "increment": 2}}"#,
                #"{"estimate": 1e300}"#, #"{"estimate": {"increment": "1"}}"#, #"{"steps": {"create": 5}}"#,
                #"{"steps": {"set": 5}}"#, #"{"tags": {"connect": {}}}"#, #"{"tags": {"connect": 5}}"#,
                #"{"folder": {"connect": 5}}"#,
                #"{"folder": {"create": {}}}"#, #"{"folder": {"fly": {}}}"#, #"{"folder": 5}"#,
                #"{"steps": {"createMany": []}}"#,
                #"{"steps": {"update": {"data": {}}}}"#, #"{"steps": {"upsert": {}}}"#, #"{"createdAt": "yesterday"}"#,
                #"{"tags": {"connectOrCreate": {"where": {"name": "x"}}}}"#, #"{"uuid": "x"}"#, #"{"epoch": 5}"#,
                #"{"folder": {"disconnect": true}}"#, #"{"folder": {"delete": true}}"#, #"{"source": "MAGIC"}"#,
            ]
            for data in writes {
                let answer = try await world.put(
                    "repositoryCases/update", #"{"where": {"id": \#(id)}, "data": \#(data)}"#)
                #expect((400...422).contains(answer.status), "\(data) \(answer)")
            }
            #expect(try await world.get("repositoryCases/findFirst").data["estimate"] == 9_223_372_036_854_775_807)
        }
    }

    @Test(arguments: Backend.all)
    func `texts are data, whatever they hold`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            let names = [
                "'; DROP TABLE tag; --", "100% _done_", #"back\slash"#, "日本語 🎉", "a\"b", "line\nbreak", "ÄÖÜ straße",
                "$1 ? :name",
            ]
            for name in names {
                let body = JSON.members([("data", ["name": .string(name)])]).text
                #expect(try await world.post("tags/create", body).data["name"] == .string(name))
            }
            func find(_ condition: JSON) async throws -> [String] {
                let q: JSON = ["where": condition, "orderBy": ["id": "asc"]]
                return try await world.get("tags/findMany", q.text).names
            }
            for name in names {
                #expect(try await find(["name": .string(name)]) == [name])
                #expect(try await find(["name": ["contains": .string(name)]]) == [name])
                #expect(try await find(["name": ["endsWith": .string(name), "startsWith": .string(name)]]) == [name])
                #expect(try await find(["name": ["equals": .string(name), "mode": "insensitive"]]) == [name])
            }
            #expect(try await find(["name": ["contains": "%"]]) == [names[1]])
            #expect(try await find(["name": ["contains": "_"]]) == [names[1]])
            #expect(try await find(["name": ["startsWith": "äöü", "mode": "insensitive"]]) == [names[6]])
            #expect(try await find(["name": ["in": ["日本語 🎉", "nope"]]]) == [names[3]])
        }
    }

    @Test(arguments: Backend.all)
    func `every model is read, counted, grouped and included without a fault`(_ backend: Backend) async throws {
        try await ModelWorld.with(backend) { world async throws in
            _ = try await world.makeCase("c", #""tags": {"create": {"name": "t"}}, "steps": {"create": {"order": 1}}"#)
            for model in ModelBook.shared.models {
                for person in ["ada", "uwe"] {
                    let rows = try await world.get("\(model.accessor)/findMany", #"{"take": 3}"#, as: person)
                    #expect(rows.status == 200, "\(model.name) \(person) \(rows)")
                    var parts: [String] = []
                    for relation in model.relations.prefix(60) { parts.append("\"\(relation.name)\": true") }
                    let include =
                        #"{"take": 2, "include": {\#((parts + ["\"_count\": true"]).joined(separator: ","))}}"#
                    let deep = try await world.get("\(model.accessor)/findMany", include, as: person)
                    #expect(deep.status == 200, "\(model.name) \(person) \(deep)")
                    for relation in model.relations where person == "ada" || relation.isList {
                        let inner =
                            relation.isList ? #"{"some": {}, "every": {}, "none": {"uuid": "x"}}"# : #"{"isNot": null}"#
                        let filtered = try await world.get(
                            "\(model.accessor)/count", #"{"where": {"\#(relation.name)": \#(inner)}}"#, as: person)
                        #expect(filtered.status == 200, "\(model.name).\(relation.name) \(filtered)")
                    }
                }
                try await visit(model, world)
            }
        }
    }

    /// Filters, orders, groups and aggregates by every scalar of a model.
    private func visit(_ model: ModelType, _ world: ModelWorld) async throws {
        for scalar in model.scalars where scalar.field.visibility != .nobody {
            // A list of texts is never null; its filters are lists or operators.
            let condition = scalar.field.kind == .textList ? #"{"isEmpty": true}"# : "null"
            let q =
                #"{"where": {"\#(scalar.name)": \#(condition)}, "orderBy": {"\#(scalar.name)": {"sort": "desc", "nulls": "last"}}, "distinct": ["\#(scalar.name)"], "take": 2}"#
            let sorted = try await world.get("\(model.accessor)/findMany", q)
            #expect(sorted.status == 200, "\(model.name).\(scalar.name) \(sorted)")
            if scalar.kind == .dueOrCompleted { continue }
            let grouped = try await world.get(
                "\(model.accessor)/groupBy",
                #"{"by": ["\#(scalar.name)"], "_count": {"\#(scalar.name)": true}, "take": 5}"#)
            #expect(grouped.status == 200, "\(model.name).\(scalar.name) \(grouped)")
            var functions: [String] = []
            for function in ["_sum", "_avg", "_min", "_max"] {
                guard
                    let kind = ["_sum": Aggregate.Function.sum, "_avg": .average, "_min": .minimum, "_max": .maximum][
                        function],
                    ModelAggregate.fits(kind, scalar)
                else { continue }
                functions.append(#""\#(function)": {"\#(scalar.name)": true}"#)
            }
            if functions.isEmpty { continue }
            let computed = try await world.get("\(model.accessor)/aggregate", "{\(functions.joined(separator: ","))}")
            #expect(computed.status == 200, "\(model.name).\(scalar.name) \(computed)")
        }
    }
}
