import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `What is stuck` {
    private static func causes(_ work: WorkDesk) async throws -> [StalledCause] {
        try await work.stalled(.init()).map(\.cause)
    }

    @Test func `is nothing while cases go on by themselves, and after they have ended`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            for node in pair.nodes {
                #expect(try await Self.causes(node.work()).isEmpty)
                #expect(try await node.work().stalledCounts().isEmpty)
            }
        }
    }

    /// A decision that waited for persons was called stuck from its first minute.
    @Test func `are decisions that no policy takes, once their day has passed and not before`() async throws {
        try await NodePair.run(alone: []) { pair in
            let number = try await pair.lodge()
            let work = pair.destination.work()
            #expect(try await work.awaitedDecision(of: try await work.view(of: number)) == .review)
            for days in [Int64(0), 1, 7] {
                pair.clock.move(days: days)
                #expect(try await Self.causes(work).isEmpty)
                #expect(try await work.stalledCounts().isEmpty)
            }
            let awaited = try await work.awaited(of: try await work.view(of: number))
            let due = try #require(try await work.view(of: number).summary.due)
            #expect(awaited.chinese.contains("等待“受理审核”") && awaited.chinese.contains("期限 \(due)"))
            #expect(
                awaited.english.contains("waits for Review of the application") && awaited.english.contains("\(due)"))
            pair.clock.move(days: 30)
            #expect(try await work.awaitedDecision(of: try await work.view(of: number)) == nil, "now it is stuck")
            let stalled = try #require(try await work.stalled(.init()).first)
            #expect(stalled.cause == .decisionWaits)
            #expect(stalled.detail == "review")
            #expect(stalled.holder == .destination)
            let view = try await work.view(of: number)
            let possible = try await work.possibilities(for: stalled, in: view).map(\.action.name)
            #expect(possible.contains("accept"))
            #expect(possible.contains("refuse"))
            #expect(!possible.contains("remit"))
        }
    }

    @Test func `is a case whose document has no receipt after several attempts`() async throws {
        try await NodePair.run { pair in
            pair.road.script { _ in .isKeptBack }
            _ = try await pair.transfer()
            let work = pair.destination.work()
            let stalled = try #require(try await work.stalled(.init()).first)
            #expect(stalled.cause == .peerSilent)
            #expect(stalled.peer == PairCast.shenzhen)
            #expect(stalled.detail?.contains("timeout") == true)

            pair.clock.move(days: 7)
            #expect(try await Self.causes(work) == [.letterUnacknowledged])

            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await Self.causes(work).isEmpty)
        }
    }

    @Test func `is a step that is late, with the days and the level`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            _ = try await pair.transfer()
            let work = pair.destination.work()
            #expect(try await Self.causes(work).isEmpty, "the letter has its receipt; the origin has its time")
            #expect(try await Self.causes(pair.origin.work()).isEmpty, "and still is in time")
            #expect(try await work.forecast(workingDays: 20, limit: 10).count == 1)
            #expect(try await work.forecast(workingDays: 3, limit: 10).isEmpty)
            pair.clock.move(days: 40)
            let stalled = try #require(try await work.stalled(.init()).first)
            #expect(stalled.cause == .overdue)
            #expect(stalled.workingDaysLate > 5)
            #expect(stalled.holder == .origin)
            #expect(try await Self.causes(pair.origin.work()) == [.decisionWaits], "its own decision is late there")
        }
    }

    /// Decides an action by two persons of an agency, and lets both nodes come to rest.
    private static func decide(
        _ action: StaffAction, on number: CaseNumber, at node: PairNode, of pair: NodePair
    ) async throws {
        let work = node.work()
        let proposed = try await work.propose(try action.form(), on: number, by: Colleague.wang)
        let proposal = try #require(proposed.proposal)
        #expect(try await work.approve(proposal.id, digest: proposal.digest, by: Colleague.li).state == .carriedOut)
        try await pair.settle()
    }

    @Test func `is a question on the one side and its answer on the other, until it is given`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let number = try await pair.transfer()
            try await Self.decide(.ask(.identityDiffers), on: number, at: pair.destination, of: pair)
            #expect(try await Self.causes(pair.destination.work()) == [.queryUnanswered])
            let work = pair.origin.work()
            let stalled = try #require(try await work.stalled(.init()).first)
            #expect(stalled.cause == .queryToAnswer)
            #expect(stalled.detail == "identity-differs")
            #expect(stalled.holder == .origin)
            #expect(stalled.alsoBecause.isEmpty)
            let possible = try await work.possibilities(for: stalled, in: try await work.view(of: number))
            #expect(possible.first?.action == .answer(.confirmed))
            #expect(possible.first?.consequences.atPeer == [DocumentKind.queryAnswer.effectAtPeer])

            try await Self.decide(.answer(.confirmed), on: number, at: pair.origin, of: pair)
            #expect(try await Self.causes(pair.destination.work()).isEmpty)
            #expect(try await Self.causes(work).isEmpty)
        }
    }

    @Test func `is a held check on both sides, with its reason`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let number = try await pair.transfer()
            try await Self.decide(.hold(.legalHold), on: number, at: pair.origin, of: pair)
            for node in pair.nodes {
                let stalled = try #require(try await node.work().stalled(.init()).first)
                #expect(stalled.cause == .checkHeld)
                #expect(stalled.detail == "RJ13")
                #expect(stalled.holder == .origin)
            }
            let work = pair.origin.work()
            let lifted = try await work.propose(
                try StaffAction.liftHold.form(), on: number, by: Colleague.zhao)
            #expect(lifted.proposal?.state == .carriedOut, "nothing leaves the agency, so nobody else is needed")
            #expect(try await Self.causes(work).isEmpty)
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(file.events.last?.actor == "staff:0202+policy:straight-through")
        }
    }

    @Test func `is money that belongs to no case, with its age`() async throws {
        try await NodePair.run { pair in
            let work = pair.destination.work()
            try await pair.destination.desk.take(bankLines: [
                BankLine(
                    reference: "REF-1", direction: .credit, amount: Money(fen: 42_00), endToEndKey: "nobody",
                    bookedOn: pair.clock.now.date, returnReason: nil)
            ])
            pair.clock.move(days: 7)
            let money = try #require(try await work.stalledMoney().first)
            #expect(money.workingDays == 5)
            #expect(try await work.stalledCounts() == [.moneyWithoutCase: 1])
        }
    }

    @Test func `is counted as it is listed`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            _ = try await pair.transfer()
            let work = pair.origin.work()
            pair.clock.move(days: 40)
            let listed = try await Self.causes(work)
            #expect(listed == [.decisionWaits])
            #expect(try await work.stalledCounts() == Dictionary(grouping: listed, by: \.self).mapValues(\.count))
            var filter = WorkDesk.StalledFilter()
            filter.cause = .overdue
            #expect(try await work.stalled(filter).isEmpty)
            filter.cause = .decisionWaits
            filter.peer = PairCast.weifang
            #expect(try await work.stalled(filter).count == 1)
            filter.peer = PairCast.wuhan
            #expect(try await work.stalled(filter).isEmpty)
        }
    }

    @Test(arguments: StalledCause.allCases)
    func `is told in both languages`(cause: StalledCause) {
        #expect(!cause.sentence.chinese.isEmpty)
        #expect(!cause.sentence.english.isEmpty)
    }
}
