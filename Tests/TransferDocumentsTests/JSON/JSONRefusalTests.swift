import Testing
import TransferDocuments

/// One bad input of the catalogue, with the code it is refused with.
struct BadInput: Sendable, CustomTestStringConvertible {
    let row: String
    let bytes: [UInt8]
    let code: JSONFault.Code
    let offset: Int?

    init(_ row: String, _ bytes: [UInt8], _ code: JSONFault.Code, at offset: Int? = nil) {
        self.row = row
        self.bytes = bytes
        self.code = code
        self.offset = offset
    }

    init(_ row: String, _ text: String, _ code: JSONFault.Code, at offset: Int? = nil) {
        self.init(row, Array(text.utf8), code, at: offset)
    }

    var testDescription: String { "\(row) \(String(decoding: bytes.prefix(40), as: UTF8.self)) \(code.rawValue)" }
}

/// A string value with any bytes between its quotation marks.
private func quoted(_ bytes: [UInt8]) -> [UInt8] { Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8) }

private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

@Suite struct `The strict JSON reader` {
    static let structure: [BadInput] = [
        BadInput("BN1", #"{"a":1,"a":2}"#, .duplicate, at: 7),
        BadInput("BN2", #"{"a":1,"\u0061":2}"#, .duplicate, at: 7),
        BadInput("BN3", "{\"\u{E9}\":1,\"e\u{301}\":2}", .text, at: 9),
        BadInput("BN4", #"{"a":1,}"#, .syntax, at: 7),
        BadInput("BN4", #"{"a":[1,]}"#, .syntax, at: 8),
        BadInput("BN4", #"{,}"#, .syntax),
        BadInput("BN5", [0xEF, 0xBB, 0xBF] + Array("{}".utf8), .byteOrderMark, at: 0),
        BadInput("BN5", [0xFF, 0xFE] + [0x7B, 0, 0x7D, 0], .byteOrderMark),
        BadInput("BN5", [0xFE, 0xFF] + [0, 0x7B, 0, 0x7D], .byteOrderMark),
        BadInput("BN6", [0x7B, 0, 0x7D, 0], .syntax),
        BadInput("BN6", [0, 0x7B, 0, 0x7D], .syntax),
        BadInput("BN6", [0x7B, 0, 0, 0, 0x7D, 0, 0, 0], .syntax),
        BadInput("BN6", [0, 0, 0, 0x7B, 0, 0, 0, 0x7D], .syntax),
        BadInput("BN7", "/* */{}", .syntax),
        BadInput("BN7", "{} // end", .syntax),
        BadInput("BN7", "{'a':1}", .syntax),
        BadInput("BN7", "{a:1}", .syntax),
        BadInput("BN8", "{}{}", .syntax, at: 2),
        BadInput("BN8", "{} x", .syntax, at: 3),
        BadInput("BN8", "{}\u{0}", .syntax, at: 2),
        BadInput("BN9", "", .syntax),
        BadInput("BN9", " \t\r\n", .syntax),
        BadInput("BN9", "null", .top),
        BadInput("BN9", "[]", .top),
        BadInput("BN9", #""text""#, .top),
        BadInput("BN9", "1", .top),
        BadInput("BN10", repeated(#"{"a":"#, 16) + "{}" + repeated("}", 16), .depth, at: 80),
        BadInput("BN10", #"{"a":"# + repeated("[", 512) + repeated("]", 512) + "}", .depth, at: 20),
        BadInput("BN10", #"{"a":"# + repeated("[", 10_000) + repeated("]", 10_000) + "}", .depth, at: 20),
        BadInput("BN10", #"{"a":"# + repeated("[", 1_000_000), .depth, at: 20),
        BadInput("BN11", #"{"a":["# + repeated("1,", 500_000) + "1]}", .members),
        BadInput("BN11", "{" + (0..<60_000).map { "\"\($0)\":1" }.joined(separator: ",") + "}", .members),
        BadInput("BN12", #"{"a":""# + repeated("x", 50_000_000) + #""}"#, .size, at: 1 << 20),
    ]

    static let numbers: [BadInput] = [
        BadInput("BN13", #"{"a":1.0}"#, .number, at: 5),
        BadInput("BN14", #"{"a":1e2}"#, .number, at: 5),
        BadInput("BN14", #"{"a":1E+2}"#, .number, at: 5),
        BadInput("BN15", #"{"a":-0}"#, .number, at: 5),
        BadInput("BN15", #"{"a":-0.0}"#, .number, at: 5),
        BadInput("BN16", #"{"a":01}"#, .number, at: 5),
        BadInput("BN16", #"{"a":-01}"#, .number, at: 5),
        BadInput("BN16", #"{"a":00}"#, .number, at: 5),
        BadInput("BN16", #"{"a":+1}"#, .syntax, at: 5),
        BadInput("BN16", #"{"a":.5}"#, .syntax, at: 5),
        BadInput("BN16", #"{"a":1.}"#, .number, at: 5),
        BadInput("BN16", #"{"a":1e}"#, .number, at: 5),
        BadInput("BN16", #"{"a":0x10}"#, .syntax, at: 6),
        BadInput("BN16", #"{"a":1_000}"#, .syntax, at: 6),
        BadInput("BN16", #"{"a":-}"#, .number, at: 5),
        BadInput("BN16", "{\"a\":\u{FF11}}", .syntax, at: 5),
        BadInput("BN18", #"{"a":9223372036854775808}"#, .range, at: 5),
        BadInput("BN18", #"{"a":-9223372036854775809}"#, .range, at: 5),
        BadInput("BN18", #"{"a":1"# + repeated("0", 400) + "}", .range, at: 5),
        BadInput("BN18", #"{"a":"# + repeated("9", 1_000_000) + "}", .range, at: 5),
        BadInput("BN18", #"{"a":1000000000000000000}"#, .range, at: 5),
        BadInput("BN19", #"{"a":NaN}"#, .syntax, at: 5),
        BadInput("BN19", #"{"a":Infinity}"#, .syntax, at: 5),
        BadInput("BN19", #"{"a":-Infinity}"#, .number, at: 5),
        BadInput("BN20", #"{"a":123456789012345678901234567890123456789}"#, .range, at: 5),
        BadInput("BN20", #"{"a":0.12345678901234567890123456789012345678}"#, .number, at: 5),
    ]

    static let strings: [BadInput] = [
        BadInput("BN21", quoted([0xFF]), .utf8, at: 6),
        BadInput("BN21", quoted([0x41, 0x80]), .utf8, at: 7),
        BadInput("BN21", quoted([0xC0, 0xAF]), .utf8, at: 6),
        BadInput("BN21", quoted([0xE0, 0x80, 0xAF]), .utf8, at: 6),
        BadInput("BN21", quoted([0xF0, 0x80, 0x80, 0xAF]), .utf8, at: 6),
        BadInput("BN21", quoted([0xED, 0xA0, 0x80]), .utf8, at: 6),
        BadInput("BN21", quoted([0xED, 0xA1, 0x8C, 0xED, 0xBE, 0xB4]), .utf8, at: 6),
        BadInput("BN21", quoted([0xF5, 0x80, 0x80, 0x80]), .utf8, at: 6),
        BadInput("BN21", quoted([0xF4, 0x90, 0x80, 0x80]), .utf8, at: 6),
        BadInput("BN21", quoted([0xE6, 0x9E]), .utf8, at: 6),
        BadInput("BN21", quoted([0xF0, 0xA0, 0x80]), .utf8, at: 6),
        BadInput("BN21", [0x7B, 0x22, 0xC3], .syntax),
        BadInput("BN21", [0xC3, 0xA9], .syntax),
        BadInput("BN22", #"{"a":"\ud800"}"#, .text, at: 6),
        BadInput("BN22", #"{"a":"\udc00"}"#, .text, at: 6),
        BadInput("BN22", #"{"a":"\udc00\ud800"}"#, .text, at: 6),
        BadInput("BN22", #"{"a":"\ud800\ud800"}"#, .text, at: 6),
        BadInput("BN22", #"{"a":"\ud800A"}"#, .text, at: 6),
        BadInput("BN22", #"{"a":"\ud800\ue000"}"#, .text, at: 6),
        BadInput("BN22", #"{"a":"\ud800\u0041"}"#, .text, at: 6),
        BadInput("BN22", #"{"a":"\ud800\n"}"#, .text, at: 6),
        BadInput("BN22", #"{"\ud800":1}"#, .text, at: 2),
        BadInput("BN23", #"{"a":"\u0000"}"#, .text, at: 6),
        BadInput("BN23", #"{"a":"\n"}"#, .text, at: 6),
        BadInput("BN23", #"{"a":"\u0085"}"#, .text, at: 6),
        BadInput("BN24", quoted([0x00]), .text, at: 6),
        BadInput("BN24", quoted([0x0A]), .text, at: 6),
        BadInput("BN24", quoted([0x41, 0x1F]), .text, at: 7),
        BadInput("BN24", quoted([0x41, 0x7F]), .text, at: 7),
        BadInput("BN24", quoted([0xC2, 0x80]), .text, at: 6),
        BadInput("BN25", "{\"a\":\"\u{202E}\u{82B3}\"}", .text, at: 6),
        BadInput("BN25", "{\"a\":\"\u{6797}\u{200B}\u{82B3}\"}", .text, at: 9),
        BadInput("BN25", "{\"a\":\"\u{6797}\u{E0041}\"}", .text, at: 9),
        BadInput("BN25", #"{"a":"\u2066"}"#, .text, at: 6),
        BadInput("BN25", #"{"a":"\udb40\udc41"}"#, .text, at: 6),
        BadInput("BN26", #"{"a":"\q"}"#, .syntax, at: 6),
        BadInput("BN26", #"{"a":"\x41"}"#, .syntax, at: 6),
        BadInput("BN26", #"{"a":"\u12G4"}"#, .syntax, at: 10),
        BadInput("BN26", #"{"a":"\u12"#, .syntax, at: 10),
        BadInput("BN26", #"{"a":"\"#, .syntax, at: 7),
        BadInput("BN26", #"{"a":"\u+123"}"#, .syntax, at: 8),
        BadInput("BN26", #"{"a":"\U0041"}"#, .syntax, at: 6),
    ]

    @Test(arguments: structure + numbers + strings)
    func `refuses what the catalogue of bad inputs lists`(_ input: BadInput) {
        let fault = #expect(throws: JSONFault.self) { try JSON.parse(input.bytes, limits: .document) }
        #expect(fault?.code == input.code)
        if let offset = input.offset { #expect(fault?.offset == offset) }
    }

    @Test func `refuses every document that was cut short`() throws {
        let whole = Array(
            #" {"a": [1, -20, {"b": "林\u82b3\ud840\udc00"}], "c": null, "d": [true, false], "e": {}} "#.utf8)
        _ = try JSON.parse(whole, limits: .document)
        for length in 0..<(whole.count - 1) {
            #expect(throws: JSONFault.self, "\(length) bytes") {
                try JSON.parse(whole[..<length], limits: .document)
            }
        }
    }

    @Test func `finds one twin among very many names that are made to collide`() throws {
        // Same length, same first and last bytes; names of this kind are told apart only by comparing them whole.
        let names = (100_000..<200_000).map { "\"name\($0)name\":0" }
        let distinct = Array("{\(names.joined(separator: ","))}".utf8)
        let object = try JSON.parse(distinct, limits: .ruleCases)
        #expect(object["name199999name"] == .integer(0))

        let twin = Array("{\(names.joined(separator: ",")),\"name1\\u00300007name\":1}".utf8)
        let fault = #expect(throws: JSONFault.self) { try JSON.parse(twin, limits: .ruleCases) }
        #expect(fault?.code == .duplicate)
        #expect(fault?.pointer == "/name100007name")
        #expect(fault?.offset == distinct.count)
    }

    @Test(arguments: [2, 24, 25, 26, 100])
    func `finds a twin in objects of every width`(_ width: Int) {
        for twin in 0..<(width - 1) {
            let names = (0..<(width - 1)).map { "n\($0)" } + ["n\(twin)"]
            let text = "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
            let fault = #expect(throws: JSONFault.self) { try JSON.parse(text, limits: .document) }
            #expect(fault?.code == .duplicate)
            #expect(fault?.pointer == "/n\(twin)")
        }
    }

    @Test func `does not take names of one object for twins of another's`() throws {
        let json = try JSON.parse(#"{"a":{"a":1,"b":{"a":2}},"b":[{"a":3},{"a":4}],"c":{}}"#, limits: .document)
        #expect(json["a"]?["b"]?["a"] == .integer(2))
    }

    @Test(arguments: [
        (#"{"a":{"b/c":[1,{"~":x}]}}"#, "/a/b~1c/1/~0"), (#"{"a":[1,2,"#, "/a/2"), (#"{"a":1 "b":2}"#, ""),
        (#"{"a":{"x":1,"x":2}}"#, "/a/x"),
        ("{\"\(String(repeating: "n", count: 65))\":x}", "/" + String(repeating: "n", count: 64) + "…"),
    ])
    func `says where it stopped`(_ text: String, _ pointer: String) {
        let fault = #expect(throws: JSONFault.self) { try JSON.parse(text, limits: .document) }
        #expect(fault?.pointer == pointer)
    }

    @Test func `says what to mend and repeats nothing of a string`() {
        let fault = #expect(throws: JSONFault.self) {
            try JSON.parse(#"{"person":{"name":"Lin Fang","name":"Wei Jun"}}"#, limits: .document)
        }
        #expect(fault?.description == "json-duplicate at byte 29 in /person/name: write every member once")
    }

    @Test func `has codes that never change`() {
        #expect(
            JSONFault.Code.allCases.map(\.rawValue) == [
                "json-syntax", "json-bom", "json-utf8", "json-size", "json-depth", "json-members", "json-top",
                "json-duplicate", "json-number", "json-range", "json-text",
            ])
    }
}
