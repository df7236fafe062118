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
    /// - Returns: the lines to book. They must then be booked with ``book(_:)``, and nothing else before.
    func decide(_ order: TakenOrder, from sequence: Int) -> [BankJournal.Line] {
        let digest = digest(of: order.file.messageID, payer: order.payer)
        var available = balances[order.payer] ?? .zero
        var lines: [BankJournal.Line] = []
        for (index, transfer) in order.file.transfers.enumerated() {
            let reference = "\(hexadecimal(digest))-\(index + 1)"
            func line(_ kind: BankJournal.Line.Kind, _ creditor: AgencyCode?, _ reason: String?) -> BankJournal.Line {
                BankJournal.Line(
                    sequence: sequence + lines.count, kind: kind, messageID: order.file.messageID,
                    key: transfer.endToEndKey, payer: order.payer, creditor: creditor,
                    creditorAccount: masked(transfer.creditorAccount), amount: transfer.amount, reference: reference,
                    reason: reason)
            }
            if let flaw = settings.flaws[transfer.creditorAccount], flaw.givesBack(transfer.amount),
                transfer.amount <= available
            {
                lines.append(line(.executed, nil, nil))
                lines.append(line(.returned, nil, flaw.bounce.rawValue))
            } else if let reason = rejection(of: transfer, available: available) {
                lines.append(line(.rejected, nil, reason))
            } else {
                let creditor = agencies[transfer.creditorAccount]
                lines.append(line(.executed, creditor, nil))
                if creditor != order.payer { available = available - transfer.amount }
            }
        }
        return lines
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
        }
        guard line.key != "-", let digest = UInt64(line.reference.prefix(16), radix: 16) else { return }
        owners[digest] = BankLedger.owner(of: line.messageID, payer: line.payer)
    }

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
