import Crypto
import FoundationEssentials
import TransferDocuments

/// Makes good signatures and, for the tests, every kind of bad one.
struct Forger {
    let privateKey = P256.Signing.PrivateKey()
    let thumbprint = DocumentDigest(of: Array("the certificate of an agency".utf8))
    let time = SigningTime("2026-11-21T08:00:00Z")!
    let payload = Array(#"{"id":"C-0042"}"#.utf8)

    var key: SigningKey { SigningKey(privateKey, certificateThumbprint: thumbprint) }
    var publicKey: P256.Signing.PublicKey { privateKey.publicKey }

    /// The members of a good header as JSON, in our order.
    var members: [(name: String, value: String)] {
        [
            ("alg", #""ES256""#), ("typ", #""jiexu-document""#), ("x5t#S256", "\"\(thumbprint.text)\""),
            ("sigT", #""2026-11-21T08:00:00Z""#), ("crit", #"["sigT"]"#),
        ]
    }

    /// A header in which one member has another value, or none, and which may have more members.
    func header(_ changes: [String: String?] = [:], more: String = "") -> String {
        let kept = members.compactMap { member -> String? in
            guard let change = changes[member.name] else { return "\"\(member.name)\":\(member.value)" }
            return change.map { "\"\(member.name)\":\($0)" }
        }
        return "{\(kept.joined(separator: ","))\(more)}"
    }

    /// A token with any header, payload and signature; signed properly unless a signature is given.
    func token(header: String? = nil, payload: [UInt8]? = nil, signature: [UInt8]? = nil) -> [UInt8] {
        let signed =
            Base64URL.encode(Array((header ?? self.header()).utf8)) + stop + Base64URL.encode(payload ?? self.payload)
        return signed + stop + Base64URL.encode(signature ?? sign(signed))
    }

    func sign(_ bytes: [UInt8]) -> [UInt8] {
        guard let signature = try? privateKey.signature(for: bytes) else { fatalError("P-256 does not sign") }
        return Array(signature.rawRepresentation)
    }

    /// The three parts of a token, as text.
    func parts(_ token: [UInt8]) -> [String] {
        token.split(separator: stop[0], omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private var stop: [UInt8] { [UInt8(ascii: ".")] }
}

/// What becomes of a token: nil when it is accepted, else the code it is refused with.
func verdict(
    _ token: [UInt8], _ forger: Forger, typ: JWSType = .document, maximumBytes: Int = 1 << 20
) -> JWSFault.Code? {
    do throws(JWSFault) {
        try JWS.parse(token, typ: typ, maximumBytes: maximumBytes).verify(with: forger.publicKey)
        return nil
    } catch {
        return error.code
    }
}
