package import TransferDocuments

/// Whether a head of another node's log is accepted as the next one.
///
/// Source: C2SP `tlog-witness` (a proof from the size that is held; a conflict is answered with that size), reliability
/// handbook, L1, L3 and L4. That a smaller head is evidence only when it was signed later is our addition: two exchanges
/// may overtake each other on the way.
package enum HeadRules {
    package enum Verdict: Hashable, Sendable {
        /// It is the next head.
        case taken(proof: [DocumentDigest])
        /// It is the next head, of a log of which a part was lost: accepted, with an alarm.
        case restarted
        /// It is held already.
        case known
        /// An older head that comes late; it says nothing.
        case late
        /// It is larger, and no proof from the size that is held came with it.
        case unproven
        case conflict(HeadConflict.Kind, proof: [DocumentDigest])
    }

    /// - Parameters:
    ///   - last: the newest head that is held; nil for none.
    ///   - proofs: what came with the head.
    package static func judge(
        _ head: TreeHead, after last: TreeHead?, proofs: [HeadExchange.Proof]
    ) -> Verdict {
        guard let last else { return .taken(proof: []) }
        let isLater = head.atMilliseconds > last.atMilliseconds
        guard head.epoch >= last.epoch else { return isLater ? .conflict(.olderEpoch, proof: []) : .late }
        guard head.epoch == last.epoch else { return .restarted }
        if head.size == last.size {
            return head.root == last.root ? .known : .conflict(.otherRoot, proof: [])
        }
        guard head.size > last.size else { return isLater ? .conflict(.smaller, proof: []) : .late }
        guard let proof = proofs.first(where: { $0.size == last.size })?.hashes else { return .unproven }
        return head.goesOn(from: last, proof: proof) ? .taken(proof: proof) : .conflict(.inconsistent, proof: proof)
    }
}

extension TreeHead {
    /// Whether the log of this head begins with that of a smaller one of the same epoch.
    package func goesOn(from other: TreeHead, proof: [DocumentDigest]) -> Bool {
        epoch == other.epoch
            && MerkleProof.proves(
                (size: other.size, root: other.root), growsInto: (size: size, root: root), proof: proof)
    }
}
