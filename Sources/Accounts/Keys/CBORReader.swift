/// A value of CBOR as security keys write it.
indirect enum CBORValue: Hashable {
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case list([CBORValue])
    /// In the order in which the members stand.
    case map([Member])
    case flag(Bool)
    case null

    struct Member: Hashable {
        let key: CBORValue
        let value: CBORValue
    }

    subscript(_ name: String) -> CBORValue? { self[.text(name)] }
    subscript(_ number: Int64) -> CBORValue? { self[.integer(number)] }

    private subscript(_ key: CBORValue) -> CBORValue? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var number: Int64? { if case .integer(let number) = self { number } else { nil } }
    var octets: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
}

/// Reads CBOR strictly: definite lengths, the shortest form of each number, no tags, no floating point, no key twice, and
/// nothing deeper or longer than a security key has reason to write. What is not read is a fault, never a guess.
///
/// Source: RFC 8949, section 4.2.1; CTAP 2.1, section 8 (canonical form).
struct CBORReader {
    private let bytes: [UInt8]
    private(set) var place: Int

    /// No message of a key is longer, in bytes.
    static let longest = 8_192
    private static let deepest = 6
    private static let mostMembers = 64

    struct Fault: Error {}

    init(_ bytes: [UInt8], from place: Int = 0) throws(Fault) {
        guard bytes.count <= CBORReader.longest, place <= bytes.count else { throw Fault() }
        self.bytes = bytes
        self.place = place
    }

    /// The one value that the bytes are.
    static func value(of bytes: [UInt8]) throws(Fault) -> CBORValue {
        var reader = try CBORReader(bytes)
        let value = try reader.next()
        guard reader.place == bytes.count else { throw Fault() }
        return value
    }

    /// The next value.
    mutating func next(depth: Int = 0) throws(Fault) -> CBORValue {
        guard depth < CBORReader.deepest else { throw Fault() }
        let first = try byte()
        let (major, low) = (first >> 5, first & 31)
        if major == 7 {
            switch low {
            case 20: return .flag(false)
            case 21: return .flag(true)
            case 22: return .null
            default: throw Fault()
            }
        }
        let number = try argument(low)
        switch major {
        case 0: return .integer(number)
        case 1: return .integer(-1 - number)
        case 2: return .bytes(try take(number))
        case 3:
            guard let text = String(validating: try take(number), as: UTF8.self) else { throw Fault() }
            return .text(text)
        case 4:
            guard number <= CBORReader.mostMembers else { throw Fault() }
            var items: [CBORValue] = []
            for _ in 0..<number { items.append(try next(depth: depth + 1)) }
            return .list(items)
        case 5:
            guard number <= CBORReader.mostMembers else { throw Fault() }
            var members: [CBORValue.Member] = []
            for _ in 0..<number {
                let key = try next(depth: depth + 1)
                guard !members.contains(where: { $0.key == key }) else { throw Fault() }
                members.append(CBORValue.Member(key: key, value: try next(depth: depth + 1)))
            }
            return .map(members)
        default: throw Fault()
        }
    }

    private mutating func byte() throws(Fault) -> UInt8 {
        guard place < bytes.count else { throw Fault() }
        defer { place += 1 }
        return bytes[place]
    }

    /// The number that a first byte announces, in its shortest form.
    private mutating func argument(_ low: UInt8) throws(Fault) -> Int64 {
        let count: Int
        switch low {
        case ..<24: return Int64(low)
        case 24: count = 1
        case 25: count = 2
        case 26: count = 4
        case 27: count = 8
        default: throw Fault()
        }
        var number: UInt64 = 0
        for _ in 0..<count { number = number << 8 | UInt64(try byte()) }
        let least: [Int: UInt64] = [1: 24, 2: 0x100, 4: 0x1_0000, 8: 0x1_0000_0000]
        guard number >= least[count] ?? 0, number <= UInt64(Int64.max) else { throw Fault() }
        return Int64(number)
    }

    private mutating func take(_ count: Int64) throws(Fault) -> [UInt8] {
        guard count <= Int64(bytes.count - place) else { throw Fault() }
        defer { place += Int(count) }
        return Array(bytes[place..<place + Int(count)])
    }
}
