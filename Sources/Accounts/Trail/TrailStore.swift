package import Casework
import TransferDocuments

/// The port of those who read the trail, and of those who write a row for each page that shows a person.
package protocol TrailStore: Sendable {
    /// Keeps an entry by itself; when it returns, the row is on disk.
    func note(_ entry: AuditEntry) async throws(StoreError)

    /// Rows behind a number, the oldest first.
    func auditRows(after number: Int64, limit: Int) async throws(StoreError) -> [AuditRow]

    /// Rows that fit, the newest first.
    func trail(_ filter: TrailFilter) async throws(StoreError) -> [AuditRow]

    /// What each account did with the data of persons in a time, those with most reveals first.
    ///
    /// - Parameter limit: of accounts.
    func uses(from: Instant, before: Instant, limit: Int) async throws(StoreError) -> [TrailUse]

    /// How often an account has done something since a moment.
    func count(of action: AuditAction, by who: String, since: Instant) async throws(StoreError) -> Int
}

/// Which rows of the trail are looked for. What is nil fits everything.
package struct TrailFilter: Hashable, Sendable {
    package var from: Instant?
    /// The first moment that does not fit.
    package var before: Instant?
    /// The name of an account.
    package var who: String?
    package var action: AuditAction?
    /// The number of a case, or the name of an account.
    package var object: String?
    package var result: AuditResult?
    /// Only rows with a smaller number: the page behind one that ended with it.
    package var below: Int64?
    /// 1 to 50,000.
    package var limit = 100

    package init() {}

    /// The filter in one line, for the trail itself.
    package var summary: String {
        var parts: [String] = []
        if let from { parts.append("from=\(from.date)") }
        if let before { parts.append("before=\(before.date)") }
        if let who { parts.append("who=\(who)") }
        if let action { parts.append("action=\(action.rawValue)") }
        if let object { parts.append("object=\(object)") }
        if let result { parts.append("result=\(result.rawValue)") }
        if let below { parts.append("below=\(below)") }
        return parts.isEmpty ? "everything" : parts.joined(separator: " ")
    }
}

/// What one account did with the data of persons in a time.
///
/// Source: SE-68 of the domain handbook's checks.
package struct TrailUse: Hashable, Sendable {
    package let who: String
    package let person: String?
    package let role: String
    package let reveals: Int
    package let views: Int
    package let exports: Int
    package let refusals: Int
    /// How many different cases were looked at or revealed.
    package let cases: Int
    /// In how many of them nothing was done by the same account within the same time.
    package let casesWithoutWork: Int

    package init(
        who: String, person: String?, role: String, reveals: Int, views: Int, exports: Int, refusals: Int, cases: Int,
        casesWithoutWork: Int
    ) {
        self.who = who
        self.person = person
        self.role = role
        self.reveals = reveals
        self.views = views
        self.exports = exports
        self.refusals = refusals
        self.cases = cases
        self.casesWithoutWork = casesWithoutWork
    }
}

/// What following the whole trail has come to.
package struct TrailStanding: Hashable, Sendable {
    package let at: Instant
    package let count: Int64
    /// The digest of the last row: noted elsewhere, it shows later that no row was taken from the end.
    package let head: String
    /// The breaks, the first one first, at most ten.
    package let breaks: [AuditBreak]

    package var isWhole: Bool { breaks.isEmpty }

    /// The same with another break.
    package func adding(_ fault: AuditBreak) -> TrailStanding {
        TrailStanding(at: at, count: count, head: head, breaks: breaks + [fault])
    }

    /// Follows the rows from the first one on.
    package static func follow(_ store: any TrailStore, at: Instant) async throws(StoreError) -> TrailStanding {
        var chain = AuditChain()
        var breaks: [AuditBreak] = []
        var isDone = false
        while !isDone {
            let (rows, isBroken) = try await next(of: store, after: chain.count)
            for row in rows {
                if let fault = chain.follow(row), breaks.count < mostBreaks { breaks.append(fault) }
            }
            if isBroken { breaks.append(AuditBreak(number: chain.count + 1, kind: .unreadable)) }
            isDone = rows.isEmpty || isBroken
        }
        return TrailStanding(at: at, count: chain.count, head: chain.head.hex, breaks: breaks)
    }

    private static let mostBreaks = 10
    private static let page = 1_000

    /// The next rows; where one of them cannot be read, those before it.
    private static func next(
        of store: any TrailStore, after number: Int64
    ) async throws(StoreError) -> (rows: [AuditRow], isBroken: Bool) {
        do throws(StoreError) {
            return (try await store.auditRows(after: number, limit: page), false)
        } catch {
            guard case .corrupt = error else { throw error }
        }
        var rows: [AuditRow] = []
        while rows.count < page {
            do throws(StoreError) {
                guard let row = try await store.auditRows(after: rows.last?.number ?? number, limit: 1).first else {
                    return (rows, false)
                }
                rows.append(row)
            } catch {
                guard case .corrupt = error else { throw error }
                return (rows, true)
            }
        }
        return (rows, false)
    }
}
