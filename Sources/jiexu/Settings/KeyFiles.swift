import Accounts
import NodeLink
import NodeSettings
import TransferDocuments

/// Reads keys, certificates and anchors from their files, and says which file is wrong.
enum KeyFiles {
    /// No file of keys or certificates is longer, in bytes.
    private static let longest = 1 << 20

    static func text(_ path: String) throws -> String {
        String(decoding: try Files.read(path, limit: longest), as: UTF8.self)
    }

    /// The text of a private key's file, which nobody but its owner may read.
    static func privateKey(_ path: String) throws -> String {
        let text = try text(path)
        guard try !Files.isOpenToOthers(path) else {
            throw Misuse("\(path) may be read by others: run `chmod 600 \(path)`, and think of it as known to them")
        }
        return text
    }

    /// The bytes of a key that only this node uses; drawn and written when there is no file.
    static func ownKey(_ path: String, byteCount: Int) throws -> [UInt8] {
        if !Files.exists(path) {
            try Files.makeFolder(Files.folder(of: path))
            // Another instance of the node may begin at this very moment: then its key is everybody's.
            try Files.createUnlessThere(path, SecretSource.system.bytes(byteCount), for: .owner)
        }
        guard try !Files.isOpenToOthers(path) else {
            throw Misuse("\(path) may be read by others: run `chmod 600 \(path)`, and think of it as known to them")
        }
        return try Files.read(path, limit: byteCount)
    }

    /// The key with which the agency of the settings signs documents.
    static func signingKey(_ settings: NodeSettings) throws -> SigningKey {
        try signingKey(settings.keys.signingKey, certificate: settings.keys.signingCertificate)
    }

    static func signingKey(_ path: String, certificate: String) throws -> SigningKey {
        let key = try privateKey(path)
        let certificate = try text(certificate)
        do {
            return try SigningKey(privateKeyPEM: key, certificatePEM: certificate)
        } catch {
            throw Misuse("\(path): \(error)")
        }
    }

    /// What the node of the settings shows and trusts on its connections.
    static func credentials(_ settings: NodeSettings, _ anchors: TrustAnchors) throws -> TLSCredentials {
        TLSCredentials(
            rootPEM: Array(anchors.roots.map(\.pem).joined().utf8),
            certificatePEM: Array(try text(settings.keys.tlsCertificate).utf8),
            keyPEM: Array(try privateKey(settings.keys.tlsKey).utf8))
    }

    static func anchors(_ path: String) throws -> TrustAnchors {
        let pem = try text(path)
        do {
            return try TrustAnchors(pem: pem)
        } catch {
            throw Misuse("\(path): \(error)")
        }
    }

    static func certificates(_ path: String) throws -> [NetworkCertificate] {
        let pem = try text(path)
        do {
            return try NetworkCertificate.all(inPEM: pem)
        } catch {
            throw Misuse("\(path): \(error)")
        }
    }
}
