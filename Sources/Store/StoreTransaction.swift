import Casework
import TransferDocuments

/// The open transaction, as a job sees it: the connection, and the positions that rows without gaps get.
///
/// The positions are read from the database when they are first needed, and counted on from there: no other transaction
/// can write before this one ends.
final class StoreTransaction {
    let connection: any SQLConnection
    let caseRows: CaseRows
    /// Whether it is found out at the end, for all jobs together, what became of rows that were written.
    private let isHasty: Bool
    /// What takes statements that are waited for together; nil where each is waited for.
    private let pipeline: (any SQLPipeline)?
    private var gathered = GatheredLeaves()
    /// Whether there are rows of a kind that mostly has none, as far as it was asked.
    private var found: [Rarity: Bool] = [:]
    private var counted = Counted()
    // What is left to be done once all is committed.
    private var outbox: [OutboxEntry] = []
    private var effects: [OpenEffect] = []

    /// Up to where rows were counted.
    fileprivate struct Counted {
        /// The position of the first leaf that the transaction wrote.
        var firstLeaf: Int64?
        // The next of each; nil until one is needed.
        var leaf: Int64?
        var document: Int64?
        var group: Int64?
        var effect: Int64?
    }

    /// How far the transaction was before a job.
    struct Mark {
        fileprivate let counted: Counted
        fileprivate let outbox: Int
        fileprivate let effects: Int
    }

    /// - Parameter isHasty: leaves it to ``settle()`` to write the leaves, and where the database is a server also to find out
    ///   what became of all rows. Which job has failed is not known then.
    init(_ connection: any SQLConnection, _ caseRows: CaseRows, isHasty: Bool) {
        self.connection = connection
        self.caseRows = caseRows
        self.isHasty = isHasty
        pipeline = isHasty ? connection as? any SQLPipeline : nil
    }

    /// Grows with every row that is written on this connection or gathered for it: it tells whether a job has written anything
    /// yet.
    var writtenRows: Int64 { connection.writtenRows + Int64(gathered.count) }

    /// Runs a statement that returns no rows, however many it changes.
    func write(_ sql: StaticString, _ values: SQLValue...) throws(SQLFault) {
        if let pipeline { return try pipeline.send(sql, values, changing: nil) }
        try connection.run(sql, values)
    }

    /// Runs a statement that changes one row or none.
    ///
    /// - Returns: whether it has changed one. Where that is found out at the end, it is taken for granted until then.
    func writesOne(_ sql: StaticString, _ values: SQLValue...) throws(SQLFault) -> Bool {
        guard let pipeline else { return try connection.run(sql, values) == 1 }
        try pipeline.send(sql, values, changing: 1)
        return true
    }

    /// Runs a statement that has to change one row.
    ///
    /// - Throws: the fault that is given, when it changes none.
    func write(_ sql: StaticString, _ values: SQLValue..., orThrow fault: @autoclosure () -> StoreError) throws {
        if let pipeline { return try pipeline.send(sql, values, changing: 1) }
        guard try connection.run(sql, values) == 1 else { throw fault() }
    }

    /// Writes what was gathered, and waits until all has been carried out, before the commit.
    func settle() throws(SQLFault) {
        try writeGathered()
        try pipeline?.settle()
    }

    private func writeGathered() throws(SQLFault) {
        try gathered.empty { sql, values, rows throws(SQLFault) in
            if let pipeline { try pipeline.send(sql, values, changing: rows) } else { try connection.run(sql, values) }
        }
    }

    /// Appends a leaf behind the last one.
    ///
    /// - Parameter subject: the key of the row within its kind: an event's sequence, a document's position (also for its
    ///   receipt), a posting group's, a refusal's or a note's id.
    func appendLeaf(_ kind: AuditLeaf.Kind, case id: Int64?, subject: Int64, _ hash: DocumentDigest) throws(SQLFault) {
        gathered.add(try nextLeaf(), kind, case: id, subject: subject, hash.bytes)
        if !isHasty || gathered.areMany { try writeGathered() }
    }

    func leave(_ entry: OutboxEntry) { outbox.append(entry) }

    func leave(_ effect: OpenEffect) { effects.append(effect) }

    var mark: Mark { Mark(counted: counted, outbox: outbox.count, effects: effects.count) }

    /// After a job of which nothing stays in the database: its positions are given to others, and what it left is not done.
    func goBack(to mark: Mark) {
        counted = mark.counted
        outbox.removeLast(outbox.count - mark.outbox)
        effects.removeLast(effects.count - mark.effects)
    }

    /// After the commit: hands over what was left.
    func hand(to fresh: FreshWork) {
        guard let first = counted.firstLeaf, let next = counted.leaf, first < next else { return }
        fresh.put(outbox: outbox, effects: effects, leaves: first..<next)
    }

    /// 0, 1, 2 … over all audit leaves.
    private func nextLeaf() throws(SQLFault) -> Int64 {
        let position = try next(counted.leaf, "SELECT max(position) + 1 FROM audit_leaves") ?? 0
        counted.firstLeaf = counted.firstLeaf ?? position
        counted.leaf = position + 1
        return position
    }

    /// The newest leaf that was written here; nil for none.
    var newestLeaf: Int64? { counted.leaf.map { $0 - 1 } }

    /// 1, 2, 3 … over all documents, in both directions.
    func nextDocument() throws(SQLFault) -> Int64 {
        let position = try next(counted.document, "SELECT max(position) + 1 FROM documents") ?? 1
        counted.document = position + 1
        return position
    }

    /// 1, 2, 3 … over all groups of postings.
    func nextGroup() throws(SQLFault) -> Int64 {
        let position = try next(counted.group, "SELECT max(id) + 1 FROM posting_groups") ?? 1
        counted.group = position + 1
        return position
    }

    /// 1, 2, 3 … over all effects.
    func nextEffect() throws(SQLFault) -> Int64 {
        let id = try next(counted.effect, "SELECT max(id) + 1 FROM effects") ?? 1
        counted.effect = id + 1
        return id
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
