import Accounts
import Casework
import Crypto
import CryptoExtras
import FoundationEssentials
import TransferDocuments

/// A security key made of software, with every mistake that one could make.
struct SoftKey {
    enum Kind: String, CaseIterable, Sendable { case es256, edDSA, rs256 }

    let kind: Kind
    let id: [UInt8]
    private let es256 = P256.Signing.PrivateKey()
    private let edDSA = Curve25519.Signing.PrivateKey()
    private let rs256: _RSA.Signing.PrivateKey?

    var host = "sicp.example"
    var origin = "https://sicp.example"
    /// Somebody was there and was verified.
    var flags: UInt8 = 0x05
    var counter: UInt32 = 1
    var format = "none"
    var extraMember = ""

    init(_ kind: Kind = .es256) throws {
        self.kind = kind
        id = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        rs256 = kind == .rs256 ? try _RSA.Signing.PrivateKey(keySize: .bits2048) : nil
    }

    func clientData(_ type: String, _ challenge: String) -> [UInt8] {
        Array(#"{"type":"\#(type)","challenge":"\#(challenge)","origin":"\#(origin)"\#(extraMember)}"#.utf8)
    }

    private func head(_ length: Int, major: UInt8) -> [UInt8] {
        length < 24
            ? [major << 5 | UInt8(length)]
            : length < 256
                ? [major << 5 | 24, UInt8(length)] : [major << 5 | 25, UInt8(length >> 8), UInt8(length & 255)]
    }

    private func bytes(_ value: [UInt8]) -> [UInt8] { head(value.count, major: 2) + value }
    private func text(_ value: String) -> [UInt8] { head(value.utf8.count, major: 3) + Array(value.utf8) }

    private var cose: [UInt8] {
        switch kind {
        case .es256:
            let point = Array(es256.publicKey.x963Representation.dropFirst())
            return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21] + bytes(Array(point[..<32])) + [0x22]
                + bytes(Array(point[32...]))
        case .edDSA:
            return [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21]
                + bytes(Array(edDSA.publicKey.rawRepresentation))
        case .rs256:
            guard let parts = try? rs256?.publicKey.getKeyPrimitives() else { return [] }
            return [0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20] + bytes(Array(parts.modulus)) + [0x21]
                + bytes(Array(parts.publicExponent))
        }
    }

    func authenticator(isNew: Bool = false) -> [UInt8] {
        var said = Array(SHA256.hash(data: Array(host.utf8))) + [flags | (isNew ? 0x40 : 0)]
        said += withUnsafeBytes(of: counter.bigEndian) { Array($0) }
        guard isNew else { return said }
        return said + [UInt8](repeating: 0, count: 16) + [UInt8(id.count >> 8), UInt8(id.count & 255)] + id + cose
    }

    /// The answer to an enrolment.
    var attestation: [UInt8] {
        [0xA3] + text("fmt") + text(format) + text("attStmt") + [0xA0] + text("authData")
            + bytes(authenticator(isNew: true))
    }

    func signature(_ clientData: [UInt8]) throws -> [UInt8] {
        let message = authenticator() + Array(SHA256.hash(data: clientData))
        switch kind {
        case .es256: return Array(try es256.signature(for: SHA256.hash(data: message)).derRepresentation)
        case .edDSA: return Array(try edDSA.signature(for: message))
        case .rs256:
            let signature = try rs256?.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
            return signature.map { Array($0.rawRepresentation) } ?? []
        }
    }
}
