import Papers
import Testing

@Suite struct `A check code` {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    private static let samples = [
        [UInt8](repeating: 0, count: 8), [UInt8](repeating: 255, count: 8),
        [0x3C, 0x91, 0x07, 0xE5, 0x5A, 0x2F, 0xD8, 0x60],
        [1, 2, 3, 4, 5, 6, 7, 8],
    ].map { CheckCode(randomBytes: $0)! }

    @Test func `has sixty bits of chance and a check character`() throws {
        let bytes: [UInt8] = [0x3C, 0x91, 0x07, 0xE5, 0x5A, 0x2F, 0xD8, 0x60]
        let code = try #require(CheckCode(randomBytes: bytes))
        #expect(code.text.count == 13)
        for bit in 0..<64 {
            var other = bytes
            other[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            #expect((CheckCode(randomBytes: other) == code) == (bit >= 60), "bit \(bit)")
        }
        #expect(CheckCode(randomBytes: Array(bytes.dropLast())) == nil)
        #expect(CheckCode(randomBytes: bytes + [0]) == nil)
    }

    @Test func `is printed in groups and read back`() throws {
        #expect(CheckCode(randomBytes: [UInt8](repeating: 0, count: 8))?.grouped == "0000-0000-0000-0")
        for code in Self.samples {
            #expect(try CheckCode(reading: code.text) == code)
            #expect(try CheckCode(reading: code.grouped) == code)
            #expect(try CheckCode(reading: code.grouped.lowercased()) == code)
            #expect(try CheckCode(reading: code.text.map { "\($0)" }.joined(separator: " ")) == code)
        }
    }

    @Test func `is read when letters were taken for digits that look alike`() throws {
        let zeros = try #require(CheckCode(randomBytes: [UInt8](repeating: 0, count: 8)))
        #expect(try CheckCode(reading: "OoO0-0o0O-0000-o") == zeros)
        // A code of ones: each place 1, and its check character.
        let ones = try #require(CheckCode(randomBytes: [0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10]))
        #expect(ones.text.hasPrefix("111111111111"))
        let last = try #require(ones.text.last)
        #expect(try CheckCode(reading: "IiLl-1IL1-i1lI-\(last)") == ones)
    }

    @Test func `finds every wrong character`() throws {
        for code in Self.samples {
            let places = Array(code.text)
            for place in places.indices {
                for other in Self.alphabet where other != places[place] {
                    var wrong = places
                    wrong[place] = other
                    #expect(throws: CheckCodeFault.checkCharacter) { try CheckCode(reading: String(wrong)) }
                }
            }
        }
    }

    @Test func `finds every two characters that changed places`() throws {
        for code in Self.samples {
            let places = Array(code.text)
            for first in places.indices {
                for second in places.indices where places[first] != places[second] {
                    var wrong = places
                    wrong.swapAt(first, second)
                    #expect(throws: CheckCodeFault.checkCharacter) { try CheckCode(reading: String(wrong)) }
                }
            }
        }
    }

    @Test(arguments: [
        ("", CheckCodeFault.length), ("000000000000", .length), ("00000000000000", .length),
        ("-0000000000000", .character(1)),
        ("0000000000000-", .character(13)), ("0000--000000000", .character(5)), ("000000000000U", .character(13)),
        ("０000000000000", .character(1)), ("0000_000000000", .character(5)), ("0000\t000000000", .character(5)),
        ("0000000000000\u{301}", .character(14)), ("00000000000*0", .character(12)),
    ])
    func `is nothing else`(text: String, fault: CheckCodeFault) {
        #expect(throws: fault) { try CheckCode(reading: text) }
    }
}
