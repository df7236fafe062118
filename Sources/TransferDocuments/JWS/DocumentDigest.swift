import Crypto
import FoundationEssentials

/// The SHA-256 digest of some bytes: of a document, of a certificate, of a leaf of the log.
///
/// The identity of a document is the digest of its payload bytes, never of its signature: of one ECDSA signature
/// anybody can make a second one that is valid for the same bytes.
package struct DocumentDigest: Hashable, Sendable {
    /// The 32 bytes as four numbers, most significant first.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Computes the digest.
    package init(of bytes: [UInt8]) { self.init(of: bytes[...]) }

    package init(of bytes: ArraySlice<UInt8>) {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        self = hash.finalize().withUnsafeBytes { DocumentDigest(exactly: $0) }
    }

    /// A digest that was computed before.
    ///
    /// - Returns: nil unless there are 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == DocumentDigest.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { DocumentDigest(exactly: $0) }
    }

    /// Reads 43 characters of base64url, as ``text`` gives them.
    package init?(text: String) {
        guard text.utf8.count == Base64URL.length(ofBytes: DocumentDigest.byteCount),
            let bytes = Base64URL.decode(text)
        else { return nil }
        self.init(bytes: bytes)
    }

    /// Reads 64 lower-case hexadecimal digits, as ``hex`` gives them.
    package init?(hex: String) {
        guard hex.utf8.count == 2 * DocumentDigest.byteCount else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for letter in hex.utf8 {
            guard let digit = hexDigits.firstIndex(of: letter).map(UInt8.init) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        self.init(bytes: bytes)
    }

    private init(exactly raw: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    package static let byteCount = 32
}

extension DocumentDigest {
    /// The 32 bytes.
    package var bytes: [UInt8] {
        let words = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        return withUnsafeBytes(of: words) { Array($0) }
    }

    /// 43 characters of base64url.
    package var text: String { String(decoding: Base64URL.encode(bytes), as: UTF8.self) }

    /// 64 lower-case hexadecimal digits.
    package var hex: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * DocumentDigest.byteCount)
        for byte in bytes {
            digits.append(hexDigits[Int(byte >> 4)])
            digits.append(hexDigits[Int(byte & 15)])
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)

extension DocumentDigest {
    package static func == (a: DocumentDigest, b: DocumentDigest) -> Bool { a.words == b.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension DocumentDigest: Comparable {
    /// In the order of the bytes.
    package static func < (a: DocumentDigest, b: DocumentDigest) -> Bool { a.words < b.words }
}

extension DocumentDigest: CustomStringConvertible {
    package var description: String { text }
}
