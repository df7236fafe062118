import Casework
import NodeSettings
import TransferDocuments

/// The note of the newest head that this node has signed, in a small file outside the database.
struct HeadAnchorFile: HeadAnchor {
    let path: String

    init(_ settings: NodeSettings) { path = settings.anchorPath }

    func keep(_ head: SignedTreeHead) throws(StoreError) {
        do throws(FileFault) {
            // Heads are signed by the node and by commands beside it: the larger one stays.
            if let noted = try read(), let known = HeadAnchorFile.head(in: noted), known.epoch == head.head.epoch,
                known.size > head.head.size
            {
                return
            }
            try Files.replace(path, head.bytes, for: .owner)
        } catch {
            throw .unavailable("the newest head was not noted: \(error)")
        }
    }

    /// The noted head as it was signed; nil when none is noted.
    func read() throws(FileFault) -> [UInt8]? {
        Files.exists(path) ? try Files.read(path, limit: TreeHead.longest) : nil
    }

    private static func head(in bytes: [UInt8]) -> TreeHead? {
        guard let jws = try? JWS.parse(bytes, typ: .treeHead, maximumBytes: TreeHead.longest) else { return nil }
        return try? TreeHead(decoding: jws.payload)
    }
}

extension NodeSettings {
    /// The authorities that stamp the log, with the certificates that are trusted.
    ///
    /// - Throws: a fault in one line when a file cannot be read or holds no certificates.
    func stampAuthorities() throws -> [StampAuthority] {
        try timestamping.map { authority in
            let pem = try Files.read(authority.certificates, limit: 8 * 2 * StampCertificate.longest)
            do {
                return StampAuthority(
                    name: authority.name, url: authority.url,
                    certificates: try StampCertificate.all(inPEM: String(decoding: pem, as: UTF8.self)),
                    policy: authority.policy, timeoutMilliseconds: authority.timeoutMilliseconds)
            } catch let fault as TimeStampFault {
                throw Misuse("\(authority.certificates): \(fault.detail)")
            }
        }
    }

    /// For how long a part of the log may be held by nobody else.
    var heldLimits: HeldLimits {
        var limits = HeldLimits()
        limits.warnSeconds = Int64(evidence.warnUnheldMinutes) * 60
        limits.stopSeconds = Int64(evidence.stopUnheldHours) * 3_600
        return limits
    }
}
