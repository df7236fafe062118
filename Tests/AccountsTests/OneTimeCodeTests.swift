import Accounts
import Casework
import Testing

@Suite struct `The code of the second factor` {
    private static let seed = Array("12345678901234567890".utf8)

    /// Source: RFC 6238, appendix B.
    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func `is that of the standard at the times of the standard`(seconds: Int64, code: String) {
        let step = OneTimeCode.step(at: Instant(milliseconds: seconds * 1_000))
        #expect(OneTimeCode.code(of: Self.seed, step: step, digits: 8) == code)
        #expect(OneTimeCode.code(of: Self.seed, step: step) == code.suffix(6))
    }

    @Test(arguments: [(-2, false), (-1, true), (0, true), (1, true), (2, false)])
    func `is taken one half minute too early or too late, and no more`(away: Int64, isTaken: Bool) {
        let now = Instant(milliseconds: 1_795_233_600_000)
        let step = OneTimeCode.step(at: now) + away
        let code = OneTimeCode.code(of: Self.seed, step: step)
        #expect(OneTimeCode.step(of: code, seed: Self.seed, at: now) == (isTaken ? step : nil))
    }

    @Test(arguments: ["", "12345", "1234567", "abcdef", "１２３４５６"])
    func `is six digits and nothing else`(code: String) {
        #expect(OneTimeCode.step(of: code, seed: Self.seed, at: Instant(milliseconds: 0)) == nil)
    }

    /// Source: RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `has a seed that is written in base32`(text: String, letters: String) {
        #expect(Base32.encode(Array(text.utf8)) == letters)
        #expect(Base32.decode(letters.lowercased()) == Array(text.utf8))
    }

    @Test(arguments: ["M", "MZ1", "MZXW6YQ=", "MZ", "M Z X W 0"])
    func `has a seed of which no other writing is read`(letters: String) {
        #expect(Base32.decode(letters) == nil)
    }
}
