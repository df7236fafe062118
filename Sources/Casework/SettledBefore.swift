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
    /// - Parameter others: every other case of the person in which money has left or reached this agency, in any order.
    init(_ others: [CaseFile]) throws(StoreError) {
        var turns: [(at: Instant, gives: Bool, months: Set<Int>)] = []
        for other in others {
            let careers = try other.careers()
            for order in other.orders {
                switch order.key.leg {
                case .balance(let branch):
                    paidOut[branch, default: ([], [])].amounts.insert(order.amount)
                    paidOut[branch]?.careers.formUnion(careers)
                case .heir: hasPaidHeirs = true
                case .remittance, .clearingRefund, .fundsReturn: continue
                }
            }
            guard let months = careers.last, let turn = try other.turn() else { continue }
            turns.append((turn.at, turn.gives, months))
        }
        for turn in turns.sorted(by: { $0.at < $1.at }) {
            if turn.gives { months.formUnion(turn.months) } else { months.subtract(turn.months) }
        }
    }
}

extension Desk {
    /// Looks at the other cases of the person.
    ///
    /// Two cases of one person are never live at the same time at the origin, so what is read here cannot come to be more
    /// while a case of the origin is decided. For a case that does not live yet nothing is read: its step counts on there
    /// being no other (``CaseStep/isFirstOfPerson``).
    func settled(before file: CaseFile) async throws(StoreError) -> SettledBefore {
        var others: [CaseFile] = []
        for number in try await store.settledCases(file.opening.residentID) where number != file.opening.number {
            if let other = try await store.caseFile(number) { others.append(other) }
        }
        return try SettledBefore(others)
    }
}

extension CaseFile {
    /// The months of each form of the case, in their order.
    fileprivate func careers() throws(StoreError) -> [Set<Int>] {
        var careers: [Set<Int>] = []
        for document in documents where document.kind == .informationForm && !document.isRefused {
            guard case .informationForm(let form) = try content(of: document) else { continue }
            careers.append(form.request.lines.months)
        }
        return careers
    }

    /// Whether the case has given the months of its form away or brought them here, and when; nil where it has done neither,
    /// or undone it.
    fileprivate func turn() throws(StoreError) -> (at: Instant, gives: Bool)? {
        let story = try CaseStory(replaying: self)
        let names: [String]
        let gives: Bool
        switch story.transfer.pension {
        case .origin(let handshake) where handshake.phase.hasGivenNothing: return nil
        case .origin: (names, gives) = (["records-passed", "records-passed-in-part"], true)
        // Money that is recalled was never completed.
        case .destination(let handshake) where handshake.completions == 0: return nil
        case .destination: (names, gives) = ([DestinationHandshake.Event.booksMatched.name], false)
        }
        return events.last { names.contains($0.name) }.map { ($0.at, gives) }
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
