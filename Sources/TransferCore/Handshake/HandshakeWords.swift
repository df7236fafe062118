// The small words that the handshakes of both roles share.

/// A step that the protocol does not have: the event cannot happen in the phase.
package struct NotAllowed: Error, Hashable, Sendable, CustomStringConvertible {
    /// The published name of the event.
    package let event: String
    /// The published name of the phase.
    package let phase: String

    package init(event: String, phase: String) {
        self.event = event
        self.phase = phase
    }

    package var description: String { "\(event) is not allowed in \(phase)" }
}

/// The origin's papers that have arrived so far. They come in this order.
package enum Papers: String, Hashable, Sendable {
    case none
    case certificate
    case certificateAndForm = "certificate-and-form"
}

/// The kinds of document that agencies exchange.
package enum DocumentKind: String, Hashable, Sendable, CaseIterable {
    /// 同意接收函, also headed 联系函: destination to origin.
    case acceptanceLetter = "acceptance-letter"
    /// The acceptance letter handed back with a reason: origin to destination.
    case returnNote = "return-note"
    /// The origin's check waits for something, with the reason: origin to destination.
    case holdNotice = "hold-notice"
    /// 参保缴费凭证: origin to destination.
    case contributionCertificate = "contribution-certificate"
    /// 信息表: origin to destination.
    case informationForm = "information-form"
    /// The origin's word that its bank has paid: origin to destination.
    case remittanceAdvice = "remittance-advice"
    /// The origin's word that its bank could not credit the remittance: origin to destination.
    case bounceNotice = "bounce-notice"
    /// The relationship ends at the origin (death, loss of nationality), so nothing will be remitted: origin to
    /// destination.
    case endNotice = "end-notice"
    /// The origin's word that a balance was paid to the insured person: origin to destination.
    case payoutNotice = "payout-notice"
    /// 办结通知: destination to origin.
    case completionNotice = "completion-notice"
    /// The destination's word that it has sent money back: destination to origin.
    case returnAdvice = "return-advice"
    /// The origin's word that money sent back was credited to it: origin to destination.
    case returnConfirmation = "return-confirmation"
    /// 查询: one question to the other office.
    case query
    /// 查询答复: the answer to it.
    case queryAnswer = "query-answer"
    /// A side asks for its letter, its form or its money back.
    case recallRequest = "recall-request"
    /// Consent, or refusal with its ground.
    case recallAnswer = "recall-answer"
    /// A side says that a completed case is wrong, and in what.
    case correctionRequest = "correction-request"
    /// Consent to the correction, or refusal with its ground.
    case correctionAnswer = "correction-answer"
    /// 催办: a step of the other office is late.
    case reminder

    /// Which sides write this kind.
    package var senders: Set<Role> {
        switch self {
        case .acceptanceLetter, .completionNotice, .returnAdvice: [.destination]
        case .returnNote, .holdNotice, .contributionCertificate, .informationForm, .remittanceAdvice, .bounceNotice,
            .endNotice, .payoutNotice, .returnConfirmation:
            [.origin]
        case .query, .queryAnswer, .recallRequest, .recallAnswer, .correctionRequest, .correctionAnswer, .reminder:
            [.destination, .origin]
        }
    }
}

/// The two sides of a case. They stay true for every message of it.
package enum Role: String, Hashable, Sendable, CaseIterable {
    case destination
    case origin
}

/// Who has to act now.
package enum Holder: String, Hashable, Sendable {
    case applicant
    case insuredPerson = "insured-person"
    case destination
    case origin
    case nobody
}

/// The clocks of a case, each counted in working days from the day it starts. The limits are data: a profile of each
/// agency, dated.
package enum Clock: String, Hashable, Sendable, CaseIterable {
    /// The destination's review. Source: 国办发〔2009〕66号, Art. 8 (2).
    case review = "letter"
    /// The origin's reply. Source: 国办发〔2009〕66号, Art. 8 (3).
    case originReply = "origin"
    /// The destination's posting, from the later of papers and funds. Source: 人社部发〔2009〕187号.
    case reconciliation = "finish"
    /// Correcting what was returned. Source: our choice, phase 7R of the domain handbook.
    case correction
    /// Answering a difference between papers and funds. Source: our choice, phase 11M of the domain handbook.
    case difference
    /// Correcting the account of a bounced order. Source: our choice, phase 10B of the domain handbook.
    case bouncedRemittance = "bounced"
    /// The applicant's adding of papers. Source: our choice, phase 2 of the domain handbook.
    case supplement
    /// Answering a query of the other office. Source: our choice, phase 7Q of the domain handbook.
    case query
    /// A hold on the origin's check, such as open arrears. Source: our choice (BR-224: a pause has an end).
    case hold
    /// Sending money back. Source: our choice, phase 16 of the domain handbook.
    case fundsReturn = "return"
    /// Answering a recall or the request for a correction. Source: our choice, as for a difference.
    case recall
    /// Clearing an overlap. Source: Hohhot's guide (22 working days).
    case clearing

    /// The limit where a profile names none, in working days.
    package var defaultWorkingDays: Int {
        switch self {
        case .review, .originReply, .reconciliation: 15
        case .correction, .difference, .query, .hold, .fundsReturn, .recall: 10
        case .bouncedRemittance: 5
        case .supplement: 20
        case .clearing: 22
        }
    }
}

/// Why the bank could not credit an order: the external return codes of ISO 20022 that Chinese banks' causes map to.
///
/// Source: the causes are those of Shantou's notice of 2017-10-18 (3.10 of the domain handbook).
package enum BounceReason: String, Hashable, Sendable, CaseIterable {
    case accountClosed = "AC04"
    case accountBlocked = "AC06"
    case accountInvalid = "AC01"
    case overLimit = "AM14"
    case nameDiffers = "BE01"
    case refusedByBank = "MS03"
}

/// What is told to the applicant or the insured person.
package enum Notice: Hashable, Sendable {
    case refusal(Reason)
    case temporaryAccount(Reason)
    case correctionNeeded(Reason)
    /// Everything that is missing, told once and complete (BR-014).
    case supplementNeeded
    /// Nothing was added in time: the application lapses, and may be lodged again.
    case lapsed
    case withdrawn
    case completion
    /// A part could not be transferred, told by the origin (BR-071).
    case partlyTransferred(Reason)
    /// The origin's check waits for the insured person.
    case held(Reason)
    /// The relationship ended at the origin.
    case ended(Reason)
    /// Months are insured twice: the insured person chooses which to keep (BR-171).
    case choiceNeeded
    case payoutPaid
    case payoutBounced(BounceReason)
    case comeToTheDesk(BounceReason)

    /// The published name.
    package var name: String {
        switch self {
        case .refusal: "refusal"
        case .temporaryAccount: "temporary-account"
        case .correctionNeeded: "correction-needed"
        case .supplementNeeded: "supplement-needed"
        case .lapsed: "lapsed"
        case .withdrawn: "withdrawn"
        case .completion: "completion"
        case .partlyTransferred: "partly-transferred"
        case .held: "held"
        case .ended: "ended"
        case .choiceNeeded: "choice-needed"
        case .payoutPaid: "payout-paid"
        case .payoutBounced: "payout-bounced"
        case .comeToTheDesk: "come-to-the-desk"
        }
    }
}

/// What needs a clerk's eye.
package enum Alert: String, Hashable, Sendable, CaseIterable {
    case letterReturned = "letter-returned"
    case checkHeld = "check-held"
    case fundsBeforePapers = "funds-before-papers"
    case booksDiffer = "books-differ"
    case overdue
    case remittanceBounced = "remittance-bounced"
    case payoutBouncedRepeatedly = "payout-bounced-repeatedly"
    /// The peer has refused a document of ours, signed: the case cannot go on by itself.
    case documentRefused = "document-refused"
    case queryArrived = "query-arrived"
    case queryAnswered = "query-answered"
    case recallArrived = "recall-arrived"
    case recallRefused = "recall-refused"
    case correctionArrived = "correction-arrived"
    case correctionRefused = "correction-refused"
    /// Money came twice, or came when none is owed.
    case surplusFunds = "surplus-funds"
    case returnBounced = "return-bounced"
    case reminded
    /// A step is so late that somebody above must look (BR-223).
    case escalated
    case personEnded = "person-ended"
}
