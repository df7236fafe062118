import Testing
import TransferDocuments

/// A corpus of our own, one input for each thing that parsers are known to disagree on (row BN32 of the catalogue).
/// Each input is judged as a whole text of RFC 8259 and as the value of a member of a document.
@Suite struct `The corpus of JSON texts` {
    /// Not JSON at all: refused under every limit.
    static let never: [String] = [
        "[", "]", "{", "}", "[1", "[1,", "[1,,2]", "[,1]", "[1 2]", "[1:2]", "[1}", "{1]", "[\"a\"", "[\"a\",",
        "[\"a\":1]",
        "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{\"a\",1}", "{\"a\":1", "{\"a\":1,", "{\"a\":1;\"b\":2}", "{:1}", "{1:1}",
        "{null:1}", "{[]:1}", "{\"a\":1 \"b\":2}", "{\"a\"::1}", "{\"a\":1}}", "[1]]", "[1],", "[1]x", "[]#", "[]/**/",
        "tru", "TRUE", "True", "truee", "fals", "nul", "nil", "undefined", "NULL", "[true false]", "[nulll]",
        "\"", "\"a", "'a'", "\"\\\"", "\"\\", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\uD8\"",
        "\"\\u 041\"",
        "\"\\0\"", "\"\\a\"", "\"\\v\"", "\"\\'\"", "\"\\ \"", "\"\\林\"", "\"\\\u{0}\"", "\"\u{0}\"", "\"\t\"",
        "\"\n\"", "\"\r\"",
        "\"\u{1F}\"", "\"a\"b", "\"\\ud800\"", "\"\\udfff\"", "\"\\ud800\\u0041\"", "\"\\ud800\\\"",
        "\"\\ud800\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\uD800x\"",
        "+1", "++1", "-", "--1", "-a", "- 1", "01", "-01", "00", "-00", "0123", "1.", "-1.", ".1", "-.1", "1.e1", "1e",
        "1e+",
        "1e-", "1E", "1e1.1", "1.2.3", "1..2", "1ee2", "1+2", "1-2", "0x1F", "0b1", "0o7", "1f", "1L", "1_0",
        "1 000", "１",
        "NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "1#INF", "∞", "٣",
        "\u{FEFF}1", "\u{A0}1", "\u{2003}1", "\u{3000}1", "1\u{A0}", "1\u{C}", "\u{B}1", "1\u{85}", "1\u{2028}", "<1>",
        "*", "&", "(1)",
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"\":1,\"\":2}", "[{\"a\":1,\"b\":2,\"a\":3}]",
    ]

    /// JSON that a document may hold.
    static let always: [String] = [
        "{}", "[]", "[[]]", "[{}]", "{\"a\":{}}", "{\"\":0}", "{\"a\":1,\"b\":2}", "{\"a\":1,\"A\":2}", " [ ] ",
        "\t\r\n[\n]\n",
        "[1 , 2]", "{ \"a\" : 1 }", "null", "true", "false", "[null,true,false]", "\"\"", "\"a\"", "\" \"", "\"\\\"\"",
        "\"\\\\\"",
        "\"\\/\"", "\"/\"", "\"\\u0020\"", "\"\\u6797\"", "\"\\ud840\\udc00\"", "\"\\uD840\\uDC00\"", "\"\\uABCD\"",
        "\"林芳\"", "\"\u{10000}\"",
        "\"\u{20BB7}\"", "\"𝄞\"", "\"null\"", "\"[]\"", "\"// no comment\"", "\"{'\"", "0", "1", "-1", "10", "-10",
        "123456789012345678",
        "[0,0]", "[-1]", "{\"constructor\":1,\"__proto__\":2,\"toString\":3}", "{\"a\":[{\"b\":[{\"c\":[]}]}]}",
    ]

    /// JSON that our documents do not hold, with the code that says why.
    static let stricter: [(String, JSONFault.Code)] = [
        ("-0", .number), ("0.0", .number), ("1.5", .number), ("-1.5", .number), ("1e1", .number), ("1E1", .number),
        ("1e+1", .number),
        ("1e-1", .number), ("1.0e0", .number), ("0e0", .number), ("0e+1", .number), ("1e400", .number),
        ("1e-400", .number),
        ("123.456e-789", .number), ("1234567890123456789", .range), ("-9223372036854775808", .range),
        ("100000000000000000000000000", .range), ("\"\\u0000\"", .text), ("\"\\b\"", .text), ("\"\\f\"", .text),
        ("\"\\n\"", .text),
        ("\"\\r\"", .text), ("\"\\t\"", .text), ("\"\\u001f\"", .text), ("\"\u{7F}\"", .text), ("\"\\u007f\"", .text),
        ("\"\\u0080\"", .text),
        ("\"\u{85}\"", .text), ("\"\\ufeff\"", .text), ("\"\u{2028}\"", .text), ("\"\\u2029\"", .text),
        ("\"\\uFFFE\"", .text),
        ("\"\\uFDD0\"", .text), ("\"\\uDBFF\\uDFFF\"", .text), ("\"\\ue000\"", .text), ("\"e\\u0301\"", .text),
        ("\"\\u212b\"", .text),
        ("{\"\\u0000\":1}", .text), ("\"\\u200b\"", .text),
        (String(repeating: "[", count: 16) + String(repeating: "]", count: 16), .depth),
    ]

    private var anyValue: JSONLimits {
        var limits = JSONLimits.ruleCases
        limits.topLevelObjectOnly = false
        return limits
    }

    @Test(arguments: never) func `has texts that are never accepted`(_ text: String) {
        #expect(throws: JSONFault.self) { try JSON.parse(text, limits: anyValue) }
        #expect(throws: JSONFault.self) { try JSON.parse("{\"a\":\(text)}", limits: .document) }
        #expect(throws: JSONFault.self) { try JSON.parse("{\"a\":[1,\(text)]}", limits: .document) }
    }

    @Test(arguments: always) func `has texts that are always accepted`(_ text: String) throws {
        let value = try JSON.parse(text, limits: anyValue)
        #expect(try JSON.parse("{\"a\":\(text)}", limits: .document)["a"] == value)
    }

    @Test(arguments: stricter)
    func `has texts that are JSON but not for a document`(_ text: String, _ code: JSONFault.Code) {
        #expect(throws: Never.self) { try JSON.parse(text, limits: anyValue) }
        let fault = #expect(throws: JSONFault.self) { try JSON.parse("{\"a\":\(text)}", limits: .document) }
        #expect(fault?.code == code)
        #expect(fault?.pointer.hasPrefix("/a") == true)
    }

    @Test func `is survived by the reader however its texts are cut and mixed`() throws {
        var random = SplitMix(seed: 20_261_121)
        let pieces = (Self.never + Self.always + Self.stricter.map(\.0)).map { Array($0.utf8) }
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let piece = pieces.randomElement(using: &random)!
                bytes += piece.prefix(Int.random(in: 0...piece.count, using: &random))
            }
            if !bytes.isEmpty, Bool.random(using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // What is accepted is written again and read as the same.
            guard let json = try? JSON.parse(bytes, limits: anyValue), !holdsUnkeptNumber(json) else { continue }
            #expect(try JSON.parse(JSONWriter.bytes(of: json, limits: anyValue), limits: anyValue) == json)
        }
    }

    private func holdsUnkeptNumber(_ json: JSON) -> Bool {
        switch json {
        case .fraction, .integerOutOfRange: true
        case .array(let elements): elements.contains(where: holdsUnkeptNumber)
        case .object(let object): object.members.contains { holdsUnkeptNumber($0.value) }
        case .null, .bool, .integer, .string: false
        }
    }
}

/// A small generator of numbers that gives the same ones for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
