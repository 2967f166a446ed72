/// The names of elements and attributes that a format knows, each with a small number; no strings are made to look one up.
struct XMLNames: Sendable {
    /// What a name that is not in the table gets.
    static let unknown = 0

    private struct Slot {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var code = XMLNames.unknown
    }

    private static let slotCount = 128
    private let slots: [Slot]

    /// Names have at most 16 ASCII characters; codes start at 1.
    init(_ names: [(name: StaticString, code: Int)]) {
        precondition(names.count <= XMLNames.slotCount / 2, "too many names for the table")
        var slots = [Slot](repeating: Slot(), count: XMLNames.slotCount)
        for entry in names {
            precondition(entry.name.utf8CodeUnitCount <= 16, "\(entry.name) is too long for the table")
            var low: UInt64 = 0
            var high: UInt64 = 0
            for offset in 0..<entry.name.utf8CodeUnitCount {
                XMLNames.pack(entry.name.utf8Start[offset], offset, &low, &high)
            }
            var index = XMLNames.index(low, high)
            while slots[index].low != 0 { index = (index + 1) & (XMLNames.slotCount - 1) }
            slots[index] = Slot(low: low, high: high, code: entry.code)
        }
        self.slots = slots
    }

    /// The code of a name as expat hands it over, ended by a zero byte.
    func code(_ name: UnsafePointer<CChar>) -> Int {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var offset = 0
        while true {
            let byte = UInt8(bitPattern: name[offset])
            if byte == 0 { break }
            guard offset < 16 else { return XMLNames.unknown }
            XMLNames.pack(byte, offset, &low, &high)
            offset += 1
        }
        return slots.withUnsafeBufferPointer { slots in
            var index = XMLNames.index(low, high)
            while slots[index].low != 0 {
                if slots[index].low == low, slots[index].high == high { return slots[index].code }
                index = (index + 1) & (XMLNames.slotCount - 1)
            }
            return XMLNames.unknown
        }
    }

    @inline(__always)
    private static func pack(_ byte: UInt8, _ offset: Int, _ low: inout UInt64, _ high: inout UInt64) {
        let bits = UInt64(byte) << UInt64((offset & 7) * 8)
        if offset < 8 { low |= bits } else { high |= bits }
    }

    @inline(__always)
    private static func index(_ low: UInt64, _ high: UInt64) -> Int {
        Int(((low ^ (high << 7)) &* 0x9E37_79B9_7F4A_7C15) >> 57)
    }

    /// A hash of any name, to count different ones (FNV-1a).
    static func hash(_ name: UnsafePointer<CChar>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var offset = 0
        while name[offset] != 0 {
            hash = (hash ^ UInt64(UInt8(bitPattern: name[offset]))) &* 0x100_0000_01B3
            offset += 1
        }
        return hash
    }
}
