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
    /// The one of administration; nil where that is on the usual one.
    private let administrationListener: Listener?

    /// - Parameters:
    ///   - lists: what employers leave with the node, and the lists of cases that pages show.
    ///   - work: where the agency's people work; nil for a node on which nobody does.
    ///   - log: whose alarms they see; nil where there is none.
    ///   - oversight: what auditors and administrators see; nil for a node without their pages and without a trail.
    ///   - accounts: with which people log in to the pages; nil for a node that has only those of its settings.
    ///   - webhooks: where programs have changes told; nil for a node without them.
    ///   - demonstration: of which the node is a part; nil for a node for real cases, which has no page of it.
    ///   - persons: for insured persons and those with a paper of theirs; nil for a node without pages for them.
    ///   - others: the listeners besides the usual one.
    /// - Throws: ``ListenerFault/plainBeyondLoopback(host:)`` when tokens would cross the network in the clear.
    package init(
        desk: Desk, tokens: AccessTokens, lists: any PageStore, work: WorkDesk? = nil, log: (any EvidenceStore)? = nil,
        accounts: PageAccounts? = nil, oversight: Oversight? = nil, persons: PagePersons? = nil,
        demonstration: (any Demonstration)? = nil, webhooks: WebhookDesk? = nil,
        address: ListenAddress, others: OtherAddresses = OtherAddresses(),
        limits: ConnectionLimits = ConnectionLimits(), rates: PageRateLimits = PageRateLimits()
    ) throws(ListenerFault) {
        try address.check()
        try others.check()
        let routes =
            ApplicationDesk(desk: desk).routes + CaseReading(desk: desk).routes + WorkList(desk: desk).routes
            + ExplanationDesk(desk: desk).routes + (work.map { StaffAPI(work: $0).routes } ?? [])
            + (log.map { StaffAlarms(log: $0, clock: desk.clock).routes } ?? [])
            + (webhooks.map { WebhookAPI(webhooks: $0).routes } ?? [])
        var house = PageHouse(
            desk: desk, store: lists, isSecure: address.tls != nil, accounts: accounts, demonstration: demonstration,
            persons: persons, trail: oversight?.trail)
        house.hasWebhooks = webhooks != nil
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
            } ?? []) + (webhooks.map { WebhookPages(house: house, webhooks: $0).routes } ?? [])
            + (oversight?.routes(house, work: work) ?? []) + KeyLinks.routes(house, oversight)
        let rates = PageRates(rates)
        func listener(_ address: ListenAddress, _ side: ListenerSide) -> Listener {
            let table = RouteTable(
                routes: (routes + pages).filter(side.serves), tokens: tokens, pages: house, side: side, rates: rates,
                clock: desk.clock, logger: desk.logger)
            return Listener(address: address, table: table, limits: limits)
        }
        let side = others.administration == nil ? ListenerSide.everything : .world
        self.listener = listener(address, side)
        certificateListener = others.certificates.map { listener($0, side) }
        administrationListener = others.administration.map { listener($0, .administration) }
    }

    /// Listens. Batches that were being sent when the node ended go on; what has lapsed is deleted now and then.
    package func run() async throws {
        try await batches.resume()
        let sweeping = Task { await batches.sweepUntilCancelled() }
        defer { sweeping.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in [listener, certificateListener, administrationListener].compactMap({ $0 }) {
                group.addTask { try await listener.run() }
            }
            // None goes on without the others.
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

    /// The port of administration; waits until it is known.
    ///
    /// - Throws: when it has no listener of its own.
    package var administrationPort: Int {
        get async throws {
            guard let administrationListener else { throw ListenerFault.ended }
            return try await administrationListener.bound.wait()
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
