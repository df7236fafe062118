import Synchronization
package import TransferCore

/// Whether a node may take and send documents and order payments. It may not once it knows that its log is not the one that
/// it has signed before: it was restored from an old backup, or somebody has changed it. Until a person has accepted the
/// loss the node is *recovering*: it serves reads, and says why.
///
/// It also knows the agencies that are *quarantined*, since an alarm stands against their logs, and whether new transfers
/// are refused because nobody else holds our log.
package final class RecoveryGate: Sendable {
    private struct State {
        var reason: String?
        var quarantined: Set<AgencyCode> = []
        var closedToNew: String?
    }

    private let state = Mutex(State())

    /// Open.
    package init() {}

    /// Why the node is recovering; nil while all is well.
    package var closedBecause: String? { state.withLock { $0.reason } }
    package var isOpen: Bool { closedBecause == nil }

    /// The first reason stays.
    package func close(_ why: String) { state.withLock { $0.reason = $0.reason ?? why } }
    package func open() { state.withLock { $0.reason = nil } }

    /// Lets a write pass while the gate is open.
    package func pass() throws(StoreError) {
        if let why = closedBecause { throw .unavailable("the node is recovering: \(why)") }
    }

    // MARK: Quarantine

    package var quarantined: Set<AgencyCode> { state.withLock { $0.quarantined } }
    package func isQuarantined(_ agency: AgencyCode) -> Bool { state.withLock { $0.quarantined.contains(agency) } }
    /// The agencies that are quarantined from now on; all others are not.
    package func quarantine(_ agencies: Set<AgencyCode>) { state.withLock { $0.quarantined = agencies } }

    /// Why no new transfer begins; nil while they may.
    package var closedToNewBecause: String? { state.withLock { $0.closedToNew } }
    /// - Parameter why: nil lets new transfers begin again.
    package func closeToNew(_ why: String?) { state.withLock { $0.closedToNew = why } }

    /// Lets a new transfer with another agency begin, while nothing stands against it.
    package func passNew(with agency: AgencyCode) throws(StoreError) {
        let state = state.withLock { $0 }
        if let why = state.closedToNew { throw .unavailable("no new transfer begins: \(why)") }
        if state.quarantined.contains(agency) {
            throw .unavailable("no new transfer with \(agency) begins: an alarm stands against its log")
        }
    }

    /// Waits until the gate is open or the task is cancelled.
    package func waitUntilOpen() async {
        while !isOpen, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(500)) }
    }

    /// What a peer is told meanwhile.
    package static let problem = Problem(
        status: 503, code: "recovering", title: "The node is recovering",
        detail: "A part of this node's records is missing. Send the same bytes again later.", retryAfterSeconds: 600)

    /// What a quarantined peer is told.
    package static let quarantineProblem = Problem(
        status: 503, code: "quarantined", title: "An alarm is open",
        detail:
            "What your log shows does not agree with itself. Two persons look into it; send the same bytes again later.",
        retryAfterSeconds: 600)
}
