import BankFiles
package import TransferCore

/// A bank that agencies talk to through folders only (模拟银行): orders in, results out, one account for each agency.
///
///     BANK/journal.csv                          what was done, for ever
///     BANK/requests/*.txt                       what shall go wrong, see BankRequest
///     BANK/<agency>/orders/*.xml                an agency drops order files here
///     BANK/<agency>/orders/taken/               order files that the bank has taken
///     BANK/<agency>/orders/refused/             files that it could not take
///     BANK/<agency>/results/*.xml               notifications and status files for the agency
///     BANK/<agency>/results/imported/           where the agency puts what it has read
///
/// Whoever drops a file writes it as `*.part`, brings it to the disk and then gives it its name.
///
/// **What it guarantees.** Every order file that was taken is executed exactly once, and every result is in its folder
/// in the end, wherever the process dies. The steps of a tick are ordered for that:
///
/// 1. *Take.* The order file is renamed into `taken/`, under a name made from its message identifier. From now on the
///    bank owes it. A second file with the same identifier and the same bytes is answered again; with other bytes it is
///    refused with DU01.
/// 2. *Decide and book.* All that was taken, and is not to lie longer on request, is written to the journal in one batch. A batch that is not whole when the
///    process dies was never acted on; its orders still lie in `taken/` and are booked again.
/// 3. *Tell.* The results of a batch are written into the folders. Their names, identifiers and bank references follow
///    from the batch and the orders, so that doing it again finds what is there already. Then the journal notes that
///    the batch is told.
///
/// **What it does not do.** It does not compare end-to-end keys: two messages with one key are two movements, as at a
/// real bank, so that a double order is seen in the journal.
///
/// It is for one task. After a fault it only throws that fault again; a new bank is made from the folders.
package struct SimulatedBank {
    package let settings: BankSettings
    let folders: any BankFolders
    let now: @Sendable () -> (instantText: String, date: CivilDate)

    /// Held in memory as the journal has it.
    package internal(set) var journal = BankJournal()
    var ledger: BankLedger
    var requests = BankRequests()
    /// What each agency was told last.
    var told: [AgencyCode: ToldAccount] = [:]
    /// Taken and not yet booked.
    var taken: [TakenOrder] = []
    /// Refused whole and not yet booked.
    var refused: [RefusedFile] = []
    /// Booked and not yet told.
    var untold: [UntoldBatch] = []
    /// Names in the folders of taken and refused files, by agency.
    var takenNames: [AgencyCode: Set<String>] = [:]
    var refusedCount: [AgencyCode: Int] = [:]
    /// Looks into the folders since this bank was made.
    var ticks = 0
    /// What ended this bank: what it holds in memory may be more than what is on the disk.
    private var stop: BankStop?

    /// Makes the folders where they are missing and finds out where an earlier bank was when it ended.
    ///
    /// - Parameter now: the instant for the files, as ISO 20022 writes it, and the day of booking.
    package init(
        settings: BankSettings, folders: any BankFolders,
        now: @escaping @Sendable () -> (instantText: String, date: CivilDate)
    ) throws(BankStop) {
        self.settings = settings
        self.folders = folders
        self.now = now
        ledger = BankLedger(settings: settings)
        do { try makeFolders() } catch { throw .folders(error) }
        try recover()
    }

    /// One look into all folders: takes what is there, books it, and tells what is due.
    ///
    /// - Returns: whether anything was done.
    @discardableResult
    package mutating func tick() throws(BankStop) -> Bool {
        if let stop { throw stop }
        ticks += 1
        let before = (journal.nextSequence, takenNames.values.reduce(0) { $0 + $1.count })
        do {
            try takeRequests()
            try take()
            try book()
            try tell()
        } catch {
            stop = .folders(error)
            throw .folders(error)
        }
        return before != (journal.nextSequence, takenNames.values.reduce(0) { $0 + $1.count })
    }

    /// Looks into the folders again and again.
    ///
    /// - Parameter isOver: asked before each look. The task's cancellation ends it as well, between two looks.
    package mutating func run(until isOver: @Sendable () -> Bool) async throws(BankStop) {
        while !isOver(), !Task.isCancelled {
            try tick()
            try? await Task.sleep(for: .milliseconds(settings.pollMilliseconds))
        }
    }

    /// What is on an agency's account now; nil when it has none.
    package func balance(of agency: AgencyCode) -> Money? { ledger.balances[agency] }
}

/// Why a bank stopped.
package enum BankStop: Error, Hashable, Sendable, CustomStringConvertible {
    case folders(BankFolderFault)
    /// The journal is not one that this bank has written. Nothing is done until a person has looked at it.
    case journal(BankJournalFault)

    package var description: String {
        switch self {
        case .folders(let fault): fault.description
        case .journal(let fault): fault.description
        }
    }
}

/// An order file that the bank owes.
struct TakenOrder {
    let payer: AgencyCode
    let file: RemittanceOrderFile
    /// What shall go wrong, transfer by transfer.
    let allotments: [[BankRequests.Allotment]]
    /// The look at which it is carried out.
    let dueTick: Int
}

/// Where the row of an agency's statements stands.
struct ToldAccount {
    /// The number of the last statement; each file of movements counts, whatever its form.
    var number = 0
    var balance: Money
}

/// A file that is answered with one reason and nothing else.
struct RefusedFile {
    let payer: AgencyCode
    /// Counted from 1 for each agency.
    let number: Int
    let messageID: String
    /// An external code of ISO 20022.
    let reason: String

    var reference: String { "REFUSED-\(number)" }
}

/// A batch whose results are not all in their folders.
struct UntoldBatch {
    let number: Int
    /// The look at which the results are due.
    let dueTick: Int
    /// What the agencies ordered; nil when an earlier bank booked it, so that the orders must be read again from
    /// `taken/` and some results may be there already.
    let orders: [TakenOrder]?
}

extension SimulatedBank {
    /// The longest order file, and one byte more, so that a longer one is seen to be longer.
    static var readLimit: Int { BankFileLimit.bytes + 1 }

    func ordersFolder(_ agency: AgencyCode) -> String { "\(agency.text)/orders" }
    func takenFolder(_ agency: AgencyCode) -> String { "\(agency.text)/orders/taken" }
    func refusedFolder(_ agency: AgencyCode) -> String { "\(agency.text)/orders/refused" }
    func resultsFolder(_ agency: AgencyCode) -> String { "\(agency.text)/results" }

    func account(of agency: AgencyCode) -> AgencyAccount? { settings.agencies.first { $0.agency == agency } }

    private func makeFolders() throws(BankFolderFault) {
        try folders.create(folder: BankRequests.refusedFolder)
        for account in settings.agencies {
            try folders.create(folder: takenFolder(account.agency))
            try folders.create(folder: refusedFolder(account.agency))
            try folders.create(folder: resultsFolder(account.agency) + "/imported")
        }
    }
}
