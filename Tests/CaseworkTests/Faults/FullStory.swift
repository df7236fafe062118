import Casework
import TransferCore
import TransferDocuments

/// A story with everything in it that writes: a letter that is returned and corrected, a remittance, and two balances that
/// bounce, get another account and are paid. People do again what they are not told has worked.
struct FullStory {
    let pair: NodePair

    /// Gives each side its records as they are in the beginning.
    static func prepare(_ pair: NodePair) async throws {
        pair.bank.flaw(PairCast.card, .givesBackLater(.accountClosed))
        try await pair.know(.atDestination(), .atOrigin(isActive: true))
    }

    /// Tells the story to its end.
    func tell() async throws -> CaseNumber {
        let number = try await pair.lodge(PairCast.application(branches: [.medical, .housing]))
        try await pair.settle()
        try await again { try await pair.origin.store.importRecords([.atOrigin()], at: pair.clock.now) }
        try await again { try await pair.correct(number) }
        try await pair.settle()
        for branch in [Branch.medical, .housing] {
            try await again { _ = try await pair.correctAccount(number, branch) }
        }
        try await pair.settle()
        return number
    }

    /// Does something until it has worked: what is not allowed the second time has worked the first time.
    private func again(_ deed: () async throws -> Void) async throws {
        for attempt in 1... {
            try await pair.revive()
            do {
                try await deed()
                if pair.nodes.allSatisfy({ !$0.isDead }) { return }
            } catch let fault as DeskFault {
                if attempt > 1, fault.notAllowed != nil { return }
                guard fault.isTransient, attempt < 5 else { throw fault }
            } catch let error as StoreError {
                guard error.isTransient, attempt < 5 else { throw error }
            }
        }
    }
}
