import Casework
import Store
import TransferCore
import TransferDocuments

/// Carries statements between the two nodes of a pair, as the listener for peers would.
struct DigestRoad: DigestLink {
    let from: AgencyCode
    let pair: NodePair
    /// What becomes of a statement on its way there.
    var changed: @Sendable ([UInt8]) throws -> [UInt8] = { $0 }

    func exchange(_ statement: [UInt8], with peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        guard let node = pair.nodes.first(where: { $0.code == peer }), let bytes = try? changed(statement) else {
            throw DeliveryFault(code: "connect", detail: "nobody there", concernsPeer: true)
        }
        switch await pair.truth(at: node).answer(bytes, from: from) {
        case .receipt(let answer): return answer
        case .problem(let problem):
            throw DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: problem.status >= 500)
        }
    }
}

extension NodePair {
    func truth(
        at node: PairNode, changed: @escaping @Sendable ([UInt8]) throws -> [UInt8] = { $0 }
    ) -> TruthDesk {
        TruthDesk(
            desk: node.desk, store: node.realStore, link: DigestRoad(from: node.code, pair: self, changed: changed))
    }

    /// Compares, a while after everything came to rest, at the wish of one side.
    func compare(at node: PairNode, after milliseconds: Int64 = 600_000) async throws -> PeerReckoning {
        clock.move(milliseconds: milliseconds)
        return try await truth(at: node).compare(
            with: node.code == PairCast.weifang ? PairCast.shenzhen : PairCast.weifang)
    }

    /// The kinds of differences that a node has kept and not cleared.
    func openKinds(at node: PairNode) async throws -> [StateDifference.Kind] {
        try await node.realStore.openDifferences(with: nil, limit: 100).map(\.difference.kind)
    }
}
