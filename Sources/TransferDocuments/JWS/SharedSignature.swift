import Crypto
import FoundationEssentials

/// One signature of ES256 over several things at once: over the root of a tree whose leaves they are. Each of them carries
/// the signature and its own path to the root, and is as whole and as provable by itself as if it had been signed alone;
/// of the others it shows no more than hashes.
///
/// Signing and verifying are most of what a document costs, and the receipts for documents that came together are made
/// and looked at together.
///
/// Source: the tree of RFC 9162, section 2.1.1, as the log has it; decision 0031 in the catalogue of `Casework`.
struct SharedSignature: Sendable {
    /// What the header names as `alg`.
    static let algorithm = "urn:jiexu:es256-tree"
    /// What may be signed so: receipts alone. Whatever else is signed stands for itself, in the form that every library of
    /// JSON Web Signatures checks.
    static let type = JWSType.receipt
    /// Leaves of a tree, and hashes of a path in the largest.
    static let most = 256
    private static let longestPath = 8

    /// (r, s) over ``message(size:root:)``.
    private let signature: [UInt8]
    /// Of the leaf among the others, from 0.
    private let place: Int
    private let size: Int
    /// From the leaf to the root, lowest first.
    private let path: [DocumentDigest]

    /// The third part of a compact form: (r, s), the place and the number of leaves with two bytes each, most significant
    /// first, and the hashes of the path.
    var bytes: [UInt8] {
        signature + [UInt8(place >> 8), UInt8(place & 0xFF), UInt8(size >> 8), UInt8(size & 0xFF)]
            + path.flatMap(\.bytes)
    }

    private static let signatureBytes = 64
    private static let placeBytes = 4

    /// Reads the third part of a compact form.
    ///
    /// - Returns: nil when its length or its numbers are none that ``bytes`` has.
    init?(_ bytes: [UInt8]) {
        let head = SharedSignature.signatureBytes + SharedSignature.placeBytes
        guard bytes.count >= head, (bytes.count - head) % DocumentDigest.byteCount == 0,
            bytes.count <= head + SharedSignature.longestPath * DocumentDigest.byteCount
        else { return nil }
        signature = Array(bytes[..<SharedSignature.signatureBytes])
        place = Int(bytes[head - 4]) << 8 | Int(bytes[head - 3])
        size = Int(bytes[head - 2]) << 8 | Int(bytes[head - 1])
        guard (1...SharedSignature.most).contains(size), place < size else { return nil }
        path = stride(from: head, to: bytes.count, by: DocumentDigest.byteCount).compactMap {
            DocumentDigest(bytes: bytes[$0..<($0 + DocumentDigest.byteCount)])
        }
    }

    private init(signature: [UInt8], place: Int, size: Int, path: [DocumentDigest]) {
        self.signature = signature
        self.place = place
        self.size = size
        self.path = path
    }

    /// Signs several things.
    ///
    /// - Parameters:
    ///   - inputs: what would be signed of each by itself: header and payload of its compact form with a full stop between
    ///     them; 1 to ``most``.
    ///   - sign: gives (r, s) of a message.
    /// - Returns: the signature of each, in their order.
    static func over<Failure: Error>(
        _ inputs: [[UInt8]], sign: (_ message: [UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [SharedSignature] {
        precondition((1...most).contains(inputs.count), "a tree has leaves, and not too many")
        // The roots of all complete subtrees, by level and index.
        var subtrees = [inputs.map { MerkleTree.leaf($0) }]
        while let below = subtrees.last, below.count > 1 {
            subtrees.append((0..<(below.count / 2)).map { MerkleTree.node(below[2 * $0], below[2 * $0 + 1]) })
        }
        let size = Int64(inputs.count)
        let signature = try sign(
            message(size: inputs.count, root: MerkleProof.root(ofFirst: size) { subtrees[$0][Int($1)] }))
        return inputs.indices.map { place in
            let path = MerkleProof.inclusion(of: Int64(place), in: size) { subtrees[$0][Int($1)] }
            return SharedSignature(signature: signature, place: place, size: inputs.count, path: path)
        }
    }

    /// What is signed. It has a space, which no header in base64url has: so nothing that is signed alone can be passed off
    /// as a root, nor the other way round.
    private static func message(size: Int, root: DocumentDigest) -> [UInt8] {
        Array("jiexu shared signature".utf8) + [UInt8(size >> 8), UInt8(size & 0xFF)] + root.bytes
    }

    /// What was signed, as it follows from this leaf and its path.
    ///
    /// - Parameter input: header and payload of the compact form with a full stop between them, as they came.
    /// - Returns: nil when the path is none of this place.
    private func message(for input: ArraySlice<UInt8>) -> [UInt8]? {
        MerkleProof.root(over: MerkleTree.leaf(Array(input)), at: Int64(place), size: Int64(size), path: path)
            .map { SharedSignature.message(size: size, root: $0) }
    }

    /// Whether the signer has signed this.
    func isValid(for input: ArraySlice<UInt8>, with key: P256.Signing.PublicKey) -> Bool {
        guard let message = message(for: input),
            let given = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        else { return false }
        return key.isValidSignature(given, for: SHA256.hash(contiguous: message[...]))
    }

    /// Names signature and root: what has the same name is valid under the same key, or nothing of it is.
    func name(for input: ArraySlice<UInt8>) -> DocumentDigest? {
        message(for: input).map { DocumentDigest(of: signature + $0) }
    }
}
