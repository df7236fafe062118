import Crypto
import FoundationEssentials

/// The hashes of a Merkle tree over an append-only list of leaves.
///
/// A leaf is hashed behind a zero byte and a node behind a one, so that no node can be passed off as a leaf.
/// Source: RFC 9162, section 2.1.1.
package enum MerkleTree {
    /// The root over no leaves: the digest of nothing.
    package static let emptyRoot = DocumentDigest(of: [])
    /// No log has more leaves.
    package static let mostLeaves: Int64 = 1 << 48

    /// The hash of an entry as a leaf.
    package static func leaf(_ entry: [UInt8]) -> DocumentDigest { DocumentDigest(of: [0] + entry) }

    package static func node(_ left: DocumentDigest, _ right: DocumentDigest) -> DocumentDigest {
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(1 + 2 * DocumentDigest.byteCount)
        bytes += left.bytes
        bytes += right.bytes
        return DocumentDigest(of: bytes)
    }

    /// The root over leaves that are all at hand, each already hashed.
    package static func root(of leaves: some Sequence<DocumentDigest>) -> DocumentDigest {
        var edge = MerkleEdge()
        for leaf in leaves { edge.append(leaf) }
        return edge.root
    }
}

/// The right edge of a tree: the roots of the complete subtrees of which it is made, largest first. It is all that is
/// needed to append leaves and to know the root: one digest for each bit that is set in the size.
package struct MerkleEdge: Hashable, Sendable {
    /// The number of leaves.
    package private(set) var size: Int64 = 0
    private var subtrees: [DocumentDigest] = []

    package init() {}

    /// A subtree of 2 to the power of `level` leaves; `index` counts those of its level from 0.
    package struct Subtree: Hashable, Sendable {
        package let level: Int
        package let index: Int64
        package let hash: DocumentDigest

        package init(level: Int, index: Int64, hash: DocumentDigest) {
            self.level = level
            self.index = index
            self.hash = hash
        }
    }

    package mutating func append(_ leaf: DocumentDigest) { append(leaf, level: 0) { _ in } }

    /// Appends a leaf, or a complete subtree.
    ///
    /// - Parameters:
    ///   - level: 0 for a leaf. The size must be a multiple of the subtree's.
    ///   - completed: is told every subtree that is complete with it, the smallest first.
    package mutating func append(_ hash: DocumentDigest, level: Int, completed: (Subtree) -> Void) {
        precondition(size & ((1 << Int64(level)) - 1) == 0, "a subtree stands behind whole ones of its size")
        var (hash, level) = (hash, level)
        let end = size + (1 << Int64(level))
        while (size >> Int64(level)) & 1 == 1 {
            hash = MerkleTree.node(subtrees.removeLast(), hash)
            level += 1
            completed(Subtree(level: level, index: (end >> Int64(level)) - 1, hash: hash))
        }
        subtrees.append(hash)
        size = end
    }

    package var root: DocumentDigest {
        guard var root = subtrees.last else { return MerkleTree.emptyRoot }
        for subtree in subtrees.dropLast().reversed() { root = MerkleTree.node(subtree, root) }
        return root
    }
}
