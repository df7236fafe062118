import Casework
import Testing
import TransferCore
import TransferDocuments

/// Weifang waits for Shenzhen's certificate; the test plays Shenzhen, and whoever else sends something.
@Suite struct `A document that is not to be believed` {
    /// What is sent, by whom, and what is said to it.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var peer = PairCast.shenzhen
        let bytes: @Sendable (PlayedSide) throws -> [UInt8]
        let said: Said
    }

    static let strangers = [
        Row(
            testDescription: "signed by another agency than the one that sends it",
            bytes: { try $0.sign(try $0.payload($0.certificate()), key: PairNetwork.shared.key(of: PairCast.wuhan)) },
            said: .problem(403, "signer-not-sender")),
        Row(
            testDescription: "sent by another agency than the one that signed it", peer: PairCast.wuhan,
            bytes: { try $0.sign(try $0.payload($0.certificate())) }, said: .problem(403, "signer-not-sender")),
        Row(
            testDescription: "naming another sender than the agency that signed and sends it",
            bytes: { try $0.sign(try $0.payload($0.certificate(), from: PairCast.wuhan)) },
            said: .problem(403, "signer-not-sender")),
        Row(
            testDescription: "naming another sender, with a content that no schema takes",
            bytes: {
                let payload = try $0.payload($0.certificate(), from: PairCast.wuhan)
                return try $0.sign(payload.replacing(#""content":{"#, with: #""content":{"x":1,"#))
            }, said: .problem(403, "signer-not-sender")),
        Row(
            testDescription: "of a third agency that is no side of the case", peer: PairCast.wuhan,
            bytes: {
                let payload = try $0.payload($0.certificate(), from: PairCast.wuhan)
                return try $0.sign(payload, key: PairNetwork.shared.key(of: PairCast.wuhan))
            }, said: .problem(409, "out-of-order")),
        Row(
            testDescription: "signed with a key that the directory does not have",
            bytes: { try $0.sign(try $0.payload($0.certificate()), key: PairNetwork.shared.unknownKey) },
            said: .problem(403, "key-unknown")),
        Row(
            testDescription: "signed with a key after it was retired",
            bytes: { try $0.sign(try $0.payload($0.certificate()), key: PairNetwork.shared.retiredKey) },
            said: .problem(403, "key-time")),
        Row(
            testDescription: "signed with a key that was taken, and dated before",
            bytes: {
                try $0.sign(try $0.payload($0.certificate()), key: PairNetwork.shared.revokedKey, seconds: -86_400)
            }, said: .problem(403, "key-revoked")),
        Row(
            testDescription: "signed with the key of the connections",
            bytes: { try $0.sign(try $0.payload($0.certificate()), key: PairNetwork.shared.connectionKey) },
            said: .problem(403, "key-purpose")),
        Row(
            testDescription: "signed more than five minutes from now",
            bytes: { try $0.sign(try $0.payload($0.certificate()), seconds: 301) }, said: .problem(400, "time")),
        Row(
            testDescription: "signed as a receipt",
            bytes: { try $0.sign(try $0.payload($0.certificate()), type: .receipt) }, said: .problem(400, "jws-typ")),
        Row(
            testDescription: "with another document's signature",
            bytes: {
                let payload = try $0.payload($0.certificate())
                return try $0.sign(payload).signature(from: try $0.sign(try $0.payload($0.certificate(months: 7))))
            }, said: .problem(401, "jws-signature")),
        Row(testDescription: "of no bytes", bytes: { _ in [] }, said: .problem(400, "jws-form")),
        Row(testDescription: "of one byte", bytes: { _ in [0] }, said: .problem(400, "jws-form")),
        Row(
            testDescription: "without a signature",
            bytes: { try $0.sign(try $0.payload($0.certificate())).signature(from: [UInt8(ascii: ".")]) },
            said: .problem(400, "jws-signature")),
        Row(
            testDescription: "longer than any",
            bytes: { _ in Array(repeating: UInt8(ascii: "A"), count: Desk.longestDocument + 1) },
            said: .problem(413, "jws-size")),
    ]

    /// Payloads that the one strict reader does not take. They are signed and sent by Shenzhen itself.
    static let payloads: [(String, @Sendable ([UInt8]) -> [UInt8], String)] = [
        ("a name twice", { $0.replacing(#""sequence":1"#, with: #""sequence":1,"sequence":1"#) }, "json-duplicate"),
        (
            "a name twice, once escaped", { $0.replacing(#""sequence":1"#, with: #""sequence":1,"sequenc\u0065":2"#) },
            "json-duplicate"
        ),
        ("a byte order mark", { [0xEF, 0xBB, 0xBF] + $0 }, "json-bom"),
        ("a trailing comma", { $0.dropLast() + Array(",}".utf8) }, "json-syntax"),
        ("something after the end", { $0 + Array("{}".utf8) }, "json-syntax"),
        ("an amount beyond 64 bits", { $0.replacing("320000", with: "99999999999999999999") }, "json-range"),
        ("an amount with a fraction", { $0.replacing("320000", with: "3200.00") }, "json-number"),
        ("an amount with an exponent", { $0.replacing("320000", with: "32e4") }, "json-number"),
        ("bytes that are no UTF-8", { $0.replacing("林芳", with: [0xC0, 0xAF]) }, "json-utf8"),
        ("a name that is not in normal form C", { $0.replacing("林芳", with: "e\u{301}") }, "json-text"),
        ("UTF-16", { $0.flatMap { [$0, 0] } }, "json-syntax"),
        ("an array", { [UInt8(ascii: "[")] + $0 + [UInt8(ascii: "]")] }, "json-top"),
        (
            "a depth of 10,000", { $0.replacing("320000", with: Array(repeating: UInt8(ascii: "["), count: 10_000)) },
            "json-depth"
        ),
        ("another format", { $0.replacing("jiexu/1", with: "jiexu/2") }, "unsupported-format"),
        (
            "a member that no envelope has", { $0.replacing(#""sequence":1"#, with: #""sequence":1,"x":1"#) },
            "unknown-field"
        ),
        ("no content", { $0.replacing(#""content":{"#, with: #""contents":{"#) }, "missing-field"),
        ("a sequence of 0", { $0.replacing(#""sequence":1"#, with: #""sequence":0"#) }, "out-of-range"),
        (
            "one person as maker and checker",
            {
                let made = $0.replacing(#""maker":"policy:straight-through"#, with: #""maker":"staff:7"#)
                return made.replacing(#""checker":"policy:straight-through"#, with: #""checker":"staff:7"#)
            }, "same-person"
        ),
        ("nothing before it", { $0.replacingPrevious(with: "null") }, "chain"),
    ]

    private static let unreadable = payloads.map { name, change, code in
        Row(
            testDescription: "with \(name)",
            bytes: { try $0.sign(change(try $0.payload($0.certificate()))) }, said: .problem(400, code))
    }

    @Test(arguments: strangers + unreadable)
    func `is answered with a problem, changes nothing, and is in nobody's way`(row: Row) async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let before = try await pair.standing(of: pair.destination)
            for _ in 0..<2 {
                #expect(try await pair.said(pair.destination, row.bytes(shenzhen), from: row.peer) == row.said)
            }
            #expect(try await pair.standing(of: pair.destination) == before)

            let good = try shenzhen.next(shenzhen.certificate())
            #expect(try await pair.said(pair.destination, good, from: PairCast.shenzhen) == .accepted)
        }
    }

    @Test func `may be signed five minutes from now, as clocks differ`() async throws {
        try await NodePair.run { pair in
            let shenzhen = try await pair.playedOrigin()
            let bytes = try shenzhen.sign(try shenzhen.payload(shenzhen.certificate()), seconds: 300)
            #expect(try await pair.said(pair.destination, bytes, from: PairCast.shenzhen) == .accepted)
        }
    }

    @Test func `was signed by a key that is retired now, while it was in use`() async throws {
        try await NodePair.run { pair in
            let shenzhen = try await pair.playedOrigin()
            let bytes = try shenzhen.sign(
                try shenzhen.payload(shenzhen.certificate()), key: PairNetwork.shared.retiredKey, seconds: -86_401)
            #expect(try await pair.said(pair.destination, bytes, from: PairCast.shenzhen) == .accepted)
        }
    }

    @Test func `has one byte altered, whichever it is`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let good = try shenzhen.next(shenzhen.certificate())
            let before = try await pair.standing(of: pair.destination)
            var said: [Said: Int] = [:]
            for place in good.indices {
                for bit in [UInt8(1), 0x20, 0x80] {
                    var altered = good
                    altered[place] ^= bit
                    let answer = try await pair.said(pair.destination, altered, from: PairCast.shenzhen)
                    said[answer, default: 0] += 1
                    guard case .problem(400...403, _) = answer else {
                        Issue.record("byte \(place) altered by \(bit): \(answer)")
                        return
                    }
                }
            }
            #expect(said.values.reduce(0, +) == good.count * 3)
            #expect(try await pair.standing(of: pair.destination) == before)
            #expect(try await pair.said(pair.destination, good, from: PairCast.shenzhen) == .accepted)
        }
    }
}

extension [UInt8] {
    /// The bytes with one occurrence of a text replaced; the text must be there.
    func replacing(_ text: String, with other: [UInt8]) -> [UInt8] {
        let sought = Array(text.utf8)
        guard let start = indices.first(where: { self[$0...].starts(with: sought) }) else {
            preconditionFailure("\(text) is not there")
        }
        return self[..<start] + other + self[(start + sought.count)...]
    }

    func replacing(_ text: String, with other: String) -> [UInt8] { replacing(text, with: Array(other.utf8)) }

    /// A payload that names another document as the one before it.
    func replacingPrevious(with value: String) -> [UInt8] {
        let name = Array(#""previous":"#.utf8)
        guard let start = indices.first(where: { self[$0...].starts(with: name) }) else {
            preconditionFailure("a payload has a document before it")
        }
        let from = start + name.count
        guard let end = self[from...].firstIndex(of: UInt8(ascii: ",")) else {
            preconditionFailure("it is not the last")
        }
        return self[..<from] + Array(value.utf8) + self[end...]
    }

    /// A compact JWS with the signature of another.
    func signature(from other: [UInt8]) -> [UInt8] {
        let stop = UInt8(ascii: ".")
        guard let end = lastIndex(of: stop), let start = other.lastIndex(of: stop) else {
            preconditionFailure("a JWS has full stops")
        }
        return Array(self[..<end] + other[start...])
    }
}
