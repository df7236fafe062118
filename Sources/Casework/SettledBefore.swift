import TransferCore
import TransferDocuments

/// What this agency has given away for a person in other cases, and does not have again.
///
/// A transfer gives the months of its form away. What was withdrawn or came back is here again, and so are the months that
/// a later transfer has brought here: whoever comes back takes the whole career along on the next move.
///
/// Source: BR-095 of the domain handbook (a second move counts the months paid elsewhere as well).
struct SettledBefore {
    private var months: Set<Int> = []
    /// Of each balance that was paid out: what it came to, and the months of the forms of those cases.
    private var paidOut: [Branch: (amounts: Set<Money>, careers: Set<Set<Int>>)] = [:]
    /// Whether heirs of the person were paid: nothing is left then.
    private(set) var hasPaidHeirs = false

    /// Whether any month is given away.
    var hasMonths: Bool { !months.isEmpty }

    /// Whether a month of a line is given away.
    func contains(_ line: ContributionLine) -> Bool {
        months.contains { line.from.index <= $0 && $0 <= line.to.index }
    }

    /// Whether a balance of a record was paid out before.
    ///
    /// A record that still shows the months of that case, or the very amount, has not been brought up to date since, and its
    /// balance is not there any more. Source: our choice, for nothing is paid twice (X-05 of the domain handbook).
    func hasPaid(_ branch: Branch, of record: PersonRecord) -> Bool {
        guard let paid = paidOut[branch] else { return false }
        return paid.careers.contains(record.lines.months) || record.balances[branch].map(paid.amounts.contains) ?? true
    }
}

extension SettledBefore {
    /// - Parameter cases: cases of one person in which money has left or reached this agency, in any order.
    init(_ cases: [CaseFile]) throws(StoreError) {
        var turns: [Turn] = []
        for one in cases {
            let forms = try one.forms()
            for order in one.orders {
                switch order.key.leg {
                case .balance(let branch):
                    paidOut[branch, default: ([], [])].amounts.insert(order.amount)
                    paidOut[branch]?.careers.formUnion(forms.map(\.months))
                case .heir: hasPaidHeirs = true
                case .remittance, .clearingRefund, .fundsReturn: continue
                }
            }
            turns += try one.turns(forms)
        }
        for turn in turns.sorted(by: { $0.at < $1.at }) {
            if turn.gives { months.formUnion(turn.months) } else { months.subtract(turn.months) }
        }
    }

    /// Months that left, or came, at a moment.
    fileprivate struct Turn {
        let at: Instant
        let gives: Bool
        let months: Set<Int>
    }

    /// What of a line is not given away: its months in runs.
    func rest(of line: ContributionLine) -> [ContributionLine] {
        guard contains(line) else { return [line] }
        var runs: [(from: CalendarMonth, to: CalendarMonth)] = []
        for index in line.from.index...max(line.from.index, line.to.index) where !months.contains(index) {
            guard let month = CalendarMonth(year: index / 12, month: index % 12 + 1) else { continue }
            if let last = runs.last, last.to.index + 1 == index {
                runs[runs.count - 1].to = month
            } else {
                runs.append((month, month))
            }
        }
        return runs.map { line.cut(from: $0.from, to: $0.to) }
    }
}

extension Desk {
    /// Looks at the other cases of the person.
    ///
    /// Two cases of one person are never live at the same time at the origin, so no other case gives anything away while a
    /// case of the origin is decided. For a case that does not live yet nothing is read: its step counts on there being no
    /// other (``CaseStep/isFirstOfPerson``). What a case has brought here is not given back any more once a later one has
    /// given it away (``isGivenOn(_:)``).
    func settled(before file: CaseFile) async throws(StoreError) -> SettledBefore {
        try SettledBefore(try await otherCases(than: file))
    }

    /// Whether months that a case has brought here have left again with a later case.
    func isGivenOn(_ file: CaseFile) async throws(StoreError) -> Bool {
        // What was never posted has left with nobody.
        guard case .destination(let handshake) = try CaseStory(replaying: file).transfer.pension,
            handshake.completions > 0
        else { return false }
        let others = try await otherCases(than: file)
        guard !others.isEmpty, case .informationForm(let form)? = try file.newest(.informationForm)?.content else {
            return false
        }
        let settled = try SettledBefore(others + [file])
        return form.request.lines.contains { settled.contains($0) }
    }

    private func otherCases(than file: CaseFile) async throws(StoreError) -> [CaseFile] {
        var others: [CaseFile] = []
        for number in try await store.settledCases(file.opening.residentID) where number != file.opening.number {
            if let other = try await store.caseFile(number) { others.append(other) }
        }
        return others
    }
}

extension CaseFile {
    /// The months of each form of the case, with the moment at which it was kept here, in their order.
    fileprivate func forms() throws(StoreError) -> [(at: Instant, months: Set<Int>)] {
        var forms: [(at: Instant, months: Set<Int>)] = []
        for document in documents where document.kind == .informationForm && !document.isRefused {
            guard case .informationForm(let form) = try content(of: document) else { continue }
            forms.append((document.at, form.request.lines.months))
        }
        return forms
    }

    /// What each form has added to the months that left or came, or taken away from them, and when: at the origin with the
    /// form, at the destination with the posting after it. Nothing where the case has done neither, or undone it.
    fileprivate func turns(_ forms: [(at: Instant, months: Set<Int>)]) throws(StoreError) -> [SettledBefore.Turn] {
        let gives: Bool
        switch try CaseStory(replaying: self).transfer.pension {
        case .origin(let handshake) where handshake.phase.hasGivenNothing: return []
        case .origin: gives = true
        // Money that is recalled was never completed.
        case .destination(let handshake) where handshake.completions == 0: return []
        case .destination: gives = false
        }
        let postings = events.filter { $0.name == DestinationHandshake.Event.booksMatched.name }.map(\.at)
        var turns: [SettledBefore.Turn] = []
        var before: Set<Int> = []
        for form in forms {
            guard let at = gives ? form.at : postings.first(where: { $0 >= form.at }) else { continue }
            turns.append(.init(at: at, gives: gives, months: form.months.subtracting(before)))
            turns.append(.init(at: at, gives: !gives, months: before.subtracting(form.months)))
            before = form.months
        }
        return turns
    }
}

extension OriginHandshake.Phase {
    /// Whether the case ended here with nothing given away, or with everything given back.
    fileprivate var hasGivenNothing: Bool {
        switch self {
        case .withdrawn, .ceased, .restored: true
        default: false
        }
    }
}

extension [ContributionLine] {
    /// Every month of every line, as ``CalendarMonth/index``.
    fileprivate var months: Set<Int> {
        Set(lazy.filter { $0.from <= $0.to }.flatMap { $0.from.index...$0.to.index })
    }
}

extension ContributionLine {
    /// Some of its months.
    fileprivate func cut(from: CalendarMonth, to: CalendarMonth) -> ContributionLine {
        ContributionLine(
            year: year, from: from, to: to, kind: kind, base: base, baseLimits: baseLimits, ownShare: ownShare,
            creditedShare: creditedShare, employerShare: employerShare, region: region, paidOn: paidOn)
    }
}
