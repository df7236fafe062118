package import TransferCore

/// How old open cases are, how long the legs of a transfer take, and why cases come back: counted, without a word about a
/// person.
package struct CaseFigures: Hashable, Sendable {
    /// Open cases, by the other agency and by age.
    package var open: [Open]
    /// Of each leg that was walked to its end, when it began and ended; of the newest ``newest`` cases, those completed.
    package var legs: [Leg]
    /// Reasons for which a case was sent back, held or ended; of the newest ``newest`` cases.
    package var reasons: [Reasons]

    package init(open: [Open], legs: [Leg], reasons: [Reasons]) {
        self.open = open
        self.legs = legs
        self.reasons = reasons
    }

    /// So many cases back legs and reasons are counted: what is older says little about the office of today, and the count
    /// does not grow with the store. Source: our choice.
    package static let newest = 20_000

    package struct Open: Hashable, Sendable {
        package let peer: AgencyCode
        package let age: Age
        package let count: Int
        /// Of them, those whose due day is over.
        package let overdue: Int

        package init(peer: AgencyCode, age: Age, count: Int, overdue: Int) {
            self.peer = peer
            self.age = age
            self.count = count
            self.overdue = overdue
        }
    }

    /// How many cases some entries count together, and how many of them are overdue.
    package static func sum(_ open: [Open]) -> (count: Int, overdue: Int) {
        open.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.overdue) }
    }

    /// Days since a case was opened, in bands.
    package enum Age: Int, Hashable, Sendable, CaseIterable {
        case week, twoWeeks, month, sixWeeks, quarter, longer

        /// The last day of the band; nil for the open one.
        package var lastDay: Int? {
            switch self {
            case .week: 7
            case .twoWeeks: 15
            case .month: 30
            case .sixWeeks: 45
            case .quarter: 90
            case .longer: nil
            }
        }
    }

    /// A leg that a clock of the rules runs for.
    package struct Leg: Hashable, Sendable {
        package let kind: Kind
        package let from: Instant
        package let to: Instant

        package init(_ kind: Kind, from: Instant, to: Instant) {
            self.kind = kind
            self.from = from
            self.to = to
        }

        package enum Kind: String, Hashable, Sendable, CaseIterable {
            /// At the destination: from the application to the acceptance letter.
            case review
            /// At the destination: from the letter to the later of papers and funds.
            case reply
            /// At the origin: from the letter to the payment.
            case origin
            /// At the destination: from the later of papers and funds to the completion.
            case posting

            /// By which its limit is found.
            package var clock: Clock {
                switch self {
                case .review: .review
                case .reply, .origin: .originReply
                case .posting: .reconciliation
                }
            }
        }
    }

    package struct Reasons: Hashable, Sendable {
        /// The published name of the event.
        package let event: String
        package let code: String
        package let count: Int

        package init(event: String, code: String, count: Int) {
            self.event = event
            self.code = code
            self.count = count
        }
    }
}

/// What the legs of one kind took, in working days.
package struct LegFigures: Hashable, Sendable {
    package let kind: CaseFigures.Leg.Kind
    package let count: Int
    /// The day by which half of them, and nine of ten, were done.
    package let median: Int
    package let ninth: Int
    /// The limit of one that would begin today, and how many took longer than their own.
    package let limit: Int
    package let late: Int
}

extension CaseFigures {
    /// - Returns: for each kind that there is, in their order. The day on which a leg begins is not counted, as with limits.
    package func legFigures(
        limits: DeadlineLimits, calendar: WorkingDayCalendar, today: CivilDate
    ) -> [LegFigures] {
        Leg.Kind.allCases.compactMap { kind in
            var days: [Int] = []
            var late = 0
            for leg in legs where leg.kind == kind {
                let (first, last) = (leg.from.date, leg.to.date)
                guard let next = CivilDate(dayNumber: first.dayNumber + 1) else { continue }
                let count = calendar.workingDays(from: next, through: last, countingUpTo: CaseFigures.longest)
                days.append(count)
                if count > limits.workingDays(of: kind.clock, from: first) { late += 1 }
            }
            guard !days.isEmpty else { return nil }
            days.sort()
            return LegFigures(
                kind: kind, count: days.count, median: days[(days.count - 1) / 2],
                ninth: days[(days.count * 9 + 9) / 10 - 1], limit: limits.workingDays(of: kind.clock, from: today),
                late: late)
        }
    }

    /// Working days that are counted of one leg; beyond them it is as good as lost.
    private static let longest = 1_000
}

extension WorkDesk {
    /// The figures of open and ended cases, and as of when.
    package func figures() async throws(WorkFault) -> (figures: CaseFigures, at: Instant) {
        let now = desk.clock.now
        let known = try await rememberedFigures.value(stamp: store.writeStamp, at: now) { [store] in
            do throws(StoreError) { return .success(try await store.caseFigures(at: now)) } catch {
                return .failure(WorkFault(error))
            }
        }
        return (known.value, known.at)
    }
}
