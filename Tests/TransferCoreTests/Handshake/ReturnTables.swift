import Testing
import TransferCore

@Suite struct `Money that is sent back` {
    @Test func `allows exactly these steps`() {
        Walks.fundsReturn.expect(
            exactly: """
                no-return                    + surplus-found               -> return-owed
                return-awaiting-confirmation + return-bounced              -> return-bounced
                return-awaiting-confirmation + return-confirmation-arrived -> return-confirmed
                return-awaiting-confirmation + return-confirmation-arrived -> return-owed
                return-awaiting-confirmation + return-deadline-passed      -> return-awaiting-confirmation
                return-awaiting-confirmation + surplus-found               -> return-awaiting-confirmation
                return-bounced               + return-deadline-passed      -> return-bounced
                return-bounced               + return-retried              -> return-ordered
                return-bounced               + surplus-found               -> return-bounced
                return-confirmed             + surplus-found               -> return-owed
                return-ordered               + return-bounced              -> return-bounced
                return-ordered               + return-deadline-passed      -> return-ordered
                return-ordered               + return-paid                 -> return-awaiting-confirmation
                return-ordered               + surplus-found               -> return-ordered
                return-owed                  + return-deadline-passed      -> return-owed
                return-owed                  + return-decided              -> return-ordered
                return-owed                  + surplus-found               -> return-owed
                return-owed                  + nothing-owed                -> no-return
                return-owed                  + nothing-owed                -> return-confirmed
                """)
    }

    @Test func `is set aside once and ordered again under the next number after a bounce`() throws {
        var leg = FundsReturn()
        var posted: [Posting.Kind] = []
        var orders: [Int] = []
        let story: [FundsReturn.Event] = [
            .surplusFound, .returnDecided, .returnBounced(.accountClosed), .returnRetried, .returnPaid,
            .returnBounced(.refusedByBank), .returnRetried, .returnPaid, .returnConfirmationArrived,
        ]
        for event in story {
            for effect in try leg.apply(event) {
                if case .post(let kind) = effect { posted.append(kind) }
                if case .orderReturn(let attempt) = effect { orders.append(attempt) }
            }
        }
        #expect(posted == [.returnSetAside, .returnPaid, .returnBounced, .returnPaid])
        #expect(orders == [1, 2, 3])
        #expect(leg.phase == .confirmed)
    }

    @Test func `is owed again after the confirmation when more was found meanwhile`() throws {
        var leg = FundsReturn()
        for event in [FundsReturn.Event.surplusFound, .returnDecided, .surplusFound, .returnPaid] {
            _ = try leg.apply(event)
        }
        #expect(try leg.apply(.returnConfirmationArrived) == [.returnFunds])
        #expect(leg.phase == .owed && !leg.isMoreOwed)
    }
}

@Suite struct `Money that comes back` {
    @Test func `allows exactly these steps`() {
        Walks.awaitedReturn.expect(
            exactly: """
                no-return        + return-advice-arrived  -> return-advised
                no-return        + return-credit-arrived  -> return-credited
                return-advised   + return-advice-arrived  -> return-advised
                return-advised   + later-return-credit-arrived -> return-credited
                return-advised   + return-credit-arrived  -> return-confirmed
                return-advised   + return-deadline-passed -> return-advised
                return-confirmed + return-advice-arrived  -> return-advised
                return-confirmed + return-credit-arrived  -> return-credited
                return-credited  + return-advice-arrived  -> return-confirmed
                return-credited  + return-deadline-passed -> return-credited
                return-advised   + differing-return-credit-arrived -> return-differs
                return-credited  + differing-return-advice-arrived -> return-differs
                return-differs   + return-accepted        -> return-confirmed
                return-differs   + return-deadline-passed -> return-differs
                """)
    }

    @Test func `is held when it comes, and booked and confirmed when advice and credit are here`() throws {
        for story in [
            [AwaitedReturn.Event.returnAdviceArrived, .returnCreditArrived],
            [.returnCreditArrived, .returnAdviceArrived],
        ] {
            var leg = AwaitedReturn()
            let effects = try story.flatMap { event in try leg.apply(event) }
            #expect(effects == [.post(.creditHeld), .post(.returnBooked), .send(.returnConfirmation)])
        }
    }
}
