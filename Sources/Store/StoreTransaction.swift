import Casework

/// The open transaction, as a job sees it: the connection, and the positions that rows without gaps get.
///
/// The positions are read from the database when they are first needed, and counted on from there: no other transaction
/// can write before this one ends.
final class StoreTransaction {
    let connection: any SQLConnection
    /// What takes statements that are waited for together; nil where each is waited for.
    private let pipeline: (any SQLPipeline)?
    private var leaves: Int64?
    private var documents: Int64?
    private var groups: Int64?
    /// Whether there are rows of a kind that mostly has none, as far as it was asked.
    private var found: [Rarity: Bool] = [:]
    /// The position of the first leaf that the transaction wrote.
    private var firstLeaf: Int64?
    private var left = Left()

    /// What is left to be done once it is committed.
    struct Left {
        var outbox: [OutboxEntry] = []
        var effects: [OpenEffect] = []
    }

    /// - Parameter isHasty: leaves it to ``settle()`` to find out what became of rows that were written, where the database is
    ///   a server. Which job has failed is not known then.
    init(_ connection: any SQLConnection, isHasty: Bool) {
        self.connection = connection
        pipeline = isHasty ? connection as? any SQLPipeline : nil
    }

    /// Runs a statement that returns no rows, however many it changes.
    func write(_ sql: StaticString, _ values: SQLValue...) throws(SQLFault) {
        if let pipeline { return try pipeline.send(sql, values, changing: nil) }
        try connection.run(sql, values)
    }

    /// Runs a statement that has to change one row.
    ///
    /// - Throws: the fault that is given, when it changes none.
    func write(_ sql: StaticString, _ values: SQLValue..., orThrow fault: @autoclosure () -> StoreError) throws {
        if let pipeline { return try pipeline.send(sql, values, changing: 1) }
        guard try connection.run(sql, values) == 1 else { throw fault() }
    }

    /// Waits until all that was written has been carried out, before the commit.
    func settle() throws(SQLFault) { try pipeline?.settle() }

    /// After a savepoint was rolled back: what was counted there was not written.
    func forgetPositions() {
        (leaves, documents, groups) = (nil, nil, nil)
    }

    /// What is left to be done so far; set back to what it was when a job is undone.
    var leftSoFar: Left {
        get { left }
        set { left = newValue }
    }

    func leave(_ entry: OutboxEntry) { left.outbox.append(entry) }

    func leave(_ effect: OpenEffect) { left.effects.append(effect) }

    /// After the commit: hands over what was left.
    func hand(to fresh: FreshWork) {
        guard let firstLeaf, let leaves, firstLeaf < leaves else { return }
        fresh.put(outbox: left.outbox, effects: left.effects, leaves: firstLeaf..<leaves)
    }

    /// 0, 1, 2 … over all audit leaves.
    func nextLeaf() throws(SQLFault) -> Int64 {
        let position = try next(leaves, "SELECT max(position) + 1 FROM audit_leaves") ?? 0
        firstLeaf = firstLeaf ?? position
        leaves = position + 1
        return position
    }

    /// The newest leaf that was written here; nil for none.
    var newestLeaf: Int64? { leaves.map { $0 - 1 } }

    /// 1, 2, 3 … over all documents, in both directions.
    func nextDocument() throws(SQLFault) -> Int64 {
        let position = try next(documents, "SELECT max(position) + 1 FROM documents") ?? 1
        documents = position + 1
        return position
    }

    /// 1, 2, 3 … over all groups of postings.
    func nextGroup() throws(SQLFault) -> Int64 {
        let position = try next(groups, "SELECT max(id) + 1 FROM posting_groups") ?? 1
        groups = position + 1
        return position
    }

    /// What most agencies have none of.
    enum Rarity {
        /// Webhooks that are told of cases.
        case activeWebhooks
        /// Documents that were signed before a loss.
        case recoveredDocuments
    }

    /// Whether there are any: asked once in a transaction, so that a step does not ask for its own. What another job of the
    /// same transaction adds is as if it were added after it: its caller was not answered yet.
    func has(_ rarity: Rarity) throws(SQLFault) -> Bool {
        if let known = found[rarity] { return known }
        let one =
            switch rarity {
            case .activeWebhooks: try connection.integer("SELECT 1 FROM webhooks WHERE state = 'active' LIMIT 1")
            case .recoveredDocuments: try connection.integer("SELECT 1 FROM recovered_documents LIMIT 1")
            }
        found[rarity] = one != nil
        return one != nil
    }

    private func next(_ counted: Int64?, _ sql: StaticString) throws(SQLFault) -> Int64? {
        if let counted { return counted }
        return try connection.integer(sql)
    }
}

extension SQLFault {
    /// Whether the disk or the file can no longer be trusted.
    var breaksStore: Bool {
        switch kind {
        case .disk, .corrupt: true
        case .unique, .refused, .unreadable, .busy, .full, .lost, .fenced, .other: false
        }
    }

    /// Whether no other job can go on in the same transaction: the database may have rolled it back by itself.
    var endsTransaction: Bool {
        switch kind {
        case .disk, .corrupt, .busy, .full, .lost, .fenced: true
        case .unique, .refused, .unreadable, .other: false
        }
    }
}

extension StoreError {
    /// A fault before the commit: nothing was written.
    init(_ fault: SQLFault) {
        switch fault.kind {
        case .unique: self = .duplicate
        case .busy, .full, .lost, .fenced, .other: self = .unavailable(fault.message)
        case .disk, .corrupt, .unreadable, .refused: self = .corrupt(fault.message)
        }
    }

    /// A fault of the commit itself.
    init(commitFault fault: SQLFault) {
        switch fault.kind {
        case .busy, .full: self = .unavailable(fault.message)
        case .unique, .refused, .disk, .corrupt, .unreadable, .lost, .fenced, .other:
            self = .outcomeUnknown(fault.message)
        }
    }
}
