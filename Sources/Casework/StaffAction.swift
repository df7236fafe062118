package import TransferCore

/// What staff can do to a case. Each is one decision, with everything that it needs.
///
/// Whether it is possible now is what the handshakes say; what it does here and at the other office is told before it is
/// done (``Desk/consequences(of:on:)``).
package enum StaffAction: Hashable, Sendable {
    // The destination's answer to the application.
    case accept
    case refuse(Reason)
    case openTemporaryAccount
    case askSupplement([SupplementItem])
    case withdraw(RecallGround)
    // The origin's answer to the letter.
    case check
    case handBack(Reason)
    case hold(Reason)
    case liftHold
    case waiveArrears(signedOn: CivilDate)
    case remit
    case endPerson(Reason)
    case settleHeirs([Heir])
    // The accounts to which money goes.
    case confirmAccount
    case correctAccount(PayoutPurpose, BankAccount)
    // Questions between the offices.
    case ask(QuerySubject)
    case answer(QueryOutcome)
    case recall(RecallSubject, RecallGround)
    case consentToRecall
    case declineRecall(RecallGround)
    case askCorrection
    case agreeToCorrection
    case declineCorrection
    case remind
    // Money that is owed.
    case reviseForm
    case meetShortfall
    case returnFunds
    case retryReturn
    case retryBalance
    case acceptMoney
    case chooseMonths(KeptMonths, BankAccount?)
    // Repair.
    case retry

    /// One heir: the person's own account, the part of the whole, and the notarised paper that proves it.
    ///
    /// Source: BR-209, BR-211 of the domain handbook.
    package struct Heir: Hashable, Sendable {
        package let account: BankAccount
        /// 1 to 1,000,000; the parts of all heirs together make the whole.
        package let part: Int
        /// The number of the notarised paper: 1 to 64 characters.
        package let paper: String

        package init(account: BankAccount, part: Int, paper: String) {
            self.account = account
            self.part = part
            self.paper = paper
        }
    }
}

/// What may be missing in an application. The names are published.
package enum SupplementItem: String, Hashable, Sendable, CaseIterable {
    case identityDocument = "identity-document"
    case householdRegister = "household-register"
    case labourContract = "labour-contract"
    case approvalOfMove = "approval-of-move"
    case payoutAccount = "payout-account"
    case mandate
    case other
}

extension StaffAction {
    /// The published name.
    package var name: String {
        switch self {
        case .accept: "accept"
        case .refuse: "refuse"
        case .openTemporaryAccount: "open-temporary-account"
        case .askSupplement: "ask-supplement"
        case .withdraw: "withdraw"
        case .check: "check"
        case .handBack: "hand-back"
        case .hold: "hold"
        case .liftHold: "lift-hold"
        case .waiveArrears: "waive-arrears"
        case .remit: "remit"
        case .endPerson: "end-person"
        case .settleHeirs: "settle-heirs"
        case .confirmAccount: "confirm-account"
        case .correctAccount: "correct-account"
        case .ask: "ask"
        case .answer: "answer"
        case .recall: "recall"
        case .consentToRecall: "consent-to-recall"
        case .declineRecall: "decline-recall"
        case .askCorrection: "ask-correction"
        case .agreeToCorrection: "agree-to-correction"
        case .declineCorrection: "decline-correction"
        case .remind: "remind"
        case .reviseForm: "revise-form"
        case .meetShortfall: "meet-shortfall"
        case .returnFunds: "return-funds"
        case .retryReturn: "retry-return"
        case .retryBalance: "retry-balance"
        case .acceptMoney: "accept-money"
        case .chooseMonths: "choose-months"
        case .retry: "retry"
        }
    }

    /// Whether it leaves the agency, moves money or touches trust, and so needs a second person (BR-240). What only tries
    /// again what was decided before, or opens a decision anew, does not.
    package var needsChecker: Bool {
        switch self {
        case .retry, .liftHold: false
        default: true
        }
    }
}

/// An action as staff take it: what is done, why, and what it rests on.
package struct StaffDecision: Hashable, Sendable {
    package let action: StaffAction
    /// What is said in words: to the other office where a document goes there; 1 to 500 characters.
    package let text: String
    /// The bytes in which it was entered: kept with the event; their digest is what the checker approves.
    package let form: [UInt8]

    package init(action: StaffAction, text: String, form: [UInt8]) {
        self.action = action
        self.text = text
        self.form = form
    }
}

/// What a decision would do, found by deciding it without writing anything.
package struct Rehearsal: Hashable, Sendable {
    /// The published names of the events, in their order.
    package let events: [String]
    /// The kinds of the documents that would go to the other office.
    package let documents: [DocumentKind]
    /// The published names of the notices that the insured person or the applicant would get.
    package let notices: [String]
    package let postings: [Posting]
    /// The keys and amounts of the orders that would go to the bank.
    package let orders: [OrderKey: Money]
    /// Where the case stands now and would stand then: published names of the leading leg's phase.
    package let phaseBefore: String
    package let phaseAfter: String
    package let holderAfter: Holder
    /// What the documents would say, in their order: for whoever prepares and whoever signs them.
    package let contents: [DocumentContent]
}
