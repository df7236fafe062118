import Casework
import Store
import TransferCore
import TransferDocuments

// What must hold when a case has come to its end, whatever happened on the way.

extension NodePair {
    /// Everything that is not as it should be after a case was completed; empty when all is well.
    func complaints(about number: CaseNumber) async throws -> [String] {
        guard let here = try await view(of: number, at: destination), let there = try await view(of: number, at: origin)
        else { return ["a side does not know the case"] }
        var complaints: [String] = []
        func check(_ holds: Bool, _ complaint: @autoclosure () -> String) {
            if !holds { complaints.append(complaint()) }
        }
        check(here.story.transfer.isCompleted, "the destination is \(here.summary.phase)")
        check(there.story.transfer.isCompleted, "the origin is \(there.summary.phase)")
        check(here.pensionMoved == there.pensionMoved, "\(there.pensionMoved) went, \(here.pensionMoved) came")
        check(here.pensionMoved > .zero, "nothing has moved")
        check(
            Set(here.file.documents.map(Letter.init)) == Set(there.file.documents.map(Letter.init)),
            "the sides have other documents, or other receipts for them")
        for document in here.file.documents + there.file.documents {
            check(!document.isRefused, "\(document.kind) was refused")
            check(document.receipt != nil, "\(document.kind) has no receipt")
        }
        let payouts = zip(here.payouts, there.payouts)
        check(payouts.allSatisfy { $0.amount == $1.amount && $1.isPaid == ($1.amount > .zero) }, "a payout differs")
        for order in there.file.orders where order.outcome == nil { complaints.append("\(order.key) has no outcome") }
        let keys = bank.movements.map(\.key)
        check(Set(keys).count == keys.count, "the bank carried an order out twice")
        return try await complaints + restlessness()
    }

    /// What is not at rest, whatever the cases came to: money on its way, messages and work that wait, tables that
    /// contradict each other.
    func restlessness() async throws -> [String] {
        var complaints: [String] = []
        for node in nodes {
            func check(_ holds: Bool, _ complaint: @autoclosure () -> String) {
                if !holds { complaints.append("\(node.code): \(complaint())") }
            }
            let ledger = try await node.store.ledgerBalances()
            check(ledger.values.sum() == .zero, "the ledger sums to \(ledger.values.sum())")
            for (account, balance) in ledger where !["bank", "pooled"].contains(account) {
                check(account.hasPrefix("individual:") || balance == .zero, "\(balance) stands in \(account)")
            }
            check(ledger["bank", default: .zero] == bank.balance(of: node.code), "the bank has another balance")
            for reference in bank.told(node.code) {
                let isKnown = try await node.store.isBankLineKnown(reference)
                check(isKnown, "the bank line \(reference) is in no book")
            }
            let counts = try await node.store.counts()
            check(counts.outboxByRecipient.isEmpty, "documents wait")
            check(counts.openEffects == 0, "effects wait")
            check(counts.ordersWaiting == 0, "orders wait")
            check(counts.unmatchedBankLines == 0, "a bank line fits no case")
            for entry in try await node.store.caseList(CaseFilter()) {
                guard let view = try await view(of: entry.number, at: node) else { continue }
                check(view.summary == entry.summary, "\(entry.number) is another by its history than in the list")
            }
            complaints += try await node.audit.verify().map { "\(node.code): \($0)" }
            try await CaseAudit.checkAll(
                node.realStore, agency: node.desk.agency, directory: node.desk.directory.current
            ) { complaints.append("\(node.code): \($0)") }
        }
        for receipts in road.receipts.values where receipts.count > 1 {
            complaints.append("the same bytes got \(receipts.count) receipts")
        }
        return complaints
    }

    func view(of number: CaseNumber, at node: PairNode) async throws -> CaseView? {
        try await CaseView.read(
            number, from: node.store, limits: node.desk.agency.limits, calendar: node.desk.agency.calendar)
    }

    /// The published name of the phase in which a case is at a node; nil when the node does not know it.
    func phase(of number: CaseNumber, at node: PairNode) async throws -> String? {
        try await view(of: number, at: node)?.summary.phase
    }

    /// A document with its receipt, as both sides must have it.
    private struct Letter: Hashable {
        let digest: DocumentDigest
        let bytes: [UInt8]
        let receipt: [UInt8]?

        init(_ document: StoredDocument) {
            digest = document.digest
            bytes = document.bytes
            receipt = document.receipt
        }
    }
}
