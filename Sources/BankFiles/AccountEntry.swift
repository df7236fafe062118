package import TransferCore

/// One booked movement on an account, as the bank tells it in notifications and statements.
package struct AccountEntry: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable {
        /// Money came in.
        case credit = "CRDT"
        /// Money went out.
        case debit = "DBIT"
    }

    package let direction: Direction
    /// More than zero; the sign is the direction.
    package let amount: Money
    /// The bank's own reference of the movement, unique at that bank: the same reference is the same movement.
    package let bankReference: String
    /// The key with which the movement was ordered, as whoever ordered it wrote it; nil when nothing was given. Two
    /// entries may have one key: a debit and what came back, or a double, which the books must see.
    package let endToEndKey: String?
    /// The other side: who paid, or who was paid. Of money that came back: who should have been paid.
    package let counterpartyName: String?
    /// The other side's account, perhaps masked by its bank. It may be personal data.
    package let counterpartyAccount: String?
    package let bookedOn: CivilDate
    package let purposeText: String?
    /// Why the money came back; nil when the entry is a movement of its own.
    package let returned: BankReason?

    package init(
        direction: Direction, amount: Money, bankReference: String, endToEndKey: String?, counterpartyName: String?,
        counterpartyAccount: String?, bookedOn: CivilDate, purposeText: String?, returned: BankReason?
    ) {
        self.direction = direction
        self.amount = amount
        self.bankReference = bankReference
        self.endToEndKey = endToEndKey
        self.counterpartyName = counterpartyName
        self.counterpartyAccount = counterpartyAccount
        self.bookedOn = bookedOn
        self.purposeText = purposeText
        self.returned = returned
    }

    /// The amount with the sign that it has for the account.
    package var signedAmount: Money { direction == .credit ? amount : -amount }

    /// Whether the other side stands where the debtor stands: of money that came in, and of a return of such money.
    fileprivate var isCounterpartyDebtor: Bool { (direction == .credit) == (returned == nil) }
}

extension AccountEntry {
    /// - Parameter here: the place of an element of the entry.
    func check(_ here: (String) -> BankFilePlace) throws(BankFileFault) {
        try requireAmount(amount, at: here("Amt"))
        try FieldForm.identifier.require(bankReference, at: here("AcctSvcrRef"))
        if let endToEndKey {
            try FieldForm.foreignKey.require(endToEndKey, at: here("NtryDtls[1]/TxDtls[1]/Refs/EndToEndId"))
        }
        let side = isCounterpartyDebtor ? "Dbtr" : "Cdtr"
        if let counterpartyName {
            try FieldForm.name.require(
                counterpartyName, at: here("NtryDtls[1]/TxDtls[1]/RltdPties/\(side)/Pty/Nm"))
        }
        if let counterpartyAccount {
            try FieldForm.foreignAccount.require(
                counterpartyAccount, at: here("NtryDtls[1]/TxDtls[1]/RltdPties/\(side)Acct/Id/Othr/Id"))
        }
        if let purposeText {
            try FieldForm.foreignPurpose.require(purposeText, at: here("NtryDtls[1]/TxDtls[1]/RmtInf/Ustrd[1]"))
        }
        try returned?.check { here("NtryDtls[1]/TxDtls[1]/RtrInf/\($0)") }
    }

    func write(to text: inout MessageText) {
        text.append("\n<Ntry>")
        text.amount("Amt", amount)
        text.leaf("CdtDbtInd", direction.rawValue)
        if returned != nil { text.append("<RvslInd>true</RvslInd>") }
        text.append("<Sts><Cd>BOOK</Cd></Sts><BookgDt>")
        text.leaf("Dt", bookedOn.description)
        text.append("</BookgDt>")
        text.leaf("AcctSvcrRef", bankReference)
        text.append("<BkTxCd><Domn><Cd>PMNT</Cd><Fmly>")
        text.leaf("Cd", isCounterpartyDebtor ? "RCDT" : "ICDT")
        text.leaf("SubFmlyCd", returned == nil ? "DMCT" : "RRTN")
        text.append("</Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>")
        text.leaf("EndToEndId", endToEndKey ?? AccountEntry.noKey)
        text.append("</Refs>")
        writeParties(to: &text)
        if let purposeText {
            text.append("<RmtInf>")
            text.leaf("Ustrd", purposeText)
            text.append("</RmtInf>")
        }
        if let returned {
            text.append("<RtrInf>")
            returned.write(to: &text)
            text.append("</RtrInf>")
        }
        text.append("</TxDtls></NtryDtls></Ntry>")
    }

    private func writeParties(to text: inout MessageText) {
        guard counterpartyName != nil || counterpartyAccount != nil else { return }
        let side = isCounterpartyDebtor ? "Dbtr" : "Cdtr"
        text.append("<RltdPties>")
        if let counterpartyName {
            text.append("<\(side)><Pty>")
            text.leaf("Nm", counterpartyName)
            text.append("</Pty></\(side)>")
        }
        if let counterpartyAccount { text.account("\(side)Acct", counterpartyAccount) }
        text.append("</RltdPties>")
    }

    /// What ISO 20022 writes where whoever ordered gave no key.
    private static let noKey = "NOTPROVIDED"

    /// Reads one entry. Only booked entries of one transaction are read: money that is only announced, or many
    /// movements behind one sum, would be posted wrongly.
    init(_ fields: ElementFields) throws(BankFileFault) {
        guard try fields.inside("Sts", .codeChoice).ifText("Cd") == "BOOK" else {
            throw BankFileFault(.unknownCode, at: fields.place("Sts"), "the entry is not booked")
        }
        guard let direction = Direction(rawValue: try fields.text("CdtDbtInd")) else {
            throw BankFileFault(.unknownCode, at: fields.place("CdtDbtInd"), "neither CRDT nor DBIT")
        }
        let amount = try fields.amount("Amt")
        let details = try fields.ifInside("NtryDtls", .details)?
            .ifInside("TxDtls", .transactionDetails)
        if let details, details.optional("Amt") != nil, try details.amount("Amt") != amount {
            throw BankFileFault(.controlSum, at: details.place("Amt"), "is not the amount of the entry")
        }
        if let details, let other = try details.ifText("CdtDbtInd"), other != direction.rawValue {
            throw BankFileFault(.unknownCode, at: details.place("CdtDbtInd"), "is not the direction of the entry")
        }
        let returned = try AccountEntry.returned(fields, details)
        let isDebtor = (direction == .credit) == (returned == nil)
        let parties = try details?.ifInside("RltdPties", .parties)
        let key = try details?.ifInside("Refs", .references)?.ifFreeText("EndToEndId")
        let party = try parties?.ifInside(isDebtor ? "Dbtr" : "Cdtr", .partyChoice)
        let accountElement = isDebtor ? "DbtrAcct" : "CdtrAcct"
        self.init(
            direction: direction, amount: amount, bankReference: try fields.text("AcctSvcrRef"),
            endToEndKey: key == AccountEntry.noKey ? nil : key,
            counterpartyName: try party?.ifInside("Pty", .party)?.ifFreeText("Nm"),
            counterpartyAccount: parties?.optional(accountElement) == nil
                ? nil : try parties?.accountNumber(accountElement),
            bookedOn: try fields.day("BookgDt"),
            purposeText: try details?.ifInside("RmtInf", .remittanceText)?.ifFreeText("Ustrd"), returned: returned)
    }

    /// A reversal and its reason must stand together: without the reason nobody could act on it, and without the
    /// reversal it would be a movement of its own.
    private static func returned(
        _ fields: ElementFields, _ details: ElementFields?
    ) throws(BankFileFault) -> BankReason? {
        let reason = try details?.ifInside("RtrInf", .returnReason)
        let isReversal: Bool
        switch try fields.ifText("RvslInd") {
        case "true", "1": isReversal = true
        case "false", "0", nil: isReversal = false
        default: throw BankFileFault(.unknownCode, at: fields.place("RvslInd"), "neither true nor false")
        }
        guard isReversal == (reason != nil) else {
            throw BankFileFault(
                .missingElement, at: fields.place("RvslInd"), "a reversal and its reason must stand together")
        }
        guard let reason else { return nil }
        return try BankReason(reason)
    }
}

extension ElementSequence {
    static let entry = ElementSequence(
        """
        NtryRef Amt CdtDbtInd RvslInd Sts BookgDt ValDt AcctSvcrRef Avlbty* BkTxCd ComssnWvrInd AddtlInfInd AmtDtls \
        Chrgs TechInptChanl Intrst CardTx NtryDtls AddtlNtryInf
        """)
    fileprivate static let details = ElementSequence("-Btch TxDtls")
    fileprivate static let partyChoice = ElementSequence.choice("Pty Agt")
    fileprivate static let transactionDetails = ElementSequence(
        """
        Refs Amt CdtDbtInd AmtDtls Avlbty* BkTxCd Chrgs Intrst RltdPties RltdAgts LclInstrm Purp RltdRmtInf* RmtInf \
        RltdDts RltdPric RltdQties* FinInstrmId Tax RtrInf CorpActn SfkpgAcct CshDpst* CardTx AddtlTxInf
        """)
    fileprivate static let references = ElementSequence(
        """
        MsgId AcctSvcrRef PmtInfId InstrId EndToEndId UETR TxId MndtId ChqNb ClrSysRef AcctOwnrTxId AcctSvcrTxId \
        MktInfrstrctrTxId PrcgId Prtry*
        """)
    fileprivate static let parties = ElementSequence(
        "InitgPty Dbtr DbtrAcct UltmtDbtr Cdtr CdtrAcct UltmtCdtr TradgPty Prtry*")
}
