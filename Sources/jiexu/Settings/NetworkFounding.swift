import NodeSettings
import TransferCore
import TransferDocuments

/// The files of a network's keys, and how they are made: once for the network, and again for each agency.
///
/// Nothing that is there is written over. Private keys are readable by their owner only.
enum NetworkFounding {
    static let rootCertificate = "root.pem"
    static let rootKey = "root.key"
    static let directoryCertificate = "directory.pem"
    static let directoryKey = "directory.key"

    /// A year of 365 days and a quarter, in seconds.
    static let year: Int64 = 31_557_600
    /// Certificates are valid from so many seconds before now, for peers whose clocks are behind.
    static let clockTolerance: Int64 = 300

    /// Makes the root of a new network in a folder.
    static func foundRoot(
        networkName: String, years: Int, in folder: String, at now: Int64
    ) throws -> CertificateAuthority {
        let authority = try CertificateAuthority.founding(
            networkName: networkName, validity: (now - clockTolerance)...(now + Int64(years) * year))
        try write(
            [
                (rootCertificate, authority.root.pem, .everyone), (rootKey, authority.keyPEM, .owner),
            ], in: folder)
        return authority
    }

    /// Takes up the root that was made in a folder.
    static func root(in folder: String) throws -> CertificateAuthority {
        let certificate = try KeyFiles.text(Files.join(folder, rootCertificate))
        let key = try KeyFiles.privateKey(Files.join(folder, rootKey))
        return try CertificateAuthority(certificatePEM: certificate, keyPEM: key)
    }

    /// Makes the two keys and certificates of an agency in a folder, under the names that its settings have by default:
    /// `tls.pem`, `tls.key`, `signing.pem` and `signing.key`.
    ///
    /// - Parameter hosts: the names and addresses under which peers reach the node.
    static func issueAgency(
        _ code: AgencyCode, hosts: [String], years: Int, by authority: CertificateAuthority, in folder: String,
        at now: Int64
    ) throws -> (tls: NetworkCertificate, signing: NetworkCertificate) {
        let validity = validity(years: years, by: authority, at: now)
        let tls = try authority.issueTLS(for: code, hosts: hosts, validity: validity)
        let signing = try authority.issueSigning(for: code, validity: validity)
        try write(
            [
                ("tls.pem", tls.certificatePEM, .everyone), ("tls.key", tls.keyPEM, .owner),
                ("signing.pem", signing.certificatePEM, .everyone), ("signing.key", signing.keyPEM, .owner),
            ], in: folder)
        return (tls.certificate, signing.certificate)
    }

    /// Makes the key that signs the directory of agencies, and its certificate, in a folder.
    static func issueDirectoryKey(
        years: Int, by authority: CertificateAuthority, in folder: String, at now: Int64
    ) throws -> NetworkCertificate {
        let issued = try authority.issueDirectory(validity: validity(years: years, by: authority, at: now))
        try write(
            [
                (directoryCertificate, issued.certificatePEM, .everyone), (directoryKey, issued.keyPEM, .owner),
            ], in: folder)
        return issued.certificate
    }

    /// Signs a directory of agencies and opens it as a node would, so that what is given out will be taken.
    ///
    /// - Parameters:
    ///   - keyFolder: where the directory's key and certificate are.
    ///   - root: the certificate of the network's root.
    ///   - previous: the directory that is in force; nil for the first.
    static func signDirectory(
        _ directory: AgencyDirectory, keyFolder: String, root: NetworkCertificate, previous: [UInt8]?, at now: Int64
    ) throws -> [UInt8] {
        let certificateFile = Files.join(keyFolder, directoryCertificate)
        let key = try KeyFiles.signingKey(Files.join(keyFolder, directoryKey), certificate: certificateFile)
        guard let time = SigningTime(secondsSince1970: now) else { throw Misuse("the clock is out of range") }
        let bytes = try directory.signed(by: key, at: time)
        let anchors = try TrustAnchors([root] + KeyFiles.certificates(certificateFile))
        let opened = try SignedDirectory.open(bytes, anchors: anchors, at: now)
        if let previous {
            let known = try SignedDirectory.open(previous, anchors: anchors, at: now, expiry: .allowedForEvidence)
            try opened.verify(succeeds: known)
            for agency in known.directory.agencies {
                let kept = Set(opened[agency.code]?.signingCertificates.map(\.certificate.thumbprint) ?? [])
                for entry in agency.signingCertificates where !kept.contains(entry.certificate.thumbprint) {
                    throw Misuse(
                        "the signing certificate \(entry.certificate.thumbprint) of \(agency.code) is in the directory "
                            + "in force and not in this one: what it signed could no longer be verified")
                }
            }
        }
        return bytes
    }

    /// Makes the next list of revoked certificates: everything that the last one names, and what is taken back now.
    ///
    /// - Parameters:
    ///   - previous: the last list, PEM; nil for the first.
    ///   - days: in how many days the next one is due.
    static func revocationList(
        taking certificates: [NetworkCertificate], since: Int64, after previous: String?, days: Int,
        by authority: CertificateAuthority, at now: Int64
    ) throws -> RevocationList {
        let last = try previous.flatMap { text in
            try RevocationList.all(inPEM: text, roots: [authority.root]).first
        }
        var entries = last?.entries ?? []
        for certificate in certificates {
            try certificate.verify(issuedBy: [authority.root])
            guard certificate.purpose != .root else { throw Misuse("a root is not taken back by its own list") }
            guard !entries.contains(where: { $0.serialNumber == certificate.serialNumber }) else { continue }
            entries.append((certificate.serialNumber, since))
        }
        return try authority.revocationList(
            number: (last?.number ?? 0) + 1, madeAt: now, nextDueAt: now + Int64(days) * 86_400, revoked: entries)
    }

    static func validity(
        years: Int, by authority: CertificateAuthority, at now: Int64
    ) -> ClosedRange<Int64> {
        let from = max(authority.root.validity.lowerBound, now - clockTolerance)
        return from...max(from, now + Int64(years) * year)
    }

    /// Writes all of the files, or none if one of them is there.
    private static func write(
        _ files: [(name: String, text: String, readers: Files.Readers)], in folder: String
    ) throws {
        try Files.makeFolder(folder, for: .owner)
        for (name, _, _) in files where Files.exists(Files.join(folder, name)) {
            throw Misuse("\(Files.join(folder, name)) is there already, and is not written over: name another folder")
        }
        for (name, text, readers) in files {
            try Files.create(Files.join(folder, name), Array(text.utf8), for: readers)
        }
    }
}
