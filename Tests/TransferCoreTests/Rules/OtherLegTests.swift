import Testing
import TransferCore

@Suite struct `The medical leg` {
    private let ready = MedicalFacts(
        isRetired: false, hasStoppedAtOrigin: true, hasStartedAtDestination: true, originCanSend: true,
        destinationCanReceive: true)

    @Test func `moves when it has stopped at the origin and started at the destination`() {
        #expect(ready.decide() == LegDecision(.letter))
        #expect(changed { $0.hasStoppedAtOrigin = false } == LegDecision(.wait, .medicalNotReady))
        #expect(changed { $0.hasStartedAtDestination = false } == LegDecision(.wait, .medicalNotReady))
    }

    @Test func `is refused to the retired, whatever else holds`() {
        let answer = changed {
            $0.isRetired = true
            $0.originCanSend = false
        }
        #expect(answer == LegDecision(.refuse, .medicalNotReady))
    }

    @Test func `is paid out where either region cannot transfer it`() {
        #expect(changed { $0.originCanSend = false } == LegDecision(.payout, .fundNotAccepted))
        #expect(changed { $0.destinationCanReceive = false } == LegDecision(.payout, .fundNotAccepted))
    }

    private func changed(_ change: (inout MedicalFacts) -> Void) -> LegDecision {
        var facts = ready
        change(&facts)
        return facts.decide()
    }
}

@Suite struct `The housing leg` {
    private let ready = HousingFacts(
        isSealed: true, monthsPaid: 6, minimumMonths: 6, hasOpenLoan: false, isFrozen: false, isGuarantee: false,
        originCanSend: true, destinationCanReceive: true)

    @Test func `moves when sealed with enough months paid`() {
        #expect(ready.decide() == LegDecision(.letter))
        #expect(changed { $0.monthsPaid = 5 } == LegDecision(.wait, .housingNotReady))
        #expect(changed { $0.isSealed = false } == LegDecision(.wait, .housingNotReady))
    }

    @Test(
        arguments: [\HousingFacts.hasOpenLoan, \.isFrozen, \.isGuarantee]
            as [any WritableKeyPath<HousingFacts, Bool> & Sendable])
    func `is held by a loan, a freeze or a guarantee before anything else`(
        hold: any WritableKeyPath<HousingFacts, Bool> & Sendable
    ) {
        let answer = changed {
            $0[keyPath: hold] = true
            $0.originCanSend = false
        }
        #expect(answer == LegDecision(.hold, .legalHold))
    }

    @Test func `is paid out where either region cannot transfer it`() {
        #expect(changed { $0.destinationCanReceive = false } == LegDecision(.payout, .fundNotAccepted))
    }

    private func changed(_ change: (inout HousingFacts) -> Void) -> LegDecision {
        var facts = ready
        change(&facts)
        return facts.decide()
    }
}

@Suite struct `Leaving the system` {
    @Test(arguments: LeavingEvent.allCases)
    func `pays out only on death, or on a confirmed loss of the right to stay in it`(event: LeavingEvent) {
        let unconfirmed = LeavingFacts(event: event, hasWrittenConfirmation: false).decide()
        let confirmed = LeavingFacts(event: event, hasWrittenConfirmation: true).decide()
        switch event {
        case .settledAbroad, .ownWish:
            #expect(unconfirmed.decision == .keepAccount && confirmed.decision == .keepAccount)
        case .death:
            #expect(unconfirmed.decision == .payout && confirmed.decision == .payout)
        case .nationalityLost, .foreignerLeft, .hongKongMacaoTaiwanLeft, .pensionAgeShort:
            #expect(unconfirmed.decision == .wait && confirmed.decision == .payout)
        }
    }
}

@Suite struct `A temporary account whose holder's household moves in` {
    @Test(arguments: [("2026-05-10", "2026-06-01"), ("2026-12-01", "2027-01-01"), ("2099-12-31", "2100-01-01")])
    func `is general from the first day of the next month`(moved: String, from: String) {
        let facts = ReclassificationFacts(
            region: region("330100"), householdProvince: province("33"), householdMovedOn: day(moved))
        #expect(facts.generalFrom?.description == from)
    }

    @Test func `stays temporary when the household is elsewhere`() {
        let facts = ReclassificationFacts(
            region: region("330100"), householdProvince: province("34"), householdMovedOn: day("2026-05-10"))
        #expect(facts.generalFrom == nil)
    }
}

@Suite struct `The reasons` {
    @Test func `are the codes RJ01 to RJ22, in this order`() {
        #expect(Reason.allCases.map(\.code) == (1...22).map { "RJ\($0 < 10 ? "0" : "")\($0)" })
    }

    @Test(arguments: Reason.allCases)
    func `say why and what to do next, in both languages`(reason: Reason) {
        for wording in [reason.sentence, reason.nextStep] {
            #expect(wording.chinese.hasSuffix("。") && wording.english.hasSuffix("."))
            #expect(wording.english.utf8.allSatisfy { $0 < 0x80 })
        }
        #expect(reason.sentence != reason.nextStep)
    }

    @Test func `are found by their code and by nothing else`() {
        #expect(Reason(code: "RJ10") == .backPaymentWithoutPapers)
        #expect(Reason(code: "rj10") == nil && Reason(code: "RJ23") == nil && Reason(code: "") == nil)
    }
}
