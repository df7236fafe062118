import TransferCore
package import TransferDocuments

/// Gathers what an agency did to reach another one that does not answer.
package enum SilenceRecord {
    /// The proof for one case: our documents that have no receipt, and those that the peer has and owes an answer to.
    ///
    /// - Parameters:
    ///   - attempts: of the documents of the case, by their sequence.
    ///   - today: for counting the days late.
    package static func proof(
        of view: CaseView, attempts: [DeliveryHistory], agency: AgencySettings, directory: SignedDirectory,
        at moment: Instant
    ) -> ProofOfSilence {
        let opening = view.opening
        let peer = opening.role == .destination ? opening.origin : opening.destination
        let peersTurn: Holder = opening.role == .destination ? .origin : .destination
        let owes = view.summary.holder == peersTurn
        let due = owes ? view.summary.due : nil
        let histories = Dictionary(attempts.map { ($0.sequence, $0) }) { first, _ in first }
        let own = Set(view.deliveries.map(\.sequence))
        func isOurs(_ document: StoredDocument) -> Bool {
            directory.isSame(document.sender, agency.code) && own.contains(document.sequence)
        }
        // Behind the newest that came from the peer, everything of ours waits for an answer.
        let answered = view.file.documents.lastIndex { !isOurs($0) && !$0.isRefused } ?? -1
        var documents: [ProofOfSilence.Unanswered] = []
        var reminders: [ProofOfSilence.Unanswered] = []
        for (place, document) in view.file.documents.enumerated() where isOurs(document) {
            let item = ProofOfSilence.Unanswered(document, histories[document.sequence])
            if document.kind.rawValue == reminder {
                reminders.append(item)
            } else if document.receipt == nil || (owes && place > answered) {
                documents.append(item)
            }
        }
        let today = moment.date
        let late = due?.next.map { agency.calendar.workingDays(from: $0, through: today, countingUpTo: 100_000) } ?? 0
        return ProofOfSilence(
            caseNumber: opening.number, agency: agency.code, peer: peer, peerInForce: directory.inForce(peer),
            madeAt: moment.signingTime, phase: view.summary.phase, due: due, workingDaysLate: late,
            documents: Array(documents.prefix(ProofOfSilence.mostDocuments)),
            reminders: Array(reminders.suffix(ProofOfSilence.mostDocuments)))
    }

    /// The published name of the kind of document that reminds the other office.
    private static let reminder = "reminder"
}

extension ProofOfSilence.Unanswered {
    fileprivate init(_ document: StoredDocument, _ history: DeliveryHistory?) {
        // An attempt that a clock set back made is told at its moment nevertheless, in the order of time.
        let attempts = (history?.attempts ?? []).map {
            ProofOfSilence.Attempt(at: $0.at.signingTime, code: $0.code)
        }
        self.init(
            kind: document.kind.rawValue, sequence: document.sequence, digest: document.digest,
            signedAt: document.at.signingTime, receipt: document.receipt.map { String(decoding: $0, as: UTF8.self) },
            failedAttempts: history?.failedAttempts ?? 0, attempts: attempts.sorted { $0.at < $1.at })
    }
}

extension ProofOfSilence {
    /// Signs the proof and puts it into a file with the directory that names the keys.
    ///
    /// - Parameter directory: the signed bytes.
    package func file(signedBy key: SigningKey, directory: [UInt8]) throws -> [UInt8] {
        let proof = try key.sign(payload: try encoded(), typ: .silence, at: madeAt)
        return try SilenceFile(proof: proof, directory: directory).encoded()
    }
}
