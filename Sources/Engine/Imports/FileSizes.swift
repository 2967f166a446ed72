import Foundation
import Model

/// Sizes of files on disk.
enum FileSizes {
    /// Bytes of all files together.
    static func total(_ paths: [String]) throws(DomainError) -> Int64 {
        var total: Int64 = 0
        for path in paths {
            do {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                total += (attributes[.size] as? NSNumber)?.int64Value ?? 0
            } catch {
                throw .fault("an uploaded file is gone")
            }
        }
        return total
    }
}
