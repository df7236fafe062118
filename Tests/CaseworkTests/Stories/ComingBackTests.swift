import Casework
import Testing
import TransferCore
import TransferDocuments

/// Lin Fang moves from Shenzhen to Weifang, comes back to Shenzhen, and moves to Weifang once more.
@Suite struct `A person who comes back` {
    private static let firstMonths = ContributionLine.plain("2026-01", "2026-08")
    private static let secondMonths = ContributionLine.plain("2026-09", "2026-10")
    private static let thirdMonths = ContributionLine.plain("2026-11", "2026-11")
    /// What Weifang has of its own when she moves there once more.
    private static let newMonth = ContributionLine.plain("2026-12", "2026-12")

    /// The first move and the way back: eight months, then ten.
    ///
    /// - Parameter stale: what Shenzhen's records still show while the months come back.
    private static func back(
        stale: [ContributionLine] = [], _ use: (NodePair, CaseNumber) async throws -> Void
    ) async throws {
        try await NodePair.run { pair in
            let first = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(try await pair.phase(of: first, at: pair.origin) == "completed")
            try await pair.know(
                .atOrigin(lines: [firstMonths, secondMonths], balances: [:]),
                .atDestination(lines: stale + [thirdMonths]))
            pair.clock.move(days: 1)

            let application = PairCast.application(origin: PairCast.weifang)
            let lodging = try await pair.origin.desk.lodge(
                application, form: try ApplicationForm.write(application), owner: "mill", key: "back")
            guard case .opened(let number, _) = lodging else {
                Issue.record("the way back was not opened: \(lodging)")
                return
            }
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.destination) == "completed")
            pair.clock.move(days: 1)
            try await use(pair, number)
        }
    }

    /// The third move, with all ten months, to its end.
    private static func moveOn(_ pair: NodePair) async throws {
        try await pair.know(
            .atDestination(lines: [newMonth]), .atOrigin(lines: [firstMonths, secondMonths], balances: [:]))
        let third = try await pair.lodge(key: "key-3")
        try await pair.settle()
        #expect(try await pair.phase(of: third, at: pair.origin) == "completed")
    }

    /// Whoever came back could once not leave again: the months of the first form counted as gone for ever.
    @Test func `moves on with the whole career, and with what has been saved since`() async throws {
        try await Self.back { pair, back in
            #expect(try await pair.phase(of: back, at: pair.origin) == "completed")
            let saved = Money(fen: 150_00)
            try await pair.know(
                .atDestination(lines: [Self.newMonth]),
                .atOrigin(
                    lines: [Self.firstMonths, Self.secondMonths, Self.thirdMonths], balances: [.medical: saved]))
            let moved = pair.bank.movements.count
            let third = try await pair.lodge(PairCast.application(branches: [.medical]), key: "key-3")
            try await pair.settle()
            #expect(try await pair.complaints(about: third) == [])
            #expect(try await pair.phase(of: third, at: pair.origin) == "completed")
            // Eleven months at twenty hundredths of 5,000 yuan.
            #expect(pair.bank.movements.dropFirst(moved).map(\.amount) == [Money(fen: 11_000_00), saved])
        }
    }

    /// A record that was not brought up to date shows the balance that the first case has paid out.
    @Test func `is not paid a balance twice from a record that nobody brought up to date`() async throws {
        try await Self.back { pair, _ in
            try await pair.know(.atDestination(lines: [Self.newMonth]), .atOrigin(lines: [Self.firstMonths]))
            let moved = pair.bank.movements.count
            let third = try await pair.lodge(PairCast.application(branches: [.medical]), key: "key-3")
            try await pair.settle()
            #expect(try await pair.phase(of: third, at: pair.origin) == "completed")
            #expect(pair.bank.movements.dropFirst(moved).map(\.amount) == [PairCast.transfer])
        }
    }

    /// What an agency gave away was once taken for its own, so that the returning months seemed to be insured twice and one
    /// of them to be due for a refund.
    @Test func `has no month twice because the old agency still shows what it gave away`() async throws {
        try await Self.back(stale: [Self.firstMonths]) { pair, back in
            #expect(try await pair.phase(of: back, at: pair.origin) == "completed")
            let view = try #require(try await pair.view(of: back, at: pair.origin))
            #expect(view.story.transfer.clearing.phase == .none)
        }
    }

    /// The months would have left twice.
    @Test func `does not go back by a recall once she has moved on`() async throws {
        try await Self.back { pair, back in
            try await Self.moveOn(pair)
            let moved = pair.bank.movements.count
            try await pair.act(.recall(.remittance, .sentInError), on: back, at: pair.destination)
            try await pair.settle()
            let refused = try await pair.refusal(of: .consentToRecall, on: back, at: pair.origin)
            #expect(refused?.phase == "moved-on")
            try await pair.act(.declineRecall(.other), on: back, at: pair.origin)
            try await pair.settle()
            #expect(pair.bank.movements.count == moved)
        }
    }

    @Test func `moves no month again that the third case has taken`() async throws {
        try await Self.back { pair, _ in
            try await Self.moveOn(pair)
            let moved = pair.bank.movements.count
            pair.clock.move(days: 1)
            let fourth = try await pair.lodge(key: "key-4")
            try await pair.settle()
            #expect(try await pair.phase(of: fourth, at: pair.origin) == "returned")
            #expect(pair.bank.movements.count == moved)
        }
    }
}
