package import TransferCore

// Who sees to a case.

extension WorkDesk {
    /// Takes a case that nobody sees to.
    ///
    /// - Throws: ``WorkFault/seenToBy(_:)`` when somebody else was faster.
    package func claim(_ number: CaseNumber, by caller: StaffCaller) async throws(WorkFault) -> Assignment {
        try await assign(number, to: caller.member.person, by: caller, expecting: .nobody)
    }

    /// Takes back what was claimed and not worked on for ``WorkDesk/claimMinutes``, so that others can take it. What stands
    /// in the store is looked at, so a restart changes nothing.
    ///
    /// Source: C1 of the handbook of screens.
    ///
    /// - Returns: the cases that nobody sees to any more.
    @discardableResult
    package func releaseIdleClaims() async throws(WorkFault) -> [CaseNumber] {
        let now = desk.clock.now
        do throws(StoreError) {
            return try await store.releaseClaims(
                idleSince: now.adding(milliseconds: -Int64(claimMinutes) * 60_000), at: now)
        } catch {
            throw WorkFault(error)
        }
    }

    /// Hands a case over to a person, or to nobody: by whoever sees to it, or by a supervisor.
    package func handOver(
        _ number: CaseNumber, to person: String?, by caller: StaffCaller
    ) async throws(WorkFault) -> Assignment {
        if let person, staff[person] == nil { throw .noSuchPerson }
        let isSupervisor = caller.member.duties.contains(.supervisor)
        return try await assign(
            number, to: person, by: caller, expecting: isSupervisor ? .anybody : .person(caller.member.person))
    }

    private func assign(
        _ number: CaseNumber, to person: String?, by caller: StaffCaller, expecting: AssignmentExpectation
    ) async throws(WorkFault) -> Assignment {
        let duties: Set<StaffDuty> = [.clerk, .resolver, .supervisor]
        guard !caller.member.duties.isDisjoint(with: duties) else { throw .dutyMissing(duties) }
        _ = try await file(number)
        let assignment = Assignment(
            number: number, person: person, by: caller.member.person, at: desk.clock.now)
        do throws(StoreError) {
            if let now = try await store.assignment(of: number), now.person == person { return now }
            try await store.keep(assignment, expecting: expecting)
            return assignment
        } catch {
            guard error == .duplicate else { throw WorkFault(error) }
            let now: Assignment?
            do throws(StoreError) { now = try await store.assignment(of: number) } catch { throw WorkFault(error) }
            throw .seenToBy(now?.person ?? "-")
        }
    }
}
