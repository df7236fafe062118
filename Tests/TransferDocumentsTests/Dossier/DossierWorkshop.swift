import TransferCore
import TransferDocuments

/// Makes dossiers of the sample case: whole ones, and ones with one thing wrong.
struct DossierWorkshop {
    static let shared = try! DossierWorkshop()
    static let exportedAt = SigningTime("2026-03-20T02:00:00Z")!
    static let now = exportedAt.secondsSince1970
    private static let year: Int64 = 365 * 86_400

    let anchors: TrustAnchors
    let anchorsPEM: String
    let otherAnchors: TrustAnchors
    let directoryKey: SigningKey
    /// The keys of the agencies, of a third agency, and a key that is in no directory.
    let keys: [AgencyCode: SigningKey]
    let strangerKey: SigningKey
    let entries: [DirectoryEntry]
    static let third = AgencyCode("330100")!

    init() throws {
        let now = DossierWorkshop.now
        let validity = (now - DossierWorkshop.year)...(now + DossierWorkshop.year)
        let rootValidity = (now - 5 * DossierWorkshop.year)...(now + 5 * DossierWorkshop.year)
        let authority = try CertificateAuthority.founding(networkName: "Dossier trial", validity: rootValidity)
        let issuedDirectory = try authority.issueDirectory(validity: validity)
        anchorsPEM = authority.root.pem + issuedDirectory.certificatePEM
        anchors = try TrustAnchors(pem: anchorsPEM)
        let other = try CertificateAuthority.founding(networkName: "Another network", validity: rootValidity)
        otherAnchors = try TrustAnchors(pem: other.root.pem + other.issueDirectory(validity: validity).certificatePEM)
        directoryKey = try DossierWorkshop.key(issuedDirectory)
        strangerKey = try DossierWorkshop.key(authority.issueSigning(for: SampleCase.origin, validity: validity))
        var keys: [AgencyCode: SigningKey] = [:]
        entries = try [SampleCase.origin, SampleCase.destination, DossierWorkshop.third].map { code in
            let signing = try authority.issueSigning(for: code, validity: validity)
            keys[code] = try DossierWorkshop.key(signing)
            let tls = try authority.issueTLS(for: code, hosts: ["node.example"], validity: validity)
            return DirectoryEntry(
                code: code, nameChinese: "示例机构", nameEnglish: "Example",
                endpoint: EndpointURL("https://node.example:8443")!,
                tlsCertificates: [TLSCertificateEntry(tls.certificate)],
                signingCertificates: [SigningCertificateEntry(signing.certificate)], receives: [],
                deadlineProfile: DeadlineProfile(name: "national", workingDays: [:]),
                remittanceAccount: SampleCase.payee)
        }
        self.keys = keys
    }

    private static func key(_ issued: IssuedCertificate) throws -> SigningKey {
        try SigningKey(privateKeyPEM: issued.keyPEM, certificatePEM: issued.certificatePEM)
    }

    func directory(expiresAt: Int64 = now + 86_400, revokingOriginAt revokedAt: Int64? = nil) throws -> [UInt8] {
        var entries = entries
        if let revokedAt, let first = entries.first {
            let signing = first.signingCertificates[0]
            entries[0] = DirectoryEntry(
                code: first.code, nameChinese: first.nameChinese, nameEnglish: first.nameEnglish,
                endpoint: first.endpoint, tlsCertificates: first.tlsCertificates,
                signingCertificates: [
                    SigningCertificateEntry(
                        certificate: signing.certificate, from: signing.from, until: signing.until, revokedAt: revokedAt
                    )
                ], receives: [], deadlineProfile: first.deadlineProfile, remittanceAccount: first.remittanceAccount)
        }
        let issuedAt = DossierWorkshop.now - 30 * 86_400
        let directory = AgencyDirectory(version: 3, issuedAt: issuedAt, expiresAt: expiresAt, agencies: entries)
        return try directory.signed(by: directoryKey, at: SigningTime(secondsSince1970: issuedAt)!)
    }

    /// The archive of a draft.
    func build(_ draft: DossierDraft) throws -> [UInt8] {
        var digests: [DocumentDigest] = []
        var documents = try draft.documents.map { document in
            let head = document.envelope(previous: digests.last)
            let payload = try head.encoded()
            digests.append(DocumentDigest(of: payload))
            let bytes = try (document.key ?? keys[head.head.sender]!).sign(
                payload: payload, typ: .document, at: document.signedAt)
            let receipt = try document.receipt(head, DocumentDigest(of: payload)).map { receipt in
                try (document.receiptKey ?? keys[head.head.recipient]!).sign(
                    payload: try receipt.encoded(), typ: .receipt, at: receipt.receivedAt)
            }
            return Dossier.SignedDocument(bytes: bytes, receipt: receipt)
        }
        if draft.sharesReceipts { documents = try sharing(documents, draft) }
        let dossier = Dossier(
            caseNumber: SampleCase.number, role: draft.role, origin: SampleCase.origin,
            destination: SampleCase.destination, payouts: [.medical, .housing], phase: draft.phase,
            documents: documents, application: draft.application, events: draft.events, postings: draft.postings)
        let exporter = draft.exporter ?? (draft.role == .origin ? SampleCase.origin : SampleCase.destination)
        let log = try draft.hasLog ? DossierWorkshopLog(of: dossier, draft).log(of: exporter, self, draft) : nil
        return try DossierWriter.write(
            dossier.with(log), directory: try draft.directory ?? directory(), exporter: exporter,
            key: draft.manifestKey ?? keys[exporter]!, at: DossierWorkshop.exportedAt)
    }

    /// The same documents, with one signature over all receipts of a side, as if it had taken them in together.
    private func sharing(
        _ documents: [Dossier.SignedDocument], _ draft: DossierDraft
    ) throws -> [Dossier.SignedDocument] {
        var documents = documents
        for recipient in [SampleCase.origin, SampleCase.destination] {
            let places = documents.indices.filter { draft.documents[$0].recipient == recipient }
            let alone = try places.map {
                try JWS.parse(documents[$0].receipt ?? [], typ: .receipt, maximumBytes: 1 << 16)
            }
            guard let last = alone.map(\.header.signingTime).max() else { continue }
            let shared = try keys[recipient]!.sign(receipts: alone.map(\.payload), at: last)
            for (place, receipt) in zip(places, draft.changeSharedReceipts(shared)) {
                documents[place] = Dossier.SignedDocument(bytes: documents[place].bytes, receipt: receipt)
            }
        }
        return documents
    }

    func findings(_ bytes: [UInt8], at time: Int64 = now) -> [DossierFinding] {
        DossierVerifier.verify(bytes, anchors: anchors, at: time)
    }
}

/// What goes into a dossier, to be changed before it is made.
struct DossierDraft {
    var role = Role.destination
    var phase = "completed"
    var documents: [Document]
    var application: [UInt8]? = SampleCase.applicationBytes
    var events: [Dossier.Event]
    var postings: [Posting]
    var directory: [UInt8]?
    var exporter: AgencyCode?
    var manifestKey: SigningKey?
    /// Whether the receipts of a side share one signature.
    var sharesReceipts = false
    var changeSharedReceipts: @Sendable ([[UInt8]]) -> [[UInt8]] = { $0 }
    /// A dossier of an older node has none.
    var hasLog = true
    /// Changes what is proved, before the head is signed.
    var changeLeaves: @Sendable (inout [DossierLog.Leaf]) -> Void = { _ in }
    /// Changes the head before it is signed.
    var changeHead: @Sendable (TreeHead) -> TreeHead = { $0 }
    /// Nil for the key of the exporter.
    var headKey: SigningKey?
    /// Stamps over the bytes of the head.
    var stamps: @Sendable (_ head: [UInt8]) throws -> [DossierLog.Stamp] = { _ in [] }

    struct Document {
        var content: DocumentContent
        var sequence: Int
        var caseNumber = SampleCase.number
        var sender: AgencyCode
        var recipient: AgencyCode
        var signedAt: SigningTime
        /// Nil for the key of the sender.
        var key: SigningKey?
        /// Nil for the key of the recipient.
        var receiptKey: SigningKey?
        var previous: DocumentDigest?
        var receipt: (DocumentEnvelope, DocumentDigest) -> Receipt? = Document.accepted

        func envelope(previous last: DocumentDigest?) -> DocumentEnvelope {
            let isFirst = content.kind == .acceptanceLetter && sequence == 1
            return DocumentEnvelope(
                caseNumber: caseNumber, sender: sender, recipient: recipient, sequence: sequence,
                previous: isFirst ? nil : previous ?? last, issuedAt: signedAt, maker: .straightThrough,
                checker: .straightThrough, content: content)
        }

        static func accepted(_ envelope: DocumentEnvelope, _ digest: DocumentDigest) -> Receipt? {
            receipt(envelope, digest, .accepted)
        }

        static func receipt(_ envelope: DocumentEnvelope, _ digest: DocumentDigest, _ result: Receipt.Result) -> Receipt
        {
            Receipt(
                caseNumber: envelope.head.caseNumber, sender: envelope.head.sender,
                recipient: envelope.head.recipient, sequence: envelope.head.sequence, digest: digest, result: result,
                receivedAt: SigningTime(secondsSince1970: envelope.head.issuedAt.secondsSince1970 + 5)!,
                receiver: "node-1")
        }
    }

    /// The sample case, completed, as one side has it.
    static func completed(as role: Role) -> DossierDraft { DossierStory.completed.draft(as: role) }

    /// Documents in their order, each with its sequence; a side is named where both may write the kind. One is signed a
    /// day, or two when there are many.
    static func documents(_ contents: [(DocumentContent, Role?)]) -> [Document] {
        var sequences: [AgencyCode: Int] = [:]
        let first = SigningTime("2026-03-10T02:00:00Z")!.secondsSince1970
        let step: Int64 = contents.count > 10 ? 43_200 : 86_400
        return contents.enumerated().map { place, said in
            let (content, side) = said
            let role = side ?? (content.kind.senders.contains(.origin) ? .origin : .destination)
            let sender = role == .destination ? SampleCase.destination : SampleCase.origin
            sequences[sender, default: 0] += 1
            return Document(
                content: content, sequence: sequences[sender]!, sender: sender,
                recipient: role == .destination ? SampleCase.origin : SampleCase.destination,
                signedAt: SigningTime(secondsSince1970: first + Int64(place) * step)!)
        }
    }

    /// The destination has sent its letter, and nothing has come back.
    static var letterSent: DossierDraft {
        var draft = completed(as: .destination)
        draft.documents.removeLast(draft.documents.count - 1)
        draft.events.removeLast(draft.events.count - 2)
        draft.postings = []
        draft.phase = "awaiting-reply"
        return draft
    }

    /// The origin has returned the letter, the applicant has corrected the application, and a second letter answers it.
    static func corrected(to application: [UInt8]) throws -> DossierDraft {
        var draft = letterSent
        let letter = SampleCase.letter
        var note = draft.documents[0]
        note.content = .returnNote(SampleCase.note)
        (note.sender, note.recipient) = (SampleCase.origin, SampleCase.destination)
        var second = draft.documents[0]
        second.sequence = 2
        second.content = .acceptanceLetter(
            AcceptanceLetter(
                version: 2, person: letter.person, payee: letter.payee, office: letter.office, payouts: letter.payouts,
                payoutAccount: letter.payoutAccount, applicationDigest: DocumentDigest(of: application).text,
                issuedOn: letter.issuedOn))
        draft.documents += [note, second]
        let correction = Dossier.Event(
            branch: .pension, name: "application-corrected", code: nil, atMilliseconds: 1_773_200_000_000,
            actor: "token:employer", cause: DocumentDigest(of: application).text, attachment: application)
        draft.events += [
            event("letter-returned", code: SampleCase.note.reason.code), correction, event("application-passed"),
        ]
        return draft
    }

    static func event(
        _ name: String, _ branch: Branch = .pension, code: String? = nil, cause: String? = nil
    ) -> Dossier.Event {
        Dossier.Event(
            branch: branch, name: name, code: code, atMilliseconds: 1_773_100_000_000, actor: "policy:straight-through",
            cause: cause)
    }
}
