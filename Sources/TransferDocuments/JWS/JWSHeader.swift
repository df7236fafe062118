/// What a signed thing is, said in the protected header, so that one kind can never be passed off as another.
package enum JWSType: String, Sendable, CaseIterable {
    /// A document of a case.
    case document = "jiexu-document"
    /// The receipt for a document.
    case receipt = "jiexu-receipt"
    /// The directory of agencies.
    case directory = "jiexu-directory"
    /// The table of contents of a dossier.
    case dossier = "jiexu-dossier"
    /// What an agency says of the cases that it has with another one.
    case stateDigest = "jiexu-state-digest"
    /// That an agency has not answered.
    case silence = "jiexu-silence"
    /// What a node says of its log: its size and its root.
    case treeHead = "jiexu-tree-head"
    /// What two nodes tell each other about their logs.
    case headExchange = "jiexu-tree-heads"
    /// By which directory a node works.
    case directoryHeld = "jiexu-directory-held"
}

/// The protected header of a signature, in the baseline profile of JAdES: the algorithm ES256, the kind of thing, the
/// digest of the signer's certificate and the time of signing. It has these five members and no other, so nothing in a
/// message can name a key, a place to fetch one, or another way of reading the payload.
///
/// Receipts that were signed together name another algorithm (``SharedSignature``) and are alike in all else.
///
/// Source: ETSI TS 119 182-1 V1.1.1, clauses 5.1 and 5.2 (`x5t#S256`, `sigT`, `crit`); RFC 7515, section 4.1.
package struct JWSHeader: Hashable, Sendable {
    package let typ: JWSType
    /// The SHA-256 digest of the signer's certificate (DER). Whose certificate it is, and whether it was good at
    /// ``signingTime``, the directory knows.
    package let certificate: DocumentDigest
    package let signingTime: SigningTime
    /// Whether the signature is one over several things.
    let isShared: Bool

    package init(typ: JWSType, certificate: DocumentDigest, signingTime: SigningTime) {
        self.init(typ: typ, certificate: certificate, signingTime: signingTime, isShared: false)
    }

    init(typ: JWSType, certificate: DocumentDigest, signingTime: SigningTime, isShared: Bool) {
        self.typ = typ
        self.certificate = certificate
        self.signingTime = signingTime
        self.isShared = isShared
    }

    /// The bytes of the header as we write it. Others may write the members in another order.
    package var bytes: [UInt8] {
        Array(
            """
            {"alg":"\(isShared ? SharedSignature.algorithm : "ES256")","typ":"\(typ.rawValue)",\
            "x5t#S256":"\(certificate.text)","sigT":"\(signingTime.text)","crit":["sigT"]}
            """.utf8)
    }

    /// Reads a header and insists on every member.
    ///
    /// - Parameter typ: the only kind that is accepted here.
    package init(reading bytes: [UInt8], typ expected: JWSType) throws(JWSFault) {
        if let own = JWSHeader(asWritten: bytes, typ: expected) {
            self = own
            return
        }
        let members: JSON
        do throws(JSONFault) {
            members = try JSON.parse(bytes, limits: JWSHeader.limits)
        } catch {
            throw JWSFault(.header, "the protected header: \(error.code.rawValue) at byte \(error.offset)")
        }
        // In this order, so that what matters most is named when several things are wrong.
        let isShared = expected == SharedSignature.type && members["alg"] == .string(SharedSignature.algorithm)
        guard isShared || members["alg"] == .string("ES256") else { throw JWSFault(.alg, "alg must be ES256") }
        guard members["crit"] == .array([.string("sigT")]), members["sigT"] != nil else {
            throw JWSFault(.crit, #"crit must be ["sigT"], and sigT be present"#)
        }
        guard members["typ"] == .string(expected.rawValue) else {
            throw JWSFault(.typ, "typ must be \(expected.rawValue)")
        }
        guard case .string(let thumbprint) = members["x5t#S256"], let certificate = DocumentDigest(text: thumbprint)
        else { throw JWSFault(.header, "x5t#S256 must be the SHA-256 digest of a certificate in base64url") }
        guard case .string(let time) = members["sigT"], let signingTime = SigningTime(time) else {
            throw JWSFault(.header, "sigT must be of the form 2026-11-21T08:00:00Z")
        }
        guard case .object(let object) = members, object.members.count == 5 else {
            throw JWSFault(.header, "only alg, typ, x5t#S256, sigT and crit are allowed")
        }
        self.init(typ: expected, certificate: certificate, signingTime: signingTime, isShared: isShared)
    }

    /// Reads a header that has the very form in which ``bytes`` writes it, as almost all have; nil for every other one.
    private init?(asWritten bytes: [UInt8], typ: JWSType) {
        if let own = JWSHeader(bytes, behind: JWSHeader.fronts[typ], typ: typ, isShared: false) {
            self = own
        } else if typ == SharedSignature.type,
            let own = JWSHeader(bytes, behind: JWSHeader.sharedFront, typ: typ, isShared: true)
        {
            self = own
        } else {
            return nil
        }
    }

    private init?(_ bytes: [UInt8], behind front: [UInt8]?, typ: JWSType, isShared: Bool) {
        guard let front else { return nil }
        let thumbprint = front.count..<(front.count + 43)
        let time =
            (thumbprint.upperBound + JWSHeader.middle.count)..<(thumbprint.upperBound + JWSHeader.middle.count + 20)
        guard bytes.count == time.upperBound + JWSHeader.back.count, bytes.starts(with: front),
            bytes[thumbprint.upperBound..<time.lowerBound].elementsEqual(JWSHeader.middle),
            bytes[time.upperBound...].elementsEqual(JWSHeader.back),
            let digest = Base64URL.decode(bytes[thumbprint]).flatMap({ DocumentDigest(bytes: $0) }),
            let signingTime = SigningTime(String(decoding: bytes[time], as: UTF8.self))
        else { return nil }
        self.init(typ: typ, certificate: digest, signingTime: signingTime, isShared: isShared)
    }

    private static func front(_ algorithm: String, _ typ: JWSType) -> [UInt8] {
        Array("{\"alg\":\"\(algorithm)\",\"typ\":\"\(typ.rawValue)\",\"x5t#S256\":\"".utf8)
    }

    private static let fronts: [JWSType: [UInt8]] = Dictionary(
        uniqueKeysWithValues: JWSType.allCases.map { ($0, front("ES256", $0)) })
    private static let sharedFront = front(SharedSignature.algorithm, SharedSignature.type)
    private static let middle = Array("\",\"sigT\":\"".utf8)
    private static let back = Array("\",\"crit\":[\"sigT\"]}".utf8)

    private static let limits = JSONLimits(
        bytes: JWS.longestHeader, depth: 2, members: 16, topLevelObjectOnly: true, integersOnly: true,
        textRule: .document)
}
