import Testing
import TransferCore

@Suite struct `A group of postings` {
    private static let weifang = AgencyCode("370700")!
    private static let individual = Money(fen: 10)
    private static let pooled = Money(fen: 20)
    private static let both = Money(fen: 30)

    /// One posting of each kind, all about the same 30 fen.
    private static func posting(_ kind: Posting.Kind) -> Posting {
        switch kind {
        case .accountFrozen: .accountFrozen(individual: individual, pooled: pooled, to: weifang)
        case .remittancePaid: .remittancePaid(both, to: weifang)
        case .remittanceBounced: .remittanceBounced(both, to: weifang)
        case .creditHeld: .creditHeld(both)
        case .creditPosted: .creditPosted(individual: individual, pooled: pooled)
        case .freezeLifted: .freezeLifted(individual: individual, pooled: pooled, to: weifang)
        case .creditReversed: .creditReversed(individual: individual, pooled: pooled)
        case .returnSetAside: .returnSetAside(both, to: weifang)
        case .returnPaid: .returnPaid(both, to: weifang)
        case .returnBounced: .returnBounced(both, to: weifang)
        case .returnBooked: .returnBooked(individual: individual, pooled: pooled)
        case .debitHeld: .debitHeld(both)
        case .payoutSetAside: .payoutSetAside(both, of: .medical)
        case .payoutPaid: .payoutPaid(both, of: .medical)
        case .payoutBounced: .payoutBounced(both, of: .medical)
        }
    }

    /// What a group of kinds leaves on the accounts.
    private static func balances(after kinds: [Posting.Kind]) -> [LedgerAccount: Money] {
        var balances: [LedgerAccount: Money] = [:]
        for line in kinds.flatMap({ posting($0).lines }) { balances[line.account, default: .zero] += line.amount }
        return balances.filter { $0.value != .zero }
    }

    @Test(arguments: Posting.Kind.allCases)
    func `sums to zero, whatever its kind`(kind: Posting.Kind) {
        let posting = Self.posting(kind)
        #expect(posting.kind == kind)
        #expect(posting.lines.map(\.amount).sum() == .zero)
        #expect(!posting.lines.isEmpty)
    }

    /// How the books get rid of a posting again. Every kind has exactly one way, and it stands here before the kind may
    /// be used: nothing is booked whose way back is not known.
    private enum WayBack {
        /// One posting undoes it, line by line.
        case reverse(Posting.Kind)
        /// It is let go by these, in this order; with it they come to nothing.
        case followed([Posting.Kind])
        /// It undoes these, and is not undone itself.
        case undoes([Posting.Kind])
        /// It is owed to somebody and stays owed until the bank has paid.
        case owed(until: Posting.Kind)
    }

    private static func wayBack(of kind: Posting.Kind) -> WayBack {
        switch kind {
        case .accountFrozen: .reverse(.freezeLifted)
        case .freezeLifted: .undoes([.accountFrozen])
        case .remittancePaid: .reverse(.remittanceBounced)
        case .remittanceBounced: .reverse(.remittancePaid)
        case .creditHeld: .followed([.returnSetAside, .returnPaid])
        case .creditPosted: .reverse(.creditReversed)
        case .creditReversed: .reverse(.creditPosted)
        case .returnSetAside: .owed(until: .returnPaid)
        case .returnPaid: .reverse(.returnBounced)
        case .returnBounced: .reverse(.returnPaid)
        // Money that came back undoes the whole remittance at the origin, from the freeze on.
        case .returnBooked: .undoes([.accountFrozen, .remittancePaid, .creditHeld])
        case .debitHeld: .reverse(.creditHeld)
        case .payoutSetAside: .owed(until: .payoutPaid)
        case .payoutPaid: .reverse(.payoutBounced)
        case .payoutBounced: .reverse(.payoutPaid)
        }
    }

    @Test(arguments: Posting.Kind.allCases)
    func `has one way back, which leaves nothing on any account`(kind: Posting.Kind) {
        switch Self.wayBack(of: kind) {
        case .reverse(let other): #expect(Self.balances(after: [kind, other]) == [:])
        case .followed(let others): #expect(Self.balances(after: [kind] + others) == [:])
        case .undoes(let others): #expect(Self.balances(after: others + [kind]) == [:])
        case .owed(let payment):
            // What is left is what the bank has given for what was owed: nothing stands between.
            let left = Self.balances(after: [kind, payment])
            #expect(left[.bank] == -Self.both && left.count == 2)
        }
    }

    @Test func `leaves nothing in transit when a remittance is frozen and paid`() {
        let left = Self.balances(after: [.accountFrozen, .remittancePaid])
        #expect(left == [.individual(.pension): Self.individual, .pooled: Self.pooled, .bank: -Self.both])
    }

    @Test func `leaves nothing in suspense when a credit is held and posted`() {
        let left = Self.balances(after: [.creditHeld, .creditPosted])
        #expect(left == [.bank: Self.both, .individual(.pension): -Self.individual, .pooled: -Self.pooled])
    }

    @Test func `leaves the destination as it was when the money is given back after it was posted`() {
        let story: [Posting.Kind] = [.creditHeld, .creditPosted, .creditReversed, .returnSetAside, .returnPaid]
        #expect(Self.balances(after: story) == [:])
        let bounced: [Posting.Kind] = [.creditHeld, .returnSetAside, .returnPaid, .returnBounced, .returnPaid]
        #expect(Self.balances(after: bounced) == [:])
    }

    @Test func `leaves the accounts of a person who died empty when every heir is paid`() throws {
        let balances = [Branch.pension: Money(fen: 100), .medical: Money(fen: 33)]
        let shares = try #require(HeirShares(of: balances, parts: [1, 1, 1]))
        var left: [LedgerAccount: Money] = [:]
        for (amount, sources) in zip(shares.amounts, shares.sources) {
            let lines = Posting.payoutSetAside(sources).lines + Posting.payoutPaid(amount, of: .pension).lines
            for line in lines { left[line.account, default: .zero] += line.amount }
        }
        #expect(left[.individual(.pension)] == Money(fen: 100) && left[.individual(.medical)] == Money(fen: 33))
        #expect(left[.payout(.pension)] == .zero && left[.bank] == Money(fen: -133))
    }
}
