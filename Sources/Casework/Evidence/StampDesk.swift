package import Logging
package import TransferDocuments

/// A time-stamping authority, as the settings name it.
package struct StampAuthority: Hashable, Sendable {
    package let name: String
    /// `http://…` or `https://…`.
    package let url: String
    /// What is trusted: the authority's certificate, or that of who issued it.
    package let certificates: [StampCertificate]
    /// The policy that is asked for; nil for the authority's own.
    package let policy: String?
    package let timeoutMilliseconds: Int

    package init(
        name: String, url: String, certificates: [StampCertificate], policy: String?, timeoutMilliseconds: Int
    ) {
        self.name = name
        self.url = url
        self.certificates = certificates
        self.policy = policy
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}

/// The port over which authorities are asked.
package protocol StampLink: Sendable {
    /// Sends a request, and waits for the whole answer within the authority's deadline.
    ///
    /// - Returns: the body of the answer; what it says is the caller's to check.
    func ask(_ request: [UInt8], of authority: StampAuthority) async throws(DeliveryFault) -> [UInt8]
}

/// Has the heads of this node's log stamped by authorities that have nothing to do with it.
///
/// What this guarantees: a stamp that is kept is over our head, answers our request, was made now, and was signed by a
/// certificate of the authority that was valid then and is for time-stamps alone. An authority that is away, late or lies
/// holds up nothing: its turn comes again, and what is exchanged meanwhile is covered by the next stamp.
/// Source: RFC 3161; reliability handbook, F62 and BX12.
package struct StampDesk: Sendable {
    private let log: any EvidenceStore
    private let heads: HeadSigner
    private let link: any StampLink
    private let clock: any NodeClock
    private let logger: Logger
    package let authorities: [StampAuthority]

    package init(
        log: any EvidenceStore, heads: HeadSigner, link: any StampLink, clock: any NodeClock, logger: Logger,
        authorities: [StampAuthority]
    ) {
        self.log = log
        self.heads = heads
        self.link = link
        self.clock = clock
        self.logger = logger
        self.authorities = authorities
    }

    /// What came of one authority's turn.
    package enum Outcome: Sendable {
        case stamped(TreeStamp)
        /// Its newest stamp covers the whole log already.
        case covered(TreeStamp)
        case failed(StampFailure)
    }

    /// Has the newest head stamped by one authority; a head is signed when the log has grown since the last one.
    ///
    /// - Returns: nil for a log without leaves.
    package func stamp(by authority: StampAuthority) async throws(WitnessFault) -> Outcome? {
        guard let head = try await heads.newestHead(isUrgent: true) else { return nil }
        do {
            if let newest = try await log.newestStamp(by: authority.name), newest.epoch == head.head.epoch,
                newest.size >= head.head.size
            {
                return .covered(newest)
            }
            let request = TimeStampRequest(of: head, nonce: UInt64.random(in: 1...UInt64.max), policy: authority.policy)
            let reply = try await link.ask(try request.encoded(), of: authority)
            let token = try TimeStampToken(try TimeStampRequest.token(inReply: reply))
            try token.verify(
                answers: request, for: head, signedBy: authority.certificates, at: clock.now.milliseconds)
            let stamp = TreeStamp(
                epoch: head.head.epoch, size: head.head.size, authority: authority.name, token: token.bytes,
                chain: authority.certificates.flatMap(\.der), at: Instant(milliseconds: token.atMilliseconds),
                takenAt: clock.now)
            try await log.keep(stamp)
            logger.notice("the log was stamped", metadata: ["authority": "\(authority.name)", "size": "\(stamp.size)"])
            return .stamped(stamp)
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            let failure = StampFailure(authority: authority.name, cause: "\(error)", isLie: error is TimeStampFault)
            logger.warning(
                "the log was not stamped", metadata: ["authority": "\(authority.name)", "cause": "\(failure.cause)"])
            return .failed(failure)
        }
    }
}

/// Why an authority has not stamped.
package struct StampFailure: Error, Hashable, Sendable {
    package let authority: String
    package let cause: String
    /// Whether it answered something that is not to be believed; otherwise it was not reached.
    package let isLie: Bool
}

/// Has the log stamped by every authority once a day, from the node's own worker.
package struct StampRound: Sendable {
    private let desk: StampDesk
    private let log: any EvidenceStore
    private let clock: any NodeClock
    private let gate: RecoveryGate
    private static let restMilliseconds: Int64 = 24 * 3_600_000
    private static let retryMilliseconds: Int64 = 10 * 60_000

    package init(_ desk: StampDesk, log: any EvidenceStore, clock: any NodeClock, gate: RecoveryGate) {
        self.desk = desk
        self.log = log
        self.clock = clock
        self.gate = gate
    }

    /// Works until the task is cancelled, also without any authority.
    package func run() async {
        var rests: [String: Instant] = [:]
        while !Task.isCancelled {
            rests = await turn(rests)
            try? await Task.sleep(for: .seconds(5))
        }
    }

    /// Asks every authority whose turn it is.
    ///
    /// - Parameter rests: until when an authority is left alone.
    /// - Returns: the same for the next time.
    package func turn(_ rests: [String: Instant] = [:]) async -> [String: Instant] {
        var rests = rests
        for authority in desk.authorities where gate.isOpen && !Task.isCancelled {
            let now = clock.now
            if let until = rests[authority.name], until > now { continue }
            rests[authority.name] = now.adding(milliseconds: StampRound.retryMilliseconds)
            do {
                if let newest = try await log.newestStamp(by: authority.name) {
                    let due = newest.takenAt.adding(milliseconds: StampRound.restMilliseconds)
                    if due > now {
                        rests[authority.name] = due
                        continue
                    }
                }
                switch try await desk.stamp(by: authority) {
                case .stamped, .covered:
                    rests[authority.name] = now.adding(milliseconds: StampRound.restMilliseconds)
                case .failed, nil: break
                }
            } catch {
                // The store or the key: both tell of themselves elsewhere, and the turn comes again.
                continue
            }
        }
        return rests
    }
}
