import TransferCore

extension RuleCases {
    /// Whether a relationship or a fund may move.
    static func eligibility(_ input: CaseValue) throws(RuleFault) -> Result {
        let request: EligibilityRequest = try input.deciding("request")
        return switch request {
        case .pension: try pension(input)
        case .medical: write(try medical(input).decide())
        case .housing: write(try housing(input).decide())
        case .leaveSystem: write(try leaving(input).decide())
        case .reclassify: try reclassification(input)
        }
    }

    private enum EligibilityRequest: String {
        case pension
        case medical
        case housing
        case leaveSystem = "leave-system"
        case reclassify
    }

    private static func write(_ leg: LegDecision) -> Result {
        { json in
            json.field("decision", leg.decision.rawValue)
            json.field("reason", orNull: leg.reason?.code)
        }
    }

    private static func pension(_ input: CaseValue) throws(RuleFault) -> Result {
        let facts = try pensionFacts(input)
        let answer = try applying { () throws(RuleFault) in try facts.decide() }
        return { json in
            json.field("decision", answer.decision.rawValue)
            json.field("reason", orNull: answer.reason?.code)
            json.field("ageAtEnrolment", orNull: answer.ageAtEnrolment)
            json.field("originMoney", answer.originMoney.rawValue)
            json.field("destinationRelation", orNull: answer.destinationRelation?.rawValue)
            json.field("monthsNotCounted", answer.monthsNotCounted)
            json.field("withheldMonths", answer.withheldMonths)
            json.field("memberNoticeWorkingDays", answer.noticeWorkingDays)
            json.array("backPayments", answer.backPayments) { json, payment in
                json.object { json in
                    json.field("paperNeeded", payment.paperNeeded.rawValue)
                    json.field("withheldMonths", payment.withheldMonths)
                }
            }
        }
    }

    private static func pensionFacts(_ input: CaseValue) throws(RuleFault) -> PensionFacts {
        let input = try input.object(fields: [
            "request", "applicationDate", "birthDate", "sex", "householdProvince", "origin", "destination",
            "originRelation", "purpose", "enrolments", "monthsPaid", "approvedMove", "labourRelation", "nameAtOrigin",
            "nameAtDestination", "liveCase", "deceased", "drawsPension", "recordAtOrigin", "activeAtOrigin",
            "legalHold", "arrearsMonths", "backPayments",
        ])
        return PensionFacts(
            applicationDate: try input["applicationDate"].date(),
            birthDate: try input["birthDate"].date(),
            sex: try input["sex"].known(),
            householdProvince: try input["householdProvince"].province(),
            origin: try input["origin"].region(armedForces: .included),
            destination: try input["destination"].region(),
            originRelation: try input["originRelation"].known(),
            purpose: try input["purpose"].known(),
            enrolments: try input["enrolments"].list(0...100) { day throws(RuleFault) in try day.date() },
            monthsPaid: try input["monthsPaid"].integer(0...1_200),
            moveIsApproved: try input["approvedMove"].flag(),
            hasLabourRelation: try input["labourRelation"].flag(),
            nameAtOrigin: try input["nameAtOrigin"].name(),
            nameAtDestination: try input["nameAtDestination"].name(),
            hasCaseUnderWay: try input["liveCase"].flag(),
            isDeceased: try input["deceased"].flag(),
            drawsPension: try input["drawsPension"].flag(),
            hasRecordAtOrigin: try input["recordAtOrigin"].flag(),
            isActiveAtOrigin: try input["activeAtOrigin"].flag(),
            isUnderLegalHold: try input["legalHold"].flag(),
            arrearsMonths: try input["arrearsMonths"].integer(0...1_200),
            backPayments: try input["backPayments"].list(0...100) { payment throws(RuleFault) in
                try backPayment(payment)
            })
    }

    private static func backPayment(_ value: CaseValue) throws(RuleFault) -> BackPayment {
        let payment = try value.object(fields: ["months", "paidOn", "paper"])
        return BackPayment(
            months: try payment["months"].integer(1...600),
            paidOn: try payment["paidOn"].date(),
            paper: try backPaymentPaper(payment["paper"]))
    }

    private static func backPaymentPaper(_ value: CaseValue) throws(RuleFault) -> BackPaymentPaper? {
        if case .null = value.json { return nil }
        let paper = try value.object(fields: ["type", "issuedOn", "months"])
        return BackPaymentPaper(
            type: try paper["type"].known(), issuedOn: try paper["issuedOn"].date(),
            months: try paper["months"].integer(1...600))
    }

    private static func medical(_ input: CaseValue) throws(RuleFault) -> MedicalFacts {
        let input = try input.object(fields: [
            "request", "retired", "stoppedAtOrigin", "startedAtDestination", "originCanSend", "destinationCanReceive",
        ])
        return MedicalFacts(
            isRetired: try input["retired"].flag(),
            hasStoppedAtOrigin: try input["stoppedAtOrigin"].flag(),
            hasStartedAtDestination: try input["startedAtDestination"].flag(),
            originCanSend: try input["originCanSend"].flag(),
            destinationCanReceive: try input["destinationCanReceive"].flag())
    }

    private static func housing(_ input: CaseValue) throws(RuleFault) -> HousingFacts {
        let input = try input.object(fields: [
            "request", "sealed", "monthsPaid", "minimumMonths", "openLoan", "frozen", "guarantee", "originCanSend",
            "destinationCanReceive",
        ])
        return HousingFacts(
            isSealed: try input["sealed"].flag(),
            monthsPaid: try input["monthsPaid"].integer(0...1_200),
            minimumMonths: try input["minimumMonths"].integer(0...120),
            hasOpenLoan: try input["openLoan"].flag(),
            isFrozen: try input["frozen"].flag(),
            isGuarantee: try input["guarantee"].flag(),
            originCanSend: try input["originCanSend"].flag(),
            destinationCanReceive: try input["destinationCanReceive"].flag())
    }

    private static func leaving(_ input: CaseValue) throws(RuleFault) -> LeavingFacts {
        let input = try input.object(fields: ["request", "event", "writtenConfirmation"])
        return LeavingFacts(
            event: try input["event"].known(), hasWrittenConfirmation: try input["writtenConfirmation"].flag())
    }

    private static func reclassification(_ input: CaseValue) throws(RuleFault) -> Result {
        let input = try input.object(fields: ["request", "region", "householdProvince", "householdMovedOn"])
        let facts = ReclassificationFacts(
            region: try input["region"].region(),
            householdProvince: try input["householdProvince"].province(),
            householdMovedOn: try input["householdMovedOn"].date())
        let generalFrom = facts.generalFrom
        let relation: Relation = generalFrom == nil ? .temporary : .general
        return { json in
            json.field("decision", relation.rawValue)
            json.null("reason")
            json.field("from", orNull: generalFrom?.description)
        }
    }
}
