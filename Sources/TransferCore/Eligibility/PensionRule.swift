/// A rule by which the pension leg of an application is judged, in the order in which the rules decide.
package enum PensionRule: String, Hashable, CaseIterable, Sendable {
    case noOtherCase = "no-other-case"
    case alive
    case enrolledHere = "enrolled-here"
    case noPension = "no-pension"
    case otherProvince = "other-province"
    case ageAtEnrolment = "age-at-enrolment"
    case sameIdentity = "same-identity"
    case recordAtOrigin = "record-at-origin"
    case stoppedAtOrigin = "stopped-at-origin"
    case generalAccount = "general-account"
    case noLegalHold = "no-legal-hold"
    case arrears
    case backPaymentPapers = "back-payment-papers"
}

extension PensionRule {
    /// Why an application fails by this rule, or what is told of it.
    package var reason: Reason {
        switch self {
        case .noOtherCase: .caseUnderWay
        case .alive: .deceased
        case .enrolledHere: .notEnrolled
        case .noPension: .drawsPension
        case .otherProvince: .sameProvince
        case .ageAtEnrolment: .enrolledLateAwayFromHome
        case .sameIdentity: .identityDiffers
        case .recordAtOrigin: .noRecordAtOrigin
        case .stoppedAtOrigin: .activeAtOrigin
        case .generalAccount: .originAccountTemporary
        case .noLegalHold: .legalHold
        case .arrears: .arrearsOpen
        case .backPaymentPapers: .backPaymentWithoutPapers
        }
    }

    /// What the rule rests on: that on which its reason does, but for the rules on age, of which the reason is one outcome.
    package var source: LegalSource { self == .ageAtEnrolment ? .measures("5") : reason.source }

    /// What has to hold, in one sentence.
    package var sentence: Wording {
        switch self {
        case .noOtherCase: Wording(chinese: "同一转出地没有正在办理的业务", english: "No other case for the same origin is under way")
        case .alive: Wording(chinese: "参保人员在世", english: "The person is alive")
        case .enrolledHere: Wording(chinese: "已在转入地参保缴费", english: "Enrolled at the destination, and a month is paid")
        case .noPension: Wording(chinese: "未领取基本养老金", english: "No pension is drawn")
        case .otherProvince: Wording(chinese: "两地不在同一省份", english: "The two places are in different provinces")
        case .ageAtEnrolment:
            Wording(
                chinese: "回户籍省份，或首次在本省参保时男未满50周岁、女未满40周岁，或经批准调动",
                english: "Household province, or first enrolled here before 50 (men) or 40 (women), or an approved move"
            )
        case .sameIdentity: Wording(chinese: "姓名与登记一致", english: "The name is that of the record")
        case .recordAtOrigin: Wording(chinese: "转出地有可转移的参保记录", english: "The origin has a record that can move")
        case .stoppedAtOrigin: Wording(chinese: "转出地已停保", english: "Insurance has stopped at the origin")
        case .generalAccount: Wording(chinese: "转出地账户不是临时账户，或为归集", english: "No temporary account, or it is gathered")
        case .noLegalHold: Wording(chinese: "账户没有司法冻结等限制", english: "Nothing holds the account")
        case .arrears: Wording(chinese: "没有欠费月份", english: "No months in arrears")
        case .backPaymentPapers: Wording(chinese: "一次性缴费的材料齐全", english: "Back payments have their papers")
        }
    }

    /// The sides that can judge it by what they know themselves; the other takes it for granted.
    package var judges: Set<Role> {
        switch self {
        case .noOtherCase, .enrolledHere, .ageAtEnrolment: [.destination]
        case .alive, .noPension, .otherProvince, .sameIdentity: [.destination, .origin]
        case .recordAtOrigin, .stoppedAtOrigin, .generalAccount, .noLegalHold, .arrears, .backPaymentPapers: [.origin]
        }
    }
}

/// What a rule says of an application.
package struct PensionFinding: Hashable, Sendable {
    package let rule: PensionRule
    /// What follows of it alone. A letter without a reason: the rule holds.
    package let answer: LegDecision

    package init(_ rule: PensionRule, _ answer: LegDecision = LegDecision(.letter)) {
        self.rule = rule
        self.answer = answer
    }

    package enum Verdict: String, Hashable, CaseIterable, Sendable {
        case passed
        /// The transfer goes on, and somebody has to be told of something.
        case noted
        case failed
    }

    package var verdict: Verdict {
        switch answer.decision {
        case .letter: answer.reason == nil ? .passed : .noted
        case .partial: .noted
        case .refuse, .end, .recordChange, .temporaryAccount, .return, .hold, .wait, .payout, .keepAccount: .failed
        }
    }
}
