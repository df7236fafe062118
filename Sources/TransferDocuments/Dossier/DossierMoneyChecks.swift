import TransferCore

// Orders, bounces and returns of a dossier: which belongs to which, and what they come to.

extension DossierInspection {
    mutating func checkMoney(_ said: DossierContents) {
        checkAdvices(said)
        for bounce in said.bounces {
            guard let advice = said.advice(of: bounce.content.orderKey, before: bounce.document) else { continue }
            compareToAdvice(bounce.document, bounce.content.amount, advice.amount)
        }
        for completion in said.completions
        where said.advice(of: completion.content.orderKey, before: completion.document) == nil {
            findOrder(completion.document, completion.content.orderKey, "没有汇款通知", "has no remittance advice before it")
        }
        checkReturns(said)
        checkSum(said)
    }

    private mutating func checkAdvices(_ said: DossierContents) {
        var advised: Set<OrderKey> = []
        for advice in said.advices {
            let content = advice.content
            if !advised.insert(content.orderKey).inserted {
                findOrder(advice.document, content.orderKey, "已经通知过", "was advised before")
            }
            if let makesUp = content.makesUp, said.advice(of: makesUp, before: advice.document) == nil {
                findOrder(advice.document, makesUp, "没有汇款通知", "has no remittance advice before it")
            }
            let letters = said.letters.filter { $0.document.number < advice.document.number }
            if !letters.isEmpty, !letters.contains(where: { $0.content.payee == content.payee }) {
                find(
                    .payeeDiffers, advice.document.member, "收款账户不是联系函所列账户。",
                    "The payee is not the one of the acceptance letter.")
            }
        }
    }

    private mutating func checkReturns(_ said: DossierContents) {
        let endedWithoutTransfer = history?.transfer.endedWithoutTransfer ?? false
        var returned: Set<OrderKey> = []
        for advice in said.returns {
            let content = advice.content
            if !returned.insert(content.orderKey).inserted {
                findOrder(advice.document, content.orderKey, "已经通知过", "was advised before")
            }
            // Money that comes after a case has ended goes back, whether it was advised or not.
            let needsAdvice = content.ground != .surplus || !endedWithoutTransfer
            if needsAdvice, said.advice(of: content.returns, before: advice.document) == nil {
                findOrder(advice.document, content.returns, "没有汇款通知", "has no remittance advice before it")
            }
        }
        for confirmation in said.confirmations {
            let content = confirmation.content
            let advice = said.returns.first {
                $0.content.orderKey == content.orderKey && $0.document.number < confirmation.document.number
            }
            if let advice {
                compareToAdvice(confirmation.document, content.amount, advice.content.amount)
            } else {
                findOrder(confirmation.document, content.orderKey, "没有退款通知", "has no return advice before it")
            }
        }
    }

    /// What was advised less what a correction sent back is what the newest form transfers.
    ///
    /// Two things leave room. An order that makes up for another pays again what was advised and did not arrive, so it
    /// may or may not count; and what came beyond the form and went back may or may not have been advised.
    private mutating func checkSum(_ said: DossierContents) {
        guard let newest = said.advices.last, let form = said.forms.last?.content else { return }
        let standing = said.standingAdvices
        let isCompleted = history.map { $0.fault == nil && $0.transfer.isCompleted } ?? false
        guard isCompleted || (standing.count == 1 && said.forms.count == 1 && said.returns.isEmpty) else { return }
        let returned = said.confirmedReturns
        let corrected = returned.filter { $0.ground == .corrected }.map(\.amount).sum()
        let beyond = returned.filter { $0.ground == .excess || $0.ground == .surplus }.map(\.amount).sum()
        let sum = standing.filter { $0.makesUp == nil }.map(\.amount).sum() - corrected
        let most = sum + standing.filter { $0.makesUp != nil }.map(\.amount).sum()
        let due = form.computation.transfer
        guard due < sum - beyond || due > most else { return }
        if returned.isEmpty {
            differs(newest.document, sum, due, "转移金额", "remitted amount")
        } else {
            find(
                .amountDiffers, newest.document.member, "汇款减退款为\(sum)，应为\(due)。",
                "What was remitted less what went back is \(sum), and should be \(due).")
        }
    }

    private mutating func compareToAdvice(_ document: CheckedDocument, _ amount: Money, _ advised: Money) {
        guard amount != advised else { return }
        find(
            .amountDiffers, document.member, "金额\(amount)与所通知的\(advised)不一致。",
            "Its amount of \(amount) differs from the \(advised) that was advised.")
    }

    private mutating func findOrder(_ document: CheckedDocument, _ key: OrderKey, _ chinese: String, _ english: String)
    {
        find(.orderDiffers, document.member, "指令\(key)\(chinese)。", "The order \(key) \(english).")
    }
}
