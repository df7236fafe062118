package import Casework
package import TransferDocuments

/// Keeps webhooks and their messages. The store itself writes the messages of a change in the transaction of the change.
package protocol WebhookStore: Sendable {
    /// Rung when messages were written.
    var webhookBell: Bell { get }

    func add(_ webhook: Webhook) async throws(StoreError) -> WebhookAdding
    /// Those of an owner, in the order in which they were made.
    func webhooks(of owner: String) async throws(StoreError) -> [Webhook]
    func webhook(_ id: WebhookID, of owner: String) async throws(StoreError) -> Webhook?
    /// - Returns: false when there is none.
    func removeWebhook(_ id: WebhookID, of owner: String) async throws(StoreError) -> Bool
    /// Counts its secret on, keeps the digest of the new one, and takes the stop away that the loss of the secret was.
    ///
    /// - Returns: false when there is none, or it has another generation by now.
    func renewSecret(
        of id: WebhookID, owner: String, after generation: Int, digest: DocumentDigest, earlierUntil: Instant?
    ) async throws(StoreError) -> Bool
    /// Makes it active again: what waits is due at once, or is given up where too much waited.
    ///
    /// - Returns: false when there is none.
    func resumeWebhook(_ id: WebhookID, of owner: String, at moment: Instant) async throws(StoreError) -> Bool

    /// Disables it for its owner, if it is active.
    ///
    /// - Returns: false when there is none.
    func disableWebhook(_ id: WebhookID, of owner: String, at moment: Instant) async throws(StoreError) -> Bool

    /// The newest messages of a webhook, the newest first.
    func lastWebhookMessages(of id: WebhookID, limit: Int) async throws(StoreError) -> [WebhookMessage]

    /// The messages of a webhook in the order of the changes.
    ///
    /// - Parameters:
    ///   - message: the last one that was seen; nil to begin.
    ///   - state: nil for all.
    /// - Returns: nil when the message is not known.
    func webhookMessages(
        of id: WebhookID, after message: MessageID?, in state: WebhookMessage.State?, limit: Int
    ) async throws(StoreError) -> [WebhookMessage]?
    /// Has a message sent anew, from the first attempt on.
    ///
    /// - Returns: nil when there is none.
    func resendMessage(
        _ message: MessageID, of id: WebhookID, at moment: Instant
    ) async throws(StoreError) -> WebhookMessage?

    /// How the webhooks of all owners stand.
    func webhookCounts() async throws(StoreError) -> WebhookCounts

    // MARK: For the round

    /// The oldest message of each active webhook, where it is due.
    ///
    /// - Parameter busy: webhooks that are left out.
    func dueMessages(at now: Instant, besides busy: Set<WebhookID>, limit: Int) async throws(StoreError) -> [DueMessage]
    func note(_ attempt: WebhookAttempt) async throws(StoreError)
    /// Disables the active webhooks of all owners but these.
    ///
    /// - Returns: how many.
    func stopWebhooks(besidesThoseOf owners: Set<String>, at moment: Instant) async throws(StoreError) -> Int
    /// Takes messages away that ended before a moment, and what is left of webhooks that were removed.
    ///
    /// - Returns: whether more may be left.
    func purgeMessages(endedBefore moment: Instant, limit: Int) async throws(StoreError) -> Bool
}

/// What became of a new webhook.
package enum WebhookAdding: Hashable, Sendable {
    case kept
    /// The owner has ``Webhook/mostPerOwner`` of them.
    case tooMany
    /// The owner has this one with the same address.
    case urlTaken
}

/// A message that is to be sent now.
package struct DueMessage: Sendable {
    package let webhook: Webhook
    package let id: MessageID
    package let payload: [UInt8]
    /// The number of the attempt in the schedule, from 0.
    package let place: Int

    package init(webhook: Webhook, id: MessageID, payload: [UInt8], place: Int) {
        self.webhook = webhook
        self.id = id
        self.payload = payload
        self.place = place
    }
}

/// An attempt to deliver a message, and what follows from it.
package struct WebhookAttempt: Hashable, Sendable {
    package let webhook: WebhookID
    package let message: MessageID
    package let at: Instant
    package let outcome: Outcome

    package enum Outcome: Hashable, Sendable {
        case delivered(status: Int)
        /// It was not taken; the attempt at this place of the schedule is made then.
        case again(WebhookAnswer, place: Int, dueAt: Instant)
        /// It was not taken, is not sent again, and its webhook is disabled.
        case failed(WebhookAnswer, WebhookStop)
        /// It was not sent, as its webhook is disabled.
        case unsent(WebhookStop)
    }

    package init(webhook: WebhookID, message: MessageID, at: Instant, outcome: Outcome) {
        self.webhook = webhook
        self.message = message
        self.at = at
        self.outcome = outcome
    }
}

/// Sends messages over HTTPS.
package protocol WebhookLink: Sendable {
    /// Whether an address, IPv4 or IPv6, is one that is ever called.
    func mayReach(_ address: String) -> Bool

    /// Posts once and follows nothing.
    ///
    /// - Returns: the status of the answer.
    func post(_ request: WebhookRequest) async throws(WebhookFault) -> Int
}

/// One request to a webhook.
package struct WebhookRequest: Hashable, Sendable {
    package let url: WebhookURL
    package let id: MessageID
    /// When it is sent, in seconds since 1970.
    package let timestamp: Int64
    /// One or two signatures, parted by a space.
    package let signature: String
    package let body: [UInt8]

    /// Until the answer must be there.
    package static let timeoutMilliseconds = 15_000

    package init(url: WebhookURL, id: MessageID, timestamp: Int64, signature: String, body: [UInt8]) {
        self.url = url
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
        self.body = body
    }
}
