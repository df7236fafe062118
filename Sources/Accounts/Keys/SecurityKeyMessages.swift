import Crypto
import TransferDocuments

/// Where the pages are that security keys are for, as browsers see it.
package struct KeySite: Hashable, Sendable {
    /// `https://host` or `https://host:port`; `http://localhost:port` on one's own machine.
    package let origin: String
    /// The name of the host, to which keys bind themselves.
    package let host: String

    /// - Returns: nil for anything that browsers know no security keys for: an address instead of a name, or plain HTTP
    ///   beyond `localhost`.
    package init?(origin: String) {
        let rest: Substring
        if origin.hasPrefix("https://") {
            rest = origin.dropFirst(8)
        } else if origin.hasPrefix("http://localhost") {
            rest = origin.dropFirst(7)
        } else {
            return nil
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let host = parts.first, (1...253).contains(host.utf8.count),
            host.utf8.allSatisfy(KeySite.isPlain), host.utf8.contains(where: KeySite.isLetter),
            parts.count == 1 || (UInt16(parts[1]) ?? 0) > 0
        else { return nil }
        guard origin.hasPrefix("https://") || host == "localhost" else { return nil }
        self.origin = origin
        self.host = String(host)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isPlain(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}

/// Why what a security key has sent is not taken. The names are published in the trail.
package enum SecurityKeyFault: String, Error, Hashable, Sendable, CaseIterable {
    case form
    /// It was made for another ceremony: an enrolment instead of a login, or the other way.
    case type
    /// There is no such challenge under way: it was used, is too old, or never was ours.
    case challenge
    case origin
    /// It is bound to another host.
    case site
    /// Nobody was there, or nobody showed who they are to the key.
    case person = "user-not-verified"
    case attestation
    case algorithm
    case signature
    /// The key has counted further before: it may have been copied.
    case counter
    case unknownKey = "unknown-key"
}

/// What the browser says of a ceremony.
///
/// Source: Web Authentication Level 2, section 5.8.1.
struct ClientStatement {
    let challenge: String
    let bytes: [UInt8]

    private static let limits = JSONLimits(
        bytes: 4_096, depth: 4, members: 32, topLevelObjectOnly: true, integersOnly: true, textRule: .any)

    init(_ bytes: [UInt8], type: String, site: KeySite) throws(SecurityKeyFault) {
        guard let json = try? JSON.parse(bytes, limits: ClientStatement.limits),
            case .string(let shown)? = json["type"],
            case .string(let challenge)? = json["challenge"], case .string(let origin)? = json["origin"]
        else { throw .form }
        guard shown.utf8.elementsEqual(type.utf8) else { throw .type }
        guard origin.utf8.elementsEqual(site.origin.utf8) else { throw .origin }
        if case .bool(true)? = json["crossOrigin"] { throw .origin }
        self.challenge = challenge
        self.bytes = bytes
    }

    var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
}

/// What a security key says of itself and of the ceremony.
///
/// Source: Web Authentication Level 2, section 6.1.
struct AuthenticatorStatement {
    let counter: UInt32
    /// The new credential; nil in a login.
    let credential: (id: [UInt8], publicKey: [UInt8])?

    init(_ bytes: [UInt8], site: KeySite, isEnrolment: Bool) throws(SecurityKeyFault) {
        guard (37...4_096).contains(bytes.count) else { throw .form }
        guard areSame(Array(bytes[..<32]), Array(SHA256.hash(data: Array(site.host.utf8)))) else { throw .site }
        let flags = bytes[32]
        // Somebody was there (1), and has shown the key who they are (4).
        guard flags & 0x01 != 0, flags & 0x04 != 0 else { throw .person }
        counter = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var place = 37
        let hasCredential = flags & 0x40 != 0
        guard hasCredential == isEnrolment else { throw .form }
        if hasCredential {
            guard bytes.count >= 55 else { throw .form }
            let length = Int(bytes[53]) << 8 | Int(bytes[54])
            guard (16...1_023).contains(length), bytes.count > 55 + length else { throw .form }
            let id = Array(bytes[55..<55 + length])
            do throws(CBORReader.Fault) {
                var reader = try CBORReader(bytes, from: 55 + length)
                _ = try reader.next()
                credential = (id, Array(bytes[(55 + length)..<reader.place]))
                place = reader.place
            } catch {
                throw .form
            }
        } else {
            credential = nil
        }
        // Extensions are one map, and nothing of it is used.
        if flags & 0x80 != 0 {
            do throws(CBORReader.Fault) {
                var reader = try CBORReader(bytes, from: place)
                guard case .map = try reader.next() else { throw CBORReader.Fault() }
                place = reader.place
            } catch {
                throw .form
            }
        }
        guard place == bytes.count else { throw .form }
    }
}

/// A new credential as a key hands it over. Of the maker of the key nothing is asked and nothing is believed.
struct KeyEnrolment {
    let id: [UInt8]
    let publicKey: [UInt8]
    let counter: UInt32

    init(attestation bytes: [UInt8], site: KeySite) throws(SecurityKeyFault) {
        guard let object = try? CBORReader.value(of: bytes), let statement = object["authData"]?.octets,
            object["fmt"] != nil, case .map(let proofs)? = object["attStmt"]
        else { throw .form }
        guard object["fmt"] == .text("none"), proofs.isEmpty else { throw .attestation }
        let authenticator = try AuthenticatorStatement(statement, site: site, isEnrolment: true)
        guard let credential = authenticator.credential else { throw .form }
        guard SecurityKeyPublic(bytes: credential.publicKey) != nil else { throw .algorithm }
        id = credential.id
        publicKey = credential.publicKey
        counter = authenticator.counter
    }
}
