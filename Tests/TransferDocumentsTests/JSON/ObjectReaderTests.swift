import Testing
import TransferCore
import TransferDocuments

@Suite struct `Taking an object apart` {
    private enum Branch: String, CaseIterable { case pension, unemployment }

    private func read(
        _ text: String, _ take: (inout ObjectReader) throws(DocumentFault) -> Void
    ) throws {
        var reader = try ObjectReader(JSON.parse(text, limits: .ruleCases))
        try take(&reader)
    }

    private func expect(
        _ code: DocumentFault.Code, _ pointer: String, of text: String,
        _ take: (inout ObjectReader) throws(DocumentFault) -> Void
    ) {
        let fault = #expect(throws: DocumentFault.self, "\(text)") { try read(text, take) }
        #expect(fault?.code == code, "\(text)")
        #expect(fault?.pointer == pointer, "\(text)")
    }

    @Test func `gives the members as Swift values, in any order`() throws {
        let text =
            #"{"lines":[{"y":1},{"y":2}],"n":5,"name":"林芳","flag":true,"on":"2026-03-01","branch":"pension","#
            + #""inner":{"x":null}}"#
        try read(text) { reader throws(DocumentFault) in
            #expect(try reader.string("name", length: 1...2) == "林芳")
            #expect(try reader.integer("n", 0...10) == 5)
            #expect(try reader.bool("flag"))
            #expect(
                try reader.string("on", as: "YYYY-MM-DD") { CivilDate($0) } == CivilDate(year: 2026, month: 3, day: 1))
            #expect(try reader.oneOf("branch", Branch.self) == .pension)
            var inner = try reader.object("inner")
            #expect(inner.optional("x")?.isNull == true)
            try inner.end()
            let years = try reader.array("lines", max: 2) { line throws(DocumentFault) in
                var line = try line.object()
                let year: Int = try line.integer("y", 0...9)
                try line.end()
                return year
            }
            #expect(years == [1, 2])
            #expect(try reader.optionalString("absent") == nil)
            #expect(try reader.optionalInteger("absent", 0...1 as ClosedRange<Int>) == nil)
            #expect(try reader.optionalBool("absent") == nil)
            #expect(try reader.optionalObject("absent") == nil)
            #expect(try reader.optionalArray("absent", max: 1) { $0.isNull } == nil)
            try reader.end()
        }
    }

    @Test func `names the member that is absent`() {
        expect(.missingField, "/a", of: "{}") { reader throws(DocumentFault) in _ = try reader.string("a") }
        expect(.missingField, "/o/a~1b", of: #"{"o":{}}"#) { reader throws(DocumentFault) in
            var inner = try reader.object("o")
            _ = try inner.string("a/b")
        }
        expect(.missingField, "/l/1/a", of: #"{"l":[{"a":1},{}]}"#) { reader throws(DocumentFault) in
            _ = try reader.array("l", max: 5) { element throws(DocumentFault) in
                var inner = try element.object()
                return try inner.integer("a", 0...5) as Int
            }
        }
    }

    @Test(arguments: [#""1""#, "true", "null", "[]", "{}", "1.5", "12.0"])
    func `takes nothing else for an integer`(_ value: String) {
        expect(.wrongType, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
            _ = try reader.integer("a", 0...9) as Int
        }
        expect(.wrongType, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
            _ = try reader.optionalInteger("a", 0...9) as Int?
        }
    }

    @Test func `takes nothing else for the other types either`() {
        for value in ["1", "null", #""x""#, "[]"] {
            expect(.wrongType, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in _ = try reader.bool("a")
            }
            expect(.wrongType, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
                _ = try reader.object("a")
            }
        }
        for value in ["1", "null", "true", "{}"] {
            expect(.wrongType, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
                _ = try reader.string("a")
            }
            expect(.wrongType, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
                _ = try reader.array("a", max: 9) { $0.isNull }
            }
            expect(.wrongType, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
                _ = try reader.oneOf("a", Branch.self)
            }
        }
    }

    @Test(arguments: ["-1", "10", "9223372036854775808", "-9223372036854775808"])
    func `refuses numbers outside their range`(_ value: String) {
        expect(.outOfRange, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
            _ = try reader.integer("a", 0...9) as Int64
        }
    }

    @Test(arguments: [
        "2026-02-30", "2026-3-01", "2026-03-01T24:00", "2026-03-01Z", "0000-01-01", "10000-01-01", "２０２６-03-01", "",
    ])
    func `refuses dates that are none`(_ value: String) {
        expect(.invalidFormat, "/a", of: "{\"a\":\"\(value)\"}") { reader throws(DocumentFault) in
            _ = try reader.string("a", as: "YYYY-MM-DD") { CivilDate($0) }
        }
    }

    @Test(arguments: ["1e3abc", "1,5", " 1", "１", "٣", "1", "1.5", "+1.00", "-1.00", "1.00 ", "0x1.00"])
    func `refuses amounts that are none`(_ value: String) {
        expect(.invalidFormat, "/a", of: "{\"a\":\"\(value)\"}") { reader throws(DocumentFault) in
            _ = try reader.string("a", as: "0.00") { Money(yuan: $0) }
        }
    }

    @Test func `refuses strings and arrays of the wrong length, and unknown names`() {
        for value in [#""""#, #""林芳林""#] {
            expect(.invalidFormat, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
                _ = try reader.string("a", length: 1...2)
            }
        }
        for value in ["[]", "[1,2,3]"] {
            expect(.outOfRange, "/a", of: "{\"a\":\(value)}") { reader throws(DocumentFault) in
                _ = try reader.array("a", min: 1, max: 2) { $0.isNull }
            }
        }
        for value in ["Pension", "pension ", ""] {
            expect(.unknownValue, "/a", of: "{\"a\":\"\(value)\"}") { reader throws(DocumentFault) in
                _ = try reader.oneOf("a", Branch.self)
            }
        }
    }

    @Test(arguments: ["__proto__", "constructor", "", "A", "a\u{0}", String(repeating: "x", count: 100_000)])
    func `refuses members that were not asked for`(_ name: String) throws {
        let json = JSON.object(JSONObject([("a", .integer(1)), (name, .integer(2))]))
        var reader = try ObjectReader(json)
        _ = try reader.integer("a", 0...9) as Int
        let atEnd = #expect(throws: DocumentFault.self) { try reader.end() }
        #expect(atEnd?.code == .unknownField)
        #expect((atEnd?.pointer.utf8.count ?? .max) <= 68)
        let atStart = #expect(throws: DocumentFault.self) { try reader.only("a") }
        #expect(atStart == atEnd)
        try reader.only("a", name)
    }

    @Test func `names the lowest of several unknown members`() {
        expect(.unknownField, "/b", of: #"{"z":1,"a":1,"c":1,"b":1}"#) { reader throws(DocumentFault) in
            _ = try reader.integer("a", 0...9) as Int
            try reader.end()
        }
    }

    @Test(arguments: [1, 2, 63, 64, 65, 66, 130])
    func `keeps account of objects of every width`(_ width: Int) throws {
        let json = JSON.object(JSONObject((0..<width).map { ("n\($0)", .integer(Int64($0))) }))
        for order in [Array(0..<width), (0..<width).reversed()] {
            var reader = try ObjectReader(json)
            for number in order {
                let unread = reader
                #expect(throws: DocumentFault.self) { try unread.end() }
                #expect(try reader.integer("n\(number)", 0...200) == number)
            }
            try reader.end()
        }

        var map = try ObjectReader(json)
        #expect(try map.entries(max: width).map(\.name) == (0..<width).map { "n\($0)" })
        try map.end()
        #expect(throws: DocumentFault.self) { try map.entries(max: width - 1) }
    }

    @Test func `says what was expected and not what was received`() {
        let fault = #expect(throws: DocumentFault.self) {
            try read(#"{"name":"Lin Fang"}"#) { reader throws(DocumentFault) in _ = try reader.bool("name") }
        }
        #expect(fault?.description == "wrong-type at /name: expected a boolean, found a string")
    }
}
