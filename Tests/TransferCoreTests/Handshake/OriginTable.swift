import Testing
import TransferCore

@Suite struct `The origin handshake` {
    @Test func `allows exactly these steps`() {
        Walks.origin.expect(
            exactly: """
                awaiting-completion + completion-arrived         -> completed
                awaiting-completion + deadline-passed            -> awaiting-completion
                awaiting-completion + earlier-completion-arrived -> awaiting-completion
                awaiting-completion + form-revised               -> awaiting-completion
                awaiting-completion + funds-returned             -> restored
                awaiting-completion + letter-arrived             -> awaiting-completion
                awaiting-completion + remittance-bounced         -> bounced
                awaiting-completion + shortfall-admitted         -> frozen
                awaiting-completion + supplement-frozen          -> frozen
                bounced             + deadline-passed            -> bounced
                bounced             + earlier-completion-arrived -> bounced
                bounced             + letter-arrived             -> remitting
                bounced             + letter-withdrawn           ~> withdrawn
                bounced             + person-ended               ~> ceased
                bounced             + remittance-retried         -> remitting
                checking            + check-held                 -> on-hold
                checking            + deadline-passed            -> checking
                checking            + letter-arrived             -> checking
                checking            + letter-withdrawn           -> withdrawn
                checking            + person-ended               -> ceased
                checking            + records-failed             -> returned
                checking            + records-passed             -> frozen
                checking            + records-passed-in-part     -> frozen
                completed           + form-revised               -> awaiting-completion
                completed           + funds-returned             -> restored
                completed           + supplement-frozen          -> frozen
                frozen              + deadline-passed            -> frozen
                frozen              + earlier-completion-arrived -> frozen
                frozen              + letter-arrived             -> frozen
                frozen              + letter-withdrawn           ~> withdrawn
                frozen              + person-ended               ~> ceased
                frozen              + remittance-decided         -> remitting
                on-hold             + deadline-passed            -> on-hold
                on-hold             + hold-lifted                -> checking
                on-hold             + letter-arrived             -> checking
                on-hold             + letter-withdrawn           -> withdrawn
                on-hold             + person-ended               -> ceased
                on-hold             + records-failed             -> returned
                remitting           + deadline-passed            -> remitting
                remitting           + earlier-completion-arrived -> remitting
                remitting           + letter-arrived             -> remitting
                remitting           + remittance-bounced         -> bounced
                remitting           + remittance-paid            -> awaiting-completion
                returned            + deadline-passed            -> returned
                returned            + letter-arrived             -> checking
                returned            + letter-withdrawn           -> withdrawn
                unopened            + letter-arrived             -> checking
                remitting           + remittance-paid            -> bounced
                awaiting-completion + earlier-remittance-bounced -> bounced
                bounced             + earlier-remittance-bounced ~> bounced
                frozen              + earlier-remittance-bounced ~> frozen
                remitting           + earlier-remittance-bounced ~> remitting
                """)
    }

    private static func handshake(after events: [OriginHandshake.Event]) throws -> OriginHandshake {
        var handshake = OriginHandshake()
        for event in events { _ = try handshake.apply(event) }
        return handshake
    }

    @Test func `orders the remittance exactly once on every way from the letter to the end`() throws {
        var handshake = OriginHandshake()
        var orders = 0
        let story: [OriginHandshake.Event] = [
            .letterArrived, .recordsFailed(.identityDiffers), .letterArrived, .checkHeld(.legalHold), .holdLifted,
            .recordsPassed, .remittanceDecided, .remittancePaid, .completionArrived,
        ]
        for event in story { orders += try handshake.apply(event).count { $0 == .orderRemittance } }
        #expect(orders == 1)
        #expect(handshake.phase == .completed)
    }

    @Test func `says that it has paid only after the bank has said so`() throws {
        var handshake = try Self.handshake(after: [.letterArrived])
        #expect(try handshake.apply(.recordsPassed).contains(.send(.remittanceAdvice)) == false)
        #expect(try handshake.apply(.remittanceDecided) == [.orderRemittance])
        #expect(try handshake.apply(.remittancePaid).contains(.send(.remittanceAdvice)))
    }

    @Test func `freezes before it certifies, and tells the person what stays behind`() throws {
        for event in [OriginHandshake.Event.recordsPassed, .recordsPassedInPart(.backPaymentWithoutPapers)] {
            var handshake = try Self.handshake(after: [.letterArrived])
            let effects = try handshake.apply(event)
            #expect(effects.first == .post(.accountFrozen))
            let told = effects.contains(.notifyInsuredPerson(.partlyTransferred(.backPaymentWithoutPapers)))
            #expect(told == (event != .recordsPassed))
        }
    }

    @Test func `stops only while no order of the case was paid`() throws {
        let frozen: [OriginHandshake.Event] = [.letterArrived, .recordsPassed]
        for event in [OriginHandshake.Event.letterWithdrawn, .personEnded(.deceased)] {
            var handshake = try Self.handshake(after: frozen)
            #expect(try handshake.apply(event).first == .post(.freezeLifted))
            var paid = try Self.handshake(
                after: frozen + [.remittanceDecided, .remittancePaid, .supplementFrozen])
            #expect(throws: NotAllowed(event: event.name, phase: "frozen")) { try paid.apply(event) }
        }
    }

    @Test func `orders again what an earlier order should have paid, after what is under way`() throws {
        var handshake = try Self.handshake(after: [
            .letterArrived, .recordsPassed, .remittanceDecided, .remittancePaid, .supplementFrozen, .remittanceDecided,
        ])
        let effects = try handshake.apply(.earlierRemittanceBounced(.accountClosed))
        #expect(effects.contains(.post(.remittanceBounced)) && effects.contains(.send(.bounceNotice)))
        #expect(handshake.phase == .remitting && handshake.ordersPaid == 0)
        _ = try handshake.apply(.remittancePaid)
        #expect(handshake.phase == .bounced(.accountClosed), "the newer order is paid, the older one is still owed")
        #expect(try handshake.apply(.remittanceRetried) == [.orderRemittance])
        _ = try handshake.apply(.remittancePaid)
        #expect(handshake.phase == .awaitingCompletion && handshake.ordersPaid == 2)
    }

    @Test func `has an end only where nobody has to act`() {
        for machine in Walks.origin.machines where machine.phase != .unopened {
            #expect((machine.phase.holder == .nobody) == machine.phase.isTerminal)
            #expect((machine.phase.clock == nil) == machine.phase.isTerminal)
        }
    }

    @Test func `waits for the insured person when arrears or the current month are open`() {
        #expect(OriginHandshake.Phase.onHold(.arrearsOpen).holder == .insuredPerson)
        #expect(OriginHandshake.Phase.onHold(.currentMonthUnsettled).holder == .insuredPerson)
        #expect(OriginHandshake.Phase.onHold(.legalHold).holder == .origin)
    }
}
