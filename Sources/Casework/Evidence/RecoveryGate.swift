import Synchronization

/// Whether a node may take and send documents and order payments. It may not once it knows that its log is not the one that
/// it has signed before: it was restored from an old backup, or somebody has changed it. Until a person has accepted the
/// loss the node is *recovering*: it serves reads, and says why.
package final class RecoveryGate: Sendable {
    private let reason = Mutex<String?>(nil)

    /// Open.
    package init() {}

    /// Why the node is recovering; nil while all is well.
    package var closedBecause: String? { reason.withLock { $0 } }
    package var isOpen: Bool { closedBecause == nil }

    /// The first reason stays.
    package func close(_ why: String) { reason.withLock { $0 = $0 ?? why } }
    package func open() { reason.withLock { $0 = nil } }

    /// Lets a write pass while the gate is open.
    package func pass() throws(StoreError) {
        if let why = closedBecause { throw .unavailable("the node is recovering: \(why)") }
    }

    /// Waits until the gate is open or the task is cancelled.
    package func waitUntilOpen() async {
        while !isOpen, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(500)) }
    }

    /// What a peer is told meanwhile.
    package static let problem = Problem(
        status: 503, code: "recovering", title: "The node is recovering",
        detail: "A part of this node's records is missing. Send the same bytes again later.", retryAfterSeconds: 600)
}
