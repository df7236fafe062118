import FoundationEssentials
import Testing
import TransferCore
import TransferDocuments

/// Answers of an authority, as `openssl ts` makes them, and as a liar does. How they were made:
/// `Tests/Faults/evidence/authority.py FOLDER samples FILE`.
struct StampSamples {
    static let shared = try! StampSamples()

    let subject: [UInt8]
    let nonce: UInt64
    let query: [UInt8]
    let authority: [StampCertificate]
    private let answers: JSON

    init() throws {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let text = try Data(contentsOf: URL(filePath: "/\(folder)/Stamps/samples.json"))
        let json = try JSON.parse(
            Array(text),
            limits: JSONLimits(
                bytes: 1 << 20, depth: 4, members: 100, topLevelObjectOnly: true, integersOnly: true, textRule: .any))
        func member(_ name: String) throws -> String {
            guard case .string(let text)? = json[name] else { throw Missing() }
            return text
        }
        subject = Array(try member("subject").utf8)
        guard let nonce = UInt64(try member("nonce")), let query = Data(base64Encoded: try member("query")),
            let answers = json["answers"]
        else { throw Missing() }
        self.nonce = nonce
        self.query = Array(query)
        self.answers = answers
        authority = try StampCertificate.all(inPEM: try member("authority"))
    }

    struct Missing: Error {}

    func reply(_ name: String) throws -> [UInt8] {
        guard case .string(let text)? = answers[name], let bytes = Data(base64Encoded: text) else { throw Missing() }
        return Array(bytes)
    }

    /// What was stamped, as a head; only its bytes and its moment matter here.
    func head(at milliseconds: Int64) -> SignedTreeHead {
        SignedTreeHead(
            head: TreeHead(
                agency: SampleCase.origin, epoch: 1, size: 1, root: MerkleTree.leaf([1]), atMilliseconds: milliseconds),
            bytes: subject)
    }

    /// Reads and checks an answer as the node that asked does.
    func take(
        _ name: String, policy: String? = nil, trusting: [StampCertificate]? = nil, clockAhead: Int64 = 0
    ) throws -> TimeStampToken {
        let token = try TimeStampToken(try TimeStampRequest.token(inReply: try reply(name)))
        let head = head(at: token.atMilliseconds - 1_000)
        try token.verify(
            answers: TimeStampRequest(of: head, nonce: nonce, policy: policy), for: head,
            signedBy: trusting ?? authority, at: token.atMilliseconds + clockAhead)
        return token
    }
}

@Suite struct `A time-stamp` {
    private let samples = StampSamples.shared

    @Test func `is asked for in the words of RFC 3161`() throws {
        let request = TimeStampRequest(of: samples.head(at: 0), nonce: samples.nonce, policy: nil)
        #expect(try request.encoded() == samples.query)
        let named = TimeStampRequest(of: samples.head(at: 0), nonce: 1, policy: "1.3.6.1.4.1.99999.2")
        #expect(try named.encoded().count > samples.query.count)
        #expect(throws: TimeStampFault.self) {
            try TimeStampRequest(of: samples.head(at: 0), nonce: 1, policy: "one").encoded()
        }
    }

    @Test(arguments: ["honest", "p384", "rsa", "by-hand"])
    func `of an honest authority is taken, and holds in fifteen years`(name: String) throws {
        let token = try samples.take(name)
        #expect(token.policy == "1.3.6.1.4.1.99999.1")
        #expect(token.nonce == samples.nonce)
        // Nothing in it is judged by today's clock.
        try token.verify(samples.head(at: token.atMilliseconds - 1_000), signedBy: samples.authority)
    }

    @Test(
        arguments: [
            ("imprint", .imprint), ("nonce", .nonce), ("expired", .certificate), ("no-eku", .purpose),
            ("open-eku", .purpose), ("sha1", .algorithm), ("weak", .form), ("stranger", .certificate),
            ("garbage", .reply),
        ] as [(String, TimeStampFault.Code)])
    func `that lies is refused`(name: String, code: TimeStampFault.Code) throws {
        do {
            _ = try samples.take(name)
            Issue.record("the answer \(name) was taken")
        } catch let fault as TimeStampFault {
            #expect(fault.code == code, "\(fault)")
        }
    }

    @Test func `is refused under another policy, at another time, and before its head`() throws {
        func code(_ work: () throws -> Void) -> TimeStampFault.Code? {
            do { try work() } catch { return (error as? TimeStampFault)?.code }
            return nil
        }
        #expect(code { _ = try samples.take("honest", policy: "1.3.6.1.4.1.99999.2") } == .policy)
        #expect(code { _ = try samples.take("honest", clockAhead: 301_000) } == .time)
        #expect(code { _ = try samples.take("honest", clockAhead: -301_000) } == .time)
        let token = try samples.take("honest")
        #expect(
            code { try token.verify(samples.head(at: token.atMilliseconds + 301_000), signedBy: samples.authority) }
                == .time)
        #expect(code { _ = try samples.take("honest", trusting: []) } == .certificate)
    }

    @Test func `does not hold when any byte of it was changed`() throws {
        let reply = try samples.reply("honest")
        let bytes = try TimeStampRequest.token(inReply: reply)
        let whole = try TimeStampToken(bytes)
        let head = samples.head(at: whole.atMilliseconds - 1_000)
        var held = 0
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x41
            guard let token = try? TimeStampToken(changed),
                (try? token.verify(head, signedBy: samples.authority)) != nil
            else { continue }
            // What no signature covers may change without changing what is said.
            #expect(token.imprint == whole.imprint && token.atMilliseconds == whole.atMilliseconds)
            held += 1
        }
        #expect(held < bytes.count / 4, "\(held) of \(bytes.count)")
    }

    @Test func `is not read when it is cut short`() throws {
        let bytes = try TimeStampRequest.token(inReply: try samples.reply("honest"))
        for length in bytes.indices {
            #expect(throws: TimeStampFault.self) { try TimeStampToken(Array(bytes.prefix(length))) }
        }
    }

    @Test func `keeps the certificates of its authority one behind the other`() throws {
        let kept = samples.authority + samples.authority
        #expect(try StampCertificate.all(inSequence: kept.flatMap(\.der)) == kept)
        #expect(throws: TimeStampFault.self) {
            try StampCertificate.all(inSequence: Array(kept.flatMap(\.der).dropLast()))
        }
    }
}
