import TransferCore

// One line for each kind of document: what its content is.

extension DocumentContent {
    /// Reads the content of a document of a kind.
    init(_ kind: DocumentKind, _ value: ValueReader) throws(DocumentFault) {
        switch kind {
        case .acceptanceLetter: self = .acceptanceLetter(try AcceptanceLetter(value))
        case .returnNote: self = .returnNote(try ReturnNote(value))
        case .holdNotice: self = .holdNotice(try HoldNotice(value))
        case .contributionCertificate: self = .contributionCertificate(try ContributionCertificate(value))
        case .informationForm: self = .informationForm(try InformationForm(value))
        case .remittanceAdvice: self = .remittanceAdvice(try RemittanceAdvice(value))
        case .bounceNotice: self = .bounceNotice(try BounceNotice(value))
        case .endNotice: self = .endNotice(try EndNotice(value))
        case .payoutNotice: self = .payoutNotice(try PayoutNotice(value))
        case .completionNotice: self = .completionNotice(try CompletionNotice(value))
        case .returnAdvice: self = .returnAdvice(try ReturnAdvice(value))
        case .returnConfirmation: self = .returnConfirmation(try ReturnConfirmation(value))
        case .query: self = .query(try Query(value))
        case .queryAnswer: self = .queryAnswer(try QueryAnswer(value))
        case .recallRequest: self = .recallRequest(try RecallRequest(value))
        case .recallAnswer: self = .recallAnswer(try RecallAnswer(value))
        case .correctionRequest: self = .correctionRequest(try CorrectionRequest(value))
        case .correctionAnswer: self = .correctionAnswer(try CorrectionAnswer(value))
        case .reminder: self = .reminder(try Reminder(value))
        }
    }

    func write(to json: inout JSONWriter) { part.write(to: &json) }

    func checkRules() throws(DocumentFault) { try part.checkRules() }

    private var part: any DocumentPart {
        switch self {
        case .acceptanceLetter(let letter): letter
        case .returnNote(let note): note
        case .holdNotice(let notice): notice
        case .contributionCertificate(let certificate): certificate
        case .informationForm(let form): form
        case .remittanceAdvice(let advice): advice
        case .bounceNotice(let notice): notice
        case .endNotice(let notice): notice
        case .payoutNotice(let notice): notice
        case .completionNotice(let notice): notice
        case .returnAdvice(let advice): advice
        case .returnConfirmation(let confirmation): confirmation
        case .query(let query): query
        case .queryAnswer(let answer): answer
        case .recallRequest(let request): request
        case .recallAnswer(let answer): answer
        case .correctionRequest(let request): request
        case .correctionAnswer(let answer): answer
        case .reminder(let reminder): reminder
        }
    }

    /// The orders at the bank that the content speaks of, and where.
    var orderKeys: [(key: OrderKey, pointer: String)] {
        switch self {
        case .remittanceAdvice(let advice):
            [(advice.orderKey, "/orderKey")] + (advice.makesUp.map { [($0, "/makesUp")] } ?? [])
        case .bounceNotice(let notice): [(notice.orderKey, "/orderKey")]
        case .payoutNotice(let notice): notice.payment.map { [($0.orderKey, "/payment/orderKey")] } ?? []
        case .completionNotice(let notice): [(notice.orderKey, "/orderKey")]
        case .returnAdvice(let advice): [(advice.orderKey, "/orderKey"), (advice.returns, "/returns")]
        case .returnConfirmation(let confirmation): [(confirmation.orderKey, "/orderKey")]
        case .recallRequest(let request): request.orderKey.map { [($0, "/orderKey")] } ?? []
        case .acceptanceLetter, .returnNote, .holdNotice, .contributionCertificate, .informationForm, .endNotice,
            .query,
            .queryAnswer, .recallAnswer, .correctionRequest, .correctionAnswer, .reminder:
            []
        }
    }
}
