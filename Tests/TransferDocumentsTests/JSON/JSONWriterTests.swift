import Testing
import TransferDocuments

@Suite struct `The JSON writer` {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `writes members in the order of the calls and nothing else`() throws {
        let bytes = try JSONWriter.object { json in
            json.field("name", "林芳 \"/\\\"")
            json.field("fen", -19_064_00)
            json.field("zero", Int64(0))
            json.field("flag", true)
            json.field("absent", ifPresent: nil as String?)
            json.field("there", ifPresent: 7)
            json.null("nothing")
            json.object("inner") { $0.field("a", "b") }
            json.object("empty") { _ in }
            json.array("lines", [2024, 2025]) { json, year in json.object { $0.field("year", year) } }
            json.array("mixed") { json in
                json.value("x")
                json.value(1)
                json.value(false)
                json.null()
                json.array { _ in }
            }
            json.field("copied", JSON.array([.string("y"), .object(JSONObject([("z", .integer(1))]))]))
        }
        #expect(
            text(bytes) == #"{"name":"林芳 \"/\\\"","fen":-1906400,"zero":0,"flag":true,"there":7,"nothing":null,"#
                + #""inner":{"a":"b"},"empty":{},"lines":[{"year":2024},{"year":2025}],"#
                + #""mixed":["x",1,false,null,[]],"copied":["y",{"z":1}]}"#)
        _ = try JSON.parse(bytes, limits: .document)
    }

    @Test(
        arguments: [
            0, 1, -1, 9, 10, 99, 100, 12_345_678, 999_999_999_999_999_999, -999_999_999_999_999_999,
        ] as [Int64])
    func `writes numbers that are read as the same`(_ number: Int64) throws {
        let bytes = try JSONWriter.object { $0.field("n", number) }
        #expect(text(bytes) == "{\"n\":\(number)}")
        #expect(try JSON.parse(bytes, limits: .document)["n"] == .integer(number))
    }

    @Test(arguments: [Int64.max, .min, 1_000_000_000_000_000_000])
    func `does not write numbers that a document cannot hold`(_ number: Int64) throws {
        let fault = #expect(throws: JSONFault.self) { try JSONWriter.object { $0.field("n", number) } }
        #expect(fault?.code == .range)
        let bytes = try JSONWriter.object(limits: .ruleCases) { $0.field("n", number) }
        #expect(try JSON.parse(bytes, limits: .ruleCases)["n"] == .integer(number))
    }

    @Test(arguments: ["\n", "\u{0}", "e\u{301}", "\u{202E}", "\u{E000}", "\u{7F}"])
    func `does not write text that a document cannot hold`(_ text: String) throws {
        let value = #expect(throws: JSONFault.self) { try JSONWriter.object { $0.field("a", text) } }
        #expect(value?.code == .text)
        let name = #expect(throws: JSONFault.self) { try JSONWriter.object { $0.field(text, 1) } }
        #expect(name?.code == .text)
    }

    @Test func `escapes control characters where they are allowed`() throws {
        let every = String(String.UnicodeScalarView((0...0x7F as ClosedRange<UInt8>).map { Unicode.Scalar($0) }))
        let bytes = try JSONWriter.object(limits: .ruleCases) { $0.field("a", every) }
        #expect(text(bytes).hasPrefix(#"{"a":"\u0000\u0001"#))
        #expect(text(bytes).contains(#"\u0008\t\n\u000b\u000c\r\u000e\u000f\u0010"#))
        #expect(try JSON.parse(bytes, limits: .ruleCases)["a"] == .string(every))
    }

    @Test func `does not write more than may be read`() throws {
        func nest(_ json: inout JSONWriter, _ depth: Int) {
            if depth > 1 { json.object("a") { nest(&$0, depth - 1) } }
        }
        _ = try JSONWriter.object { nest(&$0, 16) }
        #expect(throws: JSONFault.self) { try JSONWriter.object { nest(&$0, 17) } }

        func fill(_ json: inout JSONWriter, _ elements: Int) {
            json.array("a", 0..<elements) { json, element in json.value(element) }
        }
        _ = try JSONWriter.object { fill(&$0, 9_999) }
        #expect(throws: JSONFault.self) { try JSONWriter.object { fill(&$0, 10_000) } }

        let long = String(repeating: "x", count: 1 << 20)
        #expect(throws: JSONFault.self) { try JSONWriter.object { $0.field("a", long) } }
    }

    @Test func `does not write numbers whose value was not kept`() {
        for json in [JSON.fraction, .integerOutOfRange] {
            #expect(throws: JSONFault.self) { try JSONWriter.bytes(of: json, limits: .ruleCases) }
        }
    }
}
