package import Casework
import Hummingbird
import ServiceLifecycle
package import Webhooks

/// The listener for employers' systems, the agency's desk and its staff: `/api/v1`, JSON over HTTP/1.1, and beside it the
/// pages for the same people in a browser.
///
/// Guarantees: what was answered with success is on disk. An application is taken once for each idempotency key, so a
/// caller that got no answer sends the same again. A case of somebody else is answered as if there were none.
/// Nothing personal stands in an address or a log line.
package struct PublicAPI: Service {
    private let listener: Listener
    private let batches: BatchDesk
    /// The one that asks browsers for a certificate; nil where nobody logs in with one.
    private let certificateListener: Listener?

    /// - Parameters:
    ///   - lists: what employers leave with the node, and the lists of cases that pages show.
    ///   - work: where the agency's people work; nil for a node on which nobody does.
    ///   - log: whose alarms they see; nil where there is none.
    ///   - oversight: what auditors and administrators see; nil for a node without their pages and without a trail.
    ///   - accounts: with which people log in to the pages; nil for a node that has only those of its settings.
    ///   - webhooks: where programs have changes told; nil for a node without them.
    ///   - demonstration: of which the node is a part; nil for a node for real cases, which has no page of it.
    ///   - persons: for insured persons and those with a paper of theirs; nil for a node without pages for them.
    ///   - certificateAddress: where browsers are asked for a certificate; the same pages are there.
    /// - Throws: ``ListenerFault/plainBeyondLoopback(host:)`` when tokens would cross the network in the clear.
    package init(
        desk: Desk, tokens: AccessTokens, lists: any PageStore, work: WorkDesk? = nil, log: (any EvidenceStore)? = nil,
        accounts: PageAccounts? = nil, oversight: Oversight? = nil, persons: PagePersons? = nil,
        demonstration: (any Demonstration)? = nil, webhooks: WebhookDesk? = nil,
        address: ListenAddress, certificateAddress: ListenAddress? = nil,
        limits: ConnectionLimits = ConnectionLimits(), rates: PageRateLimits = PageRateLimits()
    ) throws(ListenerFault) {
        guard address.tls != nil || address.isLoopback else { throw .plainBeyondLoopback(host: address.host) }
        let routes =
            ApplicationDesk(desk: desk).routes + CaseReading(desk: desk).routes + WorkList(desk: desk).routes
            + ExplanationDesk(desk: desk).routes + (work.map { StaffAPI(work: $0).routes } ?? [])
            + (log.map { StaffAlarms(log: $0, clock: desk.clock).routes } ?? [])
            + (webhooks.map { WebhookAPI(webhooks: $0).routes } ?? [])
        let house = PageHouse(
            desk: desk, store: lists, isSecure: address.tls != nil, accounts: accounts, demonstration: demonstration,
            persons: persons, trail: oversight?.trail)
        batches = house.batches
        let pages =
            StartPages(house: house).routes + ReferencePages(house: house).routes
            + LoginPages(house: house, tokens: tokens).routes + SessionPages(house: house).routes
            + EmployerPages(house: house).routes + DemonstrationPages(house: house).routes
            + (persons.map { $0.routes(in: house) } ?? [])
            + (work.map { work in
                DeskPages(house: house, work: work).routes + PaperPages(house: house, work: work).routes
                    + ReviewPages(house: house, work: work).routes
                    + StalledPages(house: house, work: work).routes + FigurePages(house: house, work: work).routes
            } ?? []) + (oversight?.routes(house, work: work) ?? []) + KeyLinks.routes(house, oversight)
        let table = RouteTable(
            routes: routes + pages, tokens: tokens, pages: house, rates: PageRates(rates), clock: desk.clock,
            logger: desk.logger)
        listener = Listener(address: address, table: table, limits: limits)
        certificateListener = certificateAddress.map { Listener(address: $0, table: table, limits: limits) }
    }

    /// Listens. Batches that were being sent when the node ended go on; what has lapsed is deleted now and then.
    package func run() async throws {
        try await batches.resume()
        let sweeping = Task { await batches.sweepUntilCancelled() }
        defer { sweeping.cancel() }
        guard let certificateListener else { return try await listener.run() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            group.addTask { try await certificateListener.run() }
            // Neither goes on without the other.
            try await group.next()
            group.cancelAll()
        }
    }

    /// The port at which browsers are asked for a certificate; waits until it is known.
    ///
    /// - Throws: when there is none.
    package var certificatePort: Int {
        get async throws {
            guard let certificateListener else { throw ListenerFault.ended }
            return try await certificateListener.bound.wait()
        }
    }

    /// Every address that it answers, with its method: `GET /api/v1/cases/{number}`.
    package var addresses: [String] { listener.table.routes.map { "\($0.method.rawValue) \($0.pattern)" } }

    /// The port at which it waits; waits itself until it is known.
    package var port: Int { get async throws { try await listener.bound.wait() } }
}

// A group of services logs the descriptions of those it starts.
extension PublicAPI: CustomStringConvertible {
    package var description: String { "public listener on \(listener.address)" }
}

extension Route.Access {
    static let everyRole = Route.Access.roles(Set(AccessRole.allCases))
}
