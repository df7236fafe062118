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
        /// Origin: what was frozen is released, because nothing was paid: the reversal of the freeze.
        case freezeLifted = "freeze-lifted"
        /// Destination: what was posted goes back into suspense: the reversal of the posting.
        case creditReversed = "credit-reversed"
        /// Destination: money is set aside to go back to the origin.
        case returnSetAside = "return-set-aside"
        /// Destination: the bank has paid it back.
        case returnPaid = "return-paid"
        /// Destination: the bank has given it back.
        case returnBounced = "return-bounced"
        /// Origin: money that came back leaves suspense.
        case returnBooked = "return-booked"
        /// Either: the bank took money that no order of ours explains.
        case debitHeld = "debit-held"
        /// Either: a balance, a refund or a share is set aside for the person.
        case payoutSetAside = "payout-set-aside"
        /// Origin: the bank has paid the insured person.
        case payoutPaid = "payout-paid"
        /// Origin: the bank has given a payout back.
        case payoutBounced = "payout-bounced"
    }

    /// A posting as it was stored.
    ///
    /// - Returns: nil unless it sums to zero, has no empty line and names only accounts that its kind moves.
    package init?(_ kind: Kind, stored lines: [Line]) {
        var sum = Int64(0)
        for line in lines {
            let (next, overflows) = sum.addingReportingOverflow(line.amount.fen)
            guard !overflows, line.amount != .zero, kind.moves(line.account) else { return nil }
            sum = next
        }
        guard sum == 0 else { return nil }
        self.kind = kind
        self.lines = lines
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

extension LedgerAccount {
    /// Reads what ``name`` writes; nil for anything else.
    package init?(name: String) {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.dropFirst().first) {
        case ("bank", nil): self = .bank
        case ("pooled", nil): self = .pooled
        case ("in-transit-to", let code?):
            guard let agency = AgencyCode(code) else { return nil }
            self = .inTransit(to: agency)
        case (let kind?, let word?):
            guard let branch = Branch(rawValue: word) else { return nil }
            switch kind {
            case "individual": self = .individual(branch)
            case "suspense": self = .suspense(branch)
            case "payout": self = .payout(branch)
            default: return nil
            }
        default: return nil
        }
    }
}

extension Posting.Kind {
    /// Whether postings of this kind move an account.
    fileprivate func moves(_ account: LedgerAccount) -> Bool {
        switch (self, account) {
        case (.accountFrozen, .individual(.pension)), (.accountFrozen, .pooled), (.accountFrozen, .inTransit),
            (.freezeLifted, .individual(.pension)), (.freezeLifted, .pooled), (.freezeLifted, .inTransit),
            (.remittancePaid, .inTransit), (.remittancePaid, .bank), (.remittanceBounced, .inTransit),
            (.remittanceBounced, .bank), (.creditHeld, .bank), (.creditHeld, .suspense),
            (.debitHeld, .bank), (.debitHeld, .suspense(.pension)), (.creditPosted, .suspense),
            (.creditPosted, .individual), (.creditPosted, .pooled), (.creditReversed, .suspense(.pension)),
            (.creditReversed, .individual(.pension)), (.creditReversed, .pooled),
            (.returnSetAside, .suspense(.pension)), (.returnSetAside, .inTransit), (.returnPaid, .inTransit),
            (.returnPaid, .bank), (.returnBounced, .inTransit), (.returnBounced, .bank),
            (.returnBooked, .suspense(.pension)), (.returnBooked, .individual(.pension)), (.returnBooked, .pooled),
            (.payoutSetAside, .individual), (.payoutSetAside, .payout), (.payoutPaid, .payout), (.payoutPaid, .bank),
            (.payoutBounced, .payout), (.payoutBounced, .bank):
            true
        default: false
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

    package static func creditHeld(_ amount: Money, of branch: Branch = .pension) -> Posting {
        Posting(.creditHeld, [Line(.bank, amount), Line(.suspense(branch), -amount)])
    }

    /// The balance of another branch, which the destination receives itself.
    package static func balancePosted(_ amount: Money, of branch: Branch) -> Posting {
        Posting(.creditPosted, [Line(.suspense(branch), amount), Line(.individual(branch), -amount)])
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

    /// What was set aside for the destination and not paid goes back to where it came from.
    package static func freezeLifted(individual: Money, pooled: Money, to destination: AgencyCode) -> Posting {
        Posting(
            .freezeLifted,
            [
                Line(.inTransit(to: destination), individual + pooled), Line(.individual(.pension), -individual),
                Line(.pooled, -pooled),
            ]
        )
    }

    package static func creditReversed(individual: Money, pooled: Money) -> Posting {
        Posting(
            .creditReversed,
            [
                Line(.individual(.pension), individual), Line(.pooled, pooled),
                Line(.suspense(.pension), -(individual + pooled)),
            ]
        )
    }

    package static func returnSetAside(_ amount: Money, to origin: AgencyCode) -> Posting {
        Posting(.returnSetAside, [Line(.suspense(.pension), amount), Line(.inTransit(to: origin), -amount)])
    }

    package static func returnPaid(_ amount: Money, to origin: AgencyCode) -> Posting {
        Posting(.returnPaid, [Line(.inTransit(to: origin), amount), Line(.bank, -amount)])
    }

    package static func returnBounced(_ amount: Money, to origin: AgencyCode) -> Posting {
        Posting(.returnBounced, [Line(.bank, amount), Line(.inTransit(to: origin), -amount)])
    }

    /// Money that came back belongs to the accounts that it left, or, where an order went out twice, to nobody: what the
    /// bank took too much stands in suspense already, and the two lines settle there.
    ///
    /// - Parameters: individual, pooled: what goes back to the accounts; both zero for a surplus.
    package static func returnBooked(individual: Money, pooled: Money) -> Posting {
        Posting(
            .returnBooked,
            [
                Line(.suspense(.pension), individual + pooled), Line(.individual(.pension), -individual),
                Line(.pooled, -pooled),
            ]
        )
    }

    package static func debitHeld(_ amount: Money) -> Posting {
        Posting(.debitHeld, [Line(.suspense(.pension), amount), Line(.bank, -amount)])
    }

    /// A share of an heir, taken from the balances of the person in the order in which they are given.
    package static func payoutSetAside(_ shares: [HeirShares.Source]) -> Posting {
        Posting(
            .payoutSetAside,
            shares.map { Line(.individual($0.branch), $0.amount) }
                + [Line(.payout(.pension), -shares.map(\.amount).sum())])
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
