import Logging
package import TransferCore
package import TransferDocuments

/// The port over which two nodes show each other the heads of their logs.
package protocol HeadLink: Sendable {
    /// Sends a message and waits for the peer's.
    ///
    /// - Returns: the body of the answer. Whether it is the peer's message is the caller's to check.
    func show(_ message: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8]
}

/// Makes the heads of this node's log, and is the witness of the logs of others.
///
/// What this guarantees: of each agency the accepted heads of one epoch grow out of each other, as far back as they are
/// held; whatever an agency signed that does not is kept as evidence. A head of ours that somebody holds and that our log
/// does not go back to closes the gate: this node was restored from an old backup, or its log was changed.
/// If the process dies anywhere here, nothing is lost but an exchange, which is made again.
package struct WitnessDesk: Sendable {
    package let desk: Desk
    package let log: any EvidenceStore
    let link: any HeadLink
    package let gate: RecoveryGate
    let anchor: (any HeadAnchor)?
    let clockGate: ClockGate

    /// Of our own heads no two are closer together.
    package static let restMilliseconds: Int64 = 1_000

    /// - Parameter anchor: where our newest head is noted outside the store; nil for nowhere.
    package init(
        desk: Desk, log: any EvidenceStore, link: any HeadLink, gate: RecoveryGate, anchor: (any HeadAnchor)? = nil,
        clockGate: ClockGate = ClockGate()
    ) {
        self.desk = desk
        self.log = log
        self.link = link
        self.gate = gate
        self.anchor = anchor
        self.clockGate = clockGate
    }

    /// The newest head of our log; a new one is signed when there are more leaves than in the last one and that is at least
    /// a second old.
    ///
    /// - Parameter isUrgent: whether a new one is signed also within the second.
    /// - Returns: nil for a log without leaves, and while the node is recovering: it signs none then.
    package func newestHead(isUrgent: Bool = false) async throws(WitnessFault) -> SignedTreeHead? {
        guard gate.isOpen else { return nil }
        return try await heads.newestHead(isUrgent: isUrgent)
    }

    /// Signs our heads.
    package var heads: HeadSigner {
        HeadSigner(log: log, agency: desk.agency.code, clock: desk.clock, signer: desk.signer, anchor: anchor)
    }

    /// Asks a peer what it holds of us, shows it our newest head, and learns its own.
    ///
    /// - Returns: whether the peer holds our newest head now.
    @discardableResult
    package func exchange(with code: AgencyCode) async throws(WitnessFault) -> Bool {
        let (peer, answer) = try await ask(code)
        guard gate.isOpen, let own = try await newestHead() else { return false }
        if answer.held.first == own.bytes { return true }
        let message = try await message(to: peer, head: own, held: answer.held)
        let second = try await send(message, to: peer)
        _ = try await learn(second, from: peer)
        return second.held.first == own.bytes
    }

    /// Asks a peer what it holds of us without showing a head.
    @discardableResult
    package func ask(_ code: AgencyCode) async throws(WitnessFault) -> (peer: AgencyCode, answer: HeadExchange) {
        let directory = desk.directory.current
        let peer = directory.inForce(code)
        guard peer != desk.agency.code, directory[peer] != nil else { throw .noSuchPeer }
        let answer = try await send(try await message(to: peer, head: nil, held: []), to: peer)
        _ = try await learn(answer, from: peer)
        return (peer, answer)
    }

    private func send(_ message: HeadExchange, to peer: AgencyCode) async throws(WitnessFault) -> HeadExchange {
        let bytes: [UInt8]
        do throws(DeliveryFault) {
            bytes = try await link.show(try desk.signed(message), to: peer)
        } catch {
            // Messages are signed when they are sent, so this is what the peer says of our clock.
            if error.code.utf8.elementsEqual(MessageRefusal.timeCode.utf8) { clockGate.note(peer, disagrees: true) }
            throw .delivery(error)
        }
        do throws(MessageRefusal) {
            return try believed(bytes, from: peer)
        } catch {
            throw .answer(error.code, error.detail)
        }
    }

    // MARK: Messages

    /// A message of a peer; what time it shows is noted.
    func believed(_ bytes: [UInt8], from peer: AgencyCode) throws(MessageRefusal) -> HeadExchange {
        try desk.believed(bytes, from: peer, noting: clockGate)
    }

    /// - Parameters:
    ///   - head: what is shown; nil for nothing.
    ///   - held: the heads of ours that the peer holds, from each of which the head is to be proved to go on.
    func message(
        to peer: AgencyCode, head: SignedTreeHead?, held: [[UInt8]]
    ) async throws(WitnessFault) -> HeadExchange {
        do throws(StoreError) {
            var theirs = try await log.newestHead(of: peer).map { [$0] } ?? []
            theirs += try await log.shownHeads(of: peer, limit: HeadExchange.mostHeld - 1)
            let others = try await log.newestHeads(limit: HeadExchange.mostWitnessed)
            return HeadExchange(
                sender: desk.agency.code, recipient: peer, asOf: desk.clock.now.signingTime, held: theirs.map(\.bytes),
                head: head?.bytes, proofs: try await proofs(for: held, to: head),
                witnessed: others.filter { $0.head.agency != peer && $0.head.agency != desk.agency.code }.map(\.bytes))
        } catch {
            throw .store(error)
        }
    }

    private func proofs(
        for held: [[UInt8]], to head: SignedTreeHead?
    ) async throws(StoreError) -> [HeadExchange.Proof] {
        guard let head = head?.head else { return [] }
        var proofs: [HeadExchange.Proof] = []
        for bytes in held {
            guard let old = ownHead(bytes), old.head.epoch == head.epoch, old.head.size <= head.size else { continue }
            let hashes = try await log.consistency(from: old.head.size, to: head.size)
            proofs.append(HeadExchange.Proof(size: old.head.size, hashes: hashes))
        }
        return proofs
    }

    /// A head that we signed ourselves; nil for anything else.
    private func ownHead(_ bytes: [UInt8]) -> SignedTreeHead? {
        guard let own = try? SignedTreeHead(bytes, at: nil, signer: desk.directory.signer),
            own.head.agency == desk.agency.code
        else { return nil }
        return own
    }

    // MARK: What others say

    /// Takes in what a peer says: of third logs, of ours, and of its own.
    ///
    /// - Returns: what became of the head that it showed; nil when it showed none.
    func learn(
        _ message: HeadExchange, from peer: AgencyCode
    ) async throws(WitnessFault) -> HeadRules.Verdict? {
        do {
            for bytes in message.witnessed { try await look(at: bytes, shownBy: peer) }
            for bytes in message.held { try await lookBack(at: bytes, heldBy: peer) }
            guard let bytes = message.head else { return nil }
            return try await take(bytes, message.proofs, from: peer)
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as HeadFault {
            throw .answer(fault.code, fault.detail)
        } catch {
            preconditionFailure("learning throws faults of the store and of heads only")
        }
    }

    /// A head of ours that another node holds: our log must go back to it.
    private func lookBack(at bytes: [UInt8], heldBy peer: AgencyCode) async throws(StoreError) {
        guard let held = ownHead(bytes) else {
            desk.logger.notice("a peer holds a head that is not ours", metadata: ["peer": "\(peer)"])
            return
        }
        guard try await !goesBack(to: held.head) else { return try await noteHeld(held.head, by: peer) }
        try await log.keepMissing(held, shownBy: peer, at: desk.clock.now)
        close(for: held)
    }

    private func noteHeld(_ head: TreeHead, by peer: AgencyCode) async throws(StoreError) {
        try await log.noteHeld(head, by: peer, at: desk.clock.now)
    }

    /// Whether our log begins with the leaves of a head that we once signed.
    func goesBack(to head: TreeHead) async throws(StoreError) -> Bool {
        let epoch = try await log.epoch()
        // What was lost before was accepted by a person.
        if head.epoch < epoch { return true }
        guard head.epoch == epoch, try await log.tree().size >= head.size else { return false }
        return try await log.root(ofFirst: head.size) == head.root
    }

    private func close(for missing: SignedTreeHead) {
        guard gate.isOpen else { return }
        let why =
            "a head of this node's log with \(missing.head.size) leaves (epoch \(missing.head.epoch)) is known, and the log "
            + "does not go back to it"
        gate.close(why)
        desk.logger.critical("the node is recovering", metadata: ["cause": "\(why)"])
    }

    /// A head that a peer shows of its own log.
    private func take(
        _ bytes: [UInt8], _ proofs: [HeadExchange.Proof], from peer: AgencyCode
    ) async throws -> HeadRules.Verdict {
        let shown = try SignedTreeHead(bytes, at: desk.clock.now.seconds, signer: desk.directory.signer)
        guard shown.head.agency == peer else { throw HeadFault.ofOther(shown.head.agency, peer) }
        for attempt in 1... {
            do throws(StoreError) {
                let verdict = try await judge(shown, proofs, from: peer)
                if verdict.isHeld { try await settle(shown.head, proofs, from: peer) }
                return verdict
            } catch {
                guard error == .caseMovedOn, attempt < Desk.attempts else { throw error }
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }

    /// - Throws: ``StoreError/caseMovedOn`` when another exchange was faster: judge again.
    private func judge(
        _ shown: SignedTreeHead, _ proofs: [HeadExchange.Proof], from peer: AgencyCode
    ) async throws(StoreError) -> HeadRules.Verdict {
        let last = try await log.newestHead(of: peer)
        let verdict = HeadRules.judge(shown.head, after: last?.head, proofs: proofs)
        switch verdict {
        case .taken(let proof):
            try await log.keep(shown, after: last, proof: proof, at: desk.clock.now)
        case .restarted:
            if let last { try await alarm(.restarted, shown, last, [], by: peer) }
            try await log.keep(shown, after: last, proof: [], at: desk.clock.now)
        case .conflict(let kind, let proof):
            if let last { try await alarm(kind, shown, last, proof, by: peer) }
        case .known, .late, .unproven: break
        }
        return verdict
    }

    /// Heads that others have shown us of this agency: it proves that it goes on from them, or it has shown two histories.
    private func settle(
        _ head: TreeHead, _ proofs: [HeadExchange.Proof], from peer: AgencyCode
    ) async throws(StoreError) {
        for shown in try await log.shownHeads(of: peer, limit: HeadExchange.mostHeld) {
            if shown.head.epoch < head.epoch {
                try await log.settleShown(shown, at: desk.clock.now)
                continue
            }
            guard let proof = proofs.first(where: { $0.size == shown.head.size })?.hashes else { continue }
            if !head.goesOn(from: shown.head, proof: proof), let held = try await log.newestHead(of: peer) {
                try await alarm(.forked, shown, held, proof, by: peer)
            }
            try await log.settleShown(shown, at: desk.clock.now)
        }
    }

    /// A head of a third agency, as another peer was shown it.
    private func look(at bytes: [UInt8], shownBy peer: AgencyCode) async throws(StoreError) {
        guard let shown = try? SignedTreeHead(bytes, at: desk.clock.now.seconds, signer: desk.directory.signer),
            shown.head.agency != peer
        else {
            desk.logger.notice("a peer shows a head that cannot be read", metadata: ["peer": "\(peer)"])
            return
        }
        let head = shown.head
        if head.agency == desk.agency.code { return try await lookBack(at: bytes, heldBy: peer) }
        guard let last = try await log.newestHead(of: head.agency), last.head.epoch == head.epoch else { return }
        if let held = try await log.head(of: head.agency, epoch: head.epoch, size: head.size) {
            if held.head.root != head.root { try await alarm(.forked, shown, held, [], by: peer) }
            return
        }
        try await log.keepShown(shown, by: peer, at: desk.clock.now)
    }

    private func alarm(
        _ kind: HeadConflict.Kind, _ shown: SignedTreeHead, _ held: SignedTreeHead, _ proof: [DocumentDigest],
        by peer: AgencyCode
    ) async throws(StoreError) {
        let conflict = HeadConflict(
            kind: kind, shown: shown, held: held, proof: proof, shownBy: peer, at: desk.clock.now)
        if try await log.keep(conflict) {
            desk.logger.critical(
                "the history of an agency does not agree with itself", metadata: ["conflict": "\(conflict)"])
        }
    }
}

extension HeadRules.Verdict {
    /// Whether the head goes on from everything that is held of its epoch.
    fileprivate var isHeld: Bool {
        switch self {
        case .taken, .known: true
        case .restarted, .late, .unproven, .conflict: false
        }
    }
}

extension HeadFault {
    fileprivate static func ofOther(_ agency: AgencyCode, _ peer: AgencyCode) -> HeadFault {
        HeadFault(code: "signer-not-sender", detail: "\(peer) shows a head of \(agency) as its own")
    }
}

/// Why heads were not made or exchanged.
package enum WitnessFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The directory has no such agency, or it is this one.
    case noSuchPeer
    case store(StoreError)
    case signing(SigningFault)
    /// The peer was not reached, or did not take our head.
    case delivery(DeliveryFault)
    /// What the peer answered is not its message.
    case answer(_ code: String, _ detail: String)

    package var description: String {
        switch self {
        case .noSuchPeer: "no-such-peer: the directory has no other agency of this code"
        case .store(let error): "store: \(error)"
        case .signing(let fault): "signing: \(fault)"
        case .delivery(let fault): "\(fault)"
        case .answer(let code, let detail): "\(code): \(detail)"
        }
    }
}
