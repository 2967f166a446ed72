import HTTPTypes
import Model

/// What the RPC can do with a model.
enum ModelOperation: String, Sendable, CaseIterable {
    case findUnique, findFirst, findMany, count, aggregate, groupBy, check
    case create, createMany, upsert
    case update, updateMany
    case delete, deleteMany

    enum Kind: Sendable, Hashable { case read, create, update, delete }

    var kind: Kind {
        switch self {
        case .findUnique, .findFirst, .findMany, .count, .aggregate, .groupBy, .check: .read
        case .create, .createMany, .upsert: .create
        case .update, .updateMany: .update
        case .delete, .deleteMany: .delete
        }
    }

    /// The arguments that it takes.
    var arguments: Set<String> {
        switch self {
        case .findUnique: ["where", "select", "include"]
        case .findFirst, .findMany:
            ["where", "select", "include", "orderBy", "take", "skip", "cursor", "distinct"]
        case .count: ["where", "select", "orderBy", "take", "skip", "cursor", "distinct"]
        case .aggregate:
            ["where", "orderBy", "take", "skip", "cursor", "distinct", "_count", "_sum", "_avg", "_min", "_max"]
        case .groupBy:
            ["where", "by", "having", "orderBy", "take", "skip", "_count", "_sum", "_avg", "_min", "_max"]
        case .check: ["operation", "where"]
        case .create: ["data", "select", "include"]
        case .createMany: ["data", "skipDuplicates"]
        case .upsert: ["where", "create", "update", "select", "include"]
        case .update: ["where", "data", "select", "include"]
        case .updateMany: ["where", "data"]
        case .delete: ["where", "select", "include"]
        case .deleteMany: ["where"]
        }
    }

    /// Throws the refusal of a wrong method in the words of the wire.
    func check(_ method: HTTPRequest.Method) throws(DomainError) {
        switch kind {
        case .read:
            guard method == .get || method == .head else {
                throw ModelProblem.request("invalid request method, only GET is supported")
            }
        case .create:
            guard method == .post else {
                throw ModelProblem.request("invalid request method, only POST is supported")
            }
        case .update:
            guard method == .put || method == .patch else {
                throw ModelProblem.request("invalid request method, only PUT AND PATCH are supported")
            }
        case .delete:
            guard method == .delete else {
                throw ModelProblem.request("invalid request method, only DELETE is supported")
            }
        }
    }
}
