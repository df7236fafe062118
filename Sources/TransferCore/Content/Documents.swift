// The contents of the documents that agencies exchange, as values. Their bytes and signatures are elsewhere.

/// The acceptance letter (同意接收函, also headed 联系函): the destination tells the origin that it accepts the
/// relationship, for whom, and where the money goes.
///
/// Source: 国办发〔2009〕66号, Art. 8 (2); fields: BR-060, BR-061.
package struct AcceptanceLetter: Hashable, Sendable {
    /// 1, and one more each time the letter is corrected and sent again.
    package let version: Int
    package let person: InsuredPerson
    /// The destination's account for the remittance.
    package let payee: BankAccount
    package let office: AgencyOffice
    /// The branches besides the pension that are settled in the case: paid to the person's own account, but for those in
    /// ``moves``.
    package let payouts: [Branch]
    /// The person's own account; present whenever a balance is to be paid to the person.
    package let payoutAccount: BankAccount?
    /// The digest of the application that this letter answers, base64url.
    package let applicationDigest: String
    package let issuedOn: CivilDate
    /// Why the relationship is asked for; a temporary account moves only to be gathered.
    package let purpose: TransferPurpose
    /// Those of ``payouts`` that the destination receives itself: their balances go to its own account.
    package let moves: [Branch]

    package init(
        version: Int, person: InsuredPerson, payee: BankAccount, office: AgencyOffice, payouts: [Branch],
        payoutAccount: BankAccount?, applicationDigest: String, issuedOn: CivilDate, purpose: TransferPurpose = .move,
        moves: [Branch] = []
    ) {
        self.moves = moves
        self.purpose = purpose
        self.version = version
        self.person = person
        self.payee = payee
        self.office = office
        self.payouts = payouts
        self.payoutAccount = payoutAccount
        self.applicationDigest = applicationDigest
        self.issuedOn = issuedOn
    }
}

/// Where an agency can be reached by people.
package struct AgencyOffice: Hashable, Sendable {
    package let name: String
    package let address: String
    package let postcode: String
    package let telephone: String

    package init(name: String, address: String, postcode: String, telephone: String) {
        self.name = name
        self.address = address
        self.postcode = postcode
        self.telephone = telephone
    }
}

/// The acceptance letter handed back by the origin, with its reason.
package struct ReturnNote: Hashable, Sendable {
    package let letterVersion: Int
    package let reason: Reason
    /// What is wrong, for the clerk at the destination; names no fact of the record that is not in the letter.
    package let text: String
    package let returnedOn: CivilDate

    package init(letterVersion: Int, reason: Reason, text: String, returnedOn: CivilDate) {
        self.letterVersion = letterVersion
        self.reason = reason
        self.text = text
        self.returnedOn = returnedOn
    }
}

/// The contribution certificate (参保缴费凭证).
///
/// Source: 国办发〔2009〕66号, Art. 8; fields: section 6.1 of the domain handbook.
package struct ContributionCertificate: Hashable, Sendable {
    package let letterVersion: Int
    package let person: InsuredPerson
    package let relation: Relation
    package let firstMonth: CalendarMonth
    package let lastMonth: CalendarMonth
    package let monthsPaid: Int
    package let accountBalance: Money
    package let issuedOn: CivilDate

    package init(
        letterVersion: Int, person: InsuredPerson, relation: Relation, firstMonth: CalendarMonth,
        lastMonth: CalendarMonth, monthsPaid: Int, accountBalance: Money, issuedOn: CivilDate
    ) {
        self.letterVersion = letterVersion
        self.person = person
        self.relation = relation
        self.firstMonth = firstMonth
        self.lastMonth = lastMonth
        self.monthsPaid = monthsPaid
        self.accountBalance = accountBalance
        self.issuedOn = issuedOn
    }
}

/// The information form (基本养老保险关系转移接续信息表): every line of contributions and what they come to.
///
/// The lines are the whole input of the computation, so that the destination can compute every amount again.
///
/// Source: 国办发〔2009〕66号, Art. 8 (3); fields: section 6.4 of the domain handbook.
package struct InformationForm: Hashable, Sendable {
    /// 1, and one more for each form that takes the place of an older one: contributions that came after the freeze, a
    /// correction. The newest is the one that counts.
    package let version: Int
    package let letterVersion: Int
    package let person: InsuredPerson
    package let request: FundRequest
    /// What the origin computed.
    package let computation: FundComputation
    package let frozenOn: CivilDate
    /// The versions of the rules that the origin computed with; nil in a form that does not name them.
    package let rules: RuleVersions?

    package init(
        version: Int = 1, letterVersion: Int, person: InsuredPerson, request: FundRequest,
        computation: FundComputation, frozenOn: CivilDate, rules: RuleVersions? = nil
    ) {
        self.version = version
        self.rules = rules
        self.letterVersion = letterVersion
        self.person = person
        self.request = request
        self.computation = computation
        self.frozenOn = frozenOn
    }
}

/// The remittance advice: the origin's bank has paid.
package struct RemittanceAdvice: Hashable, Sendable {
    package let orderKey: OrderKey
    package let amount: Money
    package let payee: BankAccount
    /// The reference of the origin's bank for the debit.
    package let bankReference: String
    package let paidOn: CivilDate
    /// The order of which this one pays what did not arrive; nil for an order that stands for itself.
    package let makesUp: OrderKey?

    package init(
        orderKey: OrderKey, amount: Money, payee: BankAccount, bankReference: String, paidOn: CivilDate,
        makesUp: OrderKey? = nil
    ) {
        self.makesUp = makesUp
        self.orderKey = orderKey
        self.amount = amount
        self.payee = payee
        self.bankReference = bankReference
        self.paidOn = paidOn
    }
}

/// The payout notice: a balance that the destination cannot receive was paid to the insured person, or was zero.
package struct PayoutNotice: Hashable, Sendable {
    package let branch: Branch
    package let amount: Money
    /// nil when the balance was zero and nothing was ordered.
    package let payment: Payment?

    package struct Payment: Hashable, Sendable {
        package let orderKey: OrderKey
        /// The account number, all but its last four places masked.
        package let maskedAccount: String
        package let bankReference: String
        package let paidOn: CivilDate

        package init(orderKey: OrderKey, maskedAccount: String, bankReference: String, paidOn: CivilDate) {
            self.orderKey = orderKey
            self.maskedAccount = maskedAccount
            self.bankReference = bankReference
            self.paidOn = paidOn
        }
    }

    package init(branch: Branch, amount: Money, payment: Payment?) {
        self.branch = branch
        self.amount = amount
        self.payment = payment
    }
}

/// The completion notice (办结通知): the destination has posted the funds.
package struct CompletionNotice: Hashable, Sendable {
    package let orderKey: OrderKey
    package let individual: Money
    package let pooled: Money
    package let monthsJoined: Int
    /// The reference of the destination's bank for the credit.
    package let bankReference: String
    package let completedOn: CivilDate
    /// The version of the information form that was posted.
    package let formVersion: Int

    package init(
        orderKey: OrderKey, individual: Money, pooled: Money, monthsJoined: Int, bankReference: String,
        completedOn: CivilDate, formVersion: Int = 1
    ) {
        self.formVersion = formVersion
        self.orderKey = orderKey
        self.individual = individual
        self.pooled = pooled
        self.monthsJoined = monthsJoined
        self.bankReference = bankReference
        self.completedOn = completedOn
    }
}

/// What a document says.
package enum DocumentContent: Hashable, Sendable {
    case acceptanceLetter(AcceptanceLetter)
    case returnNote(ReturnNote)
    case holdNotice(HoldNotice)
    case contributionCertificate(ContributionCertificate)
    case informationForm(InformationForm)
    case remittanceAdvice(RemittanceAdvice)
    case bounceNotice(BounceNotice)
    case endNotice(EndNotice)
    case payoutNotice(PayoutNotice)
    case completionNotice(CompletionNotice)
    case returnAdvice(ReturnAdvice)
    case returnConfirmation(ReturnConfirmation)
    case query(Query)
    case queryAnswer(QueryAnswer)
    case recallRequest(RecallRequest)
    case recallAnswer(RecallAnswer)
    case correctionRequest(CorrectionRequest)
    case correctionAnswer(CorrectionAnswer)
    case reminder(Reminder)

    package var kind: DocumentKind {
        switch self {
        case .acceptanceLetter: .acceptanceLetter
        case .returnNote: .returnNote
        case .holdNotice: .holdNotice
        case .contributionCertificate: .contributionCertificate
        case .informationForm: .informationForm
        case .remittanceAdvice: .remittanceAdvice
        case .bounceNotice: .bounceNotice
        case .endNotice: .endNotice
        case .payoutNotice: .payoutNotice
        case .completionNotice: .completionNotice
        case .returnAdvice: .returnAdvice
        case .returnConfirmation: .returnConfirmation
        case .query: .query
        case .queryAnswer: .queryAnswer
        case .recallRequest: .recallRequest
        case .recallAnswer: .recallAnswer
        case .correctionRequest: .correctionRequest
        case .correctionAnswer: .correctionAnswer
        case .reminder: .reminder
        }
    }
}
