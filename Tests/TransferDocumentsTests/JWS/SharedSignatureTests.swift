import Crypto
import Testing
import TransferDocuments

@Suite struct `A signature over several receipts` {
    private let forger = Forger()

    private func receipts(_ count: Int) throws -> [[UInt8]] {
        try forger.key.sign(receipts: (0..<count).map { payload($0) }, at: forger.time)
    }

    private func payload(_ number: Int) -> [UInt8] { Array(#"{"number":\#(number)}"#.utf8) }

    private func signature(_ receipt: [UInt8]) throws -> [UInt8] {
        try #require(Base64URL.decode(forger.parts(receipt)[2]))
    }

    /// The receipt with another third part.
    private func with(_ signature: [UInt8], _ receipt: [UInt8]) -> [UInt8] {
        let parts = forger.parts(receipt)
        return Array("\(parts[0]).\(parts[1]).".utf8) + Base64URL.encode(signature)
    }

    private func verdict(_ receipt: [UInt8]) -> JWSFault.Code? {
        TransferDocumentsTests.verdict(receipt, forger, typ: .receipt)
    }

    @Test(arguments: Array(1...40) + [255, 256])
    func `leaves each of them whole and provable by itself`(count: Int) throws {
        for (number, receipt) in try receipts(count).enumerated() {
            let jws = try JWS.parse(receipt, typ: .receipt, maximumBytes: 4_096)
            try jws.verify(with: forger.publicKey)
            #expect(jws.payload == payload(number))
            #expect(jws.header.signingTime == forger.time)
            #expect(jws.header.certificate == forger.thumbprint)
            #expect(try JWS.header(of: receipt, typ: .receipt) == jws.header)
        }
    }

    @Test func `is one of several where there are more receipts than a tree may have`() throws {
        #expect(try receipts(0).isEmpty)
        let receipts = try receipts(600)
        for (number, receipt) in receipts.enumerated() {
            #expect(try JWS.parse(receipt, typ: .receipt, maximumBytes: 4_096).payload == payload(number))
            #expect(verdict(receipt) == nil)
        }
        #expect(Set(try receipts.map { try signature($0).prefix(64) }).count == 3)
    }

    @Test func `is for one receipt the one that every library checks`() throws {
        let header = try #require(Base64URL.decode(forger.parts(receipts(1)[0])[0]))
        #expect(String(decoding: header, as: UTF8.self).hasPrefix(#"{"alg":"ES256","typ":"jiexu-receipt","#))
    }

    @Test func `is named in the header, member for member`() throws {
        let header = try #require(Base64URL.decode(forger.parts(receipts(2)[1])[0]))
        #expect(
            String(decoding: header, as: UTF8.self)
                == #"{"alg":"urn:jiexu:es256-tree","typ":"jiexu-receipt","x5t#S256":"\#(forger.thumbprint.text)","#
                + #""sigT":"2026-11-21T08:00:00Z","crit":["sigT"]}"#)
    }

    @Test func `is the same for all, and shows of the others no more than hashes`() throws {
        let receipts = try receipts(7)
        let signatures = try receipts.map(signature)
        #expect(Set(signatures.map { $0.prefix(64) }).count == 1)
        #expect(signatures.map { Int($0[64]) << 8 | Int($0[65]) } == Array(0..<7))
        #expect(signatures.allSatisfy { $0[66...67].elementsEqual([0, 7]) })
        // Three hashes for each but the seventh, which stands higher in the tree.
        #expect(signatures.map(\.count) == [164, 164, 164, 164, 164, 164, 132])
    }

    @Test(arguments: [2, 5, 8]) func `holds for no receipt with any byte of it changed`(count: Int) throws {
        let receipt = try receipts(count)[1]
        for place in receipt.indices {
            for bit in [UInt8(1), 4, 32] {
                var other = receipt
                other[place] ^= bit
                #expect(verdict(other) != nil, "byte \(place)")
            }
        }
    }

    @Test func `holds in no other place, no other tree and on no other path`() throws {
        let receipts = try receipts(6)
        let others = try self.receipts(6)
        for (number, receipt) in receipts.enumerated() {
            let own = try signature(receipt)
            for other in receipts.indices where other != number {
                #expect(verdict(with(try signature(receipts[other]), receipt)) == .signature)
            }
            #expect(verdict(with(try signature(others[number]), receipt)) == nil, "the same receipts, signed again")
            #expect(verdict(with(own.dropLast(32), receipt)) == .signature)
            #expect(verdict(with(own + [UInt8](repeating: 0, count: 32), receipt)) == .signature)
            #expect(verdict(with(own.dropLast(1), receipt)) == .signature)
            for size in 0...UInt8(20) where size != 6 {
                #expect(verdict(with(own[..<67] + [size] + own[68...], receipt)) == .signature)
            }
        }
        #expect(verdict(with([UInt8](repeating: 0, count: 67), receipts[0])) == .signature)
        #expect(verdict(with([], receipts[0])) == .signature)
    }

    @Test func `is not one of the receipt alone, nor the other way round`() throws {
        let (shared, alone) = (try receipts(2)[0], try receipts(1)[0])
        #expect(verdict(with(Array(try signature(shared).prefix(64)), alone)) == .signature)
        let parts = forger.parts(shared)
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        #expect(verdict(with(forger.sign(signed) + [0, 0, 0, 1], shared)) == .signature)
        #expect(verdict(with(forger.sign(signed), shared)) == .signature)
    }

    @Test func `is taken of nothing but a receipt`() throws {
        for typ in JWSType.allCases where typ != .receipt {
            let header = forger.header(["alg": #""urn:jiexu:es256-tree""#, "typ": "\"\(typ.rawValue)\""])
            #expect(TransferDocumentsTests.verdict(forger.token(header: header), forger, typ: typ) == .alg)
        }
        // In whatever order the header is written, it is read the same way.
        let members = forger.members.reversed().map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",")
        let turned = "{\(members)}".replacing("jiexu-document", with: "jiexu-receipt")
            .replacing("ES256\"", with: "urn:jiexu:es256-tree\"")
        #expect(verdict(forger.token(header: turned)) == .signature)
    }

    @Test func `holds for its signer only`() throws {
        let receipt = try receipts(3)[0]
        #expect(verdict(receipt) == nil)
        #expect(TransferDocumentsTests.verdict(receipt, Forger(), typ: .receipt) == .signature)
    }

    /// Whoever has verified one of them needs not verify the others; so nothing else may have their name.
    @Test func `has a name that its receipts have and no others`() throws {
        func name(_ receipt: [UInt8]) throws -> DocumentDigest? {
            try JWS.parse(receipt, typ: .receipt, maximumBytes: 4_096).sharedName
        }
        let receipts = try receipts(5)
        let own = try #require(try name(receipts[0]))
        for receipt in receipts { #expect(try name(receipt) == own) }
        #expect(try name(self.receipts(5)[0]) != own, "the same receipts, signed again")
        #expect(try name(self.receipts(1)[0]) == nil)
        for place in receipts[2].indices {
            var other = receipts[2]
            other[place] ^= 1
            guard let jws = try? JWS.parse(other, typ: .receipt, maximumBytes: 4_096) else { continue }
            #expect(jws.sharedName != own, "byte \(place)")
        }
    }

    /// An agency signs a tree in which a leaf claims to be another's: what was verified for its own leaf is not good for that.
    @Test func `gives a leaf with another certificate another name`() throws {
        let header = try #require(Base64URL.decode(forger.parts(receipts(2)[0])[0]))
        let other = String(decoding: header, as: UTF8.self).replacing(
            forger.thumbprint.text, with: DocumentDigest(of: [7]).text)
        let inputs = [header, Array(other.utf8)].map {
            Base64URL.encode($0) + [UInt8(ascii: ".")] + Base64URL.encode(payload(1))
        }
        let leaves = inputs.map { MerkleTree.leaf($0) }
        let root = MerkleTree.node(leaves[0], leaves[1])
        let signed = forger.sign(Array("jiexu shared signature".utf8) + [0, 2] + root.bytes)
        let receipts = inputs.enumerated().map { place, input in
            input + [UInt8(ascii: ".")]
                + Base64URL.encode(signed + [0, UInt8(place), 0, 2] + leaves[1 - place].bytes)
        }
        for receipt in receipts { #expect(verdict(receipt) == nil) }
        let names = try receipts.map {
            try #require(JWS.parse($0, typ: .receipt, maximumBytes: 4_096).sharedName)
        }
        #expect(names[0] != names[1])
    }
}
