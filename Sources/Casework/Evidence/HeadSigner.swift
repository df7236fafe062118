package import TransferCore
package import TransferDocuments

/// Signs the heads of a node's log and keeps each before anybody sees it.
package struct HeadSigner: Sendable {
    private let log: any EvidenceStore
    private let agency: AgencyCode
    private let clock: any NodeClock
    private let signer: any DocumentSigner
    private let anchor: (any HeadAnchor)?

    /// - Parameter anchor: where the newest head is noted outside the store; nil for nowhere.
    package init(
        log: any EvidenceStore, agency: AgencyCode, clock: any NodeClock, signer: any DocumentSigner,
        anchor: (any HeadAnchor)? = nil
    ) {
        self.log = log
        self.agency = agency
        self.clock = clock
        self.signer = signer
        self.anchor = anchor
    }

    /// The newest head; a new one is signed when the log has grown and the last one is at least a second old.
    ///
    /// - Parameter isUrgent: whether a new one is signed also within the second.
    /// - Returns: nil for a log without leaves.
    package func newestHead(isUrgent: Bool = false) async throws(WitnessFault) -> SignedTreeHead? {
        for attempt in 1... {
            let now = clock.now
            do {
                let last = try await log.newestOwnHead()
                if let last, !isUrgent,
                    abs(now.milliseconds - last.head.atMilliseconds) < WitnessDesk.restMilliseconds
                {
                    return last
                }
                let tree = try await log.tree()
                if tree.size == 0 || last?.head.size == tree.size { return last }
                // Heads that grow are heads that come later, also when the clock was set back.
                let at = max(now.milliseconds, (last?.head.atMilliseconds ?? 0) + 1)
                let head = TreeHead(
                    agency: agency, epoch: try await log.epoch(), size: tree.size, root: tree.root, atMilliseconds: at)
                let bytes = try signer.sign(
                    try head.encoded(), type: .treeHead, at: Instant(milliseconds: at))
                let kept = try await log.keepOwnHead(SignedTreeHead(head: head, bytes: bytes))
                try anchor?.keep(kept)
                return kept
            } catch StoreError.caseMovedOn where attempt < Desk.attempts {
                continue
            } catch let error as StoreError {
                throw .store(error)
            } catch let fault as SigningFault {
                throw .signing(fault)
            } catch {
                throw .store(.corrupt("our own head cannot be written: \(error)"))
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }
}
