import Casework

/// The open transaction, as a job sees it: the connection, and the positions that rows without gaps get.
///
/// The positions are read from the database when they are first needed, and counted on from there: no other transaction
/// can write before this one ends.
final class StoreTransaction {
    let connection: any SQLConnection
    private var leaves: Int64?
    private var documents: Int64?
    private var groups: Int64?
    /// The position of the first leaf that the transaction wrote.
    private var firstLeaf: Int64?
    private var left = Left()

    /// What is left to be done once it is committed.
    struct Left {
        var outbox: [OutboxEntry] = []
        var effects: [OpenEffect] = []
    }

    init(_ connection: any SQLConnection) { self.connection = connection }

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
