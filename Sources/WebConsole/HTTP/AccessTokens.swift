package import Casework
package import TransferCore
package import TransferDocuments

/// What a program shows to be let in: a secret of which the node keeps nothing but the digest.
package struct AccessToken: Hashable, Sendable {
    /// 1 to 64 of `a-z`, `0-9`, `.`, `_` and `-`; cases and events keep it, so it names a system and never a person.
    package let name: String
    package let role: AccessRole
    /// SHA-256 of the token.
    package let digest: DocumentDigest
    /// The person of the agency whose account it is; nil for a system. Only a person decides.
    package let member: StaffMember?
    /// The last day on which it is taken, in China; nil for one without an end.
    package let until: CivilDate?

    package init(
        name: String, role: AccessRole, digest: DocumentDigest, member: StaffMember? = nil, until: CivilDate? = nil
    ) {
        self.until = until
        self.name = name
        self.role = role
        self.digest = digest
        self.member = member
    }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name and the role. The digest is no secret, but it belongs into no log either.
    package var description: String { "\(name) (\(role.rawValue))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["token": description]) }
}

/// What the holder of a token may do.
package enum AccessRole: String, Hashable, Sendable, CaseIterable {
    /// An employer's system: lodges applications, and sees the cases that it lodged itself and no others.
    case employer
    /// The agency's desk for visitors: lodges for whoever comes, sees every case, and takes other accounts down.
    case desk
    /// The agency's staff: as the desk, and what waits for a decision.
    case staff
    /// An insured person on the pages: sees the cases that are about them and no others. No token has this role.
    case insuredPerson = "insured-person"

    /// Whether every case of the agency may be seen, not only one's own.
    var seesEveryCase: Bool {
        switch self {
        case .employer, .insuredPerson: false
        case .desk, .staff: true
        }
    }
}

/// The tokens that a node takes.
package struct AccessTokens: Sendable {
    private let tokens: [(digest: [UInt8], token: AccessToken)]

    /// No node takes more tokens: each request is compared with all of them.
    package static let most = 1_000

    /// - Throws: what is wrong with the list; it never repeats a digest.
    package init(_ tokens: [AccessToken]) throws(AccessTokenFault) {
        guard tokens.count <= AccessTokens.most else { throw .tooMany }
        var names: Set<String> = []
        var digests: Set<DocumentDigest> = []
        for token in tokens {
            guard AccessTokens.isName(token.name) else { throw .name(token.name) }
            guard names.insert(token.name).inserted else { throw .nameTwice(token.name) }
            guard digests.insert(token.digest).inserted else { throw .digestTwice(token.name) }
        }
        self.tokens = tokens.map { ($0.digest.bytes, $0) }
    }

    /// The token that was shown; nil for one that is not known, or not taken any more on a day.
    ///
    /// All tokens are looked at whatever is found, and each to its end, so that the time says nothing.
    func token(shown: String, on day: CivilDate) -> AccessToken? {
        guard (1...512).contains(shown.utf8.count) else { return nil }
        let digest = DocumentDigest(of: Array(shown.utf8)).bytes
        var found: AccessToken?
        for (known, token) in tokens {
            var difference: UInt8 = 0
            for place in known.indices { difference |= known[place] ^ digest[place] }
            if difference == 0 { found = token }
        }
        return found.flatMap { token in token.until.map { day <= $0 } ?? true ? token : nil }
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension AccessTokens: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(tokens.count) access tokens" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["tokens": tokens.count]) }
}

/// Why a list of tokens is not taken.
package enum AccessTokenFault: Error, Hashable, Sendable, CustomStringConvertible {
    case tooMany
    case name(String)
    case nameTwice(String)
    case digestTwice(String)

    package var description: String {
        switch self {
        case .tooMany: "more than \(AccessTokens.most) access tokens"
        case .name(let name): "the name \(name) of an access token is not 1 to 64 of a-z, 0-9, '.', '_' and '-'"
        case .nameTwice(let name): "two access tokens are named \(name)"
        case .digestTwice(let name): "the access token \(name) has the digest of another one"
        }
    }
}
