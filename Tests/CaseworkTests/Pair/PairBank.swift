import BankFiles
import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// A bank that both agencies talk to in its own files: it reads their orders, books them, and tells each what moved on
/// its account. What goes wrong with an account is scripted by the test.
final class PairBank: Sendable {
    /// What becomes of money sent to an account.
    enum Flaw: Sendable {
        /// The order is not carried out, and no money moves.
        case refuses(BounceReason)
        /// The money goes out and comes back, told in one file.
        case givesBack(BounceReason)
        /// The money goes out; that it came back is told in a later file.
        case givesBackLater(BounceReason)
    }

    struct Movement: Hashable, Sendable {
        let key: String
        let amount: Money
        let payer: AgencyCode
        let account: String
    }

    private struct State {
        var orders: [AgencyCode: [String: [UInt8]]] = [:]
        var results: [AgencyCode: [String: [UInt8]]] = [:]
        var refused: [AgencyCode: [String]] = [:]
        var refusals: [AgencyCode: [String]] = [:]
        var notes: [AgencyCode: [UInt8]] = [:]
        var balances: [AgencyCode: Money] = [:]
        var told: [AgencyCode: Set<String>] = [:]
        var taken: Set<String> = []
        var movements: [Movement] = []
        var flaws: [String: Flaw] = [:]
        /// Accounts that agencies have besides their first.
        var further: [String: AgencyCode] = [:]
        var credits: @Sendable (AccountEntry) -> [AccountEntry] = { [$0] }
        var later: [(AgencyCode, AccountEntry)] = []
        var serial = 0
    }

    private let state = Mutex(State())
    private let agencies: [AgencyCode]
    private let clock: HandClock

    init(_ agencies: [AgencyCode], clock: HandClock) {
        self.agencies = agencies
        self.clock = clock
    }

    func folder(of agency: AgencyCode) -> any BankFolder { Folder(bank: self, agency: agency) }

    /// Every order that was carried out, in order; those that came back too.
    var movements: [Movement] { state.withLock { $0.movements } }
    func balance(of agency: AgencyCode) -> Money { state.withLock { $0.balances[agency] ?? .zero } }
    /// The references of everything that an agency was told of.
    func told(_ agency: AgencyCode) -> Set<String> { state.withLock { $0.told[agency] ?? [] } }
    func refusedFiles(of agency: AgencyCode) -> [String] { state.withLock { $0.refused[agency] ?? [] } }

    /// What was written beside the refused files.
    func refusals(of agency: AgencyCode) -> [String] { state.withLock { $0.refusals[agency] ?? [] } }

    /// Opens another account for an agency; it is told of it with its first.
    func open(_ account: String, for agency: AgencyCode) { state.withLock { $0.further[account] = agency } }

    func flaw(_ account: String, _ flaw: Flaw?) { state.withLock { $0.flaws[account] = flaw } }

    /// Scripts what an agency is told instead of a credit.
    func script(_ credits: @escaping @Sendable (AccountEntry) -> [AccountEntry]) {
        state.withLock { $0.credits = credits }
    }

    /// Books entries and tells the agency of them in one file.
    func tell(_ agency: AgencyCode, _ entries: [AccountEntry]) {
        state.withLock { state in PairBank.tell(agency, entries, on: clock.now, &state) }
    }

    /// Puts down a file of any bytes.
    func put(_ bytes: [UInt8], named name: String, for agency: AgencyCode) {
        state.withLock { $0.results[agency, default: [:]][name] = bytes }
    }

    /// An entry with a new reference.
    func entry(
        _ direction: AccountEntry.Direction, _ amount: Money, key: String?, reference: String? = nil,
        returned: BounceReason? = nil
    ) -> AccountEntry {
        state.withLock { state in
            PairBank.entry(direction, amount, key, reference, returned, on: clock.now.date, &state)
        }
    }

    /// Carries out what was ordered.
    ///
    /// - Returns: whether there was anything to do.
    func work() -> Bool {
        state.withLock { state in
            var hasWorked = false
            for (agency, entry) in state.later {
                PairBank.tell(agency, [entry], on: clock.now, &state)
                hasWorked = true
            }
            state.later = []
            for agency in agencies {
                for (name, bytes) in (state.orders[agency] ?? [:]).sorted(by: { $0.key < $1.key }) {
                    state.orders[agency]?[name] = nil
                    guard let file = try? RemittanceOrderFile(reading: bytes, debtorAccount: nil) else {
                        preconditionFailure("a node writes orders that can be read")
                    }
                    // A message is carried out once, however often its file is written.
                    guard state.taken.insert(file.messageID).inserted else { continue }
                    carryOut(file, of: agency, &state)
                    hasWorked = true
                }
            }
            return hasWorked
        }
    }
}

extension PairBank {
    private func carryOut(_ file: RemittanceOrderFile, of payer: AgencyCode, _ state: inout State) {
        let day = clock.now.date
        var entries: [AccountEntry] = []
        var refused: [TransferStatus] = []
        for transfer in file.transfers {
            let key = transfer.endToEndKey
            if case .refuses(let reason)? = state.flaws[transfer.creditorAccount] {
                refused.append(
                    TransferStatus(endToEndKey: key, rejection: BankReason(code: reason.rawValue, text: nil)))
                continue
            }
            state.movements.append(
                Movement(key: key, amount: transfer.amount, payer: payer, account: transfer.creditorAccount))
            entries.append(PairBank.entry(.debit, transfer.amount, key, nil, nil, on: day, &state))
            switch state.flaws[transfer.creditorAccount] {
            case .givesBack(let reason):
                entries.append(PairBank.entry(.credit, transfer.amount, key, nil, reason, on: day, &state))
            case .givesBackLater(let reason):
                state.later.append((payer, PairBank.entry(.credit, transfer.amount, key, nil, reason, on: day, &state)))
            case .refuses, nil:
                guard
                    let payee = state.further[transfer.creditorAccount]
                        ?? agencies.first(where: { PairCast.account(of: $0).number == transfer.creditorAccount })
                else { continue }
                let credit = PairBank.entry(.credit, transfer.amount, key, nil, nil, on: day, &state)
                for entry in state.credits(credit) { PairBank.tell(payee, [entry], on: clock.now, &state) }
            }
        }
        if !refused.isEmpty { PairBank.tell(payer, of: file, refused, on: clock.now, &state) }
        if !entries.isEmpty { PairBank.tell(payer, entries, on: clock.now, &state) }
    }

    private static func entry(
        _ direction: AccountEntry.Direction, _ amount: Money, _ key: String?, _ reference: String?,
        _ returned: BounceReason?, on day: CivilDate, _ state: inout State
    ) -> AccountEntry {
        state.serial += 1
        return AccountEntry(
            direction: direction, amount: amount, bankReference: reference ?? "B\(1_000 + state.serial)",
            endToEndKey: key, counterpartyName: nil, counterpartyAccount: nil, bookedOn: day, purposeText: nil,
            returned: returned.map { BankReason(code: $0.rawValue, text: nil) })
    }

    private static func tell(
        _ agency: AgencyCode, _ entries: [AccountEntry], on moment: Instant, _ state: inout State
    ) {
        guard !entries.isEmpty else { return }
        state.serial += 1
        let id = "N\(1_000 + state.serial)"
        do {
            state.results[agency, default: [:]]["\(id).xml"] = try AccountNotificationFile(
                messageID: id, createdAt: moment.signingTime.text, notificationID: id,
                account: PairCast.account(of: agency).number, entries: entries
            ).bytes()
        } catch { preconditionFailure("the bank wrote a file that nobody can read: \(error)") }
        for entry in entries where state.told[agency, default: []].insert(entry.bankReference).inserted {
            state.balances[agency, default: .zero] += entry.signedAmount
        }
    }

    private static func tell(
        _ agency: AgencyCode, of file: RemittanceOrderFile, _ refused: [TransferStatus], on moment: Instant,
        _ state: inout State
    ) {
        state.serial += 1
        let id = "S\(1_000 + state.serial)"
        do {
            state.results[agency, default: [:]]["\(id).xml"] = try OrderStatusFile(
                messageID: id, createdAt: moment.signingTime.text, orderMessageID: file.messageID,
                outcome: .answered([InstructionStatus(id: file.instructions[0].id, transfers: refused)])
            ).bytes()
        } catch { preconditionFailure("the bank wrote a file that nobody can read: \(error)") }
    }

    /// The folder of one agency, in memory.
    private struct Folder: BankFolder {
        let bank: PairBank
        let agency: AgencyCode

        func write(_ bytes: [UInt8], named name: String) async throws(BankFolderFault) {
            bank.state.withLock { $0.orders[agency, default: [:]][name] = bytes }
        }

        func incoming(limit: Int) async throws(BankFolderFault) -> [String] {
            bank.state.withLock { Array(($0.results[agency] ?? [:]).keys.sorted().prefix(limit)) }
        }

        func read(_ name: String) async throws(BankFolderFault) -> [UInt8] {
            guard let bytes = bank.state.withLock({ $0.results[agency]?[name] }) else {
                throw BankFolderFault("there is no \(name)")
            }
            return bytes
        }

        func putAway(_ name: String, refusal: String?) async throws(BankFolderFault) {
            bank.state.withLock { state in
                state.results[agency]?[name] = nil
                guard let refusal else { return }
                state.refused[agency, default: []].append(name)
                state.refusals[agency, default: []].append(refusal)
            }
        }

        func note() async throws(BankFolderFault) -> [UInt8]? { bank.state.withLock { $0.notes[agency] } }

        func keep(note: [UInt8]) async throws(BankFolderFault) { bank.state.withLock { $0.notes[agency] = note } }

        func add(toNote bytes: [UInt8]) async throws(BankFolderFault) {
            bank.state.withLock { $0.notes[agency]? += bytes }
        }
    }
}
