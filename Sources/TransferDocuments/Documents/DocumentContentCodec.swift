import TransferCore

// One line for each kind of document: what its content is.

extension DocumentContent {
    /// Reads the content of a document of a kind.
    init(_ kind: DocumentKind, _ value: ValueReader) throws(DocumentFault) {
        switch kind {
        case .acceptanceLetter: self = .acceptanceLetter(try AcceptanceLetter(value))
        case .returnNote: self = .returnNote(try ReturnNote(value))
        case .contributionCertificate: self = .contributionCertificate(try ContributionCertificate(value))
        case .informationForm: self = .informationForm(try InformationForm(value))
        case .remittanceAdvice: self = .remittanceAdvice(try RemittanceAdvice(value))
        case .payoutNotice: self = .payoutNotice(try PayoutNotice(value))
        case .completionNotice: self = .completionNotice(try CompletionNotice(value))
        }
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .acceptanceLetter(let letter): letter.write(to: &json)
        case .returnNote(let note): note.write(to: &json)
        case .contributionCertificate(let certificate): certificate.write(to: &json)
        case .informationForm(let form): form.write(to: &json)
        case .remittanceAdvice(let advice): advice.write(to: &json)
        case .payoutNotice(let notice): notice.write(to: &json)
        case .completionNotice(let notice): notice.write(to: &json)
        }
    }

    func checkRules() throws(DocumentFault) {
        switch self {
        case .acceptanceLetter(let letter): try letter.checkRules()
        case .returnNote(let note): try note.checkRules()
        case .contributionCertificate(let certificate): try certificate.checkRules()
        case .informationForm(let form): try form.checkRules()
        case .remittanceAdvice(let advice): try advice.checkRules()
        case .payoutNotice(let notice): try notice.checkRules()
        case .completionNotice(let notice): try notice.checkRules()
        }
    }

    /// The order at the bank that the content speaks of; nil for none.
    var orderKey: (key: OrderKey, pointer: String)? {
        switch self {
        case .remittanceAdvice(let advice): (advice.orderKey, "/orderKey")
        case .payoutNotice(let notice): notice.payment.map { ($0.orderKey, "/payment/orderKey") }
        case .completionNotice(let notice): (notice.orderKey, "/orderKey")
        case .acceptanceLetter, .returnNote, .contributionCertificate, .informationForm: nil
        }
    }
}
