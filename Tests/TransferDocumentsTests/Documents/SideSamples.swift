import TransferCore
import TransferDocuments

/// What the sample case might say beside the straight road: one of every kind, whole and with as little as may be.
enum SideSamples {
    private static let amount = SampleCase.computation.transfer
    static let secondKey = OrderKey(caseNumber: SampleCase.number, leg: .remittance, attempt: 2)!
    static let returnKey = OrderKey(caseNumber: SampleCase.number, leg: .fundsReturn, attempt: 1)!

    static let hold = HoldNotice(
        letterVersion: 1, reason: .currentMonthUnsettled, text: "当月个人缴费尚未到账，到账后继续办理。", until: day("2026-03-26"))

    static let bounce = BounceNotice(
        orderKey: SampleCase.remittanceKey, amount: amount, reason: .accountClosed, bouncedOn: day("2026-03-16"))

    static let end = EndNotice(
        letterVersion: 1, reason: .deceased, text: "参保人员已去世。", endedOn: day("2026-03-12"))

    static let secondAdvice = RemittanceAdvice(
        orderKey: secondKey, amount: Money(fen: 900), payee: SampleCase.payee, bankReference: "D20260318000004",
        paidOn: day("2026-03-18"), makesUp: SampleCase.remittanceKey)

    static let returnAdvice = ReturnAdvice(
        orderKey: returnKey, returns: SampleCase.remittanceKey, amount: amount, ground: .recalled,
        bankReference: "D20260318000011", paidOn: day("2026-03-18"))

    static let confirmation = ReturnConfirmation(
        orderKey: returnKey, amount: amount, bankReference: "C20260319000002", creditedOn: day("2026-03-19"))

    static let query = Query(
        number: 1, subject: .creditShort, text: "到账金额少于信息表所列金额，请核对。", expected: amount,
        found: amount - Money(fen: 900), difference: .creditShort, answerBy: day("2026-03-31"))

    static let answer = QueryAnswer(number: 1, outcome: .supplementFollows, text: "差额将另行补汇。")

    static let recall = RecallRequest(
        subject: .remittance, ground: .wrongAmount, text: "汇款金额有误，请退回。", orderKey: SampleCase.remittanceKey)

    static let consent = RecallAnswer(subject: .remittance, isConsent: true, ground: nil, text: "同意退回。")

    static let correction = CorrectionRequest(formVersion: 1, text: "缴费基数与原始凭证不符。")

    static let contents: [DocumentContent] = [
        .holdNotice(hold), .bounceNotice(bounce), .endNotice(end), .remittanceAdvice(secondAdvice),
        .returnAdvice(returnAdvice), .returnConfirmation(confirmation), .query(query),
        .query(Query(number: 99, subject: .other, text: "请说明。", answerBy: day("2026-03-31"))),
        .queryAnswer(answer), .recallRequest(recall),
        .recallRequest(RecallRequest(subject: .letter, ground: .applicantWithdrew, text: "参保人员撤回申请。")),
        .recallAnswer(consent),
        .recallAnswer(RecallAnswer(subject: .form, isConsent: false, ground: .alreadyPaid, text: "款项已经汇出。")),
        .correctionRequest(correction),
        .correctionAnswer(CorrectionAnswer(formVersion: 1, isConsent: true, text: "同意更正。")),
        .reminder(Reminder(number: 1, clock: .originReply, dueOn: day("2026-03-17"), workingDaysLate: 0)),
    ]

    private static func day(_ text: String) -> CivilDate { SampleCase.day(text) }
}
