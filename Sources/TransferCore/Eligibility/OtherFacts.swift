/// Everything the decision on the medical leg hangs on.
package struct MedicalFacts: Hashable, Sendable {
    package var isRetired: Bool
    package var hasStoppedAtOrigin: Bool
    package var hasStartedAtDestination: Bool
    package var originCanSend: Bool
    package var destinationCanReceive: Bool

    package init(
        isRetired: Bool, hasStoppedAtOrigin: Bool, hasStartedAtDestination: Bool, originCanSend: Bool,
        destinationCanReceive: Bool
    ) {
        self.isRetired = isRetired
        self.hasStoppedAtOrigin = hasStoppedAtOrigin
        self.hasStartedAtDestination = hasStartedAtDestination
        self.originCanSend = originCanSend
        self.destinationCanReceive = destinationCanReceive
    }

    /// Source: 医保办发〔2021〕43号, Art. 2 (BR-200); local guides for the payout (BR-203).
    package func decide() -> LegDecision {
        if isRetired { return LegDecision(.refuse, .medicalNotReady) }
        if !originCanSend || !destinationCanReceive { return LegDecision(.payout, .fundNotAccepted) }
        if !hasStoppedAtOrigin || !hasStartedAtDestination { return LegDecision(.wait, .medicalNotReady) }
        return LegDecision(.letter)
    }
}

/// Everything the decision on the housing fund leg hangs on.
package struct HousingFacts: Hashable, Sendable {
    /// Whether the account at the origin is sealed.
    package var isSealed: Bool
    /// The months paid at the destination.
    package var monthsPaid: Int
    /// The months the destination asks for.
    package var minimumMonths: Int
    package var hasOpenLoan: Bool
    package var isFrozen: Bool
    package var isGuarantee: Bool
    package var originCanSend: Bool
    package var destinationCanReceive: Bool

    package init(
        isSealed: Bool, monthsPaid: Int, minimumMonths: Int, hasOpenLoan: Bool, isFrozen: Bool, isGuarantee: Bool,
        originCanSend: Bool, destinationCanReceive: Bool
    ) {
        self.isSealed = isSealed
        self.monthsPaid = monthsPaid
        self.minimumMonths = minimumMonths
        self.hasOpenLoan = hasOpenLoan
        self.isFrozen = isFrozen
        self.isGuarantee = isGuarantee
        self.originCanSend = originCanSend
        self.destinationCanReceive = destinationCanReceive
    }

    /// Source: the 2017 procedure of the Ministry of Housing and local conditions (BR-203, BR-204).
    package func decide() -> LegDecision {
        if hasOpenLoan || isFrozen || isGuarantee { return LegDecision(.hold, .legalHold) }
        if !originCanSend || !destinationCanReceive { return LegDecision(.payout, .fundNotAccepted) }
        if !isSealed || monthsPaid < minimumMonths { return LegDecision(.wait, .housingNotReady) }
        return LegDecision(.letter)
    }
}

/// A person leaves the insurance system for good, or would like to.
package struct LeavingFacts: Hashable, Sendable {
    package var event: LeavingEvent
    /// Whether the person has confirmed in writing after the written advice.
    package var hasWrittenConfirmation: Bool

    package init(event: LeavingEvent, hasWrittenConfirmation: Bool) {
        self.event = event
        self.hasWrittenConfirmation = hasWrittenConfirmation
    }

    /// Source: 国办发〔2009〕66号, Art. 3; Social Insurance Law, Art. 14; 人社部令第13号, Art. 6 (BR-211, BR-212, BR-214).
    package func decide() -> LegDecision {
        switch event {
        case .settledAbroad, .ownWish: LegDecision(.keepAccount)
        case .death: LegDecision(.payout)
        case .nationalityLost, .foreignerLeft, .hongKongMacaoTaiwanLeft, .pensionAgeShort:
            LegDecision(hasWrittenConfirmation ? .payout : .wait)
        }
    }
}

/// Why a person leaves the system.
package enum LeavingEvent: String, Hashable, CaseIterable, Sendable {
    case settledAbroad = "settled-abroad"
    case ownWish = "own-wish"
    case death
    case nationalityLost = "nationality-lost"
    case foreignerLeft = "foreigner-left"
    case hongKongMacaoTaiwanLeft = "hong-kong-macao-taiwan-left"
    /// Pension age is reached without enough years of contribution.
    case pensionAgeShort = "pension-age-short"
}

/// A temporary account whose holder's household register has moved.
package struct ReclassificationFacts: Hashable, Sendable {
    /// Where the temporary account is.
    package var region: RegionCode
    package var householdProvince: Province
    package var householdMovedOn: CivilDate

    package init(region: RegionCode, householdProvince: Province, householdMovedOn: CivilDate) {
        self.region = region
        self.householdProvince = householdProvince
        self.householdMovedOn = householdMovedOn
    }

    /// The day from which the account is general; nil while it stays temporary. With the household in the region's
    /// province that is the first day of the month after the move.
    ///
    /// Source: local guides (BR-154).
    package var generalFrom: CivilDate? {
        guard region.province == householdProvince else { return nil }
        let next = householdMovedOn.year * 12 + householdMovedOn.month
        return CivilDate(year: next / 12, month: next % 12 + 1, day: 1)
    }
}
