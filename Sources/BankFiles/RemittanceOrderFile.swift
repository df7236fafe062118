package import TransferCore

/// Orders to a bank to move money from an agency's account: the customer credit transfer initiation.
///
/// One that exists may be sent: every text has its form, every amount is more than zero, and no end-to-end key stands
/// twice.
///
/// Source: ISO 20022 pain.001.001.09.
package struct RemittanceOrderFile: Hashable, Sendable {
    /// Chosen by whoever orders, 1 to 35 printable characters without a space. A bank takes a message identifier once.
    package let messageID: String
    /// When the file was made: `2026-03-15T09:30:00+08:00`.
    package let createdAt: String
    /// The name of whoever orders.
    package let initiatingParty: String
    /// At least one.
    package let instructions: [RemittanceInstruction]

    /// - Throws: `text-form`, `date-form`, `bank-code`, an amount's fault, `duplicate-key`, or `transaction-count` when
    ///   there is nothing to order. The place is the element that the field would be.
    package init(
        messageID: String, createdAt: String, initiatingParty: String, instructions: [RemittanceInstruction]
    ) throws(BankFileFault) {
        self.messageID = messageID
        self.createdAt = createdAt
        self.initiatingParty = initiatingParty
        self.instructions = instructions
        try checkHeader()
        try checkInstructions()
    }

    /// All transfers of the file, in their order.
    package var transfers: [CreditTransfer] { instructions.flatMap(\.transfers) }

    /// What all transfers of the file come to.
    package var total: Money { instructions.map(\.total).sum() }
}

/// The transfers of one order file that leave one account on one day.
package struct RemittanceInstruction: Hashable, Sendable {
    /// Unique in its file, 1 to 35 printable characters without a space.
    package let id: String
    package let executionDate: CivilDate
    package let debtorName: String
    /// The account that pays: up to 34 letters, digits and hyphens.
    package let debtorAccount: String
    /// The bank code of the debtor's bank, 12 digits.
    package let debtorBankCode: String
    /// At least one.
    package let transfers: [CreditTransfer]

    package init(
        id: String, executionDate: CivilDate, debtorName: String, debtorAccount: String, debtorBankCode: String,
        transfers: [CreditTransfer]
    ) {
        self.id = id
        self.executionDate = executionDate
        self.debtorName = debtorName
        self.debtorAccount = debtorAccount
        self.debtorBankCode = debtorBankCode
        self.transfers = transfers
    }

    /// What the transfers come to.
    package var total: Money { transfers.map(\.amount).sum() }
}

/// One movement of money that is ordered.
package struct CreditTransfer: Hashable, Sendable {
    /// The key of the order, such as `370700-2026-0000012-K/P1`: 1 to 35 of capital letters, digits, `/` and `-`. It
    /// travels with the money to the creditor and back.
    package let endToEndKey: String
    package let amount: Money
    package let creditorName: String
    /// The bank code of the creditor's bank, 12 digits.
    package let creditorBankCode: String
    /// Personal data when a person is paid; never part of a log.
    package let creditorAccount: String
    /// What the creditor reads on the statement, 1 to 60 characters.
    package let purposeText: String

    package init(
        endToEndKey: String, amount: Money, creditorName: String, creditorBankCode: String, creditorAccount: String,
        purposeText: String
    ) {
        self.endToEndKey = endToEndKey
        self.amount = amount
        self.creditorName = creditorName
        self.creditorBankCode = creditorBankCode
        self.creditorAccount = creditorAccount
        self.purposeText = purposeText
    }
}

extension RemittanceOrderFile {
    private func checkHeader() throws(BankFileFault) {
        let root = MessageKind.remittanceOrder.root
        try FieldForm.identifier.require(messageID, at: BankFilePlace("\(root)/GrpHdr/MsgId"))
        try requireInstant(createdAt, at: BankFilePlace("\(root)/GrpHdr/CreDtTm"))
        try FieldForm.name.require(initiatingParty, at: BankFilePlace("\(root)/GrpHdr/InitgPty/Nm"))
    }

    private func checkInstructions() throws(BankFileFault) {
        let root = MessageKind.remittanceOrder.root
        guard !instructions.isEmpty else {
            throw BankFileFault(.transactionCount, at: BankFilePlace(root), "nothing is ordered")
        }
        var keys: Set<String> = []
        var ids: Set<String> = []
        var transaction = 0
        for (place, instruction) in instructions.enumerated() {
            let path = "\(root)/PmtInf[\(place + 1)]"
            try instruction.checkHeader(under: path)
            guard ids.insert(instruction.id).inserted else {
                throw BankFileFault(
                    .duplicateReference, at: BankFilePlace("\(path)/PmtInfId"), "stands in the file already")
            }
            for (number, transfer) in instruction.transfers.enumerated() {
                transaction += 1
                func here(_ rest: String) -> BankFilePlace {
                    BankFilePlace("\(path)/CdtTrfTxInf[\(number + 1)]/\(rest)", transaction: transaction)
                }
                try transfer.check(here)
                guard keys.insert(transfer.endToEndKey).inserted else {
                    throw BankFileFault(
                        .duplicateKey, at: here("PmtId/EndToEndId"), "the key stands in the file already")
                }
            }
        }
        guard total <= .limit else {
            throw BankFileFault(
                .controlSum, at: BankFilePlace("\(root)/GrpHdr/CtrlSum"), "the file moves more than one file may")
        }
    }
}

extension RemittanceInstruction {
    fileprivate func checkHeader(under path: String) throws(BankFileFault) {
        try FieldForm.identifier.require(id, at: BankFilePlace("\(path)/PmtInfId"))
        try FieldForm.name.require(debtorName, at: BankFilePlace("\(path)/Dbtr/Nm"))
        try FieldForm.account.require(debtorAccount, at: BankFilePlace("\(path)/DbtrAcct/Id/Othr/Id"))
        try requireBankCode(
            debtorBankCode, at: BankFilePlace("\(path)/DbtrAgt/FinInstnId/ClrSysMmbId/MmbId"))
        guard !transfers.isEmpty else {
            throw BankFileFault(.transactionCount, at: BankFilePlace(path), "nothing is ordered")
        }
    }
}

extension CreditTransfer {
    fileprivate func check(_ here: (String) -> BankFilePlace) throws(BankFileFault) {
        try FieldForm.endToEndKey.require(endToEndKey, at: here("PmtId/EndToEndId"))
        try requireAmount(amount, at: here("Amt/InstdAmt"))
        try requireBankCode(creditorBankCode, at: here("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"))
        try FieldForm.name.require(creditorName, at: here("Cdtr/Nm"))
        try FieldForm.account.require(creditorAccount, at: here("CdtrAcct/Id/Othr/Id"))
        try FieldForm.purpose.require(purposeText, at: here("RmtInf/Ustrd"))
    }
}
