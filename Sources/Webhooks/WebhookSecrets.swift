import Casework
import Crypto
import FoundationEssentials
package import TransferDocuments

/// The key of a node from which the secrets of all webhooks are made, so that none of them is kept: whoever reads the
/// database, or a backup of it, cannot sign.
package struct WebhookKey: Sendable {
    package static let byteCount = 32
    private let key: SymmetricKey

    /// - Returns: nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == WebhookKey.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// What a message is signed with: the secret, and the one before while that still holds; nil when this key does not make
    /// the secret of the webhook any more.
    func signature(of message: MessageID, to webhook: Webhook, at now: Instant, payload: [UInt8]) -> String? {
        let secret = secret(of: webhook.id, generation: webhook.generation)
        guard secret.digest == webhook.secretDigest else { return nil }
        var signatures = [secret.signature(of: message, at: now.seconds, payload: payload)]
        if let until = webhook.earlierSecretUntil, now < until {
            let earlier = self.secret(of: webhook.id, generation: webhook.generation - 1)
            signatures.append(earlier.signature(of: message, at: now.seconds, payload: payload))
        }
        return signatures.joined(separator: " ")
    }

    /// The secret of a webhook: HMAC-SHA256 of `ID|GENERATION`.
    package func secret(of id: WebhookID, generation: Int) -> WebhookSecret {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id.text)|\(generation)".utf8), using: key)
        return WebhookSecret(bytes: Array(code))
    }
}

/// What a webhook's messages are signed with, and checked with by its owner: 32 bytes.
package struct WebhookSecret: Sendable {
    private let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// As the owner is shown it, once: `whsec_` and the bytes in Base64.
    package var text: String { "whsec_" + Data(bytes).base64EncodedString() }

    package var digest: DocumentDigest { DocumentDigest(of: bytes) }

    /// The signature of a message: `v1,` and HMAC-SHA256 of `ID.TIMESTAMP.PAYLOAD` in Base64.
    ///
    /// - Parameter seconds: when it is sent, in seconds since 1970.
    ///
    /// Source: Standard Webhooks 1.0.0, signature scheme.
    package func signature(of id: MessageID, at seconds: Int64, payload: [UInt8]) -> String {
        let content = Array("\(id.text).\(seconds).".utf8) + payload
        let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: bytes))
        return "v1," + Data(code).base64EncodedString()
    }
}

extension WebhookKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a key of webhooks" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a secret of a webhook" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
