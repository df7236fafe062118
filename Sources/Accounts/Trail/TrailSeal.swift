import Crypto
import TransferDocuments

/// Seals what is noted of the trail outside the database, with a key of its own that is made of the key of the seeds.
package struct TrailSeal: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: the bytes of the key of the seeds.
    /// - Returns: nil for anything else.
    package init?(key bytes: [UInt8]) {
        guard bytes.count == SeedKey.byteCount else { return nil }
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes), info: Array("jiexu trail note 1".utf8), outputByteCount: 32)
    }

    /// The seal of a line: 43 characters.
    package func seal(_ line: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(line.utf8), using: key)
        return String(decoding: Base64URL.encode(Array(code)), as: UTF8.self)
    }
}
