import TransferDocuments

/// Reads the roots of complete subtrees of the log: those that are kept, and the others from the leaves.
struct LogNodes {
    let connection: any SQLConnection

    /// Subtrees of these levels are kept: of 256, 65,536 and 16,777,216 leaves and so on, so that no root needs more than
    /// 256 rows of each.
    static func isKept(_ level: Int) -> Bool { level > 0 && level % 8 == 0 }
    private static let lowest = 8

    func root(_ level: Int, _ index: Int64) throws(SQLFault) -> DocumentDigest {
        if LogNodes.isKept(level), let kept = try kept(level, index) { return kept }
        guard level > LogNodes.lowest else { return try fromLeaves(level, index) }
        return MerkleTree.node(try root(level - 1, 2 * index), try root(level - 1, 2 * index + 1))
    }

    private func kept(_ level: Int, _ index: Int64) throws(SQLFault) -> DocumentDigest? {
        try connection.first(
            "SELECT hash FROM log_subtrees WHERE level = $1 AND place = $2", [.integer(level), .integer(index)]
        ) { row throws(SQLFault) in try row.digest(0) }
    }

    private func fromLeaves(_ level: Int, _ index: Int64) throws(SQLFault) -> DocumentDigest {
        let start = index << Int64(level)
        var edge = MerkleEdge()
        for leaf in try leaves(from: start, limit: 1 << level) { edge.append(leaf) }
        guard edge.size == 1 << Int64(level) else {
            throw SQLFault(.unreadable, "the audit leaves end before position \(start + (1 << Int64(level)))")
        }
        return edge.root
    }

    /// The hashes of leaves from a position on, none of them missing.
    func leaves(from start: Int64, limit: Int) throws(SQLFault) -> [DocumentDigest] {
        var next = start
        return try connection.rows(
            "SELECT position, hash FROM audit_leaves WHERE position >= $1 ORDER BY position LIMIT $2",
            [.integer(start), .integer(limit)]
        ) { row throws(SQLFault) in
            guard try row.integer(0) == next else {
                throw SQLFault(.unreadable, "the audit leaf at position \(next) is missing")
            }
            next += 1
            return try row.digest(1)
        }
    }

    /// How many leaves there are, and the root over them, without any subtree that is kept.
    func whole() throws(SQLFault) -> (size: Int64, root: DocumentDigest) {
        var edge = MerkleEdge()
        while true {
            let leaves = try leaves(from: edge.size, limit: 8_192)
            for leaf in leaves { edge.append(leaf) }
            if leaves.count < 8_192 { return (edge.size, edge.root) }
        }
    }

    /// The right edge of the tree over the leaves whose subtrees are kept.
    func keptEdge() throws(SQLFault) -> MerkleEdge {
        var edge = MerkleEdge()
        let highest = try connection.integer("SELECT max(level) FROM log_subtrees") ?? 0
        for level in stride(from: Int(highest), to: 0, by: -LogNodes.lowest) {
            let first = edge.size >> Int64(level)
            let hashes = try connection.rows(
                "SELECT place, hash FROM log_subtrees WHERE level = $1 AND place >= $2 ORDER BY place",
                [.integer(level), .integer(first)]
            ) { row throws(SQLFault) in (try row.integer(0), try row.digest(1)) }
            for (place, hash) in hashes {
                guard place == edge.size >> Int64(level) else {
                    throw SQLFault(.unreadable, "subtree \(edge.size >> Int64(level)) of level \(level) is missing")
                }
                edge.append(hash, level: level) { _ in }
            }
        }
        return edge
    }
}
