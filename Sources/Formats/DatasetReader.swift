/// Finds the rows of named datasets in a JSON document that is read piece by piece; only one row is in memory at once.
///
/// The datasets stand below `datasets` or `entities` or at the top, their rows below `data`, `rows`, `records` or
/// `items` or directly; or an array holds objects with `name` and `data`.
public struct DatasetReader {
    /// A larger row is refused (bytes).
    public static let rowLimit = 16 << 20

    private enum Frame {
        case object(key: String?, name: String?)
        case array(rows: String?)
    }

    private static let containers: Set<String> = ["datasets", "entities"]
    private static let lists: Set<String> = ["data", "rows", "records", "items"]

    private var frames: [Frame] = []
    private var isInString = false
    private var isEscaped = false
    private var string: [UInt8] = []
    /// A string just ended and may be a key.
    private var last: [UInt8]?
    private var row: [UInt8]?
    private var rowDepth = 0
    private var rowDataset = ""
    private var began = false
    private let take: (_ dataset: String, _ row: [UInt8]) throws -> Void

    public init(_ take: @escaping (_ dataset: String, _ row: [UInt8]) throws -> Void) { self.take = take }

    public mutating func feed(_ bytes: [UInt8]) throws {
        for byte in bytes { try step(byte) }
    }

    public func finish() throws {
        guard began else { throw CSVError("the file is empty") }
        guard frames.isEmpty, row == nil, !isInString else { throw CSVError("the file is cut off") }
    }

    private mutating func step(_ byte: UInt8) throws {
        if row != nil { return try collect(byte) }
        if isInString { return inString(byte) }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            string = []
        case UInt8(ascii: ":"):
            guard case .object(_, let name)? = frames.last, let last else { throw CSVError("the file is no JSON") }
            frames[frames.count - 1] = .object(key: String(decoding: last, as: UTF8.self), name: name)
            self.last = nil
        case UInt8(ascii: "{"): try open(isObject: true)
        case UInt8(ascii: "["): try open(isObject: false)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard !frames.isEmpty else { throw CSVError("the file is no JSON") }
            keepName()
            frames.removeLast()
        case UInt8(ascii: ","):
            keepName()
            last = nil
        case 0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF: break
        default:
            guard began else { throw CSVError("the file is neither JSON nor a zip archive") }
            last = nil
        }
    }

    private mutating func inString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            last = string
            return
        }
        // Only names are looked at; they are short.
        if string.count < 300 { string.append(byte) }
    }

    /// The value of `name` in an object that may hold a dataset.
    private mutating func keepName() {
        guard case .object(let key?, _)? = frames.last, key == "name", let last else { return }
        frames[frames.count - 1] = .object(key: key, name: String(decoding: last, as: UTF8.self))
    }

    private mutating func open(isObject: Bool) throws {
        began = true
        last = nil
        if isObject, case .array(let dataset?)? = frames.last {
            row = [UInt8(ascii: "{")]
            rowDepth = 1
            rowDataset = dataset
            return
        }
        guard frames.count < 64 else { throw CSVError("the file is nested too deep") }
        frames.append(isObject ? .object(key: nil, name: nil) : .array(rows: dataset))
    }

    /// The dataset whose rows an array that begins here holds.
    private var dataset: String? {
        var path: [String] = []
        var named: String?
        for frame in frames {
            switch frame {
            case .object(let key, let name):
                path.append(key ?? "")
                named = name
            case .array: path.append("#")
            }
        }
        if let first = path.first, DatasetReader.containers.contains(first) { path.removeFirst() }
        switch path.count {
        case 1 where path[0] != "#": return path[0]
        case 2 where DatasetReader.lists.contains(path[1]) && path[0] != "#": return path[0]
        case 2 where DatasetReader.lists.contains(path[1]): return named
        default: return nil
        }
    }

    private mutating func collect(_ byte: UInt8) throws {
        row?.append(byte)
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): rowDepth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            rowDepth -= 1
            guard rowDepth == 0, let bytes = row else { return }
            row = nil
            try take(rowDataset, bytes)
        default: break
        }
        guard (row?.count ?? 0) <= DatasetReader.rowLimit else { throw CSVError("a row is larger than 16 MB") }
    }
}
