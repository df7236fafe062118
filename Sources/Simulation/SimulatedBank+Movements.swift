import BankFiles
import TransferCore

/// One movement on an agency's account, as it follows from the journal alone.
struct BankMovement {
    let agency: AgencyCode
    let direction: AccountEntry.Direction
    let amount: Money
    let reference: String
    /// The line that moved it.
    let line: BankJournal.Line
    /// What went wrong on request, as far as the creditor sees it.
    let flaws: [WantedFlaw]

    /// - Parameter lines: the lines of one whole batch.
    static func all(of lines: some Sequence<BankJournal.Line>) -> [BankMovement] {
        var wanted: [String: [WantedFlaw]] = [:]
        var movements: [BankMovement] = []
        for line in lines {
            func add(
                _ agency: AgencyCode, _ direction: AccountEntry.Direction, _ amount: Money, _ mark: String,
                _ flaws: [WantedFlaw] = []
            ) {
                movements.append(
                    BankMovement(
                        agency: agency, direction: direction, amount: amount, reference: "\(line.reference)-\(mark)",
                        line: line, flaws: flaws))
            }
            switch line.kind {
            case .rejected: continue
            case .wanted:
                if let flaw = line.allotment?.flaw { wanted[line.reference, default: []].append(flaw) }
            case .returned: add(line.payer, .credit, line.amount, "R")
            case .executed:
                add(line.payer, .debit, line.amount, "D")
                guard let creditor = line.creditor else { continue }
                let flaws = wanted[line.reference] ?? []
                let credited = flaws.reduce(line.amount) { $0 + $1.creditorGain }
                guard flaws.contains(.split) else {
                    add(creditor, .credit, credited, "C", flaws)
                    continue
                }
                let first = Money(fen: credited.fen / 2)
                add(creditor, .credit, first, "C1", flaws)
                add(creditor, .credit, credited - first, "C2", flaws)
            }
        }
        return movements
    }

    var signedAmount: Money { direction == .credit ? amount : -amount }
}

extension WantedFlaw {
    /// What the creditor has more than was ordered; less than zero for a fee.
    var creditorGain: Money {
        switch self {
        case .fee(let amount): -amount
        case .excess(let amount): amount
        case .bounce, .delay, .split, .duplicate, .misname, .keyInText: .zero
        }
    }
}

/// From movements to entries.
extension SimulatedBank {
    struct OrderName: Hashable {
        let payer: AgencyCode
        let messageID: String
    }

    /// The order files behind the lines, from memory or from `taken/`.
    func orders(
        of lines: [BankJournal.Line], known: [TakenOrder]
    ) throws(BankFolderFault) -> [OrderName: RemittanceOrderFile] {
        var orders: [OrderName: RemittanceOrderFile] = [:]
        for order in known { orders[OrderName(payer: order.payer, messageID: order.file.messageID)] = order.file }
        for line in lines where line.key != "-" {
            let name = OrderName(payer: line.payer, messageID: line.messageID)
            guard orders[name] == nil, let account = account(of: line.payer) else { continue }
            let path = "\(takenFolder(line.payer))/\(SafeText.encoded(line.messageID)).xml"
            if let file = try takenFile(path, of: account) { orders[name] = file }
        }
        return orders
    }

    /// - Parameter orders: what was ordered; a movement whose order a stranger has taken away is not told.
    func entries(
        of movements: [BankMovement], _ orders: [OrderName: RemittanceOrderFile], bookedOn day: CivilDate
    ) -> [AccountEntry] {
        var transfers: [OrderName: [String: CreditTransfer]] = [:]
        for (name, file) in orders {
            transfers[name] = Dictionary(uniqueKeysWithValues: file.transfers.map { ($0.endToEndKey, $0) })
        }
        return movements.compactMap { movement in
            let line = movement.line
            let name = OrderName(payer: line.payer, messageID: line.messageID)
            guard let transfer = transfers[name]?[line.key], let payer = account(of: line.payer) else { return nil }
            let isCredit = line.kind == .executed && movement.direction == .credit
            return isCredit ? credit(movement, transfer, from: payer, day) : own(movement, transfer, day)
        }
    }

    /// What the payer sees: the debit, and what came back.
    private func own(_ movement: BankMovement, _ transfer: CreditTransfer, _ day: CivilDate) -> AccountEntry {
        AccountEntry(
            direction: movement.direction, amount: movement.amount, bankReference: movement.reference,
            endToEndKey: movement.line.key, counterpartyName: transfer.creditorName,
            counterpartyAccount: transfer.creditorAccount, bookedOn: day, purposeText: transfer.purposeText,
            returned: movement.line.kind == .returned ? reason(of: movement.line) : nil)
    }

    /// What the creditor sees.
    private func credit(
        _ movement: BankMovement, _ transfer: CreditTransfer, from payer: AgencyAccount, _ day: CivilDate
    ) -> AccountEntry {
        let isMisnamed = movement.flaws.contains(.misname)
        let isKeyInText = movement.flaws.contains(.keyInText)
        let key = movement.line.key
        return AccountEntry(
            direction: .credit, amount: movement.amount, bankReference: movement.reference,
            endToEndKey: isKeyInText ? nil : key,
            counterpartyName: isMisnamed ? SimulatedBank.treasury : payer.holder,
            counterpartyAccount: isMisnamed ? "15\(payer.agency.text.prefix(2))0000000000001" : payer.number,
            bookedOn: day, purposeText: isKeyInText ? "\(key) 省级统一支付" : transfer.purposeText, returned: nil)
    }

    /// Who pays when a province pays for its cities.
    private static let treasury = "省级社会保障基金财政专户"

    private func reason(of line: BankJournal.Line) -> BankReason {
        let code = line.reason ?? BounceReason.refusedByBank.rawValue
        let flaw = AccountFlaw.allCases.first { $0.bounce.rawValue == code }
        return BankReason(code: code, text: flaw?.wording)
    }
}
