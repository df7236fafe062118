import TransferCore

/// A file that a bank has put down, of any kind that is read.
package enum BankFile: Hashable, Sendable {
    /// What becomes of orders: pain.002.
    case status(OrderStatusFile)
    /// Movements as they are booked: camt.054.
    case notification(AccountNotificationFile)
    /// Movements between two balances: camt.053.
    case statement(AccountStatementFile)
    /// Movements as CSV.
    case sheet(AccountSheetFile)

    /// Reads a file whole, or refuses it whole.
    ///
    /// The kind of a message stands in the namespace of its first element, and the reader of that kind judges the rest;
    /// what is no XML is read as a sheet.
    ///
    /// - Parameter account: the agency's own account; movements of another are refused.
    package init(reading bytes: [UInt8], account: String) throws(BankFileFault) {
        let head = bytes.prefix(400)
        let first = head.drop { $0 == 0xEF || $0 == 0xBB || $0 == 0xBF || $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard first.first == UInt8(ascii: "<") else {
            self = .sheet(try AccountSheetFile(reading: bytes, account: account))
            return
        }
        if head.first(of: "pain.002") != nil {
            self = .status(try OrderStatusFile(reading: bytes))
        } else if head.first(of: "camt.053") != nil {
            self = .statement(try AccountStatementFile(reading: bytes, account: account))
        } else {
            self = .notification(try AccountNotificationFile(reading: bytes, account: account))
        }
    }

    /// The published name of the kind.
    package var kind: String {
        switch self {
        case .status: "status"
        case .notification: "notification"
        case .statement: "statement"
        case .sheet: "sheet"
        }
    }

    /// The bank's identifier, unique among its files of that kind.
    package var messageID: String {
        switch self {
        case .status(let file): file.messageID
        case .notification(let file): file.messageID
        case .statement(let file): file.messageID
        case .sheet(let file): file.messageID
        }
    }

    /// An instant as ISO 20022 writes it.
    package var createdAt: String {
        switch self {
        case .status(let file): file.createdAt
        case .notification(let file): file.createdAt
        case .statement(let file): file.createdAt
        case .sheet(let file): file.createdAt
        }
    }

    /// The movements it tells; none for a status.
    package var entries: [AccountEntry] {
        switch self {
        case .status: []
        case .notification(let file): file.entries
        case .statement(let file): file.entries
        case .sheet(let file): file.entries
        }
    }
}

/// Where a statement or a sheet stands in the row of all statements of an account.
struct StatementPosition {
    let number: Int?
    let lastDay: CivilDate
    let opening: Money?
    let closing: Money?
    /// The elements of the file in which these stand.
    let numberPlace: BankFilePlace
    let lastDayPlace: BankFilePlace
    let openingPlace: BankFilePlace
}

extension BankFile {
    /// Nil for what is no statement.
    var position: StatementPosition? {
        switch self {
        case .status, .notification: return nil
        case .statement(let file):
            let path = "\(MessageKind.accountStatement.root)/Stmt[1]"
            return StatementPosition(
                number: file.sequenceNumber, lastDay: file.closing.day, opening: file.opening.amount,
                closing: file.closing.amount, numberPlace: BankFilePlace("\(path)/ElctrncSeqNb"),
                lastDayPlace: BankFilePlace("\(path)/Bal[2]/Dt"), openingPlace: BankFilePlace("\(path)/Bal[1]/Amt"))
        case .sheet(let file):
            return StatementPosition(
                number: file.sequenceNumber, lastDay: file.lastDay, opening: file.balances?.opening,
                closing: file.balances?.closing, numberPlace: AccountSheetFile.place(.sequenceNumber),
                lastDayPlace: AccountSheetFile.place(.lastDay), openingPlace: AccountSheetFile.place(.opening))
        }
    }

    /// Where the identifier stands.
    var messagePlace: BankFilePlace {
        switch self {
        case .status: BankFilePlace("\(MessageKind.orderStatus.root)/GrpHdr/MsgId")
        case .notification: BankFilePlace("\(MessageKind.accountNotification.root)/GrpHdr/MsgId")
        case .statement: BankFilePlace("\(MessageKind.accountStatement.root)/GrpHdr/MsgId")
        case .sheet: AccountSheetFile.place(.messageID)
        }
    }

    /// Where the instant of creation stands.
    var createdPlace: BankFilePlace {
        switch self {
        case .status: BankFilePlace("\(MessageKind.orderStatus.root)/GrpHdr/CreDtTm")
        case .notification: BankFilePlace("\(MessageKind.accountNotification.root)/GrpHdr/CreDtTm")
        case .statement: BankFilePlace("\(MessageKind.accountStatement.root)/GrpHdr/CreDtTm")
        case .sheet: AccountSheetFile.place(.createdAt)
        }
    }
}
