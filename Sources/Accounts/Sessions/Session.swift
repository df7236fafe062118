package import Casework
import Crypto
import FoundationEssentials
package import TransferDocuments

/// That somebody is logged in. Of the id that their browser holds only the digest is known here.
package struct Session: Hashable, Sendable {
    /// SHA-256 of the id.
    package let digest: DocumentDigest
    package let account: AccountName
    /// Of the account when the session began: when it has grown, the session has ended.
    package let generation: Int
    package let source: LoginSource
    package let beganAt: Instant
    /// When its holder last did something.
    package var seenAt: Instant
    /// When the second factor was shown last.
    package let freshAt: Instant

    /// What the list of one's sessions names it by; it opens nothing.
    package var handle: String { String(digest.hex.prefix(16)) }
}

/// How long a session lasts.
///
/// Source: SE-11, SE-25 and section 4.2 of the domain handbook's checks.
package struct SessionLimits: Hashable, Sendable {
    /// Without anything done, for people of the agency.
    package var idleOfAgency: Int64 = 15 * 60_000
    /// Without anything done, for all others.
    package var idleOfOthers: Int64 = 30 * 60_000
    package var absolute: Int64 = 10 * 3_600_000
    /// How long a second factor counts as fresh.
    package var fresh: Int64 = 5 * 60_000
    /// Sessions of one account; beyond them the one that was used longest ago ends.
    package var perAccount = 10

    package init() {}

    func idle(of kind: AccountKind) -> Int64 { kind.word == .employer ? idleOfOthers : idleOfAgency }
}

/// What the browser of somebody who has just logged in gets: once, here.
package struct SessionGrant: Sendable {
    /// For the cookie: 43 characters that only the browser may know.
    package let id: String
    package let visit: Visit
}

extension SessionGrant: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a session of \(visit.account.name)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["session": description]) }
}

/// A request of somebody who is logged in: their account as it is now, and their session.
package struct Visit: Sendable {
    package let account: Account
    package let session: Session
    /// Stands in every form of the session, and no other site can know it.
    package let formToken: String
    /// When the session ends unless something is done; never behind its absolute end.
    package let endsAt: Instant
    /// Whether the second factor was shown within the last five minutes.
    package let isFresh: Bool
    package let password: PasswordStanding

    /// Whether a form came from a page of this session. Compares to the end whatever is found.
    package func accepts(formToken shown: String) -> Bool { areSame(Array(shown.utf8), Array(formToken.utf8)) }

    /// The token follows from the id, so that it changes with it and nothing more has to be kept.
    static func formToken(of id: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("form token".utf8), using: SymmetricKey(data: Array(id.utf8)))
        return String(decoding: Base64URL.encode(Array(code)), as: UTF8.self)
    }
}

extension Visit: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a visit of \(account.name)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["visit": description]) }
}
