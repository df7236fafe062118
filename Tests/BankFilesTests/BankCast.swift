import BankFiles
import Simulation
import TransferCore

/// The people and accounts of the bank tests. All are invented; their check digits are right.
///
/// Lin Fang moved from Weifang to Hangzhou. Weifang is the origin and pays; Hangzhou is the destination.
enum Cast {
    static let weifang = agency("370700")
    static let hangzhou = agency("330100")
    static let weifangName = "潍坊市社会保险事业中心"
    static let hangzhouName = "杭州市社会保险管理服务中心"
    static let weifangAccount = "15370700000000001"
    static let hangzhouAccount = "15330100000000001"
    static let weifangBank = "999370700010"
    static let hangzhouBank = "999330100015"

    /// Lin Fang's card.
    static let card = "6222020000000000018"
    static let closedCard = "6222020000000000026"
    static let frozenCard = "6222020000000000034"
    static let strangersCard = "6222020000000000042"
    static let thirdClassCard = "6222020000000000059"
    /// The last digit is wrong.
    static let brokenCard = "6222020000000000055"

    static let instant = "2026-03-16T09:30:00+08:00"
    static let day = date("2026-03-16")

    static func agency(_ text: String) -> AgencyCode {
        guard let code = AgencyCode(text) else { preconditionFailure("not an agency: \(text)") }
        return code
    }

    static func date(_ text: String) -> CivilDate {
        guard let date = CivilDate(text) else { preconditionFailure("not a day: \(text)") }
        return date
    }

    /// A key of Hangzhou's case with that serial number.
    static func key(_ serial: Int, _ leg: String = "P1") -> String { "330100-2026-\(1_000_000 + serial)-K/\(leg)" }
}

extension Cast {
    static func transfer(
        _ key: String, fen: Int64 = 1_906_400, to account: String = hangzhouAccount, name: String = hangzhouName,
        purpose: String = "基本养老保险关系转移"
    ) -> CreditTransfer {
        CreditTransfer(
            endToEndKey: key, amount: Money(fen: fen), creditorName: name, creditorBankCode: hangzhouBank,
            creditorAccount: account, purposeText: purpose)
    }

    /// The transfers as one instruction of Weifang, or of Hangzhou.
    static func instruction(
        _ id: String, from account: String = weifangAccount, _ transfers: [CreditTransfer]
    ) -> RemittanceInstruction {
        let isWeifang = account == weifangAccount
        return RemittanceInstruction(
            id: id, executionDate: day, debtorName: isWeifang ? weifangName : hangzhouName, debtorAccount: account,
            debtorBankCode: isWeifang ? weifangBank : hangzhouBank, transfers: transfers)
    }

    static func order(
        _ messageID: String, from account: String = weifangAccount, _ transfers: [CreditTransfer]
    ) throws -> RemittanceOrderFile {
        try RemittanceOrderFile(
            messageID: messageID, createdAt: instant,
            initiatingParty: account == weifangAccount ? weifangName : hangzhouName,
            instructions: [instruction("1", from: account, transfers)])
    }

    static func entry(
        _ direction: AccountEntry.Direction, fen: Int64, reference: String, key: String? = key(12),
        returned: BankReason? = nil, on day: CivilDate = day
    ) -> AccountEntry {
        AccountEntry(
            direction: direction, amount: Money(fen: fen), bankReference: reference, endToEndKey: key,
            counterpartyName: hangzhouName, counterpartyAccount: hangzhouAccount, bookedOn: day,
            purposeText: "基本养老保险关系转移", returned: returned)
    }

    static func notification(_ entries: [AccountEntry]) throws -> AccountNotificationFile {
        try AccountNotificationFile(
            messageID: "N1", createdAt: instant, notificationID: "N1-1", account: weifangAccount, entries: entries)
    }

    static func statement(
        id: String = "T1", number: Int? = 7, at instant: String = instant, on day: CivilDate = day, opening: Int64,
        closing: Int64, _ entries: [AccountEntry]
    ) throws -> AccountStatementFile {
        try AccountStatementFile(
            messageID: id, createdAt: instant, statementID: id, sequenceNumber: number, account: weifangAccount,
            opening: AccountBalance(amount: Money(fen: opening), day: day),
            closing: AccountBalance(amount: Money(fen: closing), day: day), entries: entries)
    }

    static func sheet(
        id: String = "Z1", number: Int? = 7, at instant: String = instant, on day: CivilDate = day,
        opening: Int64? = 1_000, _ entries: [AccountEntry]
    ) throws -> AccountSheetFile {
        let closing = entries.map(\.signedAmount).sum()
        return try AccountSheetFile(
            messageID: id, createdAt: instant, account: weifangAccount, sequenceNumber: number, firstDay: day,
            lastDay: day, balances: opening.map { .init(opening: Money(fen: $0), closing: Money(fen: $0) + closing) },
            entries: entries)
    }
}

extension Cast {
    /// A bank with Weifang's and Hangzhou's accounts and three cards that cannot be credited.
    static func settings(
        opening: Int64 = 100_000_000, pollMilliseconds: Int = 20, delayMilliseconds: Int = 0,
        tellings: [AgencyCode: BankTelling] = [:]
    ) throws -> BankSettings {
        try BankSettings(
            agencies: [
                AgencyAccount(
                    agency: weifang, number: weifangAccount, holder: weifangName, openingBalance: Money(fen: opening)),
                AgencyAccount(
                    agency: hangzhou, number: hangzhouAccount, holder: hangzhouName, openingBalance: Money(fen: opening)
                ),
            ],
            flaws: [closedCard: .closed, frozenCard: .frozen, strangersCard: .name, thirdClassCard: .thirdClass],
            tellings: tellings, pollMilliseconds: pollMilliseconds, delayMilliseconds: delayMilliseconds)
    }

    static func bank(in folders: any BankFolders, _ settings: BankSettings) throws -> SimulatedBank {
        try SimulatedBank(settings: settings, folders: folders, now: { (instant, day) })
    }
}

/// The code and place of the fault that reading or making a file ends with; nil when it does not.
func fault<File>(_ make: () throws(BankFileFault) -> File) -> BankFileFault? {
    do {
        _ = try make()
        return nil
    } catch {
        return error
    }
}

/// The bytes with one text in place of another, which must be there.
func bytes(_ original: [UInt8], _ changes: [(from: String, to: String)]) -> [UInt8] {
    var text = String(decoding: original, as: UTF8.self)
    for (from, to) in changes {
        guard let range = text.firstRange(of: from) else { preconditionFailure("nothing to change: \(from)") }
        text.replaceSubrange(range, with: to)
    }
    return Array(text.utf8)
}
