import Testing
import TransferCore

@Suite struct `An application for the pension leg` {
    @Test func `with nothing in the way leads to an acceptance letter`() throws {
        let answer = try linFang().decide()
        #expect(answer.decision == .letter && answer.reason == nil && answer.ageAtEnrolment == 39)
        #expect(answer.originMoney == .moves && answer.destinationRelation == .general)
    }

    @Test func `needs an enrolment and a paid month at the destination`() throws {
        #expect(try linFang { $0.enrolments = [] }.decide().reason == .notEnrolled)
        #expect(try linFang { $0.monthsPaid = 0 }.decide().reason == .notEnrolled)
        #expect(try linFang { $0.monthsPaid = 0 }.decide().decision == .refuse)
    }

    @Test func `to gather at the benefit place needs neither, at any age and from a temporary account`() throws {
        let gathering = linFang {
            $0.purpose = .gathering
            $0.enrolments = []
            $0.monthsPaid = 0
            $0.birthDate = day("1960-01-01")
            $0.originRelation = .temporary
        }
        #expect(try gathering.decide().decision == .letter)
    }

    @Test func `is refused while another case is under way, before anything else`() throws {
        let busy = linFang {
            $0.hasCaseUnderWay = true
            $0.isDeceased = true
            $0.monthsPaid = 0
        }
        #expect(try busy.decide().reason == .caseUnderWay)
    }

    @Test func `is refused to a person who draws a pension`() throws {
        #expect(try linFang { $0.drawsPension = true }.decide().reason == .drawsPension)
    }

    @Test func `within one province only changes the record`() throws {
        let answer = try linFang { $0.origin = region("330200") }.decide()
        #expect(answer.decision == .recordChange && answer.reason == .sameProvince && answer.originMoney == .stays)
    }

    @Test func `from the armed forces is never within one province`() throws {
        #expect(try linFang { $0.origin = region("910000") }.decide().decision == .letter)
    }

    /// One change each, in the order of the rules.
    @Test(
        arguments: [
            (\PensionFacts.isDeceased, true, Decision.end, Reason.deceased),
            (\.hasRecordAtOrigin, false, .return, .noRecordAtOrigin),
            (\.isActiveAtOrigin, true, .return, .activeAtOrigin),
            (\.isUnderLegalHold, true, .hold, .legalHold),
        ] as [(any WritableKeyPath<PensionFacts, Bool> & Sendable, Bool, Decision, Reason)])
    func `is decided by the one thing that stands in the way`(
        fact: any WritableKeyPath<PensionFacts, Bool> & Sendable, value: Bool, decision: Decision, reason: Reason
    ) throws {
        let answer = try linFang { $0[keyPath: fact] = value }.decide()
        #expect(answer.decision == decision && answer.reason == reason)
    }

    @Test(arguments: [("林芳", true), ("林方", false), ("林芳 ", false)])
    func `is returned when the names differ by a single byte`(name: String, isSame: Bool) throws {
        let answer = try linFang { $0.nameAtDestination = name }.decide()
        #expect(answer.reason == (isSame ? nil : .identityDiffers))
    }

    @Test func `compares names as bytes, not as look-alikes`() throws {
        let answer = try linFang {
            $0.nameAtOrigin = "\u{E9}"
            $0.nameAtDestination = "e\u{301}"
        }.decide()
        #expect(answer.reason == .identityDiffers)
    }

    @Test func `leaves arrears uncounted and goes on`() throws {
        let answer = try linFang { $0.arrearsMonths = 3 }.decide()
        #expect(answer.decision == .letter && answer.monthsNotCounted == 3)
    }

    @Test func `is faulty when the dates contradict one another`() {
        #expect(fault(linFang { $0.birthDate = day("2026-04-11") }.decide)?.path == "birthDate")
        #expect(fault(linFang { $0.enrolments.append(day("2026-04-11")) }.decide)?.path == "enrolments[1]")
        #expect(fault(linFang { $0.enrolments = [day("1986-03-14")] }.decide)?.path == "enrolments[0]")
    }
}

@Suite struct `The age limit` {
    @Test(arguments: [
        (Sex.male, "1976-03-15", Decision.temporaryAccount), (.male, "1976-03-16", .letter),
        (.female, "1986-03-15", .temporaryAccount), (.female, "1986-03-16", .letter),
    ])
    func `is 50 for men and 40 for women, reached on the birthday`(sex: Sex, birth: String, decision: Decision) throws {
        let answer = try linFang {
            $0.sex = sex
            $0.birthDate = day(birth)
            $0.enrolments = [day("2026-03-15")]
        }.decide()
        #expect(answer.decision == decision)
        #expect(answer.destinationRelation == (decision == .letter ? .general : .temporary))
    }

    @Test(arguments: [("2026-02-28", 49), ("2026-03-01", 50)])
    func `is reached on 1 March by those born on 29 February`(enrolment: String, age: Int) throws {
        let answer = try linFang {
            $0.birthDate = day("1976-02-29")
            $0.enrolments = [day(enrolment)]
        }.decide()
        #expect(answer.ageAtEnrolment == age)
    }

    @Test func `is judged on the earliest enrolment, so that growing older changes nothing`() throws {
        let answer = try weiJun { $0.enrolments = [day("2026-03-01"), day("2015-06-01")] }.decide()
        #expect(answer.ageAtEnrolment == 41 && answer.decision == .letter)
    }

    @Test func `does not hold in the household province`() throws {
        #expect(try weiJun { $0.householdProvince = province("33") }.decide().decision == .letter)
    }

    @Test(arguments: [(true, true, true), (true, false, false), (false, true, false)])
    func `does not hold for an approved move in a labour relation; both are needed`(
        approved: Bool, labour: Bool, isAccepted: Bool
    ) throws {
        let answer = try weiJun {
            $0.moveIsApproved = approved
            $0.hasLabourRelation = labour
        }.decide()
        #expect((answer.decision == .letter) == isAccepted)
    }

    @Test(arguments: [(Relation.general, OriginMoney.stays), (.temporary, .sealed)])
    func `leaves the money at the origin, sealed where it is in a temporary account`(
        relation: Relation, money: OriginMoney
    ) throws {
        let answer = try weiJun { $0.originRelation = relation }.decide()
        #expect(answer.reason == .enrolledLateAwayFromHome && answer.originMoney == money)
    }

    @Test func `apart, a temporary account at the origin is sealed and not moved`() throws {
        let answer = try linFang { $0.originRelation = .temporary }.decide()
        #expect(answer.decision == .return && answer.reason == .originAccountTemporary)
        #expect(answer.originMoney == .sealed && answer.destinationRelation == .general)
    }

    /// Wei Jun, born 1974, enrolled in Zhejiang at 52, household in Anhui.
    private func weiJun(_ change: (inout PensionFacts) -> Void) -> PensionFacts {
        linFang {
            $0.sex = .male
            $0.birthDate = day("1974-01-20")
            change(&$0)
        }
    }
}
