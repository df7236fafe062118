import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A decision of two persons` {
    /// A pair in which nothing is decided by a policy, and a case that waits for the destination's review.
    private static func reviewing(_ use: (NodePair, CaseNumber, WorkDesk) async throws -> Void) async throws {
        try await NodePair.run(alone: []) { pair in
            let number = try await pair.lodge()
            try await use(pair, number, pair.destination.work())
        }
    }

    private static func phase(_ number: CaseNumber, _ node: PairNode) async throws -> String {
        let file = try #require(try await node.store.caseFile(number))
        return try CaseStory(replaying: file).transfer.leading.phase
    }

    @Test func `is done when the second has approved it, and carries both in the signed document`() async throws {
        try await Self.reviewing { pair, number, work in
            let proposed = try await work.propose(try StaffAction.accept.form(), on: number, by: Colleague.wang)
            let proposal = try #require(proposed.proposal)
            #expect(proposal.state == .open)
            #expect(proposed.rehearsal.documents == [.acceptanceLetter])
            #expect(proposed.rehearsal.phaseAfter == "awaiting-reply")
            #expect(try await Self.phase(number, pair.destination) == "reviewing")

            let done = try await work.approve(proposal.id, digest: proposal.digest, by: Colleague.li)
            #expect(done.state == .carriedOut)
            #expect(done.verdict?.person == "0201")
            #expect(try await Self.phase(number, pair.destination) == "awaiting-reply")

            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(file.events.last?.actor == "staff:0107+staff:0201")
            let jws = try JWS.parse(
                try #require(file.documents.last?.bytes), typ: .document, maximumBytes: Desk.longestDocument)
            let envelope = try DocumentEnvelope(decoding: jws.payload)
            #expect(envelope.head.maker == .staff("0107"))
            #expect(envelope.head.checker == .staff("0201"))
            try await pair.settle()
            #expect(try await pair.origin.store.caseFile(number) != nil, "the letter went out")
        }
    }

    /// Case X-16 of the domain handbook: the maker signs as checker.
    @Test(arguments: [Colleague.wang, Colleague.wangElsewhere])
    func `is refused to the same person, with whatever account`(again: StaffCaller) async throws {
        try await Self.reviewing { pair, number, work in
            let proposed = try await work.propose(try StaffAction.accept.form(), on: number, by: Colleague.wang)
            let proposal = try #require(proposed.proposal)
            let fault = await workFault { () throws(WorkFault) in
                try await work.approve(proposal.id, digest: proposal.digest, by: again)
            }
            guard case .samePerson? = fault else { Issue.record("expected same-person, got \(fault as Any)"); return }
            #expect(try await work.proposal(proposal.id).state == .open)
            #expect(try await Self.phase(number, pair.destination) == "reviewing")
        }
    }

    @Test(arguments: [Colleague.zhao, Colleague.zhou])
    func `is approved by nobody whose duty it is not`(caller: StaffCaller) async throws {
        try await Self.reviewing { _, number, work in
            let proposal = try #require(
                try await work.propose(try StaffAction.accept.form(), on: number, by: Colleague.wang).proposal)
            let fault = await workFault { () throws(WorkFault) in
                try await work.approve(proposal.id, digest: proposal.digest, by: caller)
            }
            guard case .dutyMissing? = fault else { Issue.record("got \(fault as Any)"); return }
        }
    }

    @Test(arguments: [Colleague.li, Colleague.sun, Colleague.zhou])
    func `is prepared by nobody whose duty it is not`(caller: StaffCaller) async throws {
        try await Self.reviewing { _, number, work in
            let form = try StaffAction.accept.form()
            let fault = await workFault { () throws(WorkFault) in try await work.propose(form, on: number, by: caller) }
            guard case .dutyMissing? = fault else { Issue.record("got \(fault as Any)"); return }
        }
    }

    @Test func `is approved by the digest of its bytes, and by no other`() async throws {
        try await Self.reviewing { pair, number, work in
            let proposal = try #require(
                try await work.propose(try StaffAction.accept.form(), on: number, by: Colleague.wang).proposal)
            let other = DocumentDigest(of: try StaffAction.accept.form("别的理由。"))
            let fault = await workFault { () throws(WorkFault) in
                try await work.approve(proposal.id, digest: other, by: Colleague.li)
            }
            guard case .digestDiffers? = fault else { Issue.record("got \(fault as Any)"); return }
            #expect(try await Self.phase(number, pair.destination) == "reviewing")
        }
    }

    @Test func `is void when the case has moved on since`() async throws {
        try await Self.reviewing { pair, number, work in
            let first = try #require(
                try await work.propose(try StaffAction.accept.form(), on: number, by: Colleague.wang).proposal)
            let second = try #require(
                try await work.propose(
                    try StaffAction.refuse(.notEnrolled).form(), on: number, by: Colleague.zhao
                ).proposal)
            _ = try await work.approve(first.id, digest: first.digest, by: Colleague.li)
            let fault = await workFault { () throws(WorkFault) in
                try await work.approve(second.id, digest: second.digest, by: Colleague.li)
            }
            guard case .movedOn? = fault else { Issue.record("got \(fault as Any)"); return }
            #expect(try await work.proposal(second.id).state == .void)
            #expect(try await Self.phase(number, pair.destination) == "awaiting-reply")
        }
    }

    @Test func `is taken down once however often it is sent, and not in another's name`() async throws {
        try await Self.reviewing { _, number, work in
            let form = try StaffAction.accept.form()
            let first = try #require(try await work.propose(form, on: number, by: Colleague.wang).proposal)
            let again = try #require(try await work.propose(form, on: number, by: Colleague.wangElsewhere).proposal)
            #expect(first.id == again.id)
            let fault = await workFault { () throws(WorkFault) in
                try await work.propose(form, on: number, by: Colleague.zhao)
            }
            guard case .proposedAlready? = fault else { Issue.record("got \(fault as Any)"); return }
        }
    }

    @Test func `is decided once: the second to come is told by whom`() async throws {
        try await Self.reviewing { _, number, work in
            let proposal = try #require(
                try await work.propose(try StaffAction.accept.form(), on: number, by: Colleague.wang).proposal)
            let declined = try await work.decline(proposal.id, text: "理由不足。", by: Colleague.sun)
            #expect(declined.state == .declined)
            let fault = await workFault { () throws(WorkFault) in
                try await work.approve(proposal.id, digest: proposal.digest, by: Colleague.li)
            }
            guard case .decidedAlready("declined", by: "0301")? = fault else {
                Issue.record("got \(fault as Any)"); return
            }
        }
    }

    @Test func `is refused at once when the case does not allow it, or is at another version`() async throws {
        try await Self.reviewing { _, number, work in
            let form = try StaffAction.remit.form()
            let impossible = await workFault { () throws(WorkFault) in
                try await work.propose(form, on: number, by: Colleague.wang)
            }
            guard case .desk(.notAllowed)? = impossible else { Issue.record("got \(impossible as Any)"); return }
            let old = try StaffActionForm.write(.accept, text: "x", version: 99)
            let stale = await workFault { () throws(WorkFault) in
                try await work.propose(old, on: number, by: Colleague.wang)
            }
            guard case .movedOn(seen: 99, now: _)? = stale else { Issue.record("got \(stale as Any)"); return }
        }
    }

    @Test func `is taken at no side of a case that it is not for`() async throws {
        try await Self.reviewing { _, number, work in
            for action in [StaffAction.check, .handBack(.letterIncomplete), .remit, .reviseForm, .meetShortfall] {
                let form = try action.form()
                let fault = await workFault { () throws(WorkFault) in
                    try await work.propose(form, on: number, by: Colleague.wang)
                }
                guard case .desk(.notAllowed(let why))? = fault else {
                    Issue.record("\(action.name): got \(fault as Any)")
                    return
                }
                #expect(why.phase == "other-role")
            }
        }
    }

    @Test func `is only told in a rehearsal, which keeps nothing`() async throws {
        try await Self.reviewing { pair, number, work in
            let before = try #require(try await pair.destination.store.caseFile(number)).version
            let rehearsed = try await work.propose(
                try StaffAction.accept.form(), on: number, by: Colleague.zhou, isRehearsal: true)
            #expect(rehearsed.proposal == nil)
            let consequences = Consequences(of: rehearsed.rehearsal)
            #expect(consequences.atPeer.first?.english.contains("acceptance letter") == true)
            #expect(try await work.store.proposals(in: nil, after: 0, limit: 10).isEmpty)
            #expect(try #require(try await pair.destination.store.caseFile(number)).version == before)
        }
    }

    @Test func `needs no second where nothing leaves the agency`() async throws {
        try await Self.reviewing { _, number, work in
            let retried = try await work.propose(try StaffAction.retry.form(), on: number, by: Colleague.wang)
            #expect(retried.proposal?.state == .carriedOut)
        }
    }

    /// The process ends at each of the writes of an approval, before it or after it: the step is taken once.
    @Test(arguments: 1...2, [true, false])
    func `is carried out once, wherever the process ends`(death: Int, isAfter: Bool) async throws {
        try await Self.reviewing { pair, number, work in
            let proposal = try #require(
                try await work.propose(try StaffAction.accept.form(), on: number, by: Colleague.wang).proposal)
            let dying = pair.destination.work {
                FaultyWork(base: $0, writes: FaultyWork.Writes(), death: death, isAfter: isAfter)
            }
            let fault = await workFault { () throws(WorkFault) in
                try await dying.approve(proposal.id, digest: proposal.digest, by: Colleague.li)
            }
            #expect(fault != nil)
            try await pair.destination.restart()
            let again = pair.destination.work()
            _ = try await again.workOnce()
            if try await again.proposal(proposal.id).state == .open {
                _ = try await again.approve(proposal.id, digest: proposal.digest, by: Colleague.li)
            }
            #expect(try await again.proposal(proposal.id).state == .carriedOut)
            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(file.events.count { $0.name == "application-passed" } == 1)
            #expect(file.documents.count { $0.kind == .acceptanceLetter } == 1)
        }
    }
}

@Suite struct `Who sees to a case` {
    @Test func `is the first who takes it, until they hand it over`() async throws {
        try await NodePair.run(alone: []) { pair in
            let number = try await pair.lodge()
            let work = pair.destination.work()
            #expect(try await work.claim(number, by: Colleague.wang).person == "0107")
            #expect(try await work.claim(number, by: Colleague.wangElsewhere).person == "0107")
            let fault = await workFault { () throws(WorkFault) in try await work.claim(number, by: Colleague.zhao) }
            guard case .seenToBy("0107")? = fault else { Issue.record("got \(fault as Any)"); return }
            let theft = await workFault { () throws(WorkFault) in
                try await work.handOver(number, to: "0202", by: Colleague.zhao)
            }
            guard case .seenToBy("0107")? = theft else { Issue.record("got \(theft as Any)"); return }
            #expect(try await work.handOver(number, to: "0202", by: Colleague.wang).person == "0202")
            #expect(try await work.handOver(number, to: nil, by: Colleague.sun).person == nil)
            #expect(try await work.store.assignment(of: number) == nil)
            let nobody = await workFault { () throws(WorkFault) in
                try await work.handOver(number, to: "9999", by: Colleague.sun)
            }
            guard case .noSuchPerson? = nobody else { Issue.record("got \(nobody as Any)"); return }
        }
    }
}
