import Crypto
import Foundation
import TransferCore
import TransferDocuments

let trustFuzzers: [Fuzzer] = [
    Fuzzer(name: "certificate", longestInput: 2_048) { bytes in
        let issued = issuedCertificates
        guard let certificate = try? NetworkCertificate(der: bytes) else { return }
        hold(certificate.der == bytes, "the bytes are not those that came")
        let again = expect("a certificate that was read is read as PEM") {
            try NetworkCertificate(pem: certificate.pem)
        }
        hold(again == certificate && again.purpose == certificate.purpose, "the PEM is of another certificate")
        let isIssued = (try? certificate.verify(issuedBy: issued.roots)) != nil
        hold(!isIssued || issued.der.contains(bytes), "a certificate that no root has issued is believed")
    },
    Fuzzer(name: "certificate-pem", longestInput: 4_096) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let one = try? NetworkCertificate(pem: text) {
            hold((try? NetworkCertificate(der: one.der)) == one, "a certificate of a PEM text is none by itself")
        }
        if let all = try? NetworkCertificate.all(inPEM: text) {
            let joined = all.map(\.pem).joined()
            hold((try? NetworkCertificate.all(inPEM: joined)) == all, "certificates are read otherwise than written")
        }
        if let anchors = try? TrustAnchors(pem: text) {
            hold(!anchors.roots.isEmpty && !anchors.directoryCertificates.isEmpty, "anchors that hold nothing")
        }
    },
    Fuzzer(name: "merkle", longestInput: 256, run: checkMerkle),
]

/// A key of which no document knows.
let strangersKey = P256.Signing.PrivateKey()

/// The roots of the samples, and every certificate in them that was truly issued.
private let issuedCertificates: (roots: [NetworkCertificate], der: Set<[UInt8]>) = {
    let anchors = expect("the anchors of the samples") {
        try TrustAnchors(pem: String(decoding: try sampleFile("dossiers/anchors.pem"), as: UTF8.self))
    }
    let directory = expect("the directory of a sample") {
        let archive = try ArchiveReader(try sampleFile("dossiers/completed-origin.zip"))
        let signed = try JWS.parse(
            Array(archive["directory.jws"] ?? []), typ: .directory, maximumBytes: SignedDirectory.longest)
        return try AgencyDirectory(payload: signed.payload)
    }
    let signing = directory.agencies.flatMap { $0.signingCertificates.map(\.certificate.der) }
    return (anchors.roots, Set(signing + (anchors.roots + anchors.directoryCertificates).map(\.der)))
}()

/// A file of `contracts/samples`, whose place the environment names.
func sampleFile(_ name: String) throws -> [UInt8] {
    let folder = ProcessInfo.processInfo.environment["JIEXU_SAMPLES"] ?? "contracts/samples"
    return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
}

/// Builds a small log, proves what is true of it, and then lets the input lie about one thing after the other.
///
/// The root is computed a second way, straight from the definition. Source: RFC 9162, section 2.1.1.
private func checkMerkle(_ bytes: [UInt8]) {
    guard bytes.count >= 4 else { return }
    let count = 1 + Int(bytes[0]) % 70
    let leaves = (0..<count).map { MerkleTree.leaf([UInt8($0), bytes[1]]) }
    let subtrees: (Int, Int64) -> DocumentDigest = { level, index in
        let first = Int(index) << level
        return definition(leaves[first..<(first + 1 << level)])
    }
    let root = definition(leaves[...])
    hold(MerkleTree.root(of: leaves) == root, "the root is another than the definition says")
    let position = Int64(Int(bytes[2]) % count)
    let path = MerkleProof.inclusion(of: position, in: Int64(count), subtrees)
    hold(
        MerkleProof.proves(leaves[Int(position)], at: position, size: Int64(count), root: root, path: path),
        "what is true is not proved")
    let old = Int64(Int(bytes[3]) % (count + 1))
    let oldRoot = old == 0 ? MerkleTree.emptyRoot : definition(leaves[..<Int(old)])
    let growth = MerkleProof.consistency(from: old, to: Int64(count), subtrees)
    hold(
        MerkleProof.proves((old, oldRoot), growsInto: (Int64(count), root), proof: growth),
        "a log that has grown is not proved to have")
    lie(bytes.dropFirst(4), leaves, root, position, path, (old, oldRoot), growth)
}

/// Changes a proof as the input says; nothing but the truth may be proved by the true root.
private func lie(
    _ bytes: ArraySlice<UInt8>, _ leaves: [DocumentDigest], _ root: DocumentDigest, _ position: Int64,
    _ path: [DocumentDigest], _ old: (size: Int64, root: DocumentDigest), _ growth: [DocumentDigest]
) {
    let size = Int64(leaves.count)
    var (lyingPath, lyingGrowth, place, oldSize, newSize) = (path, growth, position, old.size, size)
    var (leaf, oldRoot) = (leaves[Int(position)], old.root)
    let hashes = leaves + path + growth + [root, old.root, MerkleTree.emptyRoot]
    var rest = bytes
    while let step = rest.popFirst(), let argument = rest.popFirst() {
        let hash = hashes[Int(argument) % hashes.count]
        switch step % 11 {
        case 0: lyingPath.append(hash)
        case 1: if !lyingPath.isEmpty { lyingPath.remove(at: Int(argument) % lyingPath.count) }
        case 2: if !lyingPath.isEmpty { lyingPath[Int(argument) % lyingPath.count] = hash }
        case 3: place = Int64(Int8(bitPattern: argument))
        case 4: leaf = hash
        case 5: newSize = Int64(Int8(bitPattern: argument)) &* (argument % 7 == 0 ? 1 << 50 : 1)
        case 6: lyingGrowth.append(hash)
        case 7: if !lyingGrowth.isEmpty { lyingGrowth.remove(at: Int(argument) % lyingGrowth.count) }
        case 8: if !lyingGrowth.isEmpty { lyingGrowth[Int(argument) % lyingGrowth.count] = hash }
        case 9: oldSize = Int64(Int8(bitPattern: argument))
        default: oldRoot = hash
        }
    }
    if MerkleProof.proves(leaf, at: place, size: newSize, root: root, path: lyingPath), newSize == size {
        hold(leaves[Int(place)] == leaf, "a leaf is proved that is not there")
        hold(place != position || lyingPath == path, "two paths prove one leaf")
    }
    if MerkleProof.proves((oldSize, oldRoot), growsInto: (newSize, root), proof: lyingGrowth), newSize == size {
        let truth = oldSize == 0 ? MerkleTree.emptyRoot : definition(leaves[..<Int(oldSize)])
        hold(oldRoot == truth, "a log is proved to have grown out of another")
        hold(oldSize != old.size || lyingGrowth == growth, "two proofs of one growth")
    }
}

/// The root straight from its definition.
private func definition(_ leaves: ArraySlice<DocumentDigest>) -> DocumentDigest {
    guard leaves.count > 1 else { return leaves.first ?? MerkleTree.emptyRoot }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    let middle = leaves.startIndex + half
    return DocumentDigest(of: [1] + definition(leaves[..<middle]).bytes + definition(leaves[middle...]).bytes)
}
