import TransferCore
import TransferDocuments

/// The ways in which the sample case may go, each as both sides have it in the end.
enum DossierStory: String, CaseIterable, Sendable {
    /// The straight road.
    case completed
    /// The destination asks where the money is; the origin says that it was paid, and it comes.
    case asked
    /// The bank gives the remittance back; a second letter confirms the account, and the origin pays again.
    case bounced
    /// The origin recalls its money after the case was completed, and the destination sends it back.
    case recalled
    /// Both offices agree that the form was wrong: a second form transfers less, and the rest goes back.
    case amended
    /// Less came than was advised: the destination asks, and a second order makes up for it.
    case short
    /// The bank pays one order twice: the second credit goes back.
    case doubled
    /// The person dies before anything is paid: nothing is remitted, and an heir gets the balance.
    case ended

    func draft(as role: Role) -> DossierDraft {
        let said = contents
        let documents = DossierDraft.documents(said)
        switch role {
        case .destination:
            return DossierDraft(
                phase: phase(role), documents: documents, events: destinationEvents, postings: destinationPostings)
        case .origin:
            return DossierDraft(
                role: .origin, phase: phase(role), documents: documents, application: nil, events: originEvents,
                postings: originPostings)
        }
    }

    private func phase(_ role: Role) -> String {
        switch (self, role) {
        case (.recalled, .destination): "given-back"
        case (.recalled, .origin): "restored"
        case (.ended, _): "ceased"
        default: "completed"
        }
    }
}

// MARK: - What is said

extension DossierStory {
    private static let computation = SampleCase.computation
    private static let text = "请核对。"

    /// The form as it is after the correction: half a year was paid on a lower base.
    static let amendedForm: InformationForm = {
        let request = SampleCase.request
        let line = request.lines[1]
        let lower = ContributionLine(
            year: line.year, from: line.from, to: line.to, kind: line.kind, base: Money(fen: 450_000),
            ownShare: line.ownShare, creditedShare: line.creditedShare, employerShare: line.employerShare)
        let amended = FundRequest(
            origin: request.origin, destination: request.destination, destinationScheme: request.destinationScheme,
            relation: request.relation, transferMonth: request.transferMonth, interest: request.interest,
            carried: request.carried, lines: [request.lines[0], lower] + request.lines[2...])
        return InformationForm(
            version: 2, letterVersion: 1, person: SampleCase.person, request: amended,
            computation: try! amended.computeFunds(), frozenOn: SampleCase.form.frozenOn)
    }()

    /// What the second form transfers less than the first.
    static let excess = computation.transfer - amendedForm.computation.transfer

    private static let secondLetter: AcceptanceLetter = {
        let letter = SampleCase.letter
        let payee = BankAccount(
            holder: letter.payee.holder, bankName: letter.payee.bankName, bankCode: letter.payee.bankCode,
            number: "620700010000054321")
        return AcceptanceLetter(
            version: 2, person: letter.person, payee: payee, office: letter.office, payouts: letter.payouts,
            payoutAccount: letter.payoutAccount, applicationDigest: letter.applicationDigest,
            issuedOn: SampleCase.day("2026-03-17"))
    }()

    private static let payAgain = RemittanceAdvice(
        orderKey: SideSamples.secondKey, amount: computation.transfer, payee: secondLetter.payee,
        bankReference: "D20260318000001", paidOn: SampleCase.day("2026-03-18"))

    private static func completion(_ form: InformationForm, _ key: OrderKey) -> CompletionNotice {
        CompletionNotice(
            orderKey: key, individual: form.computation.account, pooled: form.computation.pooled,
            monthsJoined: form.computation.months.counted, bankReference: "C20260317000009",
            completedOn: SampleCase.day("2026-03-19"), formVersion: form.version)
    }

    private static func returned(_ amount: Money, _ ground: ReturnGround) -> [DocumentContent] {
        [
            .returnAdvice(
                ReturnAdvice(
                    orderKey: SideSamples.returnKey, returns: SampleCase.remittanceKey, amount: amount, ground: ground,
                    bankReference: "D20260318000011", paidOn: SampleCase.day("2026-03-18"))),
            .returnConfirmation(
                ReturnConfirmation(
                    orderKey: SideSamples.returnKey, amount: amount, bankReference: "C20260319000002",
                    creditedOn: SampleCase.day("2026-03-19"))),
        ]
    }

    /// In their order; where both sides may write a kind, the side that does.
    private var contents: [(DocumentContent, Role?)] {
        func plain(_ contents: some Sequence<DocumentContent>) -> [(DocumentContent, Role?)] {
            contents.map { ($0, nil) }
        }
        let straight = SampleCase.straight
        switch self {
        case .short:
            return plain(straight.dropLast()) + [
                (.query(SideSamples.query), .destination), (.queryAnswer(SideSamples.answer), .origin),
                (.remittanceAdvice(SideSamples.secondAdvice), nil),
                (.completionNotice(DossierStory.completion(SampleCase.form, SampleCase.remittanceKey)), nil),
            ]
        case .doubled:
            return plain(straight) + plain(DossierStory.returned(DossierStory.computation.transfer, .surplus))
        case .ended: return plain(straight.prefix(3)) + [(.endNotice(SideSamples.end), nil)]
        case .completed: return plain(straight)
        case .asked:
            let query = Query(
                number: 1, subject: .fundsMissing, text: DossierStory.text, answerBy: SampleCase.day("2026-03-31"))
            return plain(straight.dropLast()) + [
                (.query(query), .destination),
                (.queryAnswer(QueryAnswer(number: 1, outcome: .confirmed, text: "款项已于3月16日汇出。")), .origin),
                (.completionNotice(SampleCase.completion), nil),
            ]
        case .bounced:
            return plain(straight.dropLast()) + [
                (.bounceNotice(SideSamples.bounce), nil), (.acceptanceLetter(DossierStory.secondLetter), nil),
                (.remittanceAdvice(DossierStory.payAgain), nil),
                (.completionNotice(DossierStory.completion(SampleCase.form, SideSamples.secondKey)), nil),
            ]
        case .recalled:
            return plain(straight) + [
                (.recallRequest(SideSamples.recall), .origin), (.recallAnswer(SideSamples.consent), .destination),
            ] + plain(DossierStory.returned(DossierStory.computation.transfer, .recalled))
        case .amended:
            let consent = CorrectionAnswer(formVersion: 1, isConsent: true, text: "同意更正。")
            return plain(straight) + [
                (.correctionRequest(SideSamples.correction), .destination), (.correctionAnswer(consent), .origin),
                (.informationForm(DossierStory.amendedForm), nil),
                (.completionNotice(DossierStory.completion(DossierStory.amendedForm, SampleCase.remittanceKey)), nil),
            ] + plain(DossierStory.returned(DossierStory.excess, .corrected))
        }
    }
}

// MARK: - What happens, and what is booked

extension DossierStory {
    private typealias Draft = DossierDraft

    private static let papers = [
        Draft.event("application-lodged"), Draft.event("application-passed"), Draft.event("certificate-arrived"),
        Draft.event("form-arrived"), Draft.event("advice-arrived"),
    ]
    private static let funds = Draft.event("funds-arrived", cause: "C20260317000009")
    private static let payoutNotices = [
        Draft.event("payout-notice-arrived", .medical), Draft.event("payout-notice-arrived", .housing),
    ]
    private static let posted = Draft.event("books-matched")
    private static let sentBack = [
        Draft.event("surplus-found"), Draft.event("return-decided"), Draft.event("return-paid"),
        Draft.event("return-confirmation-arrived"),
    ]

    private var destinationEvents: [Dossier.Event] {
        let (papers, funds) = (DossierStory.papers, [DossierStory.funds])
        let (payouts, posted) = (DossierStory.payoutNotices, [DossierStory.posted])
        switch self {
        case .short:
            return papers + payouts + funds + [
                Draft.event("books-differed", code: "credit-short"), Draft.event("query-asked", code: "credit-short"),
                Draft.event("query-answer-arrived", code: "supplement-follows"), Draft.event("advice-arrived"),
                Draft.event("funds-outstanding"),
            ] + funds + posted
        case .doubled: return papers + funds + payouts + posted + funds + DossierStory.sentBack
        case .ended:
            return papers.dropLast() + [
                Draft.event("end-notice-arrived", code: "RJ12"), Draft.event("application-ended", .medical),
                Draft.event("application-ended", .housing),
            ]
        case .completed: return papers + funds + payouts + posted
        case .asked:
            return papers + payouts + [
                Draft.event("query-asked", code: "funds-missing"),
                Draft.event("query-answer-arrived", code: "confirmed"),
            ] + funds + posted
        case .bounced:
            return papers + payouts + [
                Draft.event("bounce-notice-arrived", code: "AC04"), Draft.event("account-confirmed"),
                Draft.event("advice-arrived"),
            ] + funds + posted
        case .recalled:
            return papers + funds + payouts + posted + [
                Draft.event("recall-arrived", code: "remittance"), Draft.event("recall-consented"),
                Draft.event("funds-recalled"),
            ] + DossierStory.sentBack + [Draft.event("funds-given-back")]
        case .amended:
            return papers + funds + payouts + posted + [
                Draft.event("correction-asked"), Draft.event("correction-consent-arrived"),
                Draft.event("form-arrived"), Draft.event("correction-settled"),
            ] + posted + DossierStory.sentBack
        }
    }

    private var destinationPostings: [Posting] {
        let (form, amended) = (DossierStory.computation, DossierStory.amendedForm.computation)
        let straight: [Posting] = [
            .creditHeld(form.transfer), .creditPosted(individual: form.account, pooled: form.pooled),
        ]
        let reversed = Posting.creditReversed(individual: form.account, pooled: form.pooled)
        func back(_ amount: Money) -> [Posting] {
            [.returnSetAside(amount, to: SampleCase.origin), .returnPaid(amount, to: SampleCase.origin)]
        }
        let missing = SideSamples.secondAdvice.amount
        switch self {
        case .short: return [.creditHeld(form.transfer - missing), .creditHeld(missing), straight[1]]
        case .doubled: return straight + [.creditHeld(form.transfer)] + back(form.transfer)
        case .ended: return []
        case .completed, .asked, .bounced: return straight
        case .recalled: return straight + [reversed] + back(form.transfer)
        case .amended:
            return straight + [reversed, .creditPosted(individual: amended.account, pooled: amended.pooled)]
                + back(DossierStory.excess)
        }
    }

    private var originEvents: [Dossier.Event] {
        let begin = [
            Draft.event("letter-arrived"), Draft.event("records-passed"), Draft.event("balance-due", .medical),
            Draft.event("balance-zero", .housing), Draft.event("remittance-decided"), Draft.event("remittance-paid"),
            Draft.event("payout-bounced", .medical, code: "AC04"), Draft.event("account-corrected", .medical),
            Draft.event("payout-paid", .medical),
        ]
        let end = [Draft.event("completion-arrived")]
        let cameBack = [Draft.event("return-advice-arrived"), Draft.event("return-credit-arrived")]
        switch self {
        case .short:
            return begin + [
                Draft.event("query-arrived", code: "credit-short"),
                Draft.event("query-answered", code: "supplement-follows"), Draft.event("shortfall-admitted"),
                Draft.event("remittance-decided"), Draft.event("remittance-paid"),
            ] + end
        case .doubled: return begin + end + cameBack
        case .ended:
            return begin.prefix(2) + [
                Draft.event("person-ended", code: "RJ12"), Draft.event("case-ended", .medical),
                Draft.event("case-ended", .housing), Draft.event("heir-1-balance-due"),
                Draft.event("heir-1-payout-paid"),
            ]
        case .completed: return begin + end
        case .asked:
            return begin + [
                Draft.event("query-arrived", code: "funds-missing"), Draft.event("query-answered", code: "confirmed"),
            ] + end
        case .bounced:
            return begin + [
                Draft.event("remittance-bounced", code: "AC04"), Draft.event("letter-arrived"),
                Draft.event("remittance-paid"),
            ] + end
        case .recalled:
            return begin + end + [
                Draft.event("recall-asked", code: "remittance"), Draft.event("recall-consent-arrived"),
            ] + cameBack + [Draft.event("funds-returned")]
        case .amended:
            return begin + end + [
                Draft.event("correction-arrived"), Draft.event("correction-agreed"), Draft.event("form-revised"),
                Draft.event("correction-settled"),
            ] + end + cameBack
        }
    }

    private var originPostings: [Posting] {
        let (form, amended) = (DossierStory.computation, DossierStory.amendedForm.computation)
        let destination = SampleCase.destination
        let medical = SampleCase.medicalNotice.amount
        let straight: [Posting] = [
            .accountFrozen(individual: form.account, pooled: form.pooled, to: destination),
            .payoutSetAside(medical, of: .medical), .remittancePaid(form.transfer, to: destination),
            .payoutPaid(medical, of: .medical),
        ]
        let missing = SideSamples.secondAdvice.amount
        switch self {
        case .short:
            return straight + [
                .accountFrozen(individual: .zero, pooled: missing, to: destination),
                .remittancePaid(missing, to: destination),
            ]
        case .doubled:
            return straight + [
                .debitHeld(form.transfer), .creditHeld(form.transfer), .returnBooked(individual: .zero, pooled: .zero),
            ]
        case .ended:
            return [
                straight[0], .freezeLifted(individual: form.account, pooled: form.pooled, to: destination),
                .payoutSetAside(form.account, of: .pension), .payoutPaid(form.account, of: .pension),
            ]
        case .completed, .asked: return straight
        case .bounced:
            return straight + [
                .remittanceBounced(form.transfer, to: destination), .remittancePaid(form.transfer, to: destination),
            ]
        case .recalled:
            return straight + [
                .creditHeld(form.transfer), .returnBooked(individual: form.account, pooled: form.pooled),
            ]
        case .amended:
            return straight + [
                .creditHeld(DossierStory.excess),
                .returnBooked(individual: form.account - amended.account, pooled: form.pooled - amended.pooled),
            ]
        }
    }
}
