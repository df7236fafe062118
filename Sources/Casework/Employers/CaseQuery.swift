package import TransferCore

/// Which cases a page lists, in which order, and behind which. Nothing of it is personal, so it can stand in an address.
package struct CaseQuery: Hashable, Sendable {
    /// Who lodged them; nil for those of everybody.
    package var lodgedBy: String?
    package var stage = Stage.underWay
    package var order = Order.number
    package var phase: String?
    package var origin: AgencyCode?
    /// Cases in which this branch is paid out besides the pension.
    package var branch: Branch?
    /// Days in China on which a case was opened, both ends taken.
    package var openedFrom: CivilDate?
    package var openedThrough: CivilDate?
    /// Cases that one uploaded file became.
    package var batch: String?
    package var after: Place?
    /// 1 to 5,000.
    package var limit = 50

    package init() {}

    package enum Stage: String, Hashable, Sendable, CaseIterable {
        /// The applicant has to do something.
        case toDo = "todo"
        case underWay = "open"
        case done
    }

    package enum Order: String, Hashable, Sendable, CaseIterable {
        /// The order in which they were opened.
        case number
        case newest
        /// By the due day; those without one come last.
        case due
        /// By the moment since which whoever has it has it, the longest first.
        case since
    }

    /// Where a page begins: behind a case, by what the list is ordered by, and its number.
    package struct Place: Hashable, Sendable {
        /// A day number or milliseconds; 0 where the number alone is the order.
        package let key: Int64
        package let number: CaseNumber

        package init(key: Int64, number: CaseNumber) {
            self.key = key
            self.number = number
        }
    }

    /// What a case without a due day is ordered by.
    package static let noDay: Int64 = 9_999_999

    /// The place of a case in this order.
    package func place(of entry: CaseListEntry) -> Place {
        let key: Int64 =
            switch order {
            case .number, .newest: 0
            case .due: entry.summary.due.map { Int64($0.dayNumber) } ?? CaseQuery.noDay
            case .since: entry.summary.since.milliseconds
            }
        return Place(key: key, number: entry.number)
    }
}

/// Which cases the list of clerks shows: live ones with a due day, the most urgent first.
package struct WorklistQuery: Hashable, Sendable {
    package var peer: AgencyCode?
    package var phase: String?
    /// Whose cases: those that this person sees to.
    package var person: String?
    /// Cases that nobody sees to.
    package var onlyFree = false
    /// Cases whose due day is not before, and not behind, these.
    package var from: CivilDate?
    package var through: CivilDate?
    /// Only those that somebody has urged, and that have not moved on since.
    package var onlyUrged = false
    package var after: CaseQuery.Place?
    /// 1 to 500.
    package var limit = 100

    package init() {}
}

/// A line of the list of clerks.
package struct WorklistEntry: Hashable, Sendable {
    package let entry: CaseListEntry
    /// Who sees to it, by the agency's number; nil for nobody.
    package let person: String?
    /// Whether the other office, or somebody else, has urged it.
    package let isUrged: Bool
    /// Work that is left to do in it, the first of it; nil for none.
    package let work: NewEffect.Kind?

    package init(entry: CaseListEntry, person: String?, isUrged: Bool, work: NewEffect.Kind?) {
        self.entry = entry
        self.person = person
        self.isUrged = isUrged
        self.work = work
    }
}

/// How many live cases with a due day there are, and how many of them are late or due soon.
package struct DueCounts: Hashable, Sendable {
    package let all: Int
    package let late: Int
    package let soon: Int

    package init(all: Int, late: Int, soon: Int) {
        self.all = all
        self.late = late
        self.soon = soon
    }
}

/// How many cases of somebody there are in each stage.
package struct StageCounts: Hashable, Sendable {
    package let toDo: Int
    package let underWay: Int

    package init(toDo: Int, underWay: Int) {
        self.toDo = toDo
        self.underWay = underWay
    }
}

/// What the pages need of a store besides that of the desk.
package typealias PageStore = EmployerStore & CaseListStore & CopyStore

/// What a store says of how safe it is, for those who look at its pages.
package protocol CopyStore: Sendable {
    /// Whether what is acknowledged may be on one server only, by a setting that every page shows.
    var mayHoldOneCopy: Bool { get }
}

/// The port of the lists that people look at, each bounded and in an order that an index has.
package protocol CaseListStore: Sendable {
    func cases(_ query: CaseQuery) async throws(StoreError) -> [CaseListEntry]
    /// Live cases; those that are done are many, and nobody waits for their number.
    func stageCounts(lodgedBy: String?) async throws(StoreError) -> StageCounts
    /// - Parameter soon: the last day that counts as soon.
    func dueCounts(today: CivilDate, soon: CivilDate) async throws(StoreError) -> DueCounts
    func worklist(_ query: WorklistQuery) async throws(StoreError) -> [WorklistEntry]
    /// The cases of a person, by the whole identity number, in both roles: 200 at most, the newest first.
    func cases(of residentID: ResidentID, lodgedBy: String?) async throws(StoreError) -> [CaseListEntry]
    /// Every failed attempt to deliver the documents of a case that are ours.
    func deliveryAttempts(of number: CaseNumber) async throws(StoreError) -> [DeliveryHistory]
    func entry(_ number: CaseNumber) async throws(StoreError) -> CaseListEntry?
}
