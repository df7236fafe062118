import Casework
import TransferCore
import TransferDocuments

/// The actions of staff as forms of pages: which parameters an action has, in words to choose from, and the form of the
/// interface that they become.
struct ActionFields: Sendable {
    let name: String

    /// One of each kind, with parameters to try it: whether a case allows an action seldom depends on them.
    static let examples: [StaffAction] = [
        .accept, .askSupplement([.other]), .refuse(.notEnrolled), .openTemporaryAccount, .check,
        .handBack(.identityDiffers), .hold(.legalHold), .liftHold, .remit, .confirmAccount, .answer(.confirmed),
        .ask(.other), .reviseForm, .meetShortfall, .returnFunds, .retryReturn, .retryBalance, .acceptMoney,
        .chooseMonths(.moved, nil), .consentToRecall, .declineRecall(.other), .recall(.letter, .sentInError),
        .recall(.form, .sentInError), .recall(.remittance, .sentInError), .askCorrection, .agreeToCorrection,
        .declineCorrection, .remind, .withdraw(.applicantWithdrew), .endPerson(.deceased), .retry,
    ]

    /// Nil for an action that has no form here: what needs accounts is entered with the command line or the interface.
    init?(_ name: String) {
        guard ActionFields.examples.contains(where: { $0.name == name }) else { return nil }
        self.name = name
    }

    private enum Choice {
        case reason
        case items
        case ground
        case subject
        case outcome
        case recalled
        case keep
    }

    private var choices: [Choice] {
        switch name {
        case "refuse", "hand-back", "hold", "end-person": [.reason]
        case "ask-supplement": [.items]
        case "withdraw", "decline-recall": [.ground]
        case "recall": [.recalled, .ground]
        case "ask": [.subject]
        case "answer": [.outcome]
        case "choose-months": [.keep]
        default: []
        }
    }

    /// The fields, with what the form is to say in words.
    func inputs(_ say: PageLanguage) -> HTML {
        let parts = choices.map { choice -> HTML in
            switch choice {
            case .reason:
                select(
                    "reason", say("原因", "Reason"), Reason.allCases.map { ($0.code, "\($0.code) \(say($0.sentence))") })
            case .ground: select("ground", say("理由", "Ground"), ChoiceWords.grounds(say))
            case .subject: select("subject", say("查询事项", "What is asked"), ChoiceWords.subjects(say))
            case .outcome: select("outcome", say("答复", "Answer"), ChoiceWords.outcomes(say))
            case .recalled: select("recalled", say("撤回什么", "What is asked back"), ChoiceWords.recalled(say))
            case .keep: select("keep", say("保留哪一地的缴费", "Which months are kept"), ChoiceWords.kept(say))
            case .items:
                HTML(
                    ChoiceWords.items(say).map { item -> HTML in
                        """
                        <p class="choice"><input type="checkbox" name="item" id="item-\(item.0)" value="\(item.0)">
                        <label for="item-\(item.0)">\(item.1)</label></p>
                        """
                    })
            }
        }
        return """
            \(parts)<label for="text">\(say("说明（发给对方时对方会看到）", "In words (the other office reads it)"))
            <span class="small">\(say("必填", "required"))</span></label>
            <textarea id="text" name="text" rows="3" maxlength="500" required></textarea>
            """
    }

    private func select(_ name: String, _ label: String, _ options: [(String, String)]) -> HTML {
        let options = options.map { option -> HTML in #"<option value="\#(option.0)">\#(option.1)</option>"# }
        return """
            <label for="\(name)">\(label)</label><select id="\(name)" name="\(name)">\(options)</select>
            """
    }

    /// The form of the interface.
    func bytes(_ form: FormBody) throws(Problem) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .request) { json in
                json.field("action", name)
                for choice in choices {
                    switch choice {
                    case .reason: json.field("reason", form["reason"] ?? "")
                    case .ground: json.field("ground", form["ground"] ?? "")
                    case .subject: json.field("subject", form["subject"] ?? "")
                    case .outcome: json.field("outcome", form["outcome"] ?? "")
                    case .recalled: json.field("subject", form["recalled"] ?? "")
                    case .keep: json.field("keep", form["keep"] ?? "")
                    case .items: json.array("items", form.all("item")) { $0.value($1) }
                    }
                }
                json.field("text", form["text"] ?? "")
                json.field("version", ifPresent: form["version"].flatMap { Int64($0) })
            }
        } catch {
            throw .request("form-invalid", "The form has a character that none can hold.")
        }
    }
}

/// The closed lists of the actions, in words.
enum ChoiceWords {
    static func grounds(_ say: PageLanguage) -> [(String, String)] {
        RecallGround.allCases.map { ground in
            let words =
                switch ground {
                case .applicantWithdrew: say("申请人撤回", "The applicant has withdrawn")
                case .sentInError: say("误发", "Sent in error")
                case .wrongAmount: say("金额有误", "Wrong amount")
                case .personEnded: say("保险关系已终止", "The relationship has ended")
                case .alreadyPaid: say("资金已划转", "The money has left")
                case .benefitInPayment: say("已据此发放待遇", "A benefit is being paid from it")
                case .other: say("其他", "Other")
                }
            return (ground.rawValue, words)
        }
    }

    static func subjects(_ say: PageLanguage) -> [(String, String)] {
        QuerySubject.allCases.map { subject in
            let words =
                switch subject {
                case .identityDiffers: say("身份信息不一致", "The identity differs")
                case .booksDiffer: say("凭证与信息表不一致", "The papers do not agree")
                case .creditShort: say("到账金额不足", "Less money came")
                case .creditOver: say("到账金额多出", "More money came")
                case .fundsMissing: say("基金未到账", "The funds are missing")
                case .papersMissing: say("文书未到", "Papers are missing")
                case .other: say("其他", "Other")
                }
            return (subject.rawValue, words)
        }
    }

    static func outcomes(_ say: PageLanguage) -> [(String, String)] {
        QueryOutcome.allCases.map { outcome in
            let words =
                switch outcome {
                case .confirmed: say("无误，以已发文书为准", "It is right as it was sent")
                case .correctionFollows: say("有误，将重新出具", "It is wrong; a newer form follows")
                case .supplementFollows: say("不足部分将补划", "The rest follows")
                case .returnExcess: say("请退回多出部分", "Send back what is over")
                case .declined: say("不能答复", "Cannot be answered")
                }
            return (outcome.rawValue, words)
        }
    }

    static func recalled(_ say: PageLanguage) -> [(String, String)] {
        RecallSubject.allCases.map { subject in
            let words =
                switch subject {
                case .letter: say("同意接收函", "The acceptance letter")
                case .form: say("信息表", "The information form")
                case .remittance: say("已划转的基金", "The remittance")
                }
            return (subject.rawValue, words)
        }
    }

    static func kept(_ say: PageLanguage) -> [(String, String)] {
        KeptMonths.allCases.map { kept in
            (kept.rawValue, kept == .here ? say("保留转入地的", "Those paid here") : say("保留转来的", "Those that came"))
        }
    }

    static func items(_ say: PageLanguage) -> [(String, String)] {
        SupplementItem.allCases.map { item in
            let words =
                switch item {
                case .identityDocument: say("身份证件", "Identity document")
                case .householdRegister: say("户口簿", "Household register")
                case .labourContract: say("劳动合同", "Labour contract")
                case .approvalOfMove: say("调动批准材料", "Approval of the move")
                case .payoutAccount: say("本人银行账户", "The person's own account")
                case .mandate: say("委托书", "Mandate")
                case .other: say("其他", "Other")
                }
            return (item.rawValue, words)
        }
    }
}
