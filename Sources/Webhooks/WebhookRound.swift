package import Casework
package import Logging
import Synchronization

/// Delivers messages from the node's own worker, each until it is taken or its schedule ends.
///
/// Guarantees: a message is sent at least once, also by a node that was killed while it sent; who gets one twice knows by
/// its id. One webhook gets one message at a time, in the order of the changes: what waits behind a message that is not
/// taken waits with it. A webhook that answers slowly holds up itself and takes one of ``atOnce`` places.
package struct WebhookRound: Sendable {
    private let store: any WebhookStore
    private let link: any WebhookLink
    private let key: WebhookKey
    private let clock: any NodeClock
    private let owners: Owners
    private let logger: Logger
    private let draw: @Sendable (Int64) -> Int64
    /// What became of the attempts of this round.
    package let tally = WebhookTally()

    /// Finds out who may have webhooks now.
    package typealias Owners = @Sendable () async throws(StoreError) -> Set<String>

    /// Requests on their way at the same time.
    package static let atOnce = 32
    /// For so long messages that have ended are kept.
    package static let keptMilliseconds: Int64 = 30 * 24 * 3_600_000

    /// - Parameters:
    ///   - owners: who may have webhooks, by the names under which cases are lodged; what others made is disabled.
    ///   - draw: gives a number from 0 to what it is given.
    package init(
        store: any WebhookStore, link: any WebhookLink, key: WebhookKey, clock: any NodeClock,
        owners: @escaping Owners,
        logger: Logger, draw: @escaping @Sendable (Int64) -> Int64 = { Int64.random(in: 0...$0) }
    ) {
        self.store = store
        self.link = link
        self.key = key
        self.clock = clock
        self.owners = owners
        self.logger = logger
        self.draw = draw
    }

    /// Works until the task is cancelled.
    package func run() async {
        let wake = Bell()
        let busy = BusyWebhooks()
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in store.webhookBell.rings { wake.ring() }
            }
            group.addTask {
                // What becomes due by time alone, and what another process wrote.
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    wake.ring()
                }
            }
            group.addTask { await tidyUp() }
            wake.ring()
            for await _ in wake.rings {
                for due in await take(busy) {
                    group.addTask {
                        if await !deliver(due) { try? await Task.sleep(for: .seconds(5)) }
                        busy.remove(due.webhook.id)
                        wake.ring()
                    }
                }
            }
        }
    }

    /// Delivers what is due, one message to each webhook, and returns when all have ended.
    ///
    /// - Returns: how many were sent or given up.
    package func turn() async -> Int {
        let all = await take(BusyWebhooks())
        await withDiscardingTaskGroup { group in
            for due in all { group.addTask { _ = await deliver(due) } }
        }
        return all.count
    }

    /// Disables what belongs to nobody any more, and takes away what ended long ago.
    package func tidy() async {
        do throws(StoreError) {
            let stopped = try await store.stopWebhooks(besidesThoseOf: try await owners(), at: clock.now)
            if stopped > 0 {
                logger.warning("webhooks whose owner is gone are disabled", metadata: ["count": "\(stopped)"])
            }
            let moment = clock.now.adding(milliseconds: -WebhookRound.keptMilliseconds)
            while !Task.isCancelled, try await store.purgeMessages(endedBefore: moment, limit: 500) {}
        } catch {
            logger.error("old messages to webhooks were not taken away", metadata: ["cause": "\(error)"])
        }
    }

    private func tidyUp() async {
        while !Task.isCancelled {
            await tidy()
            try? await Task.sleep(for: .seconds(600))
        }
    }

    private func take(_ busy: BusyWebhooks) async -> [DueMessage] {
        let (taken, room) = busy.snapshot(of: WebhookRound.atOnce)
        guard room > 0 else { return [] }
        do throws(StoreError) {
            let due = try await store.dueMessages(at: clock.now, besides: taken, limit: room)
            busy.add(due.map(\.webhook.id))
            return due
        } catch {
            logger.error("messages to webhooks were not looked at", metadata: ["cause": "\(error)"])
            return []
        }
    }

    /// - Returns: false when the store did not take the outcome: then it is sent again.
    private func deliver(_ due: DueMessage) async -> Bool {
        guard let outcome = await outcome(of: due) else { return true }
        let attempt = WebhookAttempt(webhook: due.webhook.id, message: due.id, at: clock.now, outcome: outcome)
        do throws(StoreError) {
            try await store.note(attempt)
        } catch {
            logger.error("the delivery to a webhook was not noted", metadata: ["cause": "\(error)"])
            return false
        }
        tally.add(outcome)
        switch outcome {
        case .failed(_, let stop), .unsent(let stop):
            // The address is the owner's secret.
            logger.warning(
                "a webhook is disabled",
                metadata: [
                    "webhook": "\(due.webhook.id)", "owner": "\(due.webhook.owner)", "cause": "\(stop.rawValue)",
                ])
        case .delivered, .again: break
        }
        return true
    }

    /// Sends it; nil when the node stops meanwhile.
    private func outcome(of due: DueMessage) async -> WebhookAttempt.Outcome? {
        let now = clock.now
        guard let signature = key.signature(of: due.id, to: due.webhook, at: now, payload: due.payload) else {
            return .unsent(.secretLost)
        }
        let answer: WebhookAnswer
        do throws(WebhookFault) {
            answer = .status(
                try await link.post(
                    WebhookRequest(
                        url: due.webhook.url, id: due.id, timestamp: now.seconds, signature: signature,
                        body: due.payload)))
        } catch {
            guard error != .stopping else { return nil }
            answer = .fault(error)
        }
        switch answer {
        case .status(let status) where (200...299).contains(status): return .delivered(status: status)
        case .status(410): return .failed(answer, .gone)
        case .status, .fault: break
        }
        guard let rest = RetrySchedule.rest(before: due.place + 1, draw: draw) else {
            return .failed(answer, .scheduleExhausted)
        }
        return .again(answer, place: due.place + 1, dueAt: clock.now.adding(milliseconds: rest))
    }
}

/// The webhooks to which something is on its way.
private final class BusyWebhooks: Sendable {
    private let ids = Mutex<Set<WebhookID>>([])

    /// What is busy, and how many more may be.
    func snapshot(of most: Int) -> (Set<WebhookID>, room: Int) { ids.withLock { ($0, most - $0.count) } }
    func add(_ more: [WebhookID]) { ids.withLock { $0.formUnion(more) } }
    func remove(_ id: WebhookID) { ids.withLock { _ = $0.remove(id) } }
}
