import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A job over many cases` {
    /// Three cases that wait for the destination's review, and have waited too long.
    private static func reviewing(_ use: (NodePair, [CaseNumber]) async throws -> Void) async throws {
        try await NodePair.run(records: false, alone: []) { pair in
            var numbers: [CaseNumber] = []
            for serial in 1...3 {
                let person = PairCast.person(serial, name: ["林芳", "陈明", "许静"][serial - 1])
                try await pair.know(.atDestination(person), .atOrigin(person))
                numbers.append(try await pair.lodge(PairCast.application(person), key: "key-\(serial)"))
            }
            pair.clock.move(days: 40)
            try await use(pair, numbers.sorted())
        }
    }

    private static var decisions: WorkDesk.StalledFilter {
        var filter = WorkDesk.StalledFilter()
        filter.cause = .decisionWaits
        return filter
    }

    private static func finish(_ work: WorkDesk) async throws {
        for _ in 0..<50 where try await !work.workOnce() { return }
        Issue.record("the job does not come to an end")
    }

    @Test func `is proposed case by case, approved as a whole by another person, and told for each`() async throws {
        try await Self.reviewing { pair, numbers in
            let work = pair.destination.work()
            let job = try await work.makeJob(
                try StaffAction.accept.form(), on: Self.decisions, by: Colleague.wang)
            #expect(job.state == .proposing)
            #expect(job.total == 3)
            try await Self.finish(work)
            #expect(try await work.job(job.id).state == .waiting)
            let digest = try await work.digest(of: job)
            let same = await workFault { () throws(WorkFault) in
                try await work.approveJob(job.id, digest: digest, by: Colleague.wangElsewhere)
            }
            guard case .samePerson? = same else { Issue.record("got \(same as Any)"); return }
            let other = await workFault { () throws(WorkFault) in
                try await work.approveJob(job.id, digest: DocumentDigest(of: []), by: Colleague.li)
            }
            guard case .digestDiffers? = other else { Issue.record("got \(other as Any)"); return }

            // One of the cases moves meanwhile.
            let items = try await work.store.items(of: job.id, after: 0, limit: 10)
            let first = try #require(items.first?.proposal)
            _ = try await work.approve(first, digest: job.formDigest, by: Colleague.sun)
            _ = try await work.approveJob(job.id, digest: digest, by: Colleague.li)
            try await Self.finish(work)
            let done = try await work.job(job.id)
            #expect(done.state == .done)
            #expect(done.finished == 3)
            #expect(done.checker == "0201")
            for number in numbers {
                let file = try #require(try await pair.destination.store.caseFile(number))
                #expect(file.documents.count { $0.kind == .acceptanceLetter } == 1)
            }
            let outcomes = try await work.store.items(of: job.id, after: 0, limit: 10).map(\.result?.outcome)
            #expect(outcomes == [.done, .done, .done])
        }
    }

    @Test func `leaves a case alone that has moved since, and says so`() async throws {
        try await Self.reviewing { pair, numbers in
            let work = pair.destination.work()
            let job = try await work.makeJob(
                try StaffAction.accept.form(), on: Self.decisions, by: Colleague.wang)
            let own = try #require(
                try await work.propose(
                    try StaffAction.refuse(.notEnrolled).form(), on: numbers[1], by: Colleague.zhao
                ).proposal)
            _ = try await work.approve(own.id, digest: own.digest, by: Colleague.li)
            try await Self.finish(work)
            let items = try await work.store.items(of: job.id, after: 0, limit: 10)
            #expect(items.map(\.result?.outcome) == [nil, .skipped, nil])
            #expect(items[1].result?.why?.hasPrefix("此件在此期间已有变动。 the case has moved on") == true)
        }
    }

    /// The process ends at each write of the work, before it or after it.
    @Test(arguments: 1...12, [true, false])
    func `goes on after the process has ended anywhere, and does nothing twice`(
        death: Int, isAfter: Bool
    ) async throws {
        try await Self.reviewing { pair, numbers in
            let job = try await pair.destination.work().makeJob(
                try StaffAction.accept.form(), on: Self.decisions, by: Colleague.wang)
            let writes = FaultyWork.Writes()
            let dying = pair.destination.work {
                FaultyWork(base: $0, writes: writes, death: death, isAfter: isAfter)
            }
            _ = await workFault { () throws(WorkFault) in while try await dying.workOnce() {} }
            if writes.made < death {
                let digest = try await dying.digest(of: job)
                _ = await workFault { () throws(WorkFault) in
                    _ = try await dying.approveJob(job.id, digest: digest, by: Colleague.li)
                    while try await dying.workOnce() {}
                }
            }
            #expect(writes.made >= death, "the process did end")

            try await pair.destination.restart()
            let work = pair.destination.work()
            try await Self.finish(work)
            if try await work.job(job.id).state == .waiting {
                _ = try await work.approveJob(
                    job.id, digest: try await work.digest(of: job), by: Colleague.li)
                try await Self.finish(work)
            }
            #expect(try await work.job(job.id).state == .done)
            let outcomes = try await work.store.items(of: job.id, after: 0, limit: 10).map(\.result?.outcome)
            #expect(outcomes == [.done, .done, .done])
            for number in numbers {
                let file = try #require(try await pair.destination.store.caseFile(number))
                #expect(file.events.count { $0.name == "application-passed" } == 1)
            }
        }
    }

    @Test func `stands still while it is paused`() async throws {
        try await Self.reviewing { pair, _ in
            let work = pair.destination.work()
            let job = try await work.makeJob(nil, on: Self.decisions, by: Colleague.wang)
            #expect(job.state == .running)
            #expect(try await work.pauseJob(job.id, true, by: Colleague.wang).state == .paused)
            #expect(try await work.workOnce() == false)
            #expect(try await work.job(job.id).finished == 0)
            #expect(try await work.pauseJob(job.id, false, by: Colleague.sun).state == .running)
            try await Self.finish(work)
            #expect(try await work.job(job.id).state == .done)
            let outcomes = try await work.store.items(of: job.id, after: 0, limit: 10).map(\.result?.outcome)
            #expect(outcomes == [.queued, .queued, .queued])
        }
    }

    @Test func `that only tries again is done by nobody else, and says that it is queued`() async throws {
        try await Self.reviewing { pair, _ in
            let work = pair.destination.work()
            let job = try await work.makeJob(
                try StaffAction.retry.form(), on: Self.decisions, by: Colleague.wang)
            #expect(job.state == .running)
            try await Self.finish(work)
            let outcomes = try await work.store.items(of: job.id, after: 0, limit: 10).map(\.result?.outcome)
            #expect(outcomes == [.queued, .queued, .queued])
        }
    }

    @Test func `is not made of nothing`() async throws {
        try await NodePair.run { pair in
            let work = pair.destination.work()
            let fault = await workFault { () throws(WorkFault) in
                try await work.makeJob(nil, on: Self.decisions, by: Colleague.wang)
            }
            guard case .nothingToDo? = fault else { Issue.record("got \(fault as Any)"); return }
        }
    }
}

extension Job {
    /// What the approval of a single proposal of it names.
    fileprivate var formDigest: DocumentDigest { DocumentDigest(of: bytes) }
}
