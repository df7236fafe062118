import TransferCore

extension AcceptanceLetter {
    /// 联系函, with the fields of BR-060 and BR-061.
    ///
    /// Source: 国办发〔2009〕66号, Art. 8 (3), for the fifteen working days.
    func sheet(_ head: PaperHead) -> Sheet {
        let recipient = head.recipient?.chinese ?? "原参保地社会保险经办机构"
        let english =
            head.recipient.map { $0.english.isEmpty ? $0.code.text : $0.english } ?? "the agency of the origin"
        var fields = person.fields(head.persons)
        fields += [
            Field("转移事由", "Purpose", purpose.onPaper),
            Field("同时处理的其他险种", "Other branches to settle", payouts.onPaper),
        ]
        if !moves.isEmpty { fields.append(Field("由转入地接收余额的险种", "Balances the destination takes", moves.onPaper)) }
        var blocks: [Block] = [
            .paragraph(Wording(chinese: "\(recipient)：", english: "")),
            .paragraph(
                Wording(
                    chinese: "下列参保人员已在我地参保，经审核符合转移接续条件，我机构同意接收其基本养老保险关系。"
                        + "请自收到本函之日起十五个工作日内办理转移手续，并将资金划转至下列账户。",
                    english:
                        "To \(english): the person named below is insured here and meets the conditions. We accept the "
                        + "relationship. Please transfer it within fifteen working days and remit to the account below."
                )),
            .heading(Wording(chinese: "一、参保人员", english: "The insured person")),
            .fields(fields),
            .heading(Wording(chinese: "二、资金划转账户", english: "Where to remit")),
            .fields(payee.fields("收款", "Payee", number: payee.number, holder: payee.holder)),
        ]
        if let payoutAccount {
            let isFull = head.persons == .full
            let holder = isFull ? payoutAccount.holder : InsuredPerson.masked(payoutAccount.holder)
            blocks += [
                .heading(Wording(chinese: "三、本人账户（其他险种余额）", english: "The person's own account")),
                .fields(
                    payoutAccount.fields(
                        "本人", "Own", number: isFull ? payoutAccount.number : payoutAccount.maskedNumber,
                        holder: holder)),
            ]
        }
        let last = payoutAccount == nil ? "三" : "四"
        blocks += [
            .heading(Wording(chinese: "\(last)、联系方式与本函", english: "The office, and this letter")),
            .fields([
                Field("经办机构", "Office", office.name), Field("联系电话", "Telephone", office.telephone),
                Field("地址", "Address", "\(office.address)（邮编 \(office.postcode)）", isWide: true),
                Field("开具日期", "Issued on", issuedOn.onPaper), Field("版次", "Version", "\(version)"),
                Field("所答复申请的摘要", "Digest of the application", applicationDigest, isWide: true),
            ]),
        ]
        return Sheet(blocks: blocks)
    }
}

extension InsuredPerson {
    /// A name with all but its first character masked.
    static func masked(_ name: String) -> String {
        name.prefix(1) + String(repeating: "*", count: Swift.max(1, name.count - 1))
    }
}

extension ReturnNote {
    /// The letter of a person handed back.
    func sheet(_ head: PaperHead, of person: InsuredPerson) -> Sheet {
        Sheet(blocks: [
            .paragraph(Wording(chinese: "\(head.recipient?.chinese ?? "转入地社会保险经办机构")：", english: "")),
            .paragraph(
                Wording(
                    chinese: "你机构关于下列人员的联系函，经核对暂不能办理，现予退回。请更正后重新开具。",
                    english:
                        "Your acceptance letter for the person named below cannot be carried out and is returned. "
                        + "Please correct it and send it again.")),
            .fields(
                person.fields(head.persons) + [
                    Field("退回的联系函版次", "Version of the letter", "\(letterVersion)"),
                    Field("退回日期", "Returned on", returnedOn.onPaper),
                    Field("退回原因", "Reason", reason.onPaper, isWide: true),
                    Field("具体说明", "What is wrong", text, isWide: true),
                    reason.basis,
                    Field("下一步", "What can be done", reason.nextStep, isWide: true),
                ]),
        ])
    }
}

extension ApplicationAnswer {
    /// 不予受理 or 退回补正, for the applicant.
    func sheet(_ head: PaperHead) -> Sheet {
        let applicant: Field =
            switch application.applicant {
            case .insuredPerson:
                Field("申请人", "Applicant", Wording(chinese: "参保人员本人", english: "the insured person"), isWide: true)
            case .employer(let name, let creditCode):
                Field(
                    "申请人", "Applicant", Wording(chinese: "\(name)（\(creditCode)）", english: "the employer"),
                    isWide: true)
            }
        let opening =
            switch kind {
            case .refusal:
                Wording(
                    chinese: "您提出的基本养老保险关系转移接续申请，经审核不符合转移接续条件，不予受理。现书面说明如下。",
                    english:
                        "The application for a transfer was reviewed, does not meet the conditions and is refused. The "
                        + "reason is given below.")
            case .returned:
                Wording(
                    chinese: "您提出的基本养老保险关系转移接续申请需要补正，现予退回。请按下列说明补正后再次提交，原申请编号不变。",
                    english:
                        "The application for a transfer needs a correction and is returned. Please correct it as said "
                        + "below and send it again under the same number.")
            }
        var fields =
            [
                applicant
            ] + application.person.fields(head.persons) + [
                Field("原参保地", "Origin", application.origin.text),
                Field("答复日期", "Answered on", answeredOn.onPaper),
                Field("原因", "Reason", reason.onPaper, isWide: true),
                reason.basis,
            ]
        if !text.isEmpty { fields.append(Field("具体说明", "In particular", text, isWide: true)) }
        fields.append(Field("您可以", "What can be done", reason.nextStep, isWide: true))
        var blocks: [Block] = [.paragraph(opening), .fields(fields)]
        if kind == .refusal {
            blocks.append(
                .paragraph(
                    Wording(
                        chinese: "对本说明有异议的，可以向出具机构申请复核，也可以依法申请行政复议或者提起行政诉讼。",
                        english:
                            "Whoever disagrees may ask the agency to look again, or apply for administrative review or "
                            + "bring an action as the law provides.")))
        }
        return Sheet(blocks: blocks)
    }
}

extension Reason {
    /// The document on which the reason rests, with its article.
    fileprivate var basis: Field {
        Field("依据", "Basis", Wording(chinese: source.chinese, english: source.english), isWide: true)
    }
}
