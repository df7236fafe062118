import Crypto
import FoundationEssentials
import Testing
import TransferDocuments

/// Rows of the catalogue of bad inputs that belong to a signature as such; what hangs on the directory, the parties or
/// the clock is tested where those are known. Every token here is signed with the right key unless its row says not.
@Suite struct `A signature is refused` {
    private let forger = Forger()

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func check(_ code: JWSFault.Code, _ row: String, header: String) {
        #expect(verdict(forger.token(header: header), forger) == code, "\(row) \(header.prefix(300))")
    }

    @Test func `when the algorithm is any other, or none`() {
        for alg in ["none", "None", "NONE", "nOnE"] {
            let header = forger.header(["alg": "\"\(alg)\""])
            check(.alg, "BJ1", header: header)
            #expect(verdict(forger.token(header: header, signature: []), forger) == .alg)
        }
        for alg in [nil, "null", "7", "[\"ES256\"]", "{}", "true", "\"\"", "\"es256\"", "\"ES256 \""] {
            check(.alg, "BJ2", header: forger.header(["alg": alg]))
        }
        for alg in ["RS256", "ES384", "ES512", "ES256K", "PS256", "EdDSA", "SM2-with-SM3", "HS256"] {
            check(.alg, "BJ3 to BJ6, BJ48, BJ49", header: forger.header(["alg": "\"\(alg)\""]))
        }
    }

    @Test func `when the public key was used as the secret of a MAC`() {
        let header = forger.header(["alg": #""HS256""#])
        let unsigned = forger.parts(forger.token(header: header)).prefix(2).joined(separator: ".")
        let secret = SymmetricKey(data: Array(forger.publicKey.pemRepresentation.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(unsigned.utf8), using: secret)
        #expect(verdict(forger.token(header: header, signature: Array(code)), forger) == .alg)  // BJ3
    }

    @Test func `when its numbers are zero or not below the order of the curve`() {
        let zero = [UInt8](repeating: 0, count: 32)
        let one: [UInt8] = zero.dropLast() + [1]
        let full = [UInt8](repeating: 0xFF, count: 32)
        let good = Array(forger.sign(Array("anything".utf8)))
        let (r, s) = (Array(good[..<32]), Array(good[32...]))
        #expect(verdict(forger.token(signature: zero + zero), forger) == .signature)  // BJ7
        let pairs: [([UInt8], [UInt8])] = [
            (order, order), (order, one), (full, full), (zero, s), (r, zero), (one, one), (r, order),
        ]
        for (first, second) in pairs {
            #expect(verdict(forger.token(signature: first + second), forger) == .signature)  // BJ8
        }
    }

    @Test func `when it has another form or length`() throws {
        let signed = forger.parts(forger.token()).prefix(2).joined(separator: ".")
        let der = try forger.privateKey.signature(for: Array(signed.utf8)).derRepresentation
        #expect(verdict(forger.token(signature: Array(der)), forger) == .signature)  // BJ10
        let good = forger.sign(Array(signed.utf8))
        #expect(verdict(forger.token(signature: good), forger) == nil)
        let others: [[UInt8]] = [Array(good.dropLast()), good + [0], [], good + good.prefix(32), [0] + good.dropLast()]
        for bad in others {
            #expect(verdict(forger.token(signature: bad), forger) == .signature)  // BJ11
        }
    }

    @Test func `when the header brings a key or says where to find one`() {
        let key = forger.publicKey.rawRepresentation
        let (x, y) = (text(Base64URL.encode(key.prefix(32))), text(Base64URL.encode(key.suffix(32))))
        let jwk = #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#
        check(.header, "BJ14", header: forger.header(more: #","jwk":\#(jwk)"#))
        for url in ["https://evil.example/k", "file:///etc/passwd", "gopher://10.0.0.1/", "http://169.254.169.254/"] {
            check(.header, "BJ15", header: forger.header(more: #","jku":"\#(url)""#))
            check(.header, "BJ15", header: forger.header(more: #","x5u":"\#(url)""#))
        }
        for chain in ["[]", #"["MIIB"]"#, #""MIIB""#] {
            check(.header, "BJ16, BJ17", header: forger.header(more: #","x5c":\#(chain)"#))
        }
        let names = [
            #""../../dev/null""#, #""' OR 1=1--""#, #""; id""#, #""\u0000""#, #""""#, "[]", "null",
            "\"\(String(repeating: "k", count: 700_000))\"",
        ]
        for name in names {
            check(.header, "BJ18", header: forger.header(more: #","kid":\#(name)"#))
        }
    }

    @Test func `when the certificate is not named by its digest`() {
        for value in [
            nil, "null", "[]", #""""#, #""abc""#, "\"\(forger.thumbprint.text)=\"", "\"\(forger.thumbprint.hex)\"",
        ] {
            check(.header, "BJ18", header: forger.header(["x5t#S256": value]))
        }
    }

    @Test func `when it declares critical what we do not know`() {
        let lists = [
            nil, "null", "[]", #"["exp"]"#, #"["sigT","exp"]"#, #"["sigT","sigT"]"#, #"["alg"]"#, #"["sigT","alg"]"#,
            #""sigT""#,
            #"["b64"]"#, #"["sigT","b64"]"#, #"["sigD"]"#, "[1]",
        ]
        for list in lists { check(.crit, "BJ24, BJ25", header: forger.header(["crit": list])) }
        check(.crit, "BJ24", header: forger.header(["crit": #"["exp"]"#], more: #","exp":1"#))
        check(.crit, "BJ25", header: forger.header(["sigT": nil]))
        check(.crit, "BJ26", header: forger.header(["crit": #"["sigT","b64"]"#], more: #","b64":false"#))
        check(.header, "BJ26", header: forger.header(more: #","b64":false"#))
        check(.header, "BJ26", header: forger.header(more: #","b64":true"#))
    }

    @Test func `when it is written as JSON`() {
        let parts = forger.parts(forger.token())
        let one = #""protected":"\#(parts[0])","signature":"\#(parts[2])""#
        let forms = [
            #"{"payload":"\#(parts[1])",\#(one),"header":{"crit":["sigT"],"alg":"none"}}"#,
            #"{"payload":"\#(parts[1])","header":{"alg":"ES256"},"signature":"\#(parts[2])"}"#,
            #"{"payload":"\#(parts[1])","signatures":[{\#(one)},{\#(one)}]}"#,
            #"{"payload":"\#(parts[1])",\#(one),"signatures":[{\#(one)}]}"#,
        ]
        for form in forms { #expect(verdict(Array(form.utf8), forger) == .form) }  // BJ27 to BJ30
    }

    @Test func `when it is for another kind of thing`() {
        for made in JWSType.allCases {
            let token = forger.token(header: forger.header(["typ": "\"\(made.rawValue)\""]))
            for asked in JWSType.allCases {
                #expect(verdict(token, forger, typ: asked) == (made == asked ? nil : .typ))  // BJ31
            }
        }
        for typ in [nil, "null", #""JWT""#, #""JOSE""#, #""""#, #""Jiexu-Document""#, #"["jiexu-document"]"#] {
            check(.typ, "BJ31", header: forger.header(["typ": typ]))
        }
        check(.header, "BJ31", header: forger.header(more: #","cty":"JWT""#))
    }

    @Test func `when the header has more than it should, or twice, or is none`() {
        for more in [
            #""zip":"DEF""#, #""x":1"#, #""ALG":"none""#, #""iat":1"#, #""nonce":"a""#, #""sigD":{}"#, #""":1"#,
        ] {
            check(.header, "BJ32, BJ34", header: forger.header(more: "," + more))
        }
        for member in forger.members {
            check(.header, "BJ33", header: forger.header(more: ",\"\(member.name)\":\(member.value)"))
        }
        check(.header, "BJ33", header: forger.header(more: #","\u0061lg":"none""#))
        for header in ["", "{}x", "[]", "null", "{", "\u{FEFF}{}", "\(forger.header())\(forger.header())"]
        where !header.isEmpty {
            check(.header, "no header", header: header)
        }
        check(.alg, "no member", header: "{}")
        check(.header, "too long", header: forger.header(more: String(repeating: " ", count: 512)))
    }

    @Test func `when the time of signing is none`() {
        for time in ["null", "1795248000", #""2026-11-21""#, #""2026-02-30T08:00:00Z""#, #""2026-11-21T24:00:00Z""#] {
            check(.header, "BN31", header: forger.header(["sigT": time]))
        }
    }

    @Test func `when its base64url is not the canonical one`() {
        let parts = forger.parts(forger.token(payload: Array("{ }".utf8) + [0x20]))
        #expect(verdict(Array(parts.joined(separator: ".").utf8), forger) == nil)
        for part in 0..<3 {
            func check(_ row: String, _ changed: String, _ code: JWSFault.Code) {
                var token = parts
                token[part] = changed
                #expect(verdict(Array(token.joined(separator: ".").utf8), forger) == code, "\(row), part \(part)")
            }
            let good = parts[part]
            // A signature of another length is no signature, whatever its letters are.
            let otherLength: JWSFault.Code = part == 2 ? .signature : .base64
            for padding in ["=", "=="] { check("BJ35", good + padding, otherLength) }
            for letter in ["+", "/", " ", "\n", "\u{0}", "é"] {
                check("BJ35", letter + good.dropFirst(), letter.utf8.count == 1 ? .base64 : otherLength)
                check("BJ35", good + letter, otherLength)
            }
            check("BJ37", good + String(repeating: "A", count: (5 - good.count % 4) % 4), otherLength)
        }
        // The last letter of the payload and of the signature has four bits that belong to no byte, of which the
        // canonical form has none set.
        for part in 1...2 {
            for letter in "BCDEFGHIJKLMNOP" {
                var token = parts
                #expect("AQgw".contains(token[part].last!))
                let place = "AQgw".firstIndex(of: token[part].last!)!
                let offset = "AQgw".distance(from: "AQgw".startIndex, to: place) * 16
                token[part] = String(token[part].dropLast()) + shifted(letter, by: offset)
                #expect(verdict(Array(token.joined(separator: ".").utf8), forger) == .base64)  // BJ36
            }
        }
    }

    @Test func `when its parts are too few, too many, empty or too long`() {
        let parts = forger.parts(forger.token())
        let forms = [
            "", ".", "..", "...", parts[0], parts[0] + "." + parts[1], parts.joined(separator: ".") + ".",
            parts.joined(separator: ".") + "." + parts[2], parts.joined(separator: ".") + ".AAAA.AAAA",
            "." + parts[1] + "." + parts[2],
            parts[0] + ".." + parts[2], "." + parts.joined(separator: "."),
        ]
        for form in forms { #expect(verdict(Array(form.utf8), forger) == .form, "BJ38, BJ39 \(form)") }
        #expect(verdict([], forger) == .form)
        #expect(verdict(forger.token(payload: []), forger) == .form)

        let long = Array((parts[0] + "." + parts[1] + ".").utf8) + [UInt8](repeating: 65, count: 100_000_000)
        #expect(verdict(long, forger) == .size)  // BJ40
        let token = forger.token()
        #expect(verdict(token, forger, maximumBytes: token.count) == nil)
        #expect(verdict(token, forger, maximumBytes: token.count - 1) == .size)
    }

    @Test func `when white space was put into a header after signing`() {
        let parts = forger.parts(forger.token())
        for header in [" " + forger.header(), forger.header().replacing("\":", with: "\": "), forger.header() + "\n"] {
            let moved = [text(Base64URL.encode(Array(header.utf8))), parts[1], parts[2]]
            #expect(verdict(Array(moved.joined(separator: ".").utf8), forger) == .signature)  // BJ41
        }
    }

    @Test func `when one bit of it was changed`() throws {
        let token = try forger.key.sign(payload: forger.payload, typ: .document, at: forger.time)
        #expect(verdict(token, forger) == nil)
        for index in token.indices {
            for bit in 0..<8 {
                var changed = token
                changed[index] ^= 1 << UInt8(bit)
                if verdict(changed, forger) == nil { Issue.record("byte \(index), bit \(bit)") }  // BJ42
            }
        }
    }

    @Test func `when one byte of it is missing or stands there twice`() throws {
        let token = try forger.key.sign(payload: forger.payload, typ: .document, at: forger.time)
        for index in token.indices {
            var shorter = token
            shorter.remove(at: index)
            var longer = token
            longer.insert(token[index], at: index)
            if verdict(shorter, forger) == nil || verdict(longer, forger) == nil { Issue.record("byte \(index)") }
        }
    }

    @Test func `when it was moved from another document, or is another's`() {
        let first = forger.parts(forger.token(payload: Array("{\"n\":1}".utf8)))
        let second = forger.parts(forger.token(payload: Array("{\"n\":2}".utf8)))
        let third = forger.token(payload: Array("{\"n\":3}".utf8))
        let swapped = [[first[0], first[1], second[2]], [second[0], second[1], first[2]]]
        for parts in swapped {
            #expect(verdict(Array(parts.joined(separator: ".").utf8), forger) == .signature)  // BJ43, BJ50
        }
        #expect(verdict(third, forger) == nil)
        #expect(verdict(Forger().token(), forger) == .signature)
    }
}

/// The number of points of P-256. Source: FIPS 186-4, D.1.2.3.
let order: [UInt8] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA,
    0xAD,
    0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
]

/// The letter of base64url that is worth so much more.
private func shifted(_ letter: Character, by offset: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    return String(letters[(letters.firstIndex(of: letter) ?? 0) + offset])
}
