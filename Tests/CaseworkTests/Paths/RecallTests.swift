import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

/// What the origin has sent is asked back.
@Suite struct `A recall` {
    @Test func `of the money after completion brings all of it back, and both books are put right by adding`()
        async throws
    {
        try await NodePair.run { pair in
            let number = try await pair.recalled()
            #expect(try await pair.phases(of: number) == ["recall-received", "recall-asked"])
            #expect(try await pair.destination.store.ledgerBalances()["bank"] == PairCast.transfer)

            try await pair.act(.consentToRecall, on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["given-back", "restored"])
            let here = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(here.file.orders.map { ["\($0.key)", "\($0.amount)"] } == [["\(number)/R1", "8000.00"]])
            #expect(
                here.postings.map(\.kind) == [
                    .creditHeld, .creditPosted, .creditReversed, .returnSetAside, .returnPaid,
                ])
            let there = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(there.postings.map(\.kind) == [.accountFrozen, .remittancePaid, .creditHeld, .returnBooked])
            for node in pair.nodes {
                #expect(try await node.store.ledgerBalances().values.allSatisfy { $0 == .zero })
                #expect(pair.bank.balance(of: node.code) == .zero)
            }
            guard case .returnAdvice(let advice)? = try there.file.newest(.returnAdvice)?.content else { return }
            #expect(advice.ground == .recalled)
            #expect(advice.returns == there.file.orders[0].key)
            #expect(
                try await pair.notices(of: number, at: pair.destination) == [["completion", nil], ["withdrawn", nil]])
            #expect(here.pensionMoved == .zero)
            #expect(try await pair.restlessness() == [])

            // What came back is there again, and may be transferred by another case.
            let again = try await pair.lodge(key: "key-2")
            try await pair.settle()
            #expect(try await pair.complaints(about: again) == [])
        }
    }

    @Test func `of the money that is refused changes no book, and may be asked again`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.recalled()
            let ledgers = try await [
                pair.destination.store.ledgerBalances(), pair.origin.store.ledgerBalances(),
            ]
            try await pair.act(.declineRecall(.benefitInPayment), on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            #expect(
                try await [pair.destination.store.ledgerBalances(), pair.origin.store.ledgerBalances()] == ledgers)
            let there = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(there.story.transfer.recall.phase == .declined(.remittance))
            guard case .recallAnswer(let answer)? = try there.file.newest(.recallAnswer)?.content else { return }
            #expect(!answer.isConsent)
            #expect(answer.ground == .benefitInPayment)
            #expect(try await pair.complaints(about: number) == [])

            try await pair.act(.recall(.remittance, .wrongAmount), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["recall-received", "recall-asked"])
        }
    }

    /// Found by the simulation (seed 8186): the origin refused to give back a letter that it had returned, the application
    /// ended, and the origin urged for a better letter for ever.
    @Test func `of a letter that went back is not refused: nothing of it stands at the origin`() async throws {
        try await NodePair.run(records: false, alone: Set(DecisionStep.allCases).subtracting([.recall])) { pair in
            try await pair.know(.atDestination(), .atOrigin(drawsPension: true))
            let number = try await pair.transfer()
            #expect(try await pair.phases(of: number) == ["returned", "returned"])
            try await pair.destination.desk.withdraw(number, owner: "mill")
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "recall-received")

            let refused = try await pair.refusal(of: .declineRecall(.other), on: number, at: pair.origin)
            #expect(refused?.event == "recall-declined")
            #expect(refused?.phase == "returned")
            try await pair.act(.consentToRecall, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["withdrawn", "withdrawn"])
            #expect(try await pair.restlessness() == [])
        }
    }

    /// Found by the simulation (seed 169): the origin paid a supplement while all its money was on the way back, and then
    /// waited for ever for the word that it was posted.
    @Test func `of all the money is not crossed by a newer form, and settles the correction that was agreed`()
        async throws
    {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            try await pair.settle()
            try await pair.act(.askCorrection, on: number, at: pair.destination)
            try await pair.settle()
            try await pair.act(.agreeToCorrection, on: number, at: pair.origin)
            try await pair.settle()
            try await pair.act(.recall(.remittance, .wrongAmount), on: number, at: pair.origin)
            try await pair.settle()
            await #expect {
                try await pair.act(.reviseForm, on: number, at: pair.origin)
            } throws: { error in
                if case DeskFault.notAllowed(let fault) = error { fault.phase == "remittance-recalled" } else { false }
            }
            try await pair.act(.consentToRecall, on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["given-back", "restored"])
            for node in pair.nodes {
                let view = try #require(try await pair.view(of: number, at: node))
                #expect(view.story.transfer.correction.phase == .settled)
            }
        }
    }

    /// Found by the simulation (seed 2517000161): while the money was on its way back its origin asked for it again, and
    /// then refused the advice of what it had asked for.
    @Test func `of the money is asked once, also while the money is on its way back`()
        async throws
    {
        try await NodePair.run { pair in
            let number = try await pair.recalled()
            pair.road.script { $0.kind == .returnAdvice ? .isKeptBack : .arrives }
            try await pair.act(.consentToRecall, on: number, at: pair.destination)
            try await pair.settle()
            let again = try await pair.refusal(of: .recall(.remittance, .wrongAmount), on: number, at: pair.origin)
            #expect(again?.event == "recall-asked")
            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["given-back", "restored"])
            #expect(try await pair.restlessness() == [])
        }
    }

    /// Found by the simulation (seed 2517000996): a correction was agreed on after all the money had gone back, and the
    /// newer form that it waited for could never be written.
    @Test func `of all the money leaves no correction to agree on`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            try await pair.settle()
            try await pair.act(.askCorrection, on: number, at: pair.origin)
            try await pair.settle()
            try await pair.act(.recall(.remittance, .wrongAmount), on: number, at: pair.origin)
            try await pair.settle()
            try await pair.act(.consentToRecall, on: number, at: pair.destination)
            let refused = try await pair.refusal(of: .agreeToCorrection, on: number, at: pair.destination)
            #expect(refused == NotAllowed(event: "correction-agreed", phase: "correction-settled"))
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["given-back", "restored"])
        }
    }

    @Test func `of all the money settles a correction on which both had agreed by asking at once`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.recalled()
            pair.road.script { $0.kind == .correctionRequest ? .isKeptBack : .arrives }
            for node in pair.nodes { try await pair.act(.askCorrection, on: number, at: node) }
            try await pair.act(.consentToRecall, on: number, at: pair.destination)
            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["given-back", "restored"])
            for node in pair.nodes {
                let view = try #require(try await pair.view(of: number, at: node))
                #expect(view.story.transfer.correction.phase == .settled)
            }
        }
    }

    @Test func `of money that was not paid, or that another side sent, cannot be asked`() async throws {
        try await NodePair.run(without: .remittance) { pair in
            let number = try await pair.transfer()
            let early = try await pair.refusal(
                of: .recall(.remittance, .sentInError), on: number, at: pair.origin)
            #expect(early?.event == "recall-asked")
            let letter = try await pair.refusal(of: .recall(.letter, .sentInError), on: number, at: pair.origin)
            #expect(letter == NotAllowed(event: "recall-asked", phase: "frozen"))
            let form = try await pair.refusal(of: .recall(.form, .sentInError), on: number, at: pair.destination)
            #expect(form?.event == "recall-asked")
        }
    }

    @Test func `of the form before the money has come waits for the newer one, and the rest goes back`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.keepingBack(nil, isPaid: false).transfer(PairCast.application())
            try await pair.act(.recall(.form, .wrongAmount), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-new-form", "awaiting-completion"])
            try await pair.know(nil, .atOrigin(lines: [.plain("2026-01", "2026-08", base: Money(fen: 4_000_00))]))
            try await pair.act(.reviseForm, on: number, at: pair.origin)
            try await pair.settle()
            // The form is here, the money is not.
            #expect(try await pair.pension(of: number, at: pair.destination) == "awaiting-funds")
            #expect(try await pair.destination.store.ledgerBalances() == [:])

            pair.bank.tell(PairCast.weifang, [pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1")])
            pair.bank.script { [$0] }
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            let less = Money(fen: 6_400_00)
            let here = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(here.pensionMoved == less)
            #expect(here.file.orders.map(\.amount) == [PairCast.transfer - less])
            #expect(pair.bank.balance(of: PairCast.weifang) == less)
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `of the form after the money has come keeps it in suspense until the newer one is here`() async throws {
        try await NodePair.run(without: .query) { pair in
            // A certificate that says another thing keeps the funds from being posted.
            pair.bank.script { [$0.worth(Money(fen: 8_000_01))] }
            let number = try await pair.transfer()
            #expect(try await pair.phases(of: number) == ["mismatched", "awaiting-completion"])
            try await pair.act(.recall(.form, .wrongAmount), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-new-form", "awaiting-completion"])
            #expect(
                try await pair.destination.store.ledgerBalances()["suspense:pension"] == Money(fen: -8_000_01))
        }
    }
}
