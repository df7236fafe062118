import Casework
import TransferCore
import TransferDocuments

// How values stand in columns, and how they are read back. A column that holds no such value was changed behind our
// back: reading it is a fault, never a guess.

extension SQLRow {
    func caseNumber(_ column: Int) throws(SQLFault) -> CaseNumber { try value(column, "case number", CaseNumber.init) }
    func agency(_ column: Int) throws(SQLFault) -> AgencyCode { try value(column, "agency code", AgencyCode.init) }
    func instant(_ column: Int) throws(SQLFault) -> Instant { Instant(milliseconds: try integer(column)) }
    func money(_ column: Int) throws(SQLFault) -> Money { Money(fen: try integer(column)) }
    func int(_ column: Int) throws(SQLFault) -> Int { Int(try integer(column)) }

    /// An enum by its published name.
    func word<Word: RawRepresentable<String>>(_ column: Int, as type: Word.Type) throws(SQLFault) -> Word {
        try value(column, "\(type)", Word.init(rawValue:))
    }

    func optionalWord<Word: RawRepresentable<String>>(
        _ column: Int, as type: Word.Type
    ) throws(SQLFault) -> Word? {
        isNull(column) ? nil : try word(column, as: type)
    }

    func date(_ column: Int) throws(SQLFault) -> CivilDate {
        guard let date = CivilDate(dayNumber: try int(column)) else { throw unreadable(column, "day") }
        return date
    }

    func optionalDate(_ column: Int) throws(SQLFault) -> CivilDate? { isNull(column) ? nil : try date(column) }

    func month(_ column: Int) throws(SQLFault) -> CalendarMonth {
        let index = try int(column)
        guard index >= 0, let month = CalendarMonth(year: index / 12, month: index % 12 + 1) else {
            throw unreadable(column, "month")
        }
        return month
    }

    func digest(_ column: Int) throws(SQLFault) -> DocumentDigest {
        guard let digest = DocumentDigest(bytes: try bytes(column)) else { throw unreadable(column, "digest") }
        return digest
    }

    func residentID(_ column: Int) throws(SQLFault) -> ResidentID {
        let text = try text(column)
        do {
            return try ResidentID(text)
        } catch {
            throw unreadable(column, "identity number")
        }
    }

    func share(_ column: Int) throws(SQLFault) -> BasisPoints {
        guard let share = BasisPoints(try int(column)) else { throw unreadable(column, "share") }
        return share
    }

    func value<Value>(
        _ column: Int, _ what: String, _ parse: (String) -> Value?
    ) throws(SQLFault) -> Value {
        guard let value = parse(try text(column)) else { throw unreadable(column, what) }
        return value
    }

    func unreadable(_ column: Int, _ what: String) -> SQLFault {
        SQLFault(.unreadable, "column \(column + 1) of a row holds no \(what)")
    }

    /// The columns of ``CaseSummary`` from the given one on, in the order phase, holder, since, due, is_due_provisional,
    /// is_overdue_reported, is_terminal.
    func summary(from first: Int) throws(SQLFault) -> CaseSummary {
        CaseSummary(
            phase: try text(first), holder: try word(first + 1, as: Holder.self), since: try instant(first + 2),
            due: try optionalDate(first + 3), isDueProvisional: try flag(first + 4),
            isOverdueReported: try flag(first + 5), isTerminal: try flag(first + 6))
    }

    /// The columns branch, name, code, at, actor, cause, attachment from the given one on.
    func event(from first: Int) throws(SQLFault) -> StoredEvent {
        StoredEvent(
            branch: try word(first, as: Branch.self), name: try text(first + 1), code: try optionalText(first + 2),
            at: try instant(first + 3), actor: try text(first + 4), cause: try optionalText(first + 5),
            attachment: try optionalBytes(first + 6))
    }

    /// The columns sender, recipient, sequence, kind, digest, bytes, at of `documents`, then bytes and is_refused of
    /// `receipts`, from the given one on.
    func document(from first: Int) throws(SQLFault) -> StoredDocument {
        StoredDocument(
            sender: try agency(first), recipient: try agency(first + 1), sequence: try int(first + 2),
            kind: try word(first + 3, as: DocumentKind.self), digest: try digest(first + 4),
            bytes: try bytes(first + 5), at: try instant(first + 6), receipt: try optionalBytes(first + 7),
            isRefused: isNull(first + 8) ? false : try flag(first + 8))
    }

    /// The columns key, amount, holder, bank_name, bank_code, account, message_id, outcome, outcome_word from the given
    /// one on.
    func order(from first: Int) throws(SQLFault) -> StoredOrder {
        let outcome: StoredOrder.Outcome?
        switch try optionalText(first + 7) {
        case nil: outcome = nil
        case "paid": outcome = .paid(bankReference: try text(first + 8))
        case "bounced": outcome = .bounced(try word(first + 8, as: BounceReason.self))
        default: throw unreadable(first + 7, "outcome")
        }
        return StoredOrder(
            key: try value(first, "order key", OrderKey.init), amount: try money(first + 1),
            creditor: BankAccount(
                holder: try text(first + 2), bankName: try text(first + 3), bankCode: try text(first + 4),
                number: try text(first + 5)),
            messageID: try optionalText(first + 6), outcome: outcome)
    }

    /// The columns reference, direction, amount, end_to_end_key, booked_on, return_reason from the given one on.
    func bankLine(from first: Int) throws(SQLFault) -> BankLine {
        BankLine(
            reference: try text(first), direction: try word(first + 1, as: BankLine.Direction.self),
            amount: try money(first + 2), endToEndKey: try text(first + 3), bookedOn: try date(first + 4),
            returnReason: try optionalWord(first + 5, as: BounceReason.self))
    }
}

extension StoredOrder.Outcome {
    /// The columns outcome and outcome_word.
    var columns: (String, String) {
        switch self {
        case .paid(let bankReference): ("paid", bankReference)
        case .bounced(let reason): ("bounced", reason.rawValue)
        }
    }
}

extension [Branch] {
    /// The published names with commas between.
    var column: String { map(\.rawValue).joined(separator: ",") }

    init?(column: String) {
        var branches: [Branch] = []
        for name in column.split(separator: ",") {
            guard let branch = Branch(rawValue: String(name)) else { return nil }
            branches.append(branch)
        }
        self = branches
    }
}
