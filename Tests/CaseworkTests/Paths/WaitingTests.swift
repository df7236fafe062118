import Casework
import Testing
import TransferCore
import TransferDocuments

/// The destination asks the applicant for papers, before anything is sent.
@Suite struct `An application that lacks papers` {
    @Test func `is supplemented, twice at most, and goes on`() async throws {
        try await NodePair.run(without: .acceptance) { pair in
            let number = try await pair.transfer()
            for asked in 1...2 {
                try await pair.act(.askSupplement([.labourContract]), on: number, at: pair.destination)
                let view = try #require(try await pair.view(of: number, at: pair.destination))
                #expect(view.summary.phase == "supplementing")
                #expect(view.summary.holder == .applicant)
                #expect(view.summary.due == PairCast.day("2026-12-18"))
                #expect(try await pair.notices(of: number, at: pair.destination).count == asked)
                try await pair.correct(number)
                #expect(try await pair.phase(of: number, at: pair.destination) == "reviewing")
            }
            let third = try await pair.refusal(of: .askSupplement([.other]), on: number, at: pair.destination)
            #expect(third == NotAllowed(event: "supplement-asked", phase: "reviewing"))
            try await pair.act(.accept, on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            #expect(
                try await pair.notices(of: number, at: pair.destination) == [
                    ["supplement-needed", nil], ["supplement-needed", nil], ["completion", nil],
                ])
        }
    }

    /// The clock once began anew with each list, so that a review could take three times as long.
    @Test func `is reviewed within its first time, less the days on which papers were awaited`() async throws {
        try await NodePair.run(without: .acceptance) { pair in
            let number = try await pair.transfer()
            #expect(try await pair.due(of: number).first == "2026-12-11")
            try await pair.passDays(3)
            try await pair.act(.askSupplement([.labourContract]), on: number, at: pair.destination)
            try await pair.passDays(17)
            try await pair.correct(number)
            // From 23 November to 9 December there are thirteen working days.
            #expect(try await pair.due(of: number).first == "2026-12-30")
        }
    }

    @Test func `lapses after twenty working days, and may be lodged again`() async throws {
        try await NodePair.run(without: .acceptance) { pair in
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            try await pair.act(.askSupplement([.identityDocument]), on: number, at: pair.destination)
            try await pair.passDays(28)
            #expect(try await pair.phase(of: number, at: pair.destination) == "supplementing")
            try await pair.passDays(1)
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.story.transfer.legs.map(\.phase) == ["refused", "dropped"])
            #expect(view.summary.isTerminal)
            #expect(view.file.events.contains { $0.name == "deadline-passed" && $0.actor == "clock" })
            #expect(
                try await pair.notices(of: number, at: pair.destination) == [
                    ["supplement-needed", nil], ["lapsed", nil],
                ])
            #expect(view.file.documents.isEmpty)
            await #expect(throws: DeskFault.self) { try await pair.correct(number) }

            let again = try await pair.lodge(key: "key-2")
            try await pair.act(.accept, on: again, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.complaints(about: again) == [])
        }
    }

    @Test func `is taken back at once, and the other office never hears of it`() async throws {
        try await NodePair.run(without: .acceptance) { pair in
            let number = try await pair.transfer()
            try await pair.act(.askSupplement([.mandate]), on: number, at: pair.destination)
            try await pair.destination.desk.withdraw(number, owner: "mill")
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["withdrawn", nil])
            #expect(pair.road.sent.isEmpty)
            #expect(
                try await pair.notices(of: number, at: pair.destination) == [
                    ["supplement-needed", nil], ["withdrawn", nil],
                ])
        }
    }
}

/// The origin's check waits, and both offices know why and until when.
@Suite struct `A check that waits` {
    private static let arrears = [
        ContributionLine.plain("2026-01", "2026-06"), .plain("2026-07", "2026-08", as: .arrears),
    ]
    private static let sixMonths = Money(fen: 6_000_00)

    /// A case that is held for two months in arrears.
    private static func held(_ use: (NodePair, CaseNumber) async throws -> Void) async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(lines: arrears))
            let number = try await pair.transfer()
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "on-hold"])
            #expect(try await pair.sent(of: number, by: pair.origin) == [.holdNotice])
            #expect(try await pair.origin.store.ledgerBalances() == [:])
            try await use(pair, number)
        }
    }

    @Test func `for arrears is told to both sides, with its last day`() async throws {
        try await Self.held { pair, number in
            #expect(try await pair.due(of: number) == ["2026-12-04", "2026-12-04"])
            for node in pair.nodes {
                #expect(try await pair.notices(of: number, at: node) == [["held", Reason.arrearsOpen.code]])
            }
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(view.summary.holder == .insuredPerson)
            guard case .holdNotice(let notice)? = try view.file.newest(.holdNotice)?.content else { return }
            #expect(notice.reason == .arrearsOpen)
            #expect(notice.until == PairCast.day("2026-12-04"))
        }
    }

    @Test func `goes on without the months that the person has waived`() async throws {
        try await Self.held { pair, number in
            try await pair.act(.waiveArrears(signedOn: PairCast.day("2026-11-20")), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            let form = try await pair.form(of: number, at: pair.destination)
            #expect(form.request.lines.map(\.kind) == [.ordinary, .waived])
            #expect(form.computation.lines[1].principal == .zero)
            #expect(form.computation.lines[1].pooled == .zero)
            #expect(form.computation.months == CountedMonths(paid: 6, waived: 2))
            #expect(form.computation.transfer == Self.sixMonths)
            #expect(try await pair.sent(of: number, by: pair.origin).count { $0 == .holdNotice } == 1)
        }
    }

    @Test func `leaves what was waived as it is when the form is revised`() async throws {
        try await Self.held { pair, number in
            try await pair.act(.waiveArrears(signedOn: PairCast.day("2026-11-20")), on: number, at: pair.origin)
            try await pair.settle()
            try await pair.act(.askCorrection, on: number, at: pair.origin)
            try await pair.settle()
            try await pair.act(.agreeToCorrection, on: number, at: pair.destination)
            try await pair.settle()
            let lower = ContributionLine.plain("2026-01", "2026-06", base: Money(fen: 4_000_00))
            try await pair.know(nil, .atOrigin(lines: [lower] + Self.arrears.dropFirst()))
            try await pair.act(.reviseForm, on: number, at: pair.origin)
            try await pair.settle()
            let form = try await pair.form(of: number, at: pair.destination)
            #expect(form.version == 2)
            #expect(form.request.lines.map(\.kind) == [.ordinary, .waived])
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
        }
    }

    @Test func `for arrears comes also after a hold for something else`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(hasLegalHold: true))
            let number = try await pair.transfer()
            try await pair.know(nil, .atOrigin(lines: Self.arrears))
            try await pair.act(.liftHold, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "on-hold"])
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(
                file.events.filter { $0.name == "check-held" }.compactMap(\.code)
                    == [Reason.legalHold, .arrearsOpen].map(\.code))
        }
    }

    @Test func `runs out, once, and then the months in arrears stand in the form as what they are`() async throws {
        try await Self.held { pair, number in
            try await pair.passDays(14)
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "on-hold"])
            try await pair.passDays(1)
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            let form = try await pair.form(of: number, at: pair.destination)
            #expect(form.request.lines.map(\.kind) == [.ordinary, .arrears])
            #expect(form.computation.months == CountedMonths(paid: 6, arrears: 2))
            #expect(form.computation.transfer == Self.sixMonths)
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(file.events.filter { $0.name == "hold-lifted" }.map(\.actor) == ["clock"])
            #expect(file.events.count { $0.name == "check-held" } == 1)
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `takes the months that were paid meanwhile`() async throws {
        try await Self.held { pair, number in
            try await pair.know(nil, .atOrigin())
            try await pair.act(.liftHold, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            #expect(try await pair.form(of: number, at: pair.origin).computation.transfer == PairCast.transfer)
        }
    }

    @Test func `under a legal hold goes on only when the hold is lifted, in the record too`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(hasLegalHold: true))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "on-hold"])
            #expect(try await pair.sent(of: number, by: pair.origin) == [.holdNotice])
            #expect(try await pair.view(of: number, at: pair.origin)?.summary.holder == .origin)
            // Its time passes, which is urged and ends nothing.
            try await pair.passDays(15)
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "on-hold"])
            #expect(try await pair.sent(of: number, by: pair.destination) == [.acceptanceLetter, .reminder])
            // Lifted by word while the record still has it: held again.
            try await pair.act(.liftHold, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "on-hold"])
            #expect(try await pair.sent(of: number, by: pair.origin) == [.holdNotice, .holdNotice])
            #expect(try await pair.origin.store.ledgerBalances() == [:])

            try await pair.know(nil, .atOrigin())
            try await pair.act(.liftHold, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    /// Found by the simulation (seed 2517001013): the destination had confirmed its account by a second letter meanwhile,
    /// refused the end notice because it named the first one, and waited for ever.
    @Test func `ends on both sides also when the end notice crosses with a letter that mends the account`() async throws
    {
        try await NodePair.run { pair in
            let old = PairCast.account(of: PairCast.weifang)
            pair.bank.flaw(old.number, .refuses(.accountClosed))
            let number = try await pair.transfer()
            #expect(try await pair.phases(of: number) == ["awaiting-account", "bounced"])
            pair.road.script { $0.kind == .endNotice ? .isKeptBack : .arrives }
            try await pair.know(nil, .atOrigin(isDeceased: true))
            try await pair.act(.endPerson(.deceased), on: number, at: pair.origin)
            let new = BankAccount(
                holder: old.holder, bankName: old.bankName, bankCode: old.bankCode, number: "120202020993707099")
            pair.directory.take(try PairNetwork.shared.directory(accounts: [PairCast.weifang: new]))
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-advice", "ceased"])
            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["ceased", "ceased"])
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `ends on both sides when the person has died, and nothing was paid`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(hasLegalHold: true))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            try await pair.act(.endPerson(.deceased), on: number, at: pair.origin)
            try await pair.settle()
            for (node, rest) in zip(pair.nodes, ["dropped", "dropped"]) {
                let view = try #require(try await pair.view(of: number, at: node))
                #expect(view.story.transfer.legs.map(\.phase) == ["ceased", rest])
                #expect(view.summary.isTerminal)
                #expect(view.story.transfer.endedWithoutTransfer)
                #expect(try await node.store.ledgerBalances() == [:])
            }
            #expect(try await pair.sent(of: number, by: pair.origin) == [.holdNotice, .endNotice])
            #expect(
                try await pair.notices(of: number, at: pair.destination) == [
                    ["held", Reason.legalHold.code], ["ended", Reason.deceased.code],
                ])
            #expect(pair.bank.movements.isEmpty)
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `a death that the check finds ends the case without the letter coming back`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(isDeceased: true))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(try await pair.phases(of: number) == ["ceased", "ceased"])
            #expect(try await pair.sent(of: number, by: pair.origin) == [.endNotice])
            #expect(
                try await pair.notices(of: number, at: pair.destination) == [["ended", Reason.deceased.code]])
            await #expect(throws: DeskFault.self) { try await pair.correct(number) }
            #expect(try await pair.restlessness() == [])
        }
    }
}

@Suite struct `Months without their papers` {
    @Test func `stay behind, and the person is told so`() async throws {
        try await NodePair.run { pair in
            let withheld = ContributionLine.plain("2022-01", "2022-12", as: .withheld, paidOn: "2026-03-02")
            try await pair.know(nil, .atOrigin(lines: [.plain("2026-01", "2026-08"), withheld]))
            let number = try await pair.transfer()
            #expect(try await pair.complaints(about: number) == [])
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(
                file.events.filter { $0.name.hasPrefix("records-passed") }.map { [$0.name, $0.code] } == [
                    ["records-passed-in-part", Reason.backPaymentWithoutPapers.code]
                ])
            #expect(
                try await pair.notices(of: number, at: pair.origin) == [
                    ["partly-transferred", Reason.backPaymentWithoutPapers.code]
                ])
            let form = try await pair.form(of: number, at: pair.destination)
            #expect(form.computation.months == CountedMonths(paid: 8, withheld: 12))
            #expect(form.computation.transfer == PairCast.transfer)
            guard case .contributionCertificate(let certificate)? = try file.newest(.contributionCertificate)?.content
            else { return }
            #expect(certificate.firstMonth == PairCast.month("2026-01"))
            #expect(certificate.monthsPaid == 8)
        }
    }

    @Test func `are no ground for a notice where there are none`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            #expect(try await pair.notices(of: number, at: pair.origin) == [])
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(file.events.contains { $0.name == "records-passed" && $0.code == nil })
        }
    }
}
