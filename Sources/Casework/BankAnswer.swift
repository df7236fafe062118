import BankFiles
import TransferCore
import TransferDocuments

/// What one file of the bank tells: movements of the account, or orders that it does not carry out.
enum BankAnswer {
    case lines([BankLine])
    case rejected([(OrderKey, BounceReason)])
    /// The bank refused a file of orders whole: none of them is carried out.
    case rejectedMessage(String, BounceReason)

    /// A movement is the same line whichever kind of file tells it: its reference, its key and its day are the same.
    init(_ file: BankFile) {
        switch file {
        case .status(let status): self = BankAnswer(status)
        case .notification, .statement, .sheet: self = .lines(file.entries.map(BankLine.init))
        }
    }

    private init(_ status: OrderStatusFile) {
        switch status.outcome {
        case .fileRejected(let reason):
            self = .rejectedMessage(status.orderMessageID, reason.bounce)
        case .answered:
            self = .rejected(
                status.transfers.compactMap { transfer in
                    guard let rejection = transfer.rejection, let key = OrderKey(transfer.endToEndKey) else {
                        return nil
                    }
                    return (key, rejection.bounce)
                })
        }
    }
}

extension BankLine {
    fileprivate init(_ entry: AccountEntry) {
        self.init(
            reference: entry.bankReference, direction: entry.direction == .credit ? .credit : .debit,
            amount: entry.amount, endToEndKey: entry.matchingKey ?? "", bookedOn: entry.bookedOn,
            returnReason: entry.returned?.bounce)
    }
}

extension RemittanceOrderFile {
    /// The file of one message: the same message always makes the same bytes.
    init(_ message: OrderMessage, debtor: BankAccount) throws(BankFileFault) {
        try self.init(
            messageID: message.messageID, createdAt: message.createdAt.signingTime.text,
            initiatingParty: debtor.holder,
            instructions: [
                RemittanceInstruction(
                    id: message.messageID, executionDate: message.createdAt.date, debtorName: debtor.holder,
                    debtorAccount: debtor.number, debtorBankCode: debtor.bankCode,
                    transfers: message.orders.map { order in
                        CreditTransfer(
                            endToEndKey: order.key.text, amount: order.amount, creditorName: order.creditor.holder,
                            creditorBankCode: order.creditor.bankCode, creditorAccount: order.creditor.number,
                            purposeText: "\(order.key.caseNumber)")
                    })
            ])
    }
}
