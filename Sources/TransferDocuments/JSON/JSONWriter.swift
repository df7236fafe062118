/// Writes a JSON value into bytes: members in the order of the calls, no white space, no more escapes than needed, so
/// that the same calls always give the same bytes.
///
///     let bytes = try JSONWriter.object { json in
///         json.field("id", "C-0042")
///         json.object("amount") { $0.field("fen", 19_064_00) }
///         json.array("lines", lines) { json, line in json.object { $0.field("year", line.year) } }
///     }
///
/// What the strict reader would refuse (text against the rule, numbers of more than 18 digits, too many bytes,
/// members or levels) is not written: the first such thing makes ``finish()`` throw. That no name is written twice in
/// one object is the caller's part.
package struct JSONWriter {
    private var bytes: [UInt8] = []
    private let limits: JSONLimits
    private var needsComma = false
    private var depth = 0
    private var members = 0
    private var fault: JSONFault?

    package init(limits: JSONLimits = .document) {
        self.limits = limits
        bytes.reserveCapacity(2_048)
    }

    /// The bytes of one object.
    package static func object(
        limits: JSONLimits = .document, _ write: (inout JSONWriter) -> Void
    ) throws(JSONFault) -> [UInt8] {
        var writer = JSONWriter(limits: limits)
        writer.object(write)
        return try writer.finish()
    }

    /// The bytes of one value.
    package static func bytes(of json: JSON, limits: JSONLimits = .document) throws(JSONFault) -> [UInt8] {
        var writer = JSONWriter(limits: limits)
        writer.value(json)
        return try writer.finish()
    }

    /// What was written.
    package consuming func finish() throws(JSONFault) -> [UInt8] {
        if let fault { throw fault }
        guard bytes.count <= limits.bytes else { throw JSONFault(.size, at: limits.bytes) }
        guard members <= limits.members else { throw JSONFault(.members, at: bytes.count) }
        assert((try? JSON.parse(bytes, limits: limits)) != nil, "a written value must be readable; a name twice?")
        return bytes
    }

    private mutating func refuse(_ code: JSONFault.Code) {
        if fault == nil { fault = JSONFault(code, at: bytes.count) }
    }
}

extension JSONWriter {
    package mutating func field(_ name: String, _ text: String) {
        self.name(name)
        value(text)
    }

    package mutating func field(_ name: String, _ number: Int64) {
        self.name(name)
        value(number)
    }

    package mutating func field(_ name: String, _ number: Int) { field(name, Int64(number)) }

    package mutating func field(_ name: String, _ flag: Bool) {
        self.name(name)
        value(flag)
    }

    package mutating func field(_ name: String, _ json: JSON) {
        self.name(name)
        value(json)
    }

    /// Writes the member only when there is a value.
    package mutating func field(_ name: String, ifPresent text: String?) {
        if let text { field(name, text) }
    }

    package mutating func field(_ name: String, ifPresent number: Int64?) {
        if let number { field(name, number) }
    }

    package mutating func null(_ name: String) {
        self.name(name)
        null()
    }

    package mutating func object(_ name: String, _ write: (inout JSONWriter) throws -> Void) rethrows {
        self.name(name)
        try object(write)
    }

    package mutating func array(_ name: String, _ write: (inout JSONWriter) throws -> Void) rethrows {
        self.name(name)
        try array(write)
    }

    package mutating func array<Elements: Sequence>(
        _ name: String, _ elements: Elements, _ write: (inout JSONWriter, Elements.Element) throws -> Void
    ) rethrows {
        try array(name) { writer in
            for element in elements { try write(&writer, element) }
        }
    }
}

extension JSONWriter {
    package mutating func value(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    package mutating func value(_ number: Int64) {
        separate()
        append(number)
        needsComma = true
    }

    package mutating func value(_ number: Int) { value(Int64(number)) }

    package mutating func value(_ flag: Bool) {
        separate()
        append(flag ? "true" : "false")
        needsComma = true
    }

    package mutating func null() {
        separate()
        append("null")
        needsComma = true
    }

    package mutating func object(_ write: (inout JSONWriter) throws -> Void) rethrows {
        try nest(UInt8(ascii: "{"), UInt8(ascii: "}"), write)
    }

    package mutating func array(_ write: (inout JSONWriter) throws -> Void) rethrows {
        try nest(UInt8(ascii: "["), UInt8(ascii: "]"), write)
    }

    /// Writes a value that was read. The numbers whose value the reader did not keep cannot be written.
    package mutating func value(_ json: JSON) {
        switch json {
        case .null: null()
        case .bool(let flag): value(flag)
        case .integer(let number): value(number)
        case .integerOutOfRange: refuse(.range)
        case .fraction: refuse(.number)
        case .string(let text): value(text)
        case .array(let elements): array { writer in for element in elements { writer.value(element) } }
        case .object(let object):
            self.object { writer in for member in object.members { writer.field(member.name, member.value) } }
        }
    }
}

extension JSONWriter {
    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if depth > 0 { members += 1 }
    }

    private mutating func name(_ name: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func nest(
        _ opening: UInt8, _ closing: UInt8, _ write: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        depth += 1
        if depth > limits.depth { refuse(.depth) }
        bytes.append(opening)
        needsComma = false
        try write(&self)
        bytes.append(closing)
        needsComma = true
        depth -= 1
    }

    private mutating func append(_ word: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private mutating func append(_ number: Int64) {
        var magnitude = number.magnitude
        if limits.integersOnly, magnitude >= 1_000_000_000_000_000_000 { refuse(.range) }
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        if magnitude < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(magnitude))
            return
        }
        let first = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[first...].reverse()
    }

    private mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            bytes.append(UInt8(ascii: "\""))
            if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
                bytes.append(contentsOf: utf8)
            } else {
                if limits.textRule.flaw(in: utf8) != nil { refuse(.text) }
                for byte in utf8 { escape(byte) }
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case ..<0x20:
            append(byte < 0x10 ? "\\u000" : "\\u001")
            bytes.append(byte & 0xF < 10 ? UInt8(ascii: "0") + byte & 0xF : UInt8(ascii: "a") + byte & 0xF - 10)
        default: bytes.append(byte)
        }
    }
}
