/// The decision on the pension leg, and all that follows from it.
package struct PensionDecision: Hashable, Sendable {
    package let decision: Decision
    package let reason: Reason?
    /// Full years on the day of the earliest enrolment; nil without an enrolment.
    package let ageAtEnrolment: Int?
    package let originMoney: OriginMoney
    /// The relationship the destination keeps; nil where none comes of the application.
    package let destinationRelation: Relation?
    /// The months of arrears, which neither count nor stand in the way.
    package let monthsNotCounted: Int
    /// The months no valid paper covers, whatever the decision.
    package let withheldMonths: Int
    /// Within how many working days the origin tells the person what stays behind; 0 where nothing does.
    package let noticeWorkingDays: Int
    /// In the order of the facts.
    package let backPayments: [BackPaymentFinding]
}

/// What happens to the money at the origin.
package enum OriginMoney: String, Hashable, CaseIterable, Sendable {
    case moves
    case stays
    /// It stays, in an account that takes no more contributions, until it is gathered.
    case sealed
}

extension PensionFacts {
    /// Decides the pension leg. The first rule that holds decides.
    ///
    /// Source: 国办发〔2009〕66号, Art. 2, 5, 6 and 8; 人社部规〔2016〕5号, item 三; 人社厅发〔2019〕94号, items 一 to 三;
    /// our choice of the order.
    ///
    /// - Throws: the first fault of the facts.
    package func decide() throws(RuleFault) -> PensionDecision {
        try check()
        let age = enrolments.min().map { fullYears(from: birthDate, to: $0) }
        let findings = backPayments.map(\.finding)
        let withheld = findings.reduce(0) { $0 + $1.withheldMonths }
        let deciding = self.findings(age: age, withheldMonths: withheld).first { $0.answer.decision != .letter }
        let (decision, reason) = (deciding?.answer.decision ?? .letter, deciding?.answer.reason)
        return PensionDecision(
            decision: decision, reason: reason, ageAtEnrolment: age,
            originMoney: originMoney(decision, reason), destinationRelation: destinationRelation(decision, reason),
            monthsNotCounted: arrearsMonths, withheldMonths: withheld,
            noticeWorkingDays: decision == .partial ? PensionFacts.noticeWorkingDays : 0, backPayments: findings)
    }

    /// What each rule says of the facts, in the order in which they decide.
    ///
    /// - Throws: the first fault of the facts.
    package func judge() throws(RuleFault) -> [PensionFinding] {
        try check()
        return findings(
            age: enrolments.min().map { fullYears(from: birthDate, to: $0) },
            withheldMonths: backPayments.reduce(0) { $0 + $1.finding.withheldMonths })
    }

    private func findings(age: Int?, withheldMonths: Int) -> [PensionFinding] {
        PensionRule.allCases.map { rule in
            guard let decision = decision(by: rule, age: age, withheldMonths: withheldMonths) else {
                return PensionFinding(rule)
            }
            return PensionFinding(rule, LegDecision(decision, rule.reason))
        }
    }

    /// What follows of one rule alone; nil where it holds. Arrears do not stand in the way, and are told.
    private func decision(by rule: PensionRule, age: Int?, withheldMonths: Int) -> Decision? {
        switch rule {
        case .noOtherCase: hasCaseUnderWay ? .refuse : nil
        case .alive: isDeceased ? .end : nil
        case .enrolledHere: purpose == .move && (enrolments.isEmpty || monthsPaid == 0) ? .refuse : nil
        case .noPension: drawsPension ? .refuse : nil
        case .otherProvince: origin.province != nil && origin.province == destination.province ? .recordChange : nil
        case .ageAtEnrolment: purpose == .move && enrolledLateAwayFromHome(age: age) ? .temporaryAccount : nil
        case .sameIdentity: nameAtOrigin.utf8.elementsEqual(nameAtDestination.utf8) ? nil : .return
        case .recordAtOrigin: hasRecordAtOrigin ? nil : .return
        case .stoppedAtOrigin: isActiveAtOrigin ? .return : nil
        case .generalAccount: purpose == .move && originRelation == .temporary ? .return : nil
        case .noLegalHold: isUnderLegalHold ? .hold : nil
        case .arrears: arrearsMonths > 0 ? .letter : nil
        case .backPaymentPapers: withheldMonths > 0 ? .partial : nil
        }
    }

    /// Whether the destination may only open a temporary account: a man of 50 or a woman of 40 or older on the earliest
    /// enrolment, away from the household province, without an approved move in a labour relation.
    ///
    /// Source: 国办发〔2009〕66号, Art. 5; the day that counts: provincial measures (BR-033 to BR-038, BR-150, BR-151).
    private func enrolledLateAwayFromHome(age: Int?) -> Bool {
        guard let age, destination.province != householdProvince else { return false }
        let limit = sex == .male ? 50 : 40
        return age >= limit && !(moveIsApproved && hasLabourRelation)
    }

    /// Source: 国办发〔2009〕66号, Art. 5 (2); 人社部规〔2016〕5号, item 三: a temporary account is sealed at the next move
    /// (BR-152).
    private func originMoney(_ decision: Decision, _ reason: Reason?) -> OriginMoney {
        if decision == .letter || decision == .partial { return .moves }
        let leavesTemporary = reason == .enrolledLateAwayFromHome || reason == .originAccountTemporary
        return leavesTemporary && originRelation == .temporary ? .sealed : .stays
    }

    /// Source: 国办发〔2009〕66号, Art. 5: what was accepted is general, what was not for age is temporary; a sealed
    /// account at the origin does not hinder a general one here.
    private func destinationRelation(_ decision: Decision, _ reason: Reason?) -> Relation? {
        if decision == .letter || decision == .partial || reason == .originAccountTemporary { return .general }
        return decision == .temporaryAccount ? .temporary : nil
    }

    /// Source: 人社厅发〔2019〕94号, item 三 (BR-071).
    private static let noticeWorkingDays = 10
}
