extension JSON {
    /// Reads one JSON value (RFC 8259) of UTF-8 text, strictly: nothing is repaired, nothing is guessed, and of two
    /// members of one name neither is taken.
    ///
    /// Time is bounded by the length of the input, also for hostile names; memory by the limits; the stack by
    /// ``JSONLimits/depth``.
    package static func parse(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits) throws(JSONFault) -> JSON {
        try bytes.withMemoryRebound(to: UInt8.self) { text throws(JSONFault) in
            var parser = JSONParser(text, limits: limits)
            return try parser.document()
        }
    }

    /// Reads one JSON value; see ``parse(_:limits:)``.
    package static func parse(_ bytes: [UInt8], limits: JSONLimits) throws(JSONFault) -> JSON {
        try parse(bytes[...], limits: limits)
    }

    package static func parse(_ bytes: ArraySlice<UInt8>, limits: JSONLimits) throws(JSONFault) -> JSON {
        // The standard library's function cannot throw a typed error through, so the outcome is carried out by hand.
        let outcome = bytes.withUnsafeBytes { raw -> Result<JSON, JSONFault> in
            do throws(JSONFault) { return .success(try parse(raw, limits: limits)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Reads one JSON value from the UTF-8 of a text; see ``parse(_:limits:)``.
    package static func parse(_ text: String, limits: JSONLimits) throws(JSONFault) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// A recursive descent over the bytes. It looks at every byte once, apart from strings with escapes or with text
/// beyond ASCII, which are looked at twice.
struct JSONParser {
    let text: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var at = 0
    private var membersLeft: Int
    /// The names of all objects that are open, outermost first, for finding the ones that occur twice.
    private var names: [NameMark] = []
    /// Where strings with escapes are put together.
    var scratch: [UInt8] = []

    init(_ text: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.text = text
        self.limits = limits
        membersLeft = limits.members
        names.reserveCapacity(64)
    }

    mutating func document() throws(JSONFault) -> JSON {
        guard text.count <= limits.bytes else { throw JSONFault(.size, at: limits.bytes) }
        guard !startsWithByteOrderMark else { throw JSONFault(.byteOrderMark, at: 0) }
        skipWhiteSpace()
        guard at < text.count else { throw JSONFault(.syntax, at: at) }
        if limits.topLevelObjectOnly, text[at] != UInt8(ascii: "{") {
            // What is no JSON at all is called so; only a good value of another kind is refused for its kind.
            throw JSONFault("[\"-0123456789tfn".utf8.contains(text[at]) ? .top : .syntax, at: at)
        }
        let value = try value(depth: 1)
        skipWhiteSpace()
        guard at == text.count else { throw JSONFault(.syntax, at: at) }
        return value
    }

    private var startsWithByteOrderMark: Bool {
        text.starts(with: [0xEF, 0xBB, 0xBF]) || text.starts(with: [0xFE, 0xFF]) || text.starts(with: [0xFF, 0xFE])
    }

    @inline(__always)
    private mutating func skipWhiteSpace() {
        while at < text.count {
            switch text[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    /// Steps over one byte if it is the one expected.
    @inline(__always)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSON {
        guard at < text.count else { throw JSONFault(.syntax, at: at) }
        switch text[at] {
        case UInt8(ascii: "\""):
            at += 1
            return .string(try string())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return try number()
        case UInt8(ascii: "{"):
            guard depth <= limits.depth else { throw JSONFault(.depth, at: at) }
            at += 1
            return .object(try object(depth: depth))
        case UInt8(ascii: "["):
            guard depth <= limits.depth else { throw JSONFault(.depth, at: at) }
            at += 1
            return .array(try array(depth: depth))
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw JSONFault(.syntax, at: at)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONFault) -> JSON {
        for index in 0..<word.utf8CodeUnitCount {
            guard skip(word.utf8Start[index]) else { throw JSONFault(.syntax, at: at) }
        }
        return value
    }

    private mutating func countMember() throws(JSONFault) {
        membersLeft -= 1
        guard membersLeft >= 0 else { throw JSONFault(.members, at: at) }
    }
}

extension JSONParser {
    /// What is kept of a name to find its twin quickly: where it stands, and a few of its bytes.
    private struct NameMark {
        let offset: Int
        let sample: UInt32

        init(_ name: String, at offset: Int) {
            self.offset = offset
            let bytes = name.utf8
            sample =
                UInt32(truncatingIfNeeded: bytes.count) << 16 | UInt32(bytes.first ?? 0) << 8 | UInt32(bytes.last ?? 0)
        }
    }

    /// The members of an object, from behind its opening brace.
    private mutating func object(depth: Int) throws(JSONFault) -> JSONObject {
        var members: [(name: String, value: JSON)] = []
        let firstName = names.count
        skipWhiteSpace()
        if skip(UInt8(ascii: "}")) { return JSONObject(members) }
        members.reserveCapacity(8)
        repeat {
            skipWhiteSpace()
            try countMember()
            let offset = at
            guard skip(UInt8(ascii: "\"")) else { throw JSONFault(.syntax, at: at) }
            let name = try string()
            let mark = NameMark(name, at: offset)
            if members.count < JSONParser.fewNames {
                for index in members.indices
                where names[firstName + index].sample == mark.sample && members[index].name.hasSameBytes(as: name) {
                    throw JSONFault(.duplicate, at: offset).inside(name)
                }
            }
            names.append(mark)
            skipWhiteSpace()
            guard skip(UInt8(ascii: ":")) else { throw JSONFault(.syntax, at: at) }
            skipWhiteSpace()
            do throws(JSONFault) {
                members.append((name, try value(depth: depth + 1)))
            } catch {
                throw error.inside(name)
            }
            skipWhiteSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw JSONFault(.syntax, at: at) }
        if members.count > JSONParser.fewNames { try refuseTwins(members, firstName: firstName) }
        names.removeLast(names.count - firstName)
        return JSONObject(members)
    }

    /// Up to this many names, every new one is compared with all before it; beyond, they are sorted at the end. A
    /// hash table would be at the mercy of whoever chose the names.
    private static var fewNames: Int { 24 }

    private func refuseTwins(_ members: [(name: String, value: JSON)], firstName: Int) throws(JSONFault) {
        let order = members.indices.sorted { a, b in
            let (x, y) = (names[firstName + a].sample, names[firstName + b].sample)
            return x == y ? members[a].name.utf8.lexicographicallyPrecedes(members[b].name.utf8) : x < y
        }
        for (one, other) in zip(order, order.dropFirst())
        where members[one].name.hasSameBytes(as: members[other].name) {
            let later = max(one, other)
            throw JSONFault(.duplicate, at: names[firstName + later].offset).inside(members[later].name)
        }
    }

    /// The elements of an array, from behind its opening bracket.
    private mutating func array(depth: Int) throws(JSONFault) -> [JSON] {
        var elements: [JSON] = []
        skipWhiteSpace()
        if skip(UInt8(ascii: "]")) { return elements }
        repeat {
            skipWhiteSpace()
            try countMember()
            do throws(JSONFault) {
                elements.append(try value(depth: depth + 1))
            } catch {
                throw error.inside(elements.count)
            }
            skipWhiteSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw JSONFault(.syntax, at: at) }
        return elements
    }
}
