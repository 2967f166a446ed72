import AsyncHTTPClient
import Foundation
import Model
import NIOCore
import NIOHTTP1
import Server

/// Sends a form to the server and follows its answer.
struct Submission {
    let address: String
    let token: String
    let form: UploadForm

    func send() async throws -> SubmissionReport {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(10), read: .minutes(10))
        let client = HTTPClient(configuration: configuration)
        do {
            let report = try await send(with: client)
            try await client.shutdown()
            return report
        } catch {
            try await client.shutdown()
            throw error as? StartError ?? StartError("\(address) cannot be reached: \(error)")
        }
    }

    private func send(with client: HTTPClient) async throws -> SubmissionReport {
        let progress = ProgressLine(total: form.size, files: form.fileCount)
        var request = HTTPClientRequest(url: "\(address)/api/assay/submit")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Content-Type", value: "multipart/form-data; boundary=\(form.boundary)")
        request.headers.add(name: "Accept", value: "text/event-stream")
        let pieces = form.pieces { sent in progress.sent(sent) }
        request.body = .stream(pieces, length: .known(form.size))
        let response = try await client.execute(request, timeout: .hours(2))
        guard response.status == .ok else {
            progress.end()
            let bytes = try await response.body.collect(upTo: 1 << 20)
            throw StartError(Submission.refusal(Int(response.status.code), String(buffer: bytes)))
        }
        var events = EventLines()
        for try await buffer in response.body {
            for event in try events.feed(Array(buffer.readableBytesView)) {
                if let message = event["error"]?.string {
                    progress.end()
                    // The message of a broken file begins with its name already.
                    throw StartError(message)
                }
                if event["complete"]?.bool == true {
                    progress.end()
                    return SubmissionReport(event)
                }
                progress.recorded(event["progress"]?.double, event["status"]?.string)
            }
        }
        progress.end()
        throw StartError("the server ended its answer early; send the files again")
    }

    /// The words of a refusal in whichever form this API has.
    private static func refusal(_ status: Int, _ text: String) -> String {
        let json = try? JSONReader.parse(text)
        if let message = json?["error"]?.string ?? json?["error"]?["message"]?.string { return message }
        return "the server answered \(status)"
    }
}

/// Collects the events of a `text/event-stream`.
struct EventLines {
    private var rest: [UInt8] = []
    private static let limit = 4 << 20

    mutating func feed(_ bytes: [UInt8]) throws -> [JSON] {
        rest += bytes
        guard rest.count <= EventLines.limit else {
            throw StartError("the server's answer has a line that is too long")
        }
        var events: [JSON] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest.removeFirst(end + 1)
            guard line.hasPrefix("data:") else { continue }
            do throws(JSONSyntaxError) {
                events.append(
                    try JSONReader.parse(String(line.dropFirst(5)).trimmingCharacters(in: .whitespacesAndNewlines)))
            } catch {
                throw StartError("the server's answer cannot be read")
            }
        }
        return events
    }
}
