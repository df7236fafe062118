import TransferCore

// What was asked and answered in a dossier.

extension DossierInspection {
    /// Every answer has its question: an earlier document of the other side, about the same thing.
    mutating func checkAnswers(_ said: DossierContents) {
        for (place, document) in said.questions.enumerated() {
            let sender = document.envelope.head.sender
            let earlier = said.questions[..<place].filter { $0.envelope.head.sender != sender }.map(\.envelope.content)
            let isAsked: Bool
            switch document.envelope.content {
            case .queryAnswer(let answer):
                isAsked = earlier.contains {
                    if case .query(let query) = $0 { query.number == answer.number } else { false }
                }
            case .recallAnswer(let answer):
                isAsked = earlier.contains {
                    if case .recallRequest(let request) = $0 { request.subject == answer.subject } else { false }
                }
            case .correctionAnswer(let answer):
                isAsked = earlier.contains {
                    if case .correctionRequest(let request) = $0 {
                        request.formVersion == answer.formVersion
                    } else {
                        false
                    }
                }
            case .recallRequest(let request):
                checkRecalledOrder(request, document, said)
                continue
            case .correctionRequest(let request):
                checkCorrectedForm(request, document, said)
                continue
            default: continue
            }
            guard !isAsked else { continue }
            find(
                .answerUnasked, document.member, "对方没有提出过该文书所答复的事项。",
                "The other side has asked nothing that it could answer.")
        }
    }

    private mutating func checkRecalledOrder(
        _ request: RecallRequest, _ document: CheckedDocument, _ said: DossierContents
    ) {
        guard let key = request.orderKey, said.advice(of: key, before: document) == nil else { return }
        find(
            .orderDiffers, document.member, "指令\(key)没有汇款通知。",
            "The order \(key) has no remittance advice before it.")
    }

    private mutating func checkCorrectedForm(
        _ request: CorrectionRequest, _ document: CheckedDocument, _ said: DossierContents
    ) {
        guard said.form(request.formVersion, before: document) == nil else { return }
        find(
            .formVersionDiffers, document.member, "要求更正的第\(request.formVersion)版信息表不在它之前。",
            "Version \(request.formVersion) of the form, which it wants corrected, does not stand before it.")
    }
}
