import TransferCore
import TransferDocuments

/// The cases that the demonstration shows: invented people, what the records of both agencies say of them, and how each
/// case ends.
struct DemoStory: Sendable {
    /// The letter under which the case is told: a to e.
    let letter: String
    let titleChinese: String
    let titleEnglish: String
    let origin: AgencyCode
    let destination: AgencyCode
    let person: InsuredPerson
    /// The name as the application first gives it, where it is not the origin's.
    let appliedName: String
    let otherBranches: [Branch]
    /// The person's own accounts: the first is in the application, the second is given after a bounce.
    let accounts: [String]
    let turn: Turn
    let ending: Ending

    /// What happens on the way.
    enum Turn: Sendable {
        case plain
        /// A payout bounces, and another account is given.
        case bounce
        /// The origin returns the letter, and the name is corrected.
        case correction
        /// The origin's letters are held up until its money has come.
        case moneyFirst
    }

    /// How the case must end at the destination.
    enum Ending: Sendable {
        case completed
        /// Refused in writing, with this reason; the origin never hears of the case.
        case temporary(Reason)
    }
}

extension DemoStory {
    private static func agency(_ code: String) -> AgencyCode {
        guard let agency = AgencyCode(code) else { preconditionFailure("\(code) is a region") }
        return agency
    }

    static let weifang = agency("370700")
    static let shenzhen = agency("440300")
    static let wuhan = agency("420100")

    /// - Parameter round: every round has its own people, 0 to 49.
    static func all(round: Int) -> [DemoStory] {
        let order = round * 2
        return [
            DemoStory(
                letter: "a", titleChinese: "养老保险关系正常转移", titleEnglish: "a plain pension transfer",
                origin: shenzhen, destination: weifang,
                person: InventedPerson(
                    name: "林芳", county: "440520", born: "1988-07-12", order: order, sex: .female
                ).person,
                otherBranches: [], accounts: [], turn: .plain, ending: .completed),
            DemoStory(
                letter: "b", titleChinese: "医疗与公积金余额付给本人，其中一笔先退票",
                titleEnglish: "medical and housing balances paid to the person, one bounces first",
                origin: shenzhen, destination: wuhan,
                person: InventedPerson(
                    name: "魏军", county: "420520", born: "1985-03-09", order: order, sex: .male
                ).person,
                otherBranches: [.medical, .housing], accounts: [firstCard, secondCard], turn: .bounce,
                ending: .completed),
            DemoStory(
                letter: "c", titleChinese: "51 岁、非户籍省：书面说明，建立临时账户",
                titleEnglish: "51 years old, not the household province: told in writing, temporary account",
                origin: weifang, destination: wuhan,
                person: InventedPerson(
                    name: "赵民", county: "370520", born: "1975-02-18", order: order, sex: .male
                ).person,
                otherBranches: [], accounts: [], turn: .plain, ending: .temporary(.enrolledLateAwayFromHome)),
            DemoStory(
                letter: "d", titleChinese: "姓名不符，转出地退回，更正后办结",
                titleEnglish: "the origin returns the letter because the names differ; corrected, it completes",
                origin: wuhan, destination: shenzhen,
                person: InventedPerson(
                    name: "陈晓艳", county: "420620", born: "1991-11-03", order: order, sex: .female
                ).person,
                appliedName: "陈晓燕", otherBranches: [], accounts: [], turn: .correction, ending: .completed),
            DemoStory(
                letter: "e", titleChinese: "基金先于信息表到账", titleEnglish: "the money arrives before the form",
                origin: weifang, destination: shenzhen,
                person: InventedPerson(
                    name: "孙立", county: "370620", born: "1979-09-25", order: order, sex: .male
                ).person,
                otherBranches: [], accounts: [], turn: .moneyFirst, ending: .completed),
        ]
    }

    private init(
        letter: String, titleChinese: String, titleEnglish: String, origin: AgencyCode, destination: AgencyCode,
        person: InsuredPerson, appliedName: String? = nil, otherBranches: [Branch], accounts: [String], turn: Turn,
        ending: Ending
    ) {
        self.letter = letter
        self.titleChinese = titleChinese
        self.titleEnglish = titleEnglish
        self.origin = origin
        self.destination = destination
        self.person = person
        self.appliedName = appliedName ?? person.name
        self.otherBranches = otherBranches
        self.accounts = accounts
        self.turn = turn
        self.ending = ending
    }

    /// A card of the third class: the simulated bank gives back what is above its limit.
    static let firstCard = inventedCard("621700123400009")
    static let secondCard = inventedCard("621700567800001")
    static let thirdCard = inventedCard("621700901200002")
    static let bankCode = inventedBankCode("10230100002")

    /// What the records of the origin say.
    func originRows(_ rows: inout RecordRows) {
        let balances: (Int64, Int64) = otherBranches.isEmpty ? (0, 0) : (2_863_27, 402_11)
        rows.person(
            person, household: destination.text.prefix(2).description, isActive: false, enrolledOn: "2012-03-01",
            medicalFen: balances.0, housingFen: balances.1)
        for year in 2012...2025 {
            rows.line(
                person, year: year, months: (year == 2012 ? 3 : 1)...12, baseFen: 4_000_00 + Int64(year - 2012) * 350_00
            )
        }
        rows.line(person, year: 2026, months: 1...6, baseFen: 8_900_00)
    }

    /// What the records of the destination say: newly insured there, still paying.
    ///
    /// - Parameter name: as this agency has it.
    func destinationRows(_ rows: inout RecordRows, name: String) {
        let here = InsuredPerson(name: name, residentID: person.residentID)
        var household = destination.text.prefix(2).description
        if case .temporary = ending { household = origin.text.prefix(2).description }
        rows.person(here, household: household, isActive: true, enrolledOn: "2026-07-01")
        rows.line(here, year: 2026, months: 7...9, baseFen: 9_200_00)
    }

    /// The application as the employer's system sends it.
    func application(name: String, account: String?) throws -> [UInt8] {
        var residence: BankAccount?
        if let account {
            residence = BankAccount(
                holder: name, bankName: "示例银行", bankCode: DemoStory.bankCode, number: account)
        }
        guard let code = try? CreditCode(inventedCreditCode("9137070000000000\(letter == "a" ? "1" : "2")")) else {
            throw RigFault("the employer's code is wrong")
        }
        return try ApplicationForm.write(
            TransferApplication(
                person: InsuredPerson(name: name, residentID: person.residentID), origin: origin,
                applicant: .employer(name: "示例用人单位", creditCode: code), mobile: "13800000000",
                certificateNumber: nil, payoutAccount: residence, otherBranches: otherBranches, approvedMove: false))
    }
}
