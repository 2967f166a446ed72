import Engine
import Model

/// Hashes the passwords in the data of users before the transaction, because hashing takes its time.
enum ModelPasswords {
    static func hashed(
        _ operation: ModelOperation, _ model: ModelType, _ arguments: JSONObject, _ caller: Caller, _ engine: Engine
    ) async throws(DomainError) -> JSONObject {
        if model.entity.name == "User", operation.kind == .create, !caller.isAdministrator {
            throw ModelProblem.denied(model, "create")
        }
        var arguments = arguments
        for name in ["data", "create", "update"] {
            guard let value = arguments[name] else { continue }
            arguments[name] = try await data(value, model, caller, engine, depth: 0)
        }
        return arguments
    }

    private static func data(
        _ json: JSON, _ model: ModelType, _ caller: Caller, _ engine: Engine, depth: Int
    ) async throws(DomainError) -> JSON {
        guard depth <= JSONReader.maximumDepth else { return json }
        switch json {
        case .array(let elements):
            var result: [JSON] = []
            for element in elements { result.append(try await data(element, model, caller, engine, depth: depth + 1)) }
            return .array(result)
        case .object(var object):
            for index in object.members.indices {
                let member = object.members[index]
                if let relation = model.relation(member.name) {
                    let target = ModelBook.shared.target(relation)
                    object.members[index].value = try await nested(
                        member.value, target, caller, engine, depth: depth + 1)
                } else if model.entity.name == "ShareLink", member.name == "passwordHash", member.value.string != nil {
                    guard depth <= 1 || caller.isAdministrator else { throw ModelProblem.denied(model, "update") }
                    object.members[index].value = try await hash(member.value, model, engine)
                } else if model.entity.name == "User", member.name == "password" {
                    // Only administrators write users inside other rows; hashing is not for free.
                    guard depth <= 1 || caller.isAdministrator else { throw ModelProblem.denied(model, "update") }
                    object.members[index].value = try await hash(member.value, model, engine)
                }
            }
            return .object(object)
        case .null, .bool, .integer, .number, .string: return json
        }
    }

    /// The data inside `create`, `update`, `upsert` and the like of a relation.
    private static func nested(
        _ json: JSON, _ model: ModelType, _ caller: Caller, _ engine: Engine, depth: Int
    ) async throws(DomainError) -> JSON {
        guard depth <= JSONReader.maximumDepth else { return json }
        switch json {
        case .array(let elements):
            var result: [JSON] = []
            for element in elements {
                result.append(try await nested(element, model, caller, engine, depth: depth + 1))
            }
            return .array(result)
        case .object(var object):
            for index in object.members.indices {
                let member = object.members[index]
                switch member.name {
                case "create", "data":
                    object.members[index].value = try await data(member.value, model, caller, engine, depth: depth + 1)
                case "update":
                    let inner = try await nested(member.value, model, caller, engine, depth: depth + 1)
                    object.members[index].value = try await data(inner, model, caller, engine, depth: depth + 1)
                case "createMany", "connectOrCreate", "upsert", "updateMany":
                    object.members[index].value = try await nested(
                        member.value, model, caller, engine, depth: depth + 1)
                default: continue
                }
            }
            return .object(object)
        case .null, .bool, .integer, .number, .string: return json
        }
    }

    private static func hash(
        _ json: JSON, _ model: ModelType, _ engine: Engine
    ) async throws(DomainError) -> JSON {
        if json.isNull { return json }
        guard let password = json.string ?? json["set"]?.string else {
            throw ModelProblem.wrongType("password", "String", model)
        }
        return .string(try await engine.hashed(password: password))
    }
}
