import Foundation

/// Multipart bodies of scenarios: parts begin with `--- name=…; filename=…; type=…; file=…`.
enum MultipartBody {
    static let boundary = "assay-scenario-boundary"

    /// `folder` is where `file=` paths begin.
    static func bytes(_ lines: [String], folder: String) throws -> [UInt8] {
        var result: [UInt8] = []
        var content: [String] = []
        var isOpen = false
        func close() {
            if isOpen { result += Array((content.joined(separator: "\n") + "\r\n").utf8) }
            content = []
        }
        for line in lines {
            guard line.hasPrefix("--- ") else {
                content.append(line)
                continue
            }
            close()
            isOpen = true
            var fields: [String: String] = [:]
            for pair in line.dropFirst(4).split(separator: ";") {
                let sides = pair.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
                if sides.count == 2 { fields[String(sides[0])] = String(sides[1]) }
            }
            var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(fields["name"] ?? "")\""
            if let name = fields["filename"] { head += "; filename=\"\(name)\"" }
            if let type = fields["type"] { head += "\r\nContent-Type: \(type)" }
            result += Array((head + "\r\n\r\n").utf8)
            if let file = fields["file"] {
                result += Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
                result += [0x0D, 0x0A]
                isOpen = false
            }
        }
        close()
        return result + Array("--\(boundary)--\r\n".utf8)
    }
}
