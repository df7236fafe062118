/// A bank's answer to one order file: which transfers it will execute and which it will not.
///
/// Accepted is not executed: only an entry of the account says that money has moved.
///
/// Source: ISO 20022 pain.002.001.10.
package struct OrderStatusFile: Hashable, Sendable {
    /// Chosen by the bank.
    package let messageID: String
    package let createdAt: String
    /// The message identifier of the order file; `NOTPROVIDED` when the bank could not read it.
    package let orderMessageID: String
    package let outcome: Outcome

    package enum Outcome: Hashable, Sendable {
        /// No transfer of the file is executed.
        case fileRejected(BankReason)
        /// The answer to every transfer of the file, by instruction.
        case answered([InstructionStatus])
    }

    /// - Throws: `text-form`, `date-form`, `duplicate-key`, or `transaction-count` when an answer holds nothing.
    package init(
        messageID: String, createdAt: String, orderMessageID: String, outcome: Outcome
    ) throws(BankFileFault) {
        self.messageID = messageID
        self.createdAt = createdAt
        self.orderMessageID = orderMessageID
        self.outcome = outcome
        try check()
    }

    /// The answers to single transfers; none when the whole file was rejected.
    package var transfers: [TransferStatus] {
        switch outcome {
        case .fileRejected: []
        case .answered(let instructions): instructions.flatMap(\.transfers)
        }
    }
}

/// The answers to the transfers of one instruction.
package struct InstructionStatus: Hashable, Sendable {
    /// The identifier of the instruction in the order file.
    package let id: String
    /// At least one.
    package let transfers: [TransferStatus]

    package init(id: String, transfers: [TransferStatus]) {
        self.id = id
        self.transfers = transfers
    }
}

/// The answer to one transfer.
package struct TransferStatus: Hashable, Sendable {
    package let endToEndKey: String
    /// Why the transfer will not be executed; nil when it will.
    package let rejection: BankReason?

    package init(endToEndKey: String, rejection: BankReason?) {
        self.endToEndKey = endToEndKey
        self.rejection = rejection
    }
}

extension OrderStatusFile {
    private func check() throws(BankFileFault) {
        let root = MessageKind.orderStatus.root
        try FieldForm.identifier.require(messageID, at: BankFilePlace("\(root)/GrpHdr/MsgId"))
        try requireInstant(createdAt, at: BankFilePlace("\(root)/GrpHdr/CreDtTm"))
        try FieldForm.identifier.require(
            orderMessageID, at: BankFilePlace("\(root)/OrgnlGrpInfAndSts/OrgnlMsgId"))
        switch outcome {
        case .fileRejected(let reason):
            try reason.check { BankFilePlace("\(root)/OrgnlGrpInfAndSts/StsRsnInf[1]/\($0)") }
        case .answered(let instructions):
            try OrderStatusFile.check(instructions)
        }
    }

    private static func check(_ instructions: [InstructionStatus]) throws(BankFileFault) {
        let root = MessageKind.orderStatus.root
        guard !instructions.isEmpty, instructions.allSatisfy({ !$0.transfers.isEmpty }) else {
            throw BankFileFault(.transactionCount, at: BankFilePlace(root), "an answer without transfers")
        }
        var keys: Set<String> = []
        var transaction = 0
        for (place, instruction) in instructions.enumerated() {
            let path = "\(root)/OrgnlPmtInfAndSts[\(place + 1)]"
            try FieldForm.identifier.require(instruction.id, at: BankFilePlace("\(path)/OrgnlPmtInfId"))
            for (number, transfer) in instruction.transfers.enumerated() {
                transaction += 1
                func here(_ rest: String) -> BankFilePlace {
                    BankFilePlace("\(path)/TxInfAndSts[\(number + 1)]/\(rest)", transaction: transaction)
                }
                try FieldForm.endToEndKey.require(transfer.endToEndKey, at: here("OrgnlEndToEndId"))
                try transfer.rejection?.check { here("StsRsnInf[1]/\($0)") }
                guard keys.insert(transfer.endToEndKey).inserted else {
                    throw BankFileFault(.duplicateKey, at: here("OrgnlEndToEndId"), "is answered already")
                }
            }
        }
    }
}
