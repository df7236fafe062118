/// Proofs about a tree: that a leaf stands at a place in it, and that a larger tree goes on from a smaller one.
///
/// Making a proof needs the roots of complete subtrees only; the caller gives them by level and index (see
/// ``MerkleEdge/Subtree``), and may compute or have kept them. Source: RFC 9162, sections 2.1.3 and 2.1.4.
package enum MerkleProof {
    /// What gives the root of a complete subtree: its level and its index.
    package typealias Subtrees<Failure: Error> = (_ level: Int, _ index: Int64) throws(Failure) -> DocumentDigest

    /// No proof about a tree of ``MerkleTree/mostLeaves`` has more hashes.
    package static let mostHashes = 64

    /// The root over the first leaves.
    package static func root<Failure: Error>(
        ofFirst size: Int64, _ subtrees: Subtrees<Failure>
    ) throws(Failure) -> DocumentDigest {
        guard size > 0 else { return MerkleTree.emptyRoot }
        return try hash(0..<size, subtrees)
    }

    /// The path from a leaf to the root, lowest first.
    ///
    /// - Parameters:
    ///   - position: of the leaf, from 0; below the size.
    ///   - size: of the tree.
    package static func inclusion<Failure: Error>(
        of position: Int64, in size: Int64, _ subtrees: Subtrees<Failure>
    ) throws(Failure) -> [DocumentDigest] {
        precondition(0 <= position && position < size, "a leaf of the tree")
        var path: [DocumentDigest] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = split(range)
            if position < middle {
                path.append(try hash(middle..<range.upperBound, subtrees))
                range = range.lowerBound..<middle
            } else {
                path.append(try hash(range.lowerBound..<middle, subtrees))
                range = middle..<range.upperBound
            }
        }
        return path.reversed()
    }

    /// That the tree of one size begins with the tree of a smaller one.
    ///
    /// - Returns: the proof; empty when the sizes are equal or the smaller is 0.
    package static func consistency<Failure: Error>(
        from old: Int64, to size: Int64, _ subtrees: Subtrees<Failure>
    ) throws(Failure) -> [DocumentDigest] {
        precondition(0 <= old && old <= size, "from a smaller tree to a larger one")
        guard old > 0, old < size else { return [] }
        var proof: [DocumentDigest] = []
        var range = 0..<size
        // While the old tree is the left part of what is looked at, its root need not be told: the asker has it.
        var isWhole = true
        while old != range.upperBound {
            let middle = split(range)
            if old <= middle {
                proof.append(try hash(middle..<range.upperBound, subtrees))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(range.lowerBound..<middle, subtrees))
                range = middle..<range.upperBound
                isWhole = false
            }
        }
        if !isWhole { proof.append(try hash(range, subtrees)) }
        return proof.reversed()
    }

    /// Where a range of more than one leaf is split: behind the largest power of two that is smaller than it.
    private static func split(_ range: Range<Int64>) -> Int64 {
        let last = range.upperBound - range.lowerBound - 1
        return range.lowerBound + (1 << Int64(63 - last.leadingZeroBitCount))
    }

    /// The root over a range that begins where a subtree of at least its size begins.
    private static func hash<Failure: Error>(
        _ range: Range<Int64>, _ subtrees: Subtrees<Failure>
    ) throws(Failure) -> DocumentDigest {
        let count = range.upperBound - range.lowerBound
        if count & (count - 1) == 0 {
            let level = count.trailingZeroBitCount
            return try subtrees(level, range.lowerBound >> Int64(level))
        }
        let middle = split(range)
        let left = try hash(range.lowerBound..<middle, subtrees)
        return MerkleTree.node(left, try hash(middle..<range.upperBound, subtrees))
    }
}

// MARK: - Checking

extension MerkleProof {
    /// Whether a leaf stands at a position of the tree with a size and a root.
    package static func proves(
        _ leaf: DocumentDigest, at position: Int64, size: Int64, root: DocumentDigest, path: [DocumentDigest]
    ) -> Bool {
        self.root(over: leaf, at: position, size: size, path: path) == root
    }

    /// The root of the tree with a size in which a leaf stands at a position.
    ///
    /// - Returns: nil when the path is none of a leaf there.
    static func root(
        over leaf: DocumentDigest, at position: Int64, size: Int64, path: [DocumentDigest]
    ) -> DocumentDigest? {
        guard 0 <= position, position < size, size <= MerkleTree.mostLeaves, path.count <= mostHashes else {
            return nil
        }
        var (place, last, hash) = (position, size - 1, leaf)
        for step in path {
            guard last > 0 else { return nil }
            if place & 1 == 1 || place == last {
                hash = MerkleTree.node(step, hash)
                while place & 1 == 0 && place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                hash = MerkleTree.node(hash, step)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return last == 0 ? hash : nil
    }

    /// Whether the tree with a size and a root begins with the tree of a smaller or equal one.
    package static func proves(
        _ old: (size: Int64, root: DocumentDigest), growsInto new: (size: Int64, root: DocumentDigest),
        proof: [DocumentDigest]
    ) -> Bool {
        guard 0 <= old.size, old.size <= new.size, new.size <= MerkleTree.mostLeaves, proof.count <= mostHashes else {
            return false
        }
        if old.size == new.size { return old.root == new.root && proof.isEmpty }
        if old.size == 0 { return old.root == MerkleTree.emptyRoot && proof.isEmpty }
        // The root of an old tree that is one complete subtree is not told again.
        var steps = (old.size & (old.size - 1) == 0 ? [old.root] : []) + proof
        guard !proof.isEmpty else { return false }
        var (place, last) = (old.size - 1, new.size - 1)
        while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
        let first = steps.removeFirst()
        var (before, after) = (first, first)
        for step in steps {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                before = MerkleTree.node(step, before)
                after = MerkleTree.node(step, after)
                while place & 1 == 0 && place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                after = MerkleTree.node(after, step)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return last == 0 && before == old.root && after == new.root
    }
}
