package import Casework
package import TransferCore

/// What a node is told by its settings file: one value, read once when the process starts (``read(_:)``).
///
/// Every setting that has a default has it here and nowhere else; `deploy/settings.yaml` writes all of them out. Paths
/// are relative to the file that named them and are joined with its folder when it is read.
package struct NodeSettings: Hashable, Sendable {
    package var agency: Agency
    package var data = Storage()
    package var store = StorePlace()
    package var keys = KeyPaths()
    package var peers = Peers()
    package var publicAccess = PublicAccess()
    package var staff: [StaffPerson] = []
    package var operations = NodeSettings.usualOperations
    /// Where administration is, apart from what the world sees; nil for the listener of ``publicAccess``.
    package var administration: Listener?
    package var bank = Bank()
    package var logLevel = LogLevel.info
    package var work = Work()
    package var evidence = Evidence()
    package var timestamping: [StampingAuthority] = []
    package var accounts = Accounts()
    package var webhooks = Webhooks()
    /// nil for every node but those of a demonstration.
    package var demonstration: Demonstration?

    package init(agency: Agency) { self.agency = agency }

    static let usualOperations = Listener(host: "127.0.0.1", port: 9090)
    static let usualAdministration = Listener(host: "127.0.0.1", port: 8090)

    /// Every place at which the node waits for connections, with the section of the file that says so.
    package var listeners: [Place] {
        NodeSettings.listeners(peers, publicAccess, operations, administration, accounts)
    }

    package typealias Place = (section: String, listener: Listener)

    static func listeners(
        _ peers: Peers, _ publicAccess: PublicAccess, _ operations: Listener, _ administration: Listener?,
        _ accounts: Accounts
    ) -> [Place] {
        [("peers", peers.listen), ("public", publicAccess.listen), ("operations", operations)]
            + (administration.map { [("administration", $0)] } ?? [])
            + (accounts.certificates.map { [("accounts.certificates", $0.listen)] } ?? [])
    }

    /// The agency that the node stands for.
    package struct Agency: Hashable, Sendable {
        package var code: AgencyCode
        package var office: AgencyOffice
        /// Remittances come in and go out here.
        package var account: BankAccount
        /// The name of the profile of limits.
        package var deadlineProfile = Agency.usualProfile
        /// The limit of each clock, in working days.
        package var workingDays = Dictionary(uniqueKeysWithValues: Clock.allCases.map { ($0, $0.defaultWorkingDays) })
        /// The steps that a policy decides alone; in the order of ``Casework/DecisionStep``.
        package var straightThrough: Set<DecisionStep> = []
        package var interest = InterestTerms(formula: .none, rates: [:])
        /// Where the rates were published; empty when no interest is computed.
        package var interestSource = ""

        static let usualProfile = "national"

        package init(code: AgencyCode, office: AgencyOffice, account: BankAccount) {
            self.code = code
            self.office = office
            self.account = account
        }
    }

    /// Where the node keeps its cases.
    package struct Storage: Hashable, Sendable {
        package var directory = "data"
        /// Nothing new is taken while less is free on the disk: this much, or this part of it where that is less.
        package var minimumFreeMebibytes = 512
        package var minimumFreePercent = 5
        /// How long the file is that an operator may remove when the disk is full; 0 for none.
        package var ballastMebibytes = 64
    }

    /// What the node keeps its cases in.
    package struct StorePlace: Hashable, Sendable {
        /// A connection string or URI of libpq, without a password; empty for an SQLite file in the folder of data.
        package var postgres = ""
        /// The name of this process among the instances that serve one PostgreSQL database; empty for a node that serves
        /// alone.
        package var instance = ""
        /// For how long an instance is believed to live after it has said so; the same for all of a database.
        package var leaseSeconds = 15
        /// Whether a server may be used whose commits are on no second one.
        package var singleCopy = SingleCopy.refused

        package enum SingleCopy: String, Hashable, Sendable, CaseIterable {
            case refused
            /// Every page says so.
            case allowed
        }
    }

    /// Where the keys and certificates are, PEM, and the signed directory of agencies.
    package struct KeyPaths: Hashable, Sendable {
        package var tlsCertificate = "keys/tls.pem"
        package var tlsKey = "keys/tls.key"
        package var signingCertificate = "keys/signing.pem"
        package var signingKey = "keys/signing.key"
        package var anchors = "keys/anchors.pem"
        package var directory = "keys/directory.jws"
        /// The folder of the lists of revoked certificates; nil where none are looked at.
        package var revocationLists: String?
        /// For how long a list still holds when the next one is overdue.
        package var revocationGraceHours = 24
    }

    /// An address to listen on.
    package struct Listener: Hashable, Sendable {
        package var host: String
        /// 0 takes any free port.
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// How the node meets other nodes.
    package struct Peers: Hashable, Sendable {
        package var listen = Listener(host: "0.0.0.0", port: 8443)
        package var minimumTLS = TLSVersion.tls13
        package var bodyLimitBytes = 1_048_576
        package var inFlightPerPeer = 64
        package var documentsPerRequest = 32
        /// Documents a second to a peer that has come back to a backlog.
        package var backlogPerSecond = 50
        package var firstRetryMilliseconds = 200
        package var longestRetryMilliseconds = 30_000
        package var connectTimeoutMilliseconds = 5_000
        /// Until the whole answer is here, the time for connecting included.
        package var requestTimeoutMilliseconds = 30_000
        package var connectionsPerPeer = 128
        package var requestsPerSecond = 500
        /// What one agency's refused documents may take: one for each, and one more for each 16 KiB of it.
        package var refusalsPerHour = 1_000
    }

    package enum TLSVersion: String, Hashable, Sendable, CaseIterable {
        case tls13 = "1.3"
        /// For peers behind old gateways.
        case tls12 = "1.2"
    }

    /// How people and their systems meet the node.
    package struct PublicAccess: Hashable, Sendable {
        package var listen = Listener(host: "127.0.0.1", port: 8080)
        /// nil where TLS ends before the node.
        package var tls: TLSPaths?
        /// Where people reach the node, as papers name it: `https://HOST`, without a stroke at the end; empty for where it
        /// listens.
        package var address = ""
        package var tokens: [AccessToken] = []
    }

    package struct TLSPaths: Hashable, Sendable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Who may come in with a secret, of which only the digest is known here.
    package struct AccessToken: Hashable, Sendable {
        /// Stands in the histories of cases as `token:NAME`.
        package var name: String
        package var role: AccessRole
        /// SHA-256 of the secret, 64 lower-case hexadecimal digits.
        package var sha256: String
        /// The last day on which it is taken, in China; nil for one without an end.
        package var until: CivilDate?

        package init(name: String, role: AccessRole, sha256: String, until: CivilDate? = nil) {
            self.until = until
            self.name = name
            self.role = role
            self.sha256 = sha256
        }
    }

    /// What a token is for. The names are published.
    package enum AccessRole: String, Hashable, Sendable, CaseIterable {
        /// An employer's system: lodges applications and sees what it lodged.
        case employer
        /// The agency's desk for visitors: lodges for whoever comes and sees every case.
        case desk
        /// The agency's staff: as the desk, and what waits for a decision.
        case staff
    }

    /// The folder that node and bank share.
    package struct Bank: Hashable, Sendable {
        package var folder = "bank"
        package var pollMilliseconds = 50
    }

    /// The levels of swift-log.
    package enum LogLevel: String, Hashable, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// How the node keeps watch over its own log.
    package struct Evidence: Hashable, Sendable {
        /// Where the newest signed head is noted, best on another disk; empty for `head.anchor` in the data folder.
        package var anchorFile = ""
        /// After how long people are warned that nobody else holds the newest part of the log.
        package var warnUnheldMinutes = 60
        /// After how long no new transfer begins then.
        package var stopUnheldHours = 24
    }

    /// How people log in to the pages.
    package struct Accounts: Hashable, Sendable {
        package var passwords = PasswordProfile.mlps3
        /// The file of the key that seals the seeds of second factors: 32 bytes, for its owner only.
        package var seedKey = "keys/accounts.key"
        /// Where people log in with certificates; nil where nobody does.
        package var certificates: Certificates?

        /// The listener that asks browsers for a certificate, with the TLS identity of the public one.
        package struct Certificates: Hashable, Sendable {
            package var listen: Listener
            /// Who issues them, PEM.
            package var authorities: String
            /// The folder of their lists of revoked certificates; nil where none are looked at.
            package var revocationLists: String?

            package init(listen: Listener, authorities: String, revocationLists: String? = nil) {
                self.listen = listen
                self.authorities = authorities
                self.revocationLists = revocationLists
            }
        }

        /// Which rule book passwords follow. The names are published.
        package enum PasswordProfile: String, Hashable, Sendable, CaseIterable {
            /// GB/T 22239-2019, level 3.
            case mlps3
            /// OWASP ASVS 5.0.
            case asvs
        }
    }

    /// How the owners of cases are told of changes.
    package struct Webhooks: Hashable, Sendable {
        /// The file of the key from which their secrets are made: 32 bytes, for its owner only.
        package var secretKey = "keys/webhooks.key"
        package var addresses = Addresses.public
        /// The file of the roots that their certificates are issued by, PEM; empty for those of the system.
        package var roots = ""

        /// Which addresses are called. The names are published.
        package enum Addresses: String, Hashable, Sendable, CaseIterable {
            /// What the whole internet reaches.
            case `public`
            /// This machine too: for trials.
            case publicAndLoopback = "public-and-loopback"
        }
    }

    /// An authority that stamps the heads of the log with the time.
    package struct StampingAuthority: Hashable, Sendable {
        package var name: String
        package var url: String
        /// The certificates that are trusted, PEM.
        package var certificates: String
        /// The policy that is asked for; nil for the authority's own.
        package var policy: String?
        package var timeoutMilliseconds = 10_000

        package init(name: String, url: String, certificates: String) {
            self.name = name
            self.url = url
            self.certificates = certificates
        }
    }

    /// How the node goes about its own work.
    package struct Work: Hashable, Sendable {
        /// Of the decisions that wait for a policy, so many at the same time.
        package var inFlightLimit = 32
        package var deadlineCheckSeconds = 60
        /// The hour, in China, at which the books are compared with every other office.
        package var digestHour = 2
        /// After so many minutes without anything being done a case that a clerk has claimed is free again.
        package var claimMinutes = 30
    }
}

extension NodeSettings {
    /// The part that the desk needs.
    package func agencySettings(calendar: WorkingDayCalendar = .shipped) -> AgencySettings {
        AgencySettings(
            code: agency.code, office: agency.office, account: agency.account, limits: deadlineLimits,
            calendar: calendar, interest: agency.interest, straightThrough: agency.straightThrough)
    }

    package var deadlineLimits: DeadlineLimits {
        DeadlineLimits(profile: agency.deadlineProfile, limits: agency.workingDays)
    }

    package var outboxLimits: Outbox.Limits {
        var limits = Outbox.Limits()
        limits.inFlightPerPeer = peers.inFlightPerPeer
        limits.documentsPerRequest = peers.documentsPerRequest
        limits.backlogPerSecond = peers.backlogPerSecond
        limits.firstRetryMilliseconds = Int64(peers.firstRetryMilliseconds)
        limits.longestRetryMilliseconds = Int64(peers.longestRetryMilliseconds)
        return limits
    }

    /// Where the newest signed head is noted.
    package var anchorPath: String {
        evidence.anchorFile.isEmpty ? data.directory + "/head.anchor" : evidence.anchorFile
    }

    /// The file in which the node keeps its cases, where it keeps them in one.
    package var databasePath: String { data.directory + "/jiexu.sqlite" }
}
