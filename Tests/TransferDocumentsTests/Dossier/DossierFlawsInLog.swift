import TransferCore
import TransferDocuments

extension DossierFlaw {
    /// What is wrong with the proofs that a dossier's content stands in the log.
    static let inLog: [DossierFlaw] = [
        DossierFlaw(name: "the log holds another event", code: .logProofInvalid, member: "events.json") { draft in
            draft.changeLeaves = { leaves in
                guard let place = leaves.firstIndex(where: { $0.kind == .event && $0.number == 2 }) else { return }
                leaves[place] = leaves[place].standing(at: leaves[place].position - 1)
            }
        },
        DossierFlaw(
            name: "the log has a document at another time", code: .logProofInvalid, member: "documents/0003.jws"
        ) { draft in
            draft.changeLeaves = { leaves in
                guard let place = leaves.firstIndex(where: { $0.kind == .document && $0.number == 3 }) else { return }
                let leaf = leaves[place]
                leaves[place] = DossierLog.Leaf(
                    kind: .document, number: 3, position: leaf.position,
                    atMilliseconds: leaf.atMilliseconds.map { $0 + 1 }, path: leaf.path)
            }
        },
        DossierFlaw(
            name: "a receipt is not proved to stand in the log", code: .logProofMissing, member: "receipts/0002.jws"
        ) {
            $0.changeLeaves = { leaves in leaves.removeAll { $0.kind == .receipt && $0.number == 2 } }
        },
        DossierFlaw(name: "a posting is proved twice", code: .logProofInvalid, member: "postings.json") {
            $0.changeLeaves = { leaves in leaves += leaves.filter { $0.kind == .posting }.prefix(1) }
        },
        DossierFlaw(name: "the head has another root", code: .logProofInvalid, member: "events.json") {
            $0.changeHead = {
                TreeHead(
                    agency: $0.agency, epoch: $0.epoch, size: $0.size, root: MerkleTree.leaf([1]),
                    atMilliseconds: $0.atMilliseconds)
            }
        },
        DossierFlaw(name: "the log is that of another agency", code: .signerOther, member: "log.json") {
            $0.changeHead = {
                TreeHead(
                    agency: DossierWorkshop.third, epoch: $0.epoch, size: $0.size, root: $0.root,
                    atMilliseconds: $0.atMilliseconds)
            }
        },
        DossierFlaw(name: "another agency signed the head", code: .signerOther, member: "log.json") {
            $0.headKey = DossierWorkshop.shared.keys[DossierWorkshop.third]
        },
        DossierFlaw(name: "the time-stamp is none", code: .stampInvalid, member: "log.json") {
            $0.stamps = { head in [DossierLog.Stamp(authority: "a", token: head, chain: [0x30, 0])] }
        },
        DossierFlaw(name: "the head was signed at another time", code: .signatureInvalid, member: "log.json") {
            $0.changeHead = {
                TreeHead(
                    agency: $0.agency, epoch: $0.epoch, size: $0.size, root: $0.root,
                    atMilliseconds: $0.atMilliseconds - 60_000)
            }
        },
    ]
}

extension DossierLog.Leaf {
    fileprivate func standing(at position: Int64) -> DossierLog.Leaf {
        DossierLog.Leaf(kind: kind, number: number, position: position, atMilliseconds: atMilliseconds, path: path)
    }
}
