package import Casework
import TransferDocuments

/// A key with which an account logs in without its password: a certificate that an administrator has bound to it, or a
/// security key that its holder has enrolled.
package struct LoginKey: Hashable, Sendable {
    package let id: Int64
    package let account: AccountName
    package let kind: Kind
    /// By what it is found: SHA-256 of the public key of a certificate, the id of a credential.
    package let subject: [UInt8]
    /// The public key: as it stands in the certificate, or in the form of COSE.
    package let publicKey: [UInt8]
    /// What its holder calls it; a certificate's subject.
    package let label: String
    package let addedAt: Instant
    /// How far a security key has counted.
    package let counter: Int64
    package let usedAt: Instant?
    /// From when on it opens nothing; nil while it does.
    package let removedAt: Instant?

    package init(
        id: Int64, account: AccountName, kind: Kind, subject: [UInt8], publicKey: [UInt8], label: String,
        addedAt: Instant, counter: Int64, usedAt: Instant?, removedAt: Instant?
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.subject = subject
        self.publicKey = publicKey
        self.label = label
        self.addedAt = addedAt
        self.counter = counter
        self.usedAt = usedAt
        self.removedAt = removedAt
    }

    /// The names are published.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case certificate
        case securityKey = "security-key"
    }
}

/// The port of login keys.
package protocol LoginKeyStore: Sendable {
    /// Keeps a key; its number is not looked at.
    ///
    /// - Returns: false when one of the same subject is in use, for whatever account.
    func add(_ key: LoginKey, _ entry: AuditEntry) async throws(StoreError) -> Bool

    /// The key of a subject: the one in use, or the one that was removed last; nil when there never was one.
    func loginKey(_ kind: LoginKey.Kind, _ subject: [UInt8]) async throws(StoreError) -> LoginKey?

    /// The keys of an account that are in use.
    func loginKeys(of name: AccountName) async throws(StoreError) -> [LoginKey]

    /// Notes that a key was used, and how far it has counted.
    ///
    /// - Returns: false when it was removed or used meanwhile; nothing is written then.
    func use(_ key: LoginKey, counter: Int64, at: Instant, _ entry: AuditEntry) async throws(StoreError) -> Bool

    /// Takes a key of an account out of use.
    ///
    /// - Returns: false when there is none in use.
    func remove(_ id: Int64, of name: AccountName, at: Instant, _ entry: AuditEntry) async throws(StoreError) -> Bool
}
