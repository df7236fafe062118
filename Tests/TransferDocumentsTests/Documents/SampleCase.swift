import TransferCore
import TransferDocuments

/// One invented case, with a document of every kind, for all tests of documents and dossiers.
enum SampleCase {
    static let origin = AgencyCode("440300")!
    static let destination = AgencyCode("370700")!
    static let number = CaseNumber(destination: destination, year: 2026, serial: 12)!
    static let person = InsuredPerson(name: "王晓华", residentID: try! ResidentID("11010519491231002X"))

    static let payee = BankAccount(
        holder: "潍坊市社会保险基金专户", bankName: "示例银行潍坊分行", bankCode: "313458000013", number: "620700010000012345")
    static let ownAccount = BankAccount(
        holder: "王晓华", bankName: "示例银行深圳分行", bankCode: "313584000019", number: "6217000000000000004")

    static let application = TransferApplication(
        person: person, origin: origin, applicant: .insuredPerson, mobile: "13800138000", certificateNumber: nil,
        payoutAccount: ownAccount, otherBranches: [.medical, .housing], approvedMove: false)

    static let applicationBytes = try! ApplicationForm.write(application)

    static let request = FundRequest(
        origin: origin, destination: destination, destinationScheme: .employee, relation: .general,
        transferMonth: month("2026-03"),
        interest: InterestTerms(
            formula: .monthlyProducts, rates: [2024: bp(262), 2025: bp(250), 2023: bp(397)]),
        carried: CarriedBalance(yearEnd: 2022, balance: Money(fen: 1_234_567)),
        lines: [
            ContributionLine(
                year: 2023, from: month("2023-01"), to: month("2023-12"), kind: .ordinary, base: Money(fen: 500_000),
                baseLimits: BaseLimits(floor: Money(fen: 400_000), ceiling: Money(fen: 2_000_000)), ownShare: bp(800),
                creditedShare: bp(800), employerShare: bp(1_600), region: origin),
            ContributionLine(
                year: 2024, from: month("2024-01"), to: month("2024-06"), kind: .ordinary, base: Money(fen: 550_001),
                ownShare: bp(800), creditedShare: bp(800), employerShare: bp(1_600)),
            ContributionLine(
                year: 2025, from: month("2024-07"), to: month("2024-12"), kind: .backPayment,
                base: Money(fen: 550_000), ownShare: bp(800), creditedShare: bp(800), employerShare: bp(1_600),
                paidOn: CivilDate("2025-02-10")),
            ContributionLine(
                year: 2025, from: month("2025-01"), to: month("2025-03"), kind: .arrears, base: Money(fen: 550_000),
                ownShare: bp(800), creditedShare: bp(800), employerShare: bp(1_600)),
        ])

    static let computation = try! request.computeFunds()

    static let letter = AcceptanceLetter(
        version: 1, person: person, payee: payee,
        office: AgencyOffice(
            name: "潍坊市社会保险事业中心", address: "潍坊市示例路8号", postcode: "261000", telephone: "0536-8000000"),
        payouts: [.medical, .housing], payoutAccount: ownAccount,
        applicationDigest: DocumentDigest(of: applicationBytes).text, issuedOn: day("2026-03-10"))

    static let note = ReturnNote(
        letterVersion: 1, reason: .identityDiffers, text: "姓名与我地登记不一致。", returnedOn: day("2026-03-12"))

    static let certificate = ContributionCertificate(
        letterVersion: 1, person: person, relation: .general, firstMonth: month("2010-01"),
        lastMonth: month("2024-12"), monthsPaid: 156, accountBalance: computation.account, issuedOn: day("2026-03-13"))

    static let form = InformationForm(
        letterVersion: 1, person: person, request: request, computation: computation, frozenOn: day("2026-03-13"))

    static let remittanceKey = OrderKey(caseNumber: number, leg: .remittance, attempt: 1)!

    static let advice = RemittanceAdvice(
        orderKey: remittanceKey, amount: computation.transfer, payee: payee, bankReference: "D20260316000001",
        paidOn: day("2026-03-16"))

    static let medicalNotice = PayoutNotice(
        branch: .medical, amount: Money(fen: 186_327),
        payment: PayoutNotice.Payment(
            orderKey: OrderKey(caseNumber: number, leg: .balance(.medical), attempt: 1)!,
            maskedAccount: ownAccount.maskedNumber, bankReference: "D20260316000002", paidOn: day("2026-03-16")))

    static let housingNotice = PayoutNotice(branch: .housing, amount: .zero, payment: nil)

    static let completion = CompletionNotice(
        orderKey: remittanceKey, individual: computation.account, pooled: computation.pooled,
        monthsJoined: computation.months.counted, bankReference: "C20260317000009", completedOn: day("2026-03-17"))

    /// The documents of the case in the order in which they were signed.
    static let straight: [DocumentContent] = [
        .acceptanceLetter(letter), .contributionCertificate(certificate), .informationForm(form),
        .remittanceAdvice(advice), .payoutNotice(medicalNotice), .payoutNotice(housingNotice),
        .completionNotice(completion),
    ]

    /// The same, and the documents that the case did not need.
    static let contents = straight + [.returnNote(note)] + SideSamples.contents

    /// What both sides may write comes from the origin here.
    static func envelope(_ content: DocumentContent, sequence: Int = 1) -> DocumentEnvelope {
        let isLetter = content.kind == .acceptanceLetter
        let isFromDestination = !content.kind.senders.contains(.origin)
        return DocumentEnvelope(
            caseNumber: number, sender: isFromDestination ? destination : origin,
            recipient: isFromDestination ? origin : destination,
            sequence: content.kind == .completionNotice ? 2 : sequence,
            previous: isLetter && sequence == 1 ? nil : DocumentDigest(of: Array("before".utf8)),
            issuedAt: SigningTime("2026-03-10T01:30:00Z")!, maker: .staff("370700-017"), checker: .staff("370700-004"),
            content: content)
    }

    static func month(_ text: String) -> CalendarMonth { CalendarMonth(text)! }
    static func day(_ text: String) -> CivilDate { CivilDate(text)! }
    private static func bp(_ value: Int) -> BasisPoints { BasisPoints(value)! }
}
