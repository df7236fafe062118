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
        let owners = settings.publicAccess.tokens.filter { $0.role == .employer || $0.role == .desk }.map(\.name)
        desk = WebhookDesk(store: store, link: link, key: key, clock: clock)
        round = WebhookRound(
            store: store, link: link, key: key, clock: clock, owners: Set(owners), logger: logger)
    }
}
