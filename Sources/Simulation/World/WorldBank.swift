import BankFiles
import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The bank of all agencies of a run: it reads their order files, books them, and tells each what moved on its account, as
/// late, as often and as wrongly as the run's faults say. What it really did it tells the watch.
final class WorldBank: Sendable {
    struct State {
        var numbers: SeededNumbers
        var orders: [(due: Int64, payer: Int, bytes: [UInt8])] = []
        /// Money that will come back.
        var returning: [(due: Int64, payer: Int, key: String, amount: Money, reason: BounceReason)] = []
        var files: [(due: Int64, agency: Int, name: String, bytes: [UInt8])] = []
        var shelves: [[(name: String, bytes: [UInt8])]]
        var notes: [[UInt8]?]
        var balances: [Money]
        var taken: Set<String> = []
        var transfers = 0
        var fileCount = 0
        var serial = 0
        var reads = 0
        /// Moments at which there will be something to do.
        var alarms: [Int64] = []
        /// Nodes that were told something.
        var told: Set<Int> = []
        var refusedFiles = 0
    }

    let watch: Watch
    let time: WorldTime
    let flaws: Set<PlantedBug>
    private let agencies: [AgencyCode]
    private let habits: Habits
    let state: Mutex<State>
    private let accounts: [String: Int]
    private let transferFaults: [Int: SimulatedFault.BankFault]
    private let fileFaults: [Int: SimulatedFault.FileFault]

    init(
        agencies: [AgencyCode], seed: UInt64, faults: [SimulatedFault], time: WorldTime, watch: Watch,
        flaws: Set<PlantedBug>, habits: Habits = Habits()
    ) {
        self.agencies = agencies
        self.habits = habits
        self.watch = watch
        self.time = time
        self.flaws = flaws
        var accounts: [String: Int] = [:]
        for (place, code) in agencies.enumerated() { accounts[SimulatedCast.account(of: code).number] = place }
        self.accounts = accounts
        var transferFaults: [Int: SimulatedFault.BankFault] = [:]
        var fileFaults: [Int: SimulatedFault.FileFault] = [:]
        for fault in faults {
            switch fault.kind {
            case .transfer(let ordinal, let kind): transferFaults[ordinal] = kind
            case .file(let ordinal, let kind): fileFaults[ordinal] = kind
            default: break
            }
        }
        self.transferFaults = transferFaults
        self.fileFaults = fileFaults
        state = Mutex(
            State(
                numbers: SeededNumbers(seed: seed, stream: 2), shelves: Array(repeating: [], count: agencies.count),
                notes: Array(repeating: nil, count: agencies.count),
                balances: Array(repeating: .zero, count: agencies.count)))
    }

    /// When the bank works, and how often it cannot do what it is told to; moments are milliseconds since the run began.
    struct Habits: Sendable {
        typealias Delay = @Sendable (Int64, inout SeededNumbers) -> Int64

        /// How long orders lie before they are carried out.
        var worksAfter: Delay = { _, numbers in numbers.within(600_000...36 * 3_600_000) }
        /// How long after a movement its file is there.
        var tellsAfter: Delay = { _, numbers in numbers.within(60_000...20 * 3_600_000) }
        /// How long after a transfer the money comes back, where it does.
        var givesBackAfter: Delay = { _, numbers in numbers.within(3_600_000...6 * 86_400_000) }
        /// What becomes of a transfer beside the faults of a run: nil for what it should.
        var fate: (@Sendable (inout SeededNumbers) -> SimulatedFault.BankFault?)?
    }

    private func fault(ofTransfer ordinal: Int, _ numbers: inout SeededNumbers) -> SimulatedFault.BankFault? {
        if let fate = habits.fate { return fate(&numbers) }
        return time.areFaultsOver ? nil : transferFaults[ordinal]
    }

    func folder(of node: Int) -> any BankFolder { Folder(bank: self, node: node) }

    func balance(of node: Int) -> Money { state.withLock { $0.balances[node] } }

    /// Whether nothing is on its way at the bank and no file lies unread.
    var isAtRest: Bool {
        state.withLock { state in
            state.orders.isEmpty && state.returning.isEmpty && state.files.isEmpty
                && state.shelves.allSatisfy(\.isEmpty)
        }
    }

    /// Whether a file lies in the folder of a node.
    func hasFiles(for node: Int) -> Bool { state.withLock { !$0.shelves[node].isEmpty } }

    /// Moments at which ``work()`` will have something to do, each told once.
    func takeAlarms() -> [Int64] {
        state.withLock { state in
            defer { state.alarms = [] }
            return state.alarms
        }
    }

    /// Does what is due.
    ///
    /// - Returns: the nodes for which a file was put down.
    func work() -> [Int] {
        let now = time.now
        return state.withLock { state in
            let orders = state.orders.filter { $0.due <= now }
            state.orders.removeAll { $0.due <= now }
            for order in orders { take(order.bytes, of: order.payer, &state) }
            let returning = state.returning.filter { $0.due <= now }
            state.returning.removeAll { $0.due <= now }
            for item in returning {
                watch.cameBack(item.key)
                tell(item.payer, [credit(item.amount, item.key, item.reason, for: item.payer, &state)], &state)
            }
            let files = state.files.filter { $0.due <= now }
            state.files.removeAll { $0.due <= now }
            for file in files { state.shelves[file.agency].append((file.name, file.bytes)) }
            return Set(files.map(\.agency)).sorted()
        }
    }
}

// MARK: - Orders

extension WorldBank {
    private func take(_ bytes: [UInt8], of payer: Int, _ state: inout State) {
        guard let file = try? RemittanceOrderFile(reading: bytes, debtorAccount: nil) else {
            return watch.find("order-file", "\(watch.codes[payer]) wrote orders that cannot be read")
        }
        // A message is carried out once, however often its file is written.
        guard state.taken.insert(file.messageID).inserted else { return }
        var entries: [AccountEntry] = []
        var refused: [TransferStatus] = []
        for transfer in file.transfers {
            state.transfers += 1
            let fault = fault(ofTransfer: state.transfers, &state.numbers)
            if let fault { watch.struck("bank \(fault.word)") }
            if case .refuses(let reason)? = fault {
                refused.append(
                    TransferStatus(
                        endToEndKey: transfer.endToEndKey, rejection: BankReason(code: reason.rawValue, text: nil)))
                continue
            }
            entries += carryOut(transfer, fault, payer, &state)
        }
        if !refused.isEmpty { tellStatus(payer, file, refused, &state) }
        if !entries.isEmpty { tell(payer, entries, &state) }
    }

    private func carryOut(
        _ transfer: CreditTransfer, _ fault: SimulatedFault.BankFault?, _ payer: Int, _ state: inout State
    ) -> [AccountEntry] {
        let (key, amount) = (transfer.endToEndKey, transfer.amount)
        if let order = OrderKey(key) { watch.carriesOut(order, amount, payer: payer) }
        var entries = [entry(.debit, amount, key, nil, for: payer, &state)]
        switch fault {
        case .givesBack(let reason):
            watch.cameBack(key)
            entries.append(credit(amount, key, reason, for: payer, &state))
            return entries
        case .givesBackLater(let reason):
            let due = time.now + habits.givesBackAfter(time.now, &state.numbers)
            state.returning.append((due, payer, key, amount, reason))
            state.alarms.append(due)
            return entries
        case .doubles: entries.append(entry(.debit, amount, key, nil, for: payer, &state))
        case .creditsTwice, .short, .refuses, nil: break
        }
        switch fault {
        case .doubles, .creditsTwice, .short: watch.disturbs(key)
        case .refuses, .givesBack, .givesBackLater, nil: break
        }
        guard let payee = accounts[transfer.creditorAccount] else { return entries }
        switch fault {
        case .doubles, .creditsTwice:
            tell(payee, [credit(amount, key, nil, for: payee, &state)], &state)
            tell(payee, [credit(amount, key, nil, for: payee, &state)], &state)
        case .short(let less) where less < amount:
            tell(payee, [credit(amount - less, key, nil, for: payee, &state)], &state)
        default: tell(payee, [credit(amount, key, nil, for: payee, &state)], &state)
        }
        return entries
    }

    private func credit(
        _ amount: Money, _ key: String, _ returned: BounceReason?, for agency: Int, _ state: inout State
    ) -> AccountEntry {
        entry(.credit, amount, key, returned, for: agency, &state)
    }

    /// Books a movement.
    private func entry(
        _ direction: AccountEntry.Direction, _ amount: Money, _ key: String, _ returned: BounceReason?,
        for agency: Int, _ state: inout State
    ) -> AccountEntry {
        state.serial += 1
        let reference = "B\(100_000 + state.serial)"
        let day = time.instant.date
        state.balances[agency] += direction == .credit ? amount : -amount
        watch.booked(
            BankLine(
                reference: reference, direction: direction == .credit ? .credit : .debit, amount: amount,
                endToEndKey: key, bookedOn: day, returnReason: returned), for: agency)
        return AccountEntry(
            direction: direction, amount: amount, bankReference: reference, endToEndKey: key, counterpartyName: nil,
            counterpartyAccount: nil, bookedOn: day, purposeText: nil,
            returned: returned.map { BankReason(code: $0.rawValue, text: nil) })
    }

    // MARK: Files

    private func tell(_ agency: Int, _ entries: [AccountEntry], _ state: inout State) {
        func bytes(_ id: String) throws -> [UInt8] {
            try AccountNotificationFile(
                messageID: id, createdAt: time.instant.signingTime.text, notificationID: id,
                account: SimulatedCast.account(of: agencies[agency]).number, entries: entries
            ).bytes()
        }
        let again = send(agency, bytes, &state)
        if let again { put(agency, bytes, after: again, &state) }
    }

    private func tellStatus(
        _ agency: Int, _ file: RemittanceOrderFile, _ refused: [TransferStatus], _ state: inout State
    ) {
        func bytes(_ id: String) throws -> [UInt8] {
            try OrderStatusFile(
                messageID: id, createdAt: time.instant.signingTime.text, orderMessageID: file.messageID,
                outcome: .answered([InstructionStatus(id: file.instructions[0].id, transfers: refused)])
            ).bytes()
        }
        let again = send(agency, bytes, &state)
        if let again { put(agency, bytes, after: again, &state) }
    }

    /// - Returns: after how long the same is told once more; nil for not at all.
    private func send(
        _ agency: Int, _ bytes: (String) throws -> [UInt8], _ state: inout State
    ) -> Int64? {
        state.fileCount += 1
        var delay = habits.tellsAfter(time.now, &state.numbers)
        var again: Int64?
        switch time.areFaultsOver ? nil : fileFaults[state.fileCount] {
        case .late(let milliseconds):
            delay += milliseconds
            watch.struck("bank late")
        case .again(let milliseconds):
            again = delay + milliseconds
            watch.struck("bank again")
        case nil: break
        }
        put(agency, bytes, after: delay, &state)
        return again
    }

    private func put(
        _ agency: Int, _ bytes: (String) throws -> [UInt8], after delay: Int64, _ state: inout State
    ) {
        state.serial += 1
        let id = "N\(100_000 + state.serial)"
        let due = time.now + delay
        do { state.files.append((due, agency, "\(id).xml", try bytes(id))) } catch {
            watch.find("bank-file", "the bank wrote a file that nobody can read: \(error)")
        }
        state.alarms.append(due)
    }

    /// The folder of one agency.
    private struct Folder: BankFolder {
        let bank: WorldBank
        let node: Int

        func write(_ bytes: [UInt8], named name: String) async throws(Casework.BankFolderFault) {
            bank.state.withLock { state in
                let due = bank.time.now + bank.habits.worksAfter(bank.time.now, &state.numbers)
                state.orders.append((due, node, bytes))
                state.alarms.append(due)
            }
            guard bank.flaws.contains(.ordersTwice),
                let file = try? RemittanceOrderFile(reading: bytes, debtorAccount: nil),
                let twin = try? RemittanceOrderFile(
                    messageID: "X" + file.messageID.dropFirst(), createdAt: file.createdAt,
                    initiatingParty: file.initiatingParty, instructions: file.instructions)
            else { return }
            bank.state.withLock { $0.orders.append((bank.time.now, node, twin.bytes())) }
        }

        func incoming(limit: Int) async throws(Casework.BankFolderFault) -> [String] {
            bank.state.withLock { Array($0.shelves[node].map(\.name).sorted().prefix(limit)) }
        }

        func read(_ name: String) async throws(Casework.BankFolderFault) -> [UInt8] {
            let bytes = bank.state.withLock { state in
                state.reads += 1
                if bank.flaws.contains(.putsAwayUnread), state.reads % 5 == 0 {
                    state.shelves[node].removeAll { $0.name == name }
                }
                return state.shelves[node].first { $0.name == name }?.bytes
            }
            guard let bytes else { throw Casework.BankFolderFault("there is no \(name)") }
            return bytes
        }

        func putAway(_ name: String, refusal: String?) async throws(Casework.BankFolderFault) {
            bank.state.withLock { state in
                state.shelves[node].removeAll { $0.name == name }
                if refusal != nil { state.refusedFiles += 1 }
            }
            if let refusal { bank.watch.find("bank-file", "a file of the bank was refused: \(refusal.prefix(200))") }
        }

        func note() async throws(Casework.BankFolderFault) -> [UInt8]? { bank.state.withLock { $0.notes[node] } }

        func keep(note: [UInt8]) async throws(Casework.BankFolderFault) {
            bank.state.withLock { $0.notes[node] = note }
        }

        func add(toNote bytes: [UInt8]) async throws(Casework.BankFolderFault) {
            bank.state.withLock { $0.notes[node]? += bytes }
        }
    }
}

extension SimulatedFault.BankFault {
    /// What reports count it under.
    var word: String {
        switch self {
        case .refuses: "refuses"
        case .givesBack: "gives-back"
        case .givesBackLater: "gives-back-later"
        case .doubles: "doubles"
        case .creditsTwice: "credits-twice"
        case .short: "short"
        }
    }
}
