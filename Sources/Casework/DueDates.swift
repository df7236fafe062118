package import TransferCore

/// A deadline that another table would move.
package struct DueMove: Hashable, Sendable {
    package let number: CaseNumber
    package let before: CivilDate
    package let after: CivilDate
}

extension Desk {
    /// Takes imported tables up, and computes deadlines again where there are new ones.
    ///
    /// - Parameter isStart: also without new ones, since they may have been imported while the node was down.
    /// - Returns: how many deadlines are other than they were.
    @discardableResult
    package func takeUpRules(isStart: Bool = false) async throws(DeskFault) -> Int {
        let isNew: Bool
        do throws(StoreError) { isNew = try await rules.reload() } catch { throw .store(error) }
        guard isNew || isStart else { return 0 }
        return try await recomputeDeadlines()
    }

    /// Computes the deadlines of live cases again, with the calendar and the limits in force, and writes those that
    /// have moved: a provisional one is settled so when its year was published.
    ///
    /// Source: section 4.5 and BR-221 of the domain handbook.
    ///
    /// - Returns: how many have moved.
    @discardableResult
    package func recomputeDeadlines() async throws(DeskFault) -> Int {
        var moved = 0
        let agency = agency
        var filter = CaseFilter()
        filter.onlyLive = true
        filter.limit = 500
        while true {
            let page: [CaseListEntry]
            do throws(StoreError) { page = try await store.caseList(filter) } catch { throw .store(error) }
            for entry in page where entry.summary.due != nil {
                let after: CaseSummary?
                do throws(StoreError) {
                    after = try await store.summary(of: entry.number, by: agency)
                } catch {
                    throw .store(error)
                }
                guard let after,
                    after.due != entry.summary.due
                        || after.isDueProvisional != entry.summary.isDueProvisional
                else { continue }
                // A step without events writes the summary anew.
                try await commit(entry.number, evenEmpty: true) { (_, _) throws(DeskFault) in }
                moved += 1
            }
            guard page.count == filter.limit, let last = page.last else { return moved }
            filter.after = last.number
        }
    }
}

extension NodeStore {
    /// The deadlines of live cases that other settings or tables would move, by case number.
    package func dueMoves(to agency: AgencySettings) async throws(StoreError) -> [DueMove] {
        var moves: [DueMove] = []
        var filter = CaseFilter()
        filter.onlyLive = true
        filter.limit = 500
        while true {
            let page = try await caseList(filter)
            for entry in page {
                guard let before = entry.summary.due,
                    let after = try await summary(of: entry.number, by: agency)?.due, after != before
                else { continue }
                moves.append(DueMove(number: entry.number, before: before, after: after))
            }
            guard page.count == filter.limit, let last = page.last else { return moves }
            filter.after = last.number
        }
    }

    fileprivate func summary(of number: CaseNumber, by agency: AgencySettings) async throws(StoreError) -> CaseSummary?
    {
        guard let file = try await caseFile(number) else { return nil }
        return try CaseStory(replaying: file).summary(limits: agency.limits, calendar: agency.calendar)
    }
}
