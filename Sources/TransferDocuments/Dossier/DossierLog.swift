/// `log.json` of a dossier: that what it holds stands in the log of the agency that exports it.
///
/// It holds one signed head of the log, and for every document, receipt, event and posting of the case the path from its
/// leaf to the root in that head. So whoever holds a later head of the same agency can have it proved that none of them was
/// put in, taken out or changed since.
package struct DossierLog: Hashable, Sendable {
    /// The head, as a compact JWS (typ `jiexu-tree-head`).
    package let head: [UInt8]
    package let leaves: [Leaf]
    /// Time-stamps of authorities over the head; none while it is not stamped.
    package let stamps: [Stamp]

    /// A time-stamp over the head.
    package struct Stamp: Hashable, Sendable {
        /// What the agency calls the authority.
        package let authority: String
        /// The token (RFC 3161), DER.
        package let token: [UInt8]
        /// The certificates of the authority that the agency trusted, DER, one behind the other.
        package let chain: [UInt8]

        package init(authority: String, token: [UInt8], chain: [UInt8]) {
            self.authority = authority
            self.token = token
            self.chain = chain
        }
    }

    /// One leaf of the log.
    package struct Leaf: Hashable, Sendable {
        /// Event, document, receipt or posting.
        package let kind: LeafEntry.Kind
        /// The number of the document (also for its receipt), of the event or of the posting in the dossier, from 1.
        package let number: Int
        /// The place of the leaf in the log, from 0.
        package let position: Int64
        /// When the agency committed a document, in milliseconds since 1970; nil for the others.
        package let atMilliseconds: Int64?
        /// The path from the leaf to the root, lowest first.
        package let path: [DocumentDigest]

        package init(
            kind: LeafEntry.Kind, number: Int, position: Int64, atMilliseconds: Int64?, path: [DocumentDigest]
        ) {
            self.kind = kind
            self.number = number
            self.position = position
            self.atMilliseconds = atMilliseconds
            self.path = path
        }
    }

    package init(head: [UInt8], leaves: [Leaf], stamps: [Stamp] = []) {
        self.head = head
        self.leaves = leaves
        self.stamps = stamps
    }

    /// A node has no more authorities.
    private static let mostStamps = 8
    private static let longestChain = 8 * StampCertificate.longest

    /// The kinds that a dossier proves.
    package static let kinds: Set<LeafEntry.Kind> = [.event, .document, .receipt, .posting]
    /// Documents, receipts, events, and as many postings as a dossier may have.
    private static let mostLeaves = 4 * DossierMember.most

    package func encoded() throws(JSONFault) -> [UInt8] {
        try JSONWriter.object(limits: .dossier) { json in
            json.field("format", DocumentHead.format)
            json.field("head", String(decoding: head, as: UTF8.self))
            json.array("leaves", leaves) { json, leaf in
                json.object { json in
                    json.field("kind", leaf.kind.rawValue)
                    json.field("number", leaf.number)
                    json.field("position", leaf.position)
                    json.field("atMilliseconds", ifPresent: leaf.atMilliseconds)
                    json.array("path", leaf.path) { $0.value($1.text) }
                }
            }
            if !stamps.isEmpty {
                json.array("stamps", stamps) { json, stamp in
                    json.object { json in
                        json.field("authority", stamp.authority)
                        json.field("token", String(decoding: Base64URL.encode(stamp.token), as: UTF8.self))
                        json.field("chain", String(decoding: Base64URL.encode(stamp.chain), as: UTF8.self))
                    }
                }
            }
        }
    }

    init(decoding bytes: ArraySlice<UInt8>) throws(DocumentFault) {
        var object = try ObjectReader(dossierMember: bytes)
        head = Array(try object.string("head", length: 1...TreeHead.longest).utf8)
        leaves = try object.array("leaves", max: DossierLog.mostLeaves) { value throws(DocumentFault) in
            var leaf = try value.object()
            let read = Leaf(
                kind: try leaf.oneOf("kind", LeafEntry.Kind.self),
                number: try leaf.integer("number", 1...DossierMember.most),
                position: try leaf.integer("position", 0...(MerkleTree.mostLeaves - 1)),
                atMilliseconds: try leaf.optionalInteger("atMilliseconds", 0...4_102_444_799_999),
                path: try leaf.hashes("path"))
            try leaf.end()
            guard DossierLog.kinds.contains(read.kind), (read.kind == .document) == (read.atMilliseconds != nil) else {
                throw leaf.fault(
                    .conflictingFields, "only documents, receipts, events and postings; a moment for documents")
            }
            return read
        }
        stamps =
            object.optional("stamps") == nil
            ? []
            : try object.array("stamps", max: DossierLog.mostStamps) { value throws(DocumentFault) in
                var stamp = try value.object()
                let read = Stamp(
                    authority: try stamp.string("authority", length: 1...64),
                    token: try stamp.binary("token", max: TimeStampToken.longest),
                    chain: try stamp.binary("chain", max: DossierLog.longestChain))
                try stamp.end()
                return read
            }
        try object.end()
    }
}

extension ObjectReader {
    /// Bytes in base64url.
    fileprivate mutating func binary(_ name: String, max: Int) throws(DocumentFault) -> [UInt8] {
        let value = try required(name)
        guard let bytes = Base64URL.decode(try value.string(length: 1...(max / 3 * 4 + 4))), bytes.count <= max else {
            throw value.fault(.invalidFormat, "expected bytes in base64url")
        }
        return bytes
    }
}

/// Something about a dossier that is not wrong, and that its reader should know.
package struct DossierRemark: Hashable, Sendable {
    package let member: String
    package let chinese: String
    package let english: String

    /// A dossier of a version that had no log, or of a node that had none.
    static let withoutLog = DossierRemark(
        member: DossierMember.log, chinese: "卷宗不含日志证明，无法核对其内容是否在机构的只增日志中。",
        english: "There is no proof that what it holds stands in the log of the agency.")

    /// Nobody but the agency says when its log was so.
    static let withoutStamp = DossierRemark(
        member: DossierMember.log, chinese: "该日志头尚无时间戳机构的时间戳。",
        english: "No time-stamping authority has stamped the head of the log yet.")

    static func stamped(by authority: String, at text: String, afterHours hours: Int64) -> DossierRemark {
        let late = hours < 24 ? "" : "（晚于日志头\(hours)小时）"
        return DossierRemark(
            member: DossierMember.log, chinese: "时间戳机构“\(authority)”于\(text)加盖时间戳\(late)。",
            english: "Stamped by the authority \(authority) at \(text)"
                + (hours < 24 ? "." : ", \(hours) hours after the head was signed: late."))
    }

    static func authorityUnchecked(_ authority: String) -> DossierRemark {
        DossierRemark(
            member: DossierMember.log, chinese: "未给出可信的时间戳机构证书，“\(authority)”是否可信未核对。",
            english: "Whether \(authority) is to be trusted was not checked: no certificates of authorities were given."
        )
    }
}
