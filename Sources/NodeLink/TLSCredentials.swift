package import TransferCore
package import TransferDocuments

/// What a node shows and trusts on its connections to peers: the root of the network, and its own TLS certificate with
/// its key, all in PEM. The key of documents is another one and never comes here.
package struct TLSCredentials: Sendable {
    /// One or more roots.
    package let rootPEM: [UInt8]
    package let certificatePEM: [UInt8]
    package let keyPEM: [UInt8]
    /// What is known of certificates that were taken back; nil where lists are neither asked for nor known.
    package let revocations: Revocations?

    package init(rootPEM: [UInt8], certificatePEM: [UInt8], keyPEM: [UInt8], revocations: Revocations? = nil) {
        self.rootPEM = rootPEM
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
        self.revocations = revocations
    }

    /// The same with other lists.
    package func with(_ revocations: Revocations?) -> TLSCredentials {
        TLSCredentials(
            rootPEM: rootPEM, certificatePEM: certificatePEM, keyPEM: keyPEM, revocations: revocations)
    }
}

extension TLSCredentials {
    /// Checks that these are credentials that peers will accept: roots, a certificate for connections that one of them
    /// issued and that is valid now, and its key. Done at the start and before a reload, so that a wrong file is found
    /// by the one who put it there.
    ///
    /// - Parameter time: now, in seconds since 1970.
    /// - Returns: the agency that the certificate names.
    /// - Throws: the fault of the certificate.
    @discardableResult
    package func verify(at time: Int64) throws(TrustFault) -> AgencyCode {
        let own = try certificate()
        let roots = try roots()
        guard case .tls(let agency) = own.purpose else {
            throw TrustFault(.certificatePurpose, "expected a certificate for connections, found \(own.purpose)")
        }
        try own.verify(issuedBy: roots)
        if let revocations, let list = revocations.lists[try own.issuer(among: roots).thumbprint],
            let revokedAt = list.revokedAt(own), revokedAt <= time
        {
            throw TrustFault(.certificateRevoked, "our certificate for connections was revoked at \(revokedAt)")
        }
        guard own.isValid(at: time) else {
            throw TrustFault(.certificateTime, "our certificate for connections is not valid now")
        }
        do {
            _ = try SigningKey(
                privateKeyPEM: String(decoding: keyPEM, as: UTF8.self),
                certificatePEM: String(decoding: certificatePEM, as: UTF8.self))
        } catch {
            throw TrustFault(.certificateForm, error.description)
        }
        return agency
    }

    /// Our own certificate for connections.
    package func certificate() throws(TrustFault) -> NetworkCertificate {
        try NetworkCertificate(pem: String(decoding: certificatePEM, as: UTF8.self))
    }

    func roots() throws(TrustFault) -> [NetworkCertificate] {
        let roots = try NetworkCertificate.all(inPEM: String(decoding: rootPEM, as: UTF8.self))
        guard !roots.isEmpty, roots.allSatisfy({ $0.purpose == .root }) else {
            throw TrustFault(.certificatePurpose, "expected the root of the network and nothing else")
        }
        return roots
    }

    /// By what the certificates of others are judged.
    func judging() throws(TrustFault) -> Revocations {
        if let revocations { return revocations }
        return .unchecked(try roots())
    }
}

extension Revocations {
    /// Checks a certificate that a peer shows: one of this network, for connections, not taken back, and valid at a time.
    ///
    /// OpenSSL is content with less: without extended key usages, with a wildcard or a name in the subject only, with other
    /// keys and curves.
    ///
    /// - Throws: the fault of the certificate.
    func verifyPeer(_ certificate: NetworkCertificate, at time: Int64) throws(TrustFault) {
        guard case .tls = certificate.purpose else {
            throw TrustFault(
                .certificatePurpose, "expected a certificate for connections, found \(certificate.purpose)")
        }
        try verify(certificate, at: time)
        guard certificate.isValid(at: time) else {
            throw TrustFault(.certificateTime, "\(certificate.thumbprint) is not valid now")
        }
    }
}

/// The lowest version of TLS that is spoken with peers.
package enum TLSMinimum: String, Sendable, CaseIterable {
    case tls13 = "1.3"
    /// For peers behind old gateways; forward secrecy and authenticated encryption only.
    case tls12 = "1.2"
}

extension TLSCredentials: CustomStringConvertible {
    /// Never the key.
    package var description: String { "credentials of \(certificatePEM.count) bytes" }
}
