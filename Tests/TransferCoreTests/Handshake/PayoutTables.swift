import Testing
import TransferCore

@Suite struct `A payout leg` {
    @Test func `allows exactly these steps`() {
        Walks.payout.expect(
            exactly: """
                paid-out       + payout-bounced    -> payout-bounced
                payout-bounced + account-corrected -> payout-ordered
                payout-bounced + deadline-passed   -> payout-bounced
                payout-ordered + deadline-passed   -> payout-ordered
                payout-ordered + payout-bounced    -> payout-bounced
                payout-ordered + payout-paid       -> paid-out
                waiting        + balance-due       -> payout-ordered
                waiting        + balance-moves     -> payout-ordered
                waiting        + balance-zero      -> nothing-due
                waiting        + case-ended        -> dropped
                waiting        + deadline-passed   -> waiting
                """)
    }

    @Test func `is paid again after a bounce, under the number of the next try`() throws {
        var leg = PayoutLeg()
        _ = try leg.apply(.balanceDue)
        _ = try leg.apply(.payoutBounced(.accountClosed))
        #expect(try leg.apply(.accountCorrected) == [.orderPayout(attempt: 2)])
        #expect(try leg.apply(.payoutPaid).contains(.post(.payoutPaid)))
        #expect(leg.phase == .paid(attempt: 2))
    }

    @Test func `calls the person to the desk after the third bounce`() throws {
        var leg = PayoutLeg()
        _ = try leg.apply(.balanceDue)
        for bounce in 1...3 {
            let effects = try leg.apply(.payoutBounced(.accountClosed))
            #expect(effects.contains(.notifyInsuredPerson(.comeToTheDesk(.accountClosed))) == (bounce == 3))
            if bounce < 3 { _ = try leg.apply(.accountCorrected) }
        }
    }

    @Test func `tells the person nothing where the balance goes to the destination, whose bounce the origin mends`()
        throws
    {
        var leg = PayoutLeg()
        for event in [PayoutLeg.Event.balanceMoves, .payoutBounced(.accountClosed)] {
            #expect(try !leg.apply(event).contains(.notifyInsuredPerson(.payoutBounced(.accountClosed))))
        }
        #expect(leg.holder == .origin)
        _ = try leg.apply(.accountCorrected)
        #expect(try leg.apply(.payoutPaid) == [.post(.payoutPaid), .send(.payoutNotice)])
    }

    @Test func `makes no order for a balance of zero`() throws {
        var leg = PayoutLeg()
        #expect(try leg.apply(.balanceZero) == [.send(.payoutNotice)])
        #expect(leg.phase.isTerminal)
    }
}

@Suite struct `An awaited payout` {
    @Test func `allows exactly these steps`() {
        Walks.awaitedPayout.expect(
            exactly: """
                awaiting-payout  + application-ended      -> dropped
                awaiting-payout  + balance-credit-arrived -> balance-credited
                awaiting-payout  + balance-notice-arrived -> balance-noticed
                awaiting-payout  + payout-notice-arrived  -> paid-out
                balance-credited + balance-notice-arrived -> balance-posted
                balance-noticed  + balance-credit-arrived -> balance-posted
                balance-noticed  + balance-notice-arrived -> balance-noticed
                dropped          + balance-credit-arrived -> balance-credited
                dropped          + balance-notice-arrived -> balance-noticed
                dropped          + payout-notice-arrived  -> paid-out
                paid-out         + payout-notice-arrived  -> paid-out
                awaiting-payout  + deadline-passed        -> awaiting-payout
                balance-noticed  + deadline-passed        -> balance-noticed
                balance-credited + deadline-passed        -> balance-credited
                balance-differs  + deadline-passed        -> balance-differs
                balance-noticed  + later-balance-credit-arrived     -> balance-credited
                balance-noticed  + differing-balance-credit-arrived -> balance-differs
                balance-credited + differing-balance-notice-arrived -> balance-differs
                balance-differs  + balance-accepted       -> balance-posted
                """)
    }
}
