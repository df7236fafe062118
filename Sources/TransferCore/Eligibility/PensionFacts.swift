/// Everything the decision on the pension leg of an application hangs on.
package struct PensionFacts: Hashable, Sendable {
    package var applicationDate: CivilDate
    package var birthDate: CivilDate
    package var sex: Sex
    package var householdProvince: Province
    package var origin: RegionCode
    package var destination: RegionCode
    package var originRelation: Relation
    package var purpose: TransferPurpose
    /// The days of enrolment in the destination province, in any order.
    package var enrolments: [CivilDate]
    /// The months paid at the destination.
    package var monthsPaid: Int
    /// Whether an organisation or department of county level or above approved the move.
    package var moveIsApproved: Bool
    package var hasLabourRelation: Bool
    package var nameAtOrigin: String
    package var nameAtDestination: String
    /// Whether another case for the same person and origin is under way.
    package var hasCaseUnderWay: Bool
    package var isDeceased: Bool
    package var drawsPension: Bool
    package var hasRecordAtOrigin: Bool
    package var isActiveAtOrigin: Bool
    package var isUnderLegalHold: Bool
    package var arrearsMonths: Int
    package var backPayments: [BackPayment]

    package init(
        applicationDate: CivilDate, birthDate: CivilDate, sex: Sex, householdProvince: Province, origin: RegionCode,
        destination: RegionCode, originRelation: Relation, purpose: TransferPurpose, enrolments: [CivilDate],
        monthsPaid: Int, moveIsApproved: Bool, hasLabourRelation: Bool, nameAtOrigin: String,
        nameAtDestination: String, hasCaseUnderWay: Bool, isDeceased: Bool, drawsPension: Bool,
        hasRecordAtOrigin: Bool, isActiveAtOrigin: Bool, isUnderLegalHold: Bool, arrearsMonths: Int,
        backPayments: [BackPayment]
    ) {
        self.applicationDate = applicationDate
        self.birthDate = birthDate
        self.sex = sex
        self.householdProvince = householdProvince
        self.origin = origin
        self.destination = destination
        self.originRelation = originRelation
        self.purpose = purpose
        self.enrolments = enrolments
        self.monthsPaid = monthsPaid
        self.moveIsApproved = moveIsApproved
        self.hasLabourRelation = hasLabourRelation
        self.nameAtOrigin = nameAtOrigin
        self.nameAtDestination = nameAtDestination
        self.hasCaseUnderWay = hasCaseUnderWay
        self.isDeceased = isDeceased
        self.drawsPension = drawsPension
        self.hasRecordAtOrigin = hasRecordAtOrigin
        self.isActiveAtOrigin = isActiveAtOrigin
        self.isUnderLegalHold = isUnderLegalHold
        self.arrearsMonths = arrearsMonths
        self.backPayments = backPayments
    }
}

/// Why a person asks for a transfer.
package enum TransferPurpose: String, Hashable, CaseIterable, Sendable {
    /// The person has moved and goes on paying at the destination.
    case move
    /// Every piece is brought to the benefit place (归集).
    case gathering
}

extension PensionFacts {
    /// Checks what no single fact can say of itself, in the order of the rules; the first fault is thrown.
    ///
    /// Source: our choice (rule-case contract, section 4).
    package func check() throws(RuleFault) {
        guard birthDate <= applicationDate else {
            throw RuleFault(.wrongOrder, at: "birthDate", "born after the application")
        }
        for (place, enrolment) in enrolments.enumerated() {
            guard birthDate <= enrolment, enrolment <= applicationDate else {
                throw RuleFault(.wrongOrder, at: "enrolments[\(place)]", "must lie between birth and application")
            }
        }
        for (place, payment) in backPayments.enumerated() {
            guard payment.paidOn <= applicationDate else {
                throw RuleFault(.wrongOrder, at: "backPayments[\(place)].paidOn", "paid after the application")
            }
            if let paper = payment.paper, paper.months > payment.months {
                throw RuleFault(
                    .outOfRange, at: "backPayments[\(place)].paper.months", "covers more months than were paid")
            }
        }
    }
}
