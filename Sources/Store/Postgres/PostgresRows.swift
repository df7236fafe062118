import PostgresShim

/// What a statement returns, row after row while the server sends it.
final class PostgresRows {
    private let link: PostgresLink
    /// Rows that were taken from the server before they were asked for, and how many of them were given.
    private var kept: [OpaquePointer] = []
    private var given = 0
    private var isEnded = false

    /// How many rows the statement has inserted, changed or deleted; 0 until its end.
    private(set) var changed = 0
    /// Whether the statement has rolled the transaction back.
    private(set) var isRolledBack = false

    init(_ link: PostgresLink) { self.link = link }

    deinit { for row in kept[given...] { PQclear(row) } }

    /// A result with one row, which the caller clears; nil after the last one.
    func next() throws(SQLFault) -> OpaquePointer? {
        guard given < kept.count else { return try fetch() }
        given += 1
        return kept[given - 1]
    }

    /// Takes all that is left from the server, so that another statement can be sent: this one is read from memory then.
    func keepRest() throws(SQLFault) {
        while let row = try fetch() { kept.append(row) }
    }

    /// Takes all that is left, and forgets it.
    func finish() throws(SQLFault) {
        while let row = try next() { PQclear(row) }
    }

    private func fetch() throws(SQLFault) -> OpaquePointer? {
        guard !isEnded else { return nil }
        var fault: SQLFault?
        do throws(SQLFault) {
            while let result = try link.next() {
                if PQresultStatus(result) == PGRES_SINGLE_TUPLE { return result }
                defer { PQclear(result) }
                fault = fault ?? link.fault(of: result)
                note(PQcmdStatus(result).map { String(cString: $0) } ?? "", link.count(of: result))
            }
        } catch {
            fault = error
        }
        isEnded = true
        if let fault { throw fault }
        return nil
    }

    /// - Parameter tag: what was done: a word, and a number for some words.
    private func note(_ tag: String, _ count: Int) {
        isRolledBack = tag == "ROLLBACK"
        guard ["INSERT", "UPDATE", "DELETE"].contains(where: tag.hasPrefix) else { return }
        changed = count
    }
}
