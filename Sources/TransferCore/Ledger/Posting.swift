/// One group of ledger lines that belong together: it sums to zero and is committed with the event that causes it.
///
/// Nothing is ever changed or deleted: what must be undone is reversed by a new group that names the first.
package struct Posting: Hashable, Sendable {
    package let kind: Kind
    package let lines: [Line]

    /// One line: an account and the amount that it gains (above zero) or gives (below zero).
    package struct Line: Hashable, Sendable {
        package let account: LedgerAccount
        package let amount: Money

        package init(_ account: LedgerAccount, _ amount: Money) {
            self.account = account
            self.amount = amount
        }
    }

    /// Why money is booked. The names are published.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Origin: the account is frozen and its money set aside for the destination.
        case accountFrozen = "account-frozen"
        /// Origin: the bank has paid the remittance.
        case remittancePaid = "remittance-paid"
        /// Origin: the bank has given the remittance back.
        case remittanceBounced = "remittance-bounced"
        /// Destination: money came in by bank and waits in suspense.
        case creditHeld = "credit-held"
        /// Destination: papers and money agree; the money leaves suspense.
        case creditPosted = "credit-posted"
        /// Origin: a balance is set aside for the insured person.
        case payoutSetAside = "payout-set-aside"
        /// Origin: the bank has paid the insured person.
        case payoutPaid = "payout-paid"
        /// Origin: the bank has given a payout back.
        case payoutBounced = "payout-bounced"
    }

    private init(_ kind: Kind, _ lines: [Line]) {
        self.kind = kind
        self.lines = lines.filter { $0.amount != .zero }
        precondition(self.lines.map(\.amount).sum() == .zero, "a posting sums to zero")
    }
}

/// An account of a node's own ledger. What the agency owes is negative, what it has is positive.
package enum LedgerAccount: Hashable, Sendable {
    /// The agency's account at its bank.
    case bank
    /// The individual accounts of a branch, all persons together; the case number on each line tells whose.
    case individual(Branch)
    /// The pooled fund.
    case pooled
    /// Money on its way to another agency.
    case inTransit(to: AgencyCode)
    /// Money that came in and is not yet posted.
    case suspense(Branch)
    /// Money set aside for the insured person's own bank account.
    case payout(Branch)

    /// The published name.
    package var name: String {
        switch self {
        case .bank: "bank"
        case .individual(let branch): "individual:\(branch.rawValue)"
        case .pooled: "pooled"
        case .inTransit(let agency): "in-transit-to:\(agency)"
        case .suspense(let branch): "suspense:\(branch.rawValue)"
        case .payout(let branch): "payout:\(branch.rawValue)"
        }
    }
}

// The books of the two sides, one function for each kind of posting.
//
// Source: our choice (BR-124, BR-128 and section 5.6 of the domain handbook); individual and pooled parts are those of
// 国办发〔2009〕66号, Art. 4.
extension Posting {
    package static func accountFrozen(individual: Money, pooled: Money, to destination: AgencyCode) -> Posting {
        Posting(
            .accountFrozen,
            [
                Line(.individual(.pension), individual), Line(.pooled, pooled),
                Line(.inTransit(to: destination), -(individual + pooled)),
            ]
        )
    }

    package static func remittancePaid(_ amount: Money, to destination: AgencyCode) -> Posting {
        Posting(.remittancePaid, [Line(.inTransit(to: destination), amount), Line(.bank, -amount)])
    }

    package static func remittanceBounced(_ amount: Money, to destination: AgencyCode) -> Posting {
        Posting(.remittanceBounced, [Line(.bank, amount), Line(.inTransit(to: destination), -amount)])
    }

    package static func creditHeld(_ amount: Money) -> Posting {
        Posting(.creditHeld, [Line(.bank, amount), Line(.suspense(.pension), -amount)])
    }

    package static func creditPosted(individual: Money, pooled: Money) -> Posting {
        Posting(
            .creditPosted,
            [
                Line(.suspense(.pension), individual + pooled), Line(.individual(.pension), -individual),
                Line(.pooled, -pooled),
            ]
        )
    }

    package static func payoutSetAside(_ amount: Money, of branch: Branch) -> Posting {
        Posting(.payoutSetAside, [Line(.individual(branch), amount), Line(.payout(branch), -amount)])
    }

    package static func payoutPaid(_ amount: Money, of branch: Branch) -> Posting {
        Posting(.payoutPaid, [Line(.payout(branch), amount), Line(.bank, -amount)])
    }

    package static func payoutBounced(_ amount: Money, of branch: Branch) -> Posting {
        Posting(.payoutBounced, [Line(.bank, amount), Line(.payout(branch), -amount)])
    }
}
