import BankFiles
package import TransferCore

/// Which accounts the simulated bank holds, how they behave, and how fast it works.
package struct BankSettings: Hashable, Sendable {
    /// One for each agency, in the order of their codes.
    package let agencies: [AgencyAccount]
    /// Accounts that cannot be credited, or not with every amount, by account number. Every other valid card number
    /// exists and takes money.
    package let flaws: [String: AccountFlaw]
    /// In which files an agency is told of its movements; one that is not here gets notifications.
    package let tellings: [AgencyCode: BankTelling]
    /// How long the bank waits between two looks into its folders: 1 to 60,000.
    package let pollMilliseconds: Int
    /// How long an order lies between its taking and its results, rounded up to whole looks: 0 to 3,600,000.
    package let delayMilliseconds: Int

    /// The default for ``pollMilliseconds``.
    package static let usualPollMilliseconds = 20

    package init(
        agencies: [AgencyAccount], flaws: [String: AccountFlaw], tellings: [AgencyCode: BankTelling] = [:],
        pollMilliseconds: Int, delayMilliseconds: Int
    ) throws(BankSettingsFault) {
        guard Set(agencies.map(\.agency)).count == agencies.count else {
            throw BankSettingsFault(setting: "agencies", detail: "one agency stands twice; give it one account")
        }
        guard Set(agencies.map(\.number)).count == agencies.count else {
            throw BankSettingsFault(setting: "agencies", detail: "two agencies have one account number")
        }
        guard tellings.keys.allSatisfy({ code in agencies.contains { $0.agency == code } }) else {
            throw BankSettingsFault(setting: "tellings", detail: "an agency without an account is told nothing")
        }
        guard (1...60_000).contains(pollMilliseconds) else {
            throw BankSettingsFault(setting: "pollMilliseconds", detail: "must be 1 to 60000")
        }
        guard (0...3_600_000).contains(delayMilliseconds) else {
            throw BankSettingsFault(setting: "delayMilliseconds", detail: "must be 0 to 3600000")
        }
        self.agencies = agencies.sorted { $0.agency < $1.agency }
        self.flaws = flaws
        self.tellings = tellings
        self.pollMilliseconds = pollMilliseconds
        self.delayMilliseconds = delayMilliseconds
    }

    /// How many looks lie between taking and results.
    var delayTicks: Int { (delayMilliseconds + pollMilliseconds - 1) / pollMilliseconds }
}

/// The files in which an agency is told of its movements.
package enum BankTelling: String, Hashable, CaseIterable, Sendable {
    /// camt.054.
    case notifications
    /// camt.053.
    case statements
    /// camt.054, and camt.053 with the same movements behind it.
    case both
    /// CSV in GB 18030.
    case sheets
}

/// The account of one agency at the simulated bank.
package struct AgencyAccount: Hashable, Sendable {
    package let agency: AgencyCode
    package let number: String
    /// In whose name the account is held.
    package let holder: String
    /// What is on it before the first order.
    package let openingBalance: Money

    /// - Throws: when the number is not 1 to 34 letters, digits and hyphens, the holder not 1 to 140 characters, or the
    ///   balance less than zero.
    package init(
        agency: AgencyCode, number: String, holder: String, openingBalance: Money
    ) throws(BankSettingsFault) {
        guard AgencyAccount.canStandInFile(number: number, holder: holder) else {
            throw BankSettingsFault(
                setting: "agencies",
                detail: "the number must be 1 to 34 letters, digits and hyphens, the holder 1 to 140 characters")
        }
        guard (Money.zero...Money.limit).contains(openingBalance) else {
            throw BankSettingsFault(setting: "openingBalance", detail: "must be 0.00 to \(Money.limit)")
        }
        self.agency = agency
        self.number = number
        self.holder = holder
        self.openingBalance = openingBalance
    }

    /// Whether a notification to this account, and to another about it, can be written: the bank's own files must never
    /// be the ones that nobody can read.
    private static func canStandInFile(number: String, holder: String) -> Bool {
        guard let day = CivilDate(year: 2026, month: 1, day: 1) else { return false }
        let entry = AccountEntry(
            direction: .credit, amount: Money(fen: 1), bankReference: "R", endToEndKey: nil, counterpartyName: holder,
            counterpartyAccount: number, bookedOn: day, purposeText: nil, returned: nil)
        let file = try? AccountNotificationFile(
            messageID: "N", createdAt: "2026-01-01T00:00:00", notificationID: "N", account: number, entries: [entry])
        return file != nil
    }
}

/// Why an account gives back the money that is sent to it.
package enum AccountFlaw: String, Hashable, CaseIterable, Sendable {
    case closed
    case frozen
    /// The holder has another name than the order says.
    case name
    /// An account of the third class (III 类户), which takes no single credit above 2,000 yuan.
    ///
    /// Source: 银发〔2018〕16号 limits the balance of such an account to 2,000 yuan.
    case thirdClass = "third-class"

    var bounce: BounceReason {
        switch self {
        case .closed: .accountClosed
        case .frozen: .accountBlocked
        case .name: .nameDiffers
        case .thirdClass: .overLimit
        }
    }

    /// Whether the account gives this amount back.
    func givesBack(_ amount: Money) -> Bool {
        switch self {
        case .closed, .frozen, .name: true
        case .thirdClass: amount > Money(fen: 2_000_00)
        }
    }

    /// The bank's sentence.
    var wording: String {
        switch self {
        case .closed: "账户已销户"
        case .frozen: "账户已冻结"
        case .name: "户名与账号不符"
        case .thirdClass: "超过 III 类户限额"
        }
    }
}

/// A setting with which no bank can work.
package struct BankSettingsFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let setting: String
    package let detail: String

    package var description: String { "\(setting): \(detail)" }
}
