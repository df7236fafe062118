import Testing
import TransferDocuments

/// The tree of RFC 9162 against the test vectors that the certificate logs publish, and against its own definition for all
/// sizes to 64.
@Suite struct `A Merkle tree` {
    /// The entries of the published vectors, in hexadecimal.
    static let entries: [[UInt8]] = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map { bytes($0) }

    /// The roots over the first one, two … eight of them.
    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    struct Inclusion: Sendable {
        let leaf: Int64
        let size: Int64
        let path: [String]
    }

    static let inclusions = [
        Inclusion(leaf: 0, size: 1, path: []),
        Inclusion(
            leaf: 0, size: 8,
            path: [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]),
        Inclusion(
            leaf: 5, size: 8,
            path: [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]),
        Inclusion(
            leaf: 2, size: 3, path: ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        Inclusion(
            leaf: 1, size: 5,
            path: [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]),
    ]

    struct Consistency: Sendable {
        let old: Int64
        let new: Int64
        let proof: [String]
    }

    static let consistencies = [
        Consistency(old: 1, new: 1, proof: []),
        Consistency(
            old: 1, new: 8,
            proof: [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]),
        Consistency(
            old: 6, new: 8,
            proof: [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]),
        Consistency(
            old: 2, new: 5,
            proof: [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]),
    ]

    static let leaves = entries.map { MerkleTree.leaf($0) }

    @Test func `has the published roots`() {
        #expect(
            MerkleTree.emptyRoot.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        for (place, root) in Self.roots.enumerated() {
            #expect(MerkleTree.root(of: Self.leaves.prefix(place + 1)).hex == root)
        }
    }

    @Test(arguments: inclusions.indices) func `has the published paths`(place: Int) {
        let vector = Self.inclusions[place]
        let tree = PlainTree(Array(Self.leaves.prefix(Int(vector.size))))
        #expect(tree.path(of: vector.leaf).map(\.hex) == vector.path)
        #expect(
            MerkleProof.proves(
                Self.leaves[Int(vector.leaf)], at: vector.leaf, size: vector.size, root: tree.root,
                path: vector.path.compactMap { DocumentDigest(hex: $0) }))
    }

    @Test(arguments: consistencies.indices) func `has the published proofs of consistency`(place: Int) {
        let vector = Self.consistencies[place]
        let tree = PlainTree(Array(Self.leaves.prefix(Int(vector.new))))
        #expect(tree.consistency(from: vector.old).map(\.hex) == vector.proof)
    }

    @Test(arguments: 1...64) func `proves every leaf of it and nothing else`(size: Int) {
        let tree = PlainTree(numbered(size))
        #expect(tree.root == tree.definition)
        for position in 0..<Int64(size) {
            let path = tree.path(of: position)
            func proves(_ leaf: DocumentDigest, _ place: Int64, _ size: Int64, _ path: [DocumentDigest]) -> Bool {
                MerkleProof.proves(leaf, at: place, size: size, root: tree.root, path: path)
            }
            let leaf = tree.leaves[Int(position)]
            #expect(proves(leaf, position, Int64(size), path))
            let last = Int64(size)
            let others = size <= 17 ? Array(-1...last) : [-1, 0, position - 1, position + 1, position ^ 8, last]
            for other in others where other != position {
                #expect(!proves(leaf, other, Int64(size), path), "\(position) as \(other) of \(size)")
            }
            #expect(!proves(MerkleTree.leaf([7]), position, Int64(size), path))
            #expect(!proves(leaf, position, Int64(size), path + [tree.root]))
            if !path.isEmpty { #expect(!proves(leaf, position, Int64(size), Array(path.dropLast()))) }
            for place in path.indices {
                var changed = path
                changed[place] = MerkleTree.leaf([9])
                #expect(!proves(leaf, position, Int64(size), changed))
            }
        }
    }

    @Test(arguments: 0...64) func `proves that it goes on from every smaller one, and from no other`(size: Int) {
        let leaves = numbered(size)
        let tree = PlainTree(leaves)
        for old in 0...size {
            let before = MerkleTree.root(of: leaves.prefix(old))
            let proof = tree.consistency(from: Int64(old))
            func proves(_ root: DocumentDigest, _ new: DocumentDigest, _ proof: [DocumentDigest]) -> Bool {
                MerkleProof.proves(
                    (size: Int64(old), root: root), growsInto: (size: Int64(size), root: new), proof: proof)
            }
            #expect(proves(before, tree.root, proof))
            let stranger = MerkleTree.leaf([8])
            if old > 0 { #expect(!proves(stranger, tree.root, proof)) }
            if old > 0 { #expect(!proves(before, stranger, proof)) }
            #expect(!proves(before, tree.root, proof + [stranger]))
            for place in proof.indices {
                var changed = proof
                changed[place] = stranger
                #expect(!proves(before, tree.root, changed), "\(old) to \(size), hash \(place)")
                changed.remove(at: place)
                #expect(!proves(before, tree.root, changed))
            }
        }
        #expect(
            !MerkleProof.proves(
                (size: Int64(size) + 1, root: tree.root), growsInto: (size: Int64(size), root: tree.root), proof: []))
    }

    @Test func `does not take a node for a leaf`() {
        let leaves = numbered(4)
        let tree = PlainTree(leaves)
        let node = MerkleTree.node(leaves[0], leaves[1])
        #expect(
            !MerkleProof.proves(
                node, at: 0, size: 4, root: tree.root, path: [MerkleTree.node(leaves[2], leaves[3])]))
        // Of two leaves it would be right: the size is what tells them apart.
        #expect(
            MerkleProof.proves(
                node, at: 0, size: 2, root: tree.root, path: [MerkleTree.node(leaves[2], leaves[3])]))
    }

    @Test func `is the same when it is put together from complete subtrees`() {
        let leaves = numbered(64)
        for size in 0...64 {
            var edge = MerkleEdge()
            var whole = MerkleEdge()
            for leaf in leaves.prefix(size) { whole.append(leaf) }
            for start in stride(from: 0, to: size / 8 * 8, by: 8) {
                edge.append(MerkleTree.root(of: leaves[start..<(start + 8)]), level: 3) { _ in }
            }
            for leaf in leaves[(size / 8 * 8)..<size] { edge.append(leaf) }
            #expect(edge == whole)
        }
    }

    @Test func `tells every subtree that is complete, once and in order`() {
        let leaves = numbered(37)
        var told: [MerkleEdge.Subtree] = []
        var edge = MerkleEdge()
        for leaf in leaves { edge.append(leaf, level: 0) { told.append($0) } }
        for level in 1...5 {
            let hashes = told.filter { $0.level == level }
            #expect(hashes.map(\.index) == Array(0..<Int64(37 >> level)))
            for subtree in hashes {
                let start = Int(subtree.index) << level
                #expect(subtree.hash == MerkleTree.root(of: leaves[start..<(start + 1 << level)]))
            }
        }
    }
}

private func numbered(_ count: Int) -> [DocumentDigest] {
    (0..<count).map { MerkleTree.leaf([UInt8($0 & 255), UInt8($0 >> 8)]) }
}

private func bytes(_ hex: String) -> [UInt8] {
    let letters = Array(hex.utf8)
    return stride(from: 0, to: letters.count, by: 2).compactMap {
        UInt8(String(decoding: letters[$0..<($0 + 2)], as: UTF8.self), radix: 16)
    }
}

/// A tree with all its leaves at hand; every root is computed from its definition.
private struct PlainTree {
    let leaves: [DocumentDigest]
    /// The roots of the complete subtrees, by level and index.
    private var subtrees: [[DocumentDigest]]

    init(_ leaves: [DocumentDigest]) {
        self.leaves = leaves
        subtrees = [leaves]
        while let below = subtrees.last, below.count > 1 {
            subtrees.append((0..<(below.count / 2)).map { MerkleTree.node(below[2 * $0], below[2 * $0 + 1]) })
        }
    }

    var root: DocumentDigest { MerkleTree.root(of: leaves) }
    var definition: DocumentDigest { PlainTree.definition(leaves[...]) }

    func path(of position: Int64) -> [DocumentDigest] {
        MerkleProof.inclusion(of: position, in: Int64(leaves.count), subtree)
    }

    func consistency(from old: Int64) -> [DocumentDigest] {
        MerkleProof.consistency(from: old, to: Int64(leaves.count), subtree)
    }

    private func subtree(_ level: Int, _ index: Int64) -> DocumentDigest { subtrees[level][Int(index)] }

    /// Source: RFC 9162, section 2.1.1, word for word.
    private static func definition(_ leaves: ArraySlice<DocumentDigest>) -> DocumentDigest {
        switch leaves.count {
        case 0: return MerkleTree.emptyRoot
        case 1: return leaves[leaves.startIndex]
        default:
            var split = 1
            while split * 2 < leaves.count { split *= 2 }
            return MerkleTree.node(definition(leaves.prefix(split)), definition(leaves.dropFirst(split)))
        }
    }
}
