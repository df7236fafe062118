import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

/// A dossier of a real case proves that everything in it stands in the node's log.
@Suite struct `The proofs for a dossier` {
    private func view(_ number: CaseNumber, at node: PairNode) async throws -> CaseView {
        try #require(
            try await CaseView.read(
                number, from: node.store, limits: node.desk.agency.limits, calendar: node.desk.agency.calendar))
    }

    @Test(arguments: [0, 1]) func `cover every document, receipt, event and posting`(side: Int) async throws {
        try await NodePair.run { pair in
            _ = try await pair.transferOf(2)
            let number = try await pair.transfer()
            _ = try await pair.transferOf(3)
            let node = pair.nodes[side]
            let view = try await view(number, at: node)
            let log = node.log
            let head = try #require(try await pair.witness(node).newestHead())
            let extract = try await LogExtract.log(
                of: view, leaves: try await log.leaves(of: number), head: head, from: log)
            func count(_ kind: LeafEntry.Kind) -> Int { extract.leaves.count { $0.kind == kind } }
            #expect(count(.document) == view.file.documents.count)
            #expect(count(.receipt) == view.file.documents.count)
            #expect(count(.event) == view.file.events.count)
            #expect(count(.posting) == view.postings.count)
            for leaf in extract.leaves where leaf.kind == .document {
                let document = view.file.documents[leaf.number - 1]
                let hash = LeafEntry.document(
                    sender: document.sender, recipient: document.recipient, sequence: document.sequence,
                    kind: document.kind, digest: document.digest, at: try #require(leaf.atMilliseconds), of: number)
                #expect(proves(hash, leaf, head.head))
            }
            for leaf in extract.leaves where leaf.kind == .receipt {
                let document = view.file.documents[leaf.number - 1]
                let hash = LeafEntry.receipt(
                    try #require(document.receipt), isRefused: document.isRefused, sender: document.sender,
                    sequence: document.sequence, of: number)
                #expect(proves(hash, leaf, head.head))
            }
            for leaf in extract.leaves where leaf.kind == .event {
                let event = view.file.events[leaf.number - 1]
                let hash = LeafEntry.event(
                    Dossier.Event(
                        branch: event.branch, name: event.name, code: event.code,
                        atMilliseconds: event.at.milliseconds, actor: event.actor, cause: event.cause,
                        attachment: event.attachment), sequence: leaf.number, of: number)
                #expect(proves(hash, leaf, head.head))
            }
            for leaf in extract.leaves where leaf.kind == .posting {
                let posting = view.postings[leaf.number - 1]
                let hash = LeafEntry.posting(
                    kind: posting.kind.rawValue,
                    lines: posting.lines.map { (account: $0.account.name, amount: $0.amount.fen) }, of: number,
                    bankReference: nil)
                #expect(proves(hash, leaf, head.head))
            }
        }
    }

    private func proves(_ hash: DocumentDigest, _ leaf: DossierLog.Leaf, _ head: TreeHead) -> Bool {
        MerkleProof.proves(hash, at: leaf.position, size: head.size, root: head.root, path: leaf.path)
    }
}
