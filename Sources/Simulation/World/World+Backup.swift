import Casework
import TransferCore
import TransferDocuments

// A node whose disk is replaced by an old backup: it must notice before it serves, and stand still until the right disk is
// back.

extension World {
    /// Shows the newest head of a node's log to every peer.
    func showHeads(of node: Int) async {
        guard nodes[node].isServing, let witness = nodes[node].witness else { return }
        for peer in nodes.indices where peer != node && nodes[node].isServing {
            do { try await witness.exchange(with: watch.codes[peer]) } catch {
                watch.note("\(node) shows no head to \(peer): \(error)")
            }
        }
    }

    /// The peers that hold a head of a node which the backup of its disk does not go back to, and that can be asked now.
    func witnesses(of node: Int) -> [Int] {
        guard let length = backups[node] else { return [] }
        let size = nodes[node].disk.leaves(ofFirst: length)
        return nodes.indices.filter { peer in
            guard peer != node, nodes[peer].isServing, road.isOpen(node, peer),
                abs(nodes[peer].clock.now.milliseconds - nodes[node].clock.now.milliseconds) < 200_000,
                nodes[peer].canSign, nodes[node].canSign,
                let held = try? nodes[peer].store.read({ $0.heads.newest(of: watch.codes[node]) })
            else { return false }
            return held.head.size > size
        }
    }

    /// Whoever looks after the node puts a backup in the place of its disk.
    ///
    /// Where no peer holds a head that is newer than the backup, nobody could know: such a backup is not put in.
    func restoreBackup(at node: Int) {
        guard let length = backups[node], !nodes[node].disk.isOld, !witnesses(of: node).isEmpty else {
            return watch.struck("backup not witnessed")
        }
        watch.struck("backup restored")
        watch.note("\(node) is restored from a backup of \(length) records")
        nodes[node].exchangeDisk { $0.putBackup(length: length) }
        watch.isBehind(node, true)
    }

    func putDiskBack(at node: Int) {
        guard nodes[node].disk.isOld else { return }
        watch.note("\(node) gets its own disk back")
        nodes[node].exchangeDisk { $0.putBack() }
        watch.isBehind(node, false)
    }

    /// What a node does before it serves, in runs in which a backup may have been put in.
    func lookBack(at node: Int) async {
        guard !restored.isEmpty else { return }
        await nodes[node].lookBack()
        guard !nodes[node].isDead else { return }
        if nodes[node].disk.isOld {
            if nodes[node].isServing {
                watch.find("recovery-gate", "\(watch.codes[node]) was restored from an old backup and serves")
            } else {
                watch.struck("backup noticed")
            }
        } else if !nodes[node].isServing {
            watch.find("recovery-gate", "\(watch.codes[node]) has its own disk and does not serve")
        }
    }
}

// MARK: - Heads that do not agree

extension World {
    /// An agency shows a smaller head than before, signed later: it is refused and kept as evidence.
    func showOlderHead(of hostile: Int, to peer: Int) async {
        guard !hasForked, let held = await holds(peer, ofThatOf: hostile), held.size > 1 else { return }
        let older = TreeHead(
            agency: held.agency, epoch: held.epoch, size: held.size - 1, root: DocumentDigest(of: [1]),
            atMilliseconds: held.atMilliseconds + 1)
        let code = await show(older, of: hostile, to: peer)
        watch.struck("hostile showsOlderHead")
        guard code == nil || code == "head-smaller" else { return }
        await expectEvidence(.smaller, of: hostile, at: peer, code)
    }

    /// An agency shows one head to a peer and another of the same size to a third; the two compare.
    func showOtherHistory(of hostile: Int, to peer: Int, and third: Int) async {
        guard !hasForked, restored.isEmpty,
            let held = await holds(peer, ofThatOf: hostile), nodes[third].isServing,
            (try? nodes[third].store.read { $0.heads.newest(of: watch.codes[hostile]) == nil }) == true
        else { return }
        let other = TreeHead(
            agency: held.agency, epoch: held.epoch, size: held.size, root: DocumentDigest(of: [2]),
            atMilliseconds: held.atMilliseconds + 1)
        let code = await show(other, of: hostile, to: third)
        // A peer that died while it wrote may have kept the head all the same.
        if code == nil || code == "dead" || code == "unavailable" { hasForked = true }
        guard code == nil else { return }
        watch.struck("hostile showsOtherHistory")
        guard nodes[peer].isServing, let witness = nodes[peer].witness,
            (try? await witness.exchange(with: watch.codes[third])) != nil
        else { return }
        await expectEvidence(.forked, of: hostile, at: peer, "head-forked")
    }

    /// A node whose key has signed another history stands still as soon as it learns of it. Whoever looks after it knows
    /// that its disk is its own, accepts what was told, and lets it go on in the next epoch.
    func goOnAfterFork(at node: Int) async {
        let gate = nodes[node].store.gate
        guard hasForked, !nodes[node].isDead, !gate.isOpen, !nodes[node].disk.isOld, let witness = nodes[node].witness
        else { return }
        let log = SimulatedLog(store: nodes[node].store)
        guard (try? await log.acceptLoss(reason: "another history was signed with this key", at: time.instant)) != nil
        else { return }
        try? await witness.openWhenAccepted()
        watch.struck("loss accepted")
    }

    /// Shows the true newest head, and tells which one the peer holds then; nil when it holds none.
    private func holds(_ peer: Int, ofThatOf hostile: Int) async -> TreeHead? {
        guard nodes[hostile].isServing, nodes[peer].isServing,
            (try? await nodes[hostile].witness?.exchange(with: watch.codes[peer])) != nil, nodes[peer].isServing
        else { return nil }
        return try? nodes[peer].store.read { $0.heads.newest(of: watch.codes[hostile])?.head }
    }

    /// - Returns: the code with which the head was refused; nil when it was taken.
    private func show(_ head: TreeHead, of hostile: Int, to peer: Int) async -> String? {
        let key = SimulatedNetwork.shared.keys[hostile]
        let asOf = nodes[hostile].clock.now.signingTime
        guard let payload = try? head.encoded(),
            let bytes = try? key.sign(
                payload: payload, typ: .treeHead, at: Instant(milliseconds: head.atMilliseconds).signingTime),
            let message = try? HeadExchange(
                sender: watch.codes[hostile], recipient: watch.codes[peer], asOf: asOf, held: [], head: bytes,
                proofs: [], witnessed: []
            ).encoded(),
            let signed = try? key.sign(payload: message, typ: .headExchange, at: asOf),
            let witness = nodes[peer].witness
        else { return "unwritten" }
        switch await witness.answer(signed, from: watch.codes[hostile]) {
        case .receipt: return nodes[peer].isDead ? "dead" : nil
        case .problem(let problem): return problem.code
        }
    }

    private func expectEvidence(_ kind: HeadConflict.Kind, of hostile: Int, at peer: Int, _ code: String?) async {
        guard nodes[peer].isServing else { return }
        if code == nil {
            watch.find("older-head", "\(watch.codes[peer]) has taken an older head of \(watch.codes[hostile])")
        }
        let isKept = try? nodes[peer].store.read { tables in
            tables.heads.conflicts.contains { $0.kind == kind && $0.agency == watch.codes[hostile] }
        }
        if isKept == false {
            watch.find(
                "head-evidence",
                "\(watch.codes[peer]) keeps no evidence (\(kind.rawValue)) against \(watch.codes[hostile])")
        }
    }
}
