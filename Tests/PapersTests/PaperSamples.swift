import Papers
import TransferCore
import TransferDocuments

/// One invented case on paper, of every kind.
enum PaperSamples {
    static let press = try! PaperPress()

    static let origin = OfficeName(
        code: AgencyCode("440300")!, chinese: "深圳市社会保险基金管理局（示例）", english: "Sample agency of Shenzhen")
    static let destination = OfficeName(
        code: AgencyCode("370700")!, chinese: "潍坊市社会保险事业中心（示例）", english: "Sample agency of Weifang")
    static let number = CaseNumber(destination: destination.code, year: 2026, serial: 12)!
    static let person = InsuredPerson(name: "王晓华", residentID: try! ResidentID("11010519491231002X"))
    static let code = CheckCode(randomBytes: [0x3C, 0x91, 0x07, 0xE5, 0x5A, 0x2F, 0xD8, 0x60])!
    static let check = try! PaperCheck(address: "https://jiexu.example.gov.cn/v/\(code.text)", code: code)
    static let digest = DocumentDigest(of: Array("the signed bytes".utf8))
    static let madeAt = SigningTime("2026-03-01T16:30:00Z")!

    static let payee = BankAccount(
        holder: "潍坊市社会保险基金专户", bankName: "示例银行潍坊分行", bankCode: "313458000013", number: "620700010000012345")
    static let ownAccount = BankAccount(
        holder: "王晓华", bankName: "示例银行深圳分行", bankCode: "313584000019", number: "6217000000000000004")

    static func application(_ person: InsuredPerson = person) -> TransferApplication {
        TransferApplication(
            person: person, origin: origin.code,
            applicant: .employer(
                name: "潍坊示例机械有限公司", creditCode: try! CreditCode("91350100M000100Y43")),
            mobile: "13800138000", certificateNumber: nil, payoutAccount: ownAccount,
            otherBranches: [.medical, .housing], approvedMove: false)
    }

    static let letter = AcceptanceLetter(
        version: 1, person: person, payee: payee,
        office: AgencyOffice(
            name: "潍坊市社会保险事业中心", address: "潍坊市示例路8号", postcode: "261000", telephone: "0536-8000000"),
        payouts: [.medical, .housing], payoutAccount: ownAccount, applicationDigest: digest.text,
        issuedOn: day("2026-03-02"))

    static let certificate = ContributionCertificate(
        letterVersion: 1, person: person, relation: .general, firstMonth: month("2010-01"),
        lastMonth: month("2024-12"), monthsPaid: 156, accountBalance: Money(fen: 5_640_708), issuedOn: day("2026-03-13")
    )

    static let form = form(lines: 16)

    /// A form of half-year lines from 2010 on, the third from the end a back payment and the last arrears.
    static func form(lines count: Int) -> InformationForm {
        let first = month("2010-01").index
        let lines = (0..<count).map { place in
            let from = CalendarMonth(year: (first + place * 6) / 12, month: (first + place * 6) % 12 + 1)!
            let to = CalendarMonth(year: from.year, month: from.month + 5)!
            let kind: ContributionKind = place == count - 3 ? .backPayment : place == count - 1 ? .arrears : .ordinary
            return ContributionLine(
                year: from.year, from: from, to: to, kind: kind, base: Money(fen: 400_000 + Int64(place) * 12_345),
                ownShare: BasisPoints(800)!, creditedShare: BasisPoints(800)!, employerShare: BasisPoints(1_600)!,
                region: origin.code, paidOn: kind == .backPayment ? CivilDate(year: from.year, month: 12, day: 20) : nil
            )
        }
        let request = FundRequest(
            origin: origin.code, destination: destination.code, destinationScheme: .employee, relation: .general,
            transferMonth: month("2026-03"),
            interest: InterestTerms(
                formula: .monthlyProducts,
                rates: Dictionary(uniqueKeysWithValues: (2009...2026).map { ($0, BasisPoints(262)!) })),
            carried: CarriedBalance(yearEnd: 2009, balance: Money(fen: 1_234_567)), lines: lines)
        return InformationForm(
            letterVersion: 1, person: person, request: request, computation: try! request.computeFunds(),
            frozenOn: day("2026-03-13"), rules: RuleVersions(calendar: "2026-1", tables: []))
    }

    static let note = ReturnNote(
        letterVersion: 1, reason: .identityDiffers, text: "姓名与我地登记不一致。", returnedOn: day("2026-03-12"))

    static let completion = CompletionNotice(
        orderKey: OrderKey(caseNumber: number, leg: .remittance, attempt: 1)!, individual: Money(fen: 5_640_708),
        pooled: Money(fen: 10_060_005), monthsJoined: 171, bankReference: "C20260317000009",
        completedOn: day("2026-03-17"))

    static let refusal = try! ApplicationAnswer(
        kind: .refusal, application: application(), reason: .drawsPension, text: "", answeredOn: day("2026-03-02"))
    static let returned = try! ApplicationAnswer(
        kind: .returned, application: application(), reason: .papersIncomplete, text: "身份证件的照片不清晰，请重新上传。",
        answeredOn: day("2026-03-02"))

    static func roster(_ persons: [InsuredPerson], remark: String = "") -> Roster {
        let rows = persons.enumerated().map { place, person in
            Roster.Row(
                application: application(person), origin: origin,
                caseNumber: CaseNumber(destination: destination.code, year: 2026, serial: place + 1)!,
                state: Wording(chinese: "转出地办理中", english: "at the origin"), remark: remark)
        }
        return try! Roster(
            employer: "潍坊示例机械有限公司", creditCode: try! CreditCode("91350100M000100Y43"), reference: "PL-2026-0031",
            lodgedOn: day("2026-03-02"), rows: rows)
    }

    /// Invented persons with valid numbers, each with another number and name.
    static func persons(_ count: Int) -> [InsuredPerson] {
        let names = Array("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨")
        let given = Array("一乙丁七万三上下不与丑专且世丘丙业东")
        return (0..<count).map { place in
            let day = CivilDate(dayNumber: 3_000 + place % 9_000)!
            let birth = day.description.filter { $0 != "-" }
            let serial = String(place % 999 + 1_001).dropFirst()
            let id = "0123456789X".lazy.compactMap { try? ResidentID("110105\(birth)\(serial)\($0)") }.first!
            let name = "\(names[place % 16])\(given[place / 16 % 18])\(given[place / 288 % 18])"
            return InsuredPerson(name: name, residentID: id)
        }
    }

    /// Every kind with its name for a file.
    static let all: [(name: String, paper: Paper)] = [
        ("letter", .acceptanceLetter(letter)), ("certificate", .contributionCertificate(certificate)),
        ("form", .informationForm(form)), ("letter-return", .letterReturn(note, of: person)),
        ("refusal", .applicationAnswer(refusal)), ("returned", .applicationAnswer(returned)),
        ("completion", .completion(completion, of: person)), ("roster", .roster(roster(persons(24)))),
    ]

    static func head(_ paper: Paper, _ persons: PersonView = .full, madeAt: SigningTime = madeAt) -> PaperHead {
        let fromOrigin =
            switch paper {
            case .contributionCertificate, .informationForm, .letterReturn: true
            default: false
            }
        let isDocument =
            switch paper {
            case .applicationAnswer, .roster: false
            default: true
            }
        let isRoster = if case .roster = paper { true } else { false }
        return PaperHead(
            issuer: fromOrigin ? origin : destination, recipient: fromOrigin ? destination : origin,
            caseNumber: isRoster ? nil : number, sequence: isDocument ? 2 : nil, digest: isDocument ? digest : nil,
            check: check, persons: persons, madeAt: madeAt)
    }

    static func print(_ paper: Paper, _ persons: PersonView = .full) throws -> PrintedPaper {
        try press.print(paper, head: head(paper, persons))
    }

    static func month(_ text: String) -> CalendarMonth { CalendarMonth(text)! }
    static func day(_ text: String) -> CivilDate { CivilDate(text)! }
}
