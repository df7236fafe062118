package import Casework
package import TransferCore
package import TransferDocuments

/// The log of a node over its store: the Merkle tree over the audit leaves, in their order.
///
/// Nothing of it is on the way of those who write. Leaves are appended with their rows; the right edge of the tree is kept
/// in memory and follows the leaves when somebody asks for a head, and the roots of complete subtrees are written then. It
/// begins from those after a start, so a head never needs the whole log to be read. Another process may write leaves too.
package actor StoredLog {
    let store: JiexuStore
    private let stretch: Int64
    private var edge = MerkleEdge()
    private var hasBegun = false
    /// Complete subtrees that are not written yet.
    private var unwritten: [MerkleEdge.Subtree] = []

    /// Leaves that are read at once.
    private static let page = 8_192
    /// Subtrees that are written in one transaction.
    private static let batch = 1_024

    /// - Parameter stretch: so many leaves are read at once in search of those of a case.
    package init(_ store: JiexuStore, stretch: Int64 = 65_536) {
        self.store = store
        self.stretch = stretch
    }

    package func tree() async throws(StoreError) -> (size: Int64, root: DocumentDigest) {
        if !hasBegun {
            let kept = try await store.read { connection in
                try connection.snapshot { () throws(SQLFault) in try LogNodes(connection: connection).keptEdge() }
            }
            // Somebody else may have come here meanwhile.
            if !hasBegun { (edge, hasBegun) = (kept, true) }
        }
        while true {
            let start = edge.size
            let leaves = try await store.read { connection in
                try LogNodes(connection: connection).leaves(from: start, limit: StoredLog.page)
            }
            guard edge.size == start else { continue }
            for leaf in leaves {
                edge.append(leaf, level: 0) { if LogNodes.isKept($0.level) { unwritten.append($0) } }
            }
            if unwritten.count >= StoredLog.batch { try await writeSubtrees() }
            if leaves.count < StoredLog.page { break }
        }
        let found = (size: edge.size, root: edge.root)
        if !unwritten.isEmpty, store.gate.isOpen, store.canWrite { try await writeSubtrees() }
        return found
    }

    /// Writes the subtrees that are complete, in their order; those that another process has written stay.
    private func writeSubtrees() async throws(StoreError) {
        guard store.canWrite else { return unwritten.removeAll() }
        let batch = unwritten
        unwritten = []
        do throws(StoreError) {
            try await store.writes.perform { transaction in
                for subtree in batch {
                    try transaction.write(
                        "INSERT INTO log_subtrees (level, place, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                        .integer(subtree.level), .integer(subtree.index), .bytes(subtree.hash.bytes))
                }
            }
        } catch {
            unwritten = batch + unwritten
            throw error
        }
    }
}

// MARK: - Proofs

extension StoredLog: EvidenceStore {
    package func root(ofFirst size: Int64) async throws(StoreError) -> DocumentDigest {
        try await withNodes { nodes throws(SQLFault) in
            try MerkleProof.root(ofFirst: size) { level, index throws(SQLFault) in try nodes.root(level, index) }
        }
    }

    package func consistency(from old: Int64, to size: Int64) async throws(StoreError) -> [DocumentDigest] {
        try await withNodes { nodes throws(SQLFault) in
            try MerkleProof.consistency(from: old, to: size) { level, index throws(SQLFault) in
                try nodes.root(level, index)
            }
        }
    }

    package func inclusion(of positions: [Int64], in size: Int64) async throws(StoreError) -> [[DocumentDigest]] {
        try await withNodes { nodes throws(SQLFault) in
            var known: [Place: DocumentDigest] = [:]
            var paths: [[DocumentDigest]] = []
            for position in positions {
                let path = try MerkleProof.inclusion(of: position, in: size) { level, index throws(SQLFault) in
                    // The paths of one case share most of their upper half.
                    let place = Place(level: level, index: index)
                    if let hash = known[place] { return hash }
                    let hash = try nodes.root(level, index)
                    known[place] = hash
                    return hash
                }
                paths.append(path)
            }
            return paths
        }
    }

    /// A complete subtree.
    private struct Place: Hashable {
        let level: Int
        let index: Int64
    }

    private nonisolated func withNodes<Value: Sendable>(
        _ work: @escaping @Sendable (LogNodes) throws(SQLFault) -> Value
    ) async throws(StoreError) -> Value {
        try await store.read { connection in
            try connection.snapshot { () throws(SQLFault) in try work(LogNodes(connection: connection)) }
        }
    }

    /// The table of leaves has no index by case, since every leaf would pay for it. Cases get their rows in the order in which
    /// they are opened, and a step that opens one writes its leaves behind those of all steps that have opened others: so the
    /// place where a case begins is found by halving, and its leaves are read from there until each of its rows has one. Where
    /// that finds fewer, all are read.
    package func leaves(of number: CaseNumber) async throws(StoreError) -> [CaseLeaf] {
        try await store.read { [stretch] connection in
            try connection.snapshot { () throws(SQLFault) in
                let known = try connection.first(
                    """
                    SELECT id, version
                            + (SELECT count(*) FROM documents WHERE case_id = cases.id)
                            + (SELECT count(*) FROM documents JOIN receipts ON document = documents.position
                                WHERE case_id = cases.id)
                            + (SELECT count(*) FROM posting_groups WHERE case_id = cases.id),
                        (SELECT coalesce(max(position) + 1, 0) FROM audit_leaves)
                    FROM cases WHERE number = $1
                    """, [.text(number.text)]
                ) { row throws(SQLFault) in
                    (id: try row.integer(0), rows: try row.int(1), size: try row.integer(2))
                }
                guard let known else { return [] }
                var found: [CaseLeaf] = []
                var next = try connection.beginning(of: known.id, in: known.size, within: stretch / 16)
                while found.count < known.rows, next < known.size {
                    let end = next + stretch
                    found += try connection.leaves(of: known.id, in: next..<end)
                    next = end
                }
                return found.count == known.rows
                    ? found : try connection.leaves(of: known.id, in: 0..<known.size)
            }
        }
    }

    /// From which position on the leaves of a case are looked for; nil when there is no such case.
    package func beginning(of number: CaseNumber) async throws(StoreError) -> Int64? {
        try await store.read { [stretch] connection in
            try connection.snapshot { () throws(SQLFault) -> Int64? in
                let id = try connection.integer("SELECT id FROM cases WHERE number = $1", [.text(number.text)])
                let size = try connection.integer("SELECT coalesce(max(position) + 1, 0) FROM audit_leaves")
                guard let id, let size else { return nil }
                return try connection.beginning(of: id, in: size, within: stretch / 16)
            }
        }
    }
}

extension SQLConnection {
    /// A position not behind the first leaf of a case, and not far before the opening of the case before it.
    ///
    /// The leaf of its first event is not the first: where a document opens the case, those of the document and its receipt
    /// stand before it. So it is never gone beyond the opening of another case.
    ///
    /// - Parameters:
    ///   - size: of the log.
    ///   - reach: so many leaves more are not looked for.
    fileprivate func beginning(of id: Int64, in size: Int64, within reach: Int64) throws(SQLFault) -> Int64 {
        var (low, high): (Int64, Int64) = (0, size)
        while high - low > reach {
            let middle = low + (high - low) / 2
            let opened = try first(
                """
                SELECT case_id, position FROM audit_leaves
                WHERE position >= $1 AND position < $2 AND kind = 'event' AND subject = 1 ORDER BY position LIMIT 1
                """, [.integer(middle), .integer(high)]
            ) { row throws(SQLFault) in (id: try row.integer(0), position: try row.integer(1)) }
            if let opened, opened.id < id { low = opened.position } else { high = middle }
        }
        return low
    }

    fileprivate func leaves(of id: Int64, in positions: Range<Int64>) throws(SQLFault) -> [CaseLeaf] {
        try rows(
            """
            SELECT kind, subject, position FROM audit_leaves
            WHERE position >= $1 AND position < $2 AND case_id = $3 ORDER BY position
            """, [.integer(positions.lowerBound), .integer(positions.upperBound), .integer(id)]
        ) { row throws(SQLFault) in
            CaseLeaf(
                kind: try row.word(0, as: LeafEntry.Kind.self), subject: try row.integer(1),
                position: try row.integer(2))
        }
    }
}
