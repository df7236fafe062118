/// Movements of one account, told by the bank as they are booked.
///
/// Money that bounced is a credit entry with its reason and the end-to-end key of the order. An end-to-end key may
/// stand twice; a bank reference may not.
///
/// Source: ISO 20022 camt.054.001.08.
package struct AccountNotificationFile: Hashable, Sendable {
    /// Chosen by the bank.
    package let messageID: String
    package let createdAt: String
    /// The bank's identifier of the notification, unique for the account.
    package let notificationID: String
    /// The account whose movements these are.
    package let account: String
    package let entries: [AccountEntry]

    /// - Throws: `text-form`, `date-form`, an amount's fault or `duplicate-reference`.
    package init(
        messageID: String, createdAt: String, notificationID: String, account: String, entries: [AccountEntry]
    ) throws(BankFileFault) {
        let root = MessageKind.accountNotification.root
        try FieldForm.identifier.require(messageID, at: BankFilePlace("\(root)/GrpHdr/MsgId"))
        try requireInstant(createdAt, at: BankFilePlace("\(root)/GrpHdr/CreDtTm"))
        try FieldForm.identifier.require(notificationID, at: BankFilePlace("\(root)/Ntfctn[1]/Id"))
        try AccountReport(account: account, entries: entries).check(under: "\(root)/Ntfctn[1]")
        self.messageID = messageID
        self.createdAt = createdAt
        self.notificationID = notificationID
        self.account = account
        self.entries = entries
    }

    /// The file, UTF-8, with one line for each entry. Equal files are equal bytes.
    package func bytes() -> [UInt8] {
        let kind = MessageKind.accountNotification
        let report = AccountReport(account: account, entries: entries)
        var text = MessageText(kind, expecting: entries.count)
        text.append("\n<GrpHdr>")
        text.leaf("MsgId", messageID)
        text.leaf("CreDtTm", createdAt)
        text.append("</GrpHdr>\n<Ntfctn>")
        text.leaf("Id", notificationID)
        text.leaf("CreDtTm", createdAt)
        report.writeAccount(to: &text)
        report.writeEntries(to: &text)
        text.append("\n</Ntfctn>")
        return text.closed(kind)
    }

    /// Reads a file whole, or refuses it whole. The schema lets totals away; here they must be there, so that a file
    /// that lost entries on its way is found.
    ///
    /// - Parameter account: the only account whose movements may be told.
    package init(reading bytes: [UInt8], account: String) throws(BankFileFault) {
        let (tree, root) = try ElementTree.message(.accountNotification, in: bytes)
        let message = try ElementFields(tree, root, ElementSequence("GrpHdr Ntfctn"))
        let header = try message.inside("GrpHdr", .reportHeader)
        let fields = try message.inside("Ntfctn", .notification)
        let report = try AccountReport(fields, account: account)
        try self.init(
            messageID: try header.text("MsgId"), createdAt: try header.text("CreDtTm"),
            notificationID: try fields.text("Id"), account: account, entries: report.entries)
    }
}

extension ElementSequence {
    fileprivate static let notification = ElementSequence(
        """
        Id NtfctnPgntn ElctrncSeqNb RptgSeq LglSeqNb CreDtTm FrToDt CpyDplctInd RptgSrc Acct RltdAcct Intrst* \
        TxsSummry Ntry* AddtlNtfctnInf
        """)
}
