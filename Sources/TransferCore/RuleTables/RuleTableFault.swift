/// What is wrong with a table, and where.
package struct RuleTableFault: Error, Hashable, Sendable {
    /// The place in the file, as a JSON Pointer; empty for the whole.
    package let pointer: String
    /// What is expected there.
    package let detail: String

    package init(_ pointer: String, _ detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

extension RuleTableFault: CustomStringConvertible {
    package var description: String { "\(pointer.isEmpty ? "the file" : pointer): \(detail)" }
}

extension RuleTable {
    /// Everything that is wrong across the rows.
    package func faults() -> [RuleTableFault] {
        var faults: [RuleTableFault] = []
        if rows.isEmpty, name != .calendar { faults.append(RuleTableFault("/rows", "expected at least one row")) }
        for (place, row) in rows.enumerated() {
            let pointer = "/rows/\(place)"
            if let until = row.until, until < row.from {
                faults.append(RuleTableFault("\(pointer)/until", "the end is before the beginning"))
                continue
            }
            // A row that ends before it begins overlaps nothing.
            if let earlier = rows[..<place].firstIndex(where: {
                $0.fact.subject == row.fact.subject && $0.overlaps(row)
            }) {
                faults.append(
                    RuleTableFault(pointer, "holds for a time of /rows/\(earlier), which says the same thing"))
            }
            if let fault = fault(of: row, at: pointer) { faults.append(fault) }
        }
        return faults + yearFaults() + builtInFaults()
    }

    private func fault(of row: RuleRow, at pointer: String) -> RuleTableFault? {
        switch row.fact {
        case .interestRate(_, .some) where row.until.map({ $0.year > RuleTable.lastProvincialYear }) ?? true:
            return RuleTableFault(pointer, "from \(RuleTable.lastProvincialYear + 1) on there is one national rate")
        case .workingDay:
            let end = row.until ?? row.from
            var day: CivilDate? = row.from
            while let today = day, today <= end {
                guard today.weekday > 5 else {
                    return RuleTableFault(pointer, "\(today) is no Saturday or Sunday: it is a working day anyhow")
                }
                day = today.next
            }
            return nil
        default: return nil
        }
    }

    /// A calendar states whole years, without a gap behind those that are built in.
    private func yearFaults() -> [RuleTableFault] {
        guard name == .calendar, let years else { return [] }
        let published = WorkingDayCalendar.shipped.publishedYears
        guard published.lowerBound <= years.lowerBound, years.lowerBound <= published.upperBound + 1 else {
            return [
                RuleTableFault(
                    "/years/from", "expected \(published.lowerBound) to \(published.upperBound + 1), without a gap")
            ]
        }
        return rows.enumerated().compactMap { place, row in
            years.contains(row.from.year) && years.contains((row.until ?? row.from).year)
                ? nil : RuleTableFault("/rows/\(place)", "lies outside the years of the calendar")
        }
    }

    /// What is built in can be looked at and checked, but not changed by a file.
    private func builtInFaults() -> [RuleTableFault] {
        guard name.isBuiltIn, let builtIn = RuleTable.builtIn(name) else { return [] }
        let difference = RuleTableDifference(from: builtIn, to: self)
        guard !difference.isEmpty else { return [] }
        return [
            RuleTableFault(
                "/rows",
                "differ from the built-in rules \(RuleVersion.builtIn), with which both sides of a transfer compute: "
                    + "other figures need another version of the program")
        ]
    }

    /// The last year in which each province had its own rate of interest.
    ///
    /// Source: from memory (BR-099); since 2016 the rate is published nationally.
    package static let lastProvincialYear = 2015
}

/// What a later version of a table says otherwise. Rows are the same when they are about the same and begin on the same
/// day.
package struct RuleTableDifference: Hashable, Sendable {
    package let added: [RuleRow]
    package let changed: [Change]
    package let removed: [RuleRow]

    /// A row before and after.
    package struct Change: Hashable, Sendable {
        package let old: RuleRow
        package let new: RuleRow
    }

    /// - Parameters:
    ///   - old: nil when there is none yet.
    ///   - years: only rows of these years are compared: those that a calendar states.
    package init(from old: RuleTable?, to new: RuleTable, within years: ClosedRange<Int>? = nil) {
        let rows = (old?.rows ?? []).filter { years?.contains($0.from.year) ?? true }
        let before = RuleTableDifference.byStart(rows)
        let after = RuleTableDifference.byStart(new.rows)
        added = after.filter { before[$0.key] == nil }.map(\.value).sorted(by: RuleTableDifference.order)
        removed = before.filter { after[$0.key] == nil }.map(\.value).sorted(by: RuleTableDifference.order)
        changed = after.compactMap { key, row in
            guard let old = before[key], old != row else { return nil }
            return Change(old: old, new: row)
        }.sorted { RuleTableDifference.order($0.new, $1.new) }
    }

    package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    private struct Start: Hashable {
        let subject: String
        let from: CivilDate
    }

    private static func byStart(_ rows: [RuleRow]) -> [Start: RuleRow] {
        Dictionary(rows.map { (Start(subject: $0.fact.subject, from: $0.from), $0) }) { first, _ in first }
    }

    private static func order(_ a: RuleRow, _ b: RuleRow) -> Bool {
        a.from == b.from ? a.fact.subject < b.fact.subject : a.from < b.from
    }
}
