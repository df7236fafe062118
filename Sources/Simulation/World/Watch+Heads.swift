import Casework
import Synchronization
import TransferCore
import TransferDocuments

// Tree heads and old backups, as the watch sees them.

extension Watch {
    /// Tells the watch that the disk of a node is an old backup, or its own again.
    func isBehind(_ node: Int, _ isOld: Bool) {
        state.withLock { state in
            if isOld { state.behind.insert(node) } else { state.behind.remove(node) }
        }
    }

    /// Own heads grow and have one root each; the newest head that is held of another never goes back.
    func took(_ write: HeadWrite, at node: Int, _ state: inout State) {
        state.note("\(node) keeps \(write.mark)")
        switch write {
        case .own(let signed):
            let head = signed.head
            if let last = state.ownHeads[node] {
                let grows = head.size > last.size || head.epoch > last.epoch
                if !grows || head.atMilliseconds <= last.atMilliseconds {
                    state.find("head-goes-back", "\(codes[node]) signed a head of \(head.size) after \(last.size)")
                }
            }
            state.ownHeads[node] = head
        case .peer(let signed, _):
            // What an old backup holds of others is old; it learns.
            guard !state.behind.contains(node) else { return }
            let key = HeldKey(node: node, agency: signed.head.agency)
            if let last = state.heldHeads[key], last.epoch == signed.head.epoch, signed.head.size <= last.size {
                state.find(
                    "head-goes-back",
                    "\(codes[node]) takes a head of \(signed.head.agency) of \(signed.head.size) after \(last.size)")
            }
            state.heldHeads[key] = signed.head
        case .note, .missing, .shown, .settled, .conflict: break
        }
    }
}

extension StoreWrite {
    /// Whether others can see what is written: a document, a receipt, an order, a head.
    var servesOthers: Bool {
        switch self {
        case .step, .refused, .delivered, .message, .messageWritten, .unmatched: true
        case .heads(.own): true
        case .heads, .serials, .deliveryFailed, .effectFailed, .lost, .records: false
        }
    }
}
