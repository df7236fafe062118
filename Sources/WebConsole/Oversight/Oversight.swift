package import Accounts
package import Casework
package import TransferCore
package import TransferDocuments

/// What the pages for auditors and administrators need of a node.
package struct Oversight: Sendable {
    let trail: any TrailStore
    let accounts: AccountDesk
    let requests: RequestDesk
    let accountStore: any AccountStore & AccountRequestStore
    let ports: OversightPorts

    package init(
        store: any TrailStore & AccountStore & AccountRequestStore, accounts: AccountDesk, clock: any NodeClock,
        ports: OversightPorts
    ) {
        trail = store
        accountStore = store
        self.accounts = accounts
        requests = RequestDesk(accounts: accounts, store: store, clock: clock)
        self.ports = ports
    }
}

/// What only the wiring of a node can do for these pages. What is nil is not offered.
package struct OversightPorts: Sendable {
    /// Follows the trail, and compares it with the note of its last row that is kept outside the database.
    package var verifyTrail: @Sendable () async throws(StoreError) -> TrailStanding
    /// Looks at the node's log of cases, its heads and what is held of others.
    package var verifyLog: (@Sendable () async throws -> LogStanding)?
    /// The dossier of a case, as a file that a stranger can check.
    package var dossier: (@Sendable (CaseNumber) async throws -> [UInt8])?
    package var outbox: Outbox?
    package var trust: (any TrustControl)?
    /// Tries a connection to a peer step by step.
    package var probe: (@Sendable (AgencyCode) async -> [ProbeStep])?
    package var circumstances: (@Sendable () async -> NodeCircumstances)?
    /// The instances that serve the database; nil for a node that serves alone.
    package var instances: (any InstanceSource)?
    package var checks: [ReadinessCheck] = []

    package init(verifyTrail: @escaping @Sendable () async throws(StoreError) -> TrailStanding) {
        self.verifyTrail = verifyTrail
    }
}

/// What looking at the log of cases has come to.
package struct LogStanding: Sendable {
    package let at: Instant
    package let size: Int64
    package let root: String
    package let ownHeads: Int
    package let peerHeads: Int
    package let stamps: Int
    /// What is wrong: the row, and what.
    package let findings: [String]
    package let newestHead: SignedTreeHead?
    /// The moment in the newest stamp of each authority.
    package let stampTimes: [String: Instant]

    package init(
        at: Instant, size: Int64, root: String, ownHeads: Int, peerHeads: Int, stamps: Int, findings: [String],
        newestHead: SignedTreeHead?, stampTimes: [String: Instant]
    ) {
        self.at = at
        self.size = size
        self.root = root
        self.ownHeads = ownHeads
        self.peerHeads = peerHeads
        self.stamps = stamps
        self.findings = findings
        self.newestHead = newestHead
        self.stampTimes = stampTimes
    }
}

/// In what circumstances a node works: for operators, without secrets and without persons.
package struct NodeCircumstances: Sendable {
    package let version: String
    package let startedAt: Instant
    package let databaseBytes: Int64
    package let freeBytes: Int64
    package let clock: String?
    /// The settings in force, in lines without secrets.
    package let settings: String

    package init(
        version: String, startedAt: Instant, databaseBytes: Int64, freeBytes: Int64, clock: String?, settings: String
    ) {
        self.version = version
        self.startedAt = startedAt
        self.databaseBytes = databaseBytes
        self.freeBytes = freeBytes
        self.clock = clock
        self.settings = settings
    }
}

extension Oversight {
    /// All routes of oversight.
    func routes(_ house: PageHouse, work: WorkDesk?) -> [Route] {
        var routes = AuditPages(house: house, oversight: self).routes
        routes += AuditCheckPages(house: house, oversight: self).routes
        routes += AuditFindPages(house: house).routes
        routes += AccountPages(house: house, oversight: self).routes
        routes += AccountRequestPages(house: house, oversight: self).routes
        routes += FreshPages(house: house).routes
        routes += PeerPages(house: house, oversight: self).routes
        routes += DiagnosticPages(house: house, oversight: self, work: work).routes
        if let work { routes += RevealPages(house: house, work: work, trail: trail).routes }
        return routes
    }
}
