import TransferCore

// Whether what a dossier holds stands in the log of the agency that exports it.

extension DossierInspection {
    /// - Parameter exporter: the agency that signed the table of contents.
    mutating func checkLog(by exporter: AgencyCode) {
        guard let bytes = archive[DossierMember.log] else { return remark(.withoutLog) }
        let log: DossierLog
        let signature: JWS
        let head: TreeHead
        do {
            log = try DossierLog(decoding: bytes)
            signature = try JWS.parse(log.head, typ: .treeHead, maximumBytes: TreeHead.longest)
            head = try TreeHead(decoding: signature.payload)
        } catch {
            return find(.memberUnreadable, DossierMember.log, "日志证明无法读取。", "It cannot be read: \(error).")
        }
        let signedAt = signature.header.signingTime
        verify(signature, DossierMember.log, by: exporter, seenAt: signedAt)
        if head.agency != exporter {
            find(
                .signerOther, DossierMember.log, "日志是\(head.agency)的，不是\(exporter)的。",
                "The log is that of \(head.agency), not of \(exporter).")
        }
        if head.atMilliseconds / 1_000 != signedAt.secondsSince1970 {
            find(
                .signatureInvalid, DossierMember.log, "日志头的签名时间与所载时间不一致。",
                "The head was not signed at the time that it names.")
        }
        check(log.stamps, over: SignedTreeHead(head: head, bytes: log.head))
        guard let caseFile else { return }
        var proven: Set<LeafPlace> = []
        for leaf in log.leaves {
            let place = LeafPlace(kind: leaf.kind, number: leaf.number)
            let member = place.member
            guard let hash = hash(of: leaf, in: caseFile.caseNumber) else { continue }
            let holds = MerkleProof.proves(
                hash, at: leaf.position, size: head.size, root: head.root, path: leaf.path)
            if !holds || !proven.insert(place).inserted {
                find(
                    .logProofInvalid, member, "日志证明不能证明\(place.chinese)在日志中。",
                    "The log does not hold \(place.english) as it is here.")
            }
            proven.insert(place)
        }
        for place in leafPlaces where !proven.contains(place) {
            find(
                .logProofMissing, place.member, "没有\(place.chinese)在日志中的证明。",
                "There is no proof that \(place.english) stands in the log.")
        }
    }

    /// Time-stamps hold for themselves, under the certificates that came with them, and under those that the reader trusts.
    private mutating func check(_ stamps: [DossierLog.Stamp], over head: SignedTreeHead) {
        guard !stamps.isEmpty else { return remark(.withoutStamp) }
        for stamp in stamps {
            do throws(TimeStampFault) {
                let token = try TimeStampToken(stamp.token)
                try token.verify(head, signedBy: try StampCertificate.all(inSequence: stamp.chain))
                if stampAuthorities.isEmpty {
                    remark(.authorityUnchecked(stamp.authority))
                } else {
                    try token.verify(head, signedBy: stampAuthorities)
                }
                guard token.atMilliseconds / 1_000 <= now + SignedDirectory.clockTolerance,
                    let at = SigningTime(secondsSince1970: token.atMilliseconds / 1_000)
                else { throw TimeStampFault(.time, "it was made after the present time") }
                let hours = max(0, token.atMilliseconds - head.head.atMilliseconds) / 3_600_000
                remark(.stamped(by: stamp.authority, at: at.text, afterHours: hours))
            } catch {
                find(
                    .stampInvalid, DossierMember.log, "时间戳无效。",
                    "The time-stamp of \(stamp.authority) does not hold: \(error).")
            }
        }
    }

    /// What has to be proved: all that the dossier holds and that could be read.
    private var leafPlaces: [LeafPlace] {
        documents.map { LeafPlace(kind: .document, number: $0.number) }
            + documents.filter { archive[DossierMember.receipt($0.number)] != nil }
            .map { LeafPlace(kind: .receipt, number: $0.number) }
            + events.indices.map { LeafPlace(kind: .event, number: $0 + 1) }
            + postings.indices.map { LeafPlace(kind: .posting, number: $0 + 1) }
    }

    /// The leaf of what stands in the dossier; nil when it is not there or cannot be read, which is found elsewhere.
    private mutating func hash(of leaf: DossierLog.Leaf, in number: CaseNumber) -> DocumentDigest? {
        switch leaf.kind {
        case .document:
            guard let document = documents.first(where: { $0.number == leaf.number }) else { return nil }
            let head = document.envelope.head
            return LeafEntry.document(
                sender: head.sender, recipient: head.recipient, sequence: head.sequence, kind: head.kind,
                digest: document.digest, at: leaf.atMilliseconds ?? 0, of: number)
        case .receipt:
            guard let document = documents.first(where: { $0.number == leaf.number }),
                let receipt = archive[DossierMember.receipt(leaf.number)]
            else { return nil }
            let head = document.envelope.head
            return LeafEntry.receipt(
                Array(receipt), isRefused: document.isRefused, sender: head.sender, sequence: head.sequence, of: number)
        case .event:
            guard events.indices.contains(leaf.number - 1) else { return nil }
            let event = events[leaf.number - 1]
            return LeafEntry.event(
                Dossier.Event(
                    branch: event.branch, name: event.name, code: event.code, atMilliseconds: event.atMilliseconds,
                    actor: event.actor, cause: event.cause,
                    attachment: archive[DossierMember.attachment(leaf.number)].map { Array($0) }),
                sequence: leaf.number, of: number)
        case .posting:
            guard postings.indices.contains(leaf.number - 1) else { return nil }
            let posting = postings[leaf.number - 1]
            return LeafEntry.posting(
                kind: posting.kind.rawValue, lines: posting.lines.map { (account: $0.account, amount: $0.fen) },
                of: number, bankReference: nil)
        case .refusal, .key, .directory, .loss, .settings, .rules, .proposal, .verdict, .acknowledgement, .recovered:
            return nil
        }
    }
}

/// What a leaf of a case is of, by its place in the dossier.
private struct LeafPlace: Hashable {
    let kind: LeafEntry.Kind
    let number: Int

    var member: String {
        switch kind {
        case .document: DossierMember.document(number)
        case .receipt: DossierMember.receipt(number)
        case .event: DossierMember.events
        case .posting: DossierMember.postings
        case .refusal, .key, .directory, .loss, .settings, .rules, .proposal, .verdict, .acknowledgement, .recovered:
            DossierMember.log
        }
    }

    var chinese: String {
        switch kind {
        case .document: "该文书"
        case .receipt: "该回执"
        case .event: "第\(number)个事件"
        case .posting: "第\(number)笔记账"
        case .refusal, .key, .directory, .loss, .settings, .rules, .proposal, .verdict, .acknowledgement, .recovered:
            "该记录"
        }
    }

    var english: String { "\(kind.rawValue) \(number)" }
}
