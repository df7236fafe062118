import Accounts
import Casework
import Logging
import NodeLink
import NodeSettings
import Store
import Webhooks

/// What a node tells the owners of its cases with, made from its settings.
struct WebhooksAtNode {
    let desk: WebhookDesk
    let round: WebhookRound

    /// - Throws: when the key of the secrets cannot be read or made.
    init(_ settings: NodeSettings, store: JiexuStore, clock: any NodeClock, logger: Logger) throws {
        let (path, count) = (settings.webhooks.secretKey, WebhookKey.byteCount)
        guard let key = WebhookKey(bytes: try KeyFiles.ownKey(path, byteCount: count)) else {
            throw Misuse("\(path): expected \(count) bytes; bring the key back from its backup")
        }
        let link = WebhookClient(
            allowsLoopback: settings.webhooks.addresses == .publicAndLoopback,
            roots: settings.webhooks.roots.isEmpty ? nil : settings.webhooks.roots)
        let programs = settings.publicAccess.tokens.filter { $0.role == .employer || $0.role == .desk }.map(\.name)
        desk = WebhookDesk(store: store, link: link, key: key, clock: clock)
        round = WebhookRound(
            store: store, link: link, key: key, clock: clock,
            owners: { () throws(StoreError) in
                Set(programs).union(try await WebhooksAtNode.units(store))
            }, logger: logger)
    }

    /// The units that have an account which is not disabled.
    private static func units(_ store: JiexuStore) async throws(StoreError) -> Set<String> {
        var (units, last): (Set<String>, AccountName?) = ([], nil)
        while true {
            let page = try await store.accounts(after: last, limit: 500)
            units.formUnion(page.filter { $0.state != .disabled }.compactMap(\.unit?.owner))
            guard page.count == 500 else { return units }
            last = page.last?.name
        }
    }
}
