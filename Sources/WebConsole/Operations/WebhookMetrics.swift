import Casework
package import Webhooks

/// What monitoring reads of the webhooks: nothing of their addresses, and no name of an owner.
package struct WebhookMetrics: Sendable {
    private let store: any WebhookStore
    private let tally: WebhookTally

    package init(store: any WebhookStore, tally: WebhookTally) {
        self.store = store
        self.tally = tally
    }

    func write(to text: inout MetricsText, at now: Instant) async throws(Problem) {
        let counts: WebhookCounts
        do throws(StoreError) { counts = try await store.webhookCounts() } catch { throw Problem(error) }
        text.family("jiexu_webhooks", .gauge, "Webhooks of all owners.")
        text.sample(["state": "active"], Int64(counts.active))
        text.sample(["state": "disabled"], Int64(counts.disabled))
        text.family("jiexu_webhook_attempts_total", .counter, "Attempts to deliver a message since the start.")
        for result in WebhookTally.Result.allCases {
            text.sample(["result": result.rawValue], tally.count(of: result))
        }
        text.single(
            "jiexu_webhook_messages_waiting", .gauge, "Messages that are not taken yet.", Int64(counts.waiting))
        text.single(
            "jiexu_webhook_oldest_seconds", .gauge, "Age of the oldest message that is not taken yet.",
            counts.oldestAt.map { max(0, now.seconds - $0.seconds) } ?? 0)
    }
}
