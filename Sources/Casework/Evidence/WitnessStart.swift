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
            Task { answer.yield(await hasAnswered(peer)) }
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

    /// How often a peer is asked before the node serves: one lost answer must not hide what it holds.
    package static let asksAtStart = 3

    private func hasAnswered(_ peer: AgencyCode) async -> Bool {
        for attempt in 1...WitnessDesk.asksAtStart {
            do throws(WitnessFault) {
                try await ask(peer)
                return true
            } catch {
                desk.logger.notice(
                    "a peer was not asked what it holds", metadata: ["peer": "\(peer)", "cause": "\(error)"])
                if attempt < WitnessDesk.asksAtStart { try? await Task.sleep(for: .milliseconds(200)) }
            }
        }
        return false
    }

    /// Whether the log goes back to a head that was noted outside the store, or a person has taken up already that it does
    /// not.
    package func goesBack(toNoted bytes: [UInt8]) async throws(WitnessFault) -> Bool {
        let noted: SignedTreeHead
        do throws(HeadFault) { noted = try SignedTreeHead(bytes, in: desk.directory.current, at: nil) } catch {
            throw .answer(error.code, error.detail)
        }
        guard noted.head.agency == desk.agency.code else {
            throw .answer("signer-other", "the noted head is that of \(noted.head.agency)")
        }
        do throws(StoreError) {
            if try await log.missingHead() != nil { return true }
            return try await goesBack(to: noted.head)
        } catch {
            throw .store(error)
        }
    }

    /// The first part of ``lookBack(withinMilliseconds:)``: our own newest head, and what was missing before.
    package func lookAtOurselves() async throws(StoreError) {
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
    package func otherPeers() async throws(StoreError) -> [AgencyCode] {
        let directory = desk.directory.current
        return Set(try await log.logPeers().map { directory.inForce($0) }).sorted()
            .filter { $0 != desk.agency.code && directory[$0] != nil }
    }

    /// The agencies that can say whether our clock is right: those that know us, and where none does, some that do not. A
    /// node that was started with a wrong clock, which was then put right, would otherwise never sign its first letter.
    func clockPeers() async throws(StoreError) -> [AgencyCode] {
        let known = try await otherPeers()
        guard known.isEmpty else { return known }
        let directory = desk.directory.current
        return Array(
            directory.directory.agencies.filter { $0.successor == nil && $0.code != desk.agency.code }.map(\.code)
                .prefix(WitnessDesk.mostStrangers))
    }

    /// How many agencies are asked for the time that never had to do with this one.
    private static let mostStrangers = 8

    /// Writes leaves for the certificate and the directory with which the node goes on, where they are not the last ones.
    ///
    /// - Parameter settings: SHA-256 of the settings file; nil when that is not noted.
    package func noteCircumstances(
        certificate: DocumentDigest?, settings: DocumentDigest? = nil
    ) async throws(StoreError) {
        try gate.pass()
        let directory = desk.directory.current
        if let settings { try await log.note(.settings(digest: settings), at: desk.clock.now) }
        if let certificate { try await log.note(.key(certificate: certificate), at: desk.clock.now) }
        try await log.note(
            .directory(version: Int(directory.directory.version), digest: directory.digest), at: desk.clock.now)
    }

    /// Opens the gate again when a person has accepted the loss.
    package func openWhenAccepted() async throws(StoreError) {
        guard !gate.isOpen, try await log.missingHead() == nil else { return }
        let epoch = try await log.epoch()
        gate.open()
        desk.logger.notice("the loss was accepted; the node goes on", metadata: ["epoch": "\(epoch)"])
    }
}

extension WitnessDesk {
    /// Learns from the store what another instance has found out: that a part of our log is missing, that a person has
    /// accepted that, and for how long nobody else has held the newest part.
    package func follow(_ limits: HeldLimits) async throws(StoreError) {
        try await openWhenAccepted()
        guard gate.isOpen else { return }
        try await lookAtOurselves()
        try await watchHeld(limits)
    }
}

/// For how long a part of our log may be held by nobody else. Source: reliability handbook, L5.
package struct HeldLimits: Hashable, Sendable {
    /// Then people are warned.
    package var warnSeconds: Int64 = 3_600
    /// Then no new transfer begins.
    package var stopSeconds: Int64 = 24 * 3_600

    package init() {}
}

extension WitnessDesk {
    /// Warns when nobody else has held the newest part of our log for long, and then lets no new transfer begin.
    func watchHeld(_ limits: HeldLimits) async throws(StoreError) {
        let seconds = try await log.heldHeads().unheldSeconds(at: desk.clock.now)
        let why = "for \(seconds / 60) minutes nobody else has held the newest part of this node's log"
        if seconds >= limits.stopSeconds {
            if gate.closedToNewBecause == nil {
                desk.logger.critical("no new transfer begins", metadata: ["cause": "\(why)"])
            }
            gate.closeToNew(why)
        } else {
            if gate.closedToNewBecause != nil { desk.logger.notice("new transfers may begin again") }
            gate.closeToNew(nil)
            if seconds >= limits.warnSeconds, seconds % 60 < 2 { desk.logger.warning("\(why)") }
        }
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
    private let limits: HeldLimits

    package init(
        _ witness: WitnessDesk, certificate: @escaping @autoclosure @Sendable () -> DocumentDigest? = nil,
        limits: HeldLimits = HeldLimits()
    ) {
        self.witness = witness
        self.certificate = certificate
        self.limits = limits
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
            try await witness.watchHeld(limits)
            // A clock that may be wrong is compared again soon.
            let isClockGood = witness.clockGate.closedBecause == nil
            let longest = isClockGood ? WitnessRound.restMilliseconds : 0
            for peer in isClockGood ? try await witness.otherPeers() : try await witness.clockPeers()
            where rests[peer].map({ $0.isPast(at: now, longestMilliseconds: longest) }) ?? true {
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
