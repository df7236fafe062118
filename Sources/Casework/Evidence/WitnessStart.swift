import Logging
package import TransferCore
package import TransferDocuments

// What a node does before it serves, and while it is recovering.

extension WitnessDesk {
    /// Looks whether the log is the one that this node has signed: against its own newest head, against what was missing
    /// before, and against what its peers hold. Closes the gate when it is not.
    ///
    /// - Parameter milliseconds: how long peers are waited for; who has not answered then is asked again by ``WitnessRound``.
    package func lookBack(withinMilliseconds milliseconds: Int64) async throws(WitnessFault) {
        do throws(StoreError) {
            try await lookAtOurselves()
        } catch {
            throw .store(error)
        }
        guard gate.isOpen else { return }
        let peers: [AgencyCode]
        do throws(StoreError) { peers = try await otherPeers() } catch { throw .store(error) }
        guard !peers.isEmpty else { return }
        // The tasks are not waited for: a request to a peer that does not answer ends in its own time.
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
        for peer in peers {
            Task {
                do throws(WitnessFault) {
                    try await ask(peer)
                    answer.yield(true)
                } catch {
                    desk.logger.notice(
                        "a peer was not asked what it holds", metadata: ["peer": "\(peer)", "cause": "\(error)"])
                    answer.yield(false)
                }
            }
        }
        let alarm = Task {
            try? await Task.sleep(for: .milliseconds(milliseconds))
            answer.finish()
        }
        defer { alarm.cancel() }
        var (heard, answered) = (0, 0)
        for await isAnswer in answers {
            heard += 1
            if isAnswer { answered += 1 }
            if heard == peers.count || !gate.isOpen { break }
        }
        desk.logger.notice(
            "peers were asked what they hold of our log",
            metadata: ["asked": "\(peers.count)", "answered": "\(answered)", "recovering": "\(!gate.isOpen)"])
    }

    private func lookAtOurselves() async throws(StoreError) {
        if let missing = try await log.missingHead() { return closeAgain(for: missing) }
        guard let newest = try await log.newestOwnHead() else { return }
        let tree = try await log.tree()
        if tree.size >= newest.head.size, try await log.root(ofFirst: newest.head.size) == newest.head.root { return }
        try await log.keepMissing(newest, shownBy: desk.agency.code, at: desk.clock.now)
        closeAgain(for: newest)
    }

    private func closeAgain(for missing: SignedTreeHead) {
        gate.close(
            "a head of this node's log with \(missing.head.size) leaves (epoch \(missing.head.epoch)) is known, and the log "
                + "does not go back to it")
        desk.logger.critical("the node is recovering", metadata: ["cause": "\(gate.closedBecause ?? "")"])
    }

    /// The agencies that may hold something of our log, as they are in force.
    func otherPeers() async throws(StoreError) -> [AgencyCode] {
        let directory = desk.directory.current
        return Set(try await log.logPeers().map { directory.inForce($0) }).sorted()
            .filter { $0 != desk.agency.code && directory[$0] != nil }
    }

    /// Writes leaves for the certificate and the directory with which the node goes on, where they are not the last ones.
    package func noteCircumstances(certificate: DocumentDigest?) async throws(StoreError) {
        try gate.pass()
        let directory = desk.directory.current
        if let certificate { try await log.note(.key(certificate: certificate), at: desk.clock.now) }
        try await log.note(
            .directory(version: Int(directory.directory.version), digest: directory.digest), at: desk.clock.now)
    }

    /// Opens the gate again when a person has accepted the loss.
    func openWhenAccepted() async throws(StoreError) {
        guard !gate.isOpen, try await log.missingHead() == nil else { return }
        let epoch = try await log.epoch()
        gate.open()
        desk.logger.notice("the loss was accepted; the node goes on", metadata: ["epoch": "\(epoch)"])
    }
}

/// Makes heads while the log grows, and exchanges them with every peer from time to time.
package struct WitnessRound: Sendable {
    private let witness: WitnessDesk
    /// With whose key the node signs; nil when that is not noted.
    private let certificate: @Sendable () -> DocumentDigest?
    /// Source: reliability handbook, L5: each head is held elsewhere within the hour.
    private static let restMilliseconds: Int64 = 10 * 60_000
    private static let retryMilliseconds: Int64 = 30_000
    private static let headMilliseconds: Int64 = 60_000

    package init(
        _ witness: WitnessDesk, certificate: @escaping @autoclosure @Sendable () -> DocumentDigest? = nil
    ) {
        self.witness = witness
        self.certificate = certificate
    }

    /// Works until the task is cancelled.
    package func run() async {
        var rests: [AgencyCode: Instant] = [:]
        while !Task.isCancelled {
            rests = await turn(rests)
            try? await Task.sleep(for: .seconds(2))
        }
    }

    /// Makes a head when it is time, and shows it to the peers whose turn it is.
    ///
    /// - Parameter rests: until when a peer is left alone.
    /// - Returns: the same for the next time.
    package func turn(_ rests: [AgencyCode: Instant] = [:]) async -> [AgencyCode: Instant] {
        var rests = rests
        do {
            try await witness.openWhenAccepted()
            guard witness.gate.isOpen else { return rests }
            try await witness.noteCircumstances(certificate: certificate())
            let now = witness.desk.clock.now
            let last = try await witness.log.newestOwnHead()
            if last.map({ now.milliseconds - $0.head.atMilliseconds >= WitnessRound.headMilliseconds }) ?? true {
                _ = try await witness.newestHead()
            }
            for peer in try await witness.otherPeers() where rests[peer].map({ $0 <= now }) ?? true {
                guard !Task.isCancelled, witness.gate.isOpen else { break }
                do throws(WitnessFault) {
                    let isHeld = try await witness.exchange(with: peer)
                    let rest = isHeld ? WitnessRound.restMilliseconds : WitnessRound.retryMilliseconds
                    rests[peer] = now.adding(milliseconds: rest)
                } catch {
                    rests[peer] = now.adding(milliseconds: WitnessRound.retryMilliseconds)
                    witness.desk.logger.notice(
                        "tree heads were not exchanged", metadata: ["peer": "\(peer)", "cause": "\(error)"])
                }
            }
        } catch {
            witness.desk.logger.error("tree heads cannot be made", metadata: ["cause": "\(error)"])
        }
        return rests
    }
}
