import Testing
import TransferCore
import TransferDocuments

@Suite struct `A tree head` {
    private static let workshop = DossierWorkshop.shared
    private static let now = DossierWorkshop.now
    private static let agency = SampleCase.origin

    private func head(
        size: Int64 = 12, epoch: Int = 1, agency: AgencyCode = agency, at: Int64 = now * 1_000 + 250
    ) -> TreeHead {
        TreeHead(agency: agency, epoch: epoch, size: size, root: MerkleTree.leaf([1]), atMilliseconds: at)
    }

    private func signed(
        _ head: TreeHead, by key: SigningKey? = nil, typ: JWSType = .treeHead, at: Int64? = nil
    ) throws -> [UInt8] {
        try (key ?? Self.workshop.keys[head.agency]!).sign(
            payload: try head.encoded(), typ: typ,
            at: SigningTime(secondsSince1970: at ?? head.atMilliseconds / 1_000)!)
    }

    private func directory(revokingOriginAt revokedAt: Int64? = nil) throws -> SignedDirectory {
        try SignedDirectory.open(
            try Self.workshop.directory(revokingOriginAt: revokedAt), anchors: Self.workshop.anchors, at: Self.now)
    }

    @Test func `is read as it was written`() throws {
        let head = head()
        #expect(try TreeHead(decoding: head.encoded()) == head)
        let opened = try SignedTreeHead(signed(head), in: directory(), at: Self.now)
        #expect(opened.head == head)
        #expect(try signed(head).count < TreeHead.longest)
    }

    @Test func `is its own agency's, signed when it says`() throws {
        let directory = try directory()
        let other = Self.workshop.keys[SampleCase.destination]!
        for (bytes, code) in [
            (try signed(head(), by: other), "signer-other"),
            (try signed(head(), by: Self.workshop.strangerKey), "key-unknown"),
            (try signed(head(), typ: .stateDigest), "jws-typ"),
            (try signed(head(), at: Self.now - 7), "time"),
            (try signed(head(at: (Self.now + 3_600) * 1_000)), "time"),
            (Array(try signed(head()).dropLast(3)), "jws-signature"),
        ] {
            do {
                _ = try SignedTreeHead(bytes, in: directory, at: Self.now)
                Issue.record("a head that has \(code) was taken")
            } catch {
                #expect(error.code == code, "\(error)")
            }
        }
    }

    @Test func `is judged at its own time when it was taken before`() throws {
        let head = head(at: (Self.now - 600) * 1_000)
        let directory = try directory(revokingOriginAt: Self.now - 60)
        #expect(throws: HeadFault.self) { try SignedTreeHead(signed(head), in: directory, at: Self.now) }
        #expect(try SignedTreeHead(signed(head), in: directory, at: nil).head == head)
    }

    @Test func `is never taken for a document, and no document for a head`() throws {
        let bytes = try signed(head())
        for typ in JWSType.allCases {
            #expect(((try? JWS.parse(bytes, typ: typ, maximumBytes: TreeHead.longest)) != nil) == (typ == .treeHead))
            guard typ != .treeHead else { continue }
            // The very bytes of a head, signed by the same key as something else.
            let other = try signed(head(), typ: typ)
            #expect(throws: HeadFault.self) { try SignedTreeHead(other, in: directory(), at: Self.now) }
        }
        // Nor can what is signed be read as the other.
        #expect(throws: DocumentFault.self) { try DocumentHead(decoding: head().encoded()) }
    }

    @Test func `has the one root of nothing when it has no leaves`() throws {
        #expect(throws: DocumentFault.self) { try TreeHead(decoding: head(size: 0).encoded()) }
    }

    @Test func `travels in a message that is read as it was written`() throws {
        let bytes = try signed(head())
        let message = HeadExchange(
            sender: SampleCase.origin, recipient: SampleCase.destination,
            asOf: SigningTime(secondsSince1970: Self.now)!, held: [bytes, bytes], head: bytes,
            proofs: [
                .init(size: 3, hashes: [MerkleTree.leaf([1]), MerkleTree.leaf([2])]), .init(size: 0, hashes: []),
            ],
            witnessed: [bytes])
        #expect(try HeadExchange(decoding: message.encoded()) == message)
        let silent = HeadExchange(
            sender: SampleCase.origin, recipient: SampleCase.destination, asOf: message.asOf, held: [], head: nil,
            proofs: [], witnessed: [])
        #expect(try HeadExchange(decoding: silent.encoded()) == silent)
        let many = HeadExchange(
            sender: SampleCase.origin, recipient: SampleCase.destination, asOf: message.asOf,
            held: Array(repeating: bytes, count: HeadExchange.mostHeld + 1), head: nil, proofs: [], witnessed: [])
        #expect(throws: DocumentFault.self) { try HeadExchange(decoding: many.encoded()) }
    }
}
