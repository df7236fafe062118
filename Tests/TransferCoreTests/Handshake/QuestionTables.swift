import Testing
import TransferCore

@Suite struct `The queries of a case` {
    @Test func `allows exactly these steps`() {
        Walks.queries.expect(
            exactly: """
                no-query       + query-arrived        -> query-received
                no-query       + query-asked          -> query-asked
                query-asked    + query-answer-arrived -> no-query
                query-asked    + query-arrived        -> query-received
                query-asked    + query-deadline-passed -> query-asked
                query-received + query-answer-arrived ~> query-received
                query-received + query-answered       -> no-query
                query-received + query-answered       -> query-asked
                query-received + query-asked          ~> query-received
                query-received + query-deadline-passed -> query-received
                """)
    }

    @Test func `keep the two directions apart, one open in each`() throws {
        var queries = Queries()
        #expect(try queries.apply(.queryAsked(.fundsMissing)) == [.send(.query)])
        #expect(try queries.apply(.queryArrived(.identityDiffers)) == [.alertClerk(.queryArrived)])
        #expect(throws: NotAllowed.self) { try queries.apply(.queryAsked(.other)) }
        #expect(throws: NotAllowed.self) { try queries.apply(.queryArrived(.other)) }
        #expect(try queries.apply(.queryAnswered(.correctionFollows)) == [.send(.queryAnswer)])
        _ = try queries.apply(.queryAnswerArrived(.confirmed))
        #expect(queries.asked == .answered(.fundsMissing, .confirmed))
        #expect(queries.asked.outcome(of: .fundsMissing) == .confirmed)
        #expect(queries.asked.outcome(of: .creditShort) == nil)
        #expect(queries.received == .answered(.identityDiffers, .correctionFollows))
        _ = try queries.apply(.queryAsked(.other))
        #expect(queries.numberAsked == 2 && queries.numberReceived == 1)
    }

    @Test func `ask about what differs`() {
        for difference in Difference.allCases {
            switch difference {
            case .creditShort: #expect(difference.subject == .creditShort)
            case .creditOver: #expect(difference.subject == .creditOver)
            default: #expect(difference.subject == .booksDiffer)
            }
        }
    }
}

@Suite struct `A recall` {
    @Test func `allows exactly these steps`() {
        Walks.recall.expect(
            exactly: """
                no-recall        + recall-arrived         -> recall-received
                no-recall        + recall-asked           -> recall-asked
                recall-asked     + recall-arrived         ~> recall-asked
                recall-asked     + recall-arrived         ~> recall-received
                recall-asked     + recall-consent-arrived -> recall-consented
                recall-asked     + recall-deadline-passed -> recall-asked
                recall-asked     + recall-refusal-arrived -> recall-declined
                recall-consented + recall-arrived         -> recall-received
                recall-consented + recall-asked           ~> recall-asked
                recall-declined  + recall-arrived         -> recall-received
                recall-declined  + recall-asked           ~> recall-asked
                recall-received  + recall-consented       -> recall-consented
                recall-received  + recall-deadline-passed -> recall-received
                recall-received  + recall-declined        -> recall-declined
                """)
    }

    @Test func `of the origin stands when both recall at once`() throws {
        for subject in RecallSubject.allCases where subject.recalledBy == .origin {
            var destination = Recall()
            var origin = Recall()
            _ = try destination.apply(.recallAsked(.letter))
            _ = try origin.apply(.recallAsked(subject))
            #expect(try origin.apply(.recallArrived(.letter)) == [])
            #expect(origin.phase == .asked(subject))
            #expect(try destination.apply(.recallArrived(subject)).contains(.answerRecall))
            #expect(destination.phase == .received(subject))
        }
    }
}

@Suite struct `A correction` {
    @Test func `allows exactly these steps`() {
        Walks.correction.expect(
            exactly: """
                correction-agreed   + correction-deadline-passed -> correction-agreed
                correction-agreed   + correction-settled         -> correction-settled
                correction-asked    + correction-settled         -> correction-settled
                correction-received + correction-settled         -> correction-settled
                correction-settled  + correction-consent-arrived -> correction-settled
                correction-settled  + correction-refusal-arrived -> correction-settled
                correction-asked    + correction-arrived         -> correction-agreed
                correction-asked    + correction-consent-arrived -> correction-agreed
                correction-asked    + correction-deadline-passed -> correction-asked
                correction-asked    + correction-refusal-arrived -> correction-declined
                correction-declined + correction-arrived         -> correction-received
                correction-declined + correction-asked           -> correction-asked
                correction-received + correction-agreed          -> correction-agreed
                correction-received + correction-deadline-passed -> correction-received
                correction-received + correction-declined        -> correction-declined
                correction-settled  + correction-arrived         -> correction-received
                correction-settled  + correction-asked           -> correction-asked
                no-correction       + correction-arrived         -> correction-received
                no-correction       + correction-asked           -> correction-asked
                """)
    }

    @Test func `is agreed without an answer when both ask for it at once`() throws {
        for _ in Role.allCases {
            var correction = Correction()
            _ = try correction.apply(.correctionAsked)
            #expect(try correction.apply(.correctionArrived) == [.alertClerk(.correctionArrived)])
            #expect(correction.phase == .agreed)
        }
    }
}
