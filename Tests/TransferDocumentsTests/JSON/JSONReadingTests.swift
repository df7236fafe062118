import Testing
import TransferDocuments

@Suite struct `A JSON value` {
    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("9", 9), ("10", 10), ("9007199254740993", 9_007_199_254_740_993),
            ("999999999999999999", 999_999_999_999_999_999), ("-999999999999999999", -999_999_999_999_999_999),
        ] as [(String, Int64)])
    func `keeps whole numbers exactly`(_ text: String, _ number: Int64) throws {
        #expect(try JSON.parse("{\"a\":\(text)}", limits: .document)["a"] == .integer(number))
    }

    @Test(arguments: [
        ("9223372036854775807", JSON.integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .integerOutOfRange), ("-9223372036854775809", .integerOutOfRange),
        ("18446744073709551616", .integerOutOfRange), ("99999999999999999999", .integerOutOfRange),
        (String(repeating: "1", count: 1_000), .integerOutOfRange), ("-0", .integer(0)), ("1.5", .fraction),
        ("12.0", .fraction), ("1e2", .fraction), ("-1.25E-7", .fraction), ("0.0", .fraction),
    ])
    func `of a rule case tells numbers that are no integers`(_ text: String, _ value: JSON) throws {
        #expect(try JSON.parse("{\"a\":\(text)}", limits: .ruleCases)["a"] == value)
    }

    @Test(arguments: ["01", "1.", "1.e2", "1e", "1e+", ".5", "-", "--1", "1.5.5", "-01", "1e5.5"])
    func `of a rule case refuses what is no number of RFC 8259`(_ text: String) {
        #expect(throws: JSONFault.self) { try JSON.parse("{\"a\":\(text)}", limits: .ruleCases) }
    }

    @Test func `keeps the order of members`() throws {
        let json = try JSON.parse(#"{"b":1,"a":2,"":3,"__proto__":4}"#, limits: .document)
        guard case .object(let object) = json else { Issue.record("not an object"); return }
        #expect(object.members.map(\.name) == ["b", "a", "", "__proto__"])
        #expect(object["a"] == .integer(2))
        #expect(object["c"] == nil)
    }

    @Test(arguments: [
        (#"\"\\\/"#, "\"\\/"), (#"\u0041\u6797\u82b3"#, "A林芳"), (#"\ud840\udc00\uD883\uDFAF"#, "\u{20000}\u{30FAF}"),
        ("林\u{20000}\\u002d", "林\u{20000}-"), ("", ""), ("~ }", "~ }"),
        (String(repeating: "长", count: 1_000), String(repeating: "长", count: 1_000)),
    ])
    func `gives strings without their escapes`(_ written: String, _ text: String) throws {
        #expect(try JSON.parse("{\"a\":\"\(written)\"}", limits: .document)["a"] == .string(text))
    }

    @Test func `of a rule case may hold control characters as escapes`() throws {
        let json = try JSON.parse(#"{"a":"\u0000\b\f\n\r\t\u0085e\u0301"}"#, limits: .ruleCases)
        #expect(json["a"] == .string("\0\u{8}\u{C}\n\r\t\u{85}e\u{301}"))
    }

    @Test func `may be spread out with white space`() throws {
        let spread = " \t\r\n{ \"a\" \n:\r[ \t1 , { } , [ ] ] } \n"
        #expect(
            try JSON.parse(spread, limits: .document)
                == .object(JSONObject([("a", .array([.integer(1), .object(JSONObject([])), .array([])]))])))
    }

    @Test func `may be nested to the limit and not beyond`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"a":"#, count: depth - 1) + "{}" + String(repeating: "}", count: depth - 1)
        }
        _ = try JSON.parse(nested(16), limits: .document)
        _ = try JSON.parse(nested(64), limits: .ruleCases)
        #expect(throws: JSONFault.self) { try JSON.parse(nested(17), limits: .document) }
        #expect(throws: JSONFault.self) { try JSON.parse(nested(65), limits: .ruleCases) }
    }

    @Test func `may have members to the limit and not beyond`() throws {
        func wide(_ elements: Int) -> String {
            #"{"a":["# + Array(repeating: "0", count: elements).joined(separator: ",") + "]}"
        }
        _ = try JSON.parse(wide(9_999), limits: .document)
        #expect(throws: JSONFault.self) { try JSON.parse(wide(10_000), limits: .document) }
    }

    @Test func `may be as long as the limit and not longer`() throws {
        var limits = JSONLimits.document
        limits.bytes = 7
        _ = try JSON.parse(#"{"a":1}"#, limits: limits)
        #expect(throws: JSONFault.self) { try JSON.parse(#"{"a":1} "#, limits: limits) }
    }

    @Test func `need not be an object where the limits say so`() throws {
        var limits = JSONLimits.ruleCases
        limits.topLevelObjectOnly = false
        #expect(
            try JSON.parse("[1,\"a\",null,true]", limits: limits)
                == .array([.integer(1), .string("a"), .null, .bool(true)]))
        #expect(try JSON.parse("\"a\"", limits: limits) == .string("a"))
    }

    @Test func `equals another only if the bytes of its strings do`() {
        #expect(JSON.string("\u{8C48}") != .string("\u{F900}"))
        #expect(JSON.string("\u{E9}") != .string("e\u{301}"))
        #expect(JSON.object(JSONObject([("K", .null)])) != .object(JSONObject([("\u{212A}", .null)])))
        #expect(JSONObject([("K", .null)])["\u{212A}"] == nil)
        #expect(JSONObject([("\u{212A}", .null)])["K"] == nil)
        #expect(
            JSON.object(JSONObject([("a", .null), ("b", .null)])) != .object(JSONObject([("b", .null), ("a", .null)])))
    }
}

@Suite struct `The text of a document` {
    @Test(arguments: [
        "林芳", "\u{20000}\u{2A6DF}\u{2B740}\u{2CEB0}\u{30000}\u{323AF}", "Müller-Søren", "한국", "が", "１２Ａ（）、。《》",
        "“引号”—…·", "😀", "阿卜杜拉·买买提", "\u{3000}", "q\u{301}", "\u{FA0E}",
    ])
    func `is accepted`(_ text: String) throws {
        #expect(try JSON.parse("{\"a\":\"\(text)\"}", limits: .document)["a"] == .string(text))
    }

    @Test(arguments: [
        "e\u{301}", "\u{F900}", "\u{2F800}", "\u{304B}\u{3099}", "\u{1100}\u{1161}", "a\u{307}\u{323}", "\u{212A}",
        "\u{E000}", "\u{F8FF}", "\u{F0000}", "\u{10FFFD}", "\u{FFFD}",
        "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202E}",
        "\u{2060}", "\u{2066}", "\u{2069}", "\u{FEFF}", "\u{AD}", "\u{61C}", "\u{180E}", "\u{FE0F}", "\u{E0101}",
        "\u{E0020}", "\u{3164}", "\u{FFA0}", "\u{115F}", "\u{34F}", "\u{FFF9}", "\u{1D173}", "\u{85}", "\u{7F}",
    ])
    func `is refused when it is not what it seems`(_ text: String) {
        for whole in [text, "林\(text)", "\(text)芳", "Lin Fang \(text)"] where !whole.isEmpty {
            let fault = #expect(throws: JSONFault.self) { try JSON.parse("{\"a\":\"\(whole)\"}", limits: .document) }
            #expect(fault?.code == .text)
            #expect(throws: Never.self) { try JSON.parse("{\"a\":\"\(whole)\"}", limits: .ruleCases) }
        }
    }

    @Test func `is in normal form C whenever it is accepted, and accepted then if it is visible`() {
        // Every scalar after a letter that composes with many marks: the quick verdicts against the library's.
        for value in (0x80 as UInt32)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "e" + String(Character(scalar))
            let isAccepted = (try? JSON.parse("{\"a\":\"\(text)\"}", limits: .document)) != nil
            var span = text.utf8Span
            let isNormal = span.checkForNFC(quickCheck: false)
            if isAccepted, !isNormal { Issue.record("U+\(String(value, radix: 16)) accepted") }
            if !isAccepted, isNormal, isVisible(scalar) { Issue.record("U+\(String(value, radix: 16)) refused") }
        }
    }

    private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return false }
        // The interlinear marks, the object replacement character and the replacement character.
        if (0xFFF9...0xFFFD).contains(scalar.value) { return false }
        switch properties.generalCategory {
        case .control, .privateUse, .surrogate, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }
}
