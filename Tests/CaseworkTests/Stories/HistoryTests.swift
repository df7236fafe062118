import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The history of a case` {
    /// Lists show a column; the truth is what the events make when they are applied again.
    @Test func `says what the lists show, after every step of the story`() async throws {
        try await NodePair.run(records: false) { pair in
            try await FullStory.prepare(pair)
            var phases: [Role: [String]] = [:]
            func look() async throws {
                for node in pair.nodes {
                    for entry in try await node.store.caseList(CaseFilter()) {
                        let view = try #require(try await pair.view(of: entry.number, at: node))
                        #expect(view.summary == entry.summary)
                        let known = phases[entry.role, default: []]
                        if known.last != entry.summary.phase { phases[entry.role] = known + [entry.summary.phase] }
                    }
                }
            }
            let number = try await pair.lodge(PairCast.application(branches: [.medical, .housing]))
            try await look()
            try await pair.settle(look)
            try await pair.know(nil, .atOrigin())
            try await pair.correct(number)
            try await look()
            try await pair.settle(look)
            for branch in [Branch.medical, .housing] {
                _ = try await pair.correctAccount(number, branch)
                try await look()
            }
            try await pair.settle(look)
            #expect(try await pair.complaints(about: number) == [])
            #expect(
                phases[.destination] == [
                    "awaiting-reply", "returned", "reviewing", "awaiting-reply", "awaiting-advice",
                    "holding-funds-awaiting-advice", "completed",
                ])
            #expect(
                phases[.origin] == [
                    "returned", "checking", "remitting", "awaiting-completion", "payout-bounced", "payout-ordered",
                    "completed",
                ])
        }
    }

    @Test func `survives the process, the cache and the years`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            var before: [CaseFile] = []
            for node in pair.nodes { before.append(try #require(try await node.store.caseFile(number))) }
            pair.clock.move(days: 3_650)
            for (node, file) in zip(pair.nodes, before) {
                try await node.restart()
                let read = try #require(try await node.store.caseFile(number))
                #expect(read.opening == file.opening)
                #expect(read.events == file.events)
                #expect(read.documents == file.documents)
                #expect(read.orders == file.orders)
                #expect(read.bankLines == file.bankLines)
            }
        }
    }

    @Test func `names who caused each event, and by which document or bank line`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(
                file.events.map { [$0.name, $0.actor] } == [
                    ["application-lodged", "token:mill"], ["application-passed", "policy:straight-through"],
                    ["certificate-arrived", "peer:440300"], ["form-arrived", "peer:440300"],
                    ["funds-arrived", "bank"], ["advice-arrived", "peer:440300"],
                    ["books-matched", "policy:straight-through"],
                ])
            let form = try #require(file.documents.first { $0.kind == .informationForm })
            #expect(file.events[3].cause == form.digest.text)
            #expect(file.events[4].cause == file.bankLines.first?.reference)
            #expect(file.events[0].cause == DocumentDigest(of: try #require(file.opening.application)).text)
        }
    }

    @Test func `is read back from names and codes that were published, and from no others`() throws {
        let events: [(Role, CaseEvent)] = [
            (.destination, .destination(.applicationLodged)), (.destination, .destination(.applicationPassed)),
            (.destination, .destination(.applicationFailed(.notEnrolled))),
            (.destination, .destination(.temporaryAccountDue(.enrolledLateAwayFromHome))),
            (.destination, .destination(.letterReturned(.identityDiffers))),
            (.destination, .destination(.applicationCorrected)), (.destination, .destination(.certificateArrived)),
            (.destination, .destination(.formArrived)), (.destination, .destination(.adviceArrived)),
            (.destination, .destination(.fundsArrived)), (.destination, .destination(.booksMatched)),
            (.destination, .destination(.booksDiffered(.creditShort))), (.destination, .destination(.deadlinePassed)),
            (.destination, .awaitedPayout(.medical, .payoutNoticeArrived)),
            (.destination, .awaitedPayout(.housing, .applicationEnded)),
            (.origin, .origin(.letterArrived)), (.origin, .origin(.recordsPassed)),
            (.origin, .origin(.recordsFailed(.activeAtOrigin))), (.origin, .origin(.remittancePaid)),
            (.origin, .origin(.remittanceBounced(.accountClosed))), (.origin, .origin(.completionArrived)),
            (.origin, .origin(.deadlinePassed)), (.origin, .payout(.balance(.medical), .balanceDue)),
            (.origin, .payout(.balance(.housing), .balanceZero)), (.origin, .payout(.balance(.medical), .payoutPaid)),
            (.origin, .payout(.balance(.medical), .payoutBounced(.nameDiffers))),
            (.origin, .payout(.balance(.medical), .accountCorrected)),
            (.origin, .payout(.balance(.medical), .deadlinePassed)),
        ]
        for (role, event) in events {
            let read = CaseEvent(role: role, branch: event.branch, name: event.name, code: event.code)
            #expect(read == event)
            #expect(CaseEvent(role: role, branch: event.branch, name: event.name + "s", code: event.code) == nil)
            let wrong = event.code == nil ? "RJ01" : "none"
            #expect(CaseEvent(role: role, branch: event.branch, name: event.name, code: wrong) == nil)
        }
    }

    @Test func `is told anew from its first event when it is not what was told before`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let file = try #require(try await pair.destination.store.caseFile(number))
            func told(_ events: [StoredEvent], role: Role? = nil) throws -> CaseStory {
                let opening = file.opening
                return try CaseStory(
                    replaying: CaseFile(
                        opening: CaseOpening(
                            number: opening.number, role: role ?? opening.role, origin: opening.origin,
                            destination: opening.destination, residentID: opening.residentID, payouts: opening.payouts,
                            openedAt: opening.openedAt, application: opening.application, lodgedBy: opening.lodgedBy),
                        events: events, documents: [], orders: [], bankLines: []))
            }
            let whole = try told(file.events)
            #expect(whole.transfer.isTerminal)
            // Shorter, as read before the others were written; then as long as it was.
            for count in [0, 1, file.events.count / 2, file.events.count - 1] {
                var transfer = TransferCase(role: .destination, payouts: file.opening.payouts)
                for stored in file.events.prefix(count) {
                    let event = try #require(
                        CaseEvent(role: .destination, branch: stored.branch, name: stored.name, code: stored.code))
                    _ = try transfer.apply(event)
                }
                #expect(try told(Array(file.events.prefix(count))).transfer == transfer)
                #expect(try told(file.events).transfer == whole.transfer)
            }
            // The same events at other moments.
            let later = file.events.map { event in
                StoredEvent(
                    branch: event.branch, name: event.name, code: event.code, at: event.at.adding(milliseconds: 1),
                    actor: event.actor, cause: event.cause, attachment: event.attachment)
            }
            #expect(try told(later).since == whole.since.adding(milliseconds: 1))
            #expect(try told(file.events).since == whole.since)
            // The other side has the same number and another history.
            #expect(try told([], role: .origin).transfer.role == .origin)
            #expect(try told(file.events).transfer == whole.transfer)
        }
    }

    @Test func `that the protocol does not allow is called corrupt, and nothing is decided on it`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let file = try #require(try await pair.destination.store.caseFile(number))
            let histories = [
                file.events.reversed(), Array(file.events.dropFirst()), file.events + [file.events[0]],
                file.events.map { event in
                    StoredEvent(
                        branch: event.branch, name: event.name + "?", code: event.code, at: event.at,
                        actor: event.actor, cause: event.cause, attachment: event.attachment)
                },
            ]
            for events in histories {
                let wrong = CaseFile(
                    opening: file.opening, events: events, documents: file.documents, orders: file.orders,
                    bankLines: file.bankLines)
                #expect {
                    try CaseStory(replaying: wrong)
                } throws: { error in
                    guard case StoreError.corrupt? = error as? StoreError else { return false }
                    return true
                }
            }
            _ = try CaseStory(replaying: file)
        }
    }
}
