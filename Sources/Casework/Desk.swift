package import Logging
package import TransferCore
package import TransferDocuments

/// The desk of a node: events come in, are judged by the case's history, and one transaction keeps everything that
/// follows from them. What has to be done in the world is done afterwards, from what was kept.
///
/// The desk has no state of its own. Two tasks that touch the same case are put in order by the store: a step is
/// written only if the case still is at the version on which it was decided.
package struct Desk: Sendable {
    /// A desk is handed on with everything that is done, so it is one reference and not ten.
    private let fixed: Fixed

    package var rules: any RuleSource { fixed.rules }
    package var store: any NodeStore { fixed.store }
    package var clock: any NodeClock { fixed.clock }
    package var signer: any DocumentSigner { fixed.signer }
    package var directory: any DirectorySource { fixed.directory }
    package var bells: Bells { fixed.bells }
    package var serials: SerialNumbers { fixed.serials }
    var refusals: RefusalAllowance { fixed.refusals }
    package var logger: Logger { fixed.logger }

    private final class Fixed: Sendable {
        let settings: AgencySettings
        let rules: any RuleSource
        let store: any NodeStore
        let clock: any NodeClock
        let signer: any DocumentSigner
        let directory: any DirectorySource
        let bells = Bells()
        let serials: SerialNumbers
        let refusals: RefusalAllowance
        let logger: Logger

        init(
            _ settings: AgencySettings, _ rules: any RuleSource, _ store: any NodeStore, _ clock: any NodeClock,
            _ signer: any DocumentSigner, _ directory: any DirectorySource, _ refusals: RefusalAllowance,
            _ logger: Logger
        ) {
            self.settings = settings
            self.rules = rules
            self.store = store
            self.clock = clock
            self.signer = SignerInUse(signer: signer, directory: directory)
            self.directory = directory
            serials = SerialNumbers(store: store)
            self.refusals = refusals
            self.logger = logger
        }
    }

    package init(
        agency: AgencySettings, store: any NodeStore, clock: any NodeClock, signer: any DocumentSigner,
        directory: any DirectorySource, logger: Logger,
        rules: any RuleSource = NoRules(), refusals: RefusalAllowance = RefusalAllowance()
    ) {
        fixed = Fixed(agency, rules, store, clock, signer, directory, refusals, logger)
    }

    /// The agency as the settings and the tables in force make it.
    package var agency: AgencySettings {
        let tables = fixed.rules.current
        return tables.isEmpty ? fixed.settings : fixed.settings.with(tables)
    }

    /// How often a step is decided anew when somebody else was faster, before the caller is told.
    static let attempts = 20

    /// The longest document that is read, as a compact JWS, in bytes.
    package static let longestDocument = 1 << 20
}

/// What a node must know of its own agency.
package struct AgencySettings: Sendable {
    package let code: AgencyCode
    package let office: AgencyOffice
    /// The agency's account at its bank: remittances come in and go out here.
    package let account: BankAccount
    package private(set) var limits: DeadlineLimits
    package private(set) var calendar: WorkingDayCalendar
    /// The imported tables in force; they come before the settings.
    package private(set) var rules = RuleTables()
    /// How this agency's records system reckons interest (BR-099): data, with its source in the settings.
    package let interest: InterestTerms
    /// The steps that a policy decides alone when every check passes; all others wait for two persons.
    package let straightThrough: Set<DecisionStep>

    package init(
        code: AgencyCode, office: AgencyOffice, account: BankAccount, limits: DeadlineLimits,
        calendar: WorkingDayCalendar, interest: InterestTerms, straightThrough: Set<DecisionStep>
    ) {
        self.code = code
        self.office = office
        self.account = account
        self.limits = limits
        self.calendar = calendar
        self.interest = interest
        self.straightThrough = straightThrough
    }

    /// The same agency with imported tables in force.
    package func with(_ rules: RuleTables) -> AgencySettings {
        var agency = self
        agency.rules = rules
        agency.limits = limits.with(rules)
        agency.calendar = rules.calendar ?? calendar
        return agency
    }
}

/// A step that leaves the agency or moves money, and so needs a maker and a checker, or a policy that stands for them.
///
/// Source: our choice (BR-240; Mianyang's two-level check).
package enum DecisionStep: String, Hashable, Sendable, CaseIterable {
    /// The destination's answer to the application.
    case acceptance
    /// The origin's answer to the letter: certificate and form, or the letter back.
    case settlement
    /// The origin's order to its bank.
    case remittance
    /// The destination's account, confirmed after a bounce.
    case account
    /// Consent to a recall, or its refusal.
    case recall
    /// Money sent back to the origin.
    case fundsReturn = "funds-return"
    /// A question to the other office when books differ or records disagree.
    case query

    /// What a policy's decisions are signed with.
    package static let policy = Signatory.straightThrough.text
}

/// Signs documents and receipts with the agency's document key.
package protocol DocumentSigner: Sendable {
    /// - Returns: the compact JWS.
    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8]

    /// Signs the receipts for documents that came together, with one signature for all where the key can do that.
    ///
    /// - Parameter payloads: at least one.
    /// - Returns: the compact JWS of each, in their order; each stands for itself.
    func sign(receipts payloads: [[UInt8]], at moment: Instant) throws(SigningFault) -> [[UInt8]]

    /// Whether a case may be opened now: it carries its year in its number and its moment in every letter, and neither can
    /// be mended.
    ///
    /// - Throws: when the clock may be wrong.
    func checkMoment() throws(SigningFault)
}

extension DocumentSigner {
    package func checkMoment() throws(SigningFault) {}

    package func sign(receipts payloads: [[UInt8]], at moment: Instant) throws(SigningFault) -> [[UInt8]] {
        try payloads.map { payload throws(SigningFault) in try sign(payload, type: .receipt, at: moment) }
    }
}

/// The key could not sign: the token is gone, or the key does not fit.
package struct SigningFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The directory of agencies that is in force.
package protocol DirectorySource: Sendable {
    var current: SignedDirectory { get }

    /// Whose signature something is, once it is checked.
    ///
    /// - Parameter time: when it is seen, in seconds since 1970.
    /// - Throws: a ``TrustFault`` when the key is not one that the directory lists for that time, a ``JWSFault`` when the
    ///   signature is not that key's on these bytes.
    func signer(of jws: JWS, seenAt time: Int64) throws -> AgencyCode
}

extension DirectorySource {
    package func signer(of jws: JWS, seenAt time: Int64) throws -> AgencyCode {
        try current.signer(of: jws, seenAt: time)
    }
}

/// Gives out case numbers without asking the store each time: it reserves a hundred at once. A crash leaves a gap.
package actor SerialNumbers {
    private let store: any NodeStore
    private var year = 0
    private var reserved: Range<Int> = 0..<0
    /// The year is the one that was asked for: a waiter for another year asks again.
    private var reservation: (year: Int, task: Task<Range<Int>, any Error>)?

    init(store: any NodeStore) { self.store = store }

    func next(for agency: AgencyCode, year wanted: Int) async throws(StoreError) -> CaseNumber {
        while year != wanted || reserved.isEmpty { try await reserve(for: wanted) }
        let serial = reserved.lowerBound
        reserved = reserved.dropFirst()
        guard let number = CaseNumber(destination: agency, year: wanted, serial: serial) else {
            throw .corrupt("the serial numbers of \(wanted) are used up")
        }
        return number
    }

    /// Callers that come while a reservation is on its way wait for the same one.
    private func reserve(for wanted: Int) async throws(StoreError) {
        let pending: (year: Int, task: Task<Range<Int>, any Error>)
        if let reservation {
            pending = reservation
        } else {
            let store = store
            pending = (wanted, Task { try await store.reserveSerials(100, year: wanted) })
            reservation = pending
        }
        do {
            let range = try await pending.task.value
            // The first of those who waited takes the numbers over; the others find them.
            if reservation?.task == pending.task {
                reservation = nil
                year = pending.year
                reserved = range
            }
        } catch {
            reservation = nil
            throw (error as? StoreError) ?? .unavailable("\(error)")
        }
    }
}
