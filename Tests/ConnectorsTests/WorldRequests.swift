import Engine
import Foundation
import HTTPTypes
import Model
import TestKit
import Wire

/// What came back from the gate.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSON {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return .null
        }
    }
}

extension TestWorld {
    /// A request of somebody of the cast, through the gate.
    func send(
        _ person: String, _ method: HTTPRequest.Method, _ target: String, _ body: JSON? = nil
    ) async throws -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1)
        var headers: HTTPFields = [.authorization: "Bearer \(self.person(person).token)"]
        if body != nil { headers[.contentType] = "application/json" }
        let call = Call(
            method: method, path: String(parts.first ?? "/"),
            query: QueryItems(parsing: parts.count > 1 ? parts[1] : ""), headers: headers,
            body: body.map { Body.bytes(Array($0.text.utf8)) } ?? .empty, remoteAddress: "192.0.2.7",
            origin: "http://assay.test")
        let reply = await gate.answer(call)
        var bytes: [UInt8] = []
        if case .bytes(let content) = reply.content { bytes = content }
        return Answer(status: reply.status.code, headers: reply.headers, text: String(decoding: bytes, as: UTF8.self))
    }
}
