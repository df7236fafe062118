import Accounts
import Casework
import Logging
import NodeSettings
import ServiceLifecycle
import Store
import TransferDocuments
import Webhooks

extension Node {
    /// What a node does besides where it is one of several instances; nothing where it serves alone.
    static func instanceServices(
        _ duties: DutyBoard?, desk: Desk, witness: WitnessDesk, log: StoredLog, settings: NodeSettings,
        store: JiexuStore
    ) -> [any Service] {
        guard let duties else { return [] }
        let following = InstanceFollowing(
            duties: duties, desk: desk, witness: witness, log: log, limits: settings.heldLimits)
        return [
            Loop {
                duties.serve()
                await following.run()
            }
        ]
    }
}

extension NodeSettings {
    /// Makes sure that an instance has the same keys of the node's own as the others: with another one it could not read what
    /// they have sealed.
    func compareOwnKeys(with store: JiexuStore) async throws {
        guard store.membership != nil else { return }
        let keys = [
            (name: "accounts", path: accounts.seedKey, bytes: SeedKey.byteCount),
            (name: "webhooks", path: webhooks.secretKey, bytes: WebhookKey.byteCount),
        ]
        for key in keys {
            let kept = try await store.sharedKey(key.name)
            guard kept == nil || Files.exists(key.path) else {
                throw Misuse("\(key.path) is not there: copy it from the other instances of this node")
            }
            let own = DocumentDigest(of: try KeyFiles.ownKey(key.path, byteCount: key.bytes))
            guard try await store.keep(own, ofSharedKey: key.name) == own else {
                throw Misuse("\(key.path) is another key than that of the other instances of this node: copy theirs")
            }
        }
    }
}

/// Takes up what other instances have found out or were told, where it is kept in memory: imported tables of the rules, who
/// is quarantined, and whether the node is recovering.
struct InstanceFollowing: Sendable {
    let duties: DutyBoard
    let desk: Desk
    let witness: WitnessDesk
    let log: StoredLog
    let limits: HeldLimits

    /// Source: our choice; so long an instance may go on by what was so before.
    private static let pause: Duration = .seconds(2)

    func run() async {
        while !Task.isCancelled {
            do {
                // Whoever sees to the deadlines takes new tables up with them.
                if duties.claim(of: .deadlines) == nil { _ = try await desk.rules.reload() }
                try await log.takeUpQuarantine()
                try await witness.follow(limits)
            } catch {
                desk.logger.error("what other instances have changed was not taken up", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: InstanceFollowing.pause)
        }
    }
}
