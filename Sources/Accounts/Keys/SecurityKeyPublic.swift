import Crypto
import CryptoExtras

/// The public key of a security key, of one of the three kinds that are taken.
///
/// Source: RFC 9053 (COSE); Web Authentication Level 2, section 5.8.5.
enum SecurityKeyPublic {
    case es256(P256.Signing.PublicKey)
    case edDSA(Curve25519.Signing.PublicKey)
    case rs256(_RSA.Signing.PublicKey)

    /// Reads a key in the form of COSE; nil for any other kind, curve or length.
    init?(_ cose: CBORValue) {
        switch (cose[1]?.number, cose[3]?.number) {
        case (2, -7):
            guard cose[-1]?.number == 1, let x = cose[-2]?.octets, let y = cose[-3]?.octets, x.count == 32,
                y.count == 32, let key = try? P256.Signing.PublicKey(x963Representation: [4] + x + y)
            else { return nil }
            self = .es256(key)
        case (1, -8):
            guard cose[-1]?.number == 6, let x = cose[-2]?.octets, x.count == 32,
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
            else { return nil }
            self = .edDSA(key)
        case (3, -257):
            guard let n = cose[-1]?.octets, let e = cose[-2]?.octets, (256...512).contains(n.count),
                (1...4).contains(e.count), let key = try? _RSA.Signing.PublicKey(n: n, e: e)
            else { return nil }
            self = .rs256(key)
        default: return nil
        }
    }

    init?(bytes: [UInt8]) {
        guard let cose = try? CBORReader.value(of: bytes) else { return nil }
        self.init(cose)
    }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch self {
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: message))
        case .edDSA(let key): return key.isValidSignature(signature, for: message)
        case .rs256(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message),
                padding: .insecurePKCS1v1_5)
        }
    }
}
