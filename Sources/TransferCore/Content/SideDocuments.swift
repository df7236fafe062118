// The contents of the documents beside the straight road, as values.

/// The origin's check waits: why, and until when at the latest.
///
/// Source: our choice (BR-224: a pause has a reason and an end).
package struct HoldNotice: Hashable, Sendable {
    package let letterVersion: Int
    package let reason: Reason
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String
    /// The last working day of the hold, by the origin's calendar.
    package let until: CivilDate

    package init(letterVersion: Int, reason: Reason, text: String, until: CivilDate) {
        self.letterVersion = letterVersion
        self.reason = reason
        self.text = text
        self.until = until
    }
}

/// The origin's bank could not credit the remittance: the origin still owes it.
///
/// Source: BR-125, after Shantou's notice of 2017-10-18.
package struct BounceNotice: Hashable, Sendable {
    package let orderKey: OrderKey
    package let amount: Money
    package let reason: BounceReason
    package let bouncedOn: CivilDate

    package init(orderKey: OrderKey, amount: Money, reason: BounceReason, bouncedOn: CivilDate) {
        self.orderKey = orderKey
        self.amount = amount
        self.reason = reason
        self.bouncedOn = bouncedOn
    }
}

/// The relationship has ended at the origin before anything was paid; nothing will be remitted.
///
/// Source: Social Insurance Law, Art. 14; phase 12D of the domain handbook.
package struct EndNotice: Hashable, Sendable {
    package let letterVersion: Int
    package let reason: Reason
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String
    package let endedOn: CivilDate

    package init(letterVersion: Int, reason: Reason, text: String, endedOn: CivilDate) {
        self.letterVersion = letterVersion
        self.reason = reason
        self.text = text
        self.endedOn = endedOn
    }
}

/// The destination has sent money back by a new remittance, linked to the one that it undoes.
///
/// Source: phase 16 and BR-126 of the domain handbook.
package struct ReturnAdvice: Hashable, Sendable {
    /// The key of the return.
    package let orderKey: OrderKey
    /// The order that brought the money.
    package let returns: OrderKey
    package let amount: Money
    package let ground: ReturnGround
    /// The reference of the destination's bank for the debit.
    package let bankReference: String
    package let paidOn: CivilDate

    package init(
        orderKey: OrderKey, returns: OrderKey, amount: Money, ground: ReturnGround, bankReference: String,
        paidOn: CivilDate
    ) {
        self.orderKey = orderKey
        self.returns = returns
        self.amount = amount
        self.ground = ground
        self.bankReference = bankReference
        self.paidOn = paidOn
    }
}

/// The origin's bank has credited money that was sent back.
///
/// Source: BR-129 of the domain handbook.
package struct ReturnConfirmation: Hashable, Sendable {
    /// The key of the return.
    package let orderKey: OrderKey
    package let amount: Money
    /// The reference of the origin's bank for the credit.
    package let bankReference: String
    package let creditedOn: CivilDate

    package init(orderKey: OrderKey, amount: Money, bankReference: String, creditedOn: CivilDate) {
        self.orderKey = orderKey
        self.amount = amount
        self.bankReference = bankReference
        self.creditedOn = creditedOn
    }
}

/// One question to the other office, with both totals where money is asked about.
///
/// Source: phases 7Q and 11M of the domain handbook.
package struct Query: Hashable, Sendable {
    /// 1, 2, 3 … for each asking side of a case.
    package let number: Int
    package let subject: QuerySubject
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String
    /// What the asking office expects, where it asks about money.
    package let expected: Money?
    /// What it has found.
    package let found: Money?
    /// Where its books differ; nil where it asks about something else.
    package let difference: Difference?
    /// The last working day for the answer.
    package let answerBy: CivilDate

    package init(
        number: Int, subject: QuerySubject, text: String, expected: Money? = nil, found: Money? = nil,
        difference: Difference? = nil, answerBy: CivilDate
    ) {
        self.number = number
        self.subject = subject
        self.text = text
        self.expected = expected
        self.found = found
        self.difference = difference
        self.answerBy = answerBy
    }
}

/// The answer to a query.
package struct QueryAnswer: Hashable, Sendable {
    /// The number of the query.
    package let number: Int
    package let outcome: QueryOutcome
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String

    package init(number: Int, outcome: QueryOutcome, text: String) {
        self.number = number
        self.outcome = outcome
        self.text = text
    }
}

/// A side asks for its letter, its form or its money back.
///
/// Source: section 4.1 of the domain handbook (phases 15, 16).
package struct RecallRequest: Hashable, Sendable {
    package let subject: RecallSubject
    package let ground: RecallGround
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String
    /// The order that is recalled; nil unless the money is.
    package let orderKey: OrderKey?

    package init(subject: RecallSubject, ground: RecallGround, text: String, orderKey: OrderKey? = nil) {
        self.subject = subject
        self.ground = ground
        self.text = text
        self.orderKey = orderKey
    }
}

/// Consent to a recall, or its refusal.
package struct RecallAnswer: Hashable, Sendable {
    package let subject: RecallSubject
    package let isConsent: Bool
    /// Why it is refused; nil for a consent.
    package let ground: RecallGround?
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String

    package init(subject: RecallSubject, isConsent: Bool, ground: RecallGround?, text: String) {
        self.subject = subject
        self.isConsent = isConsent
        self.ground = ground
        self.text = text
    }
}

/// A side says that a completed case is wrong, and in what.
///
/// Source: BR-142 and side case C of the domain handbook.
package struct CorrectionRequest: Hashable, Sendable {
    /// The version of the form that is wrong.
    package let formVersion: Int
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String

    package init(formVersion: Int, text: String) {
        self.formVersion = formVersion
        self.text = text
    }
}

/// Consent to a correction, or its refusal.
package struct CorrectionAnswer: Hashable, Sendable {
    package let formVersion: Int
    package let isConsent: Bool
    /// What is said in words, for the clerk of the other office; no fact about the person that is not in the case already.
    package let text: String

    package init(formVersion: Int, isConsent: Bool, text: String) {
        self.formVersion = formVersion
        self.isConsent = isConsent
        self.text = text
    }
}

/// A step of the other office is late.
///
/// Source: BR-223 of the domain handbook.
package struct Reminder: Hashable, Sendable {
    /// 1, 2, 3 … for each side and step.
    package let number: Int
    /// The clock that has run out.
    package let clock: Clock
    /// The last working day that the step had.
    package let dueOn: CivilDate
    package let workingDaysLate: Int

    package init(number: Int, clock: Clock, dueOn: CivilDate, workingDaysLate: Int) {
        self.number = number
        self.clock = clock
        self.dueOn = dueOn
        self.workingDaysLate = workingDaysLate
    }
}
