package import Casework
package import TransferDocuments

/// An address to which a program's owner wants every change of the cases that it lodged told.
///
/// Source: Standard Webhooks 1.0.0.
package struct Webhook: Hashable, Sendable {
    package let id: WebhookID
    /// The name of the access token that made it: changes of the cases that this one lodged are told.
    package let owner: String
    package let url: WebhookURL
    package let createdAt: Instant
    /// The number of its secret: 1, and one more with each new one.
    package var generation = 1
    /// SHA-256 of the secret. The secret itself is kept nowhere.
    package var secretDigest: DocumentDigest
    /// Until when the secret before this one signs too; nil for never.
    package var earlierSecretUntil: Instant?
    /// Why nothing is sent, and since when; nil while it is active.
    package var stop: Stop?
    /// How many messages wait to be delivered.
    package var waiting = 0

    package struct Stop: Hashable, Sendable {
        package let because: WebhookStop
        package let at: Instant

        package init(because: WebhookStop, at: Instant) {
            self.because = because
            self.at = at
        }
    }

    /// An active one whose first secret has this digest.
    package init(id: WebhookID, owner: String, url: WebhookURL, secretDigest: DocumentDigest, createdAt: Instant) {
        self.id = id
        self.owner = owner
        self.url = url
        self.secretDigest = secretDigest
        self.createdAt = createdAt
    }

    /// No owner has more of them.
    package static let mostPerOwner = 5
    /// No more messages wait at one of them.
    package static let mostWaiting = 10_000
    /// How long two secrets sign after a new one was made.
    package static let overlapMilliseconds: Int64 = 24 * 3_600_000
}

/// The name of a webhook: `wh_` and 32 hexadecimal digits that nobody can guess.
package struct WebhookID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Returns: nil for a text of another form.
    package init?(_ text: String) {
        guard DrawnName.isOne(text, behind: "wh_") else { return nil }
        self.text = text
    }

    /// A new one.
    package static func drawn() -> WebhookID { WebhookID(drawn: DrawnName.drawn(behind: "wh_")) }

    private init(drawn text: String) { self.text = text }

    package var description: String { text }
}

/// Why a webhook is disabled. The names are published.
package enum WebhookStop: String, Hashable, Sendable, CaseIterable {
    /// It answered 410: nobody is there any more.
    case gone
    /// A message was not taken in three days of trying.
    case scheduleExhausted = "schedule-exhausted"
    /// ``Webhook/mostWaiting`` messages waited when the next one came.
    case tooManyWaiting = "too-many-waiting"
    /// The key from which secrets are made is another one than before: a new secret has to be made.
    case secretLost = "secret-lost"
    /// The node has no such access token and no account of such a unit any more, or not in a role that has webhooks.
    case ownerGone = "owner-gone"
    /// Its owner has disabled it.
    case byOwner = "by-owner"
}

/// Names that are drawn: 128 random bits, so that they are never drawn twice and never guessed.
enum DrawnName {
    private static let byteCount = 16
    private static let digits = Array("0123456789abcdef".utf8)

    static func drawn(behind prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = (0..<2 * byteCount).map { _ in digits[Int.random(in: 0..<16, using: &generator)] }
        return prefix + String(decoding: letters, as: UTF8.self)
    }

    static func isOne(_ text: String, behind prefix: String) -> Bool {
        text.hasPrefix(prefix) && text.utf8.count == prefix.utf8.count + 2 * byteCount
            && text.utf8.dropFirst(prefix.utf8.count).allSatisfy(digits.contains)
    }
}
