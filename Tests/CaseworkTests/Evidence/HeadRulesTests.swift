import Casework
import Testing
import TransferDocuments

/// Which head of another node's log is accepted as the next one.
@Suite struct `The witness rules` {
    private static let leaves = (0..<12).map { MerkleTree.leaf([UInt8($0)]) }

    private static func root(_ size: Int, fork: Bool = false) -> DocumentDigest {
        var kept = Array(leaves.prefix(size))
        if fork, size > 2 { kept[2] = MerkleTree.leaf([77]) }
        return MerkleTree.root(of: kept)
    }

    private static func head(
        _ size: Int, at: Int64, epoch: Int = 1, fork: Bool = false
    ) -> TreeHead {
        TreeHead(
            agency: PairCast.shenzhen, epoch: epoch, size: Int64(size), root: root(size, fork: fork),
            atMilliseconds: at)
    }

    private static func proof(_ old: Int, _ new: Int) -> HeadExchange.Proof {
        let hashes: [DocumentDigest] = MerkleProof.consistency(from: Int64(old), to: Int64(new)) { level, index in
            MerkleTree.root(of: leaves[(Int(index) << level)..<((Int(index) + 1) << level)])
        }
        return HeadExchange.Proof(size: Int64(old), hashes: hashes)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let head: TreeHead
        var last: TreeHead? = `The witness rules`.head(7, at: 1_000)
        var proofs: [HeadExchange.Proof] = []
        let verdict: HeadRules.Verdict
    }

    static let cases = [
        Case(
            testDescription: "the first head is taken without a proof", head: head(5, at: 900), last: nil,
            verdict: .taken(proof: [])),
        Case(
            testDescription: "a larger head with its proof is taken", head: head(11, at: 2_000),
            proofs: [proof(4, 11), proof(7, 11)], verdict: .taken(proof: proof(7, 11).hashes)),
        Case(
            testDescription: "a larger head without a proof is not", head: head(11, at: 2_000), verdict: .unproven),
        Case(
            testDescription: "a proof from another size is none", head: head(11, at: 2_000), proofs: [proof(6, 11)],
            verdict: .unproven),
        Case(
            testDescription: "a larger head of another history is a conflict", head: head(11, at: 2_000, fork: true),
            proofs: [proof(7, 11)], verdict: .conflict(.inconsistent, proof: proof(7, 11).hashes)),
        Case(testDescription: "the same head is known", head: head(7, at: 1_000), verdict: .known),
        Case(
            testDescription: "another root of the same size is a conflict, whenever it was signed",
            head: head(7, at: 500, fork: true), verdict: .conflict(.otherRoot, proof: [])),
        Case(
            testDescription: "a smaller head that was signed later is a conflict", head: head(6, at: 1_001),
            proofs: [], verdict: .conflict(.smaller, proof: [])),
        Case(testDescription: "a smaller head that was signed before is late", head: head(6, at: 999), verdict: .late),
        Case(
            testDescription: "a later epoch is taken with an alarm", head: head(5, at: 2_000, epoch: 2),
            verdict: .restarted),
        Case(
            testDescription: "an epoch before is a conflict when it was signed later", head: head(9, at: 3_000),
            last: head(7, at: 1_000, epoch: 2), verdict: .conflict(.olderEpoch, proof: [])),
        Case(
            testDescription: "an epoch before is late when it was signed before", head: head(9, at: 800),
            last: head(7, at: 1_000, epoch: 2), verdict: .late),
    ]

    @Test(arguments: cases) func `say what becomes of a head`(item: Case) {
        #expect(HeadRules.judge(item.head, after: item.last, proofs: item.proofs) == item.verdict)
    }
}
