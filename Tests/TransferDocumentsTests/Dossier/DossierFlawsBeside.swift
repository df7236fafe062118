import TransferCore
import TransferDocuments

extension DossierFlaw {
    private static let ninth = OrderKey(caseNumber: SampleCase.number, leg: .remittance, attempt: 9)!
    private static let otherReturn = OrderKey(caseNumber: SampleCase.number, leg: .fundsReturn, attempt: 2)!
    private static let transfer = SampleCase.computation.transfer

    /// What can be wrong beside the straight road.
    static let beside: [DossierFlaw] = [
        // Which form.
        DossierFlaw(
            name: "the completion names a form that is not there", code: .formVersionDiffers,
            member: "documents/0007.jws"
        ) {
            $0.documents[6].content = .completionNotice(completion(formVersion: 2))
        },
        DossierFlaw(
            name: "the completion names the form that was replaced", code: .formVersionDiffers,
            member: "documents/0011.jws", story: .amended
        ) {
            $0.documents[10].content = .completionNotice(completion(formVersion: 1))
        },
        DossierFlaw(
            name: "a correction is asked of a form that is not there", code: .formVersionDiffers,
            member: "documents/0008.jws", story: .amended
        ) {
            $0.documents[7].content = .correctionRequest(CorrectionRequest(formVersion: 3, text: "请更正。"))
        },

        // Which order.
        DossierFlaw(
            name: "the completion names an order that was not advised", code: .orderDiffers,
            member: "documents/0007.jws"
        ) {
            $0.documents[6].content = .completionNotice(completion(formVersion: 1, key: ninth))
        },
        DossierFlaw(
            name: "an order is advised twice", code: .orderDiffers, member: "documents/0009.jws", story: .bounced,
            role: .origin
        ) {
            $0.documents[8].content = .remittanceAdvice(SampleCase.advice)
        },
        DossierFlaw(
            name: "an advice makes up for an order that was not advised", code: .orderDiffers,
            member: "documents/0004.jws"
        ) {
            let advice = SampleCase.advice
            $0.documents[3].content = .remittanceAdvice(
                RemittanceAdvice(
                    orderKey: advice.orderKey, amount: advice.amount, payee: advice.payee,
                    bankReference: advice.bankReference, paidOn: advice.paidOn, makesUp: ninth))
        },
        DossierFlaw(
            name: "a recall names an order that was not advised", code: .orderDiffers, member: "documents/0008.jws",
            story: .recalled
        ) {
            $0.documents[7].content = .recallRequest(
                RecallRequest(subject: .remittance, ground: .wrongAmount, text: "请退回。", orderKey: ninth))
        },
        DossierFlaw(
            name: "a return names an order that was not advised", code: .orderDiffers, member: "documents/0010.jws",
            story: .recalled
        ) {
            $0.documents[9].content = .returnAdvice(returned(transfer, of: ninth))
        },
        DossierFlaw(
            name: "a confirmation names a return that was not advised", code: .orderDiffers,
            member: "documents/0011.jws", story: .recalled, role: .origin
        ) {
            $0.documents[10].content = .returnConfirmation(confirmation(transfer, of: otherReturn))
        },

        // Which question.
        DossierFlaw(
            name: "an answer has no query", code: .answerUnasked, member: "documents/0008.jws", story: .asked
        ) {
            $0.documents[7].content = .queryAnswer(QueryAnswer(number: 2, outcome: .confirmed, text: "属实。"))
        },
        DossierFlaw(
            name: "an agency answers its own query", code: .answerUnasked, member: "documents/0008.jws", story: .asked
        ) {
            $0.documents[6].content = .queryAnswer(QueryAnswer(number: 1, outcome: .confirmed, text: "属实。"))
            $0.documents[7].content = .query(
                Query(number: 1, subject: .other, text: "请说明。", answerBy: SampleCase.day("2026-03-31")))
            let query = $0.documents[7]
            $0.documents[7] = $0.documents[6]
            $0.documents[6] = query
            ($0.documents[6].sequence, $0.documents[7].sequence) = (2, 6)
            ($0.documents[6].sender, $0.documents[7].sender) = (SampleCase.destination, SampleCase.destination)
            ($0.documents[6].recipient, $0.documents[7].recipient) = (SampleCase.origin, SampleCase.origin)
        },
        DossierFlaw(
            name: "the consent is to the recall of something else", code: .answerUnasked,
            member: "documents/0009.jws", story: .recalled
        ) {
            $0.documents[8].content = .recallAnswer(
                RecallAnswer(subject: .form, isConsent: true, ground: nil, text: "同意。"))
        },
        DossierFlaw(
            name: "the consent is to another correction", code: .answerUnasked, member: "documents/0009.jws",
            story: .amended
        ) {
            $0.documents[8].content = .correctionAnswer(
                CorrectionAnswer(formVersion: 2, isConsent: true, text: "同意。"))
        },

        // How much.
        DossierFlaw(
            name: "a bounce has another amount than its order", code: .amountDiffers, member: "documents/0007.jws",
            story: .bounced
        ) {
            let bounce = SideSamples.bounce
            $0.documents[6].content = .bounceNotice(
                BounceNotice(
                    orderKey: bounce.orderKey, amount: Money(fen: 1), reason: bounce.reason,
                    bouncedOn: bounce.bouncedOn))
        },
        DossierFlaw(
            name: "the second remittance has another amount", code: .amountDiffers, member: "documents/0009.jws",
            story: .bounced
        ) {
            $0.documents[8].content = .remittanceAdvice(
                RemittanceAdvice(
                    orderKey: SideSamples.secondKey, amount: transfer + Money(fen: 1), payee: SampleCase.payee,
                    bankReference: "D20260318000001", paidOn: SampleCase.day("2026-03-18")))
        },
        DossierFlaw(
            name: "the confirmation has another amount than the return", code: .amountDiffers,
            member: "documents/0011.jws", story: .recalled
        ) {
            $0.documents[10].content = .returnConfirmation(
                confirmation(transfer - Money(fen: 1), of: SideSamples.returnKey))
        },
        DossierFlaw(
            name: "less goes back than was corrected", code: .amountDiffers, member: "documents/0004.jws",
            story: .amended
        ) {
            let less = DossierStory.excess - Money(fen: 100)
            $0.documents[11].content = .returnAdvice(returned(less, of: SampleCase.remittanceKey))
            $0.documents[12].content = .returnConfirmation(confirmation(less, of: SideSamples.returnKey))
        },

        // The case.
        DossierFlaw(
            name: "a query goes to an agency that has no part in the case", code: .direction,
            member: "documents/0007.jws", story: .asked
        ) {
            $0.documents[6].recipient = DossierWorkshop.third
        },
        DossierFlaw(
            name: "an answer arrives that nothing was asked for", code: .historyNotAllowed, member: "events.json",
            story: .asked
        ) {
            $0.events.swapAt(7, 8)
        },
        DossierFlaw(
            name: "an answer was caused by a document that is not there", code: .historyWithoutDocument,
            member: "events.json", story: .asked
        ) {
            $0.events[8] = DossierDraft.event(
                "query-answer-arrived", code: "confirmed", cause: DocumentDigest(of: [9]).text)
        },
        DossierFlaw(
            name: "what goes back is booked with another amount", code: .postingDiffers, member: "postings.json",
            story: .recalled
        ) {
            $0.postings[4] = .returnPaid(Money(fen: 1), to: SampleCase.origin)
        },
        DossierFlaw(
            name: "less is released than was frozen", code: .postingDiffers, member: "postings.json", story: .ended,
            role: .origin
        ) {
            let form = SampleCase.computation
            $0.postings[1] = .freezeLifted(individual: form.account, pooled: .zero, to: SampleCase.destination)
        },
        DossierFlaw(
            name: "the supplement makes up for too little", code: .fundsUnsettled, member: "postings.json",
            story: .short
        ) {
            $0.postings[1] = .creditHeld(Money(fen: 899))
        },
        DossierFlaw(
            name: "a supplement does not say for what it makes up", code: .amountDiffers,
            member: "documents/0009.jws", story: .short
        ) {
            let advice = SideSamples.secondAdvice
            $0.documents[8].content = .remittanceAdvice(
                RemittanceAdvice(
                    orderKey: advice.orderKey, amount: advice.amount, payee: advice.payee,
                    bankReference: advice.bankReference, paidOn: advice.paidOn))
        },
        DossierFlaw(
            name: "what came back is held with another amount", code: .postingDiffers, member: "postings.json",
            story: .recalled, role: .origin
        ) {
            $0.postings[4] = .creditHeld(Money(fen: 1))
        },
        DossierFlaw(
            name: "more came in than was posted and sent back", code: .fundsUnsettled, member: "postings.json",
            story: .amended
        ) {
            $0.postings[0] = .creditHeld(transfer + Money(fen: 100))
        },
        DossierFlaw(
            name: "money is still on its way back when the case has ended", code: .fundsUnsettled,
            member: "postings.json", story: .recalled
        ) {
            $0.postings[4] = .returnPaid(transfer - Money(fen: 1), to: SampleCase.origin)
        },
    ]

    private static func completion(formVersion: Int, key: OrderKey = SampleCase.remittanceKey) -> CompletionNotice {
        let completion = SampleCase.completion
        return CompletionNotice(
            orderKey: key, individual: completion.individual, pooled: completion.pooled,
            monthsJoined: completion.monthsJoined, bankReference: completion.bankReference,
            completedOn: completion.completedOn, formVersion: formVersion)
    }

    private static func returned(_ amount: Money, of key: OrderKey) -> ReturnAdvice {
        let advice = SideSamples.returnAdvice
        return ReturnAdvice(
            orderKey: advice.orderKey, returns: key, amount: amount,
            ground: amount == transfer ? .recalled : .corrected, bankReference: advice.bankReference,
            paidOn: advice.paidOn)
    }

    private static func confirmation(_ amount: Money, of key: OrderKey) -> ReturnConfirmation {
        ReturnConfirmation(
            orderKey: key, amount: amount, bankReference: SideSamples.confirmation.bankReference,
            creditedOn: SideSamples.confirmation.creditedOn)
    }
}
