package import TransferCore

extension StaffAction {
    /// What was chosen for the action, in words, as whoever checks it reads it: what each is called, and what it is.
    package var parameterWords: [(name: Wording, value: Wording)] {
        switch self {
        case .accept, .openTemporaryAccount, .check, .liftHold, .remit, .confirmAccount, .consentToRecall,
            .askCorrection, .agreeToCorrection, .declineCorrection, .remind, .reviseForm, .meetShortfall,
            .returnFunds, .retryReturn, .retryBalance, .acceptMoney, .retry:
            []
        case .refuse(let reason), .handBack(let reason), .hold(let reason), .endPerson(let reason):
            [(Wording(chinese: "原因", english: "Reason"), reason.withCode)]
        case .askSupplement(let items): [(Wording(chinese: "需补充的材料", english: "Papers"), items.words)]
        case .withdraw(let ground), .declineRecall(let ground):
            [(Wording(chinese: "理由", english: "Ground"), ground.wording)]
        case .waiveArrears(let day):
            [(Wording(chinese: "声明签署日", english: "Signed on"), Wording(chinese: "\(day)", english: "\(day)"))]
        case .settleHeirs(let heirs): heirs.enumerated().map { ($1.name(at: $0), $1.words) }
        case .correctAccount(let purpose, let account):
            [
                (Wording(chinese: "付款", english: "Payment"), purpose.wording),
                (Wording(chinese: "收款账户", english: "Account"), account.words),
            ]
        case .ask(let subject): [(Wording(chinese: "查询事项", english: "What is asked"), subject.wording)]
        case .answer(let outcome): [(Wording(chinese: "答复", english: "Answer"), outcome.wording)]
        case .recall(let subject, let ground):
            [
                (Wording(chinese: "撤回什么", english: "What is asked back"), subject.wording),
                (Wording(chinese: "理由", english: "Ground"), ground.wording),
            ]
        case .chooseMonths(let kept, let account):
            [(Wording(chinese: "保留的缴费", english: "Months that are kept"), kept.wording)]
                + (account.map { [(Wording(chinese: "收款账户", english: "Account"), $0.words)] } ?? [])
        }
    }
}

extension Reason {
    /// The sentence behind its code, by which people speak of it.
    package var withCode: Wording {
        Wording(chinese: "\(code) \(sentence.chinese)", english: "\(code) \(sentence.english)")
    }
}

extension [SupplementItem] {
    fileprivate var words: Wording {
        Wording(
            chinese: map(\.wording.chinese).joined(separator: "、"),
            english: map(\.wording.english).joined(separator: ", "))
    }
}

extension BankAccount {
    /// The holder, the bank and the number, as the checker compares them with the paper.
    fileprivate var words: Wording {
        let text = "\(holder) \(bankName) \(bankCode) \(number)"
        return Wording(chinese: text, english: text)
    }
}

extension StaffAction.Heir {
    fileprivate func name(at place: Int) -> Wording {
        Wording(chinese: "第\(place + 1)继承人", english: "Heir \(place + 1)")
    }

    fileprivate var words: Wording {
        Wording(
            chinese: "\(account.words.chinese)，份额 \(part)，公证书 \(paper)",
            english: "\(account.words.english), part \(part), paper \(paper)")
    }
}
