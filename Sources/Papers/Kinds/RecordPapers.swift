import TransferCore

extension ContributionCertificate {
    /// 参保缴费凭证.
    func sheet(_ head: PaperHead) -> Sheet {
        Sheet(blocks: [
            .paragraph(
                Wording(
                    chinese: "兹证明下列人员在我地参加职工基本养老保险的缴费情况。",
                    english:
                        "This certifies what the person named below has paid to the basic pension insurance here."
                )),
            .fields(
                person.fields(head.persons) + [
                    Field("账户性质", "Account", relation.onPaper),
                    Field("缴费月数", "Months paid", monthsOnPaper(monthsPaid)),
                    Field("起始年月", "First month", firstMonth.onPaper),
                    Field("截止年月", "Last month", lastMonth.onPaper),
                    Field("个人账户储存额", "Individual account balance", accountBalance.onPaper, isWide: true),
                    Field("大写", "In capitals", "人民币\(accountBalance.inCapitals)", isWide: true),
                    Field("开具日期", "Issued on", issuedOn.onPaper),
                    Field("对应联系函版次", "Version of the letter", "\(letterVersion)"),
                ]),
            .paragraph(
                Wording(
                    chinese: "本凭证是申请基本养老保险关系转移接续的依据之一，请妥善保管。",
                    english: "The certificate is one of the papers for a transfer. Please keep it safe.")),
        ])
    }
}

extension CompletionNotice {
    /// 办结告知.
    func sheet(_ head: PaperHead, of person: InsuredPerson) -> Sheet {
        let total = individual + pooled
        return Sheet(blocks: [
            .paragraph(
                Wording(
                    chinese: "您的基本养老保险关系转移接续已经办结：转移资金已到账并记入您的个人账户，缴费月数已合并计算。",
                    english:
                        "The transfer is completed: the funds have arrived and were posted, and the months are counted "
                        + "together.")),
            .fields(
                person.fields(head.persons) + [
                    Field("个人账户转入额", "To the individual account", individual.onPaper),
                    Field("统筹基金转入额", "Pooled share", pooled.onPaper),
                    Field("转入合计", "Total", total.onPaper, isWide: true),
                    Field("合计大写", "Total in capitals", "人民币\(total.inCapitals)", isWide: true),
                    Field("合并的缴费月数", "Months joined", monthsOnPaper(monthsJoined)),
                    Field("办结日期", "Completed on", completedOn.onPaper),
                    Field("划款编号", "Order", orderKey.text),
                    Field("信息表版次", "Version of the form", "\(formVersion)"),
                    Field("银行入账流水号", "Reference of the bank", bankReference, isWide: true),
                ]),
            .paragraph(
                Wording(
                    chinese: "如对金额或月数有疑问，请持本告知书向出具机构核对；办结后发现差错的，可以申请更正。",
                    english:
                        "If an amount or a number of months is in doubt, bring this notice to the agency. An error "
                        + "can still be corrected.")),
        ])
    }
}
