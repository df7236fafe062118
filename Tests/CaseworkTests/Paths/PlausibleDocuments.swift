import Casework
import Testing
import TransferCore
import TransferDocuments

/// A document that the other office might write where a case stands: well formed, of the right person, with the next
/// numbers and the known amounts.
struct PlausibleDocument: Sendable {
    let content: DocumentContent
    /// What it is to the handshake, if it is taken.
    let event: CaseEvent
    /// The published code of what the case does not have, so that no such document can be true here; nil for none.
    let mismatch: String?

    init(_ content: DocumentContent, _ event: CaseEvent, mismatch: String? = nil) {
        self.content = content
        self.event = event
        self.mismatch = mismatch
    }
}

/// What the other office of a case can say, by what the node at hand has of it.
struct PlausibleDocuments {
    let view: CaseView
    let side: PlayedSide

    private static let text = "请核实。 Please check."
    private static let today = PairCast.noon.date

    /// Every kind, at least once each.
    func all() throws -> [PlausibleDocument] {
        try DocumentKind.allCases.flatMap { try of($0) }
    }

    private func of(_ kind: DocumentKind) throws -> [PlausibleDocument] {
        switch kind {
        case .acceptanceLetter:
            let letter = side.letter(
                version: letters + 1, payee: PairCast.account(of: PairCast.weifang), payouts: view.opening.payouts)
            return [PlausibleDocument(letter, .origin(.letterArrived))]
        case .returnNote:
            return [
                PlausibleDocument(
                    side.returnNote(version: letterVersion), .destination(.letterReturned(.activeAtOrigin)),
                    mismatch: ofLetter)
            ]
        case .holdNotice:
            let notice = HoldNotice(
                letterVersion: letterVersion, reason: .legalHold, text: Self.text, until: Self.today)
            return [
                PlausibleDocument(
                    .holdNotice(notice), .destination(.holdNoticeArrived(.legalHold)), mismatch: ofLetter)
            ]
        case .contributionCertificate:
            return [
                PlausibleDocument(
                    side.certificate(version: letterVersion), .destination(.certificateArrived), mismatch: ofLetter)
            ]
        case .informationForm:
            return [PlausibleDocument(try nextForm(), .destination(.formArrived), mismatch: ofLetter)]
        case .endNotice:
            let notice = EndNotice(
                letterVersion: letterVersion, reason: .deceased, text: Self.text, endedOn: Self.today)
            return [
                PlausibleDocument(.endNotice(notice), .destination(.endNoticeArrived(.deceased)), mismatch: ofLetter)
            ]
        case .remittanceAdvice, .bounceNotice, .payoutNotice, .completionNotice, .returnAdvice, .returnConfirmation:
            return try ofMoney(kind)
        case .query, .queryAnswer, .recallRequest, .recallAnswer, .correctionRequest, .correctionAnswer, .reminder:
            return try ofQuestions(kind)
        }
    }

    private func ofMoney(_ kind: DocumentKind) throws -> [PlausibleDocument] {
        switch kind {
        case .remittanceAdvice:
            return [PlausibleDocument(try side.advice(attempt: advised.count + 1), .destination(.adviceArrived))]
        case .bounceNotice:
            let notice = BounceNotice(
                orderKey: try key(.remittance, max(1, advised.count)), amount: PairCast.transfer,
                reason: .accountClosed, bouncedOn: Self.today)
            return [PlausibleDocument(.bounceNotice(notice), .destination(.bounceNoticeArrived(.accountClosed)))]
        case .payoutNotice:
            return [
                PlausibleDocument(side.payoutNotice(.medical), .awaitedPayout(.medical, .payoutNoticeArrived))
            ]
        case .completionNotice:
            return [
                PlausibleDocument(
                    try side.completion(), .origin(.completionArrived),
                    mismatch: forms.isEmpty ? "form-version" : nil)
            ]
        case .returnAdvice:
            let order = view.file.orders.last { $0.key.leg == .remittance }
            return try [ReturnGround.surplus, .recalled].map { ground in
                let advice = ReturnAdvice(
                    orderKey: try key(.fundsReturn, 7), returns: try order?.key ?? key(.remittance, 1),
                    amount: PairCast.transfer, ground: ground, bankReference: "B9", paidOn: Self.today)
                let isRecalled = story.recall.phase == .consented(.remittance)
                return PlausibleDocument(
                    .returnAdvice(advice), .awaitedReturn(.returnAdviceArrived),
                    mismatch: order == nil && ground != .surplus
                        ? "order-key" : ground == .recalled && !isRecalled ? "not-recalled" : nil)
            }
        default:
            let order = view.file.orders.last { $0.key.leg == .fundsReturn }
            let confirmation = ReturnConfirmation(
                orderKey: try order?.key ?? key(.fundsReturn, 1), amount: order?.amount ?? PairCast.transfer,
                bankReference: "B9", creditedOn: Self.today)
            return [
                PlausibleDocument(
                    .returnConfirmation(confirmation), .fundsReturn(.returnConfirmationArrived),
                    mismatch: order == nil ? "order-key" : nil)
            ]
        }
    }

    private func ofQuestions(_ kind: DocumentKind) throws -> [PlausibleDocument] {
        switch kind {
        case .query:
            let query = Query(
                number: story.queries.numberReceived + 1, subject: .other, text: Self.text, answerBy: Self.today)
            return [PlausibleDocument(.query(query), .query(.queryArrived(.other)))]
        case .queryAnswer:
            let answer = QueryAnswer(number: max(1, story.queries.numberAsked), outcome: .confirmed, text: Self.text)
            return [
                PlausibleDocument(
                    .queryAnswer(answer), .query(.queryAnswerArrived(.confirmed)),
                    mismatch: story.queries.numberAsked == 0 ? "query-number" : nil)
            ]
        case .recallRequest:
            return try RecallSubject.allCases.map { subject in
                let order = subject == .remittance ? try advised.last ?? key(.remittance, 1) : nil
                return PlausibleDocument(
                    .recallRequest(
                        RecallRequest(
                            subject: subject, ground: .sentInError, text: Self.text, orderKey: order)),
                    .recall(.recallArrived(subject)),
                    mismatch: subject == .remittance && advised.isEmpty ? "order-key" : nil)
            }
        case .recallAnswer:
            var asked: RecallSubject?
            if case .asked(let subject) = story.recall.phase { asked = subject }
            return [true, false].map { isConsent in
                PlausibleDocument(
                    .recallAnswer(
                        RecallAnswer(
                            subject: asked ?? .letter, isConsent: isConsent, ground: isConsent ? nil : .alreadyPaid,
                            text: Self.text)),
                    .recall(isConsent ? .recallConsentArrived : .recallRefusalArrived),
                    mismatch: asked == nil ? "recall-subject" : nil)
            }
        case .correctionRequest:
            let request = CorrectionRequest(formVersion: max(1, forms.count), text: Self.text)
            return [
                PlausibleDocument(.correctionRequest(request), .correction(.correctionArrived), mismatch: ofForm)
            ]
        case .correctionAnswer:
            return [true, false].map { isConsent in
                let answer = CorrectionAnswer(
                    formVersion: max(1, forms.count), isConsent: isConsent, text: Self.text)
                return PlausibleDocument(
                    .correctionAnswer(answer),
                    .correction(isConsent ? .correctionConsentArrived : .correctionRefusalArrived), mismatch: ofForm)
            }
        default:
            return [PlausibleDocument(.reminder(PairCast.reminder), .urging(.reminderArrived))]
        }
    }

    // MARK: What the node has of the case

    private var story: TransferCase { view.story.transfer }
    private var letters: Int { view.file.documents.count { $0.kind == .acceptanceLetter } }
    private var letterVersion: Int { max(1, letters) }
    private var ofLetter: String? { letters == 0 ? "letter-version" : nil }
    private var ofForm: String? { forms.isEmpty ? "form-version" : nil }

    private var contents: [DocumentContent] {
        view.file.documents.filter { !$0.isRefused }.compactMap { try? view.file.content(of: $0) }
    }

    private var forms: [InformationForm] {
        contents.compactMap { if case .informationForm(let form) = $0 { form } else { nil } }
    }

    private var advised: [OrderKey] {
        contents.compactMap { if case .remittanceAdvice(let advice) = $0 { advice.orderKey } else { nil } }
    }

    private func key(_ leg: OrderKey.Leg, _ attempt: Int) throws -> OrderKey {
        try #require(OrderKey(caseNumber: view.opening.number, leg: leg, attempt: attempt))
    }

    /// The first form, or the last one once more under the next version.
    private func nextForm() throws -> DocumentContent {
        guard let last = forms.last else { return try side.form(version: letterVersion) }
        return .informationForm(
            InformationForm(
                version: last.version + 1, letterVersion: letterVersion, person: last.person, request: last.request,
                computation: last.computation, frozenOn: last.frozenOn, rules: last.rules))
    }
}
