import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments
import WebConsole

extension Node {
    /// The desk at which the agency's people work.
    static func workDesk(
        _ settings: NodeSettings, desk: Desk, outbox: Outbox, store: JiexuStore
    ) -> WorkDesk {
        WorkDesk(
            desk: desk, store: store, staff: settings.staff.compactMap(\.member),
            claimMinutes: settings.work.claimMinutes,
            deliverNow: { await outbox.tryNow($0) }, differences: { () throws(StoreError) in try await store.byCase() })
    }

    /// The accounts of the people who work here, as tokens of the public listener.
    static func staffTokens(_ settings: NodeSettings) throws -> [AccessToken] {
        try settings.staff.flatMap { person in
            try person.accounts.map { account in
                guard let digest = DocumentDigest(hex: account.sha256), let member = person.member else {
                    throw Misuse("staff: \(account.name) has no usable digest or person")
                }
                return AccessToken(name: account.name, role: .staff, digest: digest, member: member)
            }
        }
    }
}

extension JiexuStore {
    /// Where the books of this office differ from those of others, by case.
    func byCase() async throws(StoreError) -> [CaseNumber: [String]] {
        let open = try await openDifferences(with: nil, limit: 10_000)
        return Dictionary(grouping: open, by: \.difference.number).mapValues { differences in
            differences.map(\.difference.kind.rawValue).sorted()
        }
    }
}
