package import TransferCore

/// What one node tells another about their two logs, asking and answering in the same form.
///
/// A node that asks says which heads of the other it holds, and may show its own newest head with a proof that it goes on
/// from each head that the other holds. The answer says the same the other way round. So both are witnesses of each other,
/// and neither can rewrite its history unseen.
/// Source: C2SP `tlog-witness`; the rules of acceptance are those of ``HeadRules`` in casework.
package struct HeadExchange: PeerMessage, Hashable {
    package let sender: AgencyCode
    package let recipient: AgencyCode
    package let asOf: SigningTime
    /// Heads of the recipient's log that the sender holds, as compact JWS: the newest that it accepted first, then such as
    /// others have shown to it.
    package let held: [[UInt8]]
    /// The newest head of the sender's log; nil when it has none, or shows none.
    package let head: [UInt8]?
    /// That ``head`` goes on from heads that the recipient holds.
    package let proofs: [Proof]
    /// The newest heads of other agencies that the sender holds.
    package let witnessed: [[UInt8]]

    /// A proof of consistency from a size to that of the head.
    package struct Proof: Hashable, Sendable {
        package let size: Int64
        package let hashes: [DocumentDigest]

        package init(size: Int64, hashes: [DocumentDigest]) {
            self.size = size
            self.hashes = hashes
        }
    }

    /// Bounds of one message. Source: our choice.
    package static let mostHeld = 8
    package static let mostWitnessed = 32
    package static let typ = JWSType.headExchange
    package static let longest = 1 << 18
    package static let noun = "message"

    package init(
        sender: AgencyCode, recipient: AgencyCode, asOf: SigningTime, held: [[UInt8]], head: [UInt8]?,
        proofs: [Proof], witnessed: [[UInt8]]
    ) {
        self.sender = sender
        self.recipient = recipient
        self.asOf = asOf
        self.held = held
        self.head = head
        self.proofs = proofs
        self.witnessed = witnessed
    }

    package func encoded() throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object { json in
                json.messageHead(of: self)
                json.array("held", held) { $0.value(String(decoding: $1, as: UTF8.self)) }
                json.text("head", orNull: head.map { String(decoding: $0, as: UTF8.self) })
                json.array("proofs", proofs) { json, proof in
                    json.object { json in
                        json.field("size", proof.size)
                        json.array("hashes", proof.hashes) { $0.value($1.text) }
                    }
                }
                json.array("witnessed", witnessed) { $0.value(String(decoding: $1, as: UTF8.self)) }
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        var object = try ObjectReader(signedPayload: payload)
        (sender, recipient, asOf) = try object.messageHead()
        held = try object.array("held", max: HeadExchange.mostHeld) { value throws(DocumentFault) in
            try value.head()
        }
        let shown = try object.required("head")
        head = shown.isNull ? nil : try shown.head()
        proofs = try object.array("proofs", max: HeadExchange.mostHeld) { value throws(DocumentFault) in
            var proof = try value.object()
            let read = Proof(
                size: try proof.integer("size", 0...MerkleTree.mostLeaves), hashes: try proof.hashes("hashes"))
            try proof.end()
            return read
        }
        witnessed = try object.array("witnessed", max: HeadExchange.mostWitnessed) { value throws(DocumentFault) in
            try value.head()
        }
        try object.end()
        try checkSides()
    }
}

extension ValueReader {
    fileprivate func head() throws(DocumentFault) -> [UInt8] { Array(try string(length: 1...TreeHead.longest).utf8) }
}

extension ObjectReader {
    /// The hashes of a proof, each as 43 characters of base64url.
    mutating func hashes(_ name: String) throws(DocumentFault) -> [DocumentDigest] {
        try array(name, max: MerkleProof.mostHashes) { value throws(DocumentFault) in
            try value.string(as: "a SHA-256 digest in base64url") { DocumentDigest(text: $0) }
        }
    }
}
