package import Casework
import Hummingbird
import ServiceLifecycle
import TransferCore
import TransferDocuments

/// The listener for the operators of the node: health, metrics, holding deliveries, and comparing the books with others. It has no tokens and therefore
/// waits on this machine only.
package struct OperationsAPI: Service {
    private let listener: Listener

    /// - Parameters:
    ///   - truth: compares the books with other offices; nil where that is not asked for here.
    ///   - work: counts what is stuck; nil where nobody sees to that.
    ///   - log: whose alarms, heads and stamps are counted; nil where they are not.
    ///   - trust: shows and renews keys and certificates; nil where that is not asked for here.
    ///   - webhooks: counted; nil for a node without them.
    ///   - instances: shown; nil for a node that serves alone.
    ///   - checks: what must hold besides the store and the directory, before the node is ready.
    /// - Throws: ``ListenerFault/notLoopback(host:)``.
    package init(
        desk: Desk, outbox: Outbox, truth: TruthDesk? = nil, work: WorkDesk? = nil,
        log: (any EvidenceStore)? = nil, trust: (any TrustControl)? = nil, webhooks: WebhookMetrics? = nil,
        instances: InstanceMetrics? = nil, checks: [ReadinessCheck] = [], address: ListenAddress,
        limits: ConnectionLimits = ConnectionLimits()
    ) throws(ListenerFault) {
        guard address.isLoopback else { throw .notLoopback(host: address.host) }
        let checks = [.store(desk.store), .directory(desk.directory, clock: desk.clock)] + checks
        let health = Health(checks: checks)
        let trust = trust.map { TrustOperations(control: $0) }
        let metrics = NodeMetrics(
            desk: desk, outbox: outbox, work: work, log: log, checks: checks, trust: trust,
            webhooks: webhooks, instances: instances, startedAt: desk.clock.now)
        let routes =
            health.routes + metrics.routes + PeerSwitch(desk: desk, outbox: outbox).routes
            + (truth.map { BooksComparison(truth: $0).routes } ?? []) + (trust?.routes ?? [])
        listener = Listener(
            address: address, table: RouteTable(routes: routes, tokens: nil, clock: desk.clock, logger: desk.logger),
            limits: limits)
    }

    package func run() async throws { try await listener.run() }

    /// The port at which it waits; waits itself until it is known.
    package var port: Int { get async throws { try await listener.bound.wait() } }
}

// A group of services logs the descriptions of those it starts.
extension OperationsAPI: CustomStringConvertible {
    package var description: String { "operations listener on \(listener.address)" }
}
