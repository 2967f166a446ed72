import Engine
import Model
import Wire

/// The writing operations of the RPC; one call is one transaction.
enum ModelChanges {
    static func answer(
        _ operation: ModelOperation, _ model: ModelType, _ arguments: JSONObject, _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> [UInt8] {
        guard !call.caller.isAnonymous else { throw ModelProblem.denied(model, word(operation)) }
        for member in arguments.members where !operation.arguments.contains(member.name) {
            throw ModelProblem.unknown(member.name, model)
        }
        let arguments = try await ModelPasswords.hashed(operation, model, arguments, call.caller, engine)
        let session = call.browserSession?.id
        let run: @Sendable () async throws(DomainError) -> [UInt8] = { () async throws(DomainError) -> [UInt8] in
            try await engine.write(as: call.caller) { work throws(DomainError) in
                let writing = ModelWriting(work, keptSession: session)
                return try writing.answer(operation, model, arguments)
            }
        }
        do throws(DomainError) {
            return try await run()
        } catch {
            // Another call made the row between our look and our insert: now it is found.
            guard error.code == .duplicate, mayMeet(.object(arguments), operation) else { throw error }
            return try await run()
        }
    }

    private static func word(_ operation: ModelOperation) -> String {
        switch operation.kind {
        case .read: "read"
        case .create: "create"
        case .update: "update"
        case .delete: "delete"
        }
    }

    /// True when the arguments say what to do with a row that is there already.
    private static func mayMeet(_ json: JSON, _ operation: ModelOperation) -> Bool {
        operation == .upsert || mentions(json)
    }

    private static func mentions(_ json: JSON) -> Bool {
        switch json {
        case .object(let object):
            object.members.contains { member in
                ["connectOrCreate", "upsert", "skipDuplicates"].contains(member.name) || mentions(member.value)
            }
        case .array(let elements): elements.contains { mentions($0) }
        case .null, .bool, .integer, .number, .string: false
        }
    }
}
