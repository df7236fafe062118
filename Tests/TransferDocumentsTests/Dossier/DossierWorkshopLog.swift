import TransferCore
import TransferDocuments

/// The log of the agency that exports a dossier of the workshop: the leaves of the case, and others between them.
struct DossierWorkshopLog {
    private struct Entry {
        let kind: LeafEntry.Kind
        let number: Int
        var atMilliseconds: Int64?
        let hash: DocumentDigest
    }

    private var entries: [Entry] = []

    init(of dossier: Dossier, _ draft: DossierDraft) throws {
        let number = dossier.caseNumber
        for (place, event) in dossier.events.enumerated() {
            let hash = LeafEntry.event(event, sequence: place + 1, of: number)
            entries.append(Entry(kind: .event, number: place + 1, hash: hash))
        }
        for (place, document) in dossier.documents.enumerated() {
            let jws = try JWS.parse(document.bytes, typ: .document, maximumBytes: 2 << 20)
            let head = try DocumentHead(decoding: jws.payload)
            let at = draft.documents[place].signedAt.secondsSince1970 * 1_000 + 417
            let hash = LeafEntry.document(
                sender: head.sender, recipient: head.recipient, sequence: head.sequence, kind: head.kind,
                digest: jws.payloadDigest, at: at, of: number)
            entries.append(Entry(kind: .document, number: place + 1, atMilliseconds: at, hash: hash))
            guard let receipt = document.receipt else { continue }
            let content = try Receipt(
                decoding: try JWS.parse(receipt, typ: .receipt, maximumBytes: 64 << 10).payload)
            let receiptHash = LeafEntry.receipt(
                receipt, isRefused: content.result != .accepted, sender: head.sender, sequence: head.sequence,
                of: number)
            entries.append(Entry(kind: .receipt, number: place + 1, hash: receiptHash))
        }
        for (place, posting) in dossier.postings.enumerated() {
            let hash = LeafEntry.posting(
                kind: posting.kind.rawValue,
                lines: posting.lines.map { (account: $0.account.name, amount: $0.amount.fen) }, of: number,
                bankReference: nil)
            entries.append(Entry(kind: .posting, number: place + 1, hash: hash))
        }
    }

    func log(of exporter: AgencyCode, _ workshop: DossierWorkshop, _ draft: DossierDraft) throws -> DossierLog {
        // Another case's leaf stands before each of ours, and some behind the last.
        var hashes: [DocumentDigest] = []
        var positions: [Int64] = []
        for (place, entry) in entries.enumerated() {
            hashes.append(MerkleTree.leaf([UInt8(place & 255), 1]))
            positions.append(Int64(hashes.count))
            hashes.append(entry.hash)
        }
        hashes += (0..<5).map { MerkleTree.leaf([UInt8($0), 2]) }
        let size = Int64(hashes.count)
        var leaves = zip(entries, positions).map { entry, position in
            DossierLog.Leaf(
                kind: entry.kind, number: entry.number, position: position, atMilliseconds: entry.atMilliseconds,
                path: MerkleProof.inclusion(of: position, in: size) { level, index in
                    MerkleTree.root(of: hashes[(Int(index) << level)..<((Int(index) + 1) << level)])
                })
        }
        draft.changeLeaves(&leaves)
        let head = draft.changeHead(
            TreeHead(
                agency: exporter, epoch: 1, size: size, root: MerkleTree.root(of: hashes),
                atMilliseconds: (DossierWorkshop.exportedAt.secondsSince1970 - 40) * 1_000 + 250))
        let signed = try (draft.headKey ?? workshop.keys[exporter]!).sign(
            payload: try head.encoded(), typ: .treeHead,
            at: SigningTime(secondsSince1970: DossierWorkshop.exportedAt.secondsSince1970 - 40)!)
        return DossierLog(head: signed, leaves: leaves, stamps: try draft.stamps(signed))
    }
}

extension Dossier {
    func with(_ log: DossierLog?) -> Dossier {
        Dossier(
            caseNumber: caseNumber, role: role, origin: origin, destination: destination, payouts: payouts,
            phase: phase, documents: documents, application: application, events: events, postings: postings,
            log: log)
    }
}
