import TransferCore

/// The bytes of an order file: written by the agency, read by the bank.
extension RemittanceOrderFile {
    /// The file as a bank reads it, UTF-8, with one line for each transfer. Equal files are equal bytes.
    package func bytes() -> [UInt8] {
        let kind = MessageKind.remittanceOrder
        let count = instructions.reduce(0) { $0 + $1.transfers.count }
        var text = MessageText(kind, expecting: count)
        text.append("\n<GrpHdr>")
        text.leaf("MsgId", messageID)
        text.leaf("CreDtTm", createdAt)
        text.leaf("NbOfTxs", String(count))
        text.leaf("CtrlSum", total.description)
        text.append("<InitgPty>")
        text.leaf("Nm", initiatingParty)
        text.append("</InitgPty></GrpHdr>")
        for instruction in instructions { instruction.write(to: &text) }
        return text.closed(kind)
    }

    /// Reads a file whole, or refuses it whole.
    ///
    /// - Parameter debtorAccount: the only account that may pay; nil when any may.
    package init(reading bytes: [UInt8], debtorAccount: String?) throws(BankFileFault) {
        let (tree, root) = try ElementTree.message(.remittanceOrder, in: bytes)
        let message = try ElementFields(tree, root, .remittanceOrder)
        let header = try message.inside("GrpHdr", .orderHeader)
        var instructions: [RemittanceInstruction] = []
        for index in message.all("PmtInf") {
            let fields = try ElementFields(tree, index, .remittanceInstruction)
            instructions.append(try RemittanceInstruction(fields, debtorAccount: debtorAccount))
        }
        try self.init(
            messageID: try header.text("MsgId"), createdAt: try header.text("CreDtTm"),
            initiatingParty: try header.inside("InitgPty", .party).freeText("Nm"), instructions: instructions)
        try requireTotals(of: header, count: transfers.count, total: total)
    }

    /// The message identifier of a file that may be refused, so that the answer can name it; nil when even that cannot
    /// be read.
    package static func messageID(of bytes: [UInt8]) -> String? {
        guard let (tree, root) = try? ElementTree.message(.remittanceOrder, in: bytes),
            let header = tree.children(of: root).first(where: { tree.nodes[$0].name == "GrpHdr" }),
            let element = tree.children(of: header).first(where: { tree.nodes[$0].name == "MsgId" })
        else { return nil }
        let text = tree.nodes[element].text
        let isReadable = (try? FieldForm.identifier.require(text, at: .file)) != nil
        return isReadable ? text : nil
    }
}

extension RemittanceInstruction {
    fileprivate func write(to text: inout MessageText) {
        text.append("\n<PmtInf>")
        text.leaf("PmtInfId", id)
        text.append("<PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>")
        text.leaf("NbOfTxs", String(transfers.count))
        text.leaf("CtrlSum", total.description)
        text.append("<ReqdExctnDt>")
        text.leaf("Dt", executionDate.description)
        text.append("</ReqdExctnDt><Dbtr>")
        text.leaf("Nm", debtorName)
        text.append("</Dbtr>")
        text.account("DbtrAcct", debtorAccount)
        text.bank("DbtrAgt", debtorBankCode)
        for transfer in transfers {
            text.append("\n<CdtTrfTxInf><PmtId>")
            text.leaf("EndToEndId", transfer.endToEndKey)
            text.append("</PmtId><Amt>")
            text.amount("InstdAmt", transfer.amount)
            text.append("</Amt>")
            text.bank("CdtrAgt", transfer.creditorBankCode)
            text.append("<Cdtr>")
            text.leaf("Nm", transfer.creditorName)
            text.append("</Cdtr>")
            text.account("CdtrAcct", transfer.creditorAccount)
            text.append("<RmtInf>")
            text.leaf("Ustrd", transfer.purposeText)
            text.append("</RmtInf></CdtTrfTxInf>")
        }
        text.append("\n</PmtInf>")
    }

    fileprivate init(_ fields: ElementFields, debtorAccount expected: String?) throws(BankFileFault) {
        guard try fields.text("PmtMtd") == "TRF" else {
            throw BankFileFault(.unknownCode, at: fields.place("PmtMtd"), "the method is not TRF")
        }
        let account = try fields.accountNumber("DbtrAcct")
        guard expected == nil || account == expected else {
            throw BankFileFault(.account, at: fields.place("DbtrAcct"), "another account than the one expected")
        }
        var transfers: [CreditTransfer] = []
        for index in fields.all("CdtTrfTxInf") {
            transfers.append(try CreditTransfer(try ElementFields(fields.tree, index, .creditTransfer)))
        }
        self.init(
            id: try fields.text("PmtInfId"), executionDate: try fields.day("ReqdExctnDt"),
            debtorName: try fields.inside("Dbtr", .party).freeText("Nm"), debtorAccount: account,
            debtorBankCode: try fields.bankCode("DbtrAgt"), transfers: transfers)
        try requireTotals(of: fields, count: transfers.count, total: total)
    }
}

extension CreditTransfer {
    fileprivate init(_ fields: ElementFields) throws(BankFileFault) {
        self.init(
            endToEndKey: try fields.inside("PmtId", .transferIdentification).text("EndToEndId"),
            amount: try fields.inside("Amt", .amountChoice).amount("InstdAmt"),
            creditorName: try fields.inside("Cdtr", .party).freeText("Nm"),
            creditorBankCode: try fields.bankCode("CdtrAgt"), creditorAccount: try fields.accountNumber("CdtrAcct"),
            purposeText: try fields.inside("RmtInf", .remittanceText).freeText("Ustrd"))
    }
}

/// Passes when `NbOfTxs` and `CtrlSum` say what the transfers say. Both must be there.
private func requireTotals(of fields: ElementFields, count: Int, total: Money) throws(BankFileFault) {
    guard try fields.count("NbOfTxs") == count else {
        throw BankFileFault(.transactionCount, at: fields.place("NbOfTxs"), "\(count) transfers follow")
    }
    guard try fields.sum("CtrlSum") == total else {
        throw BankFileFault(.controlSum, at: fields.place("CtrlSum"), "the transfers come to another sum")
    }
}

extension ElementSequence {
    fileprivate static let remittanceOrder = ElementSequence("GrpHdr PmtInf*")
    fileprivate static let orderHeader = ElementSequence("MsgId CreDtTm -Authstn NbOfTxs CtrlSum InitgPty -FwdgAgt")
    fileprivate static let remittanceInstruction = ElementSequence(
        """
        PmtInfId PmtMtd BtchBookg NbOfTxs CtrlSum -PmtTpInf ReqdExctnDt -PoolgAdjstmntDt Dbtr DbtrAcct DbtrAgt \
        -DbtrAgtAcct -UltmtDbtr ChrgBr -ChrgsAcct -ChrgsAcctAgt CdtTrfTxInf*
        """)
    fileprivate static let amountChoice = ElementSequence.choice("InstdAmt -EqvtAmt")
    fileprivate static let transferIdentification = ElementSequence("InstrId EndToEndId UETR")
    fileprivate static let creditTransfer = ElementSequence(
        """
        PmtId -PmtTpInf Amt -XchgRateInf ChrgBr -ChqInstr -UltmtDbtr -IntrmyAgt1 -IntrmyAgt1Acct CdtrAgt -CdtrAgtAcct \
        Cdtr CdtrAcct -UltmtCdtr -InstrForCdtrAgt -InstrForDbtrAgt Purp -RgltryRptg -Tax -RltdRmtInf RmtInf
        """)
}
