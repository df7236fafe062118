import Casework
import TransferCore

/// How a node stands: what must be the same before and after something that changes nothing.
struct Standing: Hashable {
    let cases: [CaseListEntry]
    let ledger: [String: Money]
    let events: Int
    let documents: Int
    let postings: Int
    let leaves: Int
    let openEffects: Int
    let outbox: [AgencyCode: Int]
    let ordersWaiting: Int
    let evidence: Int
    let unmatched: Int
}

extension NodePair {
    func standing(of node: PairNode) async throws -> Standing {
        let counts = try await node.store.counts()
        return Standing(
            cases: try await node.store.caseList(CaseFilter()), ledger: try await node.store.ledgerBalances(),
            events: counts.events, documents: counts.documents, postings: counts.postings,
            leaves: counts.auditLeaves, openEffects: counts.openEffects, outbox: counts.outboxByRecipient,
            ordersWaiting: counts.ordersWaiting, evidence: try await node.store.refusedEvidence(limit: 100).count,
            unmatched: counts.unmatchedBankLines)
    }
}
