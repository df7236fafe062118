import Casework
import Foundation
import NodeSettings
import Simulation
import Store
import TransferCore

/// What is checked of a network after its cases have ended, with means that are not those by which they were carried.
struct NetworkCheck {
    let network: TransferNetwork
    let stores: [AgencyCode: JiexuStore]
    /// What the bank itself owes or is owed, by agency.
    var explainedSuspense: [AgencyCode: Money] = [:]
    /// Bank lines that fit no case because nobody ordered them.
    var explainedLines = 0

    /// Everything that is wrong, one line each; empty when all is well.
    func findings() async throws -> [String] {
        var findings: [String] = []

        // The bank is the judge of what was paid: every key once.
        let journal = try BankJournal.check(try Files.read(network.journalFile, limit: 1 << 30))
        for order in journal.repeated {
            findings.append("the bank paid \(order.key) \(order.times) times")
        }
        let audits = try await audits()
        for (code, store) in stores.sorted(by: { $0.key < $1.key }) {
            findings += audits[code] ?? []
            let balances = try await store.ledgerBalances()
            let sum = balances.values.sum()
            if sum != .zero { findings.append("\(code): the ledger sums to \(sum)") }
            for (account, balance) in balances where account.hasPrefix("suspense") || account.hasPrefix("in-transit") {
                let explained = account.hasPrefix("suspense") ? explainedSuspense[code] ?? .zero : .zero
                if balance != explained { findings.append("\(code): \(balance) is left on \(account)") }
            }
            // The ledger's bank account and the bank's own journal tell the same story.
            let booked = balances[LedgerAccount.bank.name] ?? .zero
            let moved = journal.agencies.first { $0.agency == code }?.net ?? .zero
            if booked != moved { findings.append("\(code): the ledger says \(booked) moved, the bank says \(moved)") }
            let counts = try await store.counts()
            if counts.outboxByRecipient.values.contains(where: { $0 > 0 }) {
                findings.append("\(code): documents wait in the outbox")
            }
            if counts.unmatchedBankLines > explainedLines {
                findings.append("\(code): \(counts.unmatchedBankLines) bank lines fit no case")
            }
        }
        return findings
    }

    /// What is wrong in each store by itself. Side by side, as a long measurement leaves stores whose every document is read.
    private func audits() async throws -> [AgencyCode: [String]] {
        try await withThrowingTaskGroup(of: (AgencyCode, [String]).self) { group in
            for (code, store) in stores {
                group.addTask { (code, try await StoreAudit(store).verify().map { "\(code): \($0)" }) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
