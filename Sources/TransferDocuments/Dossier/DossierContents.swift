import TransferCore

/// What the documents of a dossier say, kind by kind and in their order. Documents that were refused say nothing.
struct DossierContents {
    /// A document with what it says.
    struct Said<Content> {
        let document: DossierInspection.CheckedDocument
        let content: Content
    }

    private(set) var letters: [Said<AcceptanceLetter>] = []
    private(set) var certificates: [Said<ContributionCertificate>] = []
    private(set) var forms: [Said<InformationForm>] = []
    private(set) var advices: [Said<RemittanceAdvice>] = []
    private(set) var bounces: [Said<BounceNotice>] = []
    private(set) var completions: [Said<CompletionNotice>] = []
    private(set) var returns: [Said<ReturnAdvice>] = []
    private(set) var confirmations: [Said<ReturnConfirmation>] = []
    /// The newest payout notice of each branch.
    private(set) var payouts: [Branch: PayoutNotice] = [:]
    /// What was asked and answered, in its order.
    private(set) var questions: [DossierInspection.CheckedDocument] = []

    init(_ documents: [DossierInspection.CheckedDocument]) {
        for document in documents where !document.isRefused {
            switch document.envelope.content {
            case .acceptanceLetter(let content): letters.append(Said(document: document, content: content))
            case .contributionCertificate(let content): certificates.append(Said(document: document, content: content))
            case .informationForm(let content): forms.append(Said(document: document, content: content))
            case .remittanceAdvice(let content): advices.append(Said(document: document, content: content))
            case .bounceNotice(let content): bounces.append(Said(document: document, content: content))
            case .completionNotice(let content): completions.append(Said(document: document, content: content))
            case .returnAdvice(let content): returns.append(Said(document: document, content: content))
            case .returnConfirmation(let content): confirmations.append(Said(document: document, content: content))
            case .payoutNotice(let content): payouts[content.branch] = content
            case .query, .queryAnswer, .recallRequest, .recallAnswer, .correctionRequest, .correctionAnswer:
                questions.append(document)
            case .returnNote, .holdNotice, .endNotice, .reminder: break
            }
        }
    }

    /// The newest form of a version that stands before a document.
    func form(_ version: Int, before document: DossierInspection.CheckedDocument) -> InformationForm? {
        forms.last { $0.content.version == version && $0.document.number < document.number }?.content
    }

    /// The advice of an order, if it was told before a document.
    func advice(
        of key: OrderKey, before document: DossierInspection.CheckedDocument
    ) -> RemittanceAdvice? {
        advices.first { $0.content.orderKey == key && $0.document.number < document.number }?.content
    }

    /// The advices of orders that the bank has not given back.
    var standingAdvices: [RemittanceAdvice] {
        let bounced = Set(bounces.map(\.content.orderKey))
        return advices.map(\.content).filter { !bounced.contains($0.orderKey) }
    }

    /// The advices of returns that were confirmed.
    var confirmedReturns: [ReturnAdvice] {
        let confirmed = Set(confirmations.map(\.content.orderKey))
        return returns.map(\.content).filter { confirmed.contains($0.orderKey) }
    }
}
