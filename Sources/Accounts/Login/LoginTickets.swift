import Casework
import Synchronization
import TransferDocuments

/// Logins and activations that have passed their first step. They are in memory only: a node that starts again has
/// forgotten them, and people begin anew.
final class LoginTickets: Sendable {
    struct Ticket: Sendable {
        let name: AccountName
        /// Of the account when the first step was passed: after a change nothing of before goes on.
        let version: Int
        let endsAt: Instant
        /// The seed that was shown to its holder; nil for a ticket of a login.
        let seed: [UInt8]?
        let isActivation: Bool
    }

    /// Beyond so many the one that ends first is forgotten: each has shown a right password.
    private static let most = 2_000
    static let milliseconds: Int64 = 5 * 60_000
    /// The time for fetching a telephone and finding a password.
    static let activationMilliseconds: Int64 = 15 * 60_000

    private let tickets = Mutex<[DocumentDigest: Ticket]>([:])
    private let secrets: SecretSource

    init(secrets: SecretSource) { self.secrets = secrets }

    /// - Returns: the text that finds it again.
    func keep(_ ticket: Ticket, at now: Instant) -> String {
        let text = Opaque.text(secrets)
        tickets.withLock { tickets in
            tickets = tickets.filter { $0.value.endsAt > now }
            if tickets.count >= LoginTickets.most,
                let first = tickets.min(by: { $0.value.endsAt < $1.value.endsAt })
            {
                tickets[first.key] = nil
            }
            tickets[Opaque.digest(text)] = ticket
        }
        return text
    }

    func find(_ text: String, isActivation: Bool, at now: Instant) -> Ticket? {
        guard Opaque.isText(text) else { return nil }
        return tickets.withLock { tickets in
            guard let ticket = tickets[Opaque.digest(text)], ticket.endsAt > now, ticket.isActivation == isActivation
            else { return nil }
            return ticket
        }
    }

    func forget(_ text: String) {
        tickets.withLock { $0[Opaque.digest(text)] = nil }
    }
}

/// Texts that say nothing and that nobody can guess: 256 random bits, of which only the digest is kept.
enum Opaque {
    private static let byteCount = 32

    static func text(_ secrets: SecretSource) -> String {
        String(decoding: Base64URL.encode(secrets.bytes(byteCount)), as: UTF8.self)
    }

    /// Whether it has the form of one; anything else is not looked for.
    static func isText(_ text: String) -> Bool { text.utf8.count == Base64URL.length(ofBytes: byteCount) }

    static func digest(_ text: String) -> DocumentDigest { DocumentDigest(of: Array(text.utf8)) }
}
