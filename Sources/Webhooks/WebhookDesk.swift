package import Casework
import TransferDocuments

/// What the owner of webhooks can do with them. An owner sees and changes its own only; of those of others it is told
/// that there are none.
package struct WebhookDesk: Sendable {
    private let store: any WebhookStore
    private let link: any WebhookLink
    private let key: WebhookKey
    private let clock: any NodeClock

    package init(store: any WebhookStore, link: any WebhookLink, key: WebhookKey, clock: any NodeClock) {
        self.store = store
        self.link = link
        self.key = key
        self.clock = clock
    }

    /// Makes a webhook.
    ///
    /// - Returns: it, and the secret, which is never shown again.
    package func make(_ url: String, for owner: String) async throws(WebhookRefusal) -> (Webhook, WebhookSecret) {
        let address: WebhookURL
        do throws(WebhookURLFault) { address = try WebhookURL(url) } catch { throw .url(error) }
        // A name is looked at when it is called: what it stands for may change.
        guard !address.isAddress || link.mayReach(address.host) else { throw .url(.notPublic) }
        let id = WebhookID.drawn()
        let secret = key.secret(of: id, generation: 1)
        let webhook = Webhook(
            id: id, owner: owner, url: address, secretDigest: secret.digest, createdAt: clock.now)
        let outcome: WebhookAdding
        do throws(StoreError) { outcome = try await store.add(webhook) } catch { throw .store(error) }
        switch outcome {
        case .kept: return (webhook, secret)
        case .tooMany: throw .tooMany
        case .urlTaken: throw .urlTaken
        }
    }

    package func list(of owner: String) async throws(WebhookRefusal) -> [Webhook] {
        do throws(StoreError) { return try await store.webhooks(of: owner) } catch { throw .store(error) }
    }

    package func webhook(_ id: WebhookID, of owner: String) async throws(WebhookRefusal) -> Webhook {
        let webhook: Webhook?
        do throws(StoreError) { webhook = try await store.webhook(id, of: owner) } catch { throw .store(error) }
        guard let webhook else { throw .noSuchWebhook }
        return webhook
    }

    /// Takes it away with its messages.
    package func remove(_ id: WebhookID, of owner: String) async throws(WebhookRefusal) {
        let isGone: Bool
        do throws(StoreError) { isGone = try await store.removeWebhook(id, of: owner) } catch { throw .store(error) }
        guard isGone else { throw .noSuchWebhook }
    }

    /// Makes a new secret; the one before signs too for ``Webhook/overlapMilliseconds``, so that the owner can change
    /// over without losing a message.
    ///
    /// - Returns: the webhook as it is then, and the secret, which is never shown again.
    package func renewSecret(
        of id: WebhookID, owner: String
    ) async throws(WebhookRefusal) -> (Webhook, WebhookSecret) {
        let webhook = try await webhook(id, of: owner)
        let generation = webhook.generation + 1
        let secret = key.secret(of: id, generation: generation)
        let isKnown = key.secret(of: id, generation: webhook.generation).digest == webhook.secretDigest
        let until = isKnown ? clock.now.adding(milliseconds: Webhook.overlapMilliseconds) : nil
        let isKept: Bool
        do throws(StoreError) {
            isKept = try await store.renewSecret(
                of: id, owner: owner, after: webhook.generation, digest: secret.digest, earlierUntil: until)
        } catch {
            throw .store(error)
        }
        guard isKept else { throw .movedOn }
        return (try await self.webhook(id, of: owner), secret)
    }

    package func resume(_ id: WebhookID, of owner: String) async throws(WebhookRefusal) -> Webhook {
        let isThere: Bool
        do throws(StoreError) {
            isThere = try await store.resumeWebhook(id, of: owner, at: clock.now)
        } catch {
            throw .store(error)
        }
        guard isThere else { throw .noSuchWebhook }
        store.webhookBell.ring()
        return try await webhook(id, of: owner)
    }

    /// Sends nothing to it until it is resumed. What happens meanwhile is not told later.
    package func disable(_ id: WebhookID, of owner: String) async throws(WebhookRefusal) -> Webhook {
        let isThere: Bool
        do throws(StoreError) {
            isThere = try await store.disableWebhook(id, of: owner, at: clock.now)
        } catch {
            throw .store(error)
        }
        guard isThere else { throw .noSuchWebhook }
        return try await webhook(id, of: owner)
    }

    /// Sends one message that says nothing, once and at once, signed as all are; also to a webhook that is disabled.
    ///
    /// - Returns: what came of it. It is kept nowhere.
    package func test(_ id: WebhookID, of owner: String) async throws(WebhookRefusal) -> WebhookAnswer {
        let webhook = try await webhook(id, of: owner)
        let (now, message) = (clock.now, MessageID.drawn())
        let payload = Array(
            #"{"type":"\#(WebhookDesk.testType)","timestamp":"\#(now.signingTime.text)","data":{}}"#.utf8)
        guard let signature = key.signature(of: message, to: webhook, at: now, payload: payload) else {
            throw .secretLost
        }
        do throws(WebhookFault) {
            return .status(
                try await link.post(
                    WebhookRequest(
                        url: webhook.url, id: message, timestamp: now.seconds, signature: signature, body: payload)))
        } catch {
            return .fault(error)
        }
    }

    /// The published name of the message of a test.
    package static let testType = "webhook.test"

    /// The newest messages of a webhook, the newest first.
    package func lastMessages(
        of id: WebhookID, owner: String, limit: Int
    ) async throws(WebhookRefusal) -> [WebhookMessage] {
        _ = try await webhook(id, of: owner)
        do throws(StoreError) { return try await store.lastWebhookMessages(of: id, limit: limit) } catch {
            throw .store(error)
        }
    }

    /// The messages of a webhook in the order of the changes.
    package func messages(
        of id: WebhookID, owner: String, after message: MessageID?, in state: WebhookMessage.State?, limit: Int
    ) async throws(WebhookRefusal) -> [WebhookMessage] {
        _ = try await webhook(id, of: owner)
        let messages: [WebhookMessage]?
        do throws(StoreError) {
            messages = try await store.webhookMessages(of: id, after: message, in: state, limit: limit)
        } catch {
            throw .store(error)
        }
        guard let messages else { throw .noSuchMessage }
        return messages
    }

    /// Has a message sent anew, whatever became of it before.
    package func resend(
        _ message: MessageID, of id: WebhookID, owner: String
    ) async throws(WebhookRefusal) -> WebhookMessage {
        let webhook = try await webhook(id, of: owner)
        guard webhook.stop == nil else { throw .disabled }
        guard webhook.waiting < Webhook.mostWaiting else { throw .tooManyWaiting }
        let sent: WebhookMessage?
        do throws(StoreError) {
            sent = try await store.resendMessage(message, of: id, at: clock.now)
        } catch {
            throw .store(error)
        }
        guard let sent else { throw .noSuchMessage }
        store.webhookBell.ring()
        return sent
    }
}

/// Why something was not done with a webhook.
package enum WebhookRefusal: Error, Hashable, Sendable {
    case store(StoreError)
    case url(WebhookURLFault)
    case tooMany
    case urlTaken
    case noSuchWebhook
    case noSuchMessage
    /// Nothing is sent to it; it has to be resumed first.
    case disabled
    case tooManyWaiting
    /// Somebody else changed it at the same time.
    case movedOn
    /// The key of the node does not make its secret any more; a new one has to be made.
    case secretLost
}
