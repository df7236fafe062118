import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The agencies and people that the tests of casework speak of: Lin Fang moves from Shenzhen to Weifang. All of them are
/// invented.
enum PairCast {
    static let weifang = agency("370700")
    static let shenzhen = agency("440300")
    static let wuhan = agency("420100")
    /// In the same province as Weifang.
    static let jinan = agency("370100")
    static let agencies = [weifang, shenzhen, wuhan, jinan]

    /// 2026-11-20T04:00:00Z, a Friday at noon in China.
    static let noon = Instant(milliseconds: 1_795_147_200_000)

    /// What Shenzhen has of Lin Fang: eight months of this year at a base of 5,000 yuan, so that eight hundredths of
    /// 40,000 yuan are in the account, and twelve hundredths go with it.
    static let account = Money(fen: 3_200_00)
    static let pooled = Money(fen: 4_800_00)
    static let transfer = Money(fen: 8_000_00)
    static let medical = Money(fen: 2_863_27)
    static let housing = Money(fen: 402_11)

    static let card = completed("621700123400009") { (try? CardNumber($0)) != nil }
    static let secondCard = completed("621700567800001") { (try? CardNumber($0)) != nil }
    static let bankCode = completed("10230100002") { (try? BankCode($0)) != nil }

    static func agency(_ text: String) -> AgencyCode {
        guard let code = AgencyCode(text) else { preconditionFailure("\(text) is a region") }
        return code
    }

    static func day(_ text: String) -> CivilDate {
        guard let day = CivilDate(text) else { preconditionFailure("\(text) is a day") }
        return day
    }

    static func month(_ text: String) -> CalendarMonth {
        guard let month = CalendarMonth(text) else { preconditionFailure("\(text) is a month") }
        return month
    }

    private static func completed(_ places: String, _ isValid: (String) -> Bool) -> String {
        for check in 0...9 where isValid(places + String(check)) { return places + String(check) }
        preconditionFailure("one check digit is right")
    }

    /// A person with the right check digit, registered in a region that was never given.
    static func person(_ serial: Int = 1, name: String = "林芳", born: String = "19880712") -> InsuredPerson {
        let places = "119999" + born + String(String(1_000 + serial * 2).suffix(3))
        for check in "0123456789X" {
            if let id = try? ResidentID(places + String(check)) { return InsuredPerson(name: name, residentID: id) }
        }
        preconditionFailure("one check digit is right")
    }

    static func ownAccount(holder: String = "林芳", number: String = card) -> BankAccount {
        BankAccount(holder: holder, bankName: "某银行深圳分行", bankCode: bankCode, number: number)
    }

    /// The account of an agency at the bank.
    static func account(of agency: AgencyCode) -> BankAccount {
        BankAccount(
            holder: "\(agency)社会保险基金专户", bankName: "某银行", bankCode: bankCode, number: "12020202099\(agency)12")
    }

    static func application(
        _ person: InsuredPerson = person(), origin: AgencyCode = shenzhen, branches: [Branch] = []
    ) -> TransferApplication {
        TransferApplication(
            person: person, origin: origin, applicant: .insuredPerson, mobile: "13912345678", certificateNumber: nil,
            payoutAccount: branches.isEmpty ? nil : ownAccount(holder: person.name), otherBranches: branches,
            approvedMove: false)
    }
}

extension PersonRecord {
    /// What the origin has: a stopped relationship with paid months.
    static func atOrigin(
        _ person: InsuredPerson = PairCast.person(), relation: Relation = .general, isActive: Bool = false,
        isDeceased: Bool = false, drawsPension: Bool = false, hasLegalHold: Bool = false,
        carried: CarriedBalance? = nil, lines: [ContributionLine] = [.plain("2026-01", "2026-08")],
        balances: [Branch: Money] = [.medical: PairCast.medical, .housing: PairCast.housing]
    ) -> PersonRecord {
        PersonRecord(
            person: person, householdProvince: shandong, relation: relation, isActive: isActive,
            enrolledOn: [PairCast.day("2012-03-01")], isDeceased: isDeceased, drawsPension: drawsPension,
            hasLegalHold: hasLegalHold, carried: carried, lines: lines, balances: balances)
    }

    /// What the destination has: newly enrolled, two months paid.
    static func atDestination(
        _ person: InsuredPerson = PairCast.person(), household: Province = shandong, enrolledOn: String? = "2026-09-01",
        isDeceased: Bool = false, drawsPension: Bool = false,
        lines: [ContributionLine] = [.plain("2026-09", "2026-10")]
    ) -> PersonRecord {
        PersonRecord(
            person: person, householdProvince: household, relation: .general, isActive: true,
            enrolledOn: enrolledOn.map { [PairCast.day($0)] } ?? [], isDeceased: isDeceased,
            drawsPension: drawsPension, hasLegalHold: false, carried: nil, lines: lines, balances: [:])
    }

    static let shandong = province("37")
    static let guangdong = province("44")

    private static func province(_ text: String) -> Province {
        guard let province = Province(text) else { preconditionFailure("\(text) is a province") }
        return province
    }
}

extension ContributionLine {
    /// Months of one year at 5,000 yuan.
    static func plain(_ from: String, _ to: String, base: Money = Money(fen: 5_000_00)) -> ContributionLine {
        guard let own = BasisPoints(800), let employer = BasisPoints(1_600) else {
            preconditionFailure("shares that exist")
        }
        let first = PairCast.month(from)
        return ContributionLine(
            year: first.year, from: first, to: PairCast.month(to), kind: .ordinary, base: base, ownShare: own,
            creditedShare: own, employerShare: employer)
    }
}

/// A clock that stands until it is moved by hand.
final class HandClock: NodeClock {
    private let milliseconds = Mutex(PairCast.noon.milliseconds)

    var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }
    func move(milliseconds more: Int64) { milliseconds.withLock { $0 += more } }
    func move(days: Int64) { move(milliseconds: days * 86_400_000) }
}
