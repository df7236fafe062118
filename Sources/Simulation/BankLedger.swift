import BankFiles
import TransferCore

/// The accounts of the simulated bank, and what it decides about an order.
struct BankLedger {
    private let settings: BankSettings
    private(set) var balances: [AgencyCode: Money]
    private let agencies: [String: AgencyCode]
    /// Which order file a digest stands for. Two files that happened to have one digest are kept apart.
    private var owners: [UInt64: String] = [:]
    /// Why orders were not executed, by bank reference and key.
    private(set) var rejections: [String: String] = [:]

    init(settings: BankSettings) {
        self.settings = settings
        balances = Dictionary(uniqueKeysWithValues: settings.agencies.map { ($0.agency, $0.openingBalance) })
        agencies = Dictionary(uniqueKeysWithValues: settings.agencies.map { ($0.number, $0.agency) })
    }

    /// Decides about all transfers of an order file, in their order.
    ///
    /// - Returns: the lines to book, and the requests that could not be carried out. The lines must then be booked with
    ///   ``book(_:)``, and nothing else before.
    func decide(
        _ order: TakenOrder, from sequence: Int
    ) -> (lines: [BankJournal.Line], unused: [BankRequests.Allotment]) {
        let digest = digest(of: order.file.messageID, payer: order.payer)
        var available = balances[order.payer] ?? .zero
        var lines: [BankJournal.Line] = []
        var unused: [BankRequests.Allotment] = []
        for (index, transfer) in order.file.transfers.enumerated() {
            let allotments = order.allotments[index]
            let outcome = outcome(of: transfer, allotments, from: order.payer, available: available)
            unused += allotments.filter { !outcome.wanted.contains($0) }
            func add(
                _ kind: BankJournal.Line.Kind, _ amount: Money, _ reason: String?, reference mark: String = ""
            ) {
                lines.append(
                    BankJournal.Line(
                        sequence: sequence + lines.count, kind: kind, messageID: order.file.messageID,
                        key: transfer.endToEndKey, payer: order.payer, creditor: outcome.creditor,
                        creditorAccount: masked(transfer.creditorAccount), amount: amount,
                        reference: "\(hexadecimal(digest))-\(index + 1)\(mark)", reason: reason))
            }
            for allotment in outcome.wanted {
                add(.wanted, allotment.flaw.amount, "\(allotment.flaw.name):\(allotment.id)")
            }
            if let rejection = outcome.rejection {
                add(.rejected, transfer.amount, rejection)
                continue
            }
            add(.executed, transfer.amount, nil)
            if let bounce = outcome.bounce { add(.returned, transfer.amount, bounce.rawValue) }
            if outcome.isDouble { add(.executed, transfer.amount, nil, reference: "-2") }
            if outcome.bounce == nil, outcome.creditor != order.payer {
                available = available - transfer.amount - (outcome.isDouble ? transfer.amount : .zero)
            }
        }
        return (lines, unused)
    }

    /// What becomes of one transfer.
    private struct Outcome {
        var creditor: AgencyCode?
        /// What goes wrong on request.
        var wanted: [BankRequests.Allotment] = []
        /// An external code; nothing else is looked at then.
        var rejection: String?
        var bounce: BounceReason?
        var isDouble = false
    }

    private func outcome(
        of transfer: CreditTransfer, _ allotments: [BankRequests.Allotment], from payer: AgencyCode, available: Money
    ) -> Outcome {
        func allotted(_ isMeant: (WantedFlaw) -> Bool) -> [BankRequests.Allotment] {
            allotments.filter { isMeant($0.flaw) }
        }
        func isDelay(_ flaw: WantedFlaw) -> Bool { if case .delay = flaw { true } else { false } }
        func isBounce(_ flaw: WantedFlaw) -> Bool { if case .bounce = flaw { true } else { false } }
        let delays = allotted(isDelay)
        if let bounce = allotted(isBounce).first, case .bounce(let flaw) = bounce.flaw, transfer.amount <= available {
            return Outcome(wanted: delays + [bounce], bounce: flaw.bounce)
        }
        if let flaw = settings.flaws[transfer.creditorAccount], flaw.givesBack(transfer.amount),
            transfer.amount <= available
        {
            return Outcome(wanted: delays, bounce: flaw.bounce)
        }
        if let reason = rejection(of: transfer, available: available) {
            return Outcome(wanted: delays, rejection: reason)
        }
        let isDouble = transfer.amount + transfer.amount <= available && allotments.contains { $0.flaw == .duplicate }
        return Outcome(
            creditor: agencies[transfer.creditorAccount],
            wanted: allotted { !isBounce($0) && ($0 != .duplicate || isDouble) }, isDouble: isDouble)
    }

    /// Moves what a line says.
    mutating func book(_ line: BankJournal.Line) {
        switch line.kind {
        case .executed:
            balances[line.payer, default: .zero] += -line.amount
            if let creditor = line.creditor { balances[creditor, default: .zero] += line.amount }
        case .returned:
            balances[line.payer, default: .zero] += line.amount
        case .rejected:
            rejections[line.reference] = line.reason
        case .wanted:
            if let creditor = line.creditor, let flaw = line.allotment?.flaw {
                balances[creditor, default: .zero] += flaw.creditorGain
            }
        }
        guard line.key != "-", let digest = UInt64(line.reference.prefix(16), radix: 16) else { return }
        owners[digest] = BankLedger.owner(of: line.messageID, payer: line.payer)
    }

    /// The agency whose account it is; nil when it is none's.
    func agency(holding account: String) -> AgencyCode? { agencies[account] }

    /// Sixteen hexadecimal digits that stand for an order file in every bank reference.
    func digest(of messageID: String, payer: AgencyCode) -> UInt64 {
        let owner = BankLedger.owner(of: messageID, payer: payer)
        // FNV-1a, 64 bits: a name for a file, not a protection.
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in owner.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        while let other = owners[digest], other != owner { digest &+= 1 }
        return digest
    }

    private static func owner(of messageID: String, payer: AgencyCode) -> String { payer.text + "/" + messageID }

    /// The external code with which a transfer is turned down before any money moves; nil when it is executed.
    private func rejection(of transfer: CreditTransfer, available: Money) -> String? {
        guard transfer.amount <= available else { return "AM04" }
        if agencies[transfer.creditorAccount] != nil { return nil }
        return (try? CardNumber(transfer.creditorAccount)) == nil ? "AC01" : nil
    }
}

/// Stars and the last four places; only stars when the account is so short that four places would tell it.
private func masked(_ account: String) -> String { account.utf8.count < 12 ? "****" : "****" + account.suffix(4) }

/// Sixteen digits.
func hexadecimal(_ digest: UInt64) -> String {
    let digits = String(digest, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}
