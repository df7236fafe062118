/// Makes archives as no honest program would: any names, attributes, flags and sizes.
struct ZipBuilder {
    struct Entry {
        var name: String
        var content: [UInt8]
        /// What the list says of the length, when it lies.
        var saidLength: Int?
        /// Raw bytes of the method deflate, in the place of the content.
        var deflated: [UInt8]?
        var unixMode: UInt32 = 0o100644
        var isEncrypted = false

        init(_ name: String, _ content: String) {
            self.name = name
            self.content = Array(content.utf8)
        }
    }

    var entries: [Entry] = []

    var bytes: [UInt8] {
        var local: [UInt8] = []
        var list: [UInt8] = []
        for entry in entries {
            let place = local.count
            let stored = entry.deflated ?? entry.content
            var common: [UInt8] = []
            common.add16(20)
            common.add16(0x0800 | (entry.isEncrypted ? 1 : 0))
            common.add16(entry.deflated == nil ? 0 : 8)
            common.add32(0x5A21_0000)
            common.add32(checksum(entry.content))
            common.add32(UInt32(stored.count))
            common.add32(UInt32(entry.saidLength ?? entry.content.count))
            common.add16(UInt16(entry.name.utf8.count))
            common.add16(0)
            local.add32(0x0403_4B50)
            local += common + Array(entry.name.utf8) + stored
            list.add32(0x0201_4B50)
            list.add16(0x0314)
            list += common
            list.add16(0)
            list.add16(0)
            list.add16(0)
            list.add32(entry.unixMode << 16)
            list.add32(UInt32(place))
            list += Array(entry.name.utf8)
        }
        var end: [UInt8] = []
        end.add32(0x0605_4B50)
        end.add32(0)
        end.add16(UInt16(truncatingIfNeeded: entries.count))
        end.add16(UInt16(truncatingIfNeeded: entries.count))
        end.add32(UInt32(list.count))
        end.add32(UInt32(local.count))
        end.add16(0)
        return local + list + end
    }

    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = ZipBuilder.table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
        return ~value
    }

    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}

extension [UInt8] {
    fileprivate mutating func add16(_ value: UInt16) { self += [UInt8(value & 0xFF), UInt8(value >> 8)] }

    fileprivate mutating func add32(_ value: UInt32) {
        add16(UInt16(value & 0xFFFF))
        add16(UInt16(value >> 16))
    }
}

/// A long run of one byte as deflate packs it with its fixed codes: one literal, then matches of 258 bytes.
///
/// Source: RFC 1951, section 3.2.6.
func packedRun(of byte: UInt8, matches: Int) -> (content: [UInt8], deflated: [UInt8]) {
    precondition(byte < 144)
    var bits: [Bool] = [true, true, false]
    func add(_ code: Int, _ count: Int) {
        for place in (0..<count).reversed() { bits.append(code >> place & 1 == 1) }
    }
    add(0x30 + Int(byte), 8)
    for _ in 0..<matches {
        add(0b1100_0101, 8)
        add(0, 5)
    }
    add(0, 7)
    var packed = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for (place, bit) in bits.enumerated() where bit { packed[place / 8] |= 1 << UInt8(place % 8) }
    return ([UInt8](repeating: byte, count: 1 + 258 * matches), packed)
}
